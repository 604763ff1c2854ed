from odoo.addons.customer_archive.encrypted import equals, reveal
from odoo.addons.customer_archive.tests.common import ArchiveCase
from odoo.tests import tagged

from ..models.res_partner import CONSULTED

CARD = "6222 0212 3456 7890"


@tagged("post_install", "-at_install")
class TestEncryptedHooks(ArchiveCase):
    def setUp(self):
        super().setUp()
        self.archive = self.create_archive()
        self.account = self.env["res.partner.bank"].create(
            {"acc_number": "CN1", "partner_id": self.archive.id, "consultant_card": CARD}
        )

    def test_a_consultants_field_is_masked_and_encrypted(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT consultant_card FROM res_partner_bank WHERE id = %s", [self.account.id])
        [(stored,)] = self.env.cr.fetchall()
        self.assertNotIn("7890", stored)
        self.env.invalidate_all()
        self.assertEqual(self.account.consultant_card, "************7890")
        self.assertEqual(reveal(self.account, "consultant_card"), "6222021234567890")

    def test_a_consultants_field_is_found_as_typed(self):
        self.assertEqual(self.account.search([("consultant_card", "=", CARD)]), self.account)
        self.assertEqual(
            self.account.search(equals(self.account, "consultant_card", ["6222021234567890"])), self.account
        )

    def test_a_consultants_field_takes_part_in_rotation(self):
        fields = self.env["customer.key.ring"]._get_encrypted_fields()
        self.assertIn(("res.partner.bank", "consultant_card"), [(model._name, field.name) for model, field in fields])

    def test_seconds_of_an_uncovered_value(self):
        self.assertEqual(self.account._get_reveal_seconds(), 5)

    def test_judgement_of_identity_numbers(self):
        values = {"is_company": False, "vat": False, "customer_identity_number": "110105194912310021"}
        codes = self.create_archive(**values).sudo().archive_issue_ids.mapped("code")
        self.assertIn("identity_number", codes)
        codes = self.create_archive(customer_scope=CONSULTED, **values).sudo().archive_issue_ids.mapped("code")
        self.assertNotIn("identity_number", codes)
