from odoo.tests import tagged

from .duplicate_common import DuplicateCase
from .test_tour_archive import ArchiveTourCase

# As in static/tests/tours/customer_duplicate_tour.js.
KEPT = "Tour Daheng Logistics"
GONE = "Tour Daheng Logistics Ltd"


@tagged("post_install", "-at_install")
class TestDuplicateTour(ArchiveTourCase, DuplicateCase):
    """A salesperson sees the strip; a manager merges the two side by side, and undoes it."""

    def test_seen_merged_and_undone(self):
        kept, gone = self.create_pair({"name": KEPT}, {"name": GONE})
        gone.message_post(body="Said on the phone")
        [pair] = self.search_pairs(kept)
        self.start("customer_duplicate_strip", "sales")
        self.start("customer_duplicate_merge", "manager")
        self.assertEqual((pair.state, gone.archive_merged_into_id, kept.phone), ("merged", kept, "0531-88886666"))
        self.start("customer_duplicate_undo", "manager")
        self.assertEqual((gone.archive_state, gone.active, kept.phone), ("draft", True, "021-50592061"))
