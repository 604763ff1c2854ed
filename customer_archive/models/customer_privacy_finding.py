from odoo import fields, models

from ..const import PLACE_ACTIONS


class CustomerPrivacyFinding(models.Model):
    """What is held about a person at one place: how much, and what an erasure does with it."""

    _name = "customer.privacy.finding"
    _description = "What Is Held about a Person"
    _order = "request_id, id"
    _rec_name = "label"

    request_id = fields.Many2one("customer.privacy.request", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    key = fields.Char(required=True, readonly=True)
    label = fields.Char("Place", required=True, readonly=True)
    model_name = fields.Char("Model", readonly=True)
    count = fields.Integer("Rows", readonly=True)
    action = fields.Selection(PLACE_ACTIONS, "At an Erasure", readonly=True)
    reason = fields.Char(readonly=True)
    until = fields.Date("Kept Until", readonly=True)
