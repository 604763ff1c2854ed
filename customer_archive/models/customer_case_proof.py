import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mimetypes import guess_mimetype

from ..tools.case import CANCELLED

# What a camera, a scanner or a signature pad makes; nothing that can carry a script.
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
MAX_SIGNATURE = 2 * 1024 * 1024


class CustomerCase(models.Model):
    """Photos of a case and the customer's signature under what was done."""

    _inherit = "customer.case"
    _name = "customer.case"

    photo_ids = fields.Many2many(
        "ir.attachment", "customer_case_photo_rel", "case_id", "attachment_id", "Photos", copy=False
    )
    signature = fields.Image("Customer's Signature", readonly=True, copy=False, max_width=1024, max_height=1024)
    signed_by = fields.Char(readonly=True, copy=False, help="Who signed for the customer.")
    date_signed = fields.Datetime("Signed On", readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"signature", "signed_by", "date_signed"}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.filtered("photo_ids")._adopt_photos()
        return records

    def write(self, vals):
        # sudo: photos that are taken off go, whoever put them there
        before = {record: record.sudo().photo_ids for record in self} if "photo_ids" in vals else {}
        result = super().write(vals)
        for record, photos in before.items():
            gone = (photos - record.sudo().photo_ids).filtered(
                lambda file: (file.res_model, file.res_id) == (self._name, record.id)  # noqa: B023
            )
            gone.unlink()
        if before:
            self._adopt_photos()
        return result

    def _adopt_photos(self):
        """Tie uploaded pictures to their case: whoever reads it sees them. Files of other documents stay there."""
        for record in self:
            # sudo: a file that was just uploaded is its uploader's alone
            files = record.sudo().photo_ids.filtered(
                lambda file: (file.res_model, file.res_id) != (self._name, record.id)  # noqa: B023
            )
            loose = files.filtered(lambda file: not file.res_id and file.create_uid == self.env.user)
            if files - loose and not self.env.su:
                raise AccessError(self.env._("This file belongs to another document: upload it here once more."))
            if others := loose.filtered(lambda file: file.mimetype not in PICTURES)[:1]:
                raise UserError(
                    self.env._("“%s” is no photo: attach it below as a file instead.", others.name)
                )
            if loose:
                loose.write({"res_model": self._name, "res_id": record.id})

    def action_sign(self):
        """Ask the customer to sign for what was done."""
        return self._open_decision("sign", self.env._("Customer's Signature"))

    def _sign(self, signed_by, signature):
        """Note the customer's signature.

        :param signed_by: name of the person
        :param signature: picture as base64
        :raise UserError: where it is no picture, or too large, or the case was cancelled
        """
        self.ensure_one()
        states = [state for state, _label in self._fields["state"].selection if state != CANCELLED]
        self._check_act(states, self.env._("“%s” was cancelled.", self.display_name))
        if not signed_by or not self._is_picture(signature):
            raise UserError(self.env._("Let the customer sign, and enter the name of who signed."))
        # sudo: set by the button only, after the checks above
        self.sudo().write({"signature": signature, "signed_by": signed_by, "date_signed": fields.Datetime.now()})

    @api.model
    def _is_picture(self, content):
        try:
            raw = base64.b64decode(content or b"", validate=True)
        except (binascii.Error, ValueError):
            return False
        return 0 < len(raw) <= MAX_SIGNATURE and guess_mimetype(raw) in PICTURES
