from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from ..tools.case import NEW, PROGRESS
from .case_common import CaseCase
from .common import ParallelCase


class RiskCase(CaseCase):
    """Notices on the screen are caught, and the job runs without committing."""

    def setUp(self):
        super().setUp()
        self.notices = notices = []
        model = self.registry["res.users"]

        def send(user, kind, message, **_options):
            notices.append((user, kind, message))

        self.patch(model, "_bus_send", send)

    def get_told(self):
        return [user for user, kind, _message in self.notices if kind == "simple_notification"]

    def run_job(self):
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 10**6):
            self.env["customer.case"]._cron_escalate()

    def get_activities(self, case):
        kind = self.env.ref("customer_archive.mail_activity_type_case")
        return case.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestCaseAlert(RiskCase):
    """A complaint of an important customer is told of at once, and once."""

    def setUp(self):
        super().setUp()
        level = self.env["customer.level"].create({"name": "Best"})
        self.as_user(self.archive, "manager")._set_level_by_hand(level, "Known for years")
        self.policy = self.env["customer.policy"].create(
            {"name": "Best", "level_ids": [(4, level.id)], "case_alert": "complaint"}
        )
        self.env.flush_all()
        self.notices.clear()

    def test_responsible_and_manager_get_an_activity_and_a_notice(self):
        case = self.create_complaint()
        people = self.users["sales"] | self.users["quality"]
        self.assertEqual(self.get_activities(case).user_id, people)
        self.assertEqual(self.env["res.users"].union(*self.get_told()), people)
        self.assertEqual(len(self.get_told()), 2)
        texts = [message["message"] for _user, kind, message in self.notices if kind == "simple_notification"]
        self.assertTrue(all(case.number in text for text in texts))
        self.assertTrue(case.date_alerted)

    def test_it_is_told_once_however_often_the_case_is_changed(self):
        case = self.create_complaint()
        case.write({"severity": "critical"})
        case.action_start()
        case.write({"kind": "service"})
        case.write({"kind": "complaint"})
        self.assertEqual(len(self.get_activities(case)), 2)
        self.assertEqual(len(self.get_told()), 2)

    def test_a_request_becomes_an_alert_when_it_turns_out_to_be_a_complaint(self):
        case = self.create_case()
        self.assertFalse(case.date_alerted)
        case.category_id = self.pain
        self.assertTrue(case.date_alerted)
        self.assertTrue(self.get_activities(case))

    def test_a_policy_may_want_it_of_every_case_or_of_none(self):
        self.policy.case_alert = "all"
        self.assertTrue(self.create_case().date_alerted)
        self.policy.case_alert = False
        self.assertFalse(self.create_complaint().date_alerted)

    def test_who_may_not_see_the_customer_is_not_told(self):
        self.department.manager_id = self.users["colleague"]
        case = self.create_complaint()
        self.assertEqual(self.get_activities(case).user_id, self.users["sales"])
        self.assertNotIn(self.users["colleague"], self.get_told())

    def test_a_case_that_finds_its_customer_later_is_told_of_then(self):
        case = self.create_complaint("manager", partner_id=False)
        self.assertFalse(case.date_alerted)
        case.partner_id = self.archive
        self.assertTrue(case.date_alerted)


@tagged("post_install", "-at_install")
class TestCaseEscalation(RiskCase):
    """Who leads is told once of a late case."""

    def test_the_manager_is_told_once_of_each_missed_deadline(self):
        case = self.create_complaint()
        self.run_job()
        self.assertFalse(self.get_activities(case))
        self.go_to("2026-11-03 02:00:00")
        self.run_job()
        [activity] = self.get_activities(case)
        self.assertEqual(activity.user_id, self.users["quality"])
        self.assertEqual(self.get_told(), [self.users["quality"]])
        self.run_job()
        self.assertEqual(self.get_activities(case), activity, "the same hour again")
        case.action_answer()
        self.go_to("2026-11-09 02:00:00")
        self.run_job()
        self.run_job()
        self.assertEqual(len(self.get_activities(case)), 2, "now the solution is late")

    def test_without_a_manager_the_leader_of_the_team_is_told_then_the_owner(self):
        case = self.create_case()
        self.archive.sudo().archive_team_id = self.team
        self.go_to("2026-11-03 02:00:00")
        self.run_job()
        self.assertEqual(self.get_activities(case).user_id, self.users["leader"])
        other = self.create_case(partner_id=self.create_archive(name="Teamless", archive_team_id=False).id)
        self.go_to("2026-11-05 02:00:00")
        self.run_job()
        self.assertEqual(self.get_activities(other).user_id, self.users["sales"])

    def test_settled_waiting_and_answered_cases_are_left_alone(self):
        simple = self.env["customer.case.category"].create({"name": "Question"})
        waiting, solved, answered = (self.create_case(category_id=simple.id) for _number in range(3))
        waiting.action_start()
        waiting.action_wait()
        solved._resolve("x")
        answered.action_answer()
        self.go_to("2026-11-03 02:00:00")
        self.run_job()
        self.assertFalse(self.get_activities(waiting | solved | answered))

    def test_a_late_case_of_nobody_does_not_stop_the_job(self):
        lost = self.create_case("manager", partner_id=False)
        lost.sudo().user_id = False
        case = self.create_complaint()
        self.go_to("2026-11-03 02:00:00")
        self.run_job()
        self.assertTrue(lost.escalated_for)
        self.assertTrue(self.get_activities(case))

    def test_a_new_day_that_was_agreed_and_missed_is_told_of_again(self):
        case = self.create_complaint()
        case.action_answer()
        self.go_to("2026-11-10 02:00:00")
        self.run_job()
        case.deadline_agreed = "2026-11-12 02:00:00"
        self.run_job()
        self.assertEqual(len(self.get_activities(case)), 1)
        self.go_to("2026-11-12 02:00:01")
        self.run_job()
        self.assertEqual(len(self.get_activities(case)), 2)

    def test_what_the_database_finds_late_is_what_the_case_says(self):
        simple = self.env["customer.case.category"].create({"name": "Question"})
        cases = self.env["customer.case"].union(
            self.create_case(), self.create_case(deadline_agreed="2026-11-02 03:00:00"),
            self.create_case(category_id=simple.id), self.create_case(),
        )
        cases[2]._resolve("x")
        cases[3].action_answer()
        for moment in ("2026-11-02 02:00:00", "2026-11-02 04:00:00", "2026-11-03 03:00:00", "2026-11-20 01:00:00"):
            self.go_to(moment)
            found = self.env["customer.case"]._take_missed() & cases
            late = cases.filtered(lambda case: case.state in (NEW, PROGRESS) and case.is_late)
            self.assertEqual(found, late.sudo(), moment)
            self.assertEqual(len(found), self.env["customer.case"]._count_missed())

    def test_batches_of_one_reach_every_case(self):
        cases = self.env["customer.case"].union(*(self.create_complaint() for _number in range(3)))
        self.go_to("2026-11-03 02:00:00")
        self.patch(self.registry["customer.case"], "_get_batch_size", lambda model: 1)
        self.run_job()
        self.assertEqual([len(self.get_activities(case)) for case in cases], [1, 1, 1])


