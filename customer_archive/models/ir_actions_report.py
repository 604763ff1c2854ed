from odoo import models

from ..acting import acting
from ..const import AUDIT_PRINT


class IrActionsReport(models.Model):
    """What is printed is noted, with the customers whose data a report of another app reads."""

    _inherit = "ir.actions.report"
    _name = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        with self._printing(report_ref, res_ids):
            return super()._render_qweb_pdf(report_ref, res_ids, data)

    def _render_qweb_html(self, report_ref, docids, data=None):
        with self._printing(report_ref, docids):
            return super()._render_qweb_html(report_ref, docids, data)

    def _render_qweb_text(self, report_ref, docids, data=None):
        with self._printing(report_ref, docids):
            return super()._render_qweb_text(report_ref, docids, data)

    def _printing(self, report_ref, ids):
        """Note the records of a report, and say that what follows is printed."""
        report = self._get_report(report_ref)
        names = [report.report_name]
        if ids and report.model in self.env:
            records = self.env[report.model].browse([ids] if isinstance(ids, int) else ids)
            if records._is_audited():
                self.env["customer.audit.log"]._note_records(AUDIT_PRINT, records, names)
        return acting(AUDIT_PRINT, report.model, names)
