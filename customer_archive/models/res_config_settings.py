from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"
    _name = "res.config.settings"

    archive_sequence_id = fields.Many2one(related="company_id.archive_sequence_id")
    archive_sequence_prefix = fields.Char(
        "Prefix of Archive Numbers", related="company_id.archive_sequence_id.prefix", readonly=False
    )
    archive_sequence_padding = fields.Integer(
        "Digits of Archive Numbers", related="company_id.archive_sequence_id.padding", readonly=False
    )
    archive_default_access = fields.Selection(related="company_id.archive_default_access", readonly=False)
    archive_checker_id = fields.Many2one(related="company_id.archive_checker_id", readonly=False)
    archive_approver_id = fields.Many2one(related="company_id.archive_approver_id", readonly=False)
    customer_dormant_days = fields.Integer(related="company_id.customer_dormant_days", readonly=False)
    customer_lost_days = fields.Integer(related="company_id.customer_lost_days", readonly=False)
    customer_visit_location = fields.Boolean(related="company_id.customer_visit_location", readonly=False)
    archive_apply_enabled = fields.Boolean(related="company_id.archive_apply_enabled", readonly=False)
    archive_apply_url = fields.Char(related="company_id.archive_apply_url")
    archive_apply_consent = fields.Html(related="company_id.archive_apply_consent", readonly=False)