@tagged("post_install", "-at_install")
class TestCaseWorkers(ParallelCase):
    """Jobs and people at the same moment, on real connections."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        with self.connect() as env:
            self.user_ids = [
                new_test_user(env, login=f"case_worker_{number}", groups="customer_archive.group_all").id
                for number in range(3)
            ]
            archive = env["res.partner"].create(
                {"name": "Worker", "is_company": True, "archive_state": "draft", "user_id": self.user_ids[0]}
            )
            category = env["customer.case.category"].create({"name": "Worker", "needs_return_visit": True})
            facts = {"name": "Worker", "partner_id": archive.id, "category_id": category.id}
            cases = env["customer.case"].create([facts] * 6)
            self.archive_id, self.category_id, self.ids = archive.id, category.id, cases.ids
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            env.cr.execute("UPDATE customer_case SET state = 'new', merged_into_id = NULL WHERE id IN %s",
                           [tuple(self.ids)])
            env.invalidate_all()
            env["customer.case"].browse(self.ids).unlink()
            env["customer.case.category"].browse(self.category_id).unlink()
            env["res.partner"].browse(self.archive_id).unlink()
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
            env.cr.commit()

    def act(self, number, method, *args):
        """A job in which one of the people presses a button of the first case."""
        return lambda env: getattr(
            env["customer.case"].browse(self.ids[0]).with_user(self.user_ids[number]), method
        )(*args)

    def test_two_jobs_at_once_tell_of_each_late_case_once(self):
        with self.connect() as env:
            late = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
            env["customer.case"].browse(self.ids).write({"response_deadline": late})
            env.cr.commit()

        def work(env):
            records = env["customer.case"]
            for _batch in range(4):
                records._take_missed().filtered(lambda record: record.id in self.ids)._escalate()
                env.cr.commit()

        # two jobs that take turns meet more often than one that takes all
        with patch.object(self.registry["customer.case"], "_get_batch_size", lambda model: 2):
            self.assertFalse(self.run_parallel([work, work]))
        with self.connect() as env:
            counts = env["mail.activity"]._read_group(
                [("res_model", "=", "customer.case"), ("res_id", "in", self.ids)], ["res_id"], ["__count"]
            )
            self.assertEqual(sorted(counts), [(case_id, 1) for case_id in self.ids])


    def test_two_people_who_close_at_once_close_it_once(self):
        with self.connect() as env:
            env["customer.case"].browse(self.ids[0]).with_user(self.user_ids[0])._resolve("Done")
            env.cr.commit()
            env["customer.case"].browse(self.ids[0]).with_user(self.user_ids[1])._visit("Fine")
            env.cr.commit()
        errors = self.run_parallel([self.act(0, "action_close"), self.act(1, "action_close")])
        self.assertEqual(len(errors), 1, errors)
        self.assertIn("was closed or opened again meanwhile", str(errors[0]))
        with self.connect() as env:
            self.assertEqual(env["customer.case"].browse(self.ids[0]).state, "closed")

    def test_two_people_who_make_the_return_visit_at_once_leave_one(self):
        with self.connect() as env:
            env["customer.case"].browse(self.ids[0]).with_user(self.user_ids[0])._resolve("Done")
            env.cr.commit()
        errors = self.run_parallel([self.act(1, "_visit", "One"), self.act(2, "_visit", "Two")])
        self.assertEqual(len(errors), 1, errors)
        self.assertIn("not waiting for a return visit", str(errors[0]))

    def test_two_cases_that_are_merged_into_each_other_at_once_do_not_both_end(self):
        def merge(one, other):
            return lambda env: env["customer.case"].browse(self.ids[one]).with_user(self.user_ids[0])._merge_into(
                env["customer.case"].browse(self.ids[other]).with_user(self.user_ids[0])
            )

        errors = self.run_parallel([merge(0, 1), merge(1, 0)])
        self.assertEqual(len(errors), 1, errors)
        with self.connect() as env:
            states = sorted(env["customer.case"].browse(self.ids[:2]).mapped("state"))
            self.assertEqual(states, ["cancelled", "new"])
