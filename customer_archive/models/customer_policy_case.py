from odoo import api, fields, models

from ..const import CASE_ALERTS, CASE_URGENCIES


class CustomerPolicy(models.Model):
    """How urgent the cases of a class of customers are."""

    _inherit = "customer.policy"
    _name = "customer.policy"

    case_urgency = fields.Selection(CASE_URGENCIES, "Cases", help="Empty: this policy says nothing about it.")
    case_alert = fields.Selection(
        CASE_ALERTS, "Alert", help="Responsible people and managers are told at once. Empty: this policy says nothing "
        "about it.",
    )

    @api.model
    def _get_policy_fields(self):
        return {
            **super()._get_policy_fields(),
            "case_urgency": self._prepare_policy_field(self.env._("Cases")),
            "case_alert": self._prepare_policy_field(self.env._("Alert")),
        }
