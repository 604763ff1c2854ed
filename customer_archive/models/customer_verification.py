from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import (
    ANSWERED,
    ASKED,
    CANCELLED,
    CONTROLLED_STATES,
    FACT_CONFIRMED,
    FACT_OPEN,
    FROM_STAFF,
    OPEN_VERIFICATIONS,
    TO_CALL,
    TO_SEND,
    UNANSWERED,
    VERIFICATION_STATES,
)

ACTIVITY = "customer_archive.mail_activity_type_verification"


class CustomerVerification(models.Model):
    """A customer is asked whether the facts of its archive are still right.

    Only what was not confirmed for long, and what is missing, is asked. What the customer corrects becomes a proposal.
    """

    _name = "customer.verification"
    _description = "Confirmation by the Customer"
    _inherit = ["mail.thread", "mail.activity.mixin", "customer.guard.mixin", "customer.link.mixin"]
    _order = "id desc"
    _rec_names_search = ["partner_id.name"]

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner", "Whom to Ask", ondelete="set null", index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
    )
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "In Charge", index="btree_not_null", domain=[("share", "=", False)], tracking=True
    )
    source = fields.Selection(
        [("rule", "By rule"), ("hand", "By hand"), ("portal", "Customer portal")], "Begun", required=True,
        default="hand", readonly=True,
    )
    state = fields.Selection(VERIFICATION_STATES, default=TO_SEND, required=True, index=True, tracking=True)
    line_ids = fields.One2many("customer.verification.line", "verification_id", "Facts Asked")
    change_id = fields.Many2one("customer.archive.change", "Proposal", readonly=True, index="btree_not_null")
    email = fields.Char("Sent to", readonly=True, copy=False)
    sent_date = fields.Datetime("Sent On", readonly=True, copy=False)
    reminder_count = fields.Integer("Reminders", readonly=True, copy=False, aggregator=False)
    next_date = fields.Datetime(readonly=True, copy=False, exportable=False)
    link_until = fields.Datetime("Link Works Until", readonly=True, copy=False)
    version = fields.Integer(readonly=True, copy=False, exportable=False)
    token_hash = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False)
    bounced_date = fields.Datetime("Mail Came Back", readonly=True, copy=False, tracking=True)
    answered_date = fields.Datetime("Answered On", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.partner", "Answered by", readonly=True, copy=False, index="btree_not_null")
    fact_count = fields.Integer("Facts", compute="_compute_counts")
    corrected_count = fields.Integer("Corrections", compute="_compute_counts")

    _open_uniq = models.UniqueIndex(
        "(partner_id) WHERE state IN ('draft', 'sent', 'call')", "The customer is being asked already."
    )
    _token_uniq = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL")
    _next_idx = models.Index("(next_date) WHERE state = 'sent'")

    #=== GUARDS ===#

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "partner_id", "source", "state", "line_ids", "change_id", "email", "sent_date", "reminder_count",
            "next_date", "link_until", "version", "token_hash", "bounced_date", "answered_date", "answered_by_id",
        }

    @api.model
    def _get_customer_fields(self):
        return [*super()._get_customer_fields(), "contact_id"]

    def write(self, vals):
        if "contact_id" in vals and not self.env.su and self.filtered(lambda r: r.state not in (TO_SEND, TO_CALL)):
            raise UserError(
                self.env._("The mail is on its way to somebody else: cancel the request and ask anew.")
            )
        return super().write(vals)

    @api.constrains("partner_id", "contact_id")
    def _check_contact(self):
        for record in self.filtered("contact_id"):
            if record.contact_id.commercial_partner_id != record.partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” does not belong to “%(customer)s”: choose one of its contacts.",
                        contact=record.contact_id.name,
                        customer=record.partner_id.name,
                    )
                )

    #=== FACTS ===#

    @api.depends("partner_id.name", "create_date")
    def _compute_display_name(self):
        for record in self:
            date = fields.Date.to_string(record.create_date) if record.create_date else ""
            record.display_name = f"{record.partner_id.name or ''} {date}".strip()

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        for record in self:
            record.fact_count = len(record.line_ids)
            record.corrected_count = len(record.line_ids.filtered(lambda line: line.outcome == "corrected"))

    #=== BEGINNING ===#

    @api.model
    def _begin(self, partners, source="hand"):
        """Make one request for each of these archives that has facts to ask for.

        :param partners: ``res.partner`` records without an open request
        :param source: key of ``source``
        :return: the requests, nothing sent yet
        """
        asked = {partner: partner._get_asked_facts() for partner in partners.sudo()}
        partners = partners.sudo()
        self._go_first(partners)
        return self.sudo().create(
            [self._prepare_request(partner, names, source) for partner, names in asked.items() if names]
        )

    @api.model
    def _prepare_request(self, partner, names, source):
        return {
            "partner_id": partner.id,
            "contact_id": partner._get_verification_contact().id,
            "user_id": partner.user_id.id,
            "source": source,
            "line_ids": [fields.Command.create({"field_name": name}) for name in names],
        }

    #=== BUTTONS ===#

    def _check_act(self, states, refusal):
        """Check that the person may edit the archive, and that the requests are in one of these states."""
        self.check_access("write")
        if self.filtered(lambda record: record.state not in states):
            raise UserError(refusal)

    def action_send(self):
        """Send the mail with the link."""
        self._check_act((TO_SEND, TO_CALL, UNANSWERED), self.env._("Only what was not answered is sent."))
        self._check_askable()
        self.sudo()._send()

    def action_remind(self):
        """Send a further mail; its link takes the place of the one before."""
        self._check_act((ASKED,), self.env._("Only a customer who was asked and did not answer is reminded."))
        self._check_askable()
        self.sudo()._send()

    def _check_askable(self):
        for record in self:
            if record.partner_id.archive_state not in CONTROLLED_STATES:
                raise UserError(
                    self.env._("“%s” is not formal: its facts are edited directly.", record.partner_id.name)
                )
            if not record._get_address():
                raise UserError(
                    self.env._(
                        "“%s” has no e-mail address that works: choose another contact, or ask by phone.",
                        (record.contact_id or record.partner_id).name,
                    )
                )

    def action_cancel(self):
        """Give up requests; their links do not work any more."""
        self._check_act(
            (*OPEN_VERIFICATIONS, UNANSWERED), self.env._("This request is answered or cancelled already.")
        )
        self.sudo()._close(CANCELLED)

    def action_confirm_by_phone(self):
        """The customer said on the phone that the facts which are still open are right."""
        self._check_act(
            (*OPEN_VERIFICATIONS, UNANSWERED), self.env._("This request is answered or cancelled already.")
        )
        for record in self:
            record.line_ids.filtered(lambda line: line.outcome == FACT_OPEN)._confirm_by_phone()

    def action_view_change(self):
        """Open the proposal that the answer became."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": "customer.archive.change", "res_id": self.change_id.id,
            "views": [(False, "form")],
        }

    def action_open_customer(self):
        """Open the archive."""
        self.ensure_one()
        return self.partner_id.action_open_archive()

    def _close(self, state):
        """End requests in a state; their links end with them."""
        self.write({"state": state, "token_hash": False, "next_date": False})
        self.activity_unlink([ACTIVITY])

    def _close_answered(self, person):
        """End a request that was answered."""
        self.write({"answered_date": fields.Datetime.now(), "answered_by_id": person.id})
        self._close(ANSWERED)

    def _note_by_staff(self, lines):
        """Note facts as confirmed to who is at work; where only missing facts are left, that was the answer."""
        facts = {partner: own.mapped("field_name") for partner, own in lines.grouped("partner_id").items()}
        self.env["customer.fact.verification"]._note(facts, FROM_STAFF, self.env.user.partner_id)
        # sudo: outcomes are set by buttons and pages only
        lines.sudo().outcome = FACT_CONFIRMED
        for record in lines.verification_id.sudo():
            if not any(line.can_confirm for line in record.line_ids):
                record._close_answered(self.env.user.partner_id)
