import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ParallelCase


@tagged("post_install", "-at_install")
class TestAlertWorkers(ParallelCase):
    """Two workers at the same log make one alert, and a job that breaks off loses none."""

    def setUp(self):
        super().setUp()
        with self.connect() as env:
            self.user_id = new_test_user(env, "alert_parallel", "customer_archive.group_user").id
            self.rule_id = env["customer.audit.rule"].create(
                {"name": "Parallel", "kind": "many_records", "threshold": 100}
            ).id
            others = env["customer.audit.rule"].search([("id", "!=", self.rule_id)])
            self.other_ids = others.ids
            others.active = False
            env.cr.execute(
                """INSERT INTO customer_audit.entry (time, user_id, channel, operation, model, ids, count, field_names,
                                                     parts)
                   SELECT %s + n * interval '1 second', %s, 'web', 'read', 'res.partner', '{}', 10, '{}', '{}'
                     FROM generate_series(1, 30) n""",
                [datetime.now() - timedelta(minutes=30), self.user_id],
            )
            self.rewind(env)
        self.addCleanup(self.clean)

    def clean(self):
        with self.connect() as env:
            env["customer.audit.alert"].search([("rule_id", "=", self.rule_id)]).unlink()
            env["customer.audit.rule"].browse(self.rule_id).unlink()
            env["customer.audit.rule"].browse(self.other_ids).active = True
            user = env["res.users"].browse(self.user_id)
            partner = user.partner_id
            user.unlink()
            partner.unlink()

    @contextmanager
    def connect(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True})

    def rewind(self, env):
        env["customer.audit.rule"].browse(self.rule_id).checked_until = datetime.now() - timedelta(hours=1)

    def assert_one_alert(self):
        with self.connect() as env:
            alert = env["customer.audit.alert"].search([("rule_id", "=", self.rule_id)])
            self.assertEqual(len(alert), 1)
            self.assertEqual((alert.user_id.id, alert.count), (self.user_id, 300))
            auditors = alert._get_auditors(alert.company_id)
            self.assertEqual(alert.activity_ids.user_id, auditors)
            self.assertEqual(len(alert.activity_ids), len(auditors))
            mails = env["mail.message"].search([("model", "=", alert._name), ("res_id", "=", alert.id),
                                                ("message_type", "=", "user_notification")])
            self.assertEqual(len(mails), len(auditors))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_workers_make_one_alert(self):
        errors = self.run_parallel([lambda env: env["customer.audit.rule"]._cron_watch()] * 2)
        self.assertFalse(errors)
        self.assert_one_alert()

    @mute_logger("odoo.sql_db")
    def test_worker_that_read_before_the_other_ended_adds_nothing(self):
        with self.connect() as first, self.connect() as second:
            second.cr.execute("SELECT 1")  # its view of the database begins here
            self.assertTrue(first["customer.audit.rule"]._attempt(self.rule_id))
            first.cr.commit()
            self.assertTrue(second["customer.audit.rule"]._attempt(self.rule_id))
            second.cr.commit()
        self.assert_one_alert()

    def test_rule_that_another_worker_is_at_is_left_to_it(self):
        with self.connect() as first, self.connect() as second:
            self.assertTrue(first["customer.audit.rule"].browse(self.rule_id).try_lock_for_update())
            done = []
            thread = threading.Thread(target=lambda: done.append(second["customer.audit.rule"]._attempt(self.rule_id)))
            thread.start()
            thread.join(30)
            self.assertEqual(done, [True], "it does not wait")

    def test_job_that_breaks_off_goes_on_where_it_ended(self):
        Rule = self.registry["customer.audit.rule"]
        with self.connect() as env, patch.object(Rule, "_get_batch_size", lambda self: 7):
            env["customer.audit.rule"]._attempt(self.rule_id)
            env.cr.commit()
            until = env["customer.audit.rule"].browse(self.rule_id).checked_until
            env["customer.audit.rule"]._attempt(self.rule_id)
            env.cr.rollback()
            env.invalidate_all()
            self.assertEqual(env["customer.audit.rule"].browse(self.rule_id).checked_until, until)
            env["customer.audit.rule"]._cron_watch()
        self.assert_one_alert()

    @mute_logger("odoo.addons.customer_archive.models.customer_audit_rule_job")
    def test_rule_that_fails_keeps_no_other_from_being_looked_at(self):
        Rule = self.registry["customer.audit.rule"]
        find = Rule._find_excesses

        def fail(rule, begin, end):
            if rule.name == "Broken":
                raise ValueError("broken")
            return find(rule, begin, end)

        with self.connect() as env:
            broken = env["customer.audit.rule"].create({"name": "Broken", "kind": "leaving", "sequence": 1})
            env.cr.commit()
            with patch.object(Rule, "_find_excesses", fail):
                env["customer.audit.rule"]._cron_watch()
            broken.unlink()
        self.assert_one_alert()
