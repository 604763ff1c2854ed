from odoo import api, models
from odoo.addons.customer_archive.tools.upload import Limits


class CustomerCaseEntry(models.AbstractModel):
    """A consultant's page: cases about contracts as well, no swear words, and two small files."""

    _inherit = "customer.case.entry"
    _name = "customer.case.entry"

    @api.model
    def _get_entry_fields(self):
        return {**super()._get_entry_fields(), "machine": 20}

    @api.model
    def _get_entry_documents(self, person):
        # sudo: the domain allows what is of their own organization
        mine = [("partner_id", "child_of", person.commercial_partner_id.id)]
        return [*super()._get_entry_documents(person), self.env["customer.contract"].sudo().search(mine)]

    @api.model
    def _get_entry_company(self, person):
        named = self.env["res.company"].sudo().search([("name", "=", person.function or "")])
        return named or super()._get_entry_company(person)

    @api.model
    def _get_faults(self, person, values):
        errors = super()._get_faults(person, values)
        return {**errors, "name": "Be kind"} if "damn" in values["name"] else errors

    @api.model
    def _get_file_limits(self):
        limits = super()._get_file_limits()
        return Limits(2, limits.size)

    @api.model
    def _get_entry_limits(self):
        return {**super()._get_entry_limits(), "case": (3, 3, 60)}

    @api.model
    def _prepare_case_values(self, person, values, company):
        found = super()._prepare_case_values(person, values, company)
        return {**found, "name": " ".join(filter(None, (found["name"], values["machine"])))}
