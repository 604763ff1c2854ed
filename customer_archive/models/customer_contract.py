from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import CONTRACT_STATES
from ..tools import contract
from ..tools.contract import RUNNING, Terms


class CustomerContract(models.Model):
    """A contract with a customer. Its state follows from its dates and from what people did; nobody sets it.

    What was signed stays as it was signed: other terms are another version, which takes the place of this one on its
    first day.
    """

    _name = "customer.contract"
    _description = "Contract"
    _inherit = [
        "portal.mixin", "mail.thread", "mail.activity.mixin", "customer.guard.mixin", "customer.link.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["number", "name", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char("Subject", required=True, tracking=True)
    number = fields.Char(
        "Contract Number", copy=False, tracking=True, help="Empty: the next number is taken when it is saved."
    )
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=False)
    previous_id = fields.Many2one(
        "customer.contract", "Takes the Place of", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many("customer.contract", "previous_id", "Later Versions", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict", tracking=True, check_company=True,
        domain=[("archive_state", "!=", False)],
    )
    contact_id = fields.Many2one(
        "res.partner", "Signs for the Customer", ondelete="set null", index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users", "In Charge", tracking=True, index="btree_not_null", default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    kind_id = fields.Many2one("customer.contract.kind", ondelete="restrict", check_company=True, tracking=True)
    amount = fields.Monetary("Contract Amount", tracking=True)
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False, precompute=True, required=True
    )
    date_start = fields.Date("Begins on", required=True, default=fields.Date.context_today, tracking=True)
    date_end = fields.Date("Ends on", tracking=True, help="Last day. Empty: without end.")
    renewal_months = fields.Integer(
        "Renews for (months)", compute="_compute_usual_days", store=True, readonly=False, precompute=True,
        aggregator=False, tracking=True, help="0: it ends when its time is over.",
    )
    notice_days = fields.Integer(
        "Notice (days)", compute="_compute_usual_days", store=True, readonly=False, precompute=True, aggregator=False,
        tracking=True, help="How long before the end of a period notice is to be given.",
    )
    warn_days = fields.Integer(
        "Warn (days)", compute="_compute_usual_days", store=True, readonly=False, precompute=True, aggregator=False,
        help="How long before the last day for a decision the person in charge is warned.",
    )
    text_file = fields.Binary("Text of the Contract", attachment=True, copy=False)
    text_file_name = fields.Char("Name of the File", copy=False)
    note = fields.Html("Notes", help="For colleagues; the customer does not see them.")
    sent_date = fields.Datetime("Sent for Signature", readonly=True, copy=False)
    signed_date = fields.Date("Signed On", readonly=True, copy=False, tracking=True)
    signed_by = fields.Char(readonly=True, copy=False, help="Who signed for the customer.")
    signature = fields.Image(readonly=True, copy=False, max_width=1024, max_height=1024)
    signed_address = fields.Char(
        "Signed From", readonly=True, copy=False, groups="customer_archive.group_auditor",
        help="Network address of the person who signed on the portal.",
    )
    signed_digest = fields.Char(
        "Fingerprint of the Text", readonly=True, copy=False, help="SHA-256 of the file as it was signed."
    )
    terminated_date = fields.Date("Terminated as of", readonly=True, copy=False, tracking=True, help="Last day.")
    cancelled_date = fields.Date(readonly=True, copy=False)
    end_reason = fields.Char("Why It Ended", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        CONTRACT_STATES, compute="_compute_standing", compute_sudo=True, store=True, index=True, tracking=True
    )
    period_end = fields.Date("Runs Until", compute="_compute_standing", compute_sudo=True, store=True)
    decide_by = fields.Date(
        "Decide by", compute="_compute_standing", compute_sudo=True, store=True,
        help="Last day on which notice can be given, or a renewal be agreed on in time.",
    )
    changes_on = fields.Date(
        compute="_compute_standing", compute_sudo=True, store=True, index="btree_not_null", exportable=False
    )
    document_ids = fields.One2many("customer.contract.document", "contract_id", "Orders and Other Documents")
    has_documents = fields.Boolean(compute="_compute_has_documents", exportable=False)

    _number_uniq = models.UniqueIndex(
        "(company_id, number, version)", "There is a contract of this number: open it, or leave the number empty."
    )
    _whole = models.Constraint(
        "CHECK (amount >= 0 AND renewal_months >= 0 AND notice_days >= 0 AND warn_days >= 0)",
        "Amounts, months and days are not negative.",
    )
    _days = models.Constraint("CHECK (date_end >= date_start)", "The last day comes before the first one.")

    #=== GUARDS ===#

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "version", "previous_id", "sent_date", "signed_date", "signed_by", "signature", "signed_address",
            "signed_digest", "terminated_date", "cancelled_date", "end_reason", "state", "period_end", "decide_by",
            "changes_on", "warned_for", "access_token",
        }

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "version": (1,)}

    @api.model
    def _get_customer_fields(self):
        return [*super()._get_customer_fields(), "contact_id"]

    @api.model
    def _get_signed_fields(self):
        """Hook: names of the fields that are signed, and stay as they are from then on."""
        return {
            "number", "name", "partner_id", "contact_id", "company_id", "kind_id", "amount", "currency_id",
            "date_start", "date_end", "renewal_months", "notice_days", "text_file", "text_file_name",
        }

    #=== FACTS ===#

    @api.depends("number", "version", "name")
    def _compute_display_name(self):
        for record in self:
            number = record.number or self.env._("New contract")
            number += f" v{record.version}" if record.version > 1 else ""
            record.display_name = f"{number} {record.name}" if record.name else number

    @api.depends("company_id")
    def _compute_currency_id(self):
        for record in self:
            record.currency_id = record.currency_id or record.company_id.currency_id or self.env.company.currency_id

    @api.depends("kind_id")
    def _compute_usual_days(self):
        for record in self:
            kind = record.kind_id
            record.renewal_months = kind.renewal_months
            record.notice_days = kind.notice_days
            record.warn_days = kind.warn_days if kind else 30

    def _compute_has_documents(self):
        # without an app that has orders or the like there is nothing to link
        self.has_documents = bool(self.env["customer.contract.document"]._select_models())

    def _compute_access_url(self):
        for record in self:
            record.access_url = f"/my/contracts/{record.id}"

    @api.depends(
        "date_start", "date_end", "renewal_months", "notice_days", "warn_days", "sent_date", "signed_date",
        "cancelled_date", "terminated_date", "next_ids.signed_date", "next_ids.date_start",
    )
    def _compute_standing(self):
        for record in self:
            standing = contract.standing(record._get_terms(), record._get_today())
            record.state = standing.state
            record.period_end = standing.period_end
            record.decide_by = standing.decide_by
            record.changes_on = standing.changes_on

    def _get_terms(self):
        """The contract as ``tools.contract.Terms``."""
        self.ensure_one()
        later = self.next_ids.filtered("signed_date").mapped("date_start")
        return Terms(
            self.date_start or self._get_today(), self.date_end or None, self.renewal_months, self.notice_days,
            self.warn_days, bool(self.sent_date), bool(self.signed_date), bool(self.cancelled_date),
            min(later, default=None), self.terminated_date or None,
        )

    def _get_today(self):
        """The day at the company of the contract."""
        return fields.Date.context_today(self.with_context(tz=self.company_id.sudo().partner_id.tz or "UTC"))

    @api.constrains("partner_id", "contact_id")
    def _check_parties(self):
        for record in self:
            if not record.partner_id.archive_state:
                raise ValidationError(
                    self.env._(
                        "“%s” has no customer archive: contracts are kept there. Open one first.",
                        record.partner_id.name,
                    )
                )
            if record.contact_id and record.contact_id.commercial_partner_id != record.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” does not belong to “%(customer)s”: choose one of its contacts.",
                        contact=record.contact_id.name,
                        customer=record.partner_id.name,
                    )
                )

    #=== WRITING ===#

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [vals if vals.get("number") else {**vals, "number": self._draw_number(vals)} for vals in vals_list]
        )

    @api.model
    def _draw_number(self, vals):
        # sudo: whoever enters a contract does not read sequences
        sequence = self.env["ir.sequence"].sudo().with_company(vals.get("company_id") or self.env.company.id)
        return sequence.next_by_code("customer.contract")

    def write(self, vals):
        if not self.env.su and (touched := self._get_signed_fields() & vals.keys()):
            changed = self.filtered(lambda record: any(record._is_guarded_change(name, vals[name]) for name in touched))
            changed._check_unsigned()
            # what was sent is not what would be signed: it has to be sent again
            if sent := changed.filtered("sent_date"):
                sent.sudo().write({"sent_date": False, "access_token": False})
                for record in sent:
                    record.message_post(body=self.env._("Changed after it was sent: the link does not work any more."))
        return super().write(vals)

    def _check_unsigned(self):
        if signed := self.filtered(lambda record: record.signed_date or record.cancelled_date)[:1]:
            raise UserError(
                self.env._(
                    "“%s” stays as it was signed or cancelled. Make a new version of it to agree on something else.",
                    signed.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if known := self.filtered(lambda record: record.signed_date or record.sent_date)[:1]:
            raise UserError(
                self.env._("“%s” is known to the customer and is kept. Cancel or terminate it.", known.display_name)
            )

    #=== SEARCH ===#

    @api.model
    def _get_running_domain(self):
        """Contracts that bind both sides today."""
        return Domain("state", "in", RUNNING)
