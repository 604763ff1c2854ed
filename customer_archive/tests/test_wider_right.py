from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestWiderRight(ArchiveCase):
    """The list of people who see more of customers in sales than in the archive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("archive_state", "!=", False)]).sudo().archive_access = "internal"
        cls.create_archive("colleague", archive_access="owner", archive_team_id=False)

    def make(self, login, *groups, **values):
        return new_test_user(self.env, login=login, groups=",".join(groups), lang="en_US", **values)

    def compare(self, user=None):
        Model = self.env["customer.wider.right"].with_user(user or self.users["manager"])
        return Model.search(Model.action_open()["domain"])

    def test_who_is_listed_and_why(self):
        sales = "sales_team.group_sale_salesman"
        all_docs = "sales_team.group_sale_salesman_all_leads"
        wide = self.make("wide", all_docs)
        head = self.make("head", "sales_team.group_sale_manager", "customer_archive.group_user")
        fine = self.make("fine", sales) | self.make("reads_all", all_docs, "customer_archive.group_back_office")
        gone = self.make("gone", all_docs)
        gone.active = False
        rows = self.compare()
        mine = rows.filtered(lambda row: row.user_id in wide + head)
        self.assertEqual(mine.user_id, wide + head)
        self.assertFalse((fine | gone) & rows.user_id)
        row = mine.filtered(lambda row: row.user_id == wide)
        self.assertRecordValues(row, [{"archive_right": "None", "hidden_count": 1}])
        self.assertIn("User: All Documents", row.other_right)
        self.assertIn("phone numbers", row.meaning)
        row = mine.filtered(lambda row: row.user_id == head)
        self.assertRecordValues(row, [{"archive_right": "User: own archives", "hidden_count": 1}])
        self.assertIn("Administrator", row.other_right)

    def test_every_opening_looks_afresh(self):
        wide = self.make("wide", "sales_team.group_sale_salesman_all_leads")
        self.assertIn(wide, self.compare().user_id)
        wide.write({"group_ids": [Command.link(self.env.ref("customer_archive.group_back_office").id)]})
        rows = self.compare()
        self.assertNotIn(wide, rows.user_id)
        self.assertEqual(self.env["customer.wider.right"].search([]), rows, "what was found before is gone")

    def test_administrators_and_managers_only(self):
        admin = self.make("settings", "base.group_system")
        self.compare(admin)
        for login in ("employee", "seller_all", "reviewer", "auditor"):
            with self.assertRaises(AccessError):
                self.compare(self.users[login])
