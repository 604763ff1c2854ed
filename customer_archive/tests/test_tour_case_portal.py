from odoo.tests import new_test_user
from odoo.tests.common import tagged

from .test_tour_archive import CUSTOMER, ArchiveTourCase


class CasePortalTourCase(ArchiveTourCase):
    """A customer who may log in, and a category of complaints that customers choose from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name=CUSTOMER)
        cls.users["portal"] = new_test_user(
            cls.env, "portal_tour", "base.group_portal", name="Gu Wei", email="gu@tour.example"
        )
        cls.users["portal"].partner_id.parent_id = cls.archive
        cls.env["customer.case.category"].create({"name": "Casting", "kind": "complaint"})

    def run_case(self):
        """From the complaint to the rating, by the hands of four."""
        self.start_tour("/my", "customer_case_complain", login="portal_tour")
        case = self.env["customer.case"].search([("partner_id", "=", self.archive.id)])
        self.assertEqual((case.kind, case.state, case.user_id), ("complaint", "new", self.users["sales"]))
        self.assertEqual(case._get_portal_files().mapped("name"), ["leak.png"])
        self.start_tour("/odoo/customer-cases", "customer_case_solve", login=self.users["sales"].login)
        case.invalidate_recordset()
        self.assertEqual((case.state, case.resolver_id), ("resolved", self.users["sales"]))
        self.start_tour(f"/odoo/customer-cases/{case.id}", "customer_case_visit", login=self.users["quality"].login)
        case.invalidate_recordset()
        self.assertEqual((case.state, case.visitor_id), ("closed", self.users["quality"]))
        self.assertTrue(case.rating_asked)
        self.start_tour("/my/cases", "customer_case_rate", login="portal_tour")
        case.invalidate_recordset()
        self.assertEqual(case.rating_last_value, 5)
        self.assertEqual(case.sudo().rating_ids.feedback, "Quick")


@tagged("post_install", "-at_install")
class TestCasePortalTour(CasePortalTourCase):
    def test_a_complaint_from_the_portal_to_the_rating(self):
        self.run_case()


@tagged("post_install", "-at_install")
class TestCasePortalPhoneTour(CasePortalTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_complaint_from_the_portal_to_the_rating_on_a_phone(self):
        self.run_case()
