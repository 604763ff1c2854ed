from odoo import fields, models


class ResCompany(models.Model):
    """Times for cases that neither a policy nor a category says anything about."""

    _inherit = "res.company"
    _name = "res.company"

    customer_case_response_hours = fields.Float(
        "Usual First Answer (working hours)", default=8, required=True,
        help="For cases that neither the customer's policy nor the category says anything about.",
    )
    customer_case_resolve_hours = fields.Float(
        "Usual Solution (working hours)", default=40, required=True,
        help="For cases that neither the customer's policy nor the category says anything about.",
    )

    _customer_case_hours = models.Constraint(
        "CHECK (customer_case_response_hours > 0 AND customer_case_resolve_hours >= customer_case_response_hours)",
        "A case is answered before it is solved: the second number of hours is the larger one.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"
    _name = "res.config.settings"

    customer_case_response_hours = fields.Float(related="company_id.customer_case_response_hours", readonly=False)
    customer_case_resolve_hours = fields.Float(related="company_id.customer_case_resolve_hours", readonly=False)
