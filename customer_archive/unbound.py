"""A many2one for tables whose rows are written by the hundred thousand."""

from odoo import fields


class UnboundMany2one(fields.Many2one):
    """Many2one without a foreign key, which PostgreSQL would look up for each value of each row.

    Only for columns that the classification writes, and only to records that refuse their own deletion while a row
    points to them (``@api.ondelete`` of levels, tags and rule sets).
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without its foreign key."""
