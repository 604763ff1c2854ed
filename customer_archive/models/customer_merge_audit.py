from odoo import api, models


class CustomerAuditLog(models.Model):
    """The former facts that a merge keeps for its undoing are no matter of the log."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    @api.model
    def _get_audit_hidden_fields(self):
        return super()._get_audit_hidden_fields() | {"payload"}
