from odoo import api, models

from ..encrypted import encrypted_fields, reveal


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"
    _name = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        # The host copies what it reads, which is masked. So the contact that stays gets its encrypted values before.
        for field in encrypted_fields(dst_partner):
            source = next((partner for partner in src_partners if partner[field.name]), None)
            if source and not dst_partner[field.name]:
                dst_partner[field.name] = reveal(source, field.name)
        return super()._update_values(src_partners, dst_partner)
