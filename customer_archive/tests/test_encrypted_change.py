from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..encrypted import reveal
from .encrypted_common import MASKED_NUMBER, NUMBER, OTHER_NUMBER, PHONE, EncryptedCase

OTHER_MASK = "4405**********0014"


@tagged("post_install", "-at_install")
class TestEncryptedChange(EncryptedCase):
    """The identity number of a formal archive changes by a proposal, which shows both values masked."""

    def setUp(self):
        super().setUp()
        self.person = self.make_formal(self.create_person())

    def propose(self, value):
        self.person.with_context(archive_propose=True).write({"customer_identity_number": value})
        return self.person.sudo().archive_change_ids.line_ids

    def test_a_formal_archive_refuses_a_direct_change(self):
        with self.assertRaisesRegex(UserError, "Identity Number change by a proposal"):
            self.person.customer_identity_number = OTHER_NUMBER

    def test_a_proposal_holds_no_plain_text(self):
        line = self.propose(OTHER_NUMBER)
        self.assertEqual((line.old_text, line.new_text, line.current_text), (MASKED_NUMBER, OTHER_MASK, MASKED_NUMBER))
        self.assertFalse(line.old_value or line.new_value)
        for name in ("old_secret", "new_secret"):
            self.assertTrue(self.get_column(line, name).startswith("s1."))
        self.assertNotIn(OTHER_NUMBER, str(line.read()))
        self.assertEqual(reveal(self.person, "customer_identity_number"), NUMBER, "nothing is changed yet")

    def test_an_approved_proposal_is_carried_out(self):
        line = self.propose(OTHER_NUMBER)
        self.as_user(line, "reviewer").action_approve()
        self.assertEqual(reveal(self.person, "customer_identity_number"), OTHER_NUMBER)
        self.assertNotIn(OTHER_NUMBER, " ".join(self.person.sudo().message_ids.mapped("body")))

    def test_a_proposal_to_erase(self):
        line = self.propose(False)
        self.as_user(line, "reviewer").action_approve()
        self.assertFalse(self.person.customer_identity_number)

    def test_the_mask_and_the_same_number_are_no_proposal(self):
        self.assertFalse(self.propose(MASKED_NUMBER))
        self.person = self.as_user(self.person, "confidential").sudo()
        self.assertFalse(self.propose(f" {NUMBER}"))

    def test_a_guess_is_answered_like_any_other_change(self):
        for guess in (NUMBER, OTHER_NUMBER):
            with self.assertRaisesRegex(UserError, "Identity Number change by a proposal"):
                self.person.customer_identity_number = guess

    def test_a_fact_that_changed_meanwhile_is_noticed_behind_the_same_mask(self):
        line = self.propose(OTHER_NUMBER)
        # the last of the hidden digits is another one
        self.person.sudo().archive_state = "draft"
        self.person.customer_identity_number = "11010519491232002X"
        self.assertEqual(self.person.customer_identity_number, MASKED_NUMBER)
        line.invalidate_recordset()
        self.assertTrue(line.is_outdated)
        with self.assertRaisesRegex(UserError, "somebody changed it"):
            self.as_user(line, "reviewer").action_approve()
        self.as_user(line, "reviewer").action_refresh()
        self.assertFalse(line.is_outdated)

    def test_the_private_phone_changes_directly(self):
        self.person.customer_private_phone = "13955667788"
        self.assertEqual(reveal(self.person, "customer_private_phone"), "13955667788")


@tagged("post_install", "-at_install")
class TestEncryptedMachinery(EncryptedCase):
    """What else handles facts: merging, importing, completeness."""

    def test_a_merge_keeps_encrypted_values(self):
        Partner = self.env["res.partner"]
        kept = Partner.create({"name": "Kept", "customer_identity_number": NUMBER})
        merged = Partner.create(
            {"name": "Merged", "customer_identity_number": OTHER_NUMBER, "customer_private_phone": PHONE}
        )
        self.env["base.partner.merge.automatic.wizard"]._update_values(merged, kept)
        self.assertEqual(reveal(kept, "customer_identity_number"), NUMBER)
        self.assertEqual(reveal(kept, "customer_private_phone"), PHONE)

    def test_the_hosts_import_enters_values(self):
        result = self.as_user(self.env["res.partner"], "sales").load(
            ["name", "customer_identity_number"], [["Loaded Person", NUMBER]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(reveal(self.env["res.partner"].browse(result["ids"]), "customer_identity_number"), NUMBER)

    def test_a_template_may_ask_for_the_number(self):
        self.assertIn("customer_identity_number", self.env["res.partner"]._get_archive_fact_fields())
        template = self.create_person().sudo().archive_template_id
        template.line_ids.unlink()
        field = self.env["ir.model.fields"]._get("res.partner", "customer_identity_number")
        template.line_ids = [Command.create({"field_id": field.id, "requirement": "required"})]
        self.assertEqual(self.create_person().archive_completeness, 100)
        self.assertEqual(self.create_person(customer_identity_number=False).archive_completeness, 0)
