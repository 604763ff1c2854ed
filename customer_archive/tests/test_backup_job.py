import os
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from ..backup import postgres
from ..hooks import uninstall_hook
from ..tools.backup import BackupProblem
from .backup_common import BackupCase
from .common import ArchiveCase

JOB = "odoo.addons.customer_archive.models.customer_backup_job"


@tagged("post_install", "-at_install")
class TestBackupJob(BackupCase):
    """The scheduled job on real connections: what is due, rivals, and what killed runs leave."""

    def queue(self, kind="hand"):
        with self.connect() as env:
            backup = env["customer.backup"]._queue(kind)
            env.cr.commit()
            return backup.id

    def run_job(self):
        with self.connect() as env:
            env["customer.backup"]._cron_backup()
            env.cr.commit()

    def rows(self):
        with self.connect() as env:
            return [self.read(env, backup.id) for backup in env["customer.backup"].search([], order="id")]

    def set_parameter(self, **values):
        with self.connect() as env:
            for name, value in values.items():
                env["ir.config_parameter"].set_param(f"customer_archive.backup_{name}", value)
            env.cr.commit()

    def test_asked_for_backup_is_made_and_proven_by_the_job(self):
        self.queue()
        self.run_job()
        [backup] = self.rows()
        self.assertEqual((backup["state"], backup["proof_wanted"]), ("proven", False))
        with self.connect() as env:
            domain = [("model", "=", "customer.backup"), ("operation", "in", ("backup", "restore"))]
            notes = env["customer.audit.log"].search(domain, order="id desc", limit=2)
            self.assertEqual(notes.mapped("operation"), ["restore", "backup"], "the log tells of both")
        self.run_job()
        self.assertEqual(len(self.rows()), 1, "nothing more was due")

    def test_scheduled_backup_is_made_once_a_night(self):
        self.set_parameter(every="daily", hour="0")
        self.run_job()
        self.run_job()
        [backup] = self.rows()
        self.assertEqual(backup["state"], "proven")
        with self.connect() as env:
            env["customer.backup"].search([]).start_date -= timedelta(days=1)
            env.cr.commit()
        self.run_job()
        self.assertEqual(len(self.rows()), 2)

    def test_two_workers_make_one_backup(self):
        self.queue()

        def job(env):
            env["customer.backup"]._cron_backup()

        self.assertEqual(self.run_parallel([job, job, job]), [])
        [backup] = self.rows()
        self.assertEqual(backup["state"], "proven")
        self.assertEqual(self.files(), [Path(backup["path"]).name])

    def test_whoever_comes_while_another_is_at_work_leaves_at_once(self):
        self.queue()
        with postgres.guarded(self.database) as free:
            self.assertTrue(free)
            self.run_job()
            with self.connect() as env, self.assertRaises(BackupProblem) as caught:
                env["customer.backup"]._run_command()
        self.assertEqual(caught.exception.kind, "busy")
        self.assertEqual([row["state"] for row in self.rows()], ["queued"])
        self.assertEqual(self.files(), [])
        with postgres.guarded(self.database) as free:
            self.assertTrue(free, "the lock is let go")

    @mute_logger(JOB)
    def test_killed_run_is_put_right_by_the_next(self):
        made, proving = self.queue(), self.queue()
        self.folder.mkdir()
        name = postgres.scratch_name(self.database)
        postgres.create_hidden(name)
        with self.connect() as env:
            env["customer.backup"].browse(made).write({"state": "running", "step": "dump"})
            env["customer.backup"].browse(proving).write({"state": "made", "step": "restore", "path": "/nowhere"})
            env.cr.commit()
        (self.folder / f"{self.database}-20261124-020000.backup.part").write_text("half")
        (self.folder / "somebody else's.part").write_text("theirs")
        self.run_job()
        first, second = self.rows()
        self.assertEqual((first["state"], first["problem_kind"]), ("failed", "broken_off"))
        self.assertIn("limit_time_real_cron", first["problem"])
        self.assertEqual((second["state"], second["problem_kind"]), ("made", "broken_off"))
        self.assertFalse(postgres.exists(name))
        self.assertEqual(self.files(), ["somebody else's.part"])

    @mute_logger(JOB)
    def test_run_that_was_killed_when_the_file_was_whole_is_proven_by_the_next(self):
        backup = self.back_up(prove=False)
        with self.connect() as env:
            env["customer.backup"].browse(backup["id"]).write({"state": "running", "step": "files", "size": 0})
            env.cr.commit()
        self.run_job()
        [found] = self.rows()
        self.assertEqual((found["state"], found["size"], found["problem_kind"]), ("proven", backup["size"], False))

    def test_killed_process_leaves_no_lock_and_no_name(self):
        """A real kill in the midst of pg_dump, then the next run."""
        import subprocess
        import time

        script = 'touch "$(dirname "$0")/../begun"; sleep 60'
        with self.programs(pg_dump=script):
            folder = self.room / "programs"
            words = self.get_command("make", "-d", self.database, "--pg_path", folder)
            process = subprocess.Popen(**words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 60
            while not (self.room / "begun").exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            with self.connect() as env, self.assertRaises(BackupProblem):
                env["customer.backup"]._run_command()
            process.kill()
            process.wait(30)
        self.assertEqual([row["state"] for row in self.rows()], ["running"])
        with mute_logger(JOB):
            self.assertEqual(self.back_up()["state"], "proven")
        self.assertEqual([row["state"] for row in self.rows()], ["failed", "proven"])
        self.assertEqual(len(self.files()), 1)

    def let_a_day_pass(self):
        with self.connect() as env:
            for backup in env["customer.backup"].search([]):
                backup.start_date -= timedelta(days=1)
            env.cr.commit()

    def test_old_files_go_only_after_a_new_one_and_never_the_last_proven(self):
        proven = self.back_up()
        for _night in range(3):
            self.let_a_day_pass()
            self.back_up(prove=False)
        self.let_a_day_pass()
        self.set_parameter(daily="1", weekly="0", monthly="0")
        with self.programs(pg_dump="exit 1"), mute_logger(JOB):
            self.back_up(prove=False)
        self.assertEqual(len(self.files()), 4, "nothing goes where nothing new came")
        newest = self.back_up(prove=False)
        self.assertEqual(self.files(), sorted(Path(row["path"]).name for row in (proven, newest)))
        removed = [bool(row["removed_date"]) for row in self.rows()]
        self.assertEqual(removed, [False, True, True, True, False, False])
        self.prove(newest)
        self.back_up(prove=False)
        self.assertFalse(os.path.exists(proven["path"]), "a newer one is proven")

    def test_copy_of_a_database_leaves_the_files_of_the_original_alone(self):
        self.folder.mkdir()
        foreign = self.folder / "original-20200101-020000.backup"
        foreign.write_text("a backup of the original")
        with self.connect() as env:
            date = datetime(2020, 1, 1, 2)
            values = {"kind": "schedule", "state": "made", "start_date": date, "path": str(foreign), "size": 1}
            env["customer.backup"].create(values)
            env.cr.commit()
        self.set_parameter(daily="1", weekly="0", monthly="0")
        self.back_up(prove=False)
        self.assertTrue(foreign.exists())

    def test_alarm_ends_with_a_proof(self):
        self.queue()
        with self.connect() as env:
            env.cr.execute("UPDATE customer_backup SET create_date = create_date - interval '9 days'")
            env["customer.backup"]._check_alarm()
            activities = env["customer.backup"].search([]).activity_ids
            self.assertTrue(activities)
            env.cr.commit()
        self.run_job()
        with self.connect() as env:
            backup = env["customer.backup"].search([])
            self.assertEqual(backup.state, "proven")
            self.assertFalse(backup.activity_ids)
            self.assertFalse(backup.alarm_date)


@tagged("post_install", "-at_install")
class TestBackupScreens(ArchiveCase):
    """Who sees and does what, the alarm, and the settings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = new_test_user(cls.env, "archive_system", "base.group_system", lang="en_US")
        cls.backups = cls.env["customer.backup"]
        cls.now = fields.Datetime.now()

    def create_proven(self, days=0, **values):
        date = self.now - timedelta(days=days)
        values = {"kind": "schedule", "state": "proven", "start_date": date, "proven_date": date, **values}
        return self.backups.create({"path": "/backups/x.backup", "key_id": "k1", **values})

    def test_system_administrators_and_auditors_read_and_nobody_edits(self):
        backup = self.create_proven()
        for user in (self.system, self.users["auditor"]):
            self.assertEqual(backup.with_user(user).state, "proven")
            for work in ("write", "unlink", "create"):
                self.assertFalse(backup.with_user(user).has_access(work), work)
        for login in ("sales", "leader", "manager", "reviewer", "office", "quality", "confidential", "employee"):
            self.assertFalse(self.as_user(backup, login).has_access("read"), login)
        with self.assertRaises(AccessError):
            backup.with_user(self.system).state = "made"
        for user in (self.system, self.users["auditor"]):
            with self.assertRaises(AccessError):
                backup.with_user(user).read(["canary"])

    def test_button_only_asks_the_job(self):
        for __ in range(2):
            answer = self.backups.with_user(self.system).action_back_up()
            self.assertEqual(answer["params"]["type"], "success")
        self.assertEqual(self.backups.search([]).mapped("state"), ["queued"], "one at a time")
        cron = self.env.ref("customer_archive.ir_cron_customer_backup")
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]))
        for login in ("auditor", "manager"):
            with self.assertRaises(AccessError):
                self.backups.with_user(self.users[login]).action_back_up()

    def test_proof_is_asked_for_where_there_is_a_file(self):
        backup = self.create_proven()
        backup.with_user(self.system).action_prove()
        self.assertTrue(backup.proof_wanted)
        for values in ({"path": False, "state": "failed"}, {"removed_date": self.now}):
            with self.assertRaisesRegex(UserError, "has no file to prove"):
                self.create_proven(**values).with_user(self.system).action_prove()
        with self.assertRaises(AccessError):
            self.as_user(backup, "auditor").action_prove()

    def test_alarm_is_given_once(self):
        self.create_proven(days=5)
        failed = self.backups.create({"kind": "schedule", "state": "failed", "problem_kind": "disk_full"})
        self.backups._check_alarm()
        told = failed.activity_ids
        self.assertIn(self.system, told.user_id)
        self.assertNotIn(self.users["manager"], told.user_id)
        self.assertIn("older than 3 days", told.filtered(lambda a: a.user_id == self.system).summary)
        newer = self.backups.create({"kind": "schedule", "state": "failed"})
        self.backups._check_alarm()
        self.assertFalse(newer.activity_ids, "not every night")
        self.assertEqual(self.backups.with_user(self.users["auditor"]).get_backup_notice()["level"], "danger")
        told.filtered(lambda a: a.user_id == self.system).with_user(self.system).action_feedback(feedback="mended")

    def test_no_alarm_while_a_recent_backup_is_proven(self):
        self.create_proven(days=2)
        failed = self.backups.create({"kind": "schedule", "state": "failed"})
        self.backups._check_alarm()
        self.assertFalse(failed.activity_ids)

    def test_notice_says_what_is_missing(self):
        backups = self.backups.with_user(self.system)
        self.assertIn("scheduled", backups.get_backup_notice()["text"])
        self.env["ir.config_parameter"].set_param("customer_archive.backup_every", "daily")
        self.assertIn("proven yet", backups.get_backup_notice()["text"])
        self.create_proven()
        self.assertFalse(backups.get_backup_notice())
        with self.assertRaises(AccessError):
            self.backups.with_user(self.users["sales"]).get_backup_notice()

    def test_schedule_makes_up_for_a_missed_night(self):
        self.env["ir.config_parameter"].set_param("customer_archive.backup_every", "daily")
        self.backups._queue_due()
        self.backups._queue_due()
        self.assertEqual(self.backups.search_count([]), 1)
        self.backups.search([]).start_date -= timedelta(days=3)
        self.backups._queue_due()
        self.assertEqual(self.backups.search_count([]), 2)

    def test_every_reason_is_said_in_words(self):
        words = self.backups._get_problem_words()
        for kind in words:
            backup = self.backups.create({"kind": "hand", "state": "failed", "problem_kind": kind})
            self.assertEqual(backup.problem, words[kind])
            self.assertRegex(backup.problem, r"\w\.$")
        self.assertEqual(self.backups.create({"kind": "hand", "problem_kind": "unheard"}).problem, words["system"])

    def test_form_and_list_in_words(self):
        backup = self.create_proven(
            counts={"public.res_partner": 7, "public.res_users": 0, "customer_audit.seal": 2}, size=2_340_000,
            table_count=3, row_count=1234, file_count=5, missing_count=0, log_count=1500, log_gap_count=2,
        )
        table = backup.with_user(self.system).counts_table
        rows = [(row["name"], row["cells"]) for row in table["rows"]]
        self.assertEqual(rows, [("Contact", [7]), ("customer_audit.seal", [2])])
        self.assertEqual((backup.name, backup.size_text), ("x.backup", "2.3 MB"))
        self.assertIn("1,234 rows", backup.proof_text)
        self.assertIn("over 1,500 sealed entries; it had 2 gaps before", backup.proof_text)
        backup.state = "made"
        self.assertFalse(backup.proof_text)

    def test_settings_are_tried_out_before_they_are_stored(self):
        settings = self.env["res.config.settings"].with_user(self.system)
        values = settings.create({}).read()[0]
        names = ("every", "hour", "daily", "weekly", "monthly", "days")
        self.assertEqual([values[f"archive_backup_{name}"] for name in names], ["never", 2, 7, 4, 12, 3])
        changed = {"archive_backup_weekly": 0, "archive_backup_hour": 0, "archive_backup_every": "weekly"}
        settings.create(changed).execute()
        values = settings.create({}).read()[0]
        self.assertEqual((values["archive_backup_weekly"], values["archive_backup_hour"]), (0, 0))
        self.assertEqual(values["archive_backup_every"], "weekly")
        self.assertEqual(self.backups._get_retention().weekly, 0)
        inside = os.path.join(config.filestore(self.env.cr.dbname), "backups")
        for name, value in (("hour", 24), ("daily", 0), ("days", 0), ("monthly", -1)):
            with self.assertRaises(ValidationError, msg=name):
                settings.create({f"archive_backup_{name}": value})
        for folder in (inside, "relative", "/proc/backups"):
            with self.assertRaises(UserError, msg=folder):
                settings.create({"archive_backup_folder": folder})

    def test_settings_go_with_the_addon(self):
        self.env["ir.config_parameter"].set_param("customer_archive.backup_every", "daily")
        uninstall_hook(self.env)
        self.assertFalse(self.env["ir.config_parameter"].get_param("customer_archive.backup_every"))

    def test_folder_stands_beside_the_files_by_default(self):
        self.env["ir.config_parameter"].search([("key", "=", "customer_archive.backup_folder")]).unlink()
        self.assertEqual(self.backups._get_folder(), Path(config["data_dir"]) / "customer_archive_backups")

    def test_time_of_the_schedule_is_that_of_the_company(self):
        with patch.object(type(self.env["res.company"]), "_get_class_timezone", lambda self: "Asia/Shanghai"):
            self.assertEqual(self.backups._to_local(datetime(2026, 11, 24, 20, 0)), datetime(2026, 11, 25, 4, 0))
