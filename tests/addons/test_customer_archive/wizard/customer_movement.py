from odoo import fields, models

from ..report.customer_classification_report import UNCOUNTED


class CustomerMovement(models.TransientModel):
    _inherit = "customer.movement"
    _name = "customer.movement"

    def _get_customer_domain(self):
        return super()._get_customer_domain() & fields.Domain("name", "!=", UNCOUNTED)
