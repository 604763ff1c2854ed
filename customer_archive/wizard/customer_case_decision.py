from odoo import fields, models


class CustomerCaseDecision(models.TransientModel):
    """What a step of a case says: the solution, what the customer says of it, a reason, a signature, another case."""

    _name = "customer.case.decision"
    _description = "Step of a Case"

    case_id = fields.Many2one("customer.case", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="case_id.partner_id")
    decision = fields.Selection(
        [
            ("resolve", "Resolve"), ("visit", "Return visit"), ("reopen", "Open again"), ("cancel", "Cancel"),
            ("sign", "Sign"), ("merge", "Merge"),
        ],
        required=True,
    )
    text = fields.Text("In Words")
    signed_by = fields.Char("Name of Who Signs")
    signature = fields.Binary(attachment=False)
    kept_id = fields.Many2one(
        "customer.case", "Case That Is Kept", ondelete="cascade",
        domain="[('partner_id', '=', partner_id), ('id', '!=', case_id),"
        " ('state', 'in', ('new', 'progress', 'waiting'))]",
    )

    _words = models.Constraint(
        "CHECK (decision IN ('sign', 'merge') OR text IS NOT NULL AND text != '')", "Say it in words."
    )

    def action_confirm(self):
        """Take the step; the case checks who may."""
        self.ensure_one()
        case = self.case_id
        steps = {
            "resolve": lambda: case._resolve(self.text),
            "visit": lambda: case._visit(self.text),
            "reopen": lambda: case._reopen(self.text),
            "cancel": lambda: case._cancel(self.text),
            "sign": lambda: case._sign(self.signed_by, self.with_context(bin_size=False).signature),
            "merge": lambda: case._merge_into(self.kept_id),
        }
        steps[self.decision]()
        return {"type": "ir.actions.act_window_close"}
