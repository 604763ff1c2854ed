from dataclasses import dataclass, field
from datetime import date

from odoo import Command, api, models
from odoo.tools import plaintext2html

from ..const import CLOSED, CONTROLLED_STATES, CUSTOMER, DRAFT, STOP
from ..tools import legacy
from ..tools import values as cells
from ..tools.sealed_value import is_masked
from .customer_import_row import CREATED, PROPOSED, SKIPPED, UNCHANGED, UPDATED


class UnreadableError(ValueError):
    """A cell that cannot become a fact: the fact stays empty and the text goes to a finding."""


@dataclass
class PreparedRow:
    """A row on its way: the facts it brings, what was found out about it, and what is to be done with it."""

    row: models.Model
    mapping: dict
    cells: dict
    known: models.Model
    partner: models.Model
    values: dict = field(default_factory=dict)
    unread: set = field(default_factory=set)
    messages: list = field(default_factory=list)
    parent: models.Model | None = None
    place: dict = field(default_factory=dict)
    plan: str | bool = False
    changes: dict = field(default_factory=dict)
    shown: dict = field(default_factory=dict)

    def get_column(self, name):
        """Title of the column that fills a field, or an empty text."""
        return next((header for header, target in self.mapping.items() if target["field"] == name), "")

    def get_text(self, name):
        """Text of the cell that fills a field, as it may be stored and shown."""
        value = self.shown.get(self.get_column(name))
        return "" if value is None else str(value)


