from odoo import Command
from odoo.addons.customer_archive.tests.common import ArchiveCase
from odoo.exceptions import AccessError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestAccessHooks(ArchiveCase):
    """Each hook of access takes effect for contacts and for all that follows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive("colleague", archive_access="owner", archive_team_id=False, email="broken")
        cls.right = cls.env.ref("survey.group_survey_manager")

    def test_columns_of_the_rules(self):
        with self.assertRaises(AccessError):
            self.as_user(self.archive, "colleague").consultant_column = "mine"

    def test_further_right_reads_everything(self):
        employee, issue = self.users["employee"], self.archive.sudo().archive_issue_ids
        self.assertFalse(issue.with_user(employee).has_access("read"))
        employee.write({"group_ids": [Command.link(self.right.id)]})
        self.env.invalidate_all()
        self.assertTrue(self.archive.with_user(employee).has_access("read"))
        self.assertTrue(issue.with_user(employee).has_access("read"))

    def test_further_archives_are_read_and_edited(self):
        sales = self.users["sales"]
        for note, operations in (("", ""), ("for all to read", "read"), ("for all to write", "write")):
            self.archive.sudo().consultant_note = note
            self.env.invalidate_all()
            for operation in ("read", "write"):
                with self.subTest(note=note, operation=operation):
                    found = self.archive.with_user(sales).has_access(operation)
                    self.assertEqual(found, operation == operations)

    def test_further_link(self):
        issues = self.env["customer.data.issue"].with_user(self.users["sales"])
        with self.assertRaises(AccessError):
            issues._check_linked_customers([{"consultant_partner_id": self.archive.id}])

    def test_names_that_are_not_told(self):
        self.assertTrue(self.env["ir.rule"]._tells_customers(self.env["res.country.state"]))
        self.assertFalse(self.env["ir.rule"]._tells_customers(self.env["res.country"]))

    def test_further_wide_right(self):
        employee = self.users["confidential"]
        employee.write({"group_ids": [Command.link(self.right.id)]})
        with self.assertRaises(AccessError):
            self.env["customer.wider.right"].with_user(employee).action_open()
        action = self.env["customer.wider.right"].with_user(self.users["manager"]).action_open()
        rows = self.env["customer.wider.right"].with_user(self.users["manager"]).search(action["domain"])
        # the consultant's right reads all archives besides, so nothing of it is wider
        self.assertNotIn(employee, rows.user_id)
