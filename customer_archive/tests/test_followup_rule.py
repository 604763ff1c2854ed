from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .followup_common import FollowupCase


@tagged("post_install", "-at_install")
class TestFollowupOccasions(FollowupCase):
    """Which occasions there are, and when something is done for them."""

    def get_plan(self):
        return [(row.contact_id or row.partner_id, row.occasion_date, row.planned_date) for row in self.find()]

    #=== BIRTHDAYS ===#

    def test_a_birthday_is_planned_for_the_morning_at_the_person(self):
        self.create_birthday_rule()
        self.follow_up()
        self.assertEqual(self.get_plan(), [(self.contact, date(2026, 11, 10), datetime(2026, 11, 10, 1))])

    def test_days_before_and_after(self):
        for when, day in (("before", 8), ("after", 12)):
            self.create_birthday_rule(offset_days=2, offset_when=when, hour=9.5)
            self.follow_up()
            self.assertEqual(self.get_plan()[0][1:], (date(2026, 11, 10), datetime(2026, 11, day, 1, 30)))
            self.env["customer.followup.rule"].search([]).active = False
            self.find().unlink()

    def test_the_clock_of_the_person_then_of_the_customer_then_of_the_company(self):
        self.env.company.partner_id.tz = "Europe/Berlin"
        self.archive.sudo().archive_company_id = self.env.company
        self.create_birthday_rule()
        self.contact.tz, self.archive.sudo().tz = "Asia/Shanghai", "Asia/Tokyo"
        hours = []
        for record in (self.contact, self.archive.sudo(), self.env.company.partner_id):
            self.follow_up()
            hours.append(self.get_plan()[0][2].hour)
            record.tz = False
        self.follow_up()
        self.assertEqual([*hours, self.get_plan()[0][2].hour], [1, 0, 8, 9])

    def test_the_hour_stays_when_the_clocks_change(self):
        self.contact.tz = "Europe/Berlin"
        self.go_to(datetime(2026, 10, 20, 12))
        other = self.contact.copy({"name": "Zhang", "birthday": "1990-10-24", "tz": "Europe/Berlin"})
        self.contact.birthday = "1980-10-26"
        self.create_rule("birthday")
        self.follow_up()
        self.assertEqual(
            self.get_plan(),
            [(other, date(2026, 10, 24), datetime(2026, 10, 24, 7)),
             (self.contact, date(2026, 10, 26), datetime(2026, 10, 26, 8))],
        )

    def test_the_leap_day(self):
        self.contact.birthday = "1980-02-29"
        self.create_rule("birthday", starts_on="2026-01-01")
        self.follow_up(datetime(2026, 2, 20, 12))
        self.assertEqual(self.get_plan()[0][1], date(2026, 2, 28))
        self.follow_up(datetime(2028, 2, 20, 12))
        self.assertEqual([day for _who, day, _when in self.get_plan()][-1], date(2028, 2, 29))

    def test_a_birthday_without_a_year(self):
        self.contact.write({"customer_birthday_month": "11", "customer_birthday_day": 11})
        self.create_rule("birthday")
        self.follow_up()
        self.assertEqual(self.get_plan()[0][:2], (self.contact, date(2026, 11, 11)))
        self.assertFalse(self.contact.birthday)

    def test_month_and_day_follow_the_birthday(self):
        self.contact.birthday = "1980-05-01"
        self.assertEqual((self.contact.customer_birthday_month, self.contact.customer_birthday_day), ("5", 1))
        with self.assertRaises(ValidationError):
            self.contact.customer_birthday_day = 2
        self.contact.birthday = False
        self.assertEqual((self.contact.customer_birthday_month, self.contact.customer_birthday_day), (False, 0))

    def test_half_a_birthday_is_none(self):
        for month, day in (("2", 30), ("4", 31), ("2", 0), (False, 5), ("3", 40), ("1", -1)):
            with self.subTest(month=month, day=day), self.assertRaises(ValidationError):
                self.contact.write({"customer_birthday_month": month, "customer_birthday_day": day})
        self.contact.write({"customer_birthday_month": "2", "customer_birthday_day": 29})

    def test_customers_that_are_people_and_nobody_else(self):
        person = self.create_archive(name="Wang", is_company=False, vat=False, birthday="1970-11-10")
        stranger = self.env["res.partner"].create({"name": "Stranger", "birthday": "1970-11-10"})
        left = self.contact.copy({"name": "Left", "birthday": "1970-11-10", "active": False})
        self.create_rule("birthday")
        self.follow_up()
        self.assertEqual([who for who, _day, _when in self.get_plan()], [person])
        self.assertFalse(self.find().filtered(lambda row: row.partner_id in stranger | left))

    #=== VISITS ===#

    def plan_visits(self, days=30, **values):
        self.env["customer.policy"].create({"name": "Visits", "visit_interval_days": days})
        return self.create_rule("visit", **values)

    def talk(self, moment, state="done", archive=None):
        return self.env["customer.interaction"].create(
            {"name": "Talk", "partner_id": (archive or self.archive).id, "date_start": moment, "state": state}
        )

    def test_a_visit_is_due_so_long_after_the_last_contact_as_the_policy_says(self):
        self.talk(datetime(2026, 10, 12, 3))
        self.plan_visits(30)
        self.follow_up()
        self.assertEqual(self.get_plan(), [(self.archive, date(2026, 11, 11), datetime(2026, 11, 11, 1))])

    def test_the_first_policy_that_says_something_counts(self):
        self.talk(datetime(2026, 10, 31, 3))
        self.env["customer.policy"].create(
            [
                {"name": "Silent", "sequence": 1, "service_response_hours": 2},
                {"name": "Large", "sequence": 2, "visit_interval_days": 10,
                 "level_ids": [Command.set(self.env["customer.level"].create({"name": "Large"}).ids)]},
                {"name": "All", "sequence": 3, "visit_interval_days": 8},
                {"name": "Late", "sequence": 4, "visit_interval_days": 6},
            ]
        )
        self.create_rule("visit")
        self.follow_up()
        self.assertEqual(self.find().occasion_date, date(2026, 11, 8))

    def test_a_new_contact_ends_the_old_occasion(self):
        self.talk(datetime(2026, 10, 10, 3))
        self.plan_visits(30)
        [first] = self.follow_up()
        self.talk(datetime(2026, 11, 4, 3))
        self.follow_up()
        self.assertEqual((first.state, first.reason), ("cancelled", "gone"))
        self.assertEqual(len(self.find()), 1)
        self.follow_up(datetime(2026, 11, 25, 3))
        self.assertEqual(self.find(state="planned").occasion_date, date(2026, 12, 4))

    def test_who_is_overdue_before_the_rule_began_is_due_when_it_begins(self):
        self.talk(datetime(2026, 1, 10, 3))
        self.plan_visits(30, starts_on="2026-11-05")
        self.follow_up()
        self.assertEqual(self.find().occasion_date, date(2026, 11, 5))
        self.assertEqual(self.find().state, "done")
        self.follow_up(datetime(2027, 3, 5, 12))
        self.assertEqual(len(self.find()), 1, "it stays the same occasion until the customer is visited")

    def test_a_customer_whose_visit_is_planned_is_not_overdue(self):
        self.talk(datetime(2026, 10, 10, 3))
        self.talk(datetime(2026, 11, 20, 3), "planned")
        self.plan_visits(30)
        self.follow_up()
        self.assertFalse(self.find())

    def test_a_customer_without_a_policy_is_not_visited(self):
        self.talk(datetime(2025, 10, 10, 3))
        self.create_rule("visit")
        self.follow_up()
        self.assertFalse(self.find())

    def test_a_customer_with_whom_nobody_spoke_is_counted_from_its_beginning(self):
        self.plan_visits(30)
        self.env.cr.execute("UPDATE res_partner SET create_date = '2026-10-08' WHERE id = %s", [self.archive.id])
        self.follow_up()
        self.assertEqual(self.find().occasion_date, date(2026, 11, 7))

    #=== CONTRACTS ===#

    def sign(self, **values):
        facts = {
            "name": "Castings", "partner_id": self.archive.id, "contact_id": self.contact.id,
            "date_start": "2026-01-01", "date_end": "2026-12-31", "user_id": self.users["sales"].id,
        }
        contract = self.env["customer.contract"].create({**facts, **values})
        contract._sign("Li Na", date(2026, 1, 1))
        return contract

    def test_a_contract_that_ends(self):
        contract = self.sign()
        self.create_rule("contract_end", offset_days=45)
        self.follow_up()
        self.assertEqual(self.get_plan(), [(self.contact, date(2026, 12, 31), datetime(2026, 11, 16, 1))])
        self.assertEqual(self.find().source, contract)

    def test_a_contract_that_renews_itself(self):
        self.sign(renewal_months=12, notice_days=30)
        self.create_rule("contract_end", offset_days=45)
        self.follow_up()
        self.assertFalse(self.find())
        self.create_rule("contract_renewal", offset_days=15)
        self.follow_up()
        self.assertEqual(self.get_plan(), [(self.contact, date(2026, 12, 1), datetime(2026, 11, 16, 1))])

    def test_a_contract_that_is_terminated_or_drafted_asks_for_nothing(self):
        contract = self.sign()
        self.sign(signed_date=False).write({"signed_date": False})
        self.create_rule("contract_end", offset_days=45)
        self.follow_up()
        self.assertEqual(len(self.find()), 1)
        contract.terminated_date = date(2026, 11, 6)
        self.follow_up()
        self.assertEqual(self.env["customer.followup"].search([]).mapped("reason"), ["gone"])

    def test_another_end_is_another_occasion(self):
        contract = self.sign()
        self.create_rule("contract_end", offset_days=45)
        self.follow_up()
        contract.date_end = date(2026, 12, 30)
        self.follow_up()
        rows = {row.occasion_date.day: row.state for row in self.env["customer.followup"].search([])}
        self.assertEqual(rows, {31: "cancelled", 30: "planned"})

    #=== PROMOTIONS AND AUDIENCES ===#

    def test_a_promotion_reaches_its_audience(self):
        self.create_archive(name="Beijing", city="北京市")
        self.create_rule("promotion", promotion_date="2026-11-11", domain="[('city', '=', '上海市')]")
        self.follow_up()
        self.assertEqual([who for who, _day, _when in self.get_plan()], [self.archive])

    def test_closed_archives_and_other_companies_are_left_alone(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        mine = self.archive
        elsewhere = self.create_archive(name="Elsewhere")
        elsewhere.sudo().archive_company_id = other
        closed = self.create_archive(name="Closed")
        closed.sudo().archive_state = "closed"
        self.create_rule("promotion", promotion_date="2026-11-11", company_id=self.env.company.id)
        self.follow_up()
        self.assertEqual([who for who, _day, _when in self.get_plan()], [mine])
        self.assertEqual(self.find().company_id, self.env.company)

    def test_who_leaves_the_audience_is_not_followed_up(self):
        rule = self.create_birthday_rule(domain="[('city', '=', '上海市')]")
        self.follow_up()
        self.archive.sudo().city = "Suzhou"
        self.follow_up()
        self.assertEqual(self.find().state, "cancelled")
        self.archive.sudo().city = "上海市"
        self.follow_up()
        self.assertEqual(self.find(rule_id=rule.id).state, "planned", "it is planned again")

    #=== PLANNING ===#

    def test_planning_again_changes_nothing(self):
        self.create_birthday_rule()
        before = self.follow_up().read()
        self.assertEqual(self.follow_up().read(), before)

    def test_a_corrected_birthday_moves_the_plan(self):
        self.create_birthday_rule()
        self.follow_up()
        self.contact.birthday = "1980-11-12"
        self.follow_up()
        self.assertEqual(self.get_plan(), [(self.contact, date(2026, 11, 12), datetime(2026, 11, 12, 1))])

    def test_a_birthday_corrected_after_the_greeting_is_not_greeted_twice(self):
        self.create_birthday_rule()
        self.follow_up(datetime(2026, 11, 10, 12))
        self.contact.birthday = "1980-11-12"
        self.follow_up(datetime(2026, 11, 12, 12))
        self.assertEqual(len(self.get_activities()), 1)

    def test_queries_do_not_grow_with_customers(self):
        rule = self.create_birthday_rule()
        self.follow_up()
        few = self.count_queries(rule._plan, date(2026, 11, 6))
        self.env["res.partner"].create(
            [{"name": f"P {n}", "parent_id": self.archive.id, "birthday": "1980-11-09"} for n in range(50)]
        )
        many = self.count_queries(rule._plan, date(2026, 11, 7))
        self.assertEqual(len(self.env["customer.followup"].search([])), 51)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 12)


