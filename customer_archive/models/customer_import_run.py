from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CONTACT, CUSTOMER, GROUP_MANAGER
from .customer_import_row import BAD, CREATED, PENDING

DRAFT, TRIED, RUNNING, DONE, CANCELLED = "draft", "trial", "running", "done", "cancelled"


class CustomerImportRun(models.Model):
    """One workbook on its way into the archives: file, columns, trial, import."""

    _name = "customer.import.run"
    _description = "Import"
    _inherit = ["customer.guard.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    source_id = fields.Many2one(
        "customer.import.source", "From", required=True, index=True, ondelete="restrict", check_company=True,
        help="The system the workbook comes from. The next workbook from there finds columns and values known.",
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    user_id = fields.Many2one("res.users", "Imported by", required=True, default=lambda self: self.env.user, index=True)
    file = fields.Binary("Workbook", required=True, attachment=True)
    filename = fields.Char()
    state = fields.Selection(
        [
            (DRAFT, "File and columns"),
            (TRIED, "Tried out"),
            (RUNNING, "Importing"),
            (DONE, "Imported"),
            (CANCELLED, "Cancelled"),
        ],
        default=DRAFT,
        required=True,
    )
    sheets = fields.Json(readonly=True, exportable=False)
    warnings = fields.Json(readonly=True, exportable=False)
    warning_text = fields.Text("About the File", compute="_compute_warning_text")
    customer_column_ids = fields.One2many(
        "customer.import.column", compute="_compute_columns", inverse="_inverse_columns", string="Columns of Customers"
    )
    contact_column_ids = fields.One2many(
        "customer.import.column", compute="_compute_columns", inverse="_inverse_columns", string="Columns of Contacts"
    )
    map_ids = fields.One2many(
        "customer.import.map", compute="_compute_maps", inverse="_inverse_columns", string="Values"
    )
    unmapped_count = fields.Integer("Unknown Values", compute="_compute_maps")
    row_ids = fields.One2many("customer.import.row", "run_id", "Rows", readonly=True)
    message_row_ids = fields.One2many(
        "customer.import.row", "run_id", "Rows to Check", readonly=True, domain=[("codes", "!=", False)]
    )
    total_count = fields.Integer("Rows in Total", readonly=True)
    done_count = fields.Integer("Rows Done", readonly=True)
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    counts = fields.Json(readonly=True, exportable=False)
    findings = fields.Json(readonly=True, exportable=False)
    texts = fields.Json("Texts of Mapped Facts", readonly=True, exportable=False)
    overview = fields.Json(compute="_compute_overview", exportable=False)
    message_count = fields.Integer("Rows with Messages", compute="_compute_message_count")
    trial_date = fields.Datetime("Tried On", readonly=True)
    start_date = fields.Datetime("Started On", readonly=True)
    batch_date = fields.Datetime("Last Progress On", readonly=True)
    end_date = fields.Datetime("Imported On", readonly=True)

    @api.depends("source_id", "filename")
    def _compute_name(self):
        for run in self:
            run.name = " / ".join(filter(None, (run.source_id.name, run.filename)))

    @api.depends("source_id.column_ids", "sheets")
    def _compute_columns(self):
        for run in self:
            titles = {(sheet["role"], title) for sheet in run.sheets or [] for title in sheet["headers"]}
            columns = run.source_id.column_ids.filtered(lambda c: (c.role, c.header) in titles)  # noqa: B023
            run.customer_column_ids = columns.filtered(lambda c: c.role == CUSTOMER)
            run.contact_column_ids = columns.filtered(lambda c: c.role == CONTACT)

    @api.depends("texts", "source_id.map_ids.is_mapped")
    def _compute_maps(self):
        for run in self:
            texts = run.texts or {}
            run.map_ids = run.source_id.map_ids.filtered(lambda m: m.text in texts.get(m.target, ()))  # noqa: B023
            run.unmapped_count = len(run.map_ids.filtered(lambda m: not m.is_mapped))

    def _inverse_columns(self):
        """Edited lines belong to the source and store themselves."""

    @api.depends("total_count", "done_count")
    def _compute_progress(self):
        for run in self:
            run.progress = 100.0 * run.done_count / run.total_count if run.total_count else 0.0

    @api.depends("counts", "findings", "state")
    @api.depends_context("lang")
    def _compute_overview(self):
        for run in self:
            run.overview = run._get_overview()

    def _get_overview(self):
        """Counts and findings with their labels, for the screen: a list of dict per kind of sheet."""
        Row = self.env["customer.import.row"]
        labels = {
            "planned": dict(Row._fields["planned"]._description_selection(self.env)),
            "state": dict(Row._fields["state"]._description_selection(self.env)),
        }
        return [
            {
                "role": role,
                "label": label,
                "total": sum((self.counts or {}).get(role, {}).values()),
                "counts": [
                    {"key": key, "label": labels[key.split(":")[0]][key.split(":")[1]], "count": count}
                    for key, count in self._rank(self.counts, role)
                ],
                "findings": [
                    {"key": kind, "label": Row._get_kind_label(kind), "count": count}
                    for kind, count in self._rank(self.findings, role)
                ],
            }
            for role, label in Row._fields["role"]._description_selection(self.env)
            if (self.counts or {}).get(role)
        ]

    @api.model
    def _rank(self, figures, role):
        """Figures of one kind of sheet as pairs, the largest first."""
        return sorted((figures or {}).get(role, {}).items(), key=lambda pair: (-pair[1], pair[0]))

    @api.depends("findings", "state")
    def _compute_message_count(self):
        groups = self.env["customer.import.row"]._read_group(
            [("run_id", "in", self.ids), ("codes", "!=", False)], ["run_id"], ["__count"]
        )
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.message_count = counts.get(run.id, 0)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "user_id", "company_id", "state", "sheets", "warnings", "total_count", "done_count", "counts", "findings",
            "texts", "trial_date", "start_date", "batch_date", "end_date",
        }

    @api.model
    def _get_guarded_create_values(self):
        return {"state": (DRAFT,), "user_id": (self.env.uid,), "company_id": tuple(self.env.companies.ids)}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        if kept := self.filtered(lambda run: run.state in (RUNNING, DONE))[:1]:
            raise UserError(
                self.env._("“%s” brought customers in: it stays as the proof of where they come from.", kept.name)
            )

    def _check_step(self, *states):
        """Refuse a button to whoever may not import, and in another state than the button is for."""
        self.ensure_one()
        self.env["customer.import.source"]._check_importer()
        self.check_access("write")
        if self.user_id != self.env.user and not self.env.user.has_group(GROUP_MANAGER):
            raise UserError(self.env._("This is an import of %s: only a manager goes on with it.", self.user_id.name))
        if self.state not in states:
            label = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(self.env._("This import is “%s” by now: reload the page.", label))

    def _set(self, **values):
        # sudo: figures and state are set by the buttons only, which checked the right of the person
        self.sudo().write(values)

    def action_read(self):
        """Read the chosen workbook: saving the import did so, this button only stays on the page."""
        self._check_step(DRAFT)

    def action_cancel(self):
        """Give the import up; rows that were imported stay."""
        self._check_step(DRAFT, TRIED, RUNNING)
        self._set(state=CANCELLED)

    def action_reset(self):
        """Go back to the columns: the result of the trial is dropped."""
        self._check_step(TRIED, CANCELLED)
        if self.done_count:
            raise UserError(self.env._("Part of this workbook was imported: upload it again for another import."))
        self._drop_trial()

    def _drop_trial(self):
        # sudo: rows belong to the run and are written by its buttons only
        self.sudo().row_ids.unlink()
        self._set(state=DRAFT, counts=False, findings=False, texts=False, total_count=0, done_count=0)

    def _get_row_counts(self, field):
        """Number of rows by what the trial says or what became of them.

        :param field: ``planned`` or ``state``; rows that cannot be imported count as such in both
        :return: dict of role → dict of ``field:value`` → number
        """
        self.flush_recordset()
        counts = {}
        # sudo: figures of the run, whose reading was allowed
        groups = self.env["customer.import.row"].sudo()._read_group(
            [("run_id", "=", self.id)], ["role", "state", "planned"], ["__count"]
        )
        for role, state, planned, count in groups:
            by_state = field == "state" or state in (BAD,) or not planned
            key = f"state:{state}" if by_state else f"planned:{planned}"
            figures = counts.setdefault(role, {})
            figures[key] = figures.get(key, 0) + count
        return counts

    #=== VIEWS OF THE RESULT ===#

    def action_view_rows(self, role=False, key=False):
        """Open the rows of the import.

        :param role: ``customer`` or ``contact``
        :param key: ``state:…``, ``planned:…``, or a kind of message as in ``customer.import.row._get_message_kind``
        """
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_import_row_action")
        domain = [("run_id", "=", self.id)] + ([("role", "=", role)] if role else [])
        field, __, value = (key or "").partition(":")
        if field == "state":
            domain.append(("state", "=", value))
        elif field == "planned":
            domain += [("planned", "=", value), ("state", "!=", BAD)]
        elif key:
            domain.append(("codes", "like", f",{key},"))
        return dict(action, domain=domain)

    def action_view_messages(self):
        """Open the rows that something was found out about."""
        action = self.action_view_rows()
        return dict(action, domain=action["domain"] + [("codes", "!=", False)])

    def action_view_archives(self):
        """Open the archives that this import created or changed."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        domain = [("archive_import_row_ids", "any", [("run_id", "=", self.id), ("state", "!=", PENDING)])]
        return dict(action, domain=domain)

    def action_view_findings(self):
        """Open the findings on the archives of this import."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_data_issue_action")
        return dict(action, domain=[("partner_id.archive_import_row_ids.run_id", "=", self.id)])

    def action_download_messages(self):
        """Download the rows with messages as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_archive/import/{self.id}/messages",
            "target": "download",
        }

    def _get_created_count(self):
        """Number of customers that this import created so far."""
        return (self.counts or {}).get(CUSTOMER, {}).get(f"state:{CREATED}", 0)
