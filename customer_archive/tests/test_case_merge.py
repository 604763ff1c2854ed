from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .case_common import CaseCase
from .test_case_part import PIXEL


@tagged("post_install", "-at_install")
class TestCaseMerge(CaseCase):
    """Two cases about one thing become one, and nothing is lost."""

    def test_work_measures_messages_files_photos_and_activities_move(self):
        photo = self.env["ir.attachment"].with_user(self.users["sales"]).create(
            {"name": "a.png", "datas": PIXEL, "res_model": "customer.case", "res_id": 0}
        )
        twin = self.create_complaint(photo_ids=[(4, photo.id)], work_ids=[(0, 0, {"name": "Looked", "duration": 1})])
        kept = self.create_complaint(work_ids=[(0, 0, {"name": "Drove there", "duration": 2})])
        message = twin.message_post(body="The customer called", attachments=[("mail.txt", b"words")])
        twin.activity_schedule("mail.mail_activity_data_todo", user_id=self.users["sales"].id, summary="Call")
        twin.sudo().message_subscribe(self.gu.ids)
        activities, measure = twin.sudo().activity_ids, twin.measure_ids
        self.press(twin, "sales", "action_merge", kept_id=kept.id)
        self.assertEqual((twin.state, twin.merged_into_id), ("cancelled", kept))
        self.assertEqual(kept.merged_ids, twin)
        self.assertEqual(kept.work_hours, 3)
        self.assertIn(measure, kept.measure_ids)
        self.assertEqual(message.res_id, kept.id)
        self.assertEqual(message.attachment_ids.res_id, kept.id)
        self.assertEqual((kept.photo_ids, photo.res_id), (photo, kept.id))
        self.assertTrue(photo.exists().datas)
        self.assertLessEqual(activities, kept.sudo().activity_ids)
        self.assertIn(self.gu, kept.sudo().message_partner_ids)
        self.assertIn(kept.number, twin.cancel_reason)

    def test_only_open_cases_of_one_customer_are_merged(self):
        case = self.create_complaint()
        other = self.create_complaint(partner_id=self.create_archive(name="Other").id)
        unknown = self.create_case("manager", partner_id=False)
        closed = self.create_complaint()
        closed._resolve("x")
        for kept in (other, case, closed, self.env["customer.case"]):
            with self.subTest(kept), self.assertRaises(UserError):
                case._merge_into(kept.with_user(self.users["sales"]))
        with self.assertRaises(UserError):
            self.as_user(unknown, "manager")._merge_into(self.as_user(unknown.copy(), "manager"))
        self.assertEqual(case.state, "new")

    def test_a_merged_case_goes_on_where_it_was_merged_into(self):
        twin, kept = self.create_complaint(), self.create_complaint()
        twin._merge_into(kept)
        with self.assertRaises(UserError) as caught:
            twin._reopen("x")
        self.assertIn(kept.number, str(caught.exception))
        with self.assertRaises(UserError):
            twin._merge_into(kept)

    def test_who_does_not_work_on_both_merges_nothing(self):
        self.archive.sudo().archive_access = "internal"
        mine = self.create_case("colleague")
        with self.assertRaises(AccessError):
            self.as_user(mine, "colleague")._merge_into(self.as_user(self.create_case(), "colleague"))
        with self.assertRaises(AccessError):
            mine.write({"merged_into_id": self.create_case().id})
