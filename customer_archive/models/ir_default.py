from odoo import api, models
from odoo.exceptions import UserError

from ..encrypted import Encrypted


class IrDefault(models.Model):
    _inherit = "ir.default"
    _name = "ir.default"

    @api.constrains("field_id", "json_value")
    def _check_encrypted(self):
        """A default is plain text in a table that everybody reads."""
        for default in self:
            # sudo: which field it is does not depend on who may read the list of fields
            target = default.field_id.sudo()
            field = self.env[target.model]._fields.get(target.name)
            if isinstance(field, Encrypted):
                raise UserError(
                    self.env._("%(field)s is encrypted and has no default.", field=target.field_description)
                )
