from odoo import api, models
from odoo.exceptions import UserError

from ..encrypted import UNREADABLE, Encrypted, reveal
from ..tools import sealed_value


class CustomerArchiveChangeLine(models.Model):
    """A proposed encrypted fact: both values are encrypted here too, and whoever decides sees them masked."""

    _inherit = ["customer.archive.change.line", "customer.encrypted.mixin"]
    _name = "customer.archive.change.line"

    old_secret = Encrypted("Old (Encrypted)")
    new_secret = Encrypted("New (Encrypted)")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"old_secret", "new_secret"}

    @api.model
    def _prepare_line(self, partner, name, value):
        field = partner._fields[name]
        if not isinstance(field, Encrypted):
            return super()._prepare_line(partner, name, value)
        return {
            "field_name": name,
            "old_secret": reveal(partner, name) or False,
            "new_secret": field._normalize(field.convert_to_cache(value, partner)) or False,
        }

    def _is_encrypted(self):
        self.ensure_one()
        return isinstance(self.env["res.partner"]._fields.get(self.field_name), Encrypted)

    def _get_new_value(self):
        if not self._is_encrypted():
            return super()._get_new_value()
        return reveal(self, "new_secret") or False

    @api.depends("old_secret", "new_secret")
    def _compute_texts(self):
        encrypted = self.filtered(lambda line: line.field_name and line._is_encrypted())
        for line in encrypted:
            partner = line.partner_id
            line.field_label = partner._get_fact_label(line.field_name)
            line.old_text = line._mask("old_secret")
            line.new_text = line._mask("new_secret")
            line.current_text = partner[line.field_name] or ""
            line.is_outdated = line.state == "pending" and line._differs_from_archive()
        return super(CustomerArchiveChangeLine, self - encrypted)._compute_texts()

    def _differs_from_archive(self):
        try:
            return reveal(self.partner_id, self.field_name) != reveal(self, "old_secret")
        except UserError:
            # a key is missing: nothing can be said, and applying the proposal will say why
            return False

    def _mask(self, name):
        """An encrypted value as its own field shows it."""
        if not self[name] or self[name].startswith(UNREADABLE):
            return self[name] or ""
        return sealed_value.mask(reveal(self, name), *self.env["res.partner"]._fields[self.field_name].mask)

    def action_refresh(self):
        encrypted = self.filtered(lambda line: line._is_encrypted())
        encrypted.change_id._check_decision()
        for line in encrypted:
            # sudo: values of a line are set by this model only
            line.sudo().old_secret = reveal(line.partner_id, line.field_name) or False
        return super(CustomerArchiveChangeLine, self - encrypted).action_refresh()