class CustomerImportRun(models.Model):
    """From the cells of a row to facts of a contact: the same way in the trial and in the import."""

    _inherit = "customer.import.run"
    _name = "customer.import.run"

    def _prepare_rows(self, rows, memory):
        """Find out what a set of rows of one kind brings, in a number of queries that does not grow with it.

        :param rows: ``customer.import.row`` records
        :param memory: dict of customer key → values; fills up in a trial, where parents of contacts do not exist yet
        :return: list of ``PreparedRow``
        """
        context = self._get_prepare_context(rows, memory)
        prepared = [self._prepare_row(row, context) for row in rows]
        self._find_faults(prepared, context)
        for item in prepared:
            item.plan = self._plan_row(item)
        return prepared

    def _get_prepare_context(self, rows, memory):
        """What the preparation of a set of rows looks up, read at once."""
        role = rows[:1].role
        context = {
            "role": role,
            "memory": memory,
            "lookup": self.env["customer.import.map"]._get_lookup(self.source_id),
            "parsers": self._get_import_parsers(),
            "mappings": {
                sheet["name"]: self.source_id._get_mapping(role, sheet["headers"])
                for sheet in self.sheets if sheet["role"] == role
            },
            "known": self._get_known(role, rows.mapped("key")),
            "first_keys": self._get_first_rows(role, "key", rows.mapped("key")),
            "templates": {},
        }
        self._read_secrets(rows, context["known"])
        get_more = self._get_customer_context if role == CUSTOMER else self._get_contact_context
        return {**context, **get_more(rows)}

    def _get_known(self, role, keys):
        """Records of earlier rows: dict of key → ``customer.import.key``."""
        # sudo: what was imported from the source does not depend on who asks
        records = self.env["customer.import.key"].sudo().search(
            [("source_id", "=", self.source_id.id), ("role", "=", role), ("key", "in", [k for k in keys if k])]
        )
        return {record.key: record for record in records}

    def _get_first_rows(self, role, name, texts):
        """Number of the first row of this run that has each text in the column ``name`` of the row."""
        # sudo: rows of the run that is prepared
        groups = self.env["customer.import.row"].sudo()._read_group(
            [("run_id", "=", self.id), ("role", "=", role), (name, "in", [text for text in texts if text])],
            [name],
            ["row_number:min"],
        )
        return dict(groups)

    def _get_contact_context(self, rows):
        keys = rows.mapped("parent_key")
        # sudo: see _get_first_rows
        bad = self.env["customer.import.row"].sudo().search(
            [("run_id", "=", self.id), ("role", "=", CUSTOMER), ("key", "in", keys), ("state", "=", "bad")]
        )
        return {"parents": self._get_known(CUSTOMER, keys), "bad_parents": set(bad.mapped("key"))}

    def _get_customer_context(self, rows):
        # sudo: see _get_first_rows
        Row = self.env["customer.import.row"].sudo()
        contacts = Row._read_group([("run_id", "=", self.id), ("parent_key", "in", rows.mapped("key"))], ["parent_key"])
        return {
            "first_codes": self._get_first_rows(CUSTOMER, "code", rows.mapped("code")),
            "shared_codes": self._get_shared_codes(rows),
            "with_contacts": {key for [key] in contacts},
        }

    def _get_shared_codes(self, rows):
        """Archives that have the tax code of a row and are no row of this workbook: dict of code → archive."""
        codes = [code for code in rows.mapped("code") if code]
        domain = [("vat", "in", codes), ("archive_state", "not in", [False, CLOSED])]
        # sudo: that a code is taken is told even where the archive may not be read
        archives = self.env["res.partner"].sudo().search(domain, order="id")
        keys = self.env["customer.import.key"].sudo().search(
            [("source_id", "=", self.source_id.id), ("partner_id", "in", archives.ids)]
        )
        own = self._get_first_rows(CUSTOMER, "key", keys.mapped("key"))
        archives -= keys.filtered(lambda key: key.key in own).partner_id
        return {archive.vat: archive for archive in reversed(archives)}

    def _prepare_row(self, row, context):
        known = context["known"].get(row.key) or self.env["customer.import.key"].sudo()
        # Read once: each access to a Json field copies it.
        shown = row.values
        cells = {**shown, **row._open_secrets()}
        item = PreparedRow(row, context["mappings"][row.sheet], cells, known, known.partner_id.sudo(False), shown=shown)
        self._parse_cells(item, context)
        self._check_row(item, context)
        if context["role"] == CUSTOMER:
            self._complete_customer(item, context)
        else:
            self._complete_contact(item, context)
        partner_model = self._get_import_partners()
        item.values = partner_model._normalize_archive_vals(item.values)
        return item

    def _parse_cells(self, item, context):
        """Read the mapped cells of one row into facts."""
        for header, target in item.mapping.items():
            if not target["field"]:
                continue
            cell = item.cells.get(header)
            try:
                blank = cell is None or not str(cell).strip()
                value = False if blank else context["parsers"][target["kind"]](target, cell, context)
            except UnreadableError:
                value = False
                item.unread.add(target["field"])
                self._add_message(item, "import_value", field=target["field"])
            if value or target["kind"] != "tag":
                # an empty or unknown tag takes none away from those that people set
                item.values[target["field"]] = value

    def _add_message(self, item, code, *args, field="", **params):
        column = item.get_column(field)
        value = item.get_text(field)
        Row = self.env["customer.import.row"]
        item.messages.append(Row._prepare_message(code, *args, field=field, column=column, value=value, **params))

    #=== CELLS ===#

    @api.model
    def _get_import_parsers(self):
        """Hook: kind of a target → method (target, cell, context) that returns the value in write format.

        A method raises ``UnreadableError`` for a text that it cannot read without guessing.
        """
        return {
            "text": self._parse_text,
            "label": self._parse_text,
            "html": lambda target, cell, context: plaintext2html(str(cell).strip()),
            "int": lambda target, cell, context: self._parse_number(target, cells.parse_int(cell)),
            "decimal": lambda target, cell, context: self._parse_number(target, cells.parse_decimal(cell)),
            "date": self._parse_date,
            "flag": self._parse_flag,
            "map": self._parse_map,
            "tag": self._parse_tag,
        }

    @api.model
    def _parse_text(self, target, cell, _context):
        text = self._get_cell_text(cell)
        if not self.source_id._is_secret_target(target):
            return text
        if is_masked(text):
            # the former system gave its mask away, not the value
            raise UnreadableError
        return self.env["res.partner"]._fields[target["field"]]._normalize(text)

    @api.model
    def _parse_number(self, target, number):
        if number is None or number < target["min"]:
            raise UnreadableError
        return number if isinstance(number, int) else float(number)

    @api.model
    def _parse_date(self, _target, cell, _context):
        day = cells.parse_date(cell)
        if day is None:
            raise UnreadableError
        return date.isoformat(day)

    @api.model
    def _parse_flag(self, target, cell, _context):
        flag = cells.parse_bool(cell)
        if flag is None:
            raise UnreadableError
        return target["yes"] if flag else False

    @api.model
    def _parse_map(self, target, cell, context):
        """A text that the source does not know leaves the fact empty; it is listed among the values to map."""
        return context["lookup"].get(self._get_target_key(target), {}).get(self._get_cell_text(cell), False)

    @api.model
    def _parse_tag(self, target, cell, context):
        """The tag that a text stands for comes to those that the customer has."""
        tag = self._parse_map(target, cell, context)
        # a list, not a Command: it is compared with what came back from JSON
        return tag and [[Command.LINK, tag, 0]]

    #=== ROWS ===#

    def _check_row(self, item, context):
        """Hook: what keeps one row from arriving, beside what the archive's own checks find."""
        row = item.row
        if not row.name:
            self._add_message(item, "missing_name", STOP, field="name")
        first = context["first_keys"].get(row.key, row.row_number)
        if first < row.row_number:
            self._add_message(item, "duplicate_key", STOP, row=first)

    def _complete_customer(self, item, context):
        """Facts of a customer that stand in no column: company or individual, country."""
        facts = item.values
        facts["is_company"] = not self._is_row_person(item.row)
        if facts["is_company"]:
            self._drop_secrets(item)
        state = self.env["res.country.state"].browse(facts.get("state_id") or [])
        facts["country_id"] = facts.get("country_id") or state.country_id.id or self.company_id.country_id.id
        context["memory"][item.row.key] = facts
        self._check_codes(item, context)

    def _is_row_person(self, row):
        """Hook: whether a row of the customers' sheet is an individual; see ``tools.legacy.is_person``."""
        return legacy.is_person(row.name or "", row.code or "")

    def _check_codes(self, item, context):
        """Tell of rows and archives that have the same tax code; they arrive all the same."""
        row = item.row
        first = context["first_codes"].get(row.code, row.row_number)
        archive = context["shared_codes"].get(row.code)
        if first < row.row_number:
            self._add_message(item, "duplicate_code", field="vat", row=first)
        elif archive and archive != item.partner:
            self._add_message(item, "shared_code", field="vat", archive=archive.sudo(False)._get_import_label())

    def _complete_contact(self, item, context):
        """Whose contact a row is."""
        key = item.row.parent_key
        known = context["parents"].get(key)
        item.parent = known.partner_id.sudo(False) if known else self.env["res.partner"]
        if not key:
            self._add_message(item, "parent_empty", STOP)
        elif key in context["bad_parents"] and not known:
            self._add_message(item, "parent_bad", STOP, key=key)
        elif not known and key not in context["memory"]:
            self._add_message(item, "parent_missing", STOP, key=key)
        country = item.parent.country_id.id or context["memory"].get(key, {}).get("country_id")
        item.place = {"country_id": country}

    #=== FINDINGS ===#

    def _find_faults(self, prepared, context):
        """Run the archive's own checks on rows that are no contacts yet, so that trial and archive agree."""
        Partner = self._get_import_partners()
        drafts = [Partner.new(self._prepare_check_values(item, context)) for item in prepared]
        items = {draft.id: item for draft, item in zip(drafts, prepared, strict=True)}
        checked = Partner.concat(*drafts)
        if context["role"] != CUSTOMER:
            # Contacts are checked through the archive that they belong to.
            checked = Partner.new({"name": "-"})
            checked.child_ids = Partner.concat(*drafts)
        for partner, finding in Partner._find_import_faults(checked):
            if item := items.get(partner.id):
                self._add_finding(item, finding, context)

    def _add_finding(self, item, finding, context):
        if finding.field == "archive_contact_ids" and item.row.key in context.get("with_contacts", ()):
            return
        self._add_message(item, finding.code, finding.severity, field=finding.field)

    def _prepare_check_values(self, item, context):
        if context["role"] == CUSTOMER:
            return self._prepare_customer(item, context)
        return {**item.place, **item.values}

    def _prepare_customer(self, item, context):
        """Hook: values of a new archive from one row, in write format."""
        Partner = self._get_import_partners()
        facts = item.values
        source = self.source_id
        owner = self.env["res.users"].browse(facts.get("user_id") or source.owner_id.id or [])
        team = owner.sudo().sale_team_id or source.sudo().team_id
        return {
            **Partner._prepare_archive_defaults(),
            **{name: value for name, value in facts.items() if value},
            "is_company": facts["is_company"],
            "archive_state": DRAFT,
            "archive_source": "import",
            "archive_company_id": self.company_id.id,
            "archive_access": source.archive_access or self.company_id.archive_default_access,
            "archive_template_id": self._get_template(facts, context).id,
            "user_id": owner.id,
            "archive_team_id": team.id,
        }

    def _get_template(self, facts, context):
        """The template of a kind of customer, looked up once per set of rows."""
        kind = (facts["is_company"], facts["country_id"])
        if kind not in context["templates"]:
            draft = self.env["res.partner"].new({"country_id": kind[1], "archive_company_id": self.company_id.id})
            template = self.env["customer.archive.template"]._match(kind[0], draft._is_domestic(), self.company_id)
            context["templates"][kind] = template
        return context["templates"][kind]

    #=== WHAT TO DO ===#

    def _plan_row(self, item):
        """What is to be done with one row; fills ``changes`` of a row that is known."""
        if item.row._is_stopped(item.messages):
            return False
        if not item.known:
            return CREATED
        item.changes = self._get_row_changes(item)
        if not item.changes:
            return UNCHANGED
        state = item.partner.archive_state
        if state == CLOSED:
            self._add_message(item, "archive_closed")
            return SKIPPED
        controlled = item.changes.keys() & set(item.partner._get_archive_controlled_fields())
        if state in CONTROLLED_STATES and controlled:
            return PROPOSED
        self._note_overwritten(item)
        return UPDATED

    def _get_row_changes(self, item):
        """Facts that the row has new since the last import and the contact has not."""
        old = item.known._open_values()
        return {
            name: value
            for name, value in item.values.items()
            if name not in item.unread
            and (value or False) != (old.get(name) or False)
            and item.partner._is_guarded_change(name, value)
        }

    def _note_overwritten(self, item):
        """Tell of facts that a person changed after the last import and that the workbook now changes as well."""
        old = item.known._open_values()
        for name in item.changes:
            present = item.partner._get_fact(name)
            if name in old and present and self._was_changed_since(item.partner, name, old[name]):
                field = item.partner._fields[name]
                text = field.convert_to_export(item.partner[name], item.partner)
                self._add_message(item, "overwritten", field=name, old=text)

    @api.model
    def _was_changed_since(self, partner, name, old):
        """Whether a contact has another fact by now than the last import brought."""
        return partner._is_guarded_change(name, old)

    def _get_import_partners(self):
        """The contacts, as imports write them: see ``res.partner._get_archive_normalizers``."""
        return self.env["res.partner"].with_company(self.company_id).with_context(archive_import=True)
