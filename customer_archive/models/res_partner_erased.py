from odoo import api, fields, models


class ResPartner(models.Model):
    """A person who was erased: a contact without facts that documents still point to."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_erased_date = fields.Datetime("Erased On", copy=False, readonly=True, index="btree_not_null")
    customer_kept_until = fields.Date(
        "Name Kept Until", copy=False, readonly=True, index="btree_not_null",
        help="Documents that the law wants kept name this person until then.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"customer_erased_date", "customer_kept_until"}
