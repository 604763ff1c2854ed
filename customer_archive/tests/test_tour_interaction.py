from odoo.tests.common import tagged

from .test_tour_archive import CUSTOMER, ArchiveTourCase


class InteractionTourCase(ArchiveTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name=CUSTOMER)

    def get_interaction(self):
        return self.env["customer.interaction"].search([("partner_id", "=", self.archive.id)])


@tagged("post_install", "-at_install")
class TestInteractionTour(InteractionTourCase):
    def test_a_call_is_noted_from_the_archive(self):
        self.start("customer_interaction_log", "sales")
        self.assertEqual(self.get_interaction().state, "done")


@tagged("post_install", "-at_install")
class TestVisitTour(InteractionTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_visit_is_planned_and_reported_on_a_phone(self):
        self.start("customer_interaction_visit", "sales")
        visit = self.get_interaction()
        self.assertEqual((visit.state, visit.outcome, visit.outcome_note), ("done", "good", "They order 150 more"))
        self.assertTrue(visit.check_in_date and visit.check_out_date and visit.event_id)
        self.assertFalse(visit.check_in_place)

    def test_a_refused_place_is_no_error(self):
        self.env.company.customer_visit_location = True
        self.start("customer_interaction_visit", "sales")
        self.assertTrue(self.get_interaction().check_in_date)
        self.assertFalse(self.get_interaction().check_in_place)

    def test_a_place_that_is_told_is_kept(self):
        self.env.company.customer_visit_location = True
        visit = self.env["customer.interaction"].with_user(self.users["sales"]).create(
            {
                "name": "Visit", "partner_id": self.archive.id,
                "channel_id": self.env.ref("customer_archive.customer_interaction_channel_visit").id,
            }
        )
        self.start("customer_interaction_place", "sales")
        self.assertEqual(visit.check_in_place, "31.23040, 121.47370")
