from odoo import models


class ResPartner(models.Model):
    """The way from a contact to its timeline."""

    _inherit = "res.partner"
    _name = "res.partner"

    def action_view_timeline(self):
        """Open the timeline of a customer, or of one of its contacts, on a page of its own."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_timeline_action")
        has_contacts = self.is_company and self.commercial_partner_id == self
        name = self.env._("Timeline of %s", self.display_name)
        return dict(action, name=name, display_name=name, context={"active_id": self.id, "has_contacts": has_contacts})
