from odoo import fields, models


class CustomerDataIssueWaive(models.TransientModel):
    _name = "customer.data.issue.waive"
    _description = "Waive Findings"

    issue_ids = fields.Many2many("customer.data.issue", string="Findings", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Waive the findings; they check the right of the person."""
        self.ensure_one()
        self.issue_ids._waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
