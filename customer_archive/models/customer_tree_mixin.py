from odoo import models
from odoo.exceptions import ValidationError


class CustomerTreeMixin(models.AbstractModel):
    """Trees that administrators edit: a loop is refused with its name before the host stumbles over it."""

    _name = "customer.tree.mixin"
    _description = "Tree of Settings"

    def write(self, vals):
        parent = self.browse(vals.get("parent_id"))
        if parent and self.search_count([("id", "child_of", self.ids), ("id", "=", parent.id)]):
            raise ValidationError(self.env._("“%s” cannot be a part of itself or of its own parts.", self[:1].name))
        return super().write(vals)
