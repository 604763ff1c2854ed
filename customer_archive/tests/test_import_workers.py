import base64
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

ROWS = 12
BATCH = 4


@tagged("post_install", "-at_install")
class TestImportWorkers(BaseCase):
    """Two workers at one import, each with a connection of its own, and what they leave behind."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        model = self.registry["customer.import.run"]
        self.startPatcher(patch.object(model, "_get_batch_size", lambda self: BATCH))
        lines = ["客户编码,客户名称", *(f"W{number},并发{number}有限公司" for number in range(ROWS))]
        with self.connect() as env:
            self.source_id = env["customer.import.source"].create({"name": "Two Workers"}).id
            run = env["customer.import.run"].create(
                {
                    "source_id": self.source_id,
                    "file": base64.b64encode("\n".join(lines).encode()),
                    "filename": "workers.csv",
                }
            )
            run.action_trial()
            run.action_import()
            self.run_id = run.id
            env.cr.commit()
        self.addCleanup(self.clean)

    def clean(self):
        with self.connect() as env:
            run = env["customer.import.run"].browse(self.run_id)
            run.row_ids.partner_id.unlink()
            run.state = "cancelled"
            run.unlink()
            env["customer.import.source"].browse(self.source_id).unlink()
            env.cr.commit()

    @contextmanager
    def connect(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def get_run(self, env):
        return env["customer.import.run"].browse(self.run_id)

    def test_second_worker_takes_no_row_of_the_first(self):
        with self.connect() as first, self.connect() as second:
            self.get_run(first).action_import_batch()
            answer = self.get_run(second).action_import_batch()
            self.assertTrue(answer["busy"])
            self.assertEqual(answer["done"], 0)
            first.cr.commit()
            # The second worker still sees the rows as they were before: its batch must not count.
            second.invalidate_all()
            with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger("odoo.sql_db"):
                self.get_run(second).action_import_batch()
            second.cr.rollback()
            second.invalidate_all()
            while (answer := self.get_run(second).action_import_batch())["state"] == "running":
                second.cr.commit()
            second.cr.commit()
        self.assertEqual(answer["done"], ROWS)
        self.assert_each_row_once()

    def test_worker_that_breaks_off_leaves_nothing_half(self):
        with self.connect() as first:
            self.get_run(first).action_import_batch()
            first.cr.rollback()
        with self.connect() as second:
            while self.get_run(second).action_import_batch()["state"] == "running":
                second.cr.commit()
            second.cr.commit()
        self.assert_each_row_once()

    def assert_each_row_once(self):
        with self.connect() as env:
            partners = env["res.partner"].search([("name", "=like", "并发%")])
            keys = env["customer.import.key"].search([("source_id", "=", self.source_id)])
            self.assertEqual(len(partners), ROWS)
            self.assertEqual(keys.partner_id, partners)
            self.assertEqual(set(self.get_run(env).row_ids.mapped("state")), {"created"})
