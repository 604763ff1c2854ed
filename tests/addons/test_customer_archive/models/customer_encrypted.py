"""An encrypted field on a model of another addon, and the hooks of encrypted fields."""

from odoo import api, models
from odoo.addons.customer_archive.encrypted import Encrypted


class ResPartnerBank(models.Model):
    _inherit = ["res.partner.bank", "customer.encrypted.mixin"]
    _name = "res.partner.bank"

    consultant_card = Encrypted("Card Number", mask=(0, 4), normalize=lambda text: text.replace(" ", ""))

    @api.model
    def _get_reveal_seconds(self):
        return min(super()._get_reveal_seconds(), 5)


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    def _is_identity_number_valid(self):
        return self._is_consulted() or super()._is_identity_number_valid()
