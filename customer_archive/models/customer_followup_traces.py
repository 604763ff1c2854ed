from odoo import api, models

from ..const import DELETE
from ..tools.privacy import Place


class CustomerPrivacyPlace(models.AbstractModel):
    """Follow-ups among what is held about a person."""

    _inherit = "customer.privacy.place"
    _name = "customer.privacy.place"

    @api.model
    def _get_places(self, people):
        about = ["|", ("partner_id", "in", people.ids), ("contact_id", "in", people.ids)]
        return [
            *super()._get_places(people),
            Place("followup", "customer.followup", about, self.env._("Follow-ups"),
                  show=("rule_id", "planned_date", "state"), action=DELETE),
        ]
