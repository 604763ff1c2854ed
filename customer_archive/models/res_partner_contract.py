from odoo import api, fields, models


class ResPartner(models.Model):
    """Contracts on the archive."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_contract_ids = fields.One2many("customer.contract", "partner_id", "Contracts", copy=False)
    customer_contract_count = fields.Integer("Contracts in Force", compute="_compute_customer_contract_count")

    @api.depends_context("uid")
    def _compute_customer_contract_count(self):
        Contract = self.env["customer.contract"]
        domain = Contract._get_running_domain() & fields.Domain("partner_id", "in", self.ids)
        readable = Contract.has_access("read")
        counts = dict(Contract._read_group(domain, ["partner_id"], ["__count"])) if readable else {}
        for partner in self:
            partner.customer_contract_count = counts.get(partner._origin, 0)

    def action_view_contracts(self):
        """Open the contracts of the archive."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_contract_action")
        return dict(action, domain=[("partner_id", "=", self.id)], context={"default_partner_id": self.id})
