import json
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, html2plaintext

from ..const import AUDIT_EXPORT
from ..tools.section import Section
from ..tools.section_sheets import ArchiveFile, sheets_of_one
from ..tools.spreadsheet import CONTENT_TYPE, write_workbook
from .customer_privacy_request import FOUND

REPORT = "customer_archive.customer_privacy_copy_report"
# Rows of one place that a copy lists; the number of all of them stands beside.
MOST_ROWS = 1000


class CustomerPrivacyRequest(models.Model):
    """The copy that a person gets: to read (PDF or HTML) and to take along (XLSX, JSON)."""

    _inherit = "customer.privacy.request"
    _name = "customer.privacy.request"

    attachment_ids = fields.One2many(
        "ir.attachment", "res_id", "Copies", domain=[("res_model", "=", "customer.privacy.request")], readonly=True
    )

    def action_copy(self):
        """Attach a copy of everything that is held about the person, in forms to read and to take along."""
        self._check_copy()
        # sudo: copies are attached by this button only
        attachments = self.env["ir.attachment"].sudo()
        attachments.search([("res_model", "=", self._name), ("res_id", "=", self.id)]).unlink()
        files = self._make_copies()
        attachments.create(
            [
                {"name": name, "raw": content, "mimetype": kind, "res_model": self._name, "res_id": self.id}
                for name, content, kind in files
            ]
        )
        self.invalidate_recordset(["attachment_ids"])
        self._note_copy()

    def _check_copy(self):
        """Refuse a copy to whoever does not keep the desk, and before it is known who asks."""
        self._check_desk(FOUND)
        if not self.partner_ids:
            raise UserError(self.env._("No contact is chosen, so there is nothing to copy."))
        if not self.identity_check:
            raise UserError(self.env._("Note first how the identity of the person was checked."))

    def _note_copy(self):
        """Note in the log that a copy was made."""
        self.env["customer.audit.log"]._note(AUDIT_EXPORT, "res.partner", self.partner_ids.ids)

    def _make_copies(self):
        """The files of a copy: list of name, bytes and type."""
        sections = self._get_copy_sections()
        title = self.env._("Data held about you")
        header = (self.env._("Part"), self.env._("Fact"), self.env._("Value"))
        file = ArchiveFile([self.company_id.name, fields.Date.context_today(self)], sections)
        identity = (self.env._("Company"), self.env._("Copied on"))
        sheets = sheets_of_one(file, title, identity, header)
        readable, kind = self._render_copy()
        return [
            (f"{title}.{kind}", readable, "application/pdf" if kind == "pdf" else "text/html"),
            (f"{title}.xlsx", write_workbook(sheets), CONTENT_TYPE),
            (f"{title}.json", self._make_json(sections), "application/json"),
        ]

    def _render_copy(self):
        """The copy to read as PDF; as HTML that stands alone where the host has no printer of PDF files."""
        # sudo: places of the copy may be closed to the manager; the desk was checked
        report = self.env["ir.actions.report"].sudo()
        if report.get_wkhtmltopdf_state() in ("ok", "workers", "upgrade"):
            return report._render_qweb_pdf(REPORT, self.ids)
        values = self._get_copy_values()
        return self.env["ir.qweb"].sudo()._render("customer_archive.customer_file_alone", values).encode(), "html"

    def _get_copy_values(self):
        """What the templates of a file need."""
        return {
            "title": self.env._("Data held about you"),
            "lead": self.env._(
                "%(company)s holds the following about you. You may ask for corrections and for erasure.",
                company=self.company_id.name,
            ),
            "sections": self._get_copy_sections(),
            "format_value": self.env["res.partner"]._format_report_value,
            "printed": format_datetime(self.env, fields.Datetime.now(), dt_format="short"),
        }

    @api.model
    def _make_json(self, sections):
        def plain(value):
            return value.isoformat() if isinstance(value, date) else str(value)

        parts = [
            {
                "part": section.title,
                **({"facts": dict(section.facts)} if section.facts else {}),
                **({"rows": [dict(zip(section.columns, line, strict=True)) for line in section.lines]}
                   if section.lines else {}),
            }
            for section in sections
        ]
        return json.dumps(parts, ensure_ascii=False, indent=1, default=plain).encode()

    def _get_copy_sections(self):
        """Hook: what the copy consists of, as a list of ``tools.section.Section``."""
        self.ensure_one()
        # sudo: a person has a right to everything that is held about them, whatever the manager may see
        people = self.sudo().partner_ids.with_context(active_test=False)
        Place = self.env["customer.privacy.place"].sudo()
        sections = [section for person in people for section in self._get_person_sections(person)]
        sections += [self._get_place_section(place) for place in Place._get_installed_places(people) if place.show]
        return [section for section in sections if not section.is_empty]

    @api.model
    def _get_person_sections(self, person):
        """The facts of one contact; of an archive what its printed file shows."""
        if person.archive_state:
            return person._get_archive_report_sections()
        names = [*person._get_archive_report_contact_fields(), "contact_address_inline", "comment"]
        names = dict.fromkeys(names)
        return [Section(f"person_{person.id}", person.display_name, facts=person._get_report_facts(names))]

    @api.model
    def _get_place_section(self, place):
        model = self.env[place.model].sudo().with_context(active_test=False)
        rows = model.search(list(place.domain), limit=MOST_ROWS)
        total = len(rows) if len(rows) < MOST_ROWS else model.search_count(list(place.domain))
        names = [name for name in place.show if name in model._fields]
        columns = [model._fields[name]._description_string(self.env) for name in names]
        title = place.label if total <= len(rows) else self.env._(
            "%(place)s (%(shown)s of %(total)s)", place=place.label, shown=len(rows), total=total
        )
        return Section(
            place.key, title, columns=columns, lines=[[self._get_cell(row, name) for name in names] for row in rows]
        )

    @api.model
    def _get_cell(self, row, name):
        field, value = row._fields[name], row[name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("integer", "float", "monetary"):
            return value
        converters = {
            "many2one": lambda: value.display_name,
            "selection": lambda: dict(field._description_selection(self.env)).get(value, value),
            "html": lambda: html2plaintext(value).strip(),
            "datetime": lambda: self.env["res.partner"]._to_local_time(value),
            "date": lambda: value,
        }
        return converters.get(field.type, lambda: str(value))() if value else None
