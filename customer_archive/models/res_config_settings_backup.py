from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..backup import write
from ..const import BACKUP_SCHEDULES
from ..tools.backup import BackupProblem
from .customer_backup_job import PARAMETER


class ResConfigSettings(models.TransientModel):
    """When backups are made, where they go, and how long they stay."""

    _inherit = "res.config.settings"
    _name = "res.config.settings"

    archive_backup_every = fields.Selection(BACKUP_SCHEDULES, "Backups", default="never")
    archive_backup_hour = fields.Integer("Hour of Backups")
    archive_backup_folder = fields.Char("Folder for Backups", config_parameter=PARAMETER + "folder")
    archive_backup_daily = fields.Integer("Days")
    archive_backup_weekly = fields.Integer("Weeks")
    archive_backup_monthly = fields.Integer("Months")
    archive_backup_days = fields.Integer("Alarm after Days")

    @api.model
    def get_values(self):
        backups = self.env["customer.backup"]
        return {
            **super().get_values(),
            "archive_backup_every": backups._get_setting("every", "never"),
            "archive_backup_hour": backups._get_hour(),
            "archive_backup_days": backups._get_alarm_days(),
            **{f"archive_backup_{name}": number for name, number in backups._get_kept_numbers().items()},
        }

    def set_values(self):
        result = super().set_values()
        # sudo: as the host stores settings
        parameters = self.env["ir.config_parameter"].sudo()
        # not as config_parameter: the host stores 0 as nothing, which would stand for the default again
        for name in ("every", "hour", "daily", "weekly", "monthly", "days"):
            parameters.set_param(PARAMETER + name, str(self[f"archive_backup_{name}"]))
        return result

    @api.constrains(
        "archive_backup_hour", "archive_backup_daily", "archive_backup_weekly", "archive_backup_monthly",
        "archive_backup_days",
    )
    def _check_backup_numbers(self):
        for settings in self:
            if not 0 <= settings.archive_backup_hour <= 23:
                raise ValidationError(self.env._("Backups: the hour lies between 0 and 23."))
            if min(settings.archive_backup_daily, settings.archive_backup_days) < 1:
                raise ValidationError(
                    self.env._("Backups: keep one day at least, and give the alarm one day at least.")
                )
            if min(settings.archive_backup_weekly, settings.archive_backup_monthly) < 0:
                raise ValidationError(
                    self.env._("Backups: enter how many weeks and months are kept, or 0 for none.")
                )

    @api.constrains("archive_backup_folder")
    def _check_backup_folder(self):
        """Try a folder out before it is stored: at night nobody is there to mend it."""
        backups = self.env["customer.backup"]
        for settings in self:
            folder = (settings.archive_backup_folder or "").strip()
            if not folder or folder == backups._get_setting("folder"):
                continue
            if not self.env.user.has_group("base.group_system"):
                continue
            try:
                write.prepare_folder(Path(folder), self.env.cr.dbname)
            except BackupProblem as problem:
                words = backups._get_problem_words()[problem.kind]
                raise UserError(
                    self.env._("%(words)s (%(detail)s)", words=words, detail=problem.detail)
                ) from problem
