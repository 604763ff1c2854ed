from odoo import fields, models


class CustomerDuplicateReject(models.TransientModel):
    _name = "customer.duplicate.reject"
    _description = "Not a Duplicate"

    duplicate_ids = fields.Many2many("customer.duplicate", string="Pairs", required=True)
    reason = fields.Char("Why They Are Different", required=True)

    def action_confirm(self):
        """Decide on the pairs; they check the right of the person."""
        self.ensure_one()
        self.duplicate_ids._reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
