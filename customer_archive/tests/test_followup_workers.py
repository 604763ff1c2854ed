from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ParallelCase

FOLLOWUP, RULE = "customer.followup", "customer.followup.rule"
PEOPLE = 12


class Killed(BaseException):
    """What a worker sees that the operating system stops; no handler of errors catches it."""


@tagged("post_install", "-at_install")
class TestFollowupWorkers(ParallelCase):
    """Two jobs at once, and one that is killed, on real connections: one occasion, one action."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        with self.connect() as env:
            # other rules wait until the test is over
            self.others = env[RULE].search([]).ids
            env[RULE].browse(self.others).write({"active": False})
            self.starts = {rule.id: rule.starts_on for rule in env[RULE].browse(self.others)}
            archive = env["res.partner"].create(
                {"name": "Worker", "is_company": True, "archive_state": "draft", "tz": "UTC",
                 "user_id": env.ref("base.user_admin").id}
            )
            today = fields.Date.today()
            people = env["res.partner"].create([
                {"name": f"Worker {n}", "parent_id": archive.id, "email": f"worker{n}@example.com", "tz": "UTC",
                 "birthday": date(1980, today.month, today.day) if (today.month, today.day) != (2, 29) else None,
                 "customer_birthday_month": str(today.month), "customer_birthday_day": today.day}
                for n in range(PEOPLE)
            ])
            template = env["mail.template"].create(
                {"name": "Worker", "model_id": env["ir.model"]._get_id(FOLLOWUP), "subject": "Worker",
                 "email_from": "us@example.com", "body_html": "<p>x</p>"}
            )
            facts = {"trigger": "birthday", "hour": 0, "starts_on": today - timedelta(days=3)}
            rules = env[RULE].create([
                {**facts, "name": "Worker activity", "action": "activity"},
                {**facts, "name": "Worker mail", "action": "mail", "mail_template_id": template.id},
            ])
            self.archive_id, self.people_ids, self.rule_ids = archive.id, people.ids, rules.ids
            self.template_id = template.id
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            rows = env[FOLLOWUP].search([("rule_id", "in", self.rule_ids)])
            rows.activity_id.unlink()
            env["mail.mail"].search([("model", "=", "res.partner"), ("res_id", "in", self.people_ids)]).unlink()
            rows.unlink()
            env[RULE].browse(self.rule_ids).unlink()
            env["mail.template"].browse(self.template_id).unlink()
            env["res.partner"].browse([*self.people_ids, self.archive_id]).unlink()
            for rule in env[RULE].browse(self.others):
                rule.write({"active": True, "starts_on": self.starts[rule.id]})
            env.cr.commit()

    def work(self, env):
        """What the scheduled action does, batch by batch, each committed."""
        Followup = env[FOLLOWUP]
        for rule in env[RULE].browse(self.rule_ids):
            Followup._plan_rule(rule)
            env.cr.commit()
            while records := Followup._take_due(rule):
                records._work_off()
                env.cr.commit()

    def check_once(self):
        with self.connect() as env:
            rows = env[FOLLOWUP].search([("rule_id", "in", self.rule_ids)])
            self.assertEqual(len(rows), 2 * PEOPLE)
            self.assertEqual(set(rows.mapped("state")), {"done"})
            activities = env["mail.activity"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", self.archive_id)]
            )
            self.assertEqual(len(activities), PEOPLE)
            self.assertEqual(rows.activity_id, activities)
            mails = env["mail.mail"].search([("model", "=", "res.partner"), ("res_id", "in", self.people_ids)])
            self.assertEqual(sorted(mails.mapped("res_id")), sorted(self.people_ids))

    def in_batches_of(self, number):
        return patch.object(self.registry[FOLLOWUP], "_get_batch_size", lambda model: number)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_three_jobs_at_once_do_each_thing_once(self):
        with self.in_batches_of(2):
            self.assertEqual(self.run_parallel([self.work] * 3), [])
            # who came too late to a rule that a rival had in hand finds what is left
            self.assertEqual(self.run_parallel([self.work]), [])
        self.check_once()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_worker_with_an_older_picture_plans_nothing_twice(self):
        def late(env):
            # the picture is taken before the rival begins
            rule = env[RULE].browse(self.rule_ids[0])
            rule.read(["planned_date"])
            if not seen:
                seen.append(True)
                with self.connect() as rival:
                    self.work(rival)
            self.work(env)

        seen = []
        self.assertEqual(self.run_parallel([late]), [])
        self.check_once()

    @mute_logger("odoo.sql_db")
    def test_what_a_rival_adds_at_the_same_moment_is_seen_by_the_next_batch(self):
        def late(env):
            rule = env[RULE].browse(self.rule_ids[0])
            env[FOLLOWUP]._plan_rule(rule)
            env["mail.followers"].search(own).unlink()
            env.cr.commit()
            records = env[FOLLOWUP]._take_due(rule)
            with self.connect() as rival:
                archive = rival["res.partner"].browse(self.archive_id)
                archive.message_subscribe(archive.user_id.partner_id.ids)
                rival.cr.commit()
            records._work_off()
            states.append(set(records.mapped("state")))
            env.cr.commit()
            self.work(env)

        own = [("res_model", "=", "res.partner"), ("res_id", "=", self.archive_id)]
        states = []
        self.assertEqual(self.run_parallel([late]), [])
        self.assertEqual(states, [{"planned"}])
        self.check_once()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_job_that_is_killed_between_doing_and_noting_is_resumed(self):
        write = self.registry[FOLLOWUP].write
        done = []

        def killed(records, vals):
            if vals.get("state") == "done":
                done.append(records)
                if len(done) == 3:
                    raise Killed
            return write(records, vals)

        with self.in_batches_of(5):
            with patch.object(self.registry[FOLLOWUP], "write", killed), self.connect() as env:
                with self.assertRaises(Killed):
                    self.work(env)
                env.cr.rollback()
            with self.connect() as env:
                states = env[FOLLOWUP].search([("rule_id", "=", self.rule_ids[0])]).mapped("state")
                self.assertEqual(states.count("done"), 10, "two whole batches stand, the third is as if never begun")
                self.assertEqual(states.count("planned"), PEOPLE - 10)
            self.assertEqual(self.run_parallel([self.work]), [])
        self.check_once()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_person_and_the_job_at_once(self):
        with self.connect() as env:
            env[FOLLOWUP]._plan_rule(env[RULE].browse(self.rule_ids[0]))
            env.cr.commit()

        def skip(env):
            rows = env[FOLLOWUP].search([("rule_id", "=", self.rule_ids[0]), ("state", "=", "planned")])
            rows.action_skip()

        self.assertEqual(self.run_parallel([skip, self.work]), [])
        with self.connect() as env:
            rows = env[FOLLOWUP].search([("rule_id", "=", self.rule_ids[0])])
            done = rows.filtered(lambda row: row.state == "done")
            skipped = rows.filtered(lambda row: row.reason == "by_person")
            self.assertEqual(done | skipped, rows)
            self.assertEqual(len(done.activity_id), len(done), "what a person skipped has no activity")
            self.assertFalse(skipped.activity_id)
