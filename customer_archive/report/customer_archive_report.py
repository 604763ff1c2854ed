from odoo import api, fields, models
from odoo.tools import format_datetime


class CustomerArchiveReport(models.AbstractModel):
    """Values of the printable archive file."""

    _name = "report.customer_archive.report_customer_archive"
    _description = "Customer Archive File"

    @api.model
    def _get_report_values(self, docids, data=None):
        archives = self.env["res.partner"].browse(docids)._get_printable_archives()
        return {
            "doc_ids": archives.ids,
            "doc_model": "res.partner",
            "docs": archives,
            "sections": {archive.id: archive._get_archive_report_sections() for archive in archives},
            "format_value": archives._format_report_value,
            "printed": format_datetime(self.env, fields.Datetime.now(), dt_format="short"),
        }
