from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Cases on the archive."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_case_ids = fields.One2many("customer.case", "partner_id", "Cases", copy=False)
    customer_case_count = fields.Integer("Open Cases", compute="_compute_customer_case_count")
    customer_case_late_count = fields.Integer("Late Cases", compute="_compute_customer_case_count")

    @api.depends_context("uid")
    def _compute_customer_case_count(self):
        Case = self.env["customer.case"]
        archives = self._origin.commercial_partner_id
        domain = Domain("partner_id", "in", archives.ids)
        counts = dict(Case._read_group(domain & Case._get_open_domain(), ["partner_id"], ["__count"]))
        late = dict(Case._read_group(domain & Domain("is_late", "=", True), ["partner_id"], ["__count"]))
        for partner in self:
            partner.customer_case_count = counts.get(partner._origin.commercial_partner_id, 0)
            partner.customer_case_late_count = late.get(partner._origin.commercial_partner_id, 0)

    def action_view_cases(self):
        """Open the cases of the archive."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_case_action")
        archive = self.commercial_partner_id
        people = {} if self.is_company else {"default_contact_id": self.id}
        context = {"default_partner_id": archive.id, **people}
        return dict(action, domain=[("partner_id", "=", archive.id)], context=context)
