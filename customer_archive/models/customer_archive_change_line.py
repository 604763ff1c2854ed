from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .res_partner_control import APPROVED_CHANGE


class CustomerArchiveChangeLine(models.Model):
    _name = "customer.archive.change.line"
    _description = "Proposed Fact"
    _inherit = ["customer.link.mixin", "customer.guard.mixin"]
    _order = "change_id, id"

    change_id = fields.Many2one("customer.archive.change", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="change_id.partner_id", store=True, index=True)
    field_name = fields.Char(required=True, readonly=True)
    field_label = fields.Char("Fact", compute="_compute_texts")
    old_value = fields.Json("Old Value (Raw)", readonly=True)
    new_value = fields.Json("New Value (Raw)", readonly=True)
    old_text = fields.Char("Old", compute="_compute_texts")
    new_text = fields.Char("New", compute="_compute_texts")
    current_text = fields.Char("Now", compute="_compute_texts")
    is_outdated = fields.Boolean(
        compute="_compute_texts", help="The fact was changed by somebody else after this proposal was made."
    )
    state = fields.Selection(
        [("pending", "To decide"), ("approved", "Approved"), ("rejected", "Rejected")],
        "Decision",
        default="pending",
        required=True,
    )
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_date = fields.Datetime(readonly=True)
    can_decide = fields.Boolean(related="change_id.can_decide")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "change_id", "field_name", "old_value", "new_value", "state", "decided_by", "decided_date",
        }

    @api.model
    def _prepare_line(self, partner, name, value):
        """Hook: values of the line that proposes ``value`` (in write format) for the field ``name`` of ``partner``."""
        field = partner._fields[name]
        new = field.convert_to_write(field.convert_to_record(field.convert_to_cache(value, partner), partner), partner)
        return {
            "field_name": name,
            "old_value": self._to_json(partner._get_fact(name)),
            "new_value": self._to_json(new),
        }

    @api.model
    def _to_json(self, value):
        return value.isoformat() if isinstance(value, date) else value

    @api.depends("field_name", "old_value", "new_value", "state")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            partner = line.partner_id
            current = self._to_json(partner._get_fact(line.field_name))
            line.field_label = partner._get_fact_label(line.field_name)
            line.old_text = line._format(line.old_value)
            line.new_text = line._format(line.new_value)
            line.current_text = line._format(current)
            line.is_outdated = line.state == "pending" and (current or False) != (line.old_value or False)

    def _get_new_value(self):
        """The proposed value in write format."""
        self.ensure_one()
        return self.new_value

    def _format(self, value):
        """A stored value as the reader reads it: names for ids, labels for keys, dates in the user's format."""
        field = self.env["res.partner"]._fields[self.field_name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return ""
        formatters = {
            # sudo: the name of a linked record is part of the proposal
            "many2one": lambda: self.env[field.comodel_name].sudo().browse(value).exists().display_name or str(value),
            "selection": lambda: dict(field._description_selection(self.env)).get(value, value),
            "date": lambda: format_date(self.env, value),
        }
        return formatters.get(field.type, lambda: str(value))()

    def action_approve(self):
        """Carry out one proposed fact."""
        self._decide("approved")

    def action_reject(self):
        """Reject one proposed fact."""
        self._decide("rejected")

    def action_refresh(self):
        """Compare with the present value instead of the one that was replaced meanwhile."""
        self.change_id._check_decision()
        for line in self:
            # sudo: values of a line are set by this model only
            line.sudo().old_value = self._to_json(line.partner_id._get_fact(line.field_name))

    def _decide(self, state):
        """Approve or reject those of these facts that are undecided; approved ones are written to the archive at once.

        :raise UserError: when a fact was changed after the proposal
        """
        changes = self.change_id
        changes._check_decision()
        lines = self.filtered(lambda line: line.state == "pending")
        if state == "approved":
            lines._apply()
        # sudo: the decision is set by this method only; the right was checked above
        lines.sudo().write({"state": state, "decided_by": self.env.uid, "decided_date": fields.Datetime.now()})
        changes._finish_decided()

    def _apply(self):
        if outdated := self.filtered("is_outdated")[:1]:
            raise UserError(
                self.env._(
                    "“%(fact)s” is “%(current)s” by now: somebody changed it after this proposal. Compare, then choose "
                    "“Compare with the present value” and decide again.",
                    fact=outdated.field_label,
                    current=outdated.current_text,
                )
            )
        for partner in self.partner_id:
            lines = self.filtered(lambda line: line.partner_id == partner)  # noqa: B023
            # sudo: a reviewer reads archives and decides; the write is the decision
            partner.sudo().with_context(archive_pass=APPROVED_CHANGE).write(
                {line.field_name: line._get_new_value() for line in lines}
            )
            facts = "; ".join(f"{line.field_label}: {line.old_text} → {line.new_text}" for line in lines)
            partner.sudo()._message_log(body=self.env._("Change approved: %s", facts))
