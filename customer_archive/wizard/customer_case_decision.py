from odoo import fields, models


class CustomerCaseDecision(models.TransientModel):
    """What a step of a case says: the solution, what the customer says of it, or a reason."""

    _name = "customer.case.decision"
    _description = "Step of a Case"

    case_id = fields.Many2one("customer.case", required=True, ondelete="cascade")
    decision = fields.Selection(
        [("resolve", "Resolve"), ("visit", "Return visit"), ("reopen", "Open again"), ("cancel", "Cancel")],
        required=True,
    )
    text = fields.Text("In Words", required=True)

    def action_confirm(self):
        """Take the step; the case checks who may."""
        self.ensure_one()
        steps = {
            "resolve": self.case_id._resolve,
            "visit": self.case_id._visit,
            "reopen": self.case_id._reopen,
            "cancel": self.case_id._cancel,
        }
        steps[self.decision](self.text)
        return {"type": "ir.actions.act_window_close"}
