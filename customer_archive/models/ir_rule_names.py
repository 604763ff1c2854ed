from odoo import api, models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    """Refusals that do not tell whom they protect."""

    _inherit = "ir.rule"
    _name = "ir.rule"

    def _make_access_error(self, operation, records):
        # In debug mode the host lists the names of what it refuses: the name of a hidden customer, or of its contract.
        error = super()._make_access_error(operation, records)
        if not self._tells_customers(records):
            return error
        message = str(error)
        # sudo: to find the names that must not be told
        for record in records[:6].sudo():
            message = message.replace(f", {record.display_name} ({records._name}:", f" ({records._name}:")
        nameless = AccessError(message)
        if hasattr(error, "context"):
            nameless.context = error.context
        return nameless

    @api.model
    def _tells_customers(self, records):
        """Hook: whether names of these records may tell of a customer: contacts, and what points to one."""
        return records._name == "res.partner" or any(
            field.type == "many2one" and field.comodel_name == "res.partner" for field in records._fields.values()
        )
