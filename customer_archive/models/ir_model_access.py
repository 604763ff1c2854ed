from odoo import models

from ..const import AUDIT_DENIED


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"
    _name = "ir.model.access"

    def _make_access_error(self, model, mode):
        if model in self.env and self.env[model]._is_audited(read=False):
            self.env["customer.audit.log"]._note(AUDIT_DENIED, model, count=0, field_names=[mode])
        return super()._make_access_error(model, mode)
