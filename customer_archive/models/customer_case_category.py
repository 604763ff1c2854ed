from odoo import api, fields, models

from ..const import CASE_KINDS, CASE_SEVERITIES, CASE_URGENCIES
from ..tools.case import MODERATE


class CustomerCaseCategory(models.Model):
    """What a case is about, the customer's pain point: how serious it usually is, and who answers for it."""

    _name = "customer.case.category"
    _inherit = ["customer.tree.mixin"]
    _description = "Case Category"
    _parent_store = True
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    parent_id = fields.Many2one(
        "customer.case.category", "Part of", index=True, ondelete="restrict", check_company=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("customer.case.category", "parent_id", "Parts")
    kind = fields.Selection(CASE_KINDS, "Kind of Case", help="Empty: for every kind.")
    function_id = fields.Many2one(
        "customer.case.function", "Business Function", ondelete="restrict", index="btree_not_null",
        help="What of the company it is about. Empty: as the category above.",
    )
    severity = fields.Selection(CASE_SEVERITIES, "Usual Severity", required=True, default=MODERATE)
    urgency = fields.Selection(CASE_URGENCIES, help="Makes cases more urgent than their severity alone.")
    response_hours = fields.Float(
        "First Answer Within (working hours)", help="Empty: as the customer's policy or the company says."
    )
    resolve_hours = fields.Float(
        "Solved Within (working hours)", help="Empty: as the customer's policy or the company says."
    )
    department_id = fields.Many2one(
        "customer.case.department", ondelete="restrict", index="btree_not_null", check_company=True,
        help="Answers for these cases. Empty: as the category above.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible Person", domain=[("share", "=", False)], index="btree_not_null", ondelete="set null",
        help="Gets these cases. Empty: as the category above, else the owner of the archive.",
    )
    needs_return_visit = fields.Boolean(
        "With Return Visit", help="Somebody else asks the customer before a case is closed. Complaints always do."
    )
    is_offered = fields.Boolean(
        "Customers Choose It", default=True, help="Offered on the portal page on which customers open a case."
    )

    _not_negative = models.Constraint("CHECK (response_hours >= 0 AND resolve_hours >= 0)", "Hours are not negative.")

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            above = record.parent_id.display_name
            record.display_name = f"{above} / {record.name}" if above else record.name

    def _get_inherited(self, name):
        """The value of a field, of the nearest category above where this one says nothing."""
        record = self
        while record and not record[name]:
            record = record.parent_id
        return record[name]
