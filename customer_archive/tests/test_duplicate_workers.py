import threading
import time
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ParallelCase

BATCH = 2


@tagged("post_install", "-at_install")
class TestDuplicateWorkers(ParallelCase):
    """The search, and people who merge, at the same moment and each on a connection of its own."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(self.registry["customer.duplicate.run"], "_get_batch_size", lambda self: BATCH))
        self.addCleanup(self.clean)
        with self.connect() as env:
            self.last_run = env["customer.duplicate.run"].search([], limit=1).id
            values = {"is_company": True, "archive_state": "draft", "city": "Jinan", "vat": False}
            names = ["Worker Daheng", "Worker Daheng Ltd", "Worker Daheng GmbH", "Worker Other", "Worker Else"]
            self.partner_ids = env["res.partner"].create([{**values, "name": name} for name in names]).ids
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            partners = env["res.partner"].browse(self.partner_ids)
            env.cr.execute(SQL("DELETE FROM customer_duplicate_run WHERE id > %s", self.last_run or 0))
            env.cr.execute(
                SQL("UPDATE res_partner SET archive_merged_into_id = NULL WHERE id IN %s", tuple(partners.ids))
            )
            env.cr.execute(SQL("DELETE FROM customer_merge WHERE partner_id IN %s", tuple(partners.ids)))
            env.invalidate_all()
            partners.unlink()
            env.cr.commit()

    def run_job(self, env):
        env["customer.duplicate.run"]._cron_search()

    def get_pairs(self):
        with self.connect() as env:
            pairs = env["customer.duplicate"].search([("partner_id", "in", self.partner_ids)])
            return sorted((pair.partner_id.id, pair.other_id.id) for pair in pairs)

    @property
    def expected(self):
        one, two, three, *_rest = self.partner_ids
        return [(one, two), (one, three), (two, three)]

    def test_the_job_finds_every_pair_over_several_batches(self):
        with self.connect() as env:
            self.run_job(env)
            run = env["customer.duplicate.run"].search([], limit=1)
            self.assertEqual(run.state, "done")
            self.assertGreaterEqual(run.customer_count, len(self.partner_ids))
        self.assertEqual(self.get_pairs(), self.expected)

    def test_a_second_night_looks_at_changed_archives_only(self):
        with self.connect() as env:
            self.run_job(env)
            env.cr.execute(
                SQL(
                    """UPDATE res_partner SET write_date = now() AT TIME ZONE 'UTC' - interval '2 days'
                        WHERE archive_state IS NOT NULL"""
                )
            )
            env["res.partner"].browse(self.partner_ids[3]).name = "Worker Daheng Inc"
            env.cr.commit()
            self.run_job(env)
            run = env["customer.duplicate.run"].search([], limit=1)
            self.assertEqual((run.state, run.is_whole, run.customer_count), ("done", False, 1))
        added = [(partner, self.partner_ids[3]) for partner in self.partner_ids[:3]]
        self.assertEqual(self.get_pairs(), sorted(self.expected + added))

    def test_a_search_that_was_broken_off_goes_on(self):
        with self.connect() as env:
            Run = env["customer.duplicate.run"]
            run = Run._create_run()
            env.cr.commit()
            Run._attempt(run.id)
            env.cr.commit()
            Run._attempt(run.id)
            env.cr.rollback()
        with self.connect() as env:
            self.run_job(env)
            self.assertEqual(env["customer.duplicate.run"].browse(run.id).state, "done")
        self.assertEqual(self.get_pairs(), self.expected)

    def test_two_jobs_at_once_find_each_pair_once(self):
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            self.assertFalse(self.run_parallel([self.run_job, self.run_job]))
        with self.connect() as env:
            self.run_job(env)
        self.assertEqual(self.get_pairs(), self.expected)

    def test_a_person_edits_while_the_job_is_at_work(self):
        errors = []

        def job():
            try:
                with self.connect() as worker:
                    self.run_job(worker)
            except Exception as error:  # noqa: BLE001 - reported by the test
                errors.append(error)

        with self.connect() as person, mute_logger("odoo.sql_db"):
            person["customer.duplicate.finder"]._search_partners(self.partner_ids[:1])
            thread = threading.Thread(target=job, daemon=True)
            thread.start()
            time.sleep(1)
            person.cr.commit()
            thread.join(60)
            self.assertFalse(thread.is_alive())
        self.assertFalse(errors)
        self.assertEqual(self.get_pairs(), self.expected)

    # === MERGES ===#

    def merge(self, kept, gone):
        def job(env):
            partners = env["res.partner"].browse
            env["customer.merge"]._merge(partners(kept), partners(gone))

        return job

    def merge_at_once(self, *pairs):
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            return self.run_parallel([self.merge(*pair) for pair in pairs])

    def get_targets(self):
        with self.connect() as env:
            return [partner.archive_merged_into_id.id for partner in env["res.partner"].browse(self.partner_ids)]

    def test_two_managers_merge_the_same_pair_at_once(self):
        one, two, *_rest = self.partner_ids
        errors = self.merge_at_once((one, two), (one, two))
        self.assertEqual(len(errors), 1)
        self.assertIsInstance(errors[0], UserError)
        self.assertEqual(self.get_targets()[:2], [False, one])
        with self.connect() as env:
            self.assertEqual(env["customer.merge"].search_count([("other_id", "=", two)]), 1)

    def test_two_managers_merge_a_pair_in_both_directions(self):
        one, two, *_rest = self.partner_ids
        errors = self.merge_at_once((one, two), (two, one))
        self.assertEqual(len(errors), 1)
        self.assertIn(self.get_targets()[:2], ([False, one], [two, False]))

    def test_one_merges_into_what_another_merges_away(self):
        one, two, three, *_rest = self.partner_ids
        with self.connect() as env:
            contact = env["res.partner"].create({"name": "Zhou Yong", "parent_id": one}).id
            env.cr.commit()
        self.partner_ids.append(contact)
        errors = self.merge_at_once((two, one), (three, two))
        targets = self.get_targets()
        with self.connect() as env:
            parent = env["res.partner"].browse(contact).parent_id
            self.assertFalse(parent.archive_merged_into_id, "the contact is with an archive that stays")
        self.partner_ids.remove(contact)
        if errors:
            # the second merge came first: the first one says where its target went
            self.assertIsInstance(errors[0], UserError)
            self.assertEqual(targets[:3], [False, three, False])
        else:
            self.assertEqual(targets[:3], [three, three, False])

    def test_a_row_written_during_the_merge_waits_and_follows(self):
        one, two, *_rest = self.partner_ids
        done = []

        def write(env):
            source = env["customer.import.source"].create({"name": "Worker ERP"})
            env["customer.import.key"].create(
                {"source_id": source.id, "role": "customer", "key": "K1", "partner_id": two}
            )
            env.flush_all()
            done.append(source.id)

        with self.connect() as person:
            self.merge(one, two)(person)
            thread = threading.Thread(target=lambda: self.run_parallel([write]), daemon=True)
            thread.start()
            time.sleep(1)
            self.assertFalse(done, "the row waits for the merge")
            person.cr.commit()
            thread.join(60)
        with self.connect() as env:
            source = env["customer.import.source"].browse(done)
            key = env["customer.import.key"].search([("source_id", "in", done)])
            self.assertEqual(key.partner_id.id, two)
            env["customer.merge"]._gc_merges()
            key.invalidate_recordset()
            self.assertEqual(key.partner_id.id, one)
            env.cr.commit()
            source.unlink()
            env.cr.commit()
