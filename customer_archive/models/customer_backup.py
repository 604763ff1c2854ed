import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import BACKUP_FAILED, BACKUP_MADE, BACKUP_PROVEN, BACKUP_QUEUED, BACKUP_RUNNING, BACKUP_STATES

SIZE_UNITS = ("B", "kB", "MB", "GB", "TB")
CRON = "customer_archive.ir_cron_customer_backup"


# No record rule: runs over the whole database, read by system administrators and auditors only
class CustomerBackup(models.Model):
    """One backup: how it was made, where it lies, and the proof that it can be restored.

    Rows are made by the job and by the command; people have no right to change them, and none is ever deleted.
    """

    _name = "customer.backup"
    _description = "Backup"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char("File", compute="_compute_name")
    state = fields.Selection(BACKUP_STATES, "Status", default=BACKUP_QUEUED, required=True, index=True)
    kind = fields.Selection(
        [("schedule", "By schedule"), ("hand", "By hand"), ("command", "By command")], "Begun", required=True
    )
    step = fields.Selection(
        [
            ("count", "Counting rows"),
            ("dump", "Copying the database"),
            ("files", "Copying the files"),
            ("restore", "Restoring a copy"),
            ("compare", "Comparing the copy"),
        ],
        "At Work On",
    )
    start_date = fields.Datetime("Date of the Data", help="The moment whose data the backup holds.")
    end_date = fields.Datetime("Ended On")
    duration = fields.Integer("Seconds", aggregator=None)
    path = fields.Char("Folder and File")
    size = fields.Float("Size (Bytes)", digits=(20, 0), aggregator=None)
    size_text = fields.Char("File Size", compute="_compute_size_text")
    key_id = fields.Char("Name of the Key", help="Name of the key of the key ring that opens the file.")
    table_count = fields.Integer("Tables", aggregator=None)
    row_count = fields.Float("Rows", digits=(20, 0), aggregator=None)
    counts = fields.Json("Rows of Each Table", exportable=False)
    counts_table = fields.Json("Rows in Words", compute="_compute_counts_table", exportable=False)
    file_count = fields.Integer("Files", aggregator=None)
    missing_count = fields.Integer(
        "Files Missing", aggregator=None,
        help="Attachments name these files, but they were gone from the disk before the backup was made.",
    )
    canary = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False, export_string_translation=False)
    proof_wanted = fields.Boolean("To Be Proven")
    proven_date = fields.Datetime("Proven On")
    proof_duration = fields.Integer("Seconds of the Proof", aggregator=None)
    log_count = fields.Integer("Sealed Entries of the Log", aggregator=None)
    log_gap_count = fields.Integer("Gaps of the Log", aggregator=None)
    proof_text = fields.Text("Proof", compute="_compute_proof_text")
    problem_kind = fields.Char(exportable=False, export_string_translation=False)
    problem_detail = fields.Char("Reported")
    problem = fields.Text("Reason", compute="_compute_problem")
    removed_date = fields.Datetime("File Removed On", help="A newer backup has taken its place.")
    alarm_date = fields.Datetime("Alarm On", help="People were told that no proven backup is recent enough.")

    @api.depends("path", "start_date", "state")
    @api.depends_context("lang", "tz")
    def _compute_name(self):
        for backup in self:
            backup.name = (backup.path or "").rpartition("/")[2] or self.env._("Backup %s", backup.id or "")

    @api.depends("size")
    @api.depends_context("lang")
    def _compute_size_text(self):
        for backup in self:
            backup.size_text = self._format_size(backup.size)

    @api.model
    def _format_size(self, size):
        if not size:
            return ""
        power = min((len(str(int(size))) - 1) // 3, len(SIZE_UNITS) - 1)
        unit, size = SIZE_UNITS[power], size / 1000**power
        digits = 0 if unit == "B" or size >= 100 else 1
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US") or self.env["res.lang"]._lang_get("en_US")
        return f"{lang.format(f'%.{digits}f', size)} {unit}"

    @api.depends("state", "proven_date", "table_count", "row_count", "file_count", "missing_count", "log_count")
    @api.depends_context("lang")
    def _compute_proof_text(self):
        for backup in self:
            backup.proof_text = "\n".join(backup._get_proof_sentences()) if backup.state == BACKUP_PROVEN else False

    def _get_proof_sentences(self):
        """What the proof has shown, in words."""
        self.ensure_one()
        sentences = [
            self.env._(
                "A copy was restored: all %(tables)s tables hold the %(rows)s rows that they held at that moment.",
                tables=self._format_number(self.table_count), rows=self._format_number(self.row_count),
            ),
            self.env._("All %s files were read.", self._format_number(self.file_count)),
            self.env._("The encrypted test value could be read with the key “%s”.", self.key_id),
        ]
        if self.missing_count:
            number = self._format_number(self.missing_count)
            sentences.append(self.env._("%s files were missing before the backup was made.", number))
        return [*sentences, self._get_log_sentence()]

    def _get_log_sentence(self):
        count = self._format_number(self.log_count)
        if self.log_gap_count:
            return self.env._(
                "The log leads to the same end, over %(count)s sealed entries; it had %(gaps)s gaps before.",
                count=count, gaps=self._format_number(self.log_gap_count),
            )
        return self.env._("The log is whole and leads to the same end, over %(count)s sealed entries.", count=count)

    def _format_number(self, number):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return lang.format("%.0f", number, grouping=True) if lang else f"{number:.0f}"

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_counts_table(self):
        labels = self._get_table_labels()
        for backup in self:
            filled = sorted(((count, name) for name, count in (backup.counts or {}).items() if count), reverse=True)
            backup.counts_table = {
                "columns": [self.env._("Rows")],
                "rows": [
                    {"key": name, "name": labels.get(name.removeprefix("public."), name), "cells": [count]}
                    for count, name in filled
                ],
                "totals": False,
            }

    @api.model
    def _get_table_labels(self):
        """Tables of the database in words, as the user reads them."""
        # sudo: the names of models are no secret
        records = self.env["ir.model"].sudo().search([("model", "in", list(self.env.registry))])
        return {self.env[record.model]._table: record.name for record in records}

    @api.depends("problem_kind", "problem_detail")
    @api.depends_context("lang")
    def _compute_problem(self):
        words = self._get_problem_words()
        for backup in self:
            backup.problem = words.get(backup.problem_kind) or (backup.problem_kind and words["system"])

    #=== BUTTONS ===#

    def action_back_up(self):
        """Have a backup made by the job as soon as possible."""
        self._check_operator()
        # sudo: rows are the job's; the right of the person was checked
        backups = self.sudo()
        if not backups.search_count([("state", "in", (BACKUP_QUEUED, BACKUP_RUNNING))], limit=1):
            backups._queue("hand")
        self._wake_job()
        return self._notify(self.env._("The backup is made in the background. It is listed here, and proven at once."))

    def action_prove(self):
        """Have these backups restored and compared by the job."""
        self._check_operator()
        for backup in self:
            if not backup.path or backup.removed_date or backup.state in (BACKUP_QUEUED, BACKUP_RUNNING):
                raise UserError(self.env._("“%s” has no file to prove: choose a backup that was made.", backup.name))
        # sudo: rows are the job's; the right of the person was checked
        self.sudo().proof_wanted = True
        self._wake_job()
        return self._notify(self.env._("A copy is restored and compared in the background."))

    @api.model
    def _check_operator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Backups are made and proven by system administrators."))

    @api.model
    def _wake_job(self):
        # sudo: reading the scheduled action; who may ask for it was checked
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _notify(self, message):
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": reload},
        }

    @api.model
    def _queue(self, kind):
        """A backup to be made."""
        return self.create({"kind": kind, "start_date": fields.Datetime.now()})

    #=== FOR THE JOB ===#

    @api.model
    def _get_last_proven(self):
        """The newest backup that is proven and still there, by the date of its data."""
        domain = [("state", "=", BACKUP_PROVEN), ("removed_date", "=", False)]
        return self.search(domain, order="start_date desc, id desc", limit=1)

    @api.model
    def _hash_canary(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    def _fail(self, problem):
        """Note what went wrong; a proof that the machine could not give says nothing about the file."""
        self.ensure_one()
        keeps = self.path and not problem.is_verdict
        state = (self.state if self.state in (BACKUP_MADE, BACKUP_PROVEN) else BACKUP_MADE) if keeps else BACKUP_FAILED
        self.write(
            {
                "state": state,
                "step": False,
                "end_date": self.end_date or fields.Datetime.now(),
                "problem_kind": problem.kind,
                "problem_detail": problem.detail[:400],
            }
        )
