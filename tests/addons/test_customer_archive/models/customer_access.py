"""Hooks of access: a consultant lets whoever manages surveys read every archive."""

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    consultant_column = fields.Char()

    @api.model
    def _get_archive_scope_fields(self):
        return super()._get_archive_scope_fields() | {"consultant_column"}

    @api.model
    def _get_archive_reading_groups(self):
        return super()._get_archive_reading_groups() | {"survey.group_survey_manager"}

    @api.model
    def _get_archive_read_domain(self):
        return super()._get_archive_read_domain() | Domain("consultant_note", "=", "for all to read")

    @api.model
    def _get_archive_write_domain(self):
        return super()._get_archive_write_domain() | Domain("consultant_note", "=", "for all to write")


class CustomerDataIssue(models.Model):
    _inherit = "customer.data.issue"
    _name = "customer.data.issue"

    consultant_partner_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="set null")

    @api.model
    def _get_customer_fields(self):
        return [*super()._get_customer_fields(), "consultant_partner_id"]


class IrRule(models.Model):
    _inherit = "ir.rule"
    _name = "ir.rule"

    @api.model
    def _tells_customers(self, records):
        return super()._tells_customers(records) or records._name == "res.country.state"
