from collections.abc import Mapping

from odoo import api, models
from odoo.http import request

from ..acting import current
from ..const import AUDIT_EXPORT, AUDIT_PRINT, AUDIT_READ

# How deep the lists are in which pages keep their records: the values themselves, a list of orders by month.
_DEPTH = 3


def _find_records(value, depth=_DEPTH):
    """Every set of records among the values of a page."""
    if isinstance(value, models.BaseModel):
        yield value
    elif depth and isinstance(value, Mapping):
        for item in value.values():
            yield from _find_records(item, depth - 1)
    elif depth and isinstance(value, list | tuple | set):
        for item in value:
            yield from _find_records(item, depth - 1)


class IrUiView(models.Model):
    """Pages show what was read with superuser rights: the portal, a document behind a link, a document to print.

    Whoever asks for the page is noted with the customers that it is about. That code reads customers without showing
    them, as to compare a visitor's entry with them, leaves nothing.
    """

    _inherit = "ir.ui.view"
    _name = "ir.ui.view"

    @api.model
    def _render_template(self, template, values=None):
        if request and request.env and request.env.uid and values:
            self._note_page(template, values)
        return super()._render_template(template, values)

    @api.model
    def _note_page(self, template, values):
        """Note that the person behind the request sees a page with these values."""
        log = self.env(user=request.env.uid, su=False)["customer.audit.log"]
        act = current()
        operation = act.operation if act and act.operation in (AUDIT_EXPORT, AUDIT_PRINT) else AUDIT_READ
        for found in _find_records(values):
            for records in log._get_shown_records(found):
                if records._is_audited(read=False):
                    log._note_records(operation, records, [str(template)])
