from datetime import timedelta

from odoo.addons.customer_archive.tests.interaction_common import InteractionCase
from odoo.exceptions import UserError
from odoo.tests import tagged

NAME = "Consulted"


@tagged("post_install", "-at_install")
class TestInteractionHooks(InteractionCase):
    """Each hook of interactions takes effect where a consultant overrides it."""

    def test_editing_and_reporting(self):
        call = self.create_interaction(name=NAME, state="planned", channel_id=self.channel("visit").id)
        self.assertEqual(call.event_id.location, "At the consultant's")
        self.as_user(call, "colleague").direction = "in"
        with self.assertRaisesRegex(UserError, "wants an outcome"):
            call.action_done()
        call.outcome = "good"
        call.action_done()
        self.assertEqual(call.outcome_note, "Closed by the consultant")
        self.assertIn("outcome_note", call._get_appointment_fields())

    def test_appointments(self):
        self.shen.name = NAME
        event = self.create_event(
            name=NAME, location="Room 1", partner_ids=(self.users["sales"].partner_id | self.gu | self.shen).ids
        )
        interaction = self.get_interactions()
        self.assertEqual((interaction.outcome_note, interaction.contact_ids), ("Room 1", self.gu))
        self.assertIn("location", event._get_interaction_fields())

    def test_activities(self):
        for summary in (NAME, "Nothing to tell"):
            self.gu.activity_schedule("mail.mail_activity_data_call", summary=summary).action_done()
        interaction = self.get_interactions()
        self.assertEqual((interaction.outcome, interaction.channel_id), ("good", self.channel("letter")))

    def test_mails(self):
        self.archive.message_post(body="x", subject=NAME, message_type="auto_comment", partner_ids=self.gu.ids,
                                  subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.get_interactions().next_step, "Answer it")

    def test_what_counts_as_contact(self):
        self.create_interaction(name="No real contact", date_start=self.now - timedelta(hours=1))
        self.assertFalse(self.archive.archive_last_contact_date)
