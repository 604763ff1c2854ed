from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    def _get_class_sections(self):
        sections = super()._get_class_sections()
        if self._is_consulted():
            sections.append(
                {"title": "Terms", "rows": [{"label": "Payment", "value": "30 days", "source": "From level Gold"}]}
            )
        return sections
