from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..encrypted import reveal
from .duplicate_common import DuplicateCase
from .encrypted_common import NUMBER, OTHER_NUMBER, PHONE, EncryptedCase
from .privacy_common import PERSON, PrivacyCase

SPELLED = ("11010519491231002x", "138 0013 8000", "+86 138-0013-8000")


@tagged("post_install", "-at_install")
class TestPrivacySecrets(EncryptedCase, PrivacyCase):
    """Encrypted facts of a person that somebody wrote down elsewhere are found, counted and erased."""

    def setUp(self):
        super().setUp()
        self.person.sudo().write({"customer_identity_number": NUMBER, "customer_private_phone": PHONE})
        # nothing else tells this person apart in these texts
        body = f"Her card says {SPELLED[0]}, at home she answers on {SPELLED[1]} or {SPELLED[2]}"
        self.message = self.company.message_post(body=body)

    def count_reveals(self):
        self.env.flush_all()
        self.env.cr.flush()
        return self.env["customer.audit.log"].search_count([("operation", "=", "reveal"), ("user_id", "!=", False)])

    def get_mentions(self, request):
        found = request.finding_ids.filtered(lambda finding: finding.key == "mention")
        return {finding.model_name: finding.count for finding in found}

    def find(self, **values):
        request = self.create_request(**values)
        request.action_find()
        return request

    def erase(self, **values):
        request = self.plan(**values)
        request.with_user(self.create_second()).action_confirm()
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        return request

    def test_copies_in_texts_are_counted_once_it_is_known_who_asks(self):
        before = self.count_reveals()
        unknown = self.find(identity_check=False)
        self.assertEqual(self.count_reveals(), before, "nothing was opened for a stranger")
        request = self.find()
        self.assertEqual(
            self.get_mentions(request)["mail.message"], self.get_mentions(unknown)["mail.message"] + 1
        )
        self.assertGreater(self.count_reveals(), before, "that they were opened is in the log")
        self.assertIn(self.message.body, self.message.body)

    def test_copies_in_texts_are_erased(self):
        run = self.create_run()
        rows = self.env["customer.import.row"].create(
            [
                {"run_id": run.id, "role": "customer", "values": {"remark": text}}
                for text in (f"card {NUMBER}", [13800138000, "x"], 110105194912310021)
            ]
        )
        activity = self.company.activity_schedule("mail.mail_activity_data_todo", summary=f"Copy of {NUMBER}")
        mail = self.env["mail.mail"].create({"subject": f"About {PHONE}", "body_html": f"<p>{SPELLED[1]}</p>"})
        self.erase()
        text = f"{self.message.body} {activity.summary} {mail.subject} {mail.body_html} {rows.mapped('values')}"
        for spelling in (NUMBER, PHONE, *SPELLED):
            self.assertNotIn(spelling.lower(), text.lower())
        self.assertIn("Her card says erased", self.message.body)
        self.assertEqual(rows[1].values, {"remark": ["erased", "x"]}, "a number that stands alone")
        self.assertEqual(rows[2].values, {"remark": 110105194912310021}, "a like number is another one")

    def test_the_log_gives_up_what_somebody_typed(self):
        self.company.with_user(self.users["sales"]).write({"comment": f"Her number is {NUMBER}"})
        self.env.flush_all()
        self.env.cr.flush()
        count = SQL("SELECT count(*) FROM customer_audit.detail WHERE content LIKE %s", f"%{NUMBER}%")
        [(before,)] = self.env.execute_query(count)
        self.assertTrue(before)
        self.erase()
        [(after,)] = self.env.execute_query(count)
        self.assertEqual(after, 0)
        self.assertNotIn(NUMBER, self.company.comment)

    def test_proposed_values_are_cleared(self):
        individual = self.create_person(name="Sima Zhao", phone="13544445555")
        self.make_formal(individual)
        individual.with_user(self.users["sales"]).with_context(archive_propose=True).write(
            {"customer_identity_number": OTHER_NUMBER}
        )
        line = individual.archive_change_ids.line_ids
        self.assertTrue(self.get_column(line, "old_secret") and self.get_column(line, "new_secret"))
        self.erase(search_name="Sima Zhao")
        self.assertFalse(self.get_column(line, "old_secret") or self.get_column(line, "new_secret"))
        self.assertFalse(self.get_column(individual))

    def test_a_phone_of_the_family_is_left_in_texts_of_others(self):
        twin = self.create_person(name="Ouyang Wen", phone=False, customer_identity_number=False)
        self.assertEqual(reveal(twin, "customer_private_phone"), PHONE)
        self.erase()
        self.assertIn(SPELLED[1], self.message.body, "it may be the other one's")
        self.assertNotIn(SPELLED[0], self.message.body)
        self.assertEqual(reveal(twin, "customer_private_phone"), PHONE)

    @mute_logger("odoo.addons.customer_archive.encrypted")
    def test_a_damaged_value_does_not_stop_the_desk(self):
        self.set_column(self.person, self.get_column(self.person)[:-8] + "AAAAAAA=")
        self.erase()
        self.assertNotIn(SPELLED[1], self.message.body)
        self.assertFalse(self.get_column(self.person))

    def test_the_number_of_a_request_is_stored_encrypted_and_finds_the_person(self):
        request = self.create_request(search_name=False, search_number=NUMBER)
        self.assertNotIn(NUMBER, self.get_column(request, "search_number"))
        self.assertNotIn(NUMBER, str(request.read()))
        request.with_user(self.users["manager"]).action_find()
        self.assertFalse(request.partner_ids, "a manager alone does not search encrypted facts")
        self.users["manager"].sudo().write({"group_ids": [(4, self.env.ref("customer_archive.group_confidential").id)]})
        request.action_find()
        self.assertEqual(request.partner_ids, self.person)

    def test_opening_many_takes_no_queries_of_its_own_for_each(self):
        people = self.person | self.create_contact(
            name="Ximen Yi", customer_identity_number=OTHER_NUMBER, customer_private_phone="13911112222"
        )
        many = people | people.browse(
            self.create_contact(
                name=f"Ximen {n}", customer_identity_number=f"44052418800101{n:04}", customer_private_phone=f"139{n:08}"
            ).id
            for n in range(10)
        )
        place = self.env["customer.privacy.place"]
        counts = []
        place._get_needles(people, confirmed=True)
        for chosen in (people, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            needles = place._get_needles(chosen, confirmed=True)
            counts.append(self.cr.sql_log_count - before)
        self.assertIn("44052418800101" + "0009", [needle.value for needle in needles])
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestPrivacyMerged(EncryptedCase, DuplicateCase, PrivacyCase):
    """A person whose archives were merged: both are found, and what undoing needed is gone."""

    def test_both_archives_and_the_former_facts_are_erased(self):
        kept = self.create_person(name="Sima Zhao", phone="13544445555", customer_private_phone=False)
        gone = self.create_person(
            name="Zhao Sima", phone="13544446666", customer_identity_number=OTHER_NUMBER, customer_private_phone=False
        )
        merge = self.merge(kept, gone, {"customer_identity_number": gone.id, "phone": gone.id})
        request = self.create_request(search_name="Sima Zhao")
        request.action_find()
        self.assertEqual(request.partner_ids, kept | gone, "although the other one is written in another way")
        request.action_plan()
        request.with_user(self.create_second()).action_confirm()
        self.env.flush_all()
        self.assertFalse(any(self.get_column(merge.sudo(), name) for name in ("payload", "former_secrets")))
        self.assertFalse(merge.other_name)
        self.assertFalse(self.get_column(kept) or self.get_column(gone))
        self.assertIn("erased since", merge.with_user(self.users["manager"])._get_undo_refusal())
        self.assertFalse(merge.can_undo)
        self.assertNotIn(PERSON["name"], merge.display_name)
