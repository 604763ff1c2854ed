from odoo import api, models

from ..encrypted import UNREADABLE, Encrypted, reveal

PICTURE = "image_1920"


class ResPartner(models.Model):
    """Facts of which a merge takes more than a plain value: encrypted ones and the picture."""

    _inherit = "res.partner"
    _name = "res.partner"

    @api.model
    def _is_merge_fact(self, field):
        return field.name == PICTURE or super()._is_merge_fact(field)

    @api.model
    def _get_merge_fact_names(self):
        names = super()._get_merge_fact_names()
        encrypted = [name for name, field in self._fields.items() if isinstance(field, Encrypted) and field.seals]
        return list(dict.fromkeys([*names, *encrypted]))

    def _get_merge_value(self, name):
        # an encrypted value is bound to its record: the other archive gets the text and encrypts it for itself
        if isinstance(self._fields[name], Encrypted):
            return reveal(self, name) or False
        return super()._get_merge_value(name)

    def _can_hand_over(self, name):
        if name == PICTURE:
            return bool(self._get_picture_mark())
        # sudo: what is shown instead of a value tells whether it can be read
        value = self.sudo()[name] if isinstance(self._fields[name], Encrypted) else ""
        # a value that cannot be read now stays where it may be read again
        return not (value and value.startswith(UNREADABLE)) and super()._can_hand_over(name)

    def _get_default_owner(self, other, name):
        if name == PICTURE:
            return self if self._get_picture_mark() or not other._can_hand_over(name) else other
        return super()._get_default_owner(other, name)

    def _takes_merge_value(self, other, name):
        if name == PICTURE:
            return self._get_picture_mark() != other._get_picture_mark()
        if isinstance(self._fields[name], Encrypted):
            # sudo: as for other facts; both values are opened, so that one that cannot be read is not lost
            return (reveal(self.sudo(), name) or False) != other.sudo()._get_merge_value(name)
        return super()._takes_merge_value(other, name)

    def _get_picture_mark(self):
        """What tells the picture of one contact from others; empty text where it has none."""
        self.ensure_one()
        domain = [("res_model", "=", self._name), ("res_field", "=", PICTURE), ("res_id", "=", self.id)]
        # sudo: of the file only its digest is read
        return self.env["ir.attachment"].sudo().search(domain, limit=1).checksum or ""
