from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.tests import tagged

from .verification_common import VerificationCase


@tagged("post_install", "-at_install")
class TestVerificationJob(VerificationCase):
    """The job asks who is due, reminds, gives up; each once."""

    def requests(self, archive=None):
        return self.env["customer.verification"].search([("partner_id", "=", (archive or self.archive).id)])

    def pass_days(self, request, days):
        """Let days go by for a request."""
        gone = relativedelta(days=days)
        for name in ("sent_date", "next_date", "link_until"):
            if request[name]:
                request.sudo()[name] = request[name] - gone

    def test_a_customer_who_is_due_is_asked_once(self):
        self.run_job()
        self.run_job()
        request = self.requests()
        self.assertEqual((len(request), request.state, request.source), (1, "sent", "rule"))
        self.assertEqual(len(self.get_mails()), 1)
        self.assertEqual(request.user_id, self.users["sales"])

    def test_who_is_not_due_is_not_asked(self):
        fresh, _contact = self.create_customer(email="fresh@example.com")
        self.age(fresh, 5)
        draft = self.create_archive(email="draft@example.com")
        suspended, _contact = self.create_customer(email="suspended@example.com")
        suspended.sudo().archive_state = "suspended"
        self.run_job()
        for archive in (fresh, draft, suspended):
            self.assertFalse(self.requests(archive), archive.archive_state)
        self.assertTrue(self.requests())

    def test_the_rule_is_the_companys(self):
        self.company.customer_verification_domain = "[('city', '=', 'Suzhou')]"
        self.run_job()
        self.assertFalse(self.requests())
        self.company.write({"customer_verification_domain": "[]", "customer_verification_enabled": False})
        self.run_job()
        self.assertFalse(self.requests())
        self.company.write({"customer_verification_enabled": True, "customer_verification_months": 12})
        self.run_job()
        self.assertFalse(self.requests())
        self.company.customer_verification_months = 3
        self.run_job()
        self.assertTrue(self.requests())

    def test_no_more_than_so_many_a_day(self):
        self.create_customer(email="two@example.com")
        self.create_customer(email="three@example.com")
        self.company.customer_verification_daily = 2
        self.run_job()
        self.run_job()
        today = self.env["customer.verification"].search([("source", "=", "rule")])
        self.assertEqual(len(today), 2)

    def test_a_customer_without_mail_is_called(self):
        archive, _contact = self.create_customer(email=False)
        self.run_job()
        self.run_job()
        request = self.requests(archive)
        self.assertEqual(request.state, "call")
        [activity] = self.get_activities(request)
        self.assertEqual(activity.user_id, self.users["sales"])
        self.as_user(request, "sales").action_confirm_by_phone()
        self.assertFalse(self.get_activities(request))

    def test_two_reminders_then_an_activity_each_once(self):
        self.run_job()
        request = self.requests()
        for days, reminders in ((6, 0), (1, 1), (6, 1), (1, 2), (6, 2)):
            self.pass_days(request, days)
            self.run_job()
            self.run_job()
            self.assertEqual((request.reminder_count, request.state), (reminders, "sent"))
            self.assertEqual(len(self.get_mails()), reminders + 1)
        self.assertFalse(self.get_activities(request))
        self.pass_days(request, request._get_link_days() - 6)
        self.run_job()
        self.run_job()
        self.assertEqual(request.state, "expired")
        [activity] = self.get_activities(request)
        self.assertEqual(activity.user_id, self.users["sales"])
        self.assertEqual(len(self.requests()), 1, "asked again after half a year, not the next day")

    def test_reminders_can_be_switched_off(self):
        self.company.write({"customer_verification_remind_days": 0, "customer_verification_remind_again_days": 0})
        self.run_job()
        request = self.requests()
        self.pass_days(request, request._get_link_days())
        self.run_job()
        self.assertEqual((request.state, len(self.get_mails())), ("expired", 1))

    def test_who_cannot_be_reminded_is_called(self):
        self.run_job()
        request = self.requests()
        self.contact.email = False
        self.pass_days(request, 7)
        self.run_job()
        self.assertEqual((request.state, request.reminder_count), ("expired", 0))
        self.assertTrue(self.get_activities(request))

    def test_half_a_year_later_it_is_asked_again(self):
        self.run_job()
        self.requests().sudo()._close("expired")
        self.archive.sudo().archive_asked_date = fields.Datetime.now() - relativedelta(months=6, days=1)
        self.run_job()
        self.assertEqual(len(self.requests()), 2)

    def test_an_archive_whose_facts_are_all_fresh_is_left_alone_for_the_interval(self):
        self.age(self.archive, 1)
        self.run_job()
        self.assertFalse(self.requests())
