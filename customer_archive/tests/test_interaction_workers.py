from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ParallelCase

FEED = "customer.interaction.feed"


@tagged("post_install", "-at_install")
class TestInteractionWorkers(ParallelCase):
    """Two workers, each on a connection of its own, feed one document once."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        with self.connect() as env:
            archive = env["res.partner"].create({"name": "Worker Feed", "archive_state": "draft", "is_company": True})
            contact = env["res.partner"].create({"name": "Worker Contact", "parent_id": archive.id})
            event = env["calendar.event"].create(
                {"name": "Worker Talk", "start": "2026-05-01 08:00:00", "stop": "2026-05-01 09:00:00"}
            )
            activity = contact.activity_schedule("mail.mail_activity_data_call", summary="Worker Call", user_id=env.uid)
            message = archive.message_post(body="x", subject="Worker Mail", message_type="comment")
            # as if the feed had not seen the people of the appointment
            query = "INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id) VALUES (%s, %s)"
            env.cr.execute(SQL(query, event.id, contact.id))
            self.archive_id, self.contact_id, self.event_id = archive.id, contact.id, event.id
            self.activity_id, self.message_id = activity.id, message.id
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            env["calendar.event"].browse(self.event_id).unlink()
            env["res.partner"].browse([self.contact_id, self.archive_id]).unlink()
            env.cr.commit()

    def get_sources(self):
        with self.connect() as env:
            return env["customer.interaction"].search([("partner_id", "=", self.archive_id)]).mapped("source")

    @mute_logger("odoo.sql_db")
    def test_an_appointment(self):
        def feed(env):
            env[FEED]._feed_events(env["calendar.event"].browse(self.event_id))

        self.assertEqual(self.run_parallel([feed] * 3), [])
        self.assertEqual(self.get_sources(), ["event"])
        self.assertEqual(self.run_parallel([feed]), [], "a retry")
        self.assertEqual(self.get_sources(), ["event"])

    @mute_logger("odoo.sql_db")
    def test_a_mail(self):
        def feed(env):
            message, archive = env["mail.message"].browse(self.message_id), env["res.partner"].browse(self.archive_id)
            env[FEED]._feed_message(archive, message, [self.contact_id])

        self.assertEqual(self.run_parallel([feed] * 3), [])
        self.assertEqual(self.get_sources(), ["mail"])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_an_activity_that_two_people_mark_done(self):
        def done(env):
            env["mail.activity"].browse(self.activity_id).filtered("active").action_feedback(feedback="Done")

        self.assertEqual(self.run_parallel([done] * 2), [])
        self.assertEqual(self.get_sources(), ["activity"])

    @mute_logger("odoo.sql_db")
    def test_what_a_rival_fed_does_not_stop_the_others(self):
        def feed(env):
            values = {"name": "x", "partner_id": self.archive_id, "state": "done"}
            rows = [{**values, "message_id": self.message_id}]
            # read before the rival commits, written after
            env["customer.interaction"].search_count([])
            with self.connect() as rival:
                rival[FEED]._create_once("message_id", rows)
                rival.cr.commit()
            other = env["res.partner"].browse(self.archive_id).message_post(body="y")
            env[FEED]._create_once("message_id", [*rows, {**values, "message_id": other.id}])

        self.assertEqual(self.run_parallel([feed]), [])
        self.assertEqual(len(self.get_sources()), 2)
