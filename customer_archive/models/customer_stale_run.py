from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import CLOSED


class CustomerStaleRun(models.Model):
    """Archives that a person closed and hid in one go, with the way back for those that nobody has touched since."""

    _name = "customer.stale.run"
    _description = "Archives Closed in Bulk"
    _inherit = ["customer.guard.mixin"]
    _order = "id desc"
    _rec_name = "create_date"

    user_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, required=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one("res.company", readonly=True, required=True, default=lambda self: self.env.company)
    former_states = fields.Json("Archives and Their Status Before", groups=fields.NO_ACCESS, exportable=False)
    closed_count = fields.Integer("Closed", readonly=True)
    kept_count = fields.Integer("Left Alone", readonly=True)
    kept_text = fields.Text("Why", readonly=True)
    restored_count = fields.Integer("Put Back", readonly=True)
    undone_date = fields.Datetime("Undone On", readonly=True)
    undone_by_id = fields.Many2one("res.users", "Undone by", readonly=True)
    left_count = fields.Integer("Can Be Put Back", compute="_compute_left_count")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | set(self._fields) - set(models.MAGIC_COLUMNS)

    def _compute_left_count(self):
        # sudo: how many, not which
        rows = self.env["res.partner"].sudo().with_context(active_test=False)._read_group(
            self._get_left_domain(), ["archive_stale_run_id"], ["__count"]
        )
        counts = {run.id: count for run, count in rows}
        for run in self:
            run.left_count = counts.get(run.id, 0)

    def _get_left_domain(self):
        """Archives that are still as these runs left them."""
        return Domain([
            ("archive_stale_run_id", "in", self.ids), ("archive_state", "=", CLOSED), ("active", "=", False),
        ])

    #=== CLOSING ===#

    @api.model
    def _archive(self, rows):
        """Close and hide the archives of these rows, those that nothing speaks against.

        :param rows: ``customer.stale`` records
        :return: the run
        """
        rows.check_access("read")
        archives = rows.partner_id
        archives.check_access("read")
        refusals = archives._get_bulk_refusals()
        free = archives.filtered(lambda partner: partner.id not in refusals)
        if not free:
            raise UserError(self.env._("None of these archives can be closed:\n%s", self._word(archives, refusals)))
        # sudo: runs are made by this method only
        run = self.sudo().create({
            "former_states": {str(partner.id): partner.archive_state for partner in free},
            "closed_count": len(free),
            "kept_count": len(refusals),
            "kept_text": self._word(archives, refusals),
        })
        # sudo: the right to take the step was checked for each archive
        closed = free.sudo().with_context(tracking_disable=True)
        closed.write({"archive_state": CLOSED, "active": False, "archive_stale_run_id": run.id})
        closed._message_log_batch(
            {partner.id: self.env._("Closed in bulk, because nobody has cared for it for long.") for partner in closed}
        )
        return run.sudo(False)

    @api.model
    def _word(self, archives, refusals):
        names = archives.browse(list(refusals)[:100])
        return "\n".join(f"• {partner.name}: {refusals[partner.id]}" for partner in names)

    #=== WAY BACK ===#

    def action_undo(self):
        """Put back what is still as this run left it; what somebody opened, merged or erased since stays as it is."""
        self.ensure_one()
        self.check_access("read")
        # sudo: who may close archives may open them again; runs are those of the person, or of everybody for a manager
        left = self.env["res.partner"].sudo().with_context(active_test=False, tracking_disable=True).search(
            self._get_left_domain()
        )
        if not left:
            raise UserError(self.env._("There is nothing to put back: these archives were opened, merged or erased."))
        former = self.sudo().former_states
        for state, archives in left.grouped(lambda partner: former[str(partner.id)]).items():
            archives.write({"archive_state": state, "active": True, "archive_stale_run_id": False})
        left._message_log_batch({partner.id: self.env._("Put back: closing in bulk was undone.") for partner in left})
        # sudo: set by the buttons only
        self.sudo().write({
            "restored_count": self.restored_count + len(left), "undone_date": fields.Datetime.now(),
            "undone_by_id": self.env.uid,
        })
        self.invalidate_recordset(["left_count"])

    def action_view_archives(self):
        """Open the archives that can be put back."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=list(self._get_left_domain()), context={"active_test": False})

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "views": [(False, "form")]
        }
