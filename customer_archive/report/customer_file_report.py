from odoo import api, models


class CustomerPrivacyCopyReport(models.AbstractModel):
    """Values of the copy that a person gets."""

    _name = "report.customer_archive.report_customer_privacy_copy"
    _description = "Copy for a Person"

    @api.model
    def _get_report_values(self, docids, data=None):
        requests = self.env["customer.privacy.request"].browse(docids)
        for request in requests:
            request._check_copy()
        return {
            "doc_ids": requests.ids,
            "doc_model": requests._name,
            "docs": requests,
            "files": {request.id: request._get_copy_values() for request in requests},
        }


class CustomerAuditReportReport(models.AbstractModel):
    """Values of the printed audit report."""

    _name = "report.customer_archive.report_customer_audit_report"
    _description = "Printed Audit Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        reports = self.env["customer.audit.report"].browse(docids)
        reports.check_access("read")
        return {
            "doc_ids": reports.ids,
            "doc_model": reports._name,
            "docs": reports,
            "files": {report.id: report._get_file_values() for report in reports},
        }
