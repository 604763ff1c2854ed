from odoo import api, models
from odoo.fields import Domain

from ..const import BACKUP_FAILED, BACKUP_MADE, BACKUP_PROVEN
from ..tools.audit_report import Figures, Source
from .customer_audit_alert import HANDLED, OPEN
from .customer_audit_report_source import MOST_LINES


class CustomerAuditReport(models.Model):
    """What was watched and what was kept: alerts of the month with their handling, backups with their proofs."""

    _inherit = "customer.audit.report"
    _name = "customer.audit.report"

    @api.model
    def _get_sources(self):
        alerts = Source(
            self.env._("Alerts"),
            self._read_alerts,
            {
                "raised": self.env._("Alerts raised"),
                "handled": self.env._("Alerts handled"),
                "open": self.env._("Alerts still open"),
            },
            (self.env._("What happened"), self.env._("Raised"), self.env._("Of them handled")),
        )
        backups = Source(
            self.env._("Backups"),
            self._read_backups,
            {
                "made": self.env._("Backups made"),
                "proven": self.env._("Backups proven"),
                "failed": self.env._("Backups failed"),
            },
            (self.env._("Data of"), self.env._("Result"), self.env._("Words")),
        )
        return {**super()._get_sources(), "alert": alerts, "backup": backups}

    @api.model
    def _read_alerts(self, period):
        # sudo: figures only
        Alert = self.env["customer.audit.alert"].sudo()
        mine = Domain("company_id", "in", [period.company_id, False])
        raised = mine & Domain("create_date", ">=", period.begin) & Domain("create_date", "<", period.end)
        handled = mine & Domain("handled_date", ">=", period.begin) & Domain("handled_date", "<", period.end)
        still = mine & Domain("create_date", "<", period.end) & Domain("state", "=", OPEN)
        groups = Alert._read_group(raised, ["kind", "state"], ["__count"])
        counts = {(kind, state): count for kind, state, count in groups}
        lines = [
            (label, counts.get((kind, OPEN), 0) + counts.get((kind, HANDLED), 0), counts.get((kind, HANDLED), 0))
            for kind, label in Alert._get_kinds()
            if (kind, OPEN) in counts or (kind, HANDLED) in counts
        ]
        numbers = {
            "raised": sum(counts.values()),
            "handled": Alert.search_count(handled),
            "open": Alert.search_count(still),
        }
        return Figures(numbers, lines)

    @api.model
    def _read_backups(self, period):
        """Backups hold the whole database, so they stand in the report of every company."""
        # sudo: figures and words only
        Backup = self.env["customer.backup"].sudo()
        made = Domain("start_date", ">=", period.begin) & Domain("start_date", "<", period.end)
        backups = Backup.search(made & Domain("state", "in", [BACKUP_MADE, BACKUP_PROVEN, BACKUP_FAILED]))
        counts = backups.grouped("state")
        states = dict(Backup._fields["state"]._description_selection(self.env))
        numbers = {
            "made": len(backups) - len(counts.get(BACKUP_FAILED, ())),
            "proven": len(counts.get(BACKUP_PROVEN, ())),
            "failed": len(counts.get(BACKUP_FAILED, ())),
        }
        lines = [
            (self._get_local_text(period, backup.start_date), states[backup.state],
             backup.problem or backup.proof_text or "")
            for backup in backups[:MOST_LINES]
        ]
        return Figures(numbers, lines)