@tagged("post_install", "-at_install")
class TestFollowupRule(FollowupCase):
    """Rules are entered whole, and by whom they may be."""

    def test_what_is_missing_is_said(self):
        for values in (
            {"trigger": "promotion"},
            {"trigger": "birthday", "action": "mail", "mail_template_id": False},
            {"trigger": "birthday", "action": "mail", "mail_template_id": self.env["mail.template"].create(
                {"name": "Other", "model_id": self.env["ir.model"]._get_id("res.partner")}).id},
            {"trigger": "promotion", "promotion_date": "2026-11-11", "action": "mail", "purpose_id": False},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.create_rule(**values)

    def test_advertising_asks_for_a_consent_by_itself(self):
        purpose = self.env.ref("customer_archive.customer_consent_purpose_marketing_mail")
        self.assertEqual(self.create_rule("promotion", "mail", promotion_date="2026-11-11").purpose_id, purpose)
        self.assertFalse(self.create_rule("birthday", "mail").purpose_id)

    @mute_logger("odoo.sql_db")
    def test_numbers_that_make_no_sense(self):
        for values in ({"offset_days": -1}, {"hour": 24}, {"hour": -1}, {"grace_days": 0}, {"grace_days": 100}):
            with self.subTest(values), self.cr.savepoint(), self.assertRaises(CheckViolation):
                self.create_rule("birthday", **values)
                self.env.flush_all()

    def test_domains_ask_for_nothing_that_the_person_may_not_read(self):
        secret = self.env["res.partner"]._fields["name"]
        self.patch(secret, "groups", "base.group_no_one,base.group_system")
        with self.assertRaises(ValidationError):
            self.create_rule("birthday", domain="[('name', '=', 'x')]")
        with self.assertRaises(ValidationError):
            self.create_rule("birthday", domain="[('child_ids.name', '=', 'x')]")

    def test_domains_that_are_none(self):
        for domain in ("[('nowhere', '=', 1)]", "no domain", "[('name', '~~', 1)]", "__import__('os')",
                       "[('customer_cell', '=', 'x')]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.create_rule("birthday", domain=domain)

    def test_tags_can_be_asked_for(self):
        self.create_rule("birthday", domain="[('customer_tag_ids.name', '=', 'Fast')]")

    def test_only_managers_write_rules(self):
        rule = self.create_rule("birthday")
        for login in self.users:
            if login != "manager":
                with self.subTest(login), self.assertRaises(AccessError):
                    self.as_user(rule, login).name = "Mine"

    def test_nobody_sets_what_the_job_notes(self):
        rule = self.as_user(self.create_rule("birthday"), "manager")
        for values in ({"planned_on": "2020-01-01"}, {"problem": "x"}, {"planned_date": "2020-01-01"}):
            with self.subTest(values), self.assertRaises(AccessError):
                rule.write(values)

    def test_a_rule_that_was_carried_out_keeps_its_occasion(self):
        rule = self.create_rule("promotion", promotion_date="2026-11-05")
        self.follow_up()
        self.assertEqual(self.find().state, "done")
        for values in ({"promotion_date": "2026-11-06"}, {"trigger": "birthday"}):
            with self.subTest(values), self.assertRaises(UserError):
                self.as_user(rule, "manager").write(values)
        self.as_user(rule, "manager").write({"promotion_date": "2026-11-05", "hour": 10})
        copy = self.as_user(rule, "manager").copy({"promotion_date": "2026-11-06"})
        self.assertIn("(copy)", copy.name)

    def test_a_rule_with_follow_ups_is_switched_off_not_deleted(self):
        rule = self.create_birthday_rule()
        unused = self.create_rule("birthday")
        self.follow_up()
        self.find(rule_id=unused.id).unlink()
        self.as_user(unused, "manager").unlink()
        with self.assertRaises(UserError):
            self.as_user(rule, "manager").unlink()

    def test_a_rule_that_is_off_does_nothing_and_plans_anew_when_it_is_on(self):
        rule = self.create_birthday_rule()
        [row] = self.follow_up()
        self.as_user(rule, "manager").active = False
        self.assertEqual((row.state, row.reason), ("cancelled", "rule_off"))
        self.follow_up(datetime(2026, 11, 10, 12))
        self.assertFalse(self.get_activities())
        self.as_user(rule, "manager").active = True
        self.assertEqual(rule.starts_on, date(2026, 11, 10), "what happened while it was off is over")
        self.follow_up(datetime(2026, 11, 10, 14))
        self.assertEqual((row.state, len(self.get_activities())), ("done", 1))

    def test_the_form(self):
        with Form(self.env["customer.followup.rule"].with_user(self.users["manager"])) as form:
            form.name = "Sale"
            form.trigger = "promotion"
            form.promotion_date = date(2026, 11, 11)
        self.assertEqual(form.record.starts_on, date(2026, 11, 5))
        self.assertEqual(form.record.followup_count, 0)
        self.assertEqual(form.record.action_view_followups()["domain"], [("rule_id", "=", form.record.id)])

    def test_delivered_rules_send_no_mail_unasked(self):
        rules = self.env["customer.followup.rule"].with_context(active_test=False).search([])
        mails = rules.filtered(lambda rule: rule.action == "mail")
        self.assertEqual(len(mails), 2)
        self.assertFalse(mails.filtered("active"))

    def test_actions_are_those_of_the_installed_apps(self):
        actions = dict(self.env["customer.followup.rule"]._select_actions())
        self.assertEqual("sms" in actions, "sms.sms" in self.env)

    def test_a_rule_that_cannot_be_planned_says_so_and_stops_no_other(self):
        broken = self.create_rule("birthday", sequence=1)
        self.create_birthday_rule(sequence=2)
        self.env.cr.execute("UPDATE customer_followup_rule SET domain = '[(''gone'', ''='', 1)]' WHERE id = %s",
                            [broken.id])
        self.env.invalidate_all()
        with mute_logger("odoo.addons.customer_archive.models.customer_followup_job"):
            rows = self.follow_up()
        self.assertIn("gone", broken.problem)
        self.assertEqual(len(rows), 1)
        broken.domain = "[]"
        self.follow_up(datetime(2026, 11, 5, 12) + timedelta(hours=2))
        self.assertFalse(broken.problem)
        self.assertEqual(len(self.find(rule_id=broken.id)), 1)
