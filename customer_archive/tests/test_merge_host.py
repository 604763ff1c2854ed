from odoo.exceptions import UserError
from odoo.tests import tagged

from .duplicate_common import DuplicateCase


@tagged("post_install", "-at_install")
class TestMergeHost(DuplicateCase):
    """The host's own wizard merges contacts; archives it leaves alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.gone = cls.create_pair({"email": "a@daheng.example"}, {"email": "a@daheng.example"})
        cls.people = cls.env["res.partner"].create(
            [{"name": "Zhou Yong", "email": "zhou", "parent_id": cls.kept.id, "phone": "1"} for _n in range(2)]
        )
        cls.Wizard = cls.env["base.partner.merge.automatic.wizard"]

    def test_archives_are_refused_with_the_mend(self):
        plain = self.env["res.partner"].create({"name": "Plain"})
        for partners in (self.kept | self.gone, plain | self.gone):
            for user in (self.env.ref("base.user_admin"), self.users["manager"]):
                with self.subTest(partners=partners, user=user.login), self.assertRaisesRegex(UserError, "Duplicates"):
                    self.Wizard.with_user(user).sudo()._merge(partners.ids, partners[0])
        self.assertTrue(self.gone.exists())

    def test_contacts_of_an_archive_are_merged_and_checked_anew(self):
        Issue = self.env["customer.data.issue"]
        self.assertEqual(len(Issue.search([("contact_id", "in", self.people.ids), ("state", "=", "open")])), 4)
        self.Wizard._merge(self.people.ids, self.people[0])
        self.assertFalse(self.people[1].exists())
        issues = Issue.search([("contact_id", "=", self.people[0].id), ("state", "=", "open")])
        self.assertEqual(sorted(issues.mapped("code")), ["email_invalid", "phone_invalid"])
        self.assertEqual(issues.partner_id, self.kept)

    def test_groups_of_the_wizard_leave_archives_out(self):
        twins = self.env["res.partner"].create([{"name": self.kept.name, "email": self.kept.email} for _n in range(2)])
        wizard = self.Wizard.create({"group_by_email": True})
        wizard.action_start_manual_process()
        named = " ".join(wizard.line_ids.mapped("aggr_ids"))
        self.assertIn(str(twins[0].id), named)
        self.assertNotIn(str(self.kept.id), named)
        twins[1].email = "else@daheng.example"
        self.env.flush_all()
        wizard = self.Wizard.create({"group_by_email": True})
        wizard.action_start_manual_process()
        self.assertNotIn(str(twins[0].id), " ".join(wizard.line_ids.mapped("aggr_ids")))
        self.assertEqual(wizard.number_group, len(wizard.line_ids))
