from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.case import CANCELLED, OPEN


class CustomerCase(models.Model):
    """Two cases about one thing become one: what belongs to the other moves, and it points to the one that is kept."""

    _inherit = "customer.case"
    _name = "customer.case"

    merged_into_id = fields.Many2one(
        "customer.case", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    merged_ids = fields.One2many("customer.case", "merged_into_id", "Merged Cases", readonly=True)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"merged_into_id"}

    def action_merge(self):
        """Ask for the case that is kept."""
        return self._open_decision("merge", self.env._("Merge Into Another Case"))

    def _merge_into(self, kept):
        """Move what belongs to this case to another one of the same customer, and end it.

        :param kept: the other ``customer.case``
        :raise UserError: where one of the two is not open, or they are not about the same customer
        """
        self.ensure_one()
        both = self | kept
        both._check_act(OPEN, self.env._("Only open cases are merged: one of them was settled meanwhile."))
        if refusal := self._get_merge_refusal(kept):
            raise UserError(refusal)
        # sudo: rows of colleagues move as well, after the checks above
        self.sudo()._move_to(kept.sudo())

    def _get_merge_refusal(self, kept):
        """Hook: why a case cannot become a part of another, as a sentence, or nothing."""
        self.ensure_one()
        if not kept or kept == self:
            return self.env._("Choose another case that is kept.")
        if not self.partner_id or self.partner_id != kept.partner_id or self.company_id != kept.company_id:
            return self.env._("“%(one)s” and “%(other)s” are not about the same customer.", one=self.number,
                              other=kept.number)
        return ""

    def _move_to(self, kept):
        for name in self._get_moved_fields():
            self[name].case_id = kept
        new = self.document_ids.filtered(lambda row: row.document not in kept.document_ids.mapped("document"))
        new.case_id = kept
        kept.photo_ids |= self.photo_ids
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)]
        )
        files.res_id = kept.id
        self.activity_ids.write({"res_id": kept.id})
        self.message_change_thread(kept)
        kept.message_subscribe(self.message_partner_ids.ids)
        self.write(
            {
                "state": CANCELLED, "merged_into_id": kept.id, "waiting_since": False, "photo_ids": [(5, 0, 0)],
                "cancel_reason": self.env._("Merged into %s", kept.number),
            }
        )
        # the host does not follow rows that change their record
        (self | kept).invalidate_recordset(["activity_ids", "message_ids"])
        self.message_post(body=self.env._("Merged into %s", kept.display_name))
        kept.message_post(body=self.env._("%s was merged into this case", self.display_name))

    @api.model
    def _get_moved_fields(self):
        """Hook: names of one2many fields whose rows, with a ``case_id``, move when cases are merged."""
        return ["work_ids", "measure_ids"]

    def _reopen(self, reason):
        if self.merged_into_id:
            raise UserError(
                self.env._("It goes on as “%s”: open that one.", self.sudo().merged_into_id.display_name)
            )
        return super()._reopen(reason)
