import logging
import secrets
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import config

from ..backup import postgres, restore, write
from ..const import BACKUP_FAILED, BACKUP_MADE, BACKUP_PROVEN, BACKUP_QUEUED, BACKUP_RUNNING
from ..tools.backup import BackupProblem, Noted, file_name, is_backup_of
from ..tools.retention import NEVER, Retention, is_due, kept
from ..tools.sealed_file import seal_text

_logger = logging.getLogger(__name__)

PARAMETER = "customer_archive.backup_"
FOLDER = "customer_archive_backups"
KEPT = {"daily": 7, "weekly": 4, "monthly": 12}


class CustomerBackup(models.Model):
    """The job: make what is due or asked for, prove it, remove what newer ones replace.

    One lock of the database covers all of it (``backup.postgres.guarded``), whether a worker or the command holds it.
    Nothing is kept open meanwhile: each step is committed, so that people see how far it is.
    """

    _inherit = "customer.backup"
    _name = "customer.backup"

    #=== SETTINGS ===#

    @api.model
    def _get_setting(self, name, default=""):
        # sudo: settings of the job
        return self.env["ir.config_parameter"].sudo().get_param(PARAMETER + name) or default

    @api.model
    def _get_number(self, name, default):
        value = self._get_setting(name)
        return int(value) if value.isdecimal() else default

    @api.model
    def _get_folder(self):
        """The folder for backups."""
        return Path(self._get_setting("folder") or Path(config["data_dir"]) / FOLDER)

    @api.model
    def _get_retention(self):
        """Hook: how many daily, weekly and monthly backups are kept, as a ``tools.retention.Retention``."""
        return Retention(**self._get_kept_numbers())

    @api.model
    def _get_kept_numbers(self):
        return {name: self._get_number(name, default) for name, default in KEPT.items()}

    @api.model
    def _get_hour(self):
        return min(self._get_number("hour", 2), 23)

    @api.model
    def _to_local(self, time):
        """A stored time as the first company's clock shows it."""
        zone = self.env["res.company"]._get_class_timezone()
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), time).replace(tzinfo=None)

    @api.model
    def _load_ring(self):
        try:
            return self.env["customer.key.ring"]._load()
        except UserError as error:
            raise BackupProblem("no_ring", str(error)) from error

    #=== THE JOB ===#

    @api.model
    def _cron_backup(self):
        """Make and prove what is due or asked for."""
        with postgres.guarded(self.env.cr.dbname) as free:
            if not free:
                _logger.info("Another worker is at the backups")
                return
            self._mend()
            self._queue_due()
            waiting = self._get_waiting()
            cron = self.env["ir.cron"]
            cron._commit_progress(remaining=len(waiting))
            for backup in waiting:
                backup._work()
                if not cron._commit_progress(1):
                    break
        self._check_alarm()

    @api.model
    def _get_waiting(self):
        """Backups to be made, then those to be proven."""
        queued = self.search([("state", "=", BACKUP_QUEUED)], order="id")
        return queued + self.search([("proof_wanted", "=", True), ("state", "!=", BACKUP_QUEUED)], order="id")

    @api.model
    def _queue_due(self):
        domain = Domain("kind", "=", "schedule")
        last = self.search(domain, limit=1).start_date
        every, now = self._get_setting("every", NEVER), self._to_local(fields.Datetime.now())
        if is_due(now, self._to_local(last) if last else None, every, self._get_hour()):
            self._queue("schedule")

    @api.model
    def _mend(self):
        """Put right what a killed run left; whoever calls holds the lock, so nothing is at work."""
        for backup in self.search([("state", "=", BACKUP_RUNNING)]):
            if backup.path and Path(backup.path).exists():
                # killed when the file was whole: it is a backup like others, once it is proven
                backup.write({"size": Path(backup.path).stat().st_size, "proof_wanted": True, "step": False})
            else:
                backup.path = False
            backup._fail(BackupProblem("broken_off"))
        for backup in self.search([("step", "!=", False)]):
            backup.proof_wanted = False
            backup._fail(BackupProblem("broken_off"))
        postgres.drop_left_scratches(self.env.cr.dbname)
        write.remove_parts(self._get_folder(), self.env.cr.dbname)

    def _work(self):
        """Make this backup if it waits for that, then prove it."""
        self.ensure_one()
        if self.state == BACKUP_QUEUED:
            self._attempt(self._make)
        if self.path and self.proof_wanted:
            self._attempt(self._prove)

    def _attempt(self, work):
        """Do one part; what goes wrong is noted on the row, committed, and told to nobody else."""
        try:
            work()
        except BackupProblem as problem:
            self._note_problem(problem)
        except Exception as error:  # noqa: BLE001 - whatever it is, the row must say that there is no backup
            _logger.exception("A backup broke off")
            self._note_problem(BackupProblem("system", str(error)))
        self._save()

    def _note_problem(self, problem):
        self.env.cr.rollback()
        self.env.invalidate_all()
        self.proof_wanted = False
        if self.state == BACKUP_RUNNING:
            self.path = False
        self._fail(problem)
        _logger.warning("Backup %s: %s (%s)", self.id, problem.kind, problem.detail)

    def _set_step(self, step):
        self.step = step
        self._save()

    @api.model
    def _save(self):
        """Commit what the job has done so far."""
        self.env["ir.cron"]._commit_progress()

    #=== MAKING ===#

    def _make(self):
        ring = self._load_ring()
        token = secrets.token_hex(16)
        now = fields.Datetime.now()
        self.write(
            {
                "state": BACKUP_RUNNING,
                "start_date": now,
                "canary": seal_text(ring.derive(write.CANARY_PURPOSE), token),
                "key_id": ring.current,
            }
        )
        # committed: the snapshot of the dump has to hold the canary
        self._save()
        self._seal_log()
        database = self.env.cr.dbname
        last = self.search([("size", ">", 0)], limit=1)
        folder = write.prepare_folder(self._get_folder(), database, int(last.size))
        path = self._get_free_path(folder, database, now)
        self.path = str(path)
        noted = Noted({}, canary_id=self.id, canary=self._hash_canary(token), taken=fields.Datetime.to_string(now))
        written = write.make(database, path, ring, noted=noted, note_log=self._note_log, on_step=self._set_step)
        self.write(self._prepare_made(written))
        self._log_backup("backup", f"{path.name}, {written.size} B")
        self._save()
        self._expire()

    @api.model
    def _get_free_path(self, folder, database, time):
        """A name that no file has, a second later where two would meet."""
        while (path := folder / file_name(database, time)).exists():
            time += timedelta(seconds=1)
        return path

    def _prepare_made(self, written):
        now = fields.Datetime.now()
        return {
            "state": BACKUP_MADE,
            "step": False,
            "end_date": now,
            "duration": (now - self.start_date).total_seconds(),
            "path": str(written.path),
            "size": written.size,
            "file_count": written.noted.files,
            "missing_count": written.noted.missing,
            "table_count": len(written.noted.counts),
            "row_count": sum(written.noted.counts.values()),
            "counts": dict(written.noted.counts),
            "proof_wanted": True,
            "problem_kind": False,
            "problem_detail": False,
        }

    @api.model
    def _expire(self):
        """Remove files that newer backups replace; what is proven last stays in any case."""
        present = self.search([("path", "!=", False), ("removed_date", "=", False), ("start_date", "!=", False)])
        # a copy of a database lists the files of the original: they are not its own to remove
        present = present.filtered(lambda backup: is_backup_of(Path(backup.path).name, self.env.cr.dbname))
        sound = present.filtered(lambda backup: backup.state != BACKUP_FAILED)
        local = {backup: self._to_local(backup.start_date) for backup in sound}
        keep = kept(local.values(), self._get_retention())
        last_proven = self._get_last_proven()
        for backup in present:
            if backup == last_proven or local.get(backup) in keep:
                continue
            if backup.state == BACKUP_FAILED and backup.start_date >= (last_proven or present[-1]).start_date:
                continue  # bad, but nothing newer is proven: something of it may be saved
            self._remove_file(backup)
        self._save()

    @api.model
    def _remove_file(self, backup):
        try:
            Path(backup.path).unlink(missing_ok=True)
        except OSError:
            _logger.warning("The old backup %s could not be removed", backup.path)
            return
        backup.write({"removed_date": fields.Datetime.now(), "proof_wanted": False})

    #=== PROVING ===#

    def _prove(self):
        self.proof_wanted = False
        self._save()
        proof = restore.prove(
            self.env.cr.dbname, self.path, self._load_ring(), check_log=self._check_log, on_step=self._set_step
        )
        self.write(
            {
                "state": BACKUP_PROVEN,
                "step": False,
                "proven_date": fields.Datetime.now(),
                "proof_duration": proof.seconds,
                "table_count": proof.tables,
                "row_count": proof.rows,
                "file_count": proof.files,
                "missing_count": proof.missing,
                "log_count": proof.log.count,
                "log_gap_count": len(proof.log.breaks),
                "problem_kind": False,
                "problem_detail": False,
            }
        )
        self._log_backup("restore", f"{self.name}: {proof.tables} tables, {proof.rows} rows")
        self._end_alarm()

    #=== BY COMMAND ===#

    @api.model
    @contextmanager
    def _alone(self):
        """Hold the lock, or say who has it.

        :raise BackupProblem: ``busy``
        """
        with postgres.guarded(self.env.cr.dbname) as free:
            if not free:
                raise BackupProblem("busy")
            self._mend()
            yield

    @api.model
    def _run_command(self, prove=True):
        """Make a backup at once, and prove it; return it whatever became of it."""
        with self._alone():
            backup = self._queue("command")
            self._save()
            backup._attempt(backup._make)
            if prove and backup.path:
                backup._attempt(backup._prove)
        self._check_alarm()
        return backup

    @api.model
    def _prove_command(self, path):
        """Prove the backup in a file at once; return it."""
        backup = self.search([("path", "=like", f"%/{path.name}")], limit=1)
        if not backup:
            raise BackupProblem("no_file", str(path))
        with self._alone():
            backup._attempt(backup._prove)
        return backup
