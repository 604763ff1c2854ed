from odoo import api, models
from odoo.exceptions import AccessError

from ..const import AUDIT_DENIED


class Base(models.AbstractModel):
    """A field that is closed to somebody is refused in one place, whether to read, write, search or sort by."""

    _inherit = "base"
    _name = "base"

    @api.model
    def _check_field_access(self, field, operation):
        try:
            return super()._check_field_access(field, operation)
        except AccessError:
            if self._is_audited(read=False):
                log = self.env["customer.audit.log"]
                log._note(AUDIT_DENIED, self._name, self.ids, field_names=[operation, field.name])
            raise
