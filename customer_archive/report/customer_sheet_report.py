from odoo import api, fields, models
from odoo.tools import format_date


class CustomerSheetReport(models.AbstractModel):
    """Values of the sheet to fill in: one page per customer, one empty page where none is chosen."""

    _name = "report.customer_archive.report_customer_sheet"
    _description = "Customer Sheet to Fill In"

    @api.model
    def _get_report_values(self, docids, data=None):
        Partner = self.env["res.partner"]
        archives = Partner.browse(docids)._get_printable_archives() if docids else Partner
        Partner.check_access("read")
        return {
            "doc_ids": archives.ids,
            "doc_model": "res.partner",
            "pages": [Partner._get_sheet_page(archive) for archive in archives] or [Partner._get_sheet_page()],
            "company": self.env.company,
            "printed": format_date(self.env, fields.Date.context_today(self)),
        }
