from datetime import date, datetime

from odoo.addons.customer_archive.tests.followup_common import FollowupCase
from odoo.addons.customer_archive.tools.followup import fill
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestFollowupHooks(FollowupCase):
    """Each hook of follow-ups takes effect."""

    def create_anniversary(self, action="note", **values):
        self.archive.sudo().customer_since = date(2019, 11, 8)
        return self.create_rule("anniversary", action, **{"note": "They stay", **values})

    def test_a_trigger_and_an_action_of_their_own(self):
        rule = self.create_anniversary()
        self.assertIn(("note", "Note on the page"), rule._select_actions())
        [row] = self.follow_up(datetime(2026, 11, 8, 12))
        self.assertEqual((row.state, row.occasion_key, row.source), ("done", "2026", self.env.ref("base.main_company")))
        self.assertEqual(row.message_id.model, "res.partner")
        self.assertIn("Jinan Daheng", row.message_id.body)
        self.assertIn(("res.company", "Company"), row._select_sources())

    def test_the_trigger_lasts_and_advertises(self):
        purpose = self.env.ref("customer_archive.customer_consent_purpose_marketing_mail")
        rule = self.create_anniversary("mail")
        self.assertTrue(rule._is_lasting())
        self.assertEqual(rule.purpose_id, purpose)

    def test_what_a_rule_needs_and_keeps(self):
        with self.assertRaises(ValidationError):
            self.create_anniversary(note=False)
        rule = self.create_anniversary()
        self.follow_up(datetime(2026, 11, 8, 12))
        with self.assertRaises(UserError):
            rule.note = "They left"

    def test_further_ahead_and_fewer_customers(self):
        rule = self.create_birthday_rule()
        self.contact.birthday = "1980-11-25"
        self.follow_up()
        self.assertEqual(self.find(rule_id=rule.id).occasion_date, date(2026, 11, 25))
        self.archive.sudo().ref = "NOBODY"
        self.follow_up()
        self.assertEqual(self.find(rule_id=rule.id).state, "cancelled")

    def test_a_reason_of_their_own_that_is_mended(self):
        self.create_birthday_rule()
        self.archive.sudo().ref = "HOLIDAY"
        [row] = self.follow_up(datetime(2026, 11, 10, 2))
        self.assertEqual((row.state, row.reason), ("skipped", "holiday"))
        self.archive.sudo().ref = False
        self.follow_up(datetime(2026, 11, 10, 8))
        self.assertEqual(row.state, "done")
        self.assertEqual(row.activity_id.summary, "Rule birthday: Li Na!")
        self.assertEqual(row.recipient_id, self.contact)

    def test_the_owner_of_the_group_stands_in(self):
        parent = self.create_archive(name="Group", user_id=self.users["sales"].id)
        self.create_birthday_rule()
        row = self.follow_up()
        self.archive.sudo().write({"user_id": False, "parent_id": parent.id})
        self.assertEqual(row._get_owner(), self.users["sales"])

    def test_words_of_their_own(self):
        self.create_birthday_rule()
        values = self.follow_up()._get_message_values()
        self.assertEqual(fill("{greeting} {name} of {customer}", values), "Hello Li Na of Jinan Daheng Logistics")
        self.assertEqual((values["owner"], bool(values["date"])), (self.users["sales"].name, True))
