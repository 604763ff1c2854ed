from odoo import api, models


class CustomerContract(models.Model):
    """A consultant's contract: the place of delivery is signed as well, and the sales manager is warned last."""

    _inherit = "customer.contract"
    _name = "customer.contract"

    @api.model
    def _get_signed_fields(self):
        return super()._get_signed_fields() | {"note"}

    def _get_warned_user(self):
        return super()._get_warned_user() or self.env.ref("base.user_admin")


class CustomerContractDocument(models.Model):
    """Documents of contracts: contacts can be linked in a company whose orders are kept elsewhere."""

    _inherit = "customer.contract.document"
    _name = "customer.contract.document"

    @api.model
    def _select_models(self):
        return [*super()._select_models(), ("calendar.event", "Meeting")]
