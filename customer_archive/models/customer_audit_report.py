import logging
from datetime import datetime, time

import psycopg2
import pytz
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_datetime

from ..const import AUDIT_EXPORT, GROUP_AUDITOR
from ..tools.audit_report import Period, compare, months_due
from ..tools.section import Section
from ..tools.spreadsheet import SheetData, write_workbook

_logger = logging.getLogger(__name__)


class CustomerAuditReport(models.Model):
    """What happened to customers' data in a month, of one company: figures that are read once and then stay."""

    _name = "customer.audit.report"
    _description = "Audit Report"
    _inherit = ["customer.guard.mixin"]
    _order = "month desc, company_id"

    month = fields.Date(required=True, help="First day of the month.")
    company_id = fields.Many2one("res.company", required=True, index=True)
    figures = fields.Json(readonly=True, exportable=False)
    made_date = fields.Datetime("Made On", readonly=True)
    read_by = fields.Many2one("res.users", readonly=True)
    read_date = fields.Datetime("Read On", readonly=True)
    preview = fields.Html("Report", compute="_compute_preview", sanitize=False)

    _month_uniq = models.UniqueIndex("(company_id, month)", "This month has its report already.")

    @api.depends("month", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        pattern = self.env._("MMMM y")
        for report in self:
            month = format_date(self.env, report.month, date_format=pattern) if report.month else ""
            report.display_name = self.env._(
                "Audit report %(month)s, %(company)s", month=month, company=report.company_id.name or ""
            )

    @api.depends("figures")
    @api.depends_context("lang", "tz")
    def _compute_preview(self):
        for report in self:
            values = report._get_file_values()
            report.preview = self.env["ir.qweb"]._render("customer_archive.customer_file_page", values)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "month", "company_id", "figures", "made_date", "read_by", "read_date",
        }

    #=== MAKING ===#

    @api.model
    def _cron_make(self):
        """Make the reports of months that are over, for every company, the oldest first."""
        cron = self.env["ir.cron"]
        due = [(company, month) for company in self.env["res.company"].search([]) for month in self._get_due(company)]
        cron._commit_progress(remaining=len(due))
        for company, month in due:
            self._make(company, month)
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_due(self, company):
        """First days of the months of a company that wait for a report."""
        zone = pytz.timezone(self._get_zone(company))
        today = datetime.combine(fields.Datetime.now().replace(tzinfo=pytz.utc).astimezone(zone).date(), time.min)
        running = today.replace(day=1)
        reports = self.search([("company_id", "=", company.id)])
        made = [datetime.combine(day, time.min) for day in reports.mapped("month")]
        first = self._get_first_time(company)
        first = max(first, running - relativedelta(months=self._get_months_back())) if first else None
        return [day.date() for day in months_due(made, first and first.replace(day=1), running)]

    @api.model
    def _get_months_back(self):
        """Number of months that are made up for where the job did not run."""
        return 3

    @api.model
    def _get_first_time(self, company):
        """First day of the first month with something to report: that of the first entry of the log."""
        first = self.env["customer.audit.log"].sudo().search([], order="id", limit=1).time
        return first and datetime.combine(first.date(), time.min).replace(day=1)

    @api.model
    def _get_zone(self, company):
        """Hook: time zone of a company's months."""
        return company.resource_calendar_id.tz or company.partner_id.tz or "UTC"

    @api.model
    def _get_period(self, company, month):
        """The month of a company as moments."""
        zone = pytz.timezone(self._get_zone(company))
        days = (month, month + relativedelta(months=1))
        begin, end = (
            zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None) for day in days
        )
        return Period(begin, end, company.id)

    @api.model
    def _make(self, company, month):
        """Read the figures of a month once; a second worker, or a second call, finds the report made.

        :return: the report
        """
        # sudo: the job reads every log and every model, the report shows figures
        Report = self.sudo().with_company(company)
        known = Report.search([("company_id", "=", company.id), ("month", "=", month)])
        if known:
            return known
        period = self._get_period(company, month)
        figures = {
            key: {"numbers": dict(found.numbers), "lines": [list(line) for line in found.lines]}
            for key, source in Report._get_sources().items()
            if (found := source.read(period))
        }
        try:
            with self.env.cr.savepoint():
                return Report.create(
                    {"company_id": company.id, "month": month, "figures": figures, "made_date": fields.Datetime.now()}
                )
        except psycopg2.errors.UniqueViolation:
            _logger.info("Another worker has made the audit report of %s", month)
            return Report.browse()

    #=== READING ===#

    def action_mark_read(self):
        """Note that an auditor has looked at the report."""
        if not self.env.user.has_group(GROUP_AUDITOR):
            raise AccessError(self.env._("Only an auditor notes that a report was read."))
        self.check_access("read")
        if self.filtered("read_date"):
            raise UserError(self.env._("This report was read already: reload the page to see by whom."))
        # sudo: set by this button only
        self.sudo().write({"read_by": self.env.uid, "read_date": fields.Datetime.now()})

    def _get_before(self):
        """The report of the month before."""
        self.ensure_one()
        month = self.month - relativedelta(months=1)
        return self.search([("company_id", "=", self.company_id.id), ("month", "=", month)])

    def _get_sections(self):
        """The report as a list of ``tools.section.Section``: per source its numbers beside those of the month before,
        and its table."""
        self.ensure_one()
        before = self._get_before().figures or {}
        sources = self._get_sources()
        sections = []
        # JSON of the database keeps no order: the sources have it
        for key, source in sources.items():
            if figures := (self.figures or {}).get(key):
                sections.append(self._get_numbers_section(key, source, figures, before.get(key)))
                sections.append(self._get_lines_section(key, source, figures))
        return [section for section in sections if not section.is_empty]

    @api.model
    def _get_numbers_section(self, key, source, figures, before):
        numbers = figures["numbers"]
        ordered = {name: numbers[name] for name in [*source.labels, *numbers] if name in numbers}
        rows = compare(ordered, before and before["numbers"])
        columns = (
            self.env._("Figure"),
            self.env._("This month"),
            self.env._("Month before"),
            self.env._("Difference"),
        )
        lines = [(source.labels.get(name, name), value, old, change) for name, value, old, change in rows]
        return Section(key, source.title, columns=columns, lines=lines)

    @api.model
    def _get_lines_section(self, key, source, figures):
        return Section(
            f"{key}_lines", self.env._("%s in detail", source.title), columns=source.columns, lines=figures["lines"]
        )

    def _get_file_values(self):
        """What the templates of a file need."""
        self.ensure_one()
        return {
            "title": self.display_name,
            "lead": self.env._(
                "Made on %(date)s from the log and the records of that time; the figures do not change any more.",
                date=format_datetime(self.env, self.made_date, dt_format="short") if self.made_date else "",
            ),
            "sections": self._get_sections(),
            "format_value": self.env["res.partner"]._format_report_value,
            "printed": format_datetime(self.env, fields.Datetime.now(), dt_format="short"),
        }

    def action_workbook(self):
        """Download the report as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/customer_archive/audit/{self.id}", "target": "download"}

    def _make_workbook(self):
        """The report as XLSX: tuple of the file's name and its bytes."""
        self.ensure_one()
        self.check_access("read")
        self._note_export()
        sheets = [SheetData(section.title, section.columns, section.lines) for section in self._get_sections()]
        title = SheetData(self.env._("Report"), (self.display_name,), [(self._get_file_values()["lead"],)])
        return f"{self.display_name}.xlsx", write_workbook([title, *sheets])

    def _note_export(self):
        """Note in the log that a report was taken out."""
        self.env["customer.audit.log"]._note(AUDIT_EXPORT, self._name, self.ids)
