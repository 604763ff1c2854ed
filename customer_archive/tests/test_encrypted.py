from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..encrypted import reveal
from .encrypted_common import MASKED_NUMBER, MASKED_PHONE, NUMBER, OTHER_NUMBER, PHONE, EncryptedCase


@tagged("post_install", "-at_install")
class TestEncryptedValues(EncryptedCase):
    """Entering, replacing and reading encrypted values."""

    def test_everybody_reads_the_mask(self):
        person = self.create_person()
        self.env.flush_all()
        self.env.invalidate_all()
        for login in ("sales", "manager", "confidential"):
            seen = self.as_user(person, login)
            self.assertEqual(seen.customer_identity_number, MASKED_NUMBER)
            self.assertEqual(seen.read(["customer_private_phone"])[0]["customer_private_phone"], MASKED_PHONE)
        self.assertEqual(person.sudo().customer_identity_number, MASKED_NUMBER)
        self.assertEqual(self.env["res.partner"].browse(person.id).customer_identity_number, MASKED_NUMBER)

    def test_the_table_holds_no_plain_text(self):
        person = self.create_person()
        self.assertTrue(self.get_column(person).startswith("s1.k1."))
        self.assertNotIn(NUMBER, self.get_column(person))
        self.assertEqual(reveal(person, "customer_identity_number"), NUMBER)

    def test_values_are_unified_before_they_are_kept(self):
        person = self.create_person(
            customer_identity_number=" 11010519491231002x ", customer_private_phone="１３８００１３８０００"
        )
        self.assertEqual(reveal(person, "customer_identity_number"), NUMBER)
        self.assertEqual(reveal(person, "customer_private_phone"), PHONE)

    def test_the_owner_replaces_a_value_without_seeing_the_old_one(self):
        person = self.create_person()
        person.customer_identity_number = OTHER_NUMBER
        self.assertEqual(person.customer_identity_number, "4405**********0014")
        self.assertEqual(reveal(person, "customer_identity_number"), OTHER_NUMBER)

    def test_a_value_is_erased(self):
        person = self.create_person()
        person.write({"customer_identity_number": False, "customer_private_phone": "  "})
        self.assertFalse(person.customer_identity_number)
        self.assertIsNone(self.get_column(person))
        self.assertIsNone(self.get_column(person, "customer_private_phone"))

    def test_saving_the_mask_changes_nothing(self):
        person = self.create_person()
        before = self.get_column(person)
        person.write({"customer_identity_number": MASKED_NUMBER})
        self.assertEqual(self.get_column(person), before)

    def test_typing_the_same_value_again_changes_nothing(self):
        person = self.create_person()
        before = self.get_column(person)
        person.write({"customer_identity_number": NUMBER})
        self.assertEqual(self.get_column(person), before)

    def test_a_mask_of_something_else_is_refused(self):
        person = self.create_person()
        for value in ("4405**********0014", "⚠ cannot be read", "***"):
            with self.assertRaisesRegex(UserError, "Type the whole value"):
                person.customer_identity_number = value
        self.assertEqual(reveal(person, "customer_identity_number"), NUMBER)

    def test_a_form_shows_the_mask_and_saves_what_is_typed(self):
        person = self.create_person()
        with Form(person, view="customer_archive.customer_archive_view_form") as form:
            self.assertEqual(form.customer_identity_number, MASKED_NUMBER)
            form.city = "北京市"
        self.assertEqual(reveal(person, "customer_identity_number"), NUMBER)
        with Form(person, view="customer_archive.customer_archive_view_form") as form:
            form.customer_private_phone = "13900139000"
            self.assertEqual(
                form.customer_private_phone, "13900139000", "the form keeps what is typed until it is saved"
            )
        self.assertEqual(person.customer_private_phone, "139****9000")

    def test_contacts_typed_on_the_page_of_their_company(self):
        archive = self.create_archive()
        archive.write({"child_ids": [Command.create({"name": "Wang", "customer_private_phone": PHONE})]})
        self.assertEqual(archive.child_ids.customer_private_phone, MASKED_PHONE)
        self.assertEqual(reveal(archive.child_ids, "customer_private_phone"), PHONE)

    def test_a_copy_has_no_encrypted_values(self):
        copy = self.create_person().sudo().copy({"archive_state": False})
        self.assertFalse(copy.customer_identity_number or copy.customer_private_phone)

    def test_what_follows_a_contact_is_masked_too(self):
        user = self.users["sales"]
        user.partner_id.customer_private_phone = PHONE
        self.assertEqual(user.customer_private_phone, MASKED_PHONE)
        self.assertEqual(user.sudo().read(["customer_private_phone"])[0]["customer_private_phone"], MASKED_PHONE)
        user.customer_private_phone = "13900139000"
        self.assertEqual(reveal(user.partner_id, "customer_private_phone"), "13900139000")

    def test_a_thousand_records_take_a_bounded_number_of_queries(self):
        values = [{"name": f"P{number}", "customer_private_phone": f"138{number:08}"} for number in range(1000)]
        Partner = self.env["res.partner"].with_context(tracking_disable=True)
        Partner.create({"name": "Warm", "customer_private_phone": PHONE})
        self.env.flush_all()

        def count(rows):
            before = self.cr.sql_log_count
            Partner.create(rows)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        plain = count([{"name": row["name"]} for row in values])
        self.assertLessEqual(count(values), plain + 12)

    def test_a_list_takes_one_query_more(self):
        people = self.env["res.partner"].create([{"name": str(n), "customer_private_phone": PHONE} for n in range(80)])
        self.env.flush_all()

        def count(names):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            people.read(names)
            return self.cr.sql_log_count - before

        self.assertEqual(count(["name", "customer_private_phone"]), count(["name"]) + 1)

    def test_the_chatter_tells_that_a_value_changed_and_not_which(self):
        person = self.create_person()
        person.customer_identity_number = OTHER_NUMBER
        self.env.cr.flush()
        bodies = " ".join(person.sudo().message_ids.mapped("body"))
        self.assertIn("Identity Number: changed", bodies)
        for text in (NUMBER, OTHER_NUMBER, MASKED_NUMBER):
            self.assertNotIn(text, bodies)
        self.assertNotIn(
            "customer_identity_number", person.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        )

    def test_a_resident_number_is_judged_and_the_finding_does_not_repeat_it(self):
        wrong = "110105194912310021"
        person = self.create_person(customer_identity_number=wrong)
        issue = person.sudo().archive_issue_ids.filtered(lambda i: i.code == "identity_number")
        self.assertEqual(issue.field_name, "customer_identity_number")
        self.assertNotIn(wrong, f"{issue.value} {issue.message}")
        person.customer_identity_number = NUMBER
        self.assertEqual(issue.state, "resolved")

    def test_documents_of_foreigners_are_not_judged(self):
        codes = self.create_person(customer_identity_number="E12345678").sudo().archive_issue_ids.mapped("code")
        self.assertNotIn("identity_number", codes)
