from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerCaseDocument(models.Model):
    """What of an installed app a case is about: a product, a lot, an order, a delivery, an invoice."""

    _name = "customer.case.document"
    _description = "Subject of a Case"
    _inherit = ["customer.document.mixin", "customer.case.part.mixin"]
    _order = "id"

    _document_uniq = models.UniqueIndex("(case_id, document)", "The document belongs to the case already.")

    @api.model
    def _select_models(self):
        """Hook: models that cases can be about, of those that are installed: list of (name, label)."""
        return self._name_models(("product.product", "stock.lot", "sale.order", "stock.picking", "account.move"))

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


class CustomerCase(models.Model):
    _inherit = "customer.case"
    _name = "customer.case"

    document_ids = fields.One2many("customer.case.document", "case_id", "Orders and Products")
    has_documents = fields.Boolean(compute="_compute_has_documents", exportable=False)

    def _compute_has_documents(self):
        # without an app that has orders or the like there is nothing to link
        self.has_documents = bool(self.env["customer.case.document"]._select_models())

    @api.constrains("partner_id")
    def _check_documents(self):
        self.document_ids._check_document()
