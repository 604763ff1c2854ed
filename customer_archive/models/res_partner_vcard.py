from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    def _build_vcard(self):
        """A card that is taken out says who took it."""
        vcard = super()._build_vcard()
        Policy = self.env["customer.export.policy"]
        if vcard and (opened := Policy._get_open_mark()):
            vcard.add("x-exported-by").value = opened["who"]
            vcard.add("x-exported-on").value = opened["when"]
            vcard.add("x-export-mark").value = opened["mark"]
        return vcard
