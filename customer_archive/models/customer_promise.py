from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import PROMISE_BROKEN, PROMISE_KEPT, PROMISE_OPEN, PROMISE_STATES


class CustomerPromise(models.Model):
    """What one side promised the other, until when, and what came of it."""

    _name = "customer.promise"
    _description = "Promise"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "date_deadline, id"

    name = fields.Char("Promise", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade",
        compute="_compute_partner_id", store=True, readonly=False, precompute=True,
        domain=[("archive_state", "!=", False)],
    )
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    interaction_id = fields.Many2one("customer.interaction", index="btree_not_null", ondelete="set null")
    promised_by = fields.Selection([("us", "We"), ("customer", "The customer")], required=True, default="us")
    user_id = fields.Many2one(
        "res.users", "Responsible", required=True, index=True, default=lambda self: self.env.user,
        domain=[("share", "=", False)], help="Who sees to it, also where the customer made the promise.",
    )
    date_deadline = fields.Date("Promised Until", index=True)
    state = fields.Selection(PROMISE_STATES, "Status", required=True, default=PROMISE_OPEN)
    date_settled = fields.Date("Settled On", readonly=True)
    note = fields.Char("Remark")

    _open_idx = models.Index("(date_deadline, user_id) WHERE state = 'open'")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state", "date_settled", "company_id"}

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "state": (PROMISE_OPEN,)}

    @api.depends("interaction_id.partner_id")
    def _compute_partner_id(self):
        for promise in self:
            promise.partner_id = promise.interaction_id.partner_id or promise.partner_id

    @api.constrains("partner_id", "interaction_id")
    def _check_customer(self):
        for promise in self:
            if promise.interaction_id and promise.interaction_id.partner_id != promise.partner_id:
                raise ValidationError(self.env._("A promise belongs to the customer of its interaction."))
            if not promise.partner_id.archive_state:
                raise ValidationError(self.env._("Promises are kept with customers that have an archive."))

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        if not self.env.su:
            promises._check_editable()
        return promises

    def write(self, vals):
        if not self.env.su:
            self._check_editable()
        return super().write(vals)

    def _check_editable(self):
        """Who is responsible settles a promise; else it is edited as the interaction, or as the customer's archive."""
        others = self.filtered(lambda promise: self.env.user not in (promise.user_id, promise.create_uid))
        others.filtered("interaction_id").interaction_id._check_editable()
        self.env["customer.interaction"]._check_archive_editable(
            others.filtered(lambda promise: not promise.interaction_id).partner_id
        )

    #=== SETTLING ===#

    def action_keep(self):
        """The promise was kept today."""
        self._settle(PROMISE_KEPT)

    def action_break(self):
        """The promise was not kept."""
        self._settle(PROMISE_BROKEN)

    def action_reopen(self):
        """It was settled by mistake, or is promised anew."""
        self._settle(PROMISE_OPEN)

    def _settle(self, state):
        self.check_access("write")
        self._check_editable()
        if state != PROMISE_OPEN and self.filtered(lambda promise: promise.state not in (PROMISE_OPEN, state)):
            raise UserError(self.env._("This promise is settled already: reopen it first."))
        day = False if state == PROMISE_OPEN else fields.Date.context_today(self)
        # sudo: set by these buttons only, after the check above
        self.filtered(lambda promise: promise.state != state).sudo().write({"state": state, "date_settled": day})
