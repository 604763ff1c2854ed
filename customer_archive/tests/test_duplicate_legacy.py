import logging
import time
from collections import Counter

from odoo.tests import tagged

from .import_common import ImportCommon

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestDuplicateLegacy(ImportCommon):
    """The duplicates that were planted in the legacy workbook, found after its import."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        content, cls.truth = cls.read_legacy()
        run = cls.import_all(cls.make_run(content, "legacy_customers.xlsx"))
        numbers = {
            row.partner_id.id: row.row_number for row in run.row_ids if row.role == "customer" and row.partner_id
        }
        started = time.monotonic()
        cls.env["customer.duplicate.finder"].sudo()._search_partners(sorted(numbers))
        cls.seconds = time.monotonic() - started
        cls.pairs = cls.env["customer.duplicate"].sudo().search([("partner_id", "in", list(numbers))])
        cls.found = {frozenset((numbers[p.partner_id.id], numbers[p.other_id.id])): p for p in cls.pairs}
        cls.planted = {
            frozenset((int(row), other["row"])): other["same_uscc"] for row, other in cls.truth["duplicate_of"].items()
        }

    def get_customer(self, row):
        """The row that a chain of copies began with: copies of one row are one customer as well."""
        while other := self.truth["duplicate_of"].get(str(row)):
            row = other["row"]
        return row

    def test_every_pair_with_the_same_code_is_found(self):
        proven = [pair for pair, same in self.planted.items() if same]
        self.assertEqual(len(proven), 35)
        self.assertEqual([pair for pair in proven if pair not in self.found], [])

    def test_nine_of_ten_of_the_other_pairs_are_found(self):
        others = [pair for pair, same in self.planted.items() if not same]
        found = [pair for pair in others if pair in self.found]
        signs = Counter(code for pair in found for code, _points in self.found[pair].signs)
        _logger.info(
            "legacy workbook: %s of %s pairs of one code, %s of %s others, %s pairs in all, %.2f s, signs of others %s",
            sum(same for pair, same in self.planted.items() if pair in self.found),
            35,
            len(found),
            len(others),
            len(self.found),
            self.seconds,
            dict(signs),
        )
        self.assertEqual(len(others), 44)
        self.assertGreaterEqual(len(found), 0.9 * len(others))

    def test_no_more_than_two_in_a_hundred_pairs_are_false(self):
        false = [sorted(pair) for pair in self.found if len({self.get_customer(row) for row in pair}) > 1]
        self.assertLessEqual(len(false), 0.02 * len(self.found), false)

    def test_every_pair_says_why(self):
        for pair in self.pairs:
            self.assertTrue(pair.signs_text)
            self.assertGreaterEqual(pair.score, 60)
