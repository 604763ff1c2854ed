from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import plaintext2html

from ..const import GROUP_MANAGER, GROUP_QUALITY


class CustomerCaseSolution(models.Model):
    """A solution that is worth knowing: what the problem looks like and what to do about it. It names no customer."""

    _name = "customer.case.solution"
    _description = "Solution"
    _inherit = ["customer.guard.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char("Title", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    category_id = fields.Many2one(
        "customer.case.category", index="btree_not_null", ondelete="set null", check_company=True
    )
    problem = fields.Text(help="What the customer sees, in the words that customers use.")
    solution = fields.Html(required=True)
    is_published = fields.Boolean(
        "Published", readonly=True, copy=False, index=True, help="Offered to everybody who enters a case."
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"is_published"}

    @api.model
    def _is_publisher(self):
        """Hook: whether the person publishes solutions and changes published ones."""
        return any(self.env.user.has_group(group) for group in (GROUP_MANAGER, GROUP_QUALITY))

    def write(self, vals):
        if not self.env.su and not self._is_publisher():
            self._check_own()
        return super().write(vals)

    def _check_own(self):
        if self.filtered(lambda record: record.is_published or record.create_uid != self.env.user):
            raise AccessError(
                self.env._("Published solutions, and drafts of others, are changed by Quality and managers.")
            )

    def action_publish(self):
        """Offer solutions to everybody who enters a case."""
        self._set_published(True)

    def action_withdraw(self):
        """Offer them no more."""
        self._set_published(False)

    def _set_published(self, is_published):
        self.check_access("write")
        if not self._is_publisher():
            raise AccessError(self.env._("Quality and managers publish solutions."))
        # sudo: set by the buttons only, after the check above
        self.sudo().is_published = is_published


class CustomerCase(models.Model):
    _inherit = "customer.case"
    _name = "customer.case"

    def action_draft_solution(self):
        """Write down what solved a case, for the next time."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Solution"),
            "res_model": "customer.case.solution",
            "views": [(False, "form")],
            "context": {
                "default_name": self.name,
                "default_category_id": self.category_id.id,
                "default_solution": plaintext2html(self.resolution or ""),
            },
        }
