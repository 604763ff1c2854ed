from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .followup_common import FollowupCase

CRON = "customer_archive.ir_cron_customer_followup"
JOB = "odoo.addons.customer_archive.models.customer_followup_job"
MORNING = datetime(2026, 11, 10, 2)


@tagged("post_install", "-at_install")
class TestFollowupJob(FollowupCase):
    """What is due is done once, and what cannot be done says why."""

    def get_mails(self):
        return self.env["mail.mail"].search([("model", "=", "res.partner"), ("res_id", "=", self.contact.id)])

    #=== ACTIVITIES ===#

    def test_the_owner_gets_an_activity(self):
        self.create_birthday_rule(offset_days=1)
        self.assertFalse(self.get_activities())
        [row] = self.follow_up(datetime(2026, 11, 9, 2))
        activity = self.get_activities()
        self.assertEqual(activity.user_id, self.users["sales"])
        self.assertEqual(activity.date_deadline, date(2026, 11, 9))
        self.assertTrue(activity.summary.startswith("Rule birthday: Li Na"))
        self.assertEqual((row.state, row.activity_id, row.done_by.id), ("done", activity, False))

    def test_the_deadline_is_the_day_at_the_customer(self):
        self.create_birthday_rule(hour=1)
        self.follow_up(datetime(2026, 11, 9, 18))
        self.assertEqual(self.get_activities().date_deadline, date(2026, 11, 10))

    def test_nothing_comes_early(self):
        self.create_birthday_rule()
        self.follow_up(datetime(2026, 11, 10, 0, 59))
        self.assertFalse(self.get_activities())
        self.follow_up(datetime(2026, 11, 10, 1))
        self.assertEqual(len(self.get_activities()), 1)

    def test_one_occasion_one_action_however_often_the_job_runs(self):
        self.create_birthday_rule()
        for hours in range(0, 60, 6):
            self.follow_up(MORNING + timedelta(hours=hours))
        self.assertEqual(len(self.get_activities()), 1)

    def test_the_next_year_is_another_occasion(self):
        self.create_birthday_rule()
        self.follow_up(MORNING)
        self.follow_up(datetime(2027, 11, 10, 2))
        self.assertEqual(len(self.get_activities()), 2)

    def test_an_activity_that_is_done_or_deleted_does_not_come_back(self):
        self.create_birthday_rule()
        [row] = self.follow_up(MORNING)
        self.get_activities().unlink()
        self.follow_up(MORNING + timedelta(hours=5))
        self.assertEqual((row.state, row.activity_id.id), ("done", False))
        self.assertFalse(self.get_activities())

    def test_the_scheduled_action(self):
        self.create_birthday_rule()
        self.go_to(MORNING)
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.get_activities()), 1)
        self.assertEqual(self.find().state, "done")

    def test_batches(self):
        people = [{"name": f"P {n}", "parent_id": self.archive.id, "birthday": "1980-11-10"} for n in range(7)]
        self.env["res.partner"].create(people)
        self.create_birthday_rule()
        with patch.object(self.registry["customer.followup"], "_get_batch_size", lambda model: 3):
            rows = self.follow_up(MORNING + timedelta(hours=12))
        self.assertEqual(rows.mapped("state"), ["done"] * 8)
        self.assertEqual(len(self.get_activities()), 8)

    #=== MAILS ===#

    def test_a_mail_goes_to_the_person_and_to_nobody_else(self):
        self.create_birthday_rule("mail")
        [row] = self.follow_up(MORNING)
        mail = self.get_mails()
        self.assertEqual((mail.subject, mail.state), ("Hello Li Na", "outgoing"))
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertFalse(mail.email_to or mail.email_cc)
        self.assertIn("For Jinan Daheng Logistics", mail.body_html)
        self.assertEqual((row.state, row.message_id), ("done", mail.mail_message_id))
        self.assertEqual(row.message_id.res_id, self.contact.id, "it stands on the page of the person")

    def test_mails_go_out_by_the_hosts_queue(self):
        self.create_birthday_rule("mail")
        with patch.object(self.registry["mail.mail"], "send") as send:
            self.follow_up(MORNING)
        send.assert_not_called()

    def test_a_customer_without_an_address_is_reached_by_its_first_contact_that_has_one(self):
        self.env["customer.policy"].create({"name": "Visits", "visit_interval_days": 5})
        self.env["customer.interaction"].create(
            {"name": "Talk", "partner_id": self.archive.id, "state": "done", "date_start": "2026-11-01 10:00:00"}
        )
        self.create_rule("visit", "mail")
        [row] = self.follow_up(MORNING)
        self.assertEqual((row.contact_id.id, row.recipient_id), (False, self.contact))
        self.assertEqual(self.get_mails().recipient_ids, self.contact)
        self.archive.sudo().email = "office@example.com"
        self.assertEqual(row.recipient_id, self.contact, "it was sent to whom it was sent")

    def test_a_mail_that_cannot_be_made_does_not_stop_the_others(self):
        good = self.contact.copy({"name": "Good", "birthday": "1980-11-10", "email": "good@example.com"})
        self.create_birthday_rule("mail")
        self.template.body_html = '<p t-if="object.contact_id.name == \'Li Na\'" t-out="1 / 0"/>'
        with mute_logger(JOB, "odoo.addons.mail.models.mail_render_mixin"):
            self.follow_up(MORNING)
        rows = {row.contact_id: row for row in self.find()}
        self.assertEqual((rows[good].state, rows[self.contact].state), ("done", "skipped"))
        self.assertEqual(rows[self.contact].reason, "failed")
        self.assertTrue(rows[self.contact].detail)
        self.template.body_html = "<p>Mended</p>"
        self.follow_up(MORNING + timedelta(hours=5))
        self.assertEqual((rows[self.contact].state, rows[self.contact].detail), ("done", False))
        self.assertEqual(len(self.get_mails()), 1)

    #=== OPT-OUTS ===#

    def test_who_is_on_the_hosts_list_gets_nothing(self):
        self.env["mail.blacklist"]._add("Li.Na@example.com")
        self.create_birthday_rule("mail")
        [row] = self.follow_up(MORNING)
        self.assertEqual((row.state, row.reason), ("skipped", "blacklisted"))
        self.assertFalse(self.get_mails())

    def test_a_withdrawn_consent_stops_the_mail_and_a_new_one_lets_it_go(self):
        purpose = self.env.ref("customer_archive.customer_consent_purpose_marketing_mail")
        self.create_birthday_rule("mail", purpose_id=purpose.id)
        [row] = self.follow_up(MORNING)
        self.assertEqual((row.state, row.reason), ("skipped", "no_consent"))
        consent = {"partner_id": self.contact.id, "purpose_id": purpose.id, "source": "web", "date": date(2026, 11, 1)}
        self.env["customer.consent"].create({**consent})
        self.follow_up(MORNING + timedelta(hours=5))
        self.assertEqual(row.state, "done")

    def test_companies_need_not_consent(self):
        self.archive.sudo().email = "office@example.com"
        self.create_rule("promotion", "mail", promotion_date="2026-11-05")
        self.assertEqual(self.follow_up().state, "done")

    def test_the_person_behind_a_companys_mail_consents(self):
        self.create_rule("promotion", "mail", promotion_date="2026-11-05")
        row = self.follow_up()
        self.assertEqual((row.recipient_id, row.reason), (self.contact, "no_consent"))

    def test_policies_that_rule_out_campaigns(self):
        self.archive.sudo().email = "office@example.com"
        self.env["customer.policy"].create({"name": "Quiet", "marketing_treatment": "none"})
        self.create_rule("promotion", "mail", promotion_date="2026-11-05")
        self.create_birthday_rule("mail")
        self.follow_up(MORNING)
        self.assertEqual({row.rule_id.trigger: row.reason for row in self.find()},
                         {"promotion": "no_campaigns", "birthday": False})

    def test_a_customer_without_an_owner_or_an_address(self):
        self.create_birthday_rule()
        self.create_birthday_rule("mail")
        self.archive.sudo().user_id = False
        self.contact.email = False
        self.follow_up(MORNING)
        reasons = {row.rule_id.action: row.reason for row in self.find(state="skipped")}
        self.assertEqual(reasons, {"activity": "no_owner", "mail": "no_address"})
        self.archive.sudo().user_id = self.users["colleague"]
        self.contact.email = "li.na@example.com"
        self.follow_up(MORNING + timedelta(hours=1))
        self.assertEqual(len(self.find(state="skipped")), 2, "it is tried again a few hours later")
        self.follow_up(MORNING + timedelta(hours=5))
        self.assertEqual(self.get_activities().user_id, self.users["colleague"])
        self.assertEqual(len(self.get_mails()), 1)

    def test_an_owner_who_left_gets_nothing(self):
        self.create_birthday_rule()
        self.users["sales"].active = False
        self.assertEqual(self.follow_up(MORNING).reason, "no_owner")

    def test_what_was_skipped_is_over_when_its_time_is(self):
        self.create_birthday_rule(grace_days=2)
        self.archive.sudo().user_id = False
        row = self.follow_up(MORNING)
        self.archive.sudo().user_id = self.users["sales"]
        self.follow_up(MORNING + timedelta(days=3))
        self.assertEqual(row.state, "skipped")
        self.assertFalse(self.get_activities())

    #=== LATE ===#

    def test_a_late_job_makes_up_for_what_is_not_too_late(self):
        self.create_birthday_rule(grace_days=3)
        self.follow_up()
        self.follow_up(MORNING + timedelta(days=2))
        self.assertEqual(self.find().state, "done")

    def test_what_is_too_late_is_noted_as_missed_and_not_sent(self):
        self.create_birthday_rule("mail", grace_days=3)
        self.follow_up()
        row = self.follow_up(MORNING + timedelta(days=4))
        self.assertEqual(row.state, "missed")
        self.assertFalse(self.get_mails())

    def test_what_nobody_planned_because_the_job_stood_still_is_noted_as_well(self):
        self.create_birthday_rule("mail", grace_days=3)
        self.follow_up(datetime(2026, 9, 1, 12))
        self.assertFalse(self.find())
        self.assertEqual(self.follow_up(datetime(2027, 2, 1, 12)).state, "missed")

    def test_a_new_rule_does_not_look_back(self):
        self.create_birthday_rule(starts_on="2026-11-12")
        self.follow_up(datetime(2026, 11, 12, 12))
        self.assertFalse(self.find())

    def test_an_overdue_visit_is_late_but_not_missed(self):
        self.env["customer.policy"].create({"name": "Visits", "visit_interval_days": 5})
        self.env["customer.interaction"].create(
            {"name": "Talk", "partner_id": self.archive.id, "state": "done", "date_start": "2026-11-01 10:00:00"}
        )
        self.create_rule("visit", grace_days=1)
        self.follow_up()
        self.archive.sudo().user_id = False
        row = self.follow_up(datetime(2026, 12, 6, 12))
        self.assertEqual(row.reason, "no_owner")
        self.archive.sudo().user_id = self.users["sales"]
        self.follow_up(datetime(2026, 12, 20, 12))
        self.assertEqual(row.state, "done")

    def test_what_is_gone_at_the_last_moment_is_not_done(self):
        rule = self.create_birthday_rule()
        [row] = self.follow_up()
        self.contact.birthday = "1980-12-01"
        self.go_to(MORNING)
        self.env.flush_all()
        self.env["customer.followup"]._take_due(rule)._work_off()
        self.assertEqual((row.state, row.reason), ("cancelled", "gone"))
        self.assertFalse(self.get_activities())

    #=== BUTTONS ===#

    def test_the_owner_does_skips_and_reopens(self):
        self.create_birthday_rule()
        row = self.as_user(self.follow_up(), "sales")
        row.action_skip()
        self.assertEqual((row.state, row.reason, row.done_by), ("skipped", "by_person", self.users["sales"]))
        self.follow_up(MORNING)
        self.assertEqual(row.state, "skipped", "the rule does not undo what a person decided")
        row.action_reopen()
        self.assertEqual((row.state, row.reason), ("planned", False))
        row.action_done()
        self.assertEqual((row.state, row.done_by), ("done", self.users["sales"]))
        self.follow_up(MORNING)
        self.assertFalse(self.get_activities())
        for button in (row.action_done, row.action_skip, row.action_reopen):
            with self.assertRaises(UserError):
                button()

    def test_who_may_not_edit_the_customer_decides_nothing(self):
        self.create_birthday_rule()
        row = self.follow_up()
        for login in ("colleague", "employee", "office", "reviewer", "quality"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.as_user(row, login).action_skip()
        self.as_user(row, "leader").action_skip()

    def test_nobody_writes_a_follow_up_by_hand(self):
        self.create_birthday_rule()
        row = self.as_user(self.follow_up(), "manager")
        for values in ({"state": "done"}, {"partner_id": self.users["sales"].partner_id.id}, {"reason": "gone"}):
            with self.subTest(values), self.assertRaises(AccessError):
                row.write(values)
        with self.assertRaises(AccessError):
            row.copy()
        with self.assertRaises(AccessError):
            row.unlink()

    def test_the_owner_moves_with_the_customer(self):
        self.create_birthday_rule()
        row = self.follow_up()
        self.assertEqual(row.user_id, self.users["sales"])
        self.archive.sudo().user_id = self.users["colleague"]
        self.assertEqual(row.user_id, self.users["colleague"])
        self.assertEqual(row.display_name, "Rule birthday: Li Na")
        self.assertEqual(row.action_open_customer()["res_id"], self.archive.id)

    #=== QUERIES ===#

    def count_batch(self, action, number):
        """Statements that a batch of so many takes."""
        self.env["res.partner"].create([
            {"name": f"P {n}", "parent_id": self.archive.id, "birthday": "1980-11-10", "email": f"p{n}@example.com"}
            for n in range(number)
        ])
        rule = self.create_rule("birthday", action)
        self.go_to(MORNING + timedelta(hours=12))
        self.env["customer.followup"]._plan_rule(rule)
        records = self.env["customer.followup"]._take_due(rule)
        self.assertEqual(len(records), number)
        count = self.count_queries(records._work_off)
        self.assertEqual(records.mapped("state"), ["done"] * number)
        rule.active = False
        self.env["res.partner"].search([("birthday", "=", "1980-11-10")]).birthday = False
        return count

    def test_queries_of_a_batch_do_not_grow_with_it(self):
        for action in ("activity", "mail"):
            self.count_batch(action, 2)
            few, many = self.count_batch(action, 5), self.count_batch(action, 50)
            with self.subTest(action):
                self.assertLessEqual(many, few + 5)

    #=== TRACES ===#

    def test_an_erased_person_is_in_no_follow_up(self):
        self.create_birthday_rule()
        self.follow_up()
        places = self.env["customer.privacy.place"]._get_places(self.contact)
        [place] = [place for place in places if place.key == "followup"]
        self.assertEqual(self.env["customer.followup"].search(place.domain), self.find())

    def test_follow_ups_move_with_a_merge_and_nothing_is_done_twice(self):
        twin = self.create_archive("manager", name="Twin")
        self.create_rule("promotion", promotion_date="2026-11-05")
        self.follow_up()
        self.env["customer.merger"]._move(twin.sudo(), self.archive.sudo())
        self.follow_up(datetime(2026, 11, 5, 18))
        self.assertEqual(len(self.get_activities(self.archive)) + len(self.get_activities(twin)), 2)
