from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .interaction_common import InteractionCase


@tagged("post_install", "-at_install")
class TestInteractionFeed(InteractionCase):
    """Calendar, activities and mails make interactions, once each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # incoming and outgoing mails are looked at, not sent
        cls.env["ir.config_parameter"].set_param("mail.default.from", "us@example.com")

    #=== CALENDAR ===#

    def test_an_appointment_with_a_contact_is_planned(self):
        event = self.create_event()
        self.assertRecordValues(
            self.get_interactions(),
            [{
                "name": "Annual talk", "state": "planned", "source": "event", "event_id": event.id, "duration": 2,
                "contact_ids": self.gu.ids, "user_id": self.users["sales"].id, "user_ids": self.users["sales"].ids,
                "date_start": event.start, "date_stop": event.stop,
            }],
        )
        self.assertFalse(self.archive.archive_last_contact_date)

    def test_an_appointment_that_is_over_took_place(self):
        start = self.now - timedelta(days=2)
        self.create_event(start=start, stop=start + timedelta(hours=1))
        self.assertEqual(self.get_interactions().state, "done")
        self.assertEqual(self.archive.archive_last_contact_date, start)

    def test_a_changed_appointment_changes_its_interaction(self):
        event = self.create_event()
        interaction = self.get_interactions()
        start = self.now + timedelta(days=5)
        event.write({"name": "Moved", "start": start, "stop": start + timedelta(hours=3)})
        self.assertEqual((interaction.name, interaction.date_start, interaction.duration), ("Moved", start, 3))
        event.partner_ids += self.shen
        self.assertEqual(interaction.contact_ids, self.gu | self.shen)
        event.partner_ids -= self.gu | self.shen
        self.assertEqual((interaction.state, interaction.is_source_gone), ("cancelled", True))
        event.partner_ids += self.shen
        self.assertEqual((interaction.state, interaction.contact_ids), ("planned", self.shen))
        self.assertEqual(self.get_interactions(), interaction)

    def test_a_deleted_or_hidden_appointment_cancels_its_interaction(self):
        event = self.create_event()
        interaction = self.get_interactions()
        event.active = False
        self.assertEqual(interaction.state, "cancelled")
        event.active = True
        self.assertEqual(interaction.state, "planned")
        event.unlink()
        self.assertEqual((interaction.state, interaction.event_id.id), ("cancelled", False))

    def test_what_people_decided_stays(self):
        event = self.create_event()
        interaction = self.as_user(self.get_interactions(), "sales")
        interaction.action_cancel()
        event.name = "Other"
        self.assertEqual((interaction.state, interaction.name), ("cancelled", "Annual talk"))
        interaction.action_plan_again()
        interaction.action_done()
        event.unlink()
        self.assertEqual(interaction.state, "done")

    def test_private_appointments_tell_nothing(self):
        self.create_event(privacy="private")
        self.assertFalse(self.get_interactions())
        event = self.create_event()
        event.privacy = "private"
        self.assertRecordValues(self.get_interactions(), [{"state": "cancelled", "name": "Private appointment"}])
        event.privacy = "public"
        self.assertRecordValues(self.get_interactions(), [{"state": "planned", "name": "Annual talk"}])

    def test_contacts_without_an_archive_feed_nothing(self):
        before = self.env["customer.interaction"].search_count([])
        self.create_event(partner_ids=(self.users["sales"].partner_id | self.stranger).ids)
        self.stranger.message_post(body="x", message_type="comment", partner_ids=self.stranger.ids)
        activity = self.stranger.activity_schedule("mail.mail_activity_data_call", summary="x")
        activity.action_feedback(feedback="y")
        self.assertEqual(self.env["customer.interaction"].search_count([]), before)

    def test_two_customers_at_one_table_have_an_interaction_each(self):
        other = self.create_archive(name="Other")
        people = self.users["sales"].partner_id | self.gu | self.shen | other
        event = self.create_event(partner_ids=people.ids)
        self.assertEqual(self.get_interactions().contact_ids, self.gu | self.shen)
        self.assertEqual(self.get_interactions(other).event_id, event)
        event.partner_ids -= other
        self.assertEqual(self.get_interactions(other).state, "cancelled")
        self.assertEqual(self.get_interactions().state, "planned")

    def test_a_series_has_one_interaction_each_time(self):
        event = self.create_event(
            recurrency=True, rrule_type="daily", interval=1, end_type="count", count=4, event_tz="UTC"
        )
        self.assertEqual(len(self.get_interactions()), 4)
        event.write({"recurrence_update": "all_events", "name": "Renamed"})
        planned = self.get_interactions().filtered(lambda row: row.state == "planned")
        self.assertEqual((len(planned), set(planned.mapped("name"))), (4, {"Renamed"}))

    def test_an_appointment_made_on_the_page_of_a_customer(self):
        self.create_event(
            partner_ids=self.users["sales"].partner_id.ids, res_id=self.archive.id,
            res_model_id=self.env["ir.model"]._get_id("res.partner"), activity_ids=False,
        )
        self.assertEqual(len(self.get_interactions()), 1)

    def test_who_invites_a_hidden_contact_learns_nothing(self):
        with self.assertRaises(AccessError) as caught:
            self.create_event(partner_ids=(self.users["sales"].partner_id | self.hidden).ids)
        self.assertNotIn("Hidden", str(caught.exception))
        event = self.create_event("manager", partner_ids=(self.users["sales"].partner_id | self.hidden).ids)
        interaction = self.get_interactions(self.hidden)
        self.assertEqual(interaction.event_id, event)
        self.assertFalse(self.as_user(interaction, "sales").has_access("read"))

    #=== ACTIVITIES ===#

    def schedule(self, kind="call", record=None, **values):
        record = self.as_user(record or self.gu, "sales")
        return record.activity_schedule(f"mail.mail_activity_data_{kind}", summary="Ask for terms", **values)

    def test_a_done_activity_is_an_interaction(self):
        activity = self.schedule()
        activity.action_feedback(feedback="Agreed <b>30</b> days")
        interaction = self.get_interactions()
        self.assertRecordValues(
            interaction,
            [{
                "name": "Ask for terms", "state": "done", "source": "activity", "activity_id": activity.id,
                "channel_id": self.channel("phone").id, "contact_ids": self.gu.ids,
                "user_ids": self.users["sales"].ids,
            }],
        )
        self.assertIn("Agreed", interaction.content)
        self.assertNotIn("<b>", interaction.content)
        self.assertTrue(self.archive.archive_last_contact_date)
        self.assertEqual(interaction.action_open_source()["res_id"], self.archive.id)

    def test_the_kind_of_the_activity_says_the_channel(self):
        for kind, code in (("meeting", "meeting"), ("email", "mail"), ("todo", "other")):
            activity = self.schedule(kind)
            activity.action_done()
            with self.subTest(kind):
                found = self.get_interactions().filtered(lambda row: row.activity_id == activity)  # noqa: B023
                self.assertEqual(found.channel_id, self.channel(code))

    def test_work_on_the_archive_and_uploads_are_none(self):
        self.schedule("upload_document").action_done()
        self.archive.activity_schedule("customer_archive.mail_activity_type_review").action_done()
        self.assertFalse(self.get_interactions())

    def test_the_activity_of_an_appointment_reports_it(self):
        start = self.now - timedelta(hours=1)
        event = self.create_event(start=start, stop=self.now + timedelta(hours=1))
        activity = self.schedule("meeting", calendar_event_id=event.id)
        self.assertEqual(self.get_interactions().state, "planned")
        activity.action_feedback(feedback="All agreed")
        interaction = self.get_interactions()
        self.assertEqual((len(interaction), interaction.state, interaction.activity_id), (1, "done", activity))
        self.assertIn("All agreed", interaction.content)

    def test_an_activity_that_is_reported_early_leaves_the_appointment_planned(self):
        activity = self.schedule("meeting", calendar_event_id=self.create_event().id)
        activity.action_feedback(feedback="Prepared")
        self.assertEqual(self.get_interactions().mapped("state"), ["planned"])

    #=== MAILS ===#

    def post(self, record=None, **values):
        facts = {"body": "Our offer", "subject": "Offer 7", "message_type": "comment",
                 "subtype_xmlid": "mail.mt_comment", "partner_ids": self.gu.ids}
        return self.as_user(record or self.archive, "sales").message_post(**{**facts, **values})

    def test_a_mail_to_the_customer_is_an_interaction_with_a_link(self):
        message = self.post()
        interaction = self.get_interactions()
        self.assertRecordValues(
            interaction,
            [{
                "name": "Offer 7", "direction": "out", "state": "done", "source": "mail", "message_id": message.id,
                "contact_ids": self.gu.ids, "content": False, "channel_id": self.channel("mail").id,
                "user_id": self.users["sales"].id,
            }],
        )
        self.assertEqual(interaction.action_open_source()["url"], f"/mail/message/{message.id}")

    def test_a_mail_from_the_customer_is_incoming(self):
        self.as_user(self.gu, "sales").message_post(
            body="Yes", subject=False, message_type="email", author_id=self.gu.id, email_from=self.gu.email
        )
        interaction = self.get_interactions()
        self.assertEqual((interaction.direction, interaction.contact_ids), ("in", self.gu))
        self.assertEqual((interaction.name, interaction.user_id), ("E-mail without a subject", self.users["sales"]))

    def test_what_our_people_say_among_themselves_is_none(self):
        self.post(partner_ids=self.users["leader"].partner_id.ids)
        self.post(partner_ids=[], subtype_xmlid="mail.mt_note")
        self.post(message_type="notification")
        self.post(message_type="email", author_id=self.users["leader"].partner_id.id, partner_ids=[])
        self.assertFalse(self.get_interactions())

    def test_the_same_message_again_is_the_same_interaction(self):
        message = self.post()
        self.env["customer.interaction.feed"]._feed_message(self.archive, message, self.gu.ids)
        self.assertEqual(len(self.get_interactions()), 1)

    def test_a_mail_on_the_contact_itself(self):
        self.post(self.gu)
        self.assertEqual(len(self.get_interactions()), 1)

    #=== COST ===#

    def test_statements_do_not_grow_with_the_number_of_documents(self):
        def feed(events):
            self.env["customer.interaction.feed"]._feed_events(events)

        start = self.now + timedelta(days=3)
        events = self.env["calendar.event"].create(
            [{"name": "x", "start": start, "stop": start, "partner_ids": self.gu.ids} for _n in range(12)]
        )
        feed(events)
        self.assertEqual(self.count_queries(feed, events), self.count_queries(feed, events[:2]))
        self.env["customer.interaction"].search([("event_id", "in", events.ids)]).unlink()
        few, many = self.count_queries(feed, events[:2]), self.count_queries(feed, events[2:])
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 30)

    def test_moving_and_deleting_many_appointments_is_not_dearer_than_few(self):
        start = self.now + timedelta(days=3)
        values = {"name": "x", "start": start, "stop": start, "partner_ids": self.gu.ids}
        events = self.env["calendar.event"].create([values] * 14)
        feed = self.env["customer.interaction.feed"]

        def carry(events, name):
            self.env.cr.execute("UPDATE calendar_event SET name = %s WHERE id IN %s", (name, tuple(events.ids)))
            self.env.invalidate_all()
            feed._feed_events(events)

        carry(events, "warm")
        self.assertEqual(self.count_queries(carry, events[:12], "a"), self.count_queries(carry, events[12:], "b"))
        self.assertEqual(set(self.get_interactions().mapped("name")), {"a", "b"})
        leave = feed._leave_events
        self.assertEqual(self.count_queries(leave, events[:12]), self.count_queries(leave, events[12:]))

    def test_an_activity_and_a_mail_cost_a_bounded_number_of_statements_more(self):
        other = self.env["res.partner"].create({"name": "No archive", "is_company": True})
        person = self.env["res.partner"].create({"name": "P", "parent_id": other.id, "email": "p@other.example"})

        def finish(contact):
            activity = contact.activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid)
            self.env.flush_all()
            return self.count_queries(activity.action_feedback)

        def write(contact, people):
            return self.count_queries(
                lambda: contact.message_post(body="x", partner_ids=people.ids, message_type="comment")
            )

        for cost, plain in (
            (lambda: finish(self.archive), lambda: finish(other)),
            (lambda: write(self.archive, self.gu), lambda: write(other, person)),
        ):
            # once for what is read only the first time
            plain(), cost()
            self.assertLessEqual(cost() - plain(), 25)
        self.assertEqual(len(self.get_interactions()), 4)

    def test_appointments_of_nobodys_customer_cost_two_statements(self):
        values = {"name": "x", "start": self.now, "stop": self.now, "partner_ids": self.stranger.ids}
        events = self.env["calendar.event"].create([values] * 5)
        feed = self.env["customer.interaction.feed"]
        self.env.flush_all()
        events.partner_ids.mapped("archive_scope")
        events.mapped("effective_privacy")
        before = self.env.cr.sql_log_count
        feed._feed_events(events)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 2)
