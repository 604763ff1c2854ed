from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .interaction_common import InteractionCase


@tagged("post_install", "-at_install")
class TestInteractionVisit(InteractionCase):
    """Visits: planned in the calendar, checked in on the spot, reported from a phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.create_visit()

    @classmethod
    def create_visit(cls, login="sales", **values):
        facts = {"name": "Visit", "state": "planned", "date_start": cls.now + timedelta(days=1), "duration": 2}
        return cls.create_interaction(login, channel_id=cls.channel("visit").id, **{**facts, **values})

    #=== CALENDAR ===#

    def test_a_planned_visit_stands_in_the_calendar_of_our_people(self):
        event = self.visit.event_id
        self.assertRecordValues(
            event,
            [{
                "name": "Visit", "start": self.visit.date_start, "stop": self.visit.date_stop, "privacy": "public",
                "partner_ids": self.users["sales"].partner_id.ids, "res_id": self.visit.id,
            }],
        )
        self.assertEqual(self.get_interactions(), self.visit, "the appointment feeds no second one")
        self.visit.user_ids += self.users["leader"]
        self.assertIn(self.users["leader"].partner_id, event.partner_ids)

    def test_the_customer_is_not_written_to(self):
        before = self.env["mail.mail"].sudo().search_count([("recipient_ids", "in", self.gu.ids)])
        visit = self.create_visit(contact_ids=[Command.set(self.gu.ids)])
        self.assertNotIn(self.gu, visit.event_id.partner_ids)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([("recipient_ids", "in", self.gu.ids)]), before)

    def test_calls_need_no_appointment(self):
        self.assertFalse(self.create_interaction(state="planned", date_start=self.now + timedelta(days=1)).event_id)

    def test_a_visit_of_a_hidden_customer_is_private_in_the_calendar(self):
        visit = self.create_visit("colleague", partner_id=self.hidden.id)
        self.assertEqual(visit.event_id.privacy, "private")
        visit.event_id.name = "Renamed"
        self.assertEqual((visit.state, visit.name), ("planned", "Renamed"))

    def test_the_visit_and_its_appointment_move_together(self):
        later = self.visit.date_start + timedelta(days=3)
        self.visit.write({"date_start": later, "name": "Annual visit"})
        event = self.visit.event_id
        self.assertEqual((event.start, event.stop - event.start, event.name),
                         (later, timedelta(hours=2), "Annual visit"))
        event.write({"start": self.now + timedelta(days=9), "stop": self.now + timedelta(days=9, hours=1)})
        self.assertEqual((self.visit.date_start, self.visit.duration), (event.start, 1))
        self.visit.action_cancel()
        self.assertFalse(event.active)
        self.visit.action_plan_again()
        self.assertTrue(event.active)
        event.active = False
        self.assertEqual(self.visit.state, "cancelled")

    def test_a_deleted_appointment_cancels_the_visit(self):
        self.visit.event_id.unlink()
        self.assertEqual(self.visit.state, "cancelled")
        self.visit.action_plan_again()
        self.assertTrue(self.visit.event_id, "planned again, it has a new one")

    def test_a_contact_who_is_invited_later_makes_no_second_interaction(self):
        self.visit.event_id.partner_ids += self.gu
        self.assertEqual(self.get_interactions(), self.visit)

    def test_planning_takes_one_query_more_or_less_whatever_the_number(self):
        facts = {"name": "Visit", "partner_id": self.archive.id, "channel_id": self.channel("visit").id,
                 "date_start": self.now + timedelta(days=2)}

        def feed(records):
            records._keep_appointments()

        visits = self.env["customer.interaction"].create([facts] * 12)
        feed(visits)
        self.assertEqual(self.count_queries(feed, visits), self.count_queries(feed, visits[:2]))

    def test_a_visit_is_planned_from_the_archive(self):
        action = self.as_user(self.archive, "sales").action_plan_visit()
        Interaction = self.env["customer.interaction"].with_user(self.users["sales"])
        form = Form(Interaction.with_context(**action["context"]), view=action["view_id"][0])
        form.date_start = self.now + timedelta(days=2)
        visit = form.save()
        self.assertEqual((visit.partner_id, visit.state, visit.is_visit), (self.archive, "planned", True))

    #=== ON THE SPOT ===#

    def test_coming_and_going_are_noted_with_the_time(self):
        self.visit.action_check_in()
        self.assertTrue(self.visit.check_in_date)
        self.assertLess(self.visit.date_start, self.now + timedelta(hours=1), "one came earlier than planned")
        self.visit.sudo().check_in_date -= timedelta(hours=1)
        self.visit.action_check_out()
        self.assertAlmostEqual(self.visit.duration, 1, 1)
        for step in (self.visit.action_check_in, self.visit.action_check_out):
            with self.assertRaises(UserError):
                step()

    def test_one_does_not_leave_before_one_came(self):
        with self.assertRaisesRegex(UserError, "Check in first"):
            self.visit.action_check_out()
        with self.assertRaises(AccessError):
            self.as_user(self.visit, "colleague").action_check_in()

    def test_the_place_is_kept_where_the_company_wants_it(self):
        self.visit.action_check_in(31.2304, 121.4737)
        self.assertFalse(self.visit.check_in_place, "off by default")
        self.env.company.customer_visit_location = True
        self.assertTrue(self.visit.is_located)
        self.visit.action_check_out(31.2304, 121.4737)
        self.assertEqual(self.visit.check_out_place, "31.23040, 121.47370")

    def test_no_place_and_a_false_place_are_no_error(self):
        self.env.company.customer_visit_location = True
        for place in ((), (None, None), ("31", "121"), (91.0, 0.0), (True, False)):
            visit = self.create_visit()
            visit.action_check_in(*place)
            with self.subTest(place):
                self.assertTrue(visit.check_in_date)
                self.assertFalse(visit.check_in_place)

    def test_the_place_opens_on_a_map(self):
        self.env.company.customer_visit_location = True
        self.visit.action_check_in(31.2304, 121.4737)
        self.assertIn("mlat=31.23040&mlon=121.47370", self.visit.action_open_place()["url"])

    def test_a_visit_is_done_with_a_word_about_it(self):
        with self.assertRaisesRegex(UserError, "what came of the visit"):
            self.visit.action_done()
        self.visit.outcome = "good"
        self.visit.action_done()
        self.assertEqual((self.visit.state, self.archive.archive_last_contact_date),
                         ("done", self.visit.date_start))
        self.assertEqual(self.visit.event_id.start, self.visit.date_start)
        self.assertEqual(self.visit.action_open_source()["res_model"], "calendar.event")
