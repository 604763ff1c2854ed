from odoo import fields, models


class CustomerCaseDepartment(models.Model):
    """Who answers for cases of some kind: people and their manager, without a list of employees."""

    _name = "customer.case.department"
    _description = "Department for Cases"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    manager_id = fields.Many2one(
        "res.users", "Department Manager", index="btree_not_null", ondelete="set null",
        domain=[("share", "=", False)], help="Answers for cases that nobody is named for, and hears of late ones.",
    )
    member_ids = fields.Many2many(
        "res.users", "customer_case_department_user_rel", "department_id", "user_id", "Department Members",
        domain=[("share", "=", False)], help="Work on the department's cases, whoever is responsible for one.",
    )

    def _get_people(self):
        """Manager and members, as ``res.users``."""
        # sudo: who belongs to a department does not depend on who asks
        departments = self.sudo()
        return departments.manager_id | departments.member_ids


# No record rule: names of what a company does, the same for every company
class CustomerCaseFunction(models.Model):
    """What of the company a case is about, such as delivery or invoicing; a matrix shows where it hurts."""

    _name = "customer.case.function"
    _description = "Business Function"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
