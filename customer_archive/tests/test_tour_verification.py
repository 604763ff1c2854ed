from odoo.tests import new_test_user, tagged

from .test_tour_archive import CUSTOMER, ArchiveTourCase
from .verification_common import VerificationCase


class VerificationTourCase(ArchiveTourCase, VerificationCase):
    def answer(self, tour):
        """Open the link of the mail, as it went out, in a browser where nobody is logged in."""
        request, path = self.ask()
        self.env.flush_all()
        self.start_tour(path, tour, login=None)
        self.env.invalidate_all()
        self.assertEqual((request.state, request.answered_by_id), ("answered", self.contact))
        return request


@tagged("post_install", "-at_install")
class TestVerificationTour(VerificationTourCase):
    """Asked from the archive, answered by the link, in a browser."""

    def test_facts_are_confirmed_by_the_mailed_link(self):
        request = self.answer("customer_verification_answer")
        self.assertEqual(request.change_id.line_ids.new_value, "021-58308888")
        self.assertEqual(self.get_facts()["city"].source, "customer")

    def test_a_salesperson_asks_from_the_archive(self):
        archive, contact = self.create_customer(email="buyer@example.com", name=CUSTOMER)
        self.start("customer_verification_ask", "sales")
        self.assertTrue(self.get_mails(contact))
        self.assertEqual(archive.archive_verification_ids.state, "sent")

    def test_facts_are_corrected_on_the_portal(self):
        person = new_test_user(self.env, login="facts_portal", groups="base.group_portal", lang="en_US")
        person.partner_id.parent_id = self.archive
        self.start_tour("/my", "customer_verification_portal", login="facts_portal")
        self.assertEqual(self.archive.archive_change_ids.line_ids.new_value, "Nanjing Road 200")


@tagged("post_install", "-at_install")
class TestVerificationPhoneTour(VerificationTourCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_facts_are_confirmed_on_a_phone(self):
        request = self.answer("customer_verification_answer")
        self.assertEqual(request.corrected_count, 1)

    def test_everything_is_right_on_a_phone(self):
        self.assertFalse(self.answer("customer_verification_all_right").change_id)
