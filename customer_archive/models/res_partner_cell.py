import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import CELL_MODELS


class ResPartner(models.Model):
    """Contacts by the number in a table of movement that they are behind."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_cell = fields.Char(
        "Number in a Table of Movement", store=False, search="_search_customer_cell", exportable=False
    )

    @api.model
    def _search_customer_cell(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._find_cell(cell) for cell in value)

    @api.model
    def _find_cell(self, cell):
        """The customers of a number as ``customer.cell.mixin`` writes it, as a ``Domain``.

        It comes from outside: the person has to be allowed to read the table, and the classes have to be in it.
        """
        try:
            model, table_id, old, new = json.loads(cell)
        except (TypeError, ValueError):
            model, table_id, old, new = [None] * 4
        if model not in CELL_MODELS or type(table_id) is not int:
            raise UserError(self.env._("“%s” is no number in a table of movement.", cell))
        table = self.env[model].browse(table_id).exists()
        if not table:
            raise UserError(self.env._("This table is no longer kept: make it once more and choose the number there."))
        table.check_access("read")
        table._get_cell_names(old, new)
        return table._get_cell_domain(old, new)
