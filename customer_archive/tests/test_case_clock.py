from datetime import datetime

from odoo.tests import tagged

from .case_common import MONDAY, CaseCase


@tagged("post_install", "-at_install")
class TestCaseClock(CaseCase):
    """When a case is due, in working time, and what is left in words."""

    def close_company(self, start, end, company=None):
        leave = self.env["resource.calendar.leaves"].create(
            {"name": "Holiday", "date_from": start, "date_to": end, "calendar_id": not company and self.calendar.id}
        )
        leave.company_id = company or self.env.company

    def use_policy(self, **values):
        self.level = self.env["customer.level"].create({"name": "Best"})
        self.as_user(self.archive, "manager")._set_level_by_hand(self.level, "Known for years")
        self.env["customer.policy"].create({"name": "Best", "level_ids": [(4, self.level.id)], **values})

    def test_deadlines_are_counted_in_working_hours(self):
        case = self.create_case()
        # 8 hours from Monday 9:00: 7 on Monday, one on Tuesday; 40 hours: next Monday 9:00
        self.assertEqual(case.response_deadline, datetime(2026, 11, 3, 1))
        self.assertEqual(case.deadline, datetime(2026, 11, 9, 1))

    def test_a_case_of_the_evening_counts_from_the_next_morning(self):
        self.go_to("2026-11-06 14:30:00")
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 11, 9, 9))

    def test_holidays_of_the_company_do_not_count(self):
        self.close_company("2026-11-02 16:00:00", "2026-11-04 16:00:00")
        case = self.create_case()
        self.assertEqual(case.response_deadline, datetime(2026, 11, 5, 1))
        self.assertEqual(case.deadline, datetime(2026, 11, 11, 1))

    def test_holidays_of_another_company_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.close_company("2026-11-02 16:00:00", "2026-11-04 16:00:00", other)
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 11, 3, 1))

    def test_a_holiday_of_many_weeks_is_passed_over(self):
        self.close_company("2026-11-02 16:00:00", "2027-03-01 16:00:00")
        self.assertEqual(self.create_case().response_deadline, datetime(2027, 3, 2, 1))

    def test_the_night_on_which_clocks_change_has_an_hour_more_or_less(self):
        night = self.create_calendar("Europe/Berlin", hours=((0, 24),), days="0123456")
        self.env.company.resource_calendar_id = night
        self.env.company.customer_case_response_hours = 6
        # 24 October 2026, 23:00 in Berlin: six hours later it is 4:00 of winter time
        self.go_to("2026-10-24 21:00:00")
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 10, 25, 3))
        day = self.create_calendar("Europe/Berlin", days="0123456")
        self.env.company.resource_calendar_id = day
        # the next working day begins at 8:00 of winter time, which is 7:00 UTC
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 10, 25, 14))
        self.go_to("2027-03-27 21:00:00")
        self.assertEqual(self.create_case().response_deadline, datetime(2027, 3, 28, 13))

    def test_a_company_without_working_hours_counts_around_the_clock(self):
        self.env.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Nothing", "attendance_ids": [(5, 0, 0)]}
        )
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 11, 2, 9))

    def test_hours_are_of_the_clock_where_nobody_works_for_years(self):
        self.close_company("2026-11-01 00:00:00", "2040-01-01 00:00:00")
        self.assertEqual(self.create_case().response_deadline, datetime(2026, 11, 2, 9))

    def test_the_shortest_promise_counts(self):
        self.use_policy(service_response_hours=2, service_resolve_hours=8)
        case = self.create_complaint()
        self.assertEqual(case.response_deadline, datetime(2026, 11, 2, 3))
        self.assertEqual(case.deadline, datetime(2026, 11, 3, 1))
        self.pain.write({"response_hours": 1, "resolve_hours": 16})
        self.assertEqual(case.response_deadline, datetime(2026, 11, 2, 2))
        self.assertEqual(case.deadline, datetime(2026, 11, 3, 1), "the policy promises more")

    def test_a_serious_case_may_take_half_the_time_and_a_critical_one_a_quarter(self):
        case = self.create_case(severity="serious")
        self.assertEqual(case.response_deadline, datetime(2026, 11, 2, 6))
        case.severity = "critical"
        self.assertEqual(case.response_deadline, datetime(2026, 11, 2, 3))
        case.severity = "minor"
        self.assertEqual(case.response_deadline, datetime(2026, 11, 3, 1))

    def test_priority_comes_from_severity_category_and_policy(self):
        self.assertEqual(self.create_complaint(severity="minor").priority, "0")
        self.assertEqual(self.create_complaint(severity="serious").priority, "2")
        self.use_policy(case_urgency="raised")
        case = self.create_complaint(severity="minor")
        self.assertEqual(case.priority, "1")
        self.pain.urgency = "raised"
        self.assertEqual(case.priority, "2")
        self.pain.urgency = "top"
        self.assertEqual(case.priority, "3")

    def test_the_policy_says_how_urgent_cases_are(self):
        self.use_policy(case_urgency="raised")
        lines = {line["label"]: line["value"] for line in self.as_user(self.archive, "sales").customer_policy_lines}
        self.assertEqual(lines, {"Cases": "One step more urgent"})

    def test_a_day_agreed_with_the_customer_takes_the_place_of_the_calculated_one(self):
        case = self.create_case(deadline_agreed="2026-12-24 08:00:00")
        self.assertEqual(case.deadline, datetime(2026, 12, 24, 8))
        case.deadline_agreed = False
        self.assertEqual(case.deadline, datetime(2026, 11, 9, 1))

    def test_deadlines_of_a_settled_case_do_not_change_with_the_rules(self):
        case = self.create_complaint()
        case._resolve("Done")
        self.pain.write({"response_hours": 1, "resolve_hours": 1})
        self.assertEqual(case.deadline, datetime(2026, 11, 9, 1))

    def test_an_unanswered_case_is_late_before_its_solution_is_due(self):
        case = self.create_case()
        self.go_to("2026-11-03 01:00:01")
        self.assertTrue(case.is_late)
        self.assertEqual(case.search([("is_late", "=", True)]), case)
        case.action_answer()
        self.assertFalse(case.is_late)
        self.assertFalse(case.search([("is_late", "=", True)]))
        self.go_to("2026-11-09 01:00:00")
        self.assertFalse(case.is_late)
        self.go_to("2026-11-09 01:00:01")
        self.assertTrue(case.is_late)
        self.assertEqual(case.search([("is_late", "=", True)]), case)
        self.assertFalse(case.search([("is_late", "=", False)]))

    def test_a_case_that_was_late_stays_late_while_it_waits(self):
        late, early = self.create_case(), self.create_case()
        (late | early).action_start()
        early.action_wait()
        self.go_to("2026-11-10 01:00:00")
        late.action_wait()
        self.go_to("2026-11-20 01:00:00")
        self.assertEqual(late.search([("is_late", "=", True), ("state", "=", "waiting")]), late)
        self.assertEqual((late.is_late, early.is_late), (True, False))
        self.assertEqual(late.clock, "Late, waits for the customer")
        self.assertEqual(early.clock, "Waits for the customer")

    def test_the_clock_says_in_words_how_long_is_left(self):
        case = self.create_case()
        self.assertEqual(case.clock, "8 h of working time left for the first answer")
        self.go_to("2026-11-02 08:15:00")
        self.assertEqual(case.clock, "1 h 45 min of working time left for the first answer")
        self.go_to("2026-11-03 00:20:00")
        self.assertEqual(case.clock, "40 min of working time left for the first answer")
        self.go_to("2026-11-03 03:00:00")
        self.assertEqual(case.clock, "First answer late by 2 h of working time")
        case.action_answer()
        self.assertEqual(case.clock, "30 h of working time left")
        self.go_to("2026-11-09 02:00:00")
        self.assertEqual(case.clock, "Late by 1 h of working time")
        case.category_id = self.env["customer.case.category"].create({"name": "Question"})
        case._resolve("Done")
        self.assertEqual(case.clock, "Solved late")
        case._reopen("x")
        case._cancel("x")
        self.assertFalse(case.clock)

    def test_a_solution_that_is_due_before_the_first_answer_comes_first(self):
        case = self.create_case(deadline_agreed="2026-11-02 03:00:00")
        self.assertEqual(case.clock, "2 h of working time left")
        self.go_to("2026-11-02 04:00:00")
        self.assertTrue(case.is_late)
        self.assertEqual(case.clock, "Late by 1 h of working time")

    def test_query_count_of_the_clock_does_not_grow_with_cases(self):
        def look(cases):
            cases.mapped("clock")
            cases.mapped("is_late")

        values = {"name": "Sand holes", "partner_id": self.archive.id}
        cases = self.env["customer.case"].create([dict(values) for _n in range(20)])
        few, many = self.count_queries(look, cases[:2]), self.count_queries(look, cases)
        self.assertEqual(few, many)

    def test_a_new_case_starts_now(self):
        self.assertEqual(self.create_case().date_open, MONDAY)
