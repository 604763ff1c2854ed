from odoo import http
from odoo.http import content_disposition, request

from ..tools.spreadsheet import CONTENT_TYPE


class CustomerAuditReport(http.Controller):
    """Download of an audit report as a workbook; who may is decided by the model."""

    @http.route("/customer_archive/audit/<int:report_id>", type="http", auth="user", methods=["GET"])
    def download(self, report_id, **kwargs):
        """The workbook of one report."""
        report = request.env["customer.audit.report"].browse(report_id).exists()
        if not report:
            raise request.not_found()
        name, content = report._make_workbook()
        headers = [("Content-Type", CONTENT_TYPE), ("Content-Disposition", content_disposition(name))]
        return request.make_response(content, headers=headers)
