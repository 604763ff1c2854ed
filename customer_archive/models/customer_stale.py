from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CONTROLLED_STATES, OPEN_VERIFICATIONS, STALE_REASONS

CALL = "mail.mail_activity_data_call"


class CustomerStale(models.Model):
    """An archive that nobody has cared for, with the reason; a queue to be worked off.

    The job makes and removes the rows. What a person decides to keep stays out of the queue until a day.
    """

    _name = "customer.stale"
    _description = "Stale Archive"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "since, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Owner", store=True, index=True)
    reason = fields.Selection(STALE_REASONS, required=True, readonly=True, index=True)
    since = fields.Date(required=True, readonly=True)
    kept_until = fields.Date(help="Until then it is not asked what becomes of the archive.")
    kept_by_id = fields.Many2one("res.users", "Kept by", readonly=True)
    archive_state = fields.Selection(related="partner_id.archive_state")
    last_contact_date = fields.Datetime(related="partner_id.archive_last_contact_date")
    verified_date = fields.Datetime(related="partner_id.archive_verified_date")

    _reason_uniq = models.UniqueIndex("(partner_id, reason)", "The archive is on the list for this reason already.")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"partner_id", "reason", "since", "kept_by_id"}

    def write(self, vals):
        if "kept_until" in vals and not self.env.su:
            super().write(vals)
            # sudo: who decided is noted by the machine; the right to edit was checked by the write
            return self.sudo().write({"kept_by_id": self.env.uid if vals["kept_until"] else False})
        return super().write(vals)

    #=== WORKING OFF ===#

    def _get_editable_archives(self):
        self.check_access("write")
        self.partner_id.check_access("write")
        return self.partner_id

    def action_open_customer(self):
        """Open the archive."""
        self.ensure_one()
        return self.partner_id.action_open_archive()

    def action_ask(self):
        """Ask the customers to confirm their facts: by mail, or by phone where no mail reaches them."""
        archives = self._get_editable_archives().filtered(lambda partner: partner.archive_state in CONTROLLED_STATES)
        # sudo: requests are made by this button; who edits the archives was checked
        waiting = archives.sudo().archive_verification_ids.filtered(lambda r: r.state in OPEN_VERIFICATIONS).partner_id
        rest = archives.filtered(lambda partner: partner not in waiting)
        if not rest:
            raise UserError(self.env._("These customers are being asked already."))
        return self._tell(
            self.env._("Asked: %s", len(self.env["customer.verification"]._ask(rest.sudo(), "hand")))
        )

    def action_call(self):
        """Give the owners an activity to call, one for each archive."""
        archives = self._get_editable_archives()
        kind = self.env.ref(CALL)
        # sudo: whether somebody is to call already, whoever it is
        calls = self.env["mail.activity"].sudo().search(
            [("res_model", "=", "res.partner"), ("res_id", "in", archives.ids), ("activity_type_id", "=", kind.id)]
        )
        rest = archives.filtered(lambda partner: partner.id not in calls.mapped("res_id"))
        for owner, own in rest.grouped("user_id").items():
            own.activity_schedule(
                CALL, user_id=(owner or self.env.user).id,
                summary=self.env._("Nobody has cared for this customer: call"),
            )
        return self._tell(self.env._("Calls to make: %s", len(rest)))

    @api.model
    def _get_keep_months(self):
        """Hook: for how many months an archive is left alone that a person wants to keep."""
        return 6

    def action_keep(self):
        """Leave the archives alone for a while."""
        self._get_editable_archives()
        self.kept_until = fields.Date.today() + relativedelta(months=self._get_keep_months())

    def action_archive(self):
        """Close and hide the archives, with the way back; those that are still in use stay."""
        return self.env["customer.stale.run"]._archive(self)._get_form_action()

    def action_check_again(self):
        """Look at these archives anew, without waiting for the night."""
        archives = self._get_editable_archives()
        self._find(archives)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _tell(self, message):
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {"message": message, "type": "success", "next": {"type": "ir.actions.act_window_close"}},
        }
