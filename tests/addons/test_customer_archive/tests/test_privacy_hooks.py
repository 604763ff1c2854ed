from datetime import date, datetime

from odoo.addons.customer_archive.tests.audit_common import AuditCase
from odoo.addons.customer_archive.tests.privacy_common import PERSON, PrivacyCase
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPrivacyHooks(PrivacyCase):
    """Each hook of the desk takes effect where a consultant overrides it."""

    def consent(self, code, **values):
        purpose = self.env.ref(f"customer_archive.customer_consent_purpose_{code}")
        return self.env["customer.consent"].create({"partner_id": self.person.id, "purpose_id": purpose.id, **values})

    def test_consents(self):
        self.consent("sensitive", source="visit")
        self.consent("profiling", decision="withdrawn")
        self.assertEqual(self.person.consultant_note, "not to be evaluated")
        values = self.env["customer.application"]._prepare_consent_values(self.person, "<p>Yes</p>")
        self.assertEqual(values["wording_version"], "Consultant's page")

    def test_places_needles_and_values_of_an_erasure(self):
        self.person.consultant_note = "card-4711"
        self.company.message_post(body="See card-4711")
        request = self.create_request(search_name=False, search_number="card-4711")
        request.action_find()
        self.assertEqual(request.partner_ids, self.person)
        self.assertIn("consultant", request.finding_ids.mapped("key"))
        request.action_plan()
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        self.assertEqual((self.person.consultant_note, self.person.consultant_internal),
                         (False, "erased by the consultant"))
        self.assertNotIn("4711", self.company.message_ids[:1].body)
        self.assertIn("the consultant", request.answer)

    def test_texts_that_are_not_searched(self):
        sweep = self.env["customer.privacy.sweep"]
        self.assertIn("mail.message", sweep._get_sweep_fields())
        self.assertNotIn("mail.message", sweep.with_context(consulted=True)._get_sweep_fields())
        self.assertIn("consultant_note", sweep._get_sweep_fields()["res.partner"])

    def test_documents_that_are_kept(self):
        self.env["calendar.event"].create(
            {"name": "Guarantee", "start": "2026-05-01", "stop": "2026-05-01", "partner_ids": self.person.ids}
        )
        keeper = self.env["customer.privacy.keeper"].with_context(consulted=True)
        kept = keeper._get_kept(self.person)
        self.assertEqual([(k["label"], k["count"], k["until"]) for k in kept], [("Guarantees", 1, date(2031, 5, 1))])
        self.assertIn("consultant_note", keeper._get_kept_fields())

    def test_what_else_forgets(self):
        proof = self.env["customer.privacy.eraser"].with_context(consulted=True)._erase(self.person)
        self.assertGreaterEqual(proof["log"], 1000)

    def test_requests(self):
        request = self.create_request().with_context(consulted=True)
        self.assertEqual(request._add_working_days(date(2026, 11, 2)), date(2026, 11, 9))
        request.action_find()
        self.assertIn("consultant", [section.key for section in request._get_copy_sections()])
        request.action_plan()
        self.assertFalse(self.as_user(request, "reviewer")._get_confirm_refusal())
        self.assertTrue(self.as_user(request, "office")._get_confirm_refusal())
        refused = self.plan(search_number="refuse", search_name=PERSON["name"])
        with self.assertRaisesRegex(AccessError, "consultant says no"):
            self.as_user(refused, "auditor").action_confirm()

    def test_retention(self):
        rule = self.env["customer.retention.rule"].create(
            {"name": "Consulted", "subject": "closed", "months": 0, "action": "propose", "note": "consulted"}
        )
        self.assertEqual(rule.with_context(consulted=True)._get_batch_size(), 1)
        rule._apply(self.person)
        self.assertEqual(self.person.consultant_note, "applied")
        self.assertIn("id", str(rule._get_due_domain()))
        person = self.create_archive(name="Idle", is_company=False, vat=False, phone="13544443333")
        person.consultant_note = "keep"
        found = self.env["res.partner"].search(rule._get_idle_domain())
        self.assertNotIn(person, found)


@tagged("post_install", "-at_install")
class TestAuditReportHooks(AuditCase):
    """Each hook of the audit report takes effect where a consultant overrides it."""

    def test_sources_and_months(self):
        report = self.env["customer.audit.report"]._make(self.env.company, date(2026, 1, 1))
        self.assertEqual(report.figures["consultant"]["numbers"], {"visits": 2})
        period = report.with_context(consulted=True)._get_period(self.env.company, date(2026, 1, 1))
        self.assertEqual(period.begin, datetime(2025, 12, 31, 16))

    def test_rights_of_other_apps_are_noted(self):
        user = new_test_user(self.env, login="consultant_user", groups="base.group_user")
        self.forget()
        user.write({"group_ids": [(4, self.env.ref("base.group_partner_manager").id)]})
        self.assertEqual(self.only_entry(operation="write", model="res.users")["ids"], user.ids)
