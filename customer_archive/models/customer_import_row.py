from odoo import api, fields, models
from odoo.fields import Domain

from ..const import IMPORT_ROLES, STOP, WARNING

PENDING, BAD, SKIPPED = "pending", "bad", "skipped"
CREATED, UPDATED, PROPOSED, UNCHANGED = "created", "updated", "proposed", "unchanged"


class CustomerImportRow(models.Model):
    """One row of an imported workbook as it was, what became of it, and what was found out about it."""

    _name = "customer.import.row"
    _description = "Row of an Import"
    _order = "run_id, role desc, row_number, id"
    _rec_name = "key"

    run_id = fields.Many2one("customer.import.run", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    role = fields.Selection(IMPORT_ROLES, "Kind", required=True)
    sheet = fields.Char()
    row_number = fields.Integer("Row", aggregator=False, help="As in the sheet: the titles are row 1.")
    values = fields.Json("Original Values", exportable=False)
    name = fields.Char()
    key = fields.Char("Key in the Source")
    parent_key = fields.Char("Key of the Customer")
    code = fields.Char("Tax Code")
    state = fields.Selection(
        [
            (PENDING, "To import"),
            (BAD, "Cannot be imported"),
            (CREATED, "Created"),
            (UPDATED, "Updated"),
            (PROPOSED, "Change proposed"),
            (UNCHANGED, "Unchanged"),
            (SKIPPED, "Skipped"),
        ],
        default=PENDING,
        required=True,
    )
    planned = fields.Selection(
        [
            (CREATED, "Create"),
            (UPDATED, "Update"),
            (PROPOSED, "Propose a change"),
            (UNCHANGED, "Unchanged"),
            (SKIPPED, "Skip"),
        ],
        "Trial Says",
    )
    partner_id = fields.Many2one("res.partner", "Became", index="btree_not_null", ondelete="set null")
    messages = fields.Json(exportable=False)
    codes = fields.Char("Kinds of Messages")
    has_messages = fields.Boolean(compute="_compute_has_messages", search="_search_has_messages")
    message_text = fields.Text("What Was Found", compute="_compute_message_text")
    values_text = fields.Text("The Row as It Was", compute="_compute_values_text")

    _run_state_idx = models.Index("(run_id, state, role DESC, row_number)")
    _run_key_idx = models.Index("(run_id, role, key)")
    _run_parent_idx = models.Index("(run_id, parent_key) WHERE parent_key IS NOT NULL")
    _run_code_idx = models.Index("(run_id, code) WHERE code IS NOT NULL")

    @api.depends("codes")
    def _compute_has_messages(self):
        for row in self:
            row.has_messages = bool(row.codes)

    def _search_has_messages(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("codes", "!=" if True in value else "=", False)

    @api.depends("messages")
    @api.depends_context("lang")
    def _compute_message_text(self):
        for row in self:
            row.message_text = "\n".join(
                ": ".join(filter(None, (message["column"], row._get_reason(message)))) for message in row.messages or []
            )

    @api.depends("values")
    def _compute_values_text(self):
        for row in self:
            row.values_text = "\n".join(f"{header}: {value}" for header, value in (row.values or {}).items())

    def _get_message_lines(self):
        """Hook: the lines of one row in the workbook of rows with messages (see ``_get_message_workbook``)."""
        self.ensure_one()
        arrives = self.env._("no") if self.state == BAD else self.env._("yes")
        return [
            [
                self.row_number,
                self.sheet,
                message["column"],
                message["value"],
                self._get_reason(message),
                arrives,
                self.key,
            ]
            for message in self.messages or []
        ]

    @api.model
    def _prepare_message(self, code, severity=WARNING, *, field="", column="", value="", **params):
        """One thing found out about a row.

        :param code: key of ``_get_reasons``
        :param severity: ``stop`` (the row cannot arrive), ``error`` or ``warning``
        :param field: field of ``res.partner`` that it is about
        :param column: title in the workbook
        :param value: text of the cell
        """
        return {
            "code": code,
            "severity": severity,
            "field": field,
            "column": column,
            "value": value,
            "params": params,
        }

    @api.model
    def _get_message_kind(self, message):
        """Hook: what messages are counted by: ``code:field``."""
        return f"{message['code']}:{message['field']}"

    @api.model
    def _prepare_state(self, state, messages, **values):
        """Values of a row that was looked at."""
        kinds = sorted({self._get_message_kind(message) for message in messages})
        return {"state": state, "messages": messages, "codes": f",{','.join(kinds)}," if kinds else False, **values}

    @api.model
    def _get_reasons(self):
        """Hook: code of a message → sentence that says the mend, with the message's parameters."""
        return {
            **self.env["customer.data.issue"]._get_messages(),
            "missing_name": self.env._("The row has no name: enter it in the workbook."),
            "duplicate_key": self.env._("Row %(row)s has the same key: keep one of the two."),
            "duplicate_code": self.env._(
                "Row %(row)s has the same tax code: merge the two or correct one after the import."
            ),
            "shared_code": self.env._("“%(archive)s” has the same tax code: they may be one customer."),
            "parent_empty": self.env._("The row does not say whose contact this is."),
            "parent_missing": self.env._("No customer has the key “%(key)s”, in this workbook or in earlier imports."),
            "parent_bad": self.env._("The customer “%(key)s” cannot be imported: see there."),
            "archive_closed": self.env._("The archive is closed: reopen it first if the row is to change it."),
            "overwritten": self.env._(
                "%(old)s was entered by hand after the last import; the workbook has a new value."
            ),
            "level_kept": self.env._(
                "A person set the level “%(level)s” meanwhile: it stays. The workbook says “%(value)s”."
            ),
            "row_failed": self.env._("Refused: %(error)s"),
            "company_secret": self.env._("The row is a company: this fact is one of people, and is left out."),
        }

    def _get_reason(self, message):
        """The sentence of one message in the user's language."""
        template = self._get_reasons().get(message["code"], message["code"])
        label = self.env["res.partner"]._get_fact_label(message["field"]) if message["field"] else ""
        return template % {"fact": label, "value": message["value"], **message["params"]}

    @api.model
    def _get_kind_label(self, kind):
        """What a kind of message is called: ``code:field`` as in ``_get_message_kind``."""
        code, __, field = kind.partition(":")
        label = self._get_kind_labels().get(code, code)
        if code not in ("missing", "import_value", "negative", "date_odd", "overwritten"):
            return label
        return f"{label}: {self.env['res.partner']._get_fact_label(field)}"

    @api.model
    def _get_kind_labels(self):
        """Hook: code of a message → what lists call it."""
        codes = self.env["customer.data.issue"]._fields["code"]._description_selection(self.env)
        return {
            **dict(codes),
            "missing_name": self.env._("No name"),
            "duplicate_key": self.env._("Same key twice"),
            "duplicate_code": self.env._("Same tax code as an earlier row"),
            "shared_code": self.env._("Same tax code as an archive"),
            "parent_empty": self.env._("Contact without a customer"),
            "parent_missing": self.env._("Contact of an unknown customer"),
            "parent_bad": self.env._("Contact of a customer that cannot be imported"),
            "archive_closed": self.env._("Closed archive"),
            "overwritten": self.env._("Replaced by the workbook"),
            "level_kept": self.env._("Level set by hand stays"),
            "row_failed": self.env._("Refused"),
            "company_secret": self.env._("Fact of people on a company"),
        }

    def _is_stopped(self, messages):
        """Whether one of these messages keeps the row from arriving."""
        return any(message["severity"] == STOP for message in messages)

    def action_open_partner(self):
        """Open what the row became."""
        self.ensure_one()
        return self.partner_id.action_open_archive() if self.partner_id else False
