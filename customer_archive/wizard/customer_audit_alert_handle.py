from odoo import fields, models


class CustomerAuditAlertHandle(models.TransientModel):
    """What was found out about alerts."""

    _name = "customer.audit.alert.handle"
    _description = "Handle Alerts"

    alert_ids = fields.Many2many("customer.audit.alert", string="Alerts", required=True)
    note = fields.Text("What Was Found Out", required=True)

    def action_confirm(self):
        """Close the alerts."""
        self.ensure_one()
        self.alert_ids._handle(self.note)
        return {"type": "ir.actions.act_window_close"}
