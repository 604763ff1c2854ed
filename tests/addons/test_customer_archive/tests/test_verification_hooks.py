from datetime import timedelta

from odoo.addons.customer_archive.models.res_partner_control import APPROVED_CHANGE
from odoo.addons.customer_archive.tests.verification_common import VerificationCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestVerificationHooks(VerificationCase):
    """Each hook of confirmations takes effect."""

    def test_more_facts_are_asked_and_others_are_not(self):
        archive = self.archive.sudo().with_context(archive_pass=APPROVED_CHANGE)
        archive.write({"customer_scope": "Bearings", "zip": "200001"})
        request, _path = self.ask()
        names = request.line_ids.mapped("field_name")
        self.assertIn("customer_scope", names)
        self.assertNotIn("zip", names)
        limits = {fact["name"]: fact["limit"] for fact in request._prepare_page(archive, names, True)}
        self.assertEqual(limits["customer_scope"], 300)

    def test_links_last_longer(self):
        request, _path = self.ask()
        self.assertEqual(request.link_until - request.sent_date, timedelta(days=10))
        self.assertEqual(request._get_verification_batch(), 25)

    def test_whom_to_ask_and_who_calls(self):
        other = self.env["res.partner"].create(
            {"name": "Zhao", "parent_id": self.archive.id, "function": "Master data", "email": "zhao@example.com"}
        )
        self.assertEqual(self.archive._get_verification_contact(), other)
        other.email = "zhao@no-mail.example"
        self.assertEqual(self.archive._get_verification_contact(), self.contact)
        request, _path = self.ask()
        request.sudo().user_id = self.archive.sudo().user_id = self.archive.sudo().archive_team_id = False
        self.assertEqual(request._get_verification_user(), self.env.ref("base.user_admin"))

    def test_who_is_never_asked(self):
        other, _contact = self.create_customer(name="Never ask Ltd", email="never@example.com")
        self.run_job()
        self.assertTrue(self.archive.archive_verification_ids)
        self.assertFalse(other.archive_verification_ids)

    def test_what_is_covered_and_what_is_wrong(self):
        archive = self.archive.sudo().with_context(archive_pass=APPROVED_CHANGE)
        archive.website = "http://www.daheng.example"
        self.assertIn("****", archive._get_fact_text("website", covered=True))
        self.assertNotIn("****", archive._get_fact_text("website"))
        found = self.env["customer.verification"]._get_fault(archive, "name", "Daheng Co.")
        self.assertEqual(found, "No abbreviations, please.")

    def test_other_sources(self):
        archive = self.create_formal(archive_source="api")
        self.assertEqual(self.get_facts(archive)["name"].source, "registry")
        Change = self.env["customer.archive.change"].with_user(self.users["sales"])
        change = Change._propose(archive.with_user(self.users["sales"]), {"city": "Wuxi"}, reason="Register")
        change.with_user(self.users["reviewer"]).action_approve_all()
        self.assertEqual(self.get_facts(archive)["city"].source, "registry")
