from odoo import api, models

from ..const import AUDIT_PRINT


class IrActionsReport(models.Model):
    """Printed files of customers: one at a time for whoever reads the customer, several with the right to export."""

    _inherit = "ir.actions.report"
    _name = "ir.actions.report"

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        self._check_printing(report_ref, docids)
        return super()._render_qweb_html(report_ref, docids, data=data)

    @api.model
    def _render_qweb_text(self, report_ref, docids, data=None):
        self._check_printing(report_ref, docids)
        return super()._render_qweb_text(report_ref, docids, data=data)

    def _get_rendering_context(self, report, docids, data):
        """Templates find what a printed file carries as ``export_mark``, where it is about customers."""
        values = super()._get_rendering_context(report, docids, data)
        return {**values, "export_mark": self.env["customer.export.policy"]._get_open_mark()}

    @api.model
    def _check_printing(self, report_ref, docids):
        """Let the person print these records, and mark the file if it is about customers."""
        Policy = self.env["customer.export.policy"]
        model_name = self._get_report(report_ref).model
        if model_name not in self.env:
            Policy._close_mark()
            return
        docids = [docids] if isinstance(docids, int) else docids
        Policy._take_file(self.env[model_name].browse(docids), AUDIT_PRINT)
