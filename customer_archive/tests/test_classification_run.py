from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .class_common import ClassCase


@tagged("post_install", "-at_install")
class TestRun(ClassCase):
    """The nightly job: batch by batch, taken up where it ended, the same result twice."""

    def setUp(self):
        super().setUp()
        self.publish(self.draft_levels())
        self.publish(self.draft_tags([(self.key, f"[('customer_level_id', '=', {self.gold.id})]")]))
        self.archives = [self.create_archive(customer_potential="high", vat=False) for _n in range(5)]

    def count_history(self):
        return self.env["customer.classification"].search_count([])

    def test_twice_the_same_night_changes_nothing(self):
        self.classify_all()
        before = self.count_history()
        run = self.classify_all()
        self.assertEqual((run.level_count, run.lifecycle_count, run.tag_count), (0, 0, 0))
        self.assertGreaterEqual(run.customer_count, 5)
        self.assertEqual(self.count_history(), before)

    def test_a_run_goes_on_where_it_was_broken_off(self):
        Run = self.env["customer.classification.run"]
        with patch.object(type(Run), "_get_batch_size", lambda self: 2):
            run = Run._begin()
            run._classify_batch()
            cursor = run.cursor
            self.assertEqual((run.state, run.customer_count), ("running", 2))
            again = Run._begin()
            self.assertEqual(again, run, "no second run beside one under way")
            again._classify_batch()
            self.assertGreater(run.cursor, cursor)
            while run.state == "running":
                run._classify_batch()
        total = self.env["res.partner"].search_count(self.env["customer.classifier"]._get_scope())
        self.assertEqual(run.customer_count, total)

    def test_new_rules_end_a_run_and_begin_another(self):
        Run = self.env["customer.classification.run"]
        with patch.object(type(Run), "_get_batch_size", lambda self: 2):
            run = Run._begin()
            run._classify_batch()
            self.publish(self.draft_levels(borders=(95, 90, 0)))
            run._classify_batch()
            self.assertEqual(run.state, "stopped")
            self.assertEqual(run.customer_count, 2, "no customer is classed by rules that the run did not begin with")
        other = self.classify_all()
        self.assertNotEqual(other, run)
        self.assertEqual(other.cause, "rules")
        for archive in self.archives:
            archive.invalidate_recordset()
            self.assertEqual(archive.customer_level_id, self.silver)
            self.assertFalse(archive.customer_tag_ids, "tags follow the level in the same pass")

    def test_the_job_runs_through_the_scheduler(self):
        self.env["res.partner"].browse([a.id for a in self.archives]).flush_recordset()
        self.env.cr.execute("UPDATE res_partner SET customer_potential = 'low' WHERE id = %s", [self.archives[0].id])
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_customer_classification_run").method_direct_trigger()
        self.assertEqual(self.archives[0].customer_level_id, self.bronze)
        run = self.env["customer.classification.run"].search([], limit=1)
        self.assertEqual((run.state, run.level_count, run.tag_count), ("done", 1, 1))

    def test_publishing_asks_for_a_run(self):
        cron = self.env.ref("customer_archive.ir_cron_customer_classification_run")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.publish(self.draft_levels())
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_only_managers_ask_for_a_run(self):
        Run = self.env["customer.classification.run"]
        for login in ("sales", "seller_all", "reviewer"):
            with self.subTest(login), self.assertRaises(AccessError):
                Run.with_user(self.users[login]).action_request()
        Run.with_user(self.users["manager"]).action_request()
