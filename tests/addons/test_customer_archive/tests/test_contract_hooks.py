from datetime import date

from odoo.addons.customer_archive.tests.contract_common import ContractCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestContractHooks(ContractCase):
    """Each hook of contracts takes effect."""

    def test_more_is_signed(self):
        contract = self.create_signed(note="As agreed")
        with self.assertRaises(UserError):
            contract.note = "Otherwise"

    def test_somebody_else_is_warned_in_the_end(self):
        contract = self.create_signed()
        for user in (self.users["sales"], self.users["colleague"]):
            user.active = False
        contract = contract.sudo()
        contract.partner_id.user_id = contract.user_id = False
        contract._warn(contract)
        self.assertEqual(contract.activity_ids.user_id, self.env.ref("base.user_admin"))

    def test_further_models_can_be_linked(self):
        self.assertTrue(self.create_contract().has_documents)
        meeting = self.env["calendar.event"].create(
            {"name": "Talk", "start": date(2026, 11, 5), "stop": date(2026, 11, 5)}
        )
        row = self.env["customer.contract.document"].new({"document": meeting})
        self.assertEqual(row.kind_name, "Meeting")
