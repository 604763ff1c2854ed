from odoo.tests import tagged

from .test_stale import StaleCase
from .test_tour_archive import CUSTOMER, ArchiveTourCase


@tagged("post_install", "-at_install")
class TestStaleTour(ArchiveTourCase, StaleCase):
    """The queue in a browser."""

    def setUp(self):
        super().setUp()
        self.stale, _contact = self.create_customer(email="stale@example.com", name=CUSTOMER)
        self.settle(self.stale)
        self.age(self.stale, 13)
        self.find()

    def test_a_manager_closes_and_puts_back(self):
        self.start("customer_stale_close", "manager")
        self.assertEqual((self.stale.archive_state, self.stale.active), ("formal", True))

    def test_a_salesperson_keeps_a_customer(self):
        self.start("customer_stale_keep", "sales")
        self.assertEqual(self.get_rows(self.stale).kept_by_id, self.users["sales"])
