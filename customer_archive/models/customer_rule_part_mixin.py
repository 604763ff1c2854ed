from odoo import api, models
from odoo.exceptions import UserError

from ..const import DRAFT


class CustomerRulePartMixin(models.AbstractModel):
    """Parts of a set of class rules: they change with a draft only, whoever asks, so that a published version stays.

    Each part has ``rule_set_id``.
    """

    _name = "customer.rule.part.mixin"
    _description = "Part of a Set of Class Rules"

    def _check_draft(self):
        if fixed := self.rule_set_id.filtered(lambda rule_set: rule_set.state != DRAFT)[:1]:
            raise UserError(fixed._get_fixed_message())

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_draft()
        return parts

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        self._check_draft()
