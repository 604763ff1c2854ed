from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerContractDocument(models.Model):
    """An order or another document of an installed app that belongs to a contract."""

    _name = "customer.contract.document"
    _description = "Document of a Contract"
    _inherit = ["customer.link.mixin"]
    _order = "id"
    _rec_name = "res_name"

    contract_id = fields.Many2one("customer.contract", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="contract_id.company_id")
    document = fields.Reference(selection="_select_models", string="Linked Document", required=True)
    res_name = fields.Char("Document", compute="_compute_res_name")
    kind_name = fields.Char("Kind", compute="_compute_res_name")

    _document_uniq = models.UniqueIndex("(contract_id, document)", "The document belongs to the contract already.")

    @api.model
    def _select_models(self):
        """Hook: models of documents that belong to contracts, of those that are installed: list of (name, label)."""
        sources = self.env["res.partner"]._get_archive_document_sources().values()
        names = dict.fromkeys(source["model"] for source in sources if source["model"] in self.env)
        # sudo: names of models
        return [(name, self.env["ir.model"].sudo()._get(name).name) for name in names]

    @api.depends("document")
    @api.depends_context("uid", "lang")
    def _compute_res_name(self):
        labels = dict(self._select_models())
        for record in self:
            document = record.document
            record.kind_name = document and labels.get(document._name)
            # a document follows its own rules, whoever reads the contract
            readable = document and document.sudo(False).exists().has_access("read")
            record.res_name = document.sudo().display_name if readable else self.env._("Not visible to you")

    @api.constrains("document", "contract_id")
    def _check_document(self):
        for record in self:
            document = record.document
            customer = document._fields.get("partner_id") and document.sudo().partner_id.commercial_partner_id
            if customer != record.contract_id.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._("This document is not one of the customer's: choose another one, or another contract.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_readable()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "document" in vals:
            self._check_readable()
        return result

    def _check_readable(self):
        if not self.env.su:
            for record in self:
                record.document.check_access("read")

    def action_open(self):
        """Open the document."""
        self.ensure_one()
        self.document.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": self.document._name, "res_id": self.document.id,
            "views": [(False, "form")],
        }
