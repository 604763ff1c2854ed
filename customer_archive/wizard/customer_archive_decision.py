from odoo import fields, models


class CustomerArchiveDecision(models.TransientModel):
    _name = "customer.archive.decision"
    _description = "Step of an Archive with a Reason"

    partner_ids = fields.Many2many("res.partner", string="Archives", required=True)
    step = fields.Selection(
        [
            ("reject", "Reject"),
            ("suspend", "Suspend"),
            ("resume", "Resume"),
            ("close", "Close"),
            ("reopen", "Reopen"),
        ],
        required=True,
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Take the step; the archives check the right of the person."""
        self.ensure_one()
        self.partner_ids._take_archive_step(self.step, self.reason)
        return {"type": "ir.actions.act_window_close"}
