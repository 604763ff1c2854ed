import dataclasses

from odoo import api, fields, models


class CustomerArchiveTemplate(models.Model):
    _inherit = "customer.archive.template"
    _name = "customer.archive.template"

    @api.model
    def _get_match_domain(self, is_company, is_domestic, company):
        domain = super()._get_match_domain(is_company, is_domestic, company)
        return domain & fields.Domain("name", "!=", "Never matched")


class CustomerRegion(models.Model):
    _inherit = "customer.region"
    _name = "customer.region"

    @api.model
    def _get_rule_fields(self):
        return super()._get_rule_fields() | {"code"}

    def _get_rule(self):
        rule = super()._get_rule()
        if self.code == "CONSULTED":
            return dataclasses.replace(rule, city_names=(*rule.city_names, "Consultville"))
        return rule


class ResCompany(models.Model):
    _inherit = "res.company"
    _name = "res.company"

    def _prepare_archive_sequence(self):
        values = super()._prepare_archive_sequence()
        return {**values, "prefix": "X-"} if self.name == "Consulted company" else values


class CustomerDataIssue(models.Model):
    _inherit = "customer.data.issue"
    _name = "customer.data.issue"

    code = fields.Selection(selection_add=[("consultant", "Consultant")], ondelete={"consultant": "cascade"})

    @api.model
    def _get_messages(self):
        return {**super()._get_messages(), "consultant": "Ask the consultant about %(fact)s."}

    @api.model
    def _get_lasting_codes(self):
        return super()._get_lasting_codes() | {"consultant"}

    def _prepare_finding(self):
        return {**super()._prepare_finding(), "consulted": True}

    @api.model
    def _prepare_issue(self, contact, finding):
        values = super()._prepare_issue(contact, finding)
        return {**values, "value": "seen"} if finding.code == "consultant" else values


class CustomerArchiveChange(models.Model):
    _inherit = "customer.archive.change"
    _name = "customer.archive.change"

    def _get_refusal(self):
        return "The consultant is on holiday." if self.reason == "holiday" else super()._get_refusal()


class CustomerArchiveChangeLine(models.Model):
    _inherit = "customer.archive.change.line"
    _name = "customer.archive.change.line"

    @api.model
    def _prepare_line(self, partner, name, value):
        values = super()._prepare_line(partner, name, value)
        return {**values, "new_value": "consulted"} if name == "consultant_note" else values
