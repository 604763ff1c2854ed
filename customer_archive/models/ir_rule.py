from odoo import models

from ..const import AUDIT_DENIED


class IrRule(models.Model):
    _inherit = "ir.rule"
    _name = "ir.rule"

    def _make_access_error(self, operation, records):
        log = self.env["customer.audit.log"]
        if records._name == "ir.attachment":
            records._note_refused(operation)
        elif records._is_audited(read=False):
            log._note(AUDIT_DENIED, records._name, records.ids, field_names=[operation])
        return super()._make_access_error(operation, records)
