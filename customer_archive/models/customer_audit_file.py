from odoo import api, models
from odoo.tools.image import image_guess_size_from_field_name

from ..const import AUDIT_DOWNLOAD

# Side in pixels of the pictures that lists, cards and messages show beside every name.
ICON_SIZE = 256
# Stands among the fields of an entry for files that no field holds.
FILE = "file"


class CustomerAuditLog(models.Model):
    """Files of customers that are handed out: which file, of whom, to whom."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    @api.model
    def _is_audit_icon(self, model_name, field_name):
        """Hook: whether a field holds a picture so small and so common that showing it is no event.

        By default by the size that the name of the field ends in, as of ``avatar_128``. Files in the chatter count
        whatever their size: a scanned licence is legible.
        """
        return 0 < max(image_guess_size_from_field_name(field_name)) <= ICON_SIZE

    @api.model
    def _note_file(self, operation, record, field_name, name=None):
        """Note a file that the person gets, if it belongs to what the log is about.

        :param operation: a key of ``const.AUDIT_OPERATIONS``
        :param record: the attachment, or the record with the field ``field_name``
        :param name: name of the file
        """
        if self.env.su:
            return
        key = column = field_name
        if record._name == "ir.attachment":
            # sudo: whose file it is; that the person gets it was decided before
            attachment = record.sudo()
            record, column = attachment._get_audit_owner(), attachment.res_field
            key, name = column or f"{FILE} {attachment.id}", name or attachment.name
        if not record._is_audited(read=False) or column and self._is_audit_icon(record._name, column):
            return
        ids, unsure = self._split_by_scope(record)
        if ids or unsure:
            detail = {record.id: {key: [None, name or column]}}
            self._collect(operation, record._name, ids, unsure, None, [column or FILE], None, detail)

    @api.model
    def _note_download(self, record, field_name, name=None):
        """Note that the person gets a file; see ``_note_file``."""
        self._note_file(AUDIT_DOWNLOAD, record, field_name, name)
