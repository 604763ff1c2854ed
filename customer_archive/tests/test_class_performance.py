from odoo.fields import Domain
from odoo.tests import tagged, warmup

from .class_common import ClassCase


@tagged("post_install", "-at_install")
class TestClassPerformance(ClassCase):
    """Queries of the classification: a hundred customers cost as many as ten, and one edit costs a bounded number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.draft = cls.draft_levels()
        cls.publish(cls.draft)
        cls.publish(
            cls.draft_tags(
                [
                    (cls.key, f"[('customer_level_id', '=', {cls.gold.id})]"),
                    (cls.usual, "[('industry_id.code', '=like', 'C%')]"),
                    (cls.watch, "[('child_ids', '=', False), ('create_date', '>=', 'today -30d')]"),
                ]
            )
        )

    def make(self, count):
        values = {"is_company": True, "archive_state": "draft", "country_id": self.china.id, "phone": "021-50592061"}
        partners = self.env["res.partner"].create([{**values, "name": f"Customer {n}"} for n in range(count)])
        partners.flush_recordset()
        return partners

    def judge_anew(self, partners):
        """Facts that move everybody, changed behind the back of the classification."""
        self.env.cr.execute("UPDATE res_partner SET customer_potential = 'high' WHERE id IN %s", [tuple(partners.ids)])
        self.env.invalidate_all()

    def classify(self, partners):
        return self.count_queries(self.env["customer.classifier"]._classify, Domain("id", "in", partners.ids))

    @warmup
    def test_a_hundred_customers_that_change_cost_as_many_queries_as_ten(self):
        ten, hundred = self.make(10), self.make(100)
        self.judge_anew(ten | hundred)
        few, many = self.classify(ten), self.classify(hundred)
        self.assertEqual(set(hundred.mapped("customer_level_id")), set(self.gold))
        self.assertEqual(set(hundred.mapped("customer_tag_ids")), set(self.key))
        self.assertEqual(many, few)
        self.assertLessEqual(many, 25)

    @warmup
    def test_customers_that_stay_cost_the_reading_alone(self):
        ten, hundred = self.make(10), self.make(100)
        few, many = self.classify(ten), self.classify(hundred)
        self.assertEqual(many, few)
        self.assertLessEqual(many, 8)

    @warmup
    def test_a_try_out_of_a_hundred_costs_as_many_queries_as_of_ten(self):
        draft = self.draft_levels(borders=(95, 90, 0))
        few_partners = self.make(10)
        self.judge_anew(few_partners)
        trial = self.env["customer.rule.trial"].create({"rule_set_id": draft.id})
        few = self.count_queries(trial._run)
        self.judge_anew(self.make(100))
        many = self.count_queries(trial._run)
        self.assertGreaterEqual(trial.move_count, 100)
        self.assertLessEqual(many, few)

    def edit(self, values):
        """Queries of one edit of a draft beside the same edit of a contact without an archive."""
        facts = {
            "name": "Customer", "is_company": True, "country_id": self.china.id, "state_id": self.shanghai.id,
            "city": "上海市", "phone": "021-50592061",
        }
        plain, archive = self.env["res.partner"].create([facts, {**facts, "archive_state": "draft"}])
        archive.write({"customer_potential": "low", "phone": "021-50592062"})
        base = self.count_queries(plain.write, {"phone": "021-50592063"})
        return archive, self.count_queries(archive.write, {**values, "phone": "021-50592063"}) - base

    @warmup
    def test_a_fact_that_no_rule_reads_classes_nobody(self):
        _archive, extra = self.edit({})
        self.assertLessEqual(extra, 10)

    @warmup
    def test_a_fact_that_rules_read_classes_the_customer_in_a_bounded_number_of_queries(self):
        archive, extra = self.edit({"customer_potential": "high"})
        self.assertEqual(archive.customer_level_id, self.gold)
        self.assertEqual(archive.customer_tag_ids, self.key)
        self.assertLessEqual(extra, 15)
