from odoo import api, fields, models


class CustomerLevelDecision(models.TransientModel):
    _name = "customer.level.decision"
    _description = "Set a Level by Hand"

    partner_ids = fields.Many2many("res.partner", string="Archives", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    level_id = fields.Many2one("customer.level", help="Empty: the rules decide again.")
    until = fields.Date("Holds Until", help="Empty: until somebody takes it back.")
    reason = fields.Char(required=True)

    @api.depends("partner_ids")
    def _compute_company_id(self):
        for decision in self:
            companies = decision.partner_ids.archive_company_id
            decision.company_id = companies if len(companies) == 1 else False

    def action_confirm(self):
        """Set the level; the archives check the right of the person."""
        self.ensure_one()
        self.partner_ids._set_level_by_hand(self.level_id, self.reason, self.until)
        return {"type": "ir.actions.act_window_close"}
