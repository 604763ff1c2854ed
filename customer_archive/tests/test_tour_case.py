from odoo.tests.common import tagged

from .test_tour_archive import CUSTOMER, ArchiveTourCase


class CaseTourCase(ArchiveTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name=CUSTOMER)
        cls.env["customer.case.category"].create({"name": "Tour question"})
        cls.env["customer.case.solution"].create(
            {"name": "How to treat sand holes", "solution": "<p>Dry the sand</p>", "is_published": True}
        )

    def check(self):
        self.start("customer_case", "sales")
        case = self.env["customer.case"].search([("partner_id", "=", self.archive.id)])
        self.assertEqual((case.state, case.resolution, case.user_id), ("closed", "Dry the sand", self.users["sales"]))


@tagged("post_install", "-at_install")
class TestCaseTour(CaseTourCase):
    def test_a_case_is_entered_solved_and_closed(self):
        self.check()


@tagged("post_install", "-at_install")
class TestCasePhoneTour(CaseTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_case_is_entered_solved_and_closed_on_a_phone(self):
        self.check()
