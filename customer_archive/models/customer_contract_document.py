from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerContractDocument(models.Model):
    """An order or another document of an installed app that belongs to a contract."""

    _name = "customer.contract.document"
    _description = "Document of a Contract"
    _inherit = ["customer.document.mixin", "customer.link.mixin"]
    _order = "id"

    contract_id = fields.Many2one("customer.contract", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="contract_id.company_id")

    _document_uniq = models.UniqueIndex("(contract_id, document)", "The document belongs to the contract already.")

    @api.model
    def _select_models(self):
        """Hook: models of documents that belong to contracts, of those that are installed: list of (name, label)."""
        sources = self.env["res.partner"]._get_archive_document_sources().values()
        return self._name_models(source["model"] for source in sources)

    @api.constrains("document", "contract_id")
    def _check_document(self):
        for record in self:
            document = record.document
            customer = document._fields.get("partner_id") and document.sudo().partner_id.commercial_partner_id
            if customer != record.contract_id.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._("This document is not one of the customer's: choose another one, or another contract.")
                )
