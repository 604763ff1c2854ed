import random
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .alert_common import SHIFT, ZONE, AlertCase


@tagged("post_install", "-at_install")
class TestAlert(AlertCase):
    """Each kind of event gives one alert, and a day of work none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log_earlier_exports(cls.users.values())

    def test_normal_day_of_twenty_people_gives_none(self):
        people = [
            new_test_user(self.env, f"normal_{n}", "customer_archive.group_user", tz=ZONE, lang="en_US")
            for n in range(20)
        ]
        self.log_earlier_exports(people)
        partners = self.env["res.partner"].create(
            [
                {"name": f"N{n}", "archive_state": "draft", "is_company": True, "user_id": people[n % 20].id}
                for n in range(100)
            ]
        )
        dice = random.Random(7)
        rows = []
        for user in people:
            own = [partner.id for partner in partners if partner.user_id == user]
            times = [self.at(dice.randrange(8, 19), dice.randrange(60), dice.randrange(60)) for __ in range(170)]
            rows += [(user, time, "read", 80, dice.sample(partners.ids, 80)) for time in times[:40]]
            rows += [(user, time, "read", 7, dice.sample(own, 2)) for time in times[40:140]]
            rows += [(user, time, "search", 30) for time in times[140:155]]
            rows += [(user, time, "print", 1) for time in times[155:161]]
            rows += [(user, time, "export", dice.randrange(5, 200)) for time in times[161:163]]
            rows += [(user, time, "write", 1) for time in times[163:]]
            # somebody looks something up in the evening
            rows += [(user, self.at(21, 30), "read", 12)]
        self.log(rows)
        self.watch()
        self.assertFalse(self.env["customer.audit.alert"].search([("user_id", "in", [user.id for user in people])]))

    def test_many_records_within_an_hour(self):
        self.log([("sales", self.at(10, minute), "read", 80) for minute in range(38)])
        alert = self.only_alert("many_records")
        self.assertEqual(alert.count, 38 * 80)
        self.assertEqual((alert.date_from, alert.date_to), (self.at(10), self.at(10, 37, 1)))
        self.assertIn("archive_sales", alert.summary)
        self.assertIn("3,040", alert.summary)

    def test_thousands_of_records_read_at_once_by_a_program(self):
        self.log([("sales", self.at(10), "read", 5000)])
        self.assertEqual(self.only_alert("many_records").count, 5000)

    def test_many_records_over_a_day_are_none(self):
        self.log([("sales", self.at(8 + n // 6, n % 6 * 10), "read", 80) for n in range(60)])
        self.assertFalse(self.watch())

    def test_sum_runs_over_any_hour_not_over_hours_of_the_clock(self):
        self.log([("sales", self.at(10, 50), "read", 1600), ("sales", self.at(11, 10), "read", 1600)])
        self.only_alert("many_records")

    def test_many_small_exports(self):
        self.log([("sales", self.at(14, minute), "export", 1) for minute in range(25)])
        self.assertEqual(self.only_alert("many_exports").count, 25)

    def test_exports_that_were_refused_count(self):
        self.log([("sales", self.at(14, minute), "denied", 10) for minute in range(25)])
        self.assertEqual(self.only_alert("many_exports").count, 25)

    def test_odd_hours_by_the_clock_of_the_person(self):
        self.log([("sales", self.at(2), "read", 400)])
        self.assertEqual(self.only_alert("odd_hours").count, 400)
        self.users["colleague"].tz = "America/New_York"
        self.log([("colleague", self.at(2, 30), "read", 400)])  # noon in New York
        self.rewind()
        self.assertEqual(len(self.watch()), 1)
        self.users["leader"].tz = False
        self.env.company.resource_calendar_id.tz = ZONE
        self.log([("leader", self.at(3), "read", 400)])
        self.rewind()
        self.assertEqual(self.watch().user_id, self.users["sales"] | self.users["leader"])

    def test_weekends_are_odd_hours_unless_the_rule_says_otherwise(self):
        self.day -= timedelta(days=self.day.isoweekday())  # the Sunday before
        type(self).day, day = self.day, type(self).day
        self.addCleanup(setattr, type(self), "day", day)
        self.rewind()
        self.log([("sales", self.at(11), "read", 400)])
        self.rules["odd_hours"].is_weekend_odd = False
        self.assertFalse(self.watch())
        self.rules["odd_hours"].is_weekend_odd = True
        self.rewind()
        self.only_alert("odd_hours")

    def make_archives_of_others(self, count):
        partners = self.env["res.partner"].create(
            [
                {"name": f"O{n}", "archive_state": "draft", "is_company": True, "user_id": self.users["colleague"].id}
                for n in range(count)
            ]
        )
        self.env.flush_all()
        return partners

    def test_customers_of_others(self):
        self.rules["others"].threshold = 50
        ids = self.make_archives_of_others(60).ids
        self.log([("sales", self.at(9 + n // 10, n % 10), "read", 1, [ids[n]]) for n in range(60)])
        self.log([("colleague", self.at(9, n % 60), "read", 1, [ids[n]]) for n in range(60)])
        self.log([("leader", self.at(9), "read", 60, ids)])
        self.assertEqual(self.only_alert("others").count, 60)

    def test_same_customers_of_others_again_and_again_are_none(self):
        self.rules["others"].threshold = 50
        ids = self.make_archives_of_others(30).ids
        self.log([("sales", self.at(9 + n), "read", 30, ids) for n in range(8)])
        self.assertFalse(self.watch())

    def test_first_export(self):
        newcomer = self.users["newcomer"] = new_test_user(self.env, "newcomer", "customer_archive.group_user", tz=ZONE)
        self.addCleanup(self.users.pop, "newcomer")
        self.log([(newcomer, self.at(10, n), "export", 15) for n in range(5)])
        self.assertEqual(self.only_alert("first_export", "newcomer").count, 15)
        self.log([(newcomer, self.at(15), "export", 15)])
        self.rewind()
        self.assertEqual(len(self.watch()), 1)

    def test_reading_after_notice_of_leaving(self):
        self.log([("sales", self.at(9 + n), "read", 80) for n in range(5)])
        self.assertFalse(self.watch())
        self.users["sales"].customer_leaving_date = self.day.date() + timedelta(days=1)
        self.rewind()
        self.assertFalse(self.watch(), "not yet")
        self.users["sales"].customer_leaving_date = self.day.date()
        self.rewind()
        self.assertEqual(self.only_alert("leaving").count, 400)

    #=== ONE PER EVENT ===#

    def test_looking_twice_makes_nothing_twice(self):
        self.log([("sales", self.at(10, minute), "read", 80) for minute in range(38)])
        self.watch()
        counts = self.count_messages()
        self.watch()
        self.rewind()
        self.only_alert("many_records")
        self.assertEqual(self.count_messages(), counts)

    def count_messages(self):
        alerts = self.alerts()
        return len(alerts.activity_ids), len(alerts.message_ids), len(self.env["mail.notification"].search([]))

    def test_event_that_goes_on_is_drawn_out(self):
        self.log([("sales", self.at(10, minute), "read", 80) for minute in range(38)])
        alert = self.only_alert("many_records")
        self.log([("sales", self.at(10, 38 + minute), "read", 80) for minute in range(10)])
        self.rewind()
        self.assertEqual(self.watch(), alert)
        self.assertEqual(alert.count, 48 * 80)
        self.assertEqual(alert.date_to, self.at(10, 47, 1))

    def test_another_event_on_the_same_day_is_another_alert(self):
        self.log([("sales", self.at(9), "read", 4000), ("sales", self.at(15), "read", 5000)])
        self.assertEqual(self.watch().mapped("count"), [4000, 5000])

    def test_batches_find_the_same_as_one_look(self):
        self.log([("sales", self.at(10, minute), "read", 80) for minute in range(38)])
        self.log([("colleague", self.at(12, minute), "export", 1) for minute in range(25)])
        self.patch(type(self.env["customer.audit.rule"]), "_get_batch_size", lambda self: 5)
        found = self.watch()
        self.assertEqual(sorted(found.mapped(lambda alert: (alert.kind, alert.count))),
                         [("many_exports", 25), ("many_records", 3040)])

    def test_handled_alert_is_not_made_again_and_what_was_settled_does_not_count(self):
        self.log([("sales", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records")
        alert.with_user(self.auditor)._handle("Prepared the fair.")
        self.rewind()
        self.assertEqual(self.watch(), alert)
        self.log([("sales", self.at(10, 5), "read", 80)])
        self.rewind()
        self.assertEqual(self.watch(), alert, "a page more is no new event")
        self.log([("sales", self.at(10, 20), "read", 3000)])
        self.rewind()
        self.assertEqual(len(self.watch()), 2)

    def test_people_who_left_and_jobs_do_not_count(self):
        self.env.cr.execute(
            """INSERT INTO customer_audit.entry (time, user_id, channel, operation, model, ids, count, field_names,
                                                 parts)
               VALUES (%(time)s, 2000000000, 'web', 'read', 'res.partner', '{}', 9000, '{}', '{}'),
                      (%(time)s, 1, 'web', 'read', 'res.partner', '{}', 9000, '{}', '{}'),
                      (%(time)s, NULL, 'web', 'read', 'res.partner', '{}', 9000, '{}', '{}'),
                      (%(time)s, %(user)s, 'cron', 'read', 'res.partner', '{}', 9000, '{}', '{}'),
                      (%(time)s, %(user)s, 'web', 'read', 'customer.audit.log', '{}', 9000, '{}', '{}'),
                      (%(time)s, %(user)s, 'web', 'search', 'res.partner', '{}', 9000, '{}', '{}')""",
            {"time": self.at(10), "user": self.users["sales"].id},
        )
        before = self.env["customer.audit.alert"].search([])
        self.watch()
        self.assertEqual(self.env["customer.audit.alert"].search([]), before)

    def test_rule_watches_its_roles_only(self):
        self.rules["many_records"].group_ids = self.env.ref("customer_archive.group_leader")
        self.log([("sales", self.at(10), "read", 4000), ("leader", self.at(10), "read", 4000)])
        self.assertEqual(self.watch().user_id, self.users["leader"])
        self.rules["many_records"].exempt_group_ids = self.env.ref("base.group_user")
        self.assertEqual(self.rules["many_records"]._get_watched_ids(), [])
        self.rewind()
        self.assertEqual(len(self.watch()), 1)

    def test_number_of_queries_does_not_grow_with_the_log(self):
        rule = self.rules["many_records"]

        def count(entries):
            self.log([("sales", self.at(9, second=n), "read", 1) for n in range(entries)])
            self.rewind()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rule._watch_batch()
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(5), count(500))

    #=== AUDITORS ===#

    def test_auditor_gets_one_activity_and_one_mail(self):
        self.log([("sales", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records")
        self.assertEqual(alert.activity_ids.user_id, self.auditor)
        self.assertEqual(len(alert.activity_ids), 1)
        mail = self.env["mail.message"].search([("model", "=", alert._name), ("res_id", "=", alert.id),
                                                ("message_type", "=", "user_notification")])
        self.assertEqual(mail.notified_partner_ids, self.auditor.partner_id)
        self.assertIn("Alert: archive_sales", mail.subject)
        self.assertIn("4,000", mail.body)

    def test_auditor_of_another_company_is_not_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(self.env, "auditor_two", "customer_archive.group_auditor", company_id=other.id,
                                 company_ids=[(6, 0, other.ids)])
        self.log([("sales", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records")
        self.assertEqual(alert.activity_ids.user_id, self.auditor)
        self.assertFalse(self.env["customer.audit.alert"].with_user(stranger).search([("id", "=", alert.id)]))

    def test_alert_leads_to_its_entries(self):
        self.log([("sales", self.at(10), "read", 4000), ("sales", self.at(16), "read", 10)])
        alert = self.only_alert("many_records").with_user(self.auditor)
        action = alert.action_view_log()
        entries = self.env[action["res_model"]].with_user(self.auditor).search(action["domain"])
        self.assertEqual(entries.mapped("record_count"), [4000])

    def test_alert_about_downloads_leads_to_them(self):
        self.log([("sales", self.at(10), "download", 4000)])
        action = self.only_alert("many_records").with_user(self.auditor).action_view_log()
        entries = self.env[action["res_model"]].with_user(self.auditor).search(action["domain"])
        self.assertEqual(entries.mapped("operation"), ["download"])

    def test_auditor_handles_an_alert_with_a_note(self):
        self.log([("sales", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records").with_user(self.auditor)
        action = alert.action_handle()
        wizard = self.env[action["res_model"]].with_user(self.auditor).with_context(**action["context"])
        with self.assertRaises(UserError):
            alert._handle("  ")
        wizard.create({"note": "Prepared the fair."}).action_confirm()
        self.assertEqual((alert.state, alert.note, alert.handled_by), ("handled", "Prepared the fair.", self.auditor))
        self.assertFalse(alert.activity_ids)

    def test_nobody_handles_an_alert_about_themselves(self):
        self.log([("auditor", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records", "auditor").with_user(self.auditor)
        second = new_test_user(self.env, "auditor_two", "customer_archive.group_auditor")
        with self.assertRaisesRegex(AccessError, "about you.*auditor_two"):
            alert._handle("Nothing to see.")
        alert.with_user(second)._handle("Looked at it.")
        self.assertEqual(alert.state, "handled")

    def test_only_auditor_of_a_company_handles_what_nobody_else_can(self):
        self.log([("auditor", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records", "auditor").with_user(self.auditor)
        self.assertEqual(alert.activity_ids.user_id, self.auditor)
        alert._handle("Monthly report.")
        self.assertEqual(alert.state, "handled")

    #=== RIGHTS ===#

    def test_who_reads_alerts(self):
        self.log([("sales", self.at(10), "read", 4000), ("manager", self.at(10), "read", 4000)])
        alerts = self.watch()
        Alert = self.env["customer.audit.alert"]
        self.assertEqual(Alert.with_user(self.auditor).search([("id", "in", alerts.ids)]), alerts)
        seen = Alert.with_user(self.users["manager"]).search([("id", "in", alerts.ids)])
        self.assertEqual(seen.user_id, self.users["sales"], "not the one about themselves")
        for login in ("sales", "leader", "seller_all", "reviewer", "office", "quality", "employee"):
            with self.assertRaises(AccessError):
                Alert.with_user(self.users[login]).search([])

    def test_nobody_makes_changes_or_deletes_alerts(self):
        self.log([("sales", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records")
        for login in ("auditor", "manager"):
            own = self.as_user(alert, login)
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                own.state = "handled"
            with self.assertRaises(AccessError):
                own.write({"note": "x", "count": 1})
            with self.assertRaises(AccessError):
                own.copy()
        with self.assertRaises(AccessError):
            self.as_user(alert, "manager")._handle("I say so.")

    def test_auditors_set_the_rules_and_managers_see_them(self):
        rule = self.rules["many_records"]
        self.as_user(rule, "auditor").threshold = 100
        self.assertEqual(self.as_user(rule, "manager").threshold, 100)
        for login in ("manager", "seller_all", "sales"):
            with self.assertRaises(AccessError):
                self.as_user(rule, login).threshold = 10**6
        with self.assertRaises(AccessError):
            self.as_user(rule, "auditor").unlink()
        self.assertIn("100", self.as_user(rule, "auditor").summary)

    def test_rule_needs_sensible_hours(self):
        for begin, end in ((9, 8), (-1, 8), (8, 25)):
            with self.assertRaises(ValidationError):
                self.rules["odd_hours"].write({"hour_from": begin, "hour_to": end})

    def test_date_of_leaving_is_for_administrators(self):
        user = self.users["sales"]
        with self.assertRaises(AccessError):
            user.with_user(user).read(["customer_leaving_date"])
        with self.assertRaises(AccessError):
            user.with_user(user).customer_leaving_date = self.day
        settings = new_test_user(self.env, "settings", "base.group_erp_manager,base.group_partner_manager")
        user.with_user(settings).customer_leaving_date = self.day.date()
        self.assertEqual(user.customer_leaving_date, self.day.date())

    def test_rule_shows_its_alerts(self):
        self.log([("sales", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records")
        rule = self.rules["many_records"].with_user(self.auditor)
        self.assertEqual(rule.open_count, 1)
        action = rule.action_view_alerts()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), alert)
        self.assertEqual(SHIFT, timedelta(hours=8))
