import logging

import psycopg2
from odoo import api, models

from .. import audit_store
from ..backup import snapshot
from ..tools.backup import BackupProblem

_logger = logging.getLogger(__name__)


class CustomerBackup(models.Model):
    """The audit log in backups: its head is noted with the snapshot, and the restored chain has to lead to it."""

    _inherit = "customer.backup"
    _name = "customer.backup"

    @api.model
    def _seal_log(self):
        """Seal what was done so far, so that the backup holds it under the head; a rival that seals does the same."""
        try:
            audit_store.seal(self.env.cr)
            self._save()
        except psycopg2.OperationalError:
            self.env.cr.rollback()
            _logger.info("Another connection has sealed the log meanwhile")

    @api.model
    def _note_log(self, cr):
        """The head of the log's chain as a cursor sees it, as ``audit_store.verify`` takes it."""
        position, mark = audit_store.head(cr)
        return {"head": f"{position}:{mark}"}

    @api.model
    def _check_log(self, database, noted):
        """Verify the chain of a restored copy up to the noted head.

        Gaps that the log had before are told, and do not make the backup a bad one.

        :return: ``audit_store.Verdict``
        :raise BackupProblem: ``log``, where the chain leads elsewhere
        """
        head = (noted or {}).get("head", "")
        with snapshot.reading(database) as cr:
            verdict = audit_store.verify(cr, head)
        if verdict.head != head or any(gap.reason == "head" for gap in verdict.breaks):
            raise BackupProblem("log", f"{head} / {verdict.head}"[:200])
        return verdict

    def _log_backup(self, operation, text):
        """Note in the audit log what was done with this backup."""
        self.ensure_one()
        self.env["customer.audit.log"]._note(operation, self._name, self.ids, detail={self.id: {"path": [None, text]}})
