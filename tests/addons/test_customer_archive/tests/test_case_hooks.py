from datetime import datetime

from odoo.addons.customer_archive.tests.case_common import CaseCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCaseHooks(CaseCase):
    """Each hook of cases takes effect."""

    def test_what_stands_still_is_urgent_and_goes_to_a_person(self):
        case = self.create_case(name="The press stands still", category_id=self.pain.id)
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

    def test_minor_matters_have_time(self):
        self.assertEqual(self.create_case(severity="minor").response_deadline, datetime(2026, 11, 4, 1))

    def test_a_company_may_have_another_calendar_for_cases(self):
        self.env.company.sudo().name = "Never Sleeps"
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 11, 2, 9))
