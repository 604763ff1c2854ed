from datetime import datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .followup_common import FollowupCase

MORNING = datetime(2026, 11, 10, 2)


@tagged("post_install", "-at_install")
class TestFollowupSms(FollowupCase):
    """Text messages, where the app that sends them is installed."""

    def setUp(self):
        super().setUp()
        if "sms.sms" not in self.env:
            self.skipTest("the app for text messages is not installed")

    def create_sms_rule(self, **values):
        text = "Dear {name}, all the best! {owner} {what}"
        return self.create_birthday_rule("sms", sms_text=text, **values)

    def get_messages(self):
        return self.env["sms.sms"].search([("partner_id", "=", self.contact.id)])

    def test_a_message_waits_in_the_queue_once(self):
        self.create_sms_rule()
        [row] = self.follow_up(MORNING)
        self.follow_up(MORNING.replace(hour=20))
        message = self.get_messages()
        self.assertEqual(message.body, f"Dear Li Na, all the best! {self.users['sales'].name} {{what}}")
        self.assertEqual((message.state, message.number), ("outgoing", "+8613801234567"))
        self.assertEqual((row.state, row.message_id.res_id), ("done", self.contact.id))

    def test_texts_are_filled_in_and_never_run(self):
        self.contact.name = "{{ 1 + 1 }} {owner}"
        self.create_sms_rule()
        self.follow_up(MORNING)
        self.assertIn("{{ 1 + 1 }} {owner}", self.get_messages().body)

    def test_numbers_on_the_hosts_list_and_people_without_a_number(self):
        self.env["phone.blacklist"]._add(["+8613801234567"])
        other = self.contact.copy({"name": "Mute", "phone": False, "birthday": "1980-11-10"})
        self.create_sms_rule()
        rows = {row.contact_id: row.reason for row in self.follow_up(MORNING)}
        self.assertEqual(rows, {self.contact: "blacklisted", other: "no_address"})
        self.assertFalse(self.get_messages())

    def test_a_rule_without_a_text(self):
        with self.assertRaises(ValidationError):
            self.create_birthday_rule("sms", sms_text=" ")
