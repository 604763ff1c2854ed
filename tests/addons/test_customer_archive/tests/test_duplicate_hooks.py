from odoo.addons.customer_archive.tests.duplicate_common import DuplicateCase
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.customer_duplicate import ANOTHER_TRADE


@tagged("post_install", "-at_install")
class TestDuplicateHooks(DuplicateCase):
    """Each hook of duplicates and merges takes effect where a consultant overrides it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.gone = cls.create_pair()
        cls.pair = cls.search_pairs(cls.kept)

    def search_consulted(self, value, *partners):
        self.env["customer.duplicate.finder"].with_context(consulted=value)._search_partners([p.id for p in partners])
        ids = [p.id for p in partners]
        return self.env["customer.duplicate"].search([("partner_id", "in", ids), ("state", "=", "open")])

    def test_own_scope(self):
        self.gone.sudo().consultant_internal = ANOTHER_TRADE
        self.assertFalse(self.search_pairs(self.kept, self.gone))

    def test_own_points_and_threshold(self):
        one, two = (self.create_archive(name=name, vat=False, city=False) for name in ("Wuhan House", "Wuhan Haus AB"))
        self.assertFalse(self.search_pairs(one, two))
        self.assertTrue(self.search_consulted(True, one, two))
        self.assertFalse(self.search_consulted("strict", self.kept, self.gone))

    def test_own_limit_of_common_values(self):
        third = self.create_archive(name="Jinan Daheng Logistics GmbH", vat=False, phone="0532-11112222")
        self.assertEqual(len(self.search_pairs(self.kept, self.gone, third)), 3)
        self.assertFalse(self.search_consulted("few", self.kept, self.gone, third))

    def test_own_batch_size(self):
        Run = self.env["customer.duplicate.run"].with_context(consulted=True)
        run = Run._create_run()
        self.assertEqual(run._search_batch(), 1)

    def test_own_words(self):
        self.pair.sudo().signs = [["consulted", 5]]
        self.assertEqual(self.pair.signs_text, "the consultant's nose")
        run = self.env["customer.duplicate.run"].create(
            {"crowded": [{"kind": "consulted", "total": 1, "examples": [{"count": 9, "partner_id": self.kept.id}]}]}
        )
        self.assertIn("The consultant's nose: 1 values", run.crowded_text)

    def test_own_suggestion(self):
        self.assertEqual(self.pair._get_survivor(), self.kept)
        self.gone.sudo().consultant_internal = "keep"
        self.assertEqual(self.pair._get_survivor(), self.gone)

    def test_own_rule_adds_up_what_collides(self):
        for partner, amount in ((self.kept, 3), (self.gone, 4)):
            self.env["res.partner.bank"].create(
                {"acc_number": "6222", "partner_id": partner.id, "consultant_amount": amount}
            )
        record = self.merge(self.kept, self.gone)
        self.assertEqual((self.kept.bank_ids.consultant_amount, self.gone.bank_ids.consultant_amount), (7, 0))
        record.action_undo()
        self.assertEqual((self.kept.bank_ids.consultant_amount, self.gone.bank_ids.consultant_amount), (3, 4))

    def test_own_refusals(self):
        self.gone.sudo().consultant_internal = "locked"
        with self.assertRaisesRegex(UserError, "leader of the team"):
            self.merge(self.kept, self.gone)
        self.gone.sudo().consultant_internal = "never"
        with self.assertRaisesRegex(UserError, "consultant keeps"):
            self.merge(self.kept, self.gone)
        self.gone.sudo().consultant_internal = False
        record = self.merge(self.kept, self.gone)
        self.kept.sudo().consultant_internal = "final"
        with self.assertRaisesRegex(UserError, "closed the books"):
            record.action_undo()

    def test_own_facts_to_choose(self):
        self.assertNotIn("consultant_grade", self.kept._get_merge_fact_names())
        self.assertIn("consultant_note", self.kept._get_merge_fact_names())

    def test_own_form_of_a_fact_that_is_taken(self):
        self.gone.consultant_note = "Golf"
        self.merge(self.kept, self.gone, {"consultant_note": self.gone.id})
        self.assertEqual(self.kept.consultant_note, "Golf (merged)")
