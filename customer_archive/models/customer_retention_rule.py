from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CLOSED, DRAFT, GROUP_AUDITOR, GROUP_MANAGER

TRYING, ACTIVE = "draft", "active"


class CustomerRetentionRule(models.Model):
    """How long personal data is kept, and what happens then. Nothing happens before somebody switches a rule on."""

    _name = "customer.retention.rule"
    _description = "Retention Rule"
    _inherit = ["customer.guard.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", help="Empty: the archives of every company.")
    subject = fields.Selection(
        [
            ("closed", "People of closed archives"),
            ("draft", "Archives that were never approved"),
            ("idle", "Individuals without any document"),
            ("left", "Hidden contacts"),
            ("refused", "Entries of the public page that nobody took over"),
            ("kept", "Names whose documents need not be kept any longer"),
            ("file", "Workbooks of finished imports"),
            ("copy", "Copies handed out to people"),
        ],
        "What",
        required=True,
    )
    months = fields.Integer("Kept for (Months)", required=True, default=36, help="Since the last change.")
    action = fields.Selection(
        [("propose", "Propose the erasure to a second person"), ("erase", "Erase at night")],
        "Then",
        required=True,
        default="propose",
    )
    state = fields.Selection([(TRYING, "Switched off"), (ACTIVE, "Switched on")], default=TRYING, required=True)
    note = fields.Text("Reason", translate=True, help="Why this period: the law or the company’s own policy.")
    activated_by = fields.Many2one("res.users", readonly=True)
    activated_date = fields.Datetime(readonly=True)
    edited_by = fields.Many2one("res.users", "Last Edited by", readonly=True)
    last_run = fields.Datetime("Last Applied On", readonly=True)
    done_count = fields.Integer("Erased in Total", readonly=True)
    due_count = fields.Integer("Due Now", compute="_compute_due_count")

    _months_positive = models.Constraint("CHECK (months >= 0)", "A period cannot be negative.")

    @api.constrains("subject", "action")
    def _check_action(self):
        for rule in self:
            if rule.action == "propose" and rule.subject in ("file", "copy"):
                raise ValidationError(self.env._("Files are deleted without a proposal: choose “Erase at night”."))

    #=== GUARD ===#

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "state", "activated_by", "activated_date", "edited_by", "last_run", "done_count",
        }

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "state": (TRYING,)}

    @api.model
    def _get_deciding_fields(self):
        """What decides on whom a rule meets: a change of it switches the rule off."""
        return {"company_id", "subject", "months", "action"}

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        # sudo: set by this model only
        rules.sudo().edited_by = self.env.uid
        return rules

    def write(self, vals):
        result = super().write(vals)
        if self._get_deciding_fields() & vals.keys():
            # sudo: as above; another person looks at the changed rule before it erases anybody
            super(CustomerRetentionRule, self.sudo()).write(
                {"state": TRYING, "activated_by": False, "activated_date": False, "edited_by": self.env.uid}
            )
        return result

    def action_activate(self):
        """Switch a rule on; by another person than the one who wrote it, as nobody is asked at night."""
        self.ensure_one()
        user = self.env.user
        self.check_access("read")
        if not any(user.has_group(group) for group in (GROUP_MANAGER, GROUP_AUDITOR)):
            raise AccessError(self.env._("A manager or an auditor switches a rule on."))
        if self.edited_by == user:
            raise AccessError(self.env._("You wrote this rule yourself: another person switches it on."))
        # sudo: see above
        self.sudo().write({"state": ACTIVE, "activated_by": user.id, "activated_date": fields.Datetime.now()})

    def action_deactivate(self):
        """Switch a rule off."""
        self.check_access("write")
        # sudo: set by the buttons only
        self.sudo().write({"state": TRYING, "activated_by": False, "activated_date": False})

    #=== WHOM IT MEETS ===#

    @api.depends("subject", "months", "company_id")
    def _compute_due_count(self):
        for rule in self:
            # sudo: a rule meets what its editor may not read; only the number is shown
            rule.due_count = rule.subject and rule._get_model().sudo().search_count(rule._get_due_domain())

    def _get_model(self):
        """The model that the subject is about."""
        self.ensure_one()
        name = {"file": "ir.attachment", "copy": "ir.attachment"}.get(self.subject, "res.partner")
        return self.env[name].with_context(active_test=False)

    def _get_due_domain(self, today=None):
        """What is due on a day, as a domain of ``_get_model``."""
        self.ensure_one()
        today = today or fields.Date.today()
        cutoff = fields.Datetime.to_datetime(today - relativedelta(months=self.months))
        return self._get_subject_domains(today, cutoff)[self.subject]

    def _get_subject_domains(self, today, cutoff):
        """Hook: what each subject is about: dict of key of ``subject`` → domain.

        :param today: day on which is judged
        :param cutoff: last moment of a change that is old enough
        """
        old = Domain("write_date", "<", cutoff)
        root = "commercial_partner_id"
        people = self._get_people_domain(cutoff)
        waiting = Domain(f"{root}.archive_approved_by", "=", False) & Domain(f"{root}.archive_number", "=", False)
        drafts = Domain(f"{root}.archive_state", "=", DRAFT) & waiting
        entered = Domain(f"{root}.archive_source", "=", "web") & Domain(f"{root}.archive_submitted_by", "=", False)
        return {
            "closed": people & Domain(f"{root}.archive_state", "=", CLOSED),
            "draft": people & drafts,
            "idle": people & Domain("archive_state", "!=", False) & self._get_idle_domain(),
            "left": people & Domain("active", "=", False) & Domain("archive_scope", "!=", False),
            "refused": people & drafts & entered,
            "kept": Domain("customer_kept_until", "<", today),
            "file": old & self._get_file_domain(),
            "copy": old & Domain("res_model", "=", "customer.privacy.request"),
        }

    def _get_people_domain(self, cutoff):
        """People of archives that nobody changed for long and who cannot log in."""
        root = "commercial_partner_id"
        domain = Domain("is_company", "=", False) & Domain("customer_erased_date", "=", False)
        domain &= Domain("write_date", "<", cutoff) & Domain(f"{root}.write_date", "<", cutoff)
        domain &= Domain("archive_scope", "!=", False) & Domain("user_ids", "=", False)
        # sudo: the contacts of all our own companies
        domain &= Domain("id", "not in", self.env["res.company"].sudo().search_fetch([], ["partner_id"]).partner_id.ids)
        if self.company_id:
            domain &= Domain(f"{root}.archive_company_id", "=", self.company_id.id)
        return domain

    def _get_idle_domain(self):
        """Hook: individuals without any document that the law wants kept."""
        domain = Domain.TRUE
        for document in self.env["customer.privacy.keeper"]._get_kept_documents():
            if document["model"] in self.env:
                domain &= self._get_unused_domain(document)
        return domain

    def _get_unused_domain(self, document):
        # sudo: a document counts whoever may see it
        model = self.env[document["model"]].sudo().with_context(active_test=False)
        used = model._search(document["domain"])
        return Domain.custom(
            to_sql=lambda partner, alias, query: SQL(
                "NOT EXISTS (SELECT FROM %s d WHERE d.%s = %s AND d.id IN %s)",
                SQL.identifier(model._table),
                SQL.identifier(document["partner_fields"][0]),
                SQL.identifier(alias, "id"),
                used.subselect(),
            )
        )

    def _get_file_domain(self):
        runs = self.env["customer.import.run"].sudo()._search([("state", "in", ("done", "cancelled"))])
        mine = Domain("res_model", "=", "customer.import.run") & Domain("res_field", "=", "file")
        return mine & Domain("res_id", "in", runs)

    def action_view_due(self):
        """Trial run: list what the rule would meet now. Nothing is written."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the list itself shows what the person may read
        ids = self._get_model().sudo().search(self._get_due_domain(), limit=1000).ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Due: %s", self.name),
            "res_model": self._get_model()._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", ids)],
            "context": {"active_test": False, "create": False, "delete": False},
        }
