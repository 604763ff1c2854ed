from functools import partial

from odoo import models
from odoo.exceptions import AccessError

from ..const import AUDIT_DENIED, AUDIT_EXPORT
from .customer_audit_file import FILE

# Fields that hold what is in a file.
CONTENT = {"raw", "datas", "db_datas", "index_content"}


class IrAttachment(models.Model):
    """Files of customers that are read by another way than as a download, and those that are refused."""

    _inherit = "ir.attachment"
    _name = "ir.attachment"

    def _get_audit_owner(self):
        """The record that a file belongs to, or no attachment at all where it belongs to none."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return self.browse()
        return self.env[self.res_model].browse(self.res_id)

    def _read_format(self, fnames, load="_classic_read"):
        if not CONTENT.isdisjoint(fnames):
            for attachment in self:
                self.env["customer.audit.log"]._note_download(attachment, "raw")
        return super()._read_format(fnames, load)

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        if any(path and path[0] in CONTENT for path in fields):
            for attachment in self:
                self.env["customer.audit.log"]._note_file(AUDIT_EXPORT, attachment, "raw")
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def _can_return_content(self, field_name=None, access_token=None):
        try:
            return super()._can_return_content(field_name, access_token)
        except AccessError:
            if access_token:  # a wrong one is refused at once, nothing else is asked
                self._note_refused("read")
            raise

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if not refused:
            return None
        forbidden, make_error = refused
        return forbidden, partial(forbidden._make_noted_error, operation, make_error)

    def _make_noted_error(self, operation, make_error):
        self._note_refused(operation)
        return make_error()

    def _note_refused(self, operation):
        """Note that files of customers were refused to the person."""
        found = {}
        # sudo: whose files were refused
        for attachment in self.sudo().exists():
            owner = attachment._get_audit_owner()
            if owner._is_audited(read=False):
                found.setdefault(owner._name, {}).setdefault(owner.id, {})[f"{FILE} {attachment.id}"] = [
                    None, attachment.name,
                ]
        for model_name, detail in found.items():
            self.env["customer.audit.log"]._note(
                AUDIT_DENIED, model_name, list(detail), field_names=[operation, FILE], detail=detail
            )
