import re

from odoo import api, models

from ..const import WARNING
from ..encrypted import UNREADABLE, Encrypted, reveal
from ..tools import text, uscc
from ..tools.finding import Finding

# Numbers as long as a resident's; those that begin with 9 are of foreigners and have another check.
RESIDENT = re.compile(r"[1-8][0-9]{13,}[0-9X]")


class ResPartner(models.Model):
    """What of a person is encrypted: the identity number and the private phone number."""

    _inherit = ["res.partner", "customer.encrypted.mixin"]
    _name = "res.partner"

    customer_identity_number = Encrypted(
        "Identity Number",
        mask=(4, 4),
        normalize=text.normalize_code,
        tracking=True,
        help="Resident identity card, passport or another document of a person. Stored encrypted, shown masked.",
    )
    customer_private_phone = Encrypted(
        "Private Phone",
        mask=(3, 4),
        normalize=text.normalize_phone,
        tracking=True,
        help="A number that colleagues do not need to see. Stored encrypted, shown masked.",
    )

    @api.model
    def _get_archive_finders(self):
        return [*super()._get_archive_finders(), "_find_identity_faults"]

    def _find_identity_faults(self):
        """Identity numbers of persons in the country that are none; the finding does not repeat the number."""
        return [
            (person, Finding("identity_number", "customer_identity_number", WARNING))
            for person in (self | self.child_ids).filtered("customer_identity_number")
            if not person._is_identity_number_valid()
        ]

    def _is_identity_number_valid(self):
        """Hook: whether the identity number of one person is one; documents of other countries are not judged."""
        self.ensure_one()
        if self.customer_identity_number.startswith(UNREADABLE) or not self._is_domestic():
            return True
        number = reveal(self, "customer_identity_number")
        return not RESIDENT.fullmatch(number) or uscc.is_resident_id(number)

    def _is_guarded_change(self, name, value):
        field = self._fields[name]
        if not isinstance(field, Encrypted):
            return super()._is_guarded_change(name, value)
        return any(field.changes(record, value) for record in self)

    @api.model
    def _get_archive_controlled_fields(self):
        return [*super()._get_archive_controlled_fields(), "customer_identity_number"]

    @api.model
    def _get_archive_tracked_fields(self):
        return {n for n in super()._get_archive_tracked_fields() if not isinstance(self._fields[n], Encrypted)}
