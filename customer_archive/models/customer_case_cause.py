from odoo import api, fields, models
from odoo.tools import is_html_empty

from ..tools.case import COMPLAINT


class CustomerCase(models.Model):
    """Work on a case, its cause, and what is done about it."""

    _inherit = "customer.case"
    _name = "customer.case"

    cause = fields.Html(copy=False, help="Why it happened, not who did it.")
    work_ids = fields.One2many("customer.case.work", "case_id", "Work Log")
    work_hours = fields.Float("Working Hours", compute="_compute_work_hours")
    measure_ids = fields.One2many("customer.case.measure", "case_id", "Measures")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.measure_ids._plan()
        return records

    @api.depends("work_ids.duration")
    def _compute_work_hours(self):
        rows = self.env["customer.case.work"]._read_group([("case_id", "in", self.ids)], ["case_id"], ["duration:sum"])
        hours = {record.id: total for record, total in rows}
        for record in self:
            record.work_hours = hours.get(record._origin.id, 0)

    def _needs_cause(self):
        """Hook: whether one case takes a cause and a corrective measure before it is resolved."""
        self.ensure_one()
        return self.kind == COMPLAINT

    def _get_resolve_refusal(self):
        if refusal := super()._get_resolve_refusal():
            return refusal
        if not self._needs_cause():
            return ""
        if is_html_empty(self.cause):
            return self.env._("Say why it happened first: the cause is missing.")
        if not self.measure_ids.filtered(lambda measure: measure.kind == "corrective"):
            return self.env._("Say what puts it right first: there is no corrective measure.")
        return ""
