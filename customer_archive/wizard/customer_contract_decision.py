import base64

from odoo import api, fields, models


class CustomerContractDecision(models.TransientModel):
    """What a signature on paper or a notice says."""

    _name = "customer.contract.decision"
    _description = "Sign or Terminate a Contract"

    contract_id = fields.Many2one("customer.contract", required=True, ondelete="cascade")
    decision = fields.Selection([("sign", "Signed on paper"), ("terminate", "Terminate")], required=True)
    date = fields.Date("Day", required=True, compute="_compute_date", store=True, readonly=False, precompute=True)
    signed_by = fields.Char(
        "Signed by", compute="_compute_signed_by", store=True, readonly=False, precompute=True,
        help="Who signed for the customer.",
    )
    scan = fields.Binary("Signed Copy", attachment=False)
    scan_name = fields.Char()
    reason = fields.Char()

    @api.depends("contract_id", "decision")
    def _compute_date(self):
        for wizard in self:
            contract = wizard.contract_id
            end = contract.period_end if wizard.decision == "terminate" else False
            wizard.date = end or contract._get_today()

    @api.depends("contract_id")
    def _compute_signed_by(self):
        for wizard in self:
            wizard.signed_by = wizard.contract_id.contact_id.name

    def action_confirm(self):
        """Note it on the contract, which checks the right of the person."""
        self.ensure_one()
        if self.decision == "sign":
            self.contract_id._sign(self.signed_by, self.date)
            if self.scan:
                name = self.scan_name or self.env._("Signed copy")
                content = base64.b64decode(self.with_context(bin_size=False).scan)
                self.contract_id.message_post(body=self.env._("Signed copy"), attachments=[(name, content)])
        else:
            self.contract_id._terminate(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
