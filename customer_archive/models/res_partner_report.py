from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, formatLang, html2plaintext

from ..tools.section import Section, is_blank

# Changes that a printed archive repeats; all of them are on the archive's page.
PRINTED_CHANGES = 20


class ResPartner(models.Model):
    """The archive as one file: the same sections on paper and in the workbook."""

    _inherit = "res.partner"
    _name = "res.partner"

    # === SECTIONS ===#

    def _get_archive_report_sections(self):
        """Hook: what the file of one archive consists of, as a list of ``tools.section.Section`` in their order.

        Paper and workbook both show exactly this, as far as the reader may see it. An upper addon adds its own::

            return super()._get_archive_report_sections() + [Section("credit", self.env._("Credit"), facts=[…])]
        """
        self.ensure_one()
        facts = [
            Section(key, title, facts=self._get_report_facts(names), wide=key == "remarks")
            for key, (title, names) in self._get_archive_report_facts().items()
        ]
        by_key = {section.key: section for section in facts}
        remarks = by_key.pop("remarks", None)
        sections = [
            self._get_report_stamps(),
            *by_key.values(),
            self._get_report_properties(),
            self._get_report_contacts(),
            remarks,
            self._get_report_issues(),
            self._get_report_documents(),
            self._get_report_changes(),
        ]
        return [section for section in sections if section and not section.is_empty]

    def _get_archive_report_facts(self):
        """Hook: the facts of one archive that its file shows.

        :return: dict of key: tuple of title and list of field names; ``remarks`` comes behind the contacts
        """
        company = ["customer_staff_count", "customer_revenue", "customer_assets"]
        person = ["birthday", "customer_wechat"]
        return {
            "identity": (
                self.env._("Who They Are"),
                [
                    "vat",
                    "industry_id",
                    "customer_origin",
                    "contact_address_inline",
                    "customer_region_id",
                    "phone",
                    "email",
                    "website",
                    *([] if self.is_company else person),
                ],
            ),
            "business": (
                self.env._("Business"),
                [
                    *(company if self.is_company else []),
                    "customer_size",
                    "customer_level_id",
                    "customer_lifecycle",
                    "customer_potential",
                    "customer_tag_ids",
                    "customer_since",
                    "customer_level_text",
                    "category_id",
                    "customer_channel",
                ],
            ),
            "care": (
                self.env._("Who Cares for Them"),
                [
                    "user_id",
                    "archive_team_id",
                    "archive_access",
                    "archive_template_id",
                    "archive_completeness",
                    "archive_source",
                    "archive_consent_date",
                ],
            ),
            "remarks": (
                self.env._("Remarks"),
                ["customer_scope", "customer_requirements", "customer_history", "comment"],
            ),
        }

    @api.model
    def _get_archive_report_labels(self):
        """Hook: field name → label in the file, where the label of the host does not fit a customer."""
        return {
            "vat": self.env._("Tax Code"),
            "user_id": self.env._("Owner"),
            "contact_address_inline": self.env._("Address"),
            "comment": self.env._("Internal Notes"),
            "function": self.env._("Position"),
        }

    def _get_archive_report_notes(self):
        """Hook: field name → sentence that stands behind the value in the file, such as the reason of a class."""
        self.ensure_one()
        by_hand = self.env._("Set by hand.") if self.customer_region_manual_id else self.env._("By the address.")
        return {
            "customer_size": self.customer_size_reason if self.is_company else "",
            "customer_region_id": by_hand if self.customer_region_id else "",
        }

    def _get_report_facts(self, names):
        """Pairs of label and value of these fields: those that are filled, and empty ones that the template asks for.

        Fields that the reader may not see are left out.
        """
        notes = self._get_archive_report_notes()
        # sudo: what is missing does not depend on the fields that this reader may see; only names are used
        wanted = {item["name"] for item in self.sudo().archive_missing or []}
        facts = [
            (name, self._append_note(self._get_report_value(name), notes.get(name)))
            for name in names
            if self._has_field_access(self._fields[name], "read")
        ]
        return [(self._get_report_label(name), v) for name, v in facts if name in wanted or not is_blank(v)]

    @api.model
    def _get_report_label(self, name):
        return self._get_archive_report_labels().get(name) or self._fields[name]._description_string(self.env)

    @api.model
    def _append_note(self, value, note):
        if not note:
            return value
        return note if is_blank(value) else self.env._("%(value)s (%(note)s)", value=value, note=note)

    def _get_report_value(self, name):
        """Value of one field of one contact as a reader takes it: text, number or date, ``None`` where empty.

        Zero in a number of the form means that nothing was entered.
        """
        self.ensure_one()
        if name == "contact_address_inline":
            return self._get_report_address()
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return None
        converters = {
            "many2one": lambda: value.display_name,
            "many2many": lambda: ", ".join(value.mapped("display_name")),
            "selection": lambda: dict(field._description_selection(self.env)).get(value, value),
            "html": lambda: html2plaintext(value).strip(),
            "datetime": lambda: self._to_local_time(value),
        }
        return converters.get(field.type, lambda: value)()

    def _get_report_address(self):
        """The address in one line: without the name, which is the title, and with a municipality named once."""
        self.ensure_one()
        address = self._display_address(without_company=True)
        if self.city and self.city == self.state_id.name:
            address = address.replace(f"{self.city} {self.city}", self.city)
        return ", ".join(filter(None, (line.strip(" ,") for line in address.splitlines()))) or None

    @api.model
    def _to_local_time(self, value):
        """A stored time as the reader's clock showed it: without time zone, to the second."""
        return fields.Datetime.context_timestamp(self, value).replace(tzinfo=None, microsecond=0)

    # === PARTS ===#

    def _get_report_stamps(self):
        """Who took which step, and when: pairs of facts, which paper shows as one stamp each."""
        steps = [
            ("create_uid", self.env._("Entered by"), "create_date", self.env._("Entered on")),
            ("archive_submitted_by", self.env._("Submitted by"), "archive_submitted_date", self.env._("Submitted on")),
            ("archive_checked_by", self.env._("Checked by"), "archive_checked_date", self.env._("Checked on")),
            ("archive_approved_by", self.env._("Approved by"), "archive_approved_date", self.env._("Approved on")),
        ]
        facts = []
        for who, by, when, on in steps:
            # sudo: the name of a colleague on a stamp is part of the archive, also when the colleague left
            facts += [(by, self.sudo()._get_report_value(who)), (on, self._get_report_value(when))]
        return Section("stamps", self.env._("Check and Approval"), facts=facts)

    def _get_report_properties(self):
        """The custom facts that the template asks for."""
        field = self._fields["archive_properties"]
        facts = [
            (definition["string"], self._get_property_value(definition))
            for definition in field.convert_to_read(self.archive_properties, self) or []
            if definition["type"] != "separator"
        ]
        return Section("custom", self.env._("Custom Facts"), facts=facts)

    @api.model
    def _get_property_value(self, definition):
        """Value of one custom fact, given with its definition as ``read`` gives it, as a reader takes it."""
        value = definition.get("value")
        if definition["type"] == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return None
        converters = {
            "selection": lambda: dict(definition.get("selection") or []).get(value, value),
            "tags": lambda: ", ".join(tag[1] for tag in definition.get("tags") or [] if tag[0] in value),
            "many2one": lambda: value[1],
            "many2many": lambda: ", ".join(name for __, name in value),
            "date": lambda: fields.Date.to_date(value),
            "datetime": lambda: self._to_local_time(fields.Datetime.to_datetime(value)),
            "html": lambda: html2plaintext(value).strip(),
        }
        return converters.get(definition["type"], lambda: value)()

    @api.model
    def _get_archive_report_contact_fields(self):
        """Hook: columns of the key contacts in the file, as field names."""
        return ["name", "function", "decision_role", "phone", "email", "customer_wechat", "birthday"]

    def _get_report_contacts(self):
        contacts = self.archive_contact_ids
        names = [
            name
            for name in self._get_archive_report_contact_fields()
            if self._has_field_access(self._fields[name], "read") and any(contacts.mapped(name))
        ]
        lines = [[contact._get_report_value(name) for name in names] for contact in contacts]
        columns = [self._get_report_label(name) for name in names]
        return Section("contacts", self.env._("Key Contacts"), columns=columns, lines=lines)

    def _get_report_issues(self):
        """Findings that are open or were waived."""
        issues = self.archive_issue_ids.filtered(lambda issue: issue.state in ("open", "waived"))
        severities, states = (dict(issues._fields[n]._description_selection(self.env)) for n in ("severity", "state"))
        lines = [
            (severities[issue.severity], issue.field_label, issue.waive_reason or issue.message, states[issue.state])
            for issue in issues
        ]
        columns = (
            self.env._("Severity"),
            self.env._("Fact"),
            self.env._("What to Do, or Why Waived"),
            self.env._("Status"),
        )
        return Section("issues", self.env._("Findings"), columns=columns, lines=lines)

    def _get_report_documents(self):
        """Number and amount of the documents of other apps that the reader may see."""
        documents = [document for document in self.archive_documents or [] if document["count"]]
        lines = [(document["label"], document["count"], document.get("amount")) for document in documents]
        columns = (self.env._("Kind"), self.env._("Number"), self.env._("Amount"))
        return Section("documents", self.env._("Documents"), columns=columns, lines=lines)

    def _get_report_changes(self):
        """The last changes of facts that were approved after the archive had become formal."""
        approved = self.archive_change_ids.line_ids.filtered(lambda line: line.state == "approved")
        changes = approved.sorted(lambda line: (line.decided_date, line.id), reverse=True)[:PRINTED_CHANGES]
        lines = [
            (
                self._to_local_time(change.decided_date),
                change.field_label,
                change.old_text,
                change.new_text,
                change.change_id.user_id.name,
                change.decided_by.name,
            )
            for change in changes
        ]
        columns = (
            self.env._("On"),
            self.env._("Fact"),
            self.env._("Old"),
            self.env._("New"),
            self.env._("Proposed by"),
            self.env._("Approved by"),
        )
        return Section("changes", self.env._("Last Changes"), columns=columns, lines=lines)

    # === FILES ===#

    def _get_archive_file_name(self):
        """Name of the printed file without its ending."""
        self.ensure_one()
        return " ".join(filter(None, [self.env._("Customer Archive"), self.archive_number, self.name]))

    @api.model
    def _format_report_value(self, value):
        """A value of a section as text in the reader's language, as paper shows it."""
        if is_blank(value):
            return ""
        if isinstance(value, datetime):
            # UTC leaves the time alone: it is in the reader's time zone already
            return format_datetime(self.env, value, tz="UTC", dt_format="short")
        if isinstance(value, date):
            return format_date(self.env, value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return formatLang(self.env, value, digits=0 if value == int(value) else 2)
        return str(value)

    def _get_printable_archives(self):
        """The archives of these contacts that a file can be made of.

        :raise UserError: when none of the contacts has an archive
        :raise AccessError: when the person may not read one of them
        """
        self.check_access("read")
        archives = self._get_archives()
        if not archives:
            raise UserError(
                self.env._("None of these contacts has a customer archive. Start the archive first, then print it.")
            )
        archives.check_access("read")
        return archives
