from odoo import models

from ..tools.formula import unescape_formula


class Import(models.TransientModel):
    """The host's import of contacts reads a CSV that the host exported as it was: without the apostrophes."""

    _inherit = "base_import.import"
    _name = "base_import.import"

    def _read_csv(self, options):
        content = super()._read_csv(options)
        if not content or not self.env["customer.export.policy"]._is_guarded_model(self.res_model or ""):
            return content
        length, rows = content
        return length, [[unescape_formula(cell) for cell in row] for row in rows]
