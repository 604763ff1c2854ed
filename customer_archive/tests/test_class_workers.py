import threading
import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ParallelCase

CUSTOMERS = 6
BATCH = 2


@tagged("post_install", "-at_install")
class TestClassWorkers(ParallelCase):
    """Publications, the nightly job and people at work at the same moment, each on a connection of its own."""

    def setUp(self):
        super().setUp()
        model = self.registry["customer.classification.run"]
        self.startPatcher(patch.object(model, "_get_batch_size", lambda self: BATCH))
        self.addCleanup(self.clean)
        with self.connect() as env:
            last = env["customer.rule.set"].search([], order="id desc", limit=1)
            self.last_rule_set, self.last_run = last.id, env["customer.classification.run"].search([], limit=1).id
            level = env["customer.level"].create([{"name": "Worker Best"}, {"name": "Worker Rest", "sequence": 20}])
            self.best, self.rest = level.ids
            partners = env["res.partner"].create(
                [
                    {"name": f"Worker {n}", "is_company": True, "archive_state": "draft", "customer_potential": "high"}
                    for n in range(CUSTOMERS)
                ]
            )
            self.partner_ids = partners.ids
            self.taxonomy_id = env["customer.taxonomy"].create(
                {
                    "name": "Worker Care", "is_exclusive": True,
                    "tag_ids": [Command.create({"name": "Worker One"}), Command.create({"name": "Worker Two"})],
                }
            ).id
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            env["res.partner"].browse(self.partner_ids).unlink()
            # published versions are kept for good, so these go by the back door
            env.cr.execute(SQL("DELETE FROM customer_rule_set WHERE id > %s", self.last_rule_set or 0))
            env.cr.execute(SQL("DELETE FROM customer_classification_run WHERE id > %s", self.last_run or 0))
            env.invalidate_all()
            env["customer.taxonomy"].browse(self.taxonomy_id).unlink()
            env["customer.level"].browse([self.best, self.rest]).unlink()
            env.cr.commit()
            env.registry.clear_cache()

    def draft(self, border):
        """The id of a draft, tried out against what is published."""
        with self.connect() as env:
            draft = env["customer.rule.set"].create(
                {
                    "name": f"Workers from {border}",
                    "criterion_ids": [
                        Command.create(
                            {
                                "metric": "potential", "weight": 100,
                                "band_ids": [Command.create({"category": "potential.high", "points": 50})],
                            }
                        )
                    ],
                    "threshold_ids": [
                        Command.create({"level_id": self.best, "lower": border}),
                        Command.create({"level_id": self.rest, "lower": 0}),
                    ],
                }
            )
            draft.action_try_out()
            env.cr.commit()
            return draft.id

    def publish(self, draft_id):
        with self.connect() as env:
            env["customer.rule.set"].browse(draft_id).action_publish()
            env.cr.commit()

    def run_job(self, env):
        env["customer.classification.run"]._cron_classify()

    def assert_levels(self, level_id):
        with self.connect() as env:
            levels = env["res.partner"].browse(self.partner_ids).customer_level_id
            self.assertEqual(levels.ids, [level_id])
            open_rows = env["customer.classification"].search(
                [("partner_id", "in", self.partner_ids), ("dimension", "=", "level"), ("date_end", "=", False)]
            )
            self.assertEqual(len(open_rows), CUSTOMERS, "one present level for each customer")

    def publish_at_once(self, drafts):
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            return self.run_parallel(
                [lambda env, d=draft: env["customer.rule.set"].browse(d).action_publish() for draft in drafts]
            )

    def assert_one_published(self, drafts, errors):
        self.assertEqual(len(errors), 1, errors)
        self.assertIsInstance(errors[0], UserError)
        with self.connect() as env:
            states = env["customer.rule.set"].browse(drafts).mapped("state")
            self.assertEqual(sorted(states), ["draft", "published"])

    def test_two_managers_publish_at_once(self):
        self.publish(self.draft(10))
        drafts = [self.draft(20), self.draft(30)]
        self.assert_one_published(drafts, self.publish_at_once(drafts))

    def test_two_managers_publish_the_first_version_at_once(self):
        drafts = [self.draft(20), self.draft(30)]
        self.assert_one_published(drafts, self.publish_at_once(drafts))

    def test_one_draft_is_published_once(self):
        draft = self.draft(20)
        errors = self.publish_at_once([draft, draft])
        self.assertEqual(len(errors), 1)
        self.assertIsInstance(errors[0], UserError)
        with self.connect() as env:
            self.assertEqual(env["customer.rule.set"].browse(draft).version, 1)

    def test_rules_published_while_the_job_runs_count_for_everybody(self):
        self.publish(self.draft(40))
        later = self.draft(60)
        with self.connect() as worker:
            run = worker["customer.classification.run"]._begin()
            worker.cr.commit()
            worker["customer.classification.run"]._attempt(run.id)
            self.publish(later)  # while the batch is not committed
            worker.cr.commit()
            self.run_job(worker)
            self.assertEqual(worker["customer.classification.run"].browse(run.id).state, "stopped")
        self.assert_levels(self.rest)

    def test_a_second_worker_leaves_the_run_to_the_first(self):
        self.publish(self.draft(40))
        with self.connect() as first, self.connect() as second:
            run = first["customer.classification.run"]._begin()
            first.cr.commit()
            first["customer.classification.run"]._attempt(run.id)
            self.assertIsNone(second["customer.classification.run"]._attempt(run.id))
            first.cr.commit()
            # the second one still sees the run as it was: it reads again and takes the next customers
            with mute_logger("odoo.sql_db"):
                second["customer.classification.run"]._attempt(run.id)
            second.cr.commit()
            self.assertGreater(
                second["customer.classification.run"].browse(run.id).customer_count, BATCH,
            )
            self.run_job(second)
        self.assert_levels(self.best)

    def test_two_jobs_at_once_class_each_customer_once(self):
        self.publish(self.draft(40))
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            self.assertFalse(self.run_parallel([self.run_job, self.run_job]))
        with self.connect() as env:
            self.run_job(env)
        self.assert_levels(self.best)

    @contextmanager
    def job_meanwhile(self, person):
        """Start the job while the person's transaction is open, and wait for it after the commit."""
        errors = []

        def job():
            try:
                with self.connect() as worker:
                    self.run_job(worker)
            except Exception as error:  # noqa: BLE001 - reported by the test
                errors.append(error)

        with mute_logger("odoo.sql_db"):
            yield
            person.flush_all()
            thread = threading.Thread(target=job, daemon=True)
            thread.start()
            time.sleep(1)
            self.assertTrue(thread.is_alive(), "the job waits for the person")
            person.cr.commit()
            thread.join(60)
            self.assertFalse(thread.is_alive())
        self.assertFalse(errors)

    def publish_tags(self):
        """Rules that set the first tag of the taxonomy on everybody; return the ids of both tags."""
        with self.connect() as env:
            taxonomy = env["customer.taxonomy"].browse(self.taxonomy_id)
            taxonomy.set_by = "both"
            tags = taxonomy.tag_ids.ids
            rules = env["customer.rule.set"].create(
                {
                    "name": "Worker tags", "kind": "tag", "taxonomy_id": taxonomy.id,
                    "tag_rule_ids": [Command.create({"tag_id": tags[0], "domain": "[]"})],
                }
            )
            rules.action_publish()
            env.cr.commit()
            return tags

    def assert_tags(self, *tag_ids):
        with self.connect() as env:
            tags = [env["res.partner"].browse(partner).customer_tag_ids.ids for partner in self.partner_ids]
            self.assertEqual(tags, [[tag] for tag in tag_ids])

    def test_a_person_sets_a_tag_while_the_job_waits(self):
        first, second = self.publish_tags()
        with self.connect() as person, self.job_meanwhile(person):
            person["res.partner"].browse(self.partner_ids[0]).customer_tag_ids = [Command.link(second)]
        self.assert_tags(second, *[first] * (CUSTOMERS - 1))

    def test_a_person_sets_a_tag_that_the_job_is_about_to_set_as_well(self):
        first, second = self.publish_tags()

        def set_tag(env):
            env["res.partner"].browse(self.partner_ids[0]).customer_tag_ids = [Command.link(second)]

        with self.connect() as worker, mute_logger("odoo.sql_db", "odoo.service.model"):
            run = worker["customer.classification.run"]._begin()
            worker.cr.commit()
            worker["customer.classification.run"]._attempt(run.id)
            commit = threading.Timer(1, worker.cr.commit)
            commit.start()
            self.assertFalse(self.run_parallel([set_tag]))
            commit.join()
            self.run_job(worker)
        self.assert_tags(second, *[first] * (CUSTOMERS - 1))

    def test_a_customer_edited_while_the_job_runs(self):
        self.publish(self.draft(40))
        with self.connect() as person, self.job_meanwhile(person):
            partner = person["res.partner"].browse(self.partner_ids[0])
            partner.write({"customer_potential": False, "customer_requirements": "Edited meanwhile"})
        with self.connect() as env:
            partners = env["res.partner"].browse(self.partner_ids)
            self.assertEqual(partners[0].customer_requirements, "Edited meanwhile")
            self.assertEqual(partners[1:].customer_level_id.ids, [self.best])
            self.assertFalse(partners[0].customer_level_id, "nothing is known of it, so it has no level")

    def test_two_people_set_a_tag_of_an_exclusive_taxonomy_at_once(self):
        with self.connect() as env:
            tags = env["customer.taxonomy"].browse(self.taxonomy_id).tag_ids.ids

        def set_tag(tag):
            return lambda env: env["res.partner"].browse(self.partner_ids[0]).write(
                {"customer_tag_ids": [Command.link(tag)]}
            )

        with mute_logger("odoo.sql_db", "odoo.service.model"):
            self.assertFalse(self.run_parallel([set_tag(tag) for tag in tags]))
        with self.connect() as env:
            self.assertEqual(len(env["res.partner"].browse(self.partner_ids[0]).customer_tag_ids), 1)
