from datetime import datetime

from odoo.addons.customer_archive.tests.case_common import CaseCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCaseHooks(CaseCase):
    """Each hook of cases takes effect."""

    def test_what_stands_still_is_urgent_and_goes_to_a_person(self):
        case = self.create_complaint(name="The press stands still")
        self.assertEqual((case.priority, case.user_id), ("3", self.env.ref("base.user_admin")))
        self.assertEqual(case.response_deadline, datetime(2026, 11, 2, 1, 30))
        self.assertEqual(case.deadline, case.response_deadline)
        with self.assertRaises(UserError) as caught:
            case._resolve("x")
        self.assertEqual(str(caught.exception), "Ask whom?")
        case.contact_id = self.gu
        case._resolve("x")
        self.assertTrue(case.needs_visit)
        with self.assertRaises(UserError):
            case.channel_id = False
        with self.assertRaises(UserError):
            case._visit("Runs again")
        case.with_user(self.env.ref("base.user_admin"))._visit("Runs again")
        self.assertEqual(case.state, "visited")

    def test_whoever_sees_it_helps_with_what_stands_still(self):
        self.archive.sudo().archive_access = "internal"
        case = self.create_case(name="The press stands still")
        self.as_user(case, "colleague").action_start()
        self.assertEqual(case.state, "progress")

    def test_a_company_may_have_another_calendar_and_more_time_for_minor_matters(self):
        self.env.company.sudo().name = "Never Sleeps"
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 11, 2, 9))
        self.assertEqual(self.create_case(severity="minor").response_deadline, datetime(2026, 11, 2, 17))

    def test_what_turns_out_to_stand_still_is_told_of_at_once(self):
        case = self.create_case()
        case.name = "The press stands still"
        self.assertTrue(case.date_alerted)
        people = case.sudo().activity_ids.user_id
        self.assertIn(self.env.ref("base.user_admin"), people)

    def test_what_stands_still_takes_a_cause_and_is_not_merged(self):
        case = self.create_case(name="The press stands still", category_id=self.pain.id, contact_id=self.gu.id)
        case.kind = "service"
        with self.assertRaises(UserError) as caught:
            case._resolve("x")
        self.assertIn("cause", str(caught.exception))
        with self.assertRaises(UserError) as caught:
            case._merge_into(self.create_case())
        self.assertEqual(str(caught.exception), "It stands still")

    def test_private_matters_are_not_offered(self):
        case = self.create_complaint(name="Sand holes, private")
        case._resolve("x")
        Case = self.env["customer.case"].with_user(self.users["sales"])
        self.assertEqual(Case.find_similar("sand holes"), [])
        case.name = "Sand holes"
        self.assertEqual(len(Case.find_similar("sand holes")), 1)

    def test_cases_can_be_about_meetings_and_leaders_publish(self):
        self.assertTrue(self.create_case().has_documents)
        Solution = self.env["customer.case.solution"].with_user(self.users["leader"])
        solution = Solution.create({"name": "x", "solution": "<p>y</p>"})
        solution.action_publish()
        self.assertTrue(solution.is_published)
