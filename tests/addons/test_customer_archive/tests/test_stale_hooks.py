from datetime import date

from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.addons.customer_archive.models.res_partner_control import APPROVED_CHANGE
from odoo.addons.customer_archive.tests.test_stale import StaleCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestStaleHooks(StaleCase):
    """Each hook of stale archives takes effect."""

    def test_some_are_spared_and_contracts_are_business(self):
        self.talk(self.archive, 30)
        self.assertEqual(self.get_reasons(), {"inactive"})
        contract = self.env["customer.contract"].create(
            {"name": "Frame", "partner_id": self.archive.id, "date_start": "2026-10-01"}
        )
        contract._sign("Li Na", date(2026, 10, 1))
        self.assertEqual(self.get_reasons(), set())
        contract.sudo().signed_date = "2020-01-01"
        self.assertEqual(self.get_reasons(), {"inactive"})
        self.archive.sudo().with_context(archive_pass=APPROVED_CHANGE).name = "Golden"
        self.assertEqual(self.get_reasons(), {"unverified"} & self.get_reasons())

    def test_kept_for_longer_and_kept_by_more(self):
        self.age(self.archive, 13)
        row = self.find()
        row.action_keep()
        self.assertEqual(row.kept_until, fields.Date.today() + relativedelta(months=12))
        purpose = self.env["customer.consent.purpose"].search([("is_separate", "=", False)], limit=1)
        self.env["customer.consent"].create({"partner_id": self.contact.id, "purpose_id": purpose.id})
        refusals = self.as_user(self.archive, "manager")._get_bulk_refusals()
        self.assertEqual(refusals, {self.archive.id: "a consent is kept"})
