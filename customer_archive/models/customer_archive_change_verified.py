from odoo import api, fields, models

from ..const import FROM_CUSTOMER, FROM_IMPORT, FROM_STAFF


class CustomerArchiveChange(models.Model):
    """Proposals that are the answer to a request to confirm facts."""

    _inherit = "customer.archive.change"
    _name = "customer.archive.change"

    verification_id = fields.Many2one("customer.verification", "Confirmation", readonly=True, index="btree_not_null")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"verification_id"}

    def _get_fact_source(self):
        """Hook: where the facts of one approved proposal come from, as a key of ``FACT_SOURCES``."""
        self.ensure_one()
        return {"portal": FROM_CUSTOMER, "import": FROM_IMPORT}.get(self.source, FROM_STAFF)

    def _get_fact_verifier(self):
        """Who vouches for the facts of one approved proposal, as ``res.partner``: the customer who said so, else who
        approved it."""
        self.ensure_one()
        said_by = self.verification_id.answered_by_id or (self.source == "portal" and self.user_id.partner_id)
        return said_by or self.env.user.partner_id


class CustomerArchiveChangeLine(models.Model):
    """An approved fact is a confirmed one."""

    _inherit = "customer.archive.change.line"
    _name = "customer.archive.change.line"

    def _apply(self):
        result = super()._apply()
        for change in self.change_id.sudo():
            names = (self & change.line_ids).mapped("field_name")
            filled = [name for name in names if name in change.partner_id._get_filled_facts()]
            self.env["customer.fact.verification"]._note(
                {change.partner_id: filled}, change._get_fact_source(), change._get_fact_verifier()
            )
        return result
