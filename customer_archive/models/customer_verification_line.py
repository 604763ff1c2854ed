from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ANSWERED, CANCELLED, FACT_OPEN, FACT_OUTCOMES


class CustomerVerificationLine(models.Model):
    """One fact that a customer is asked to confirm."""

    _name = "customer.verification.line"
    _description = "Fact to Confirm"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "verification_id, id"

    verification_id = fields.Many2one("customer.verification", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="verification_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="verification_id.company_id", store=True, index=True)
    field_name = fields.Char(required=True, readonly=True)
    field_label = fields.Char("Fact", compute="_compute_texts")
    text = fields.Char("Value", compute="_compute_texts")
    outcome = fields.Selection(FACT_OUTCOMES, "Answer", default=FACT_OPEN, required=True, readonly=True)
    change_line_id = fields.Many2one("customer.archive.change.line", readonly=True, index="btree_not_null")
    old_text = fields.Char("Old", related="change_line_id.old_text")
    new_text = fields.Char("New", related="change_line_id.new_text")
    decision = fields.Selection(related="change_line_id.state")
    can_confirm = fields.Boolean(compute="_compute_can_confirm")

    _fact_uniq = models.UniqueIndex("(verification_id, field_name)", "This fact is asked already.")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"verification_id", "field_name", "outcome", "change_line_id"}

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            line.field_label = line.partner_id._get_fact_label(line.field_name) if line.field_name else ""
            line.text = line.partner_id._get_fact_text(line.field_name) if line.field_name else ""

    @api.depends("field_name", "partner_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.partner_id.name}: {line.field_label}"

    @api.depends("outcome", "verification_id.state")
    def _compute_can_confirm(self):
        for line in self:
            line.can_confirm = line._is_open() and bool(line.text)

    def _is_open(self):
        self.ensure_one()
        return self.outcome == FACT_OPEN and self.verification_id.state not in (ANSWERED, CANCELLED)

    def action_confirm_by_phone(self):
        """The customer said on the phone that this fact is right."""
        self.verification_id.check_access("write")
        if not all(line.can_confirm for line in self):
            raise UserError(self.env._("There is nothing to confirm here: enter the fact, or reload the page."))
        self._confirm_by_phone()

    def _confirm_by_phone(self):
        """Note these facts as confirmed, those that the archive has; missing ones stay open."""
        lines = self.filtered(lambda line: line.partner_id[line.field_name])
        lines.verification_id._note_by_staff(lines)
