from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import GROUP_MANAGER, GROUP_REVIEWER


class CustomerArchiveChange(models.Model):
    _name = "customer.archive.change"
    _description = "Proposed Change"
    _inherit = ["mail.thread", "mail.activity.mixin", "customer.link.mixin", "customer.guard.mixin"]
    _order = "id desc"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    source = fields.Selection(
        [("manual", "Employee"), ("import", "Import"), ("portal", "Customer"), ("system", "System")],
        default="manual",
        required=True,
    )
    reason = fields.Char()
    user_id = fields.Many2one("res.users", "Proposed by", required=True, default=lambda self: self.env.user, index=True)
    state = fields.Selection(
        [("pending", "To decide"), ("done", "Decided"), ("cancelled", "Withdrawn")],
        default="pending",
        required=True,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("customer.archive.change.line", "change_id", "Facts")
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_date = fields.Datetime(readonly=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.depends("partner_id", "create_date")
    def _compute_display_name(self):
        for change in self:
            date = fields.Date.to_string(change.create_date) if change.create_date else ""
            change.display_name = f"{change.partner_id.display_name} {date}".strip()

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for change in self:
            change.can_decide = change.state == "pending" and not change._get_refusal()

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "partner_id", "source", "user_id", "state", "line_ids", "decided_by", "decided_date",
        }

    @api.model
    def _propose(self, partner, values, reason=None, source=None):
        """Record a proposal to change controlled facts of a formal archive, and ask for a decision.

        :param partner: ``res.partner`` record, an archive
        :param values: dict of field name: new value in write format, controlled fields only
        :param reason: text shown to whoever decides
        :param source: key of ``source``; by default the person, or the system for superuser writes
        :return: the proposal
        """
        if not self.env.su:
            partner.check_access("read")
        user = self.env.user
        source = source or self._get_default_source()
        # sudo: proposals are made by this method only; the person needs no right on them
        change = self.sudo().create(
            {
                "partner_id": partner.id,
                "source": source,
                "reason": reason,
                "user_id": user.id,
                "line_ids": [
                    fields.Command.create(self.env["customer.archive.change.line"]._prepare_line(partner, name, value))
                    for name, value in values.items()
                ],
            }
        )
        change._ask_for_decision()
        return change.sudo(self.env.su)

    @api.model
    def _get_default_source(self):
        if self.env.user._is_portal() or self.env.user._is_public():
            return "portal"
        return "system" if self.env.su else "manual"

    def _ask_for_decision(self):
        self.ensure_one()
        reviewer = self.partner_id._get_archive_reviewer("change", self.user_id)
        self.activity_schedule(
            "customer_archive.mail_activity_type_review",
            summary=self.env._("Decide on a proposed change"),
            user_id=reviewer.id,
        )

    def _get_refusal(self):
        """Hook: why the person may not decide on this proposal; empty text when they may."""
        self.ensure_one()
        user = self.env.user
        if not (user.has_group(GROUP_REVIEWER) or user.has_group(GROUP_MANAGER)):
            return self.env._("Only a reviewer decides on proposed changes.")
        if self.user_id == user:
            return self.env._("You proposed this change yourself: another reviewer decides on it.")
        return ""

    def _check_decision(self):
        for change in self:
            change.check_access("read")
            if refusal := change._get_refusal():
                raise AccessError(refusal)
        self._check_pending()

    def _check_pending(self):
        if self.filtered(lambda change: change.state != "pending"):
            raise UserError(self.env._("This change is decided already: reload the page to see by whom."))

    def action_approve_all(self):
        """Carry out every fact that is still undecided."""
        self.line_ids._decide("approved")

    def action_reject_all(self):
        """Reject every fact that is still undecided."""
        self.line_ids._decide("rejected")

    def action_cancel(self):
        """Withdraw a proposal of one's own."""
        for change in self:
            if change.user_id != self.env.user and not self.env.user.has_group(GROUP_MANAGER):
                raise AccessError(self.env._("Only who proposed a change withdraws it."))
        self._check_pending()
        # sudo: the state is set by buttons only; checked above
        self.sudo().write({"state": "cancelled"})
        self.sudo().activity_unlink(["customer_archive.mail_activity_type_review"])

    def _finish_decided(self):
        """Close proposals whose last fact was decided."""
        done = self.filtered(lambda c: c.state == "pending" and "pending" not in c.line_ids.mapped("state"))
        # sudo: as in action_cancel
        done.sudo().write({"state": "done", "decided_by": self.env.uid, "decided_date": fields.Datetime.now()})
        done.sudo().activity_feedback(["customer_archive.mail_activity_type_review"])
