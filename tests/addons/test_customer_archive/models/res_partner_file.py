"""What a consultant changes on the printed archive and its workbook: one override per hook."""

from odoo import api, models
from odoo.addons.customer_archive.tools.section import Section
from odoo.addons.customer_archive.tools.spreadsheet import SheetData


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    def _get_archive_report_sections(self):
        sections = super()._get_archive_report_sections()
        if self._is_consulted():
            sections.append(Section("consultant", "Consultant", facts=[("Opinion", "Good")]))
        return sections

    def _get_archive_report_facts(self):
        facts = super()._get_archive_report_facts()
        return {**facts, "advice": ("Advice", ["consultant_grade"])} if self._is_consulted() else facts

    @api.model
    def _get_archive_report_labels(self):
        return {**super()._get_archive_report_labels(), "consultant_grade": "Grade in Words"}

    def _get_archive_report_notes(self):
        return {**super()._get_archive_report_notes(), "consultant_grade": "by the consultant"}

    @api.model
    def _get_archive_report_contact_fields(self):
        return [*super()._get_archive_report_contact_fields(), "consultant_grade"]

    @api.model
    def _get_archive_workbook_limit(self):
        return super()._get_archive_workbook_limit() + 1

    def _get_archive_sheets(self):
        sheets = super()._get_archive_sheets()
        if any(archive._is_consulted() for archive in self):
            sheets.append(SheetData("Consultant", ["Opinion"], [["Good"]]))
        return sheets
