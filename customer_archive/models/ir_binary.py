from odoo import models


class IrBinary(models.AbstractModel):
    """Whatever the host hands out as a file passes here: contents, images, archives of files, links with a token.

    The record may come with superuser rights, as a token opens it; the environment is that of the person.
    """

    _inherit = "ir.binary"
    _name = "ir.binary"

    def _get_stream_from(self, record, field_name="raw", *args, **kwargs):
        stream = super()._get_stream_from(record, field_name, *args, **kwargs)
        self.env["customer.audit.log"]._note_download(record, field_name, stream.download_name)
        return stream
