from odoo import Command
from odoo.tests import tagged

from .duplicate_common import DuplicateCase


@tagged("post_install", "-at_install")
class TestMergeCards(DuplicateCase):
    """Loyalty cards of both archives: one card with all points, and both again after undoing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "loyalty.card" not in cls.env:
            return
        cls.kept, cls.gone = cls.create_pair()
        Program = cls.env["loyalty.program"].sudo()
        cls.program, cls.coupons = Program.create(
            [
                {"name": "Points", "program_type": "loyalty", "applies_on": "both", "trigger": "auto"},
                {"name": "Coupons", "program_type": "coupons", "applies_on": "current", "trigger": "with_code"},
            ]
        )

    def setUp(self):
        super().setUp()
        if "loyalty.card" not in self.env:
            self.skipTest("no loyalty programs here")

    def create_card(self, partner, points, **values):
        return self.env["loyalty.card"].sudo().create(
            {"program_id": self.program.id, "partner_id": partner.id, "points": points, **values}
        )

    def test_points_add_up_on_one_card_and_part_again(self):
        mine, other = self.create_card(self.kept, 30), self.create_card(self.gone, 12)
        other.write({"history_ids": [Command.create({"description": "Order", "issued": 12})]})
        merge = self.merge(self.kept, self.gone)
        self.assertEqual((mine.points, other.points), (42, 0))
        self.assertEqual((mine.partner_id, other.partner_id), (self.kept, self.gone))
        self.assertIn("Order", mine.history_ids.mapped("description"), "the points are explained on their card")
        merge.action_undo()
        self.assertEqual((mine.points, other.points), (30, 12))
        self.assertIn("Order", other.history_ids.mapped("description"))

    def test_a_card_without_a_like_moves(self):
        card = self.create_card(self.gone, 12)
        self.merge(self.kept, self.gone).action_undo()
        self.assertEqual(card.partner_id, self.gone)
        self.merge(self.kept, self.gone)
        self.assertEqual((card.partner_id, card.points), (self.kept, 12))

    def test_two_cards_of_the_closed_archive_add_up_on_one(self):
        mine = self.create_card(self.kept, 1)
        self.create_card(self.gone, 10)
        self.create_card(self.gone, 100)
        self.merge(self.kept, self.gone)
        self.assertEqual(mine.points, 111)

    def test_points_that_were_used_up_do_not_come_back(self):
        mine, other = self.create_card(self.kept, 30), self.create_card(self.gone, 12)
        merge = self.merge(self.kept, self.gone)
        mine.points = 5
        merge.action_undo()
        self.assertEqual((mine.points, other.points), (0, 5), "no point is lost, and none comes from nowhere")

    def test_coupons_and_cards_that_end_on_other_days_stay_apart(self):
        self.create_card(self.kept, 1, program_id=self.coupons.id)
        coupon = self.create_card(self.gone, 1, program_id=self.coupons.id)
        mine = self.create_card(self.kept, 30)
        ending = self.create_card(self.gone, 12, expiration_date="2099-12-31")
        over = self.create_card(self.gone, 7, expiration_date="2020-01-01")
        self.merge(self.kept, self.gone)
        self.assertEqual((coupon | ending | over).partner_id, self.kept)
        self.assertEqual((mine.points, ending.points, over.points), (30, 12, 7))

    def test_an_order_refers_to_the_card_that_serves(self):
        if "sale.order" not in self.env:
            self.skipTest("no orders here")
        mine, other = self.create_card(self.kept, 30), self.create_card(self.gone, 12)
        order = self.env["sale.order"].sudo().create(
            {"partner_id": self.gone.id, "applied_coupon_ids": [Command.link(other.id)]}
        )
        merge = self.merge(self.kept, self.gone)
        self.assertEqual(order.applied_coupon_ids, mine)
        merge.action_undo()
        self.assertEqual(order.applied_coupon_ids, other)
