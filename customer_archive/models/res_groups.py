from odoo import models


class ResGroups(models.Model):
    _inherit = "res.groups"
    _name = "res.groups"

    def write(self, vals):
        if not {"user_ids", "implied_ids", "implied_by_ids"} & vals.keys():
            return super().write(vals)
        with self.env["customer.audit.rights"]._noting():
            return super().write(vals)
