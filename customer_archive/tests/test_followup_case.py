from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .followup_common import FollowupCase


@tagged("post_install", "-at_install")
class TestFollowupCase(FollowupCase):
    """Solved complaints whose customer is to be asked, and facts that nobody confirmed."""

    def solve(self, login="seller_all", kind="complaint"):
        """A case of the customer, solved by somebody on 5 November at 20:00 in Shanghai."""
        case = self.env["customer.case"].create(
            {
                "name": "Sand holes", "kind": kind, "partner_id": self.archive.id, "contact_id": self.contact.id,
                "category_id": self.env["customer.case.category"].create({"name": "Casting", "kind": kind}).id,
                "cause": "<p>Wet sand</p>", "measure_ids": [Command.create({"name": "Cast again"})],
            }
        )
        self.resolve(case, login)
        return case

    def resolve(self, case, login="seller_all"):
        window = self.env["customer.case.decision"].with_user(self.users[login])
        window.create({"case_id": case.id, "decision": "resolve", "text": "New batch sent"}).action_confirm()

    def reopen(self, case):
        window = self.env["customer.case.decision"].with_user(self.users["seller_all"])
        window.create({"case_id": case.id, "decision": "reopen", "text": "It cracks again"}).action_confirm()

    def create_visit_rule(self):
        return self.create_rule("case_visit", offset_days=1, offset_when="after", hour=9)

    def test_who_had_a_complaint_solved_is_asked_the_day_after(self):
        case = self.solve()
        self.create_visit_rule()
        self.follow_up()
        row = self.find()
        self.assertEqual((row.source, row.contact_id, row.state), (case, self.contact, "planned"))
        self.assertEqual(row.planned_date, datetime(2026, 11, 6, 1))
        self.follow_up(datetime(2026, 11, 6, 2))
        self.follow_up(datetime(2026, 11, 6, 3))
        self.assertEqual(self.get_activities().user_id, self.archive.user_id)
        self.assertEqual(len(self.get_activities()), 1)

    def test_a_service_without_return_visit_asks_for_nothing(self):
        self.solve(kind="service")
        self.create_visit_rule()
        self.follow_up()
        self.assertFalse(self.find())

    def test_who_solved_it_does_not_ask(self):
        case = self.solve(login="sales")
        self.assertEqual(case.resolver_id, self.archive.user_id)
        leader = self.users["leader"]
        case.department_id = self.env["customer.case.department"].create({"name": "Foundry", "manager_id": leader.id})
        self.create_visit_rule()
        self.follow_up(datetime(2026, 11, 6, 2))
        self.assertEqual(self.get_activities().user_id, leader)

    def test_each_solution_is_asked_about_once(self):
        case = self.solve()
        self.create_visit_rule()
        self.follow_up(datetime(2026, 11, 6, 2))
        self.reopen(case)
        self.follow_up(datetime(2026, 11, 7, 2))
        self.resolve(case)
        self.follow_up(datetime(2026, 11, 8, 2))
        self.follow_up(datetime(2026, 11, 9, 2))
        self.assertEqual(self.find().mapped("state"), ["done", "done"])

    def test_a_visit_that_was_made_is_not_planned_any_more(self):
        case = self.solve()
        self.create_visit_rule()
        self.follow_up()
        window = self.env["customer.case.decision"].with_user(self.users["manager"])
        window.create({"case_id": case.id, "decision": "visit", "text": "Content"}).action_confirm()
        self.follow_up(datetime(2026, 11, 6, 2))
        self.assertEqual((self.find().state, self.find().reason), ("cancelled", "gone"))
        self.assertFalse(self.get_activities())

    #=== CONFIRMATIONS ===#

    def confirm(self, confirmed):
        self.make_formal(self.archive)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET archive_verified_date = %s WHERE id = %s", [confirmed, self.archive.id]
        )
        self.env.invalidate_all()

    def test_facts_are_confirmed_again_after_half_a_year(self):
        self.confirm("2026-05-10 03:00:00")
        self.create_rule("confirmation")
        self.follow_up()
        [row] = self.find()
        self.assertEqual((row.partner_id, str(row.occasion_date), row.state), (self.archive, "2026-11-10", "planned"))

    def test_facts_overdue_for_long_are_asked_about_once_and_drafts_are_not(self):
        self.confirm("2025-01-10 03:00:00")
        self.create_archive(name="Draft")
        self.create_rule("confirmation")
        self.follow_up()
        self.follow_up(datetime(2026, 11, 6, 2))
        [row] = self.find()
        self.assertEqual((row.partner_id, row.state), (self.archive, "done"))
        self.assertEqual(len(self.get_activities()), 1)

    def test_who_was_asked_by_mail_already_is_left_alone(self):
        self.confirm("2025-01-10 03:00:00")
        self.env["customer.verification"]._ask(self.archive.sudo(), source="hand")
        self.create_rule("confirmation")
        self.follow_up()
        self.assertFalse(self.find())
