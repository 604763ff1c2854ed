from odoo.addons.customer_archive.models.customer_application import FAULTY, STORED
from odoo.addons.customer_archive.tests.common import CODES, ArchiveCase
from odoo.tests import tagged

from ..models.customer_application import FRIEND
from ..models.res_partner import CONSULTED


@tagged("post_install", "-at_install")
class TestEntryHooks(ArchiveCase):
    """Each hook of the public entry page takes effect where a consultant overrides it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.application = cls.env["customer.application"].with_user(cls.env.ref("base.public_user"))
        cls.company = cls.env.company

    def receive(self, **values):
        facts = {
            "name": "Hengli",
            "country_id": self.china.id,
            "city": "Suzhou",
            "contact_name": "Wang",
            "contact_phone": "13812345678",
            "vat": CODES[0],
            "consent": "yes",
            "token": self.application._make_token("text"),
            **values,
        }
        self.patch(self.registry["customer.application"], "_get_token_faults", lambda *args: {})
        return self.application._receive(self.company, facts, "203.0.113.7", "text")

    def test_own_field_is_cleaned_stored_and_tells_entries_apart(self):
        self.assertEqual(self.receive(wish=" cake ")[0], STORED)
        self.assertEqual(self.receive(wish="tea")[0], STORED)
        entries = self.env["res.partner"].search([("archive_source", "=", "web"), ("vat", "=", CODES[0])])
        self.assertEqual(set(entries.mapped("consultant_note")), {"CAKE", "TEA"})
        self.assertEqual(set(entries.archive_contact_ids.mapped("function")), {FRIEND})
        cake = entries.filtered(lambda e: e.consultant_note == "CAKE")
        self.assertEqual(cake.activity_ids.user_id, self.env.ref("base.user_admin"))

    def test_own_checks(self):
        outcome, __, errors = self.receive(wish="moon", city="")
        self.assertEqual((outcome, errors), (FAULTY, {"wish": "This wish is too bold.", "city": "Where is that?"}))
        self.assertEqual(set(self.receive(wish="x" * 21)[2]), {"wish"})

    def test_own_trap_limits_and_choices(self):
        before = self.env["res.partner"].search_count([])
        self.assertEqual(self.receive(subject_line="buy")[0], STORED)
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertIn("wish", self.application._get_apply_limits())
        self.assertGreater(self.application._get_apply_min_seconds(), 3)
        choices = self.application._get_apply_choices(self.company, self.application._clean({}))
        self.assertIn("wish_id", choices)
        self.assertNotIn("T", choices["industry_id"].mapped("code"))


@tagged("post_install", "-at_install")
class TestFileHooks(ArchiveCase):
    """Each hook of the printed archive takes effect where a consultant overrides it."""

    def test_sections_facts_labels_and_notes(self):
        archive = self.create_archive("manager", customer_scope=CONSULTED, consultant_grade="new")
        sections = {section.key: section for section in archive._get_archive_report_sections()}
        self.assertEqual(sections["consultant"].facts, [("Opinion", "Good")])
        self.assertEqual(sections["advice"].facts, [("Grade in Words", "new (by the consultant)")])

    def test_columns_of_contacts_sheets_and_limit(self):
        archive = self.create_archive("manager", customer_scope=CONSULTED)
        self.env["res.partner"].create({"parent_id": archive.id, "name": "Wang", "consultant_grade": "new"})
        sections = {section.key: section for section in archive._get_archive_report_sections()}
        self.assertIn("Grade in Words", sections["contacts"].columns)
        self.assertEqual([sheet.name for sheet in archive._get_archive_sheets()][-1], "Consultant")
        self.assertEqual(archive._get_archive_workbook_limit(), 1001)
