from odoo import api, models

from ..const import DELETE
from ..merging import MergeRule
from ..tools.privacy import Place


class CustomerPrivacyPlace(models.AbstractModel):
    """That nobody has cared for a person is held about the person."""

    _inherit = "customer.privacy.place"
    _name = "customer.privacy.place"

    @api.model
    def _get_places(self, people):
        return [
            *super()._get_places(people),
            Place("stale", "customer.stale", [("partner_id", "in", people.ids)], self.env._("Stale archives"),
                  show=("reason", "since", "kept_until"), action=DELETE),
        ]


class CustomerMerger(models.AbstractModel):
    """Why a closed archive was stale says nothing about the one that is kept."""

    _inherit = "customer.merger"
    _name = "customer.merger"

    @api.model
    def _get_merge_rules(self, source, target):
        return {**super()._get_merge_rules(source, target), "customer_stale": MergeRule(stays=True)}
