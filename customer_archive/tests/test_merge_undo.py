from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .duplicate_common import DuplicateCase


@tagged("post_install", "-at_install")
class TestMergeUndo(DuplicateCase):
    """A merge can be undone for 30 days; what was changed since is told and left alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.gone = cls.create_pair({"email": False}, {"email": "office@daheng.example"})
        cls.contact = cls.env["res.partner"].create({"name": "Zhou Yong", "parent_id": cls.gone.id})
        cls.message = cls.gone.message_post(body="Said on the phone")
        cls.pair = cls.search_pairs(cls.kept)

    def setUp(self):
        super().setUp()
        self.record = self.merge(self.kept, self.gone, {"phone": self.gone.id})

    def test_both_become_what_they_were(self):
        self.record.action_undo()
        self.assertEqual((self.kept.email, self.kept.phone), (False, "021-50592061"))
        self.assertEqual((self.gone.archive_state, self.gone.active), ("draft", True))
        self.assertFalse(self.gone.archive_merged_into_id)
        self.assertEqual((self.contact.parent_id, self.contact.commercial_partner_id), (self.gone, self.gone))
        self.assertEqual(self.message.res_id, self.gone.id)
        self.assertEqual((self.record.state, self.record.undone_by), ("undone", self.users["manager"]))
        self.assertEqual(self.pair.state, "open", "to be decided anew")
        self.assertIn("undone", self.kept.message_ids[0].body)

    def test_former_numbers_go(self):
        kept, gone = self.create_formal(), self.create_formal(name="Jinan Daheng Logistics Ltd")
        record = self.merge(kept, gone)
        record.action_undo()
        self.assertFalse(kept.archive_former_numbers)
        self.assertEqual((gone.archive_state, gone.archive_number_ids.name), ("formal", gone.archive_number))

    def test_what_was_changed_since_is_told_first(self):
        self.message.sudo().unlink()
        self.kept.sudo().email = "new@daheng.example"
        with self.assertRaisesRegex(UserError, "(?s)Message: 1 of .* deleted or moved on.*Email of “Jinan Daheng"):
            self.record.action_undo()
        self.assertEqual(self.record.state, "done")
        self.record.invalidate_recordset()
        self.assertIn("Email of", self.record.conflict_text)

    def test_the_rest_is_undone_where_a_person_says_so(self):
        self.kept.sudo().email = "new@daheng.example"
        self.record.action_undo_rest()
        self.assertEqual((self.kept.email, self.kept.phone), ("new@daheng.example", "021-50592061"))
        self.assertEqual(self.contact.parent_id, self.gone)
        self.assertIn("Left as it is", self.kept.message_ids[0].body)

    def test_a_contact_that_was_deleted_or_moved_on(self):
        self.contact.unlink()
        self.record.invalidate_recordset()
        self.assertIn("A contact was deleted since", self.record.conflict_text)
        self.record.action_undo_rest()
        self.assertTrue(self.gone.active)

    def test_what_was_entered_since_stays_with_the_archive_kept(self):
        later = self.env["res.partner"].create({"name": "Later", "parent_id": self.kept.id})
        self.record.action_undo()
        self.assertEqual(later.parent_id, self.kept)

    def test_a_merge_is_undone_once(self):
        self.record.action_undo()
        with self.assertRaisesRegex(UserError, "undone already"):
            self.record.action_undo()

    def test_after_thirty_days_it_is_final(self):
        self.env.flush_all()
        last = self.record.undo_until
        self.assertEqual((last - self.record.date).days, 30)
        with freeze_time(last + timedelta(minutes=1)):
            self.record.invalidate_recordset()
            self.assertFalse(self.record.can_undo)
            with self.assertRaisesRegex(UserError, "30 days"):
                self.record.action_undo()
            self.env["customer.merge"]._gc_merges()
        self.assertFalse(self.record.sudo().payload, "the former facts are forgotten")
        self.assertTrue(self.record.moved_text)

    def test_a_later_merge_is_undone_first(self):
        third = self.create_archive(name="Jinan Daheng Logistics GmbH", vat=False)
        later = self.merge(third, self.kept)
        self.assertEqual(self.gone.archive_merged_into_id, third)
        with self.assertRaisesRegex(UserError, "undo that merge first"):
            self.record.action_undo()
        later.action_undo()
        self.assertEqual(self.gone.archive_merged_into_id, self.kept)
        self.record.action_undo()
        self.assertTrue(self.gone.active)
        self.assertEqual(self.contact.parent_id, self.gone)

    def test_who_undoes(self):
        for login in ("sales", "colleague", "reviewer", "office", "employee", "auditor"):
            with self.subTest(login), self.assertRaises(UserError):
                self.record.with_user(self.users[login]).action_undo()
        (self.kept | self.gone).sudo().archive_team_id = self.team
        self.record.with_user(self.users["leader"]).action_undo()
        self.assertEqual(self.record.undone_by, self.users["leader"])

    def test_who_sees_a_merge(self):
        self.gone.sudo().write(
            {"archive_access": "owner", "archive_team_id": False, "user_id": self.users["colleague"].id}
        )
        self.env.flush_all()
        expected = {
            "sales": False,
            "colleague": True,
            "leader": False,
            "seller_all": True,
            "manager": True,
            "reviewer": True,
            "employee": False,
        }
        Merge = self.env["customer.merge"]
        seen = {
            login: bool(Merge.with_user(self.users[login]).search([("id", "=", self.record.id)])) for login in expected
        }
        self.assertEqual(seen, expected)

    def test_a_proposal_made_by_the_merge_is_withdrawn(self):
        formal = self.create_formal(name="Jinan Daheng Logistics Inc", email=False)
        draft = self.create_archive(name="Jinan Daheng Logistics SA", vat=False, email="x@daheng.example")
        record = self.merge(formal, draft)
        [change] = formal.archive_change_ids
        record.action_undo()
        self.assertEqual(change.state, "cancelled")
        self.assertFalse(formal.email)

    def test_rows_that_came_late_follow(self):
        issue = self.env["ir.attachment"].create({"name": "Late", "res_model": "res.partner", "res_id": self.gone.id})
        self.env["customer.merge"]._gc_merges()
        self.assertEqual(issue.res_id, self.kept.id)
        self.record.action_undo()
        self.assertEqual(issue.res_id, self.gone.id)

    def test_a_column_that_is_gone_does_not_stop_the_undoing(self):
        record = self.record.sudo()
        strange = {
            "table": "customer_gone",
            "column": "partner_id",
            "key": "id",
            "is_text": False,
            "keys": [1],
            "values": [],
            "stayed": 0,
        }
        record.payload = {**record.payload, "moves": [*record.payload["moves"], strange]}
        self.record.action_undo()
        self.assertEqual(self.record.state, "undone")

    def test_undoing_may_be_said_by_name(self):
        self.assertEqual(self.record.display_name, f"{self.gone.name} into {self.kept.name}")
        self.assertGreater(self.record.undo_until, fields.Datetime.now())
