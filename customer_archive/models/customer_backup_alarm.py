from odoo import api, fields, models

from ..const import BACKUP_PROVEN
from ..tools.retention import NEVER, is_stale

ACTIVITY = "mail.mail_activity_data_warning"
DEFAULT_DAYS = 3


class CustomerBackup(models.Model):
    """The alarm when the last proven backup is too old: told once, and shown until a new one is proven."""

    _inherit = "customer.backup"
    _name = "customer.backup"

    @api.model
    def _get_alarm_days(self):
        return self._get_number("days", DEFAULT_DAYS)

    @api.model
    def _is_alarming(self):
        """Whether the last proven backup, or where there is none the first attempt, is too long ago."""
        proven, first = self._get_last_proven(), self.search([], order="id", limit=1)
        times = proven.start_date or None, first.create_date or None
        return is_stale(fields.Datetime.now(), *times, self._get_alarm_days())

    @api.model
    def _check_alarm(self):
        """Tell the system administrators once that backups fail."""
        newest = self.search([], limit=1)
        if not newest or not self._is_alarming() or self.search_count([("alarm_date", "!=", False)], limit=1):
            return
        newest.alarm_date = fields.Datetime.now()
        for user in self._get_alarm_users():
            newest.with_context(lang=user.lang).activity_schedule(
                ACTIVITY, user_id=user.id, summary=newest.with_context(lang=user.lang)._get_alarm_words()
            )

    @api.model
    def _get_alarm_users(self):
        """Hook: who is told that no proven backup is recent enough, as ``res.users``."""
        return self.env.ref("base.group_system").all_user_ids.filtered(lambda user: user.active and not user.share)

    @api.model
    def _get_alarm_words(self):
        proven = self._get_last_proven()
        if not proven:
            return self.env._("No backup has been proven yet: see why, and mend it.")
        return self.env._("The last proven backup is older than %s days: see why, and mend it.", self._get_alarm_days())

    @api.model
    def _end_alarm(self):
        """A backup is proven: the alarm is over."""
        if self._is_alarming():
            return
        told = self.search([("alarm_date", "!=", False)])
        told.activity_unlink([ACTIVITY])
        told.alarm_date = False

    @api.model
    @api.readonly
    def get_backup_notice(self):
        """What the list of backups says above itself: a dict with ``level`` and ``text``, or False."""
        self.check_access("read")
        if self._is_alarming():
            return {"level": "danger", "text": self._get_alarm_words()}
        if self._get_setting("every", NEVER) == NEVER:
            return {"level": "warning", "text": self.env._("No backups are scheduled: choose when in the settings.")}
        if not self.search_count([("state", "=", BACKUP_PROVEN)], limit=1):
            return {"level": "info", "text": self.env._("No backup has been proven yet.")}
        return False
