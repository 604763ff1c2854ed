from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerCaseDocument(models.Model):
    """What of an installed app a case is about: a product, a lot, an order, a delivery, an invoice."""

    _name = "customer.case.document"
    _description = "Subject of a Case"
    _inherit = ["customer.case.part.mixin"]
    _order = "id"
    _rec_name = "res_name"

    document = fields.Reference(selection="_get_case_document_models", string="Linked Document", required=True)
    res_name = fields.Char("Document", compute="_compute_res_name")
    kind_name = fields.Char("Kind", compute="_compute_res_name")

    _document_uniq = models.UniqueIndex("(case_id, document)", "The document belongs to the case already.")

    @api.model
    def _get_case_document_models(self):
        """Hook: models that cases can be about, of those that are installed: list of (name, label)."""
        names = ("product.product", "stock.lot", "sale.order", "stock.picking", "account.move")
        # sudo: names of models
        return [(name, self.env["ir.model"].sudo()._get(name).name) for name in names if name in self.env]

    @api.depends("document")
    @api.depends_context("uid", "lang")
    def _compute_res_name(self):
        labels = dict(self._get_case_document_models())
        for record in self:
            document = record.document
            record.kind_name = document and labels.get(document._name)
            # a document follows its own rules, whoever reads the case
            readable = document and document.sudo(False).exists().has_access("read")
            record.res_name = document.sudo().display_name if readable else self.env._("Not visible to you")

    @api.constrains("document", "case_id")
    def _check_document(self):
        for record in self:
            document = record.document.sudo()
            # products and lots are nobody's; a document without a customer is not someone else's
            owner = document.partner_id.commercial_partner_id if "partner_id" in document._fields else False
            if owner and owner != record.case_id.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._("This document is someone else's: choose one of the customer of the case.")
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


class CustomerCase(models.Model):
    _inherit = "customer.case"
    _name = "customer.case"

    document_ids = fields.One2many("customer.case.document", "case_id", "Orders and Products")
    has_documents = fields.Boolean(compute="_compute_has_documents", exportable=False)

    def _compute_has_documents(self):
        # without an app that has orders or the like there is nothing to link
        self.has_documents = bool(self.env["customer.case.document"]._get_case_document_models())

    @api.constrains("partner_id")
    def _check_documents(self):
        self.document_ids._check_document()
