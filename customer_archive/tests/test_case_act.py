from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .case_common import MONDAY, CaseCase


@tagged("post_install", "-at_install")
class TestCaseSteps(CaseCase):
    """A case from the first word until it is closed."""

    def test_a_complaint_goes_from_new_to_closed_through_the_hands_of_two(self):
        case = self.create_complaint()
        case.action_start()
        self.assertEqual(case.state, "progress")
        self.press(case, "sales", "action_resolve", "Parts replaced")
        self.assertEqual((case.state, case.resolution, case.resolver_id), ("resolved", "Parts replaced", case.user_id))
        with self.assertRaises(UserError) as caught:
            case.action_close()
        self.assertIn("another person", str(caught.exception))
        with self.assertRaises(UserError) as caught:
            self.press(case, "sales", "action_return_visit", "Happy")
        self.assertIn("somebody else", str(caught.exception))
        self.press(case, "quality", "action_return_visit", "The customer is satisfied")
        self.assertEqual((case.state, case.visitor_id), ("visited", self.users["quality"]))
        case.action_close()
        self.assertEqual((case.state, case.date_closed), ("closed", MONDAY))

    def test_a_service_case_is_closed_without_a_return_visit_unless_its_category_wants_one(self):
        simple = self.env["customer.case.category"].create({"name": "Question"})
        case = self.create_case(category_id=simple.id)
        case._resolve("Answered")
        case.action_close()
        self.assertEqual(case.state, "closed")
        simple.needs_return_visit = True
        case = self.create_case(category_id=simple.id)
        case._resolve("Answered")
        with self.assertRaises(UserError):
            case.action_close()

    def test_a_case_that_nobody_answers_for_is_taken_up_by_who_presses_the_button(self):
        case = self.create_case(user_id=False)
        case.sudo().user_id = False
        self.as_user(case, "seller_all").action_start()
        self.assertEqual(case.user_id, self.users["seller_all"])
        self.assertFalse(case.date_answered, "taking up is no answer")

    def test_a_message_to_the_outside_is_the_first_answer_and_a_note_is_none(self):
        case = self.create_case()
        case.message_post(body="Looks bad", subtype_xmlid="mail.mt_note")
        self.assertFalse(case.date_answered)
        case.sudo().message_post(
            body="Hello?", message_type="email", subtype_xmlid="mail.mt_comment", author_id=self.gu.id
        )
        self.assertFalse(case.date_answered, "the customer wrote")
        case.message_post(body="We look into it", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual((case.state, case.date_answered), ("progress", MONDAY))
        self.go_to("2026-11-03 01:00:00")
        case.message_post(body="Still looking", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual(case.date_answered, MONDAY, "the first answer counts")

    def test_an_answer_by_phone_is_noted_by_a_button(self):
        case = self.create_case()
        case.action_answer()
        self.assertEqual((case.state, case.date_answered), ("progress", MONDAY))

    def test_opening_again_counts_with_its_reason_and_starts_the_clock_anew(self):
        case = self.create_complaint()
        self.flush_tracking()
        case._resolve("Replaced")
        first = case.deadline
        self.go_to("2026-11-16 01:00:00")
        self.press(case, "sales", "action_reopen", "Broke again")
        self.assertEqual((case.state, case.reopen_count, case.reopen_reason), ("progress", 1, "Broke again"))
        self.assertFalse(case.date_resolved)
        self.assertEqual((case.deadline - first).days, 14)
        case._resolve("Replaced again")
        case._reopen("And again")
        self.assertEqual(case.reopen_count, 2)
        self.flush_tracking()
        self.assertIn("And again", case.sudo().message_ids.tracking_value_ids.mapped("new_value_char"))

    def test_after_opening_again_the_return_visit_of_the_first_time_does_not_count(self):
        case = self.create_complaint()
        case._resolve("Replaced")
        self.as_user(case, "quality")._visit("Fine")
        case._reopen("Broke again")
        case._resolve("Replaced again")
        self.assertFalse(case.visit_date)
        with self.assertRaises(UserError):
            case.action_close()

    def test_a_cancelled_case_says_why_and_can_be_opened_again(self):
        case = self.create_case()
        self.press(case, "sales", "action_cancel", "Entered twice")
        self.assertEqual((case.state, case.cancel_reason), ("cancelled", "Entered twice"))
        case._reopen("It was none")
        self.assertEqual((case.state, case.cancel_reason), ("progress", False))

    def test_steps_out_of_their_order_are_refused_in_words(self):
        case = self.create_complaint()
        for act in (
            case.action_wait, case.action_resume, case.action_close, lambda: case._visit("x"),
            lambda: case._reopen("x"),
        ):
            with self.assertRaises(UserError):
                act()
        case._resolve("Done")
        for act in (
            case.action_start, case.action_answer, case.action_wait, lambda: case._resolve("x"),
            lambda: case._cancel("x"),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual(case.state, "resolved")

    def test_a_case_without_category_is_not_resolved(self):
        with self.assertRaises(UserError) as caught:
            self.create_case()._resolve("x")
        self.assertIn("category", str(caught.exception))

    def test_facts_of_a_settled_case_stay(self):
        case = self.create_complaint()
        case._resolve("Done")
        changes = {
            "severity": "minor", "kind": "service", "category_id": False, "deadline_agreed": "2030-01-01 00:00:00",
            "partner_id": self.create_archive(name="Another").id,
        }
        for name, value in changes.items():
            with self.subTest(name), self.assertRaises(UserError):
                case.write({name: value})
        case.write({"name": "Sand holes, third lot", "severity": "moderate"})
        self.assertEqual(case.name, "Sand holes, third lot")

    def test_waiting_stops_the_clock_and_going_on_moves_the_deadline(self):
        case = self.create_complaint()
        case.action_start()
        before = case.deadline
        self.go_to("2026-11-03 01:00:00")
        case.action_wait()
        self.assertEqual((case.state, case.waiting_since), ("waiting", datetime(2026, 11, 3, 1)))
        self.assertTrue(case.date_answered, "we asked the customer for something")
        self.go_to("2026-11-05 01:00:00")
        case.action_resume()
        self.assertEqual((case.state, case.waited_hours), ("progress", 16))
        self.assertEqual((case.deadline - before).days, 2)

    def test_waiting_until_it_is_resolved_does_not_make_it_late(self):
        case = self.create_complaint()
        case.action_start()
        case.action_wait()
        self.go_to("2026-11-30 01:00:00")
        self.assertFalse(case.is_late)
        case._resolve("The customer found it")
        self.assertFalse(case.waiting_since)
        self.assertEqual(case.clock, "Solved in time")


@tagged("post_install", "-at_install")
class TestCasePeople(CaseCase):
    """Who presses the buttons of a case."""

    def test_who_has_nothing_to_do_with_a_case_changes_nothing(self):
        self.archive.sudo().archive_access = "internal"
        case = self.create_complaint()
        colleague = self.as_user(case, "colleague")
        for act in (
            lambda: colleague.write({"name": "x"}), colleague.action_start, colleague.action_answer,
            colleague.action_resolve, colleague.action_cancel, lambda: colleague._resolve("x"),
        ):
            with self.assertRaises(AccessError) as caught:
                act()
        self.assertIn(case.number, str(caught.exception))
        case.department_id.sudo().member_ids += self.users["colleague"]
        colleague.action_start()
        self.assertEqual(case.state, "progress")

    def test_a_case_that_nobody_answers_for_names_its_department(self):
        self.archive.sudo().archive_access = "internal"
        case = self.create_complaint()
        case.sudo().user_id = False
        with self.assertRaises(AccessError) as caught:
            self.as_user(case, "colleague").action_start()
        self.assertIn("department", str(caught.exception))

    def test_quality_works_on_complaints_of_every_customer_and_on_nothing_else(self):
        complaint = self.create_complaint(department_id=False)
        self.as_user(complaint, "quality").action_start()
        self.assertEqual(complaint.state, "progress")
        service = self.create_case(department_id=False)
        with self.assertRaises(AccessError):
            self.as_user(service, "quality").action_start()

    def test_roles_that_only_read_press_no_button(self):
        case = self.create_complaint()
        for login in ("reviewer", "office"):
            record = self.as_user(case, login)
            self.assertEqual(record.name, case.name)
            for button in ("action_start", "action_resolve", "action_cancel", "action_answer"):
                with self.subTest(login=login, button=button), self.assertRaises(AccessError):
                    getattr(record, button)()
