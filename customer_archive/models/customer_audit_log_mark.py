from odoo import fields, models
from odoo.tools import SQL

from ..const import AUDIT_EXPORT, AUDIT_PRINT
from ..tools.export_mark import find_mark


class CustomerAuditLog(models.Model):
    """From the mark of a file to the entry that says who took it out."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    export_mark = fields.Char(
        "Mark of a File",
        compute="_compute_export_mark",
        search="_search_export_mark",
        help="Exported and printed files carry it; on a workbook it is on the last sheet.",
    )

    def _compute_export_mark(self):
        marks = dict(self._get_marks(SQL("d.entry_id = ANY(%s)", self.ids)))
        for entry in self:
            entry.export_mark = find_mark(marks.get(entry.id, ""))

    def _search_export_mark(self, operator, value):
        if operator not in ("in", "=", "ilike", "like"):
            return NotImplemented
        values = [value] if isinstance(value, str) else value or []
        marks = [mark for mark in (find_mark(text) for text in values if isinstance(text, str)) if mark]
        patterns = [f"%{mark}%" for mark in marks]
        return [("id", "in", [entry_id for entry_id, __ in self._get_marks(SQL("d.content LIKE ANY(%s)", patterns))])]

    def _get_marks(self, condition):
        """Pairs of entry id and content of the details that may hold marks."""
        return self.env.execute_query(
            SQL(
                """SELECT d.entry_id, d.content
                     FROM customer_audit.detail d
                     JOIN customer_audit.entry e ON e.id = d.entry_id
                    WHERE e.operation IN (%s, %s) AND d.res_id = 0 AND d.content LIKE '%%"mark%%' AND %s""",
                AUDIT_EXPORT,
                AUDIT_PRINT,
                condition,
            )
        )
