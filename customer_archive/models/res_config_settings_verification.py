from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"
    _name = "res.config.settings"

    customer_verification_enabled = fields.Boolean(related="company_id.customer_verification_enabled", readonly=False)
    customer_verification_months = fields.Integer(related="company_id.customer_verification_months", readonly=False)
    customer_verification_domain = fields.Char(related="company_id.customer_verification_domain", readonly=False)
    customer_verification_remind_days = fields.Integer(
        related="company_id.customer_verification_remind_days", readonly=False
    )
    customer_verification_remind_again_days = fields.Integer(
        related="company_id.customer_verification_remind_again_days", readonly=False
    )
    customer_verification_daily = fields.Integer(related="company_id.customer_verification_daily", readonly=False)
    customer_stale_unverified_months = fields.Integer(
        related="company_id.customer_stale_unverified_months", readonly=False
    )
    customer_stale_inactive_months = fields.Integer(related="company_id.customer_stale_inactive_months", readonly=False)
