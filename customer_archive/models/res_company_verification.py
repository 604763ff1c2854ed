import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ResCompany(models.Model):
    """Which customers are asked to confirm their facts, and how often."""

    _inherit = "res.company"
    _name = "res.company"

    customer_verification_enabled = fields.Boolean(
        "Ask Customers to Confirm Their Facts",
        help="Customers whose facts were not confirmed for long get a mail with a link to a page.",
    )
    customer_verification_months = fields.Integer("Ask Every (months)", default=6, required=True)
    customer_verification_domain = fields.Char(
        "Which Customers", default="[]", help="Of the formal archives. Empty: all of them."
    )
    customer_verification_remind_days = fields.Integer("First Reminder After (days)", default=7, help="0: none.")
    customer_verification_remind_again_days = fields.Integer(
        "Second Reminder After (days)", default=14, help="Counted from the first mail. 0: none."
    )
    customer_verification_daily = fields.Integer(
        "Customers a Day", default=200, required=True, help="How many customers the rule asks on one day at most."
    )

    customer_stale_unverified_months = fields.Integer("Stale Without Confirmation (months)", default=12, required=True)
    customer_stale_inactive_months = fields.Integer("Stale Without Contact (months)", default=24, required=True)

    _customer_stale_months = models.Constraint(
        "CHECK (customer_stale_unverified_months > 0 AND customer_stale_inactive_months > 0)",
        "An archive is stale after a month at the earliest.",
    )
    _customer_verification_numbers = models.Constraint(
        "CHECK (customer_verification_months > 0 AND customer_verification_daily >= 0"
        " AND customer_verification_remind_days >= 0 AND customer_verification_remind_again_days >= 0)",
        "Months, days and customers are not negative, and there is at least a month between two requests.",
    )

    @api.constrains("customer_verification_domain")
    def _check_customer_verification_domain(self):
        for company in self:
            try:
                domain = Domain(ast.literal_eval(company.customer_verification_domain or "[]"))
                # sudo: whether the condition can be searched, not what it finds
                self.env["res.partner"].sudo().search_count(domain, limit=1)
            except (ValueError, SyntaxError, TypeError, KeyError) as error:
                raise ValidationError(
                    self.env._("The condition on the customers to be asked cannot be read: choose it anew.")
                ) from error
