from odoo import Command
from odoo.addons.customer_archive.tests.common import WRONG_CODE, ArchiveCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.res_partner import CONSULTED


@tagged("post_install", "-at_install")
class TestHooks(ArchiveCase):
    """Each hook that the archive promises takes effect where a consultant overrides it."""

    def codes_of(self, archive):
        return archive.sudo().archive_issue_ids.filtered(lambda i: i.state == "open").mapped("code")

    def test_guarded_fields(self):
        archive = self.create_archive("manager", consultant_grade="new")
        with self.assertRaises(AccessError):
            archive.consultant_grade = "best"
        with self.assertRaises(AccessError):
            self.create_archive("manager", consultant_grade="best")

    def test_defaults_and_formats(self):
        self.assertEqual(self.create_archive().consultant_note, "by default")
        self.assertEqual(self.create_archive(consultant_note="  spaced ").consultant_note, "spaced")

    def test_archives_that_count(self):
        archive = self.create_archive(name="No archive of ours")
        self.assertEqual(self.codes_of(self.create_archive(vat=archive.vat)), [])

    def test_origin(self):
        archive = self.create_archive(city="Exclave", country_id=self.env.ref("base.de").id, state_id=False, vat=False)
        self.assertEqual(archive.customer_origin, "domestic")

    def test_size(self):
        archive = self.create_archive()
        self.assertFalse(archive.customer_size)
        archive.customer_scope = CONSULTED
        self.assertEqual((archive.customer_size, archive.customer_size_reason), ("large", "The consultant says so."))

    def test_facts(self):
        facts = self.env["res.partner"]._get_archive_fact_fields()
        self.assertIn("consultant_note", facts)
        self.assertNotIn("consultant_internal", facts)
        self.assertNotIn("consultant_grade", facts)

    def test_completeness_and_findings(self):
        archive = self.create_archive(consultant_note=False)
        before = archive.archive_completeness
        archive.customer_scope = CONSULTED
        self.assertIn("consultant_note", [fact["name"] for fact in archive.archive_missing])
        self.assertIn("missing", self.codes_of(archive))
        archive.consultant_note = "filled"
        self.assertGreater(archive.archive_completeness, before)
        archive.consultant_internal = "bad"
        issue = archive.sudo().archive_issue_ids.filtered(lambda i: i.code == "consultant")
        self.assertTrue(issue._prepare_finding()["consulted"])
        self.assertEqual((issue.value, issue.message), ("seen", "Ask the consultant about Consultant Note."))
        archive.write({"consultant_internal": "good", "consultant_note": False})
        self.assertEqual(issue.state, "open", "the consultant's findings last until the fact is entered")

    def test_tax_code_and_phone(self):
        archive = self.create_archive(vat=WRONG_CODE, city="Hong Kong", phone="12345", email="consultant@intranet")
        self.assertEqual(self.codes_of(archive), [])

    def test_steps(self):
        archive = self.create_archive()
        with self.assertRaisesRegex(UserError, "Only consulted"):
            archive._take_archive_step("park", "later")
        archive.customer_scope = CONSULTED
        archive._take_archive_step("park", "later")
        self.assertEqual((archive.archive_state, archive.consultant_grade), ("closed", "parked"))

    def test_reviewer(self):
        archive = self.create_archive(customer_scope=CONSULTED)
        archive.action_archive_submit()
        self.assertEqual(archive.activity_ids.user_id, self.env.ref("base.user_admin"))

    def test_kept_states(self):
        archive = self.create_archive()
        archive.action_archive_submit()
        self.as_user(archive, "reviewer").action_archive_check()
        with self.assertRaisesRegex(UserError, "close it before"):
            self.as_user(archive, "manager").action_archive()

    def test_access_fields(self):
        archive = self.create_archive()
        with self.assertRaisesRegex(AccessError, "in charge"):
            archive.consultant_internal = "mine"
        archive.customer_scope = CONSULTED
        archive.consultant_internal = "mine"
        self.assertEqual(archive.consultant_internal, "mine")

    def test_controlled_fields_and_proposals(self):
        archive = self.create_formal()
        with self.assertRaisesRegex(UserError, "Propose a change"):
            archive.consultant_note = "changed"
        archive.with_context(archive_propose=True).write({"consultant_note": "x", "archive_change_reason": "holiday"})
        change = archive.archive_change_ids
        self.assertEqual(change.line_ids.new_value, "consulted")
        with self.assertRaisesRegex(AccessError, "holiday"):
            self.as_user(change, "reviewer").action_approve_all()

    def test_tracked_fields(self):
        archive = self.create_archive()
        self.env.flush_all()
        self.env.cr.flush()
        archive.sudo().consultant_grade = "best"
        self.env.flush_all()
        self.env.cr.flush()
        self.assertIn("consultant_grade", archive.message_ids.sudo().tracking_value_ids.mapped("field_id.name"))

    def test_documents(self):
        documents = self.create_archive().archive_documents
        self.assertIn("portal_user", [document["key"] for document in documents])

    def test_template_region_and_numbering(self):
        self.env["customer.archive.template"].create({"name": "Never matched", "applies_to": "any", "sequence": -9})
        archive = self.create_archive(city="Consultville")
        self.assertNotEqual(archive.archive_template_id.name, "Never matched")
        region = self.env["customer.region"].create({"name": "R", "state_ids": [Command.set(self.shanghai.ids)]})
        region.code = "CONSULTED"
        self.assertEqual(archive.customer_region_id, region)
        company = self.env["res.company"].create({"name": "Consulted company"})
        self.assertEqual(company.archive_sequence_id.prefix, "X-")
