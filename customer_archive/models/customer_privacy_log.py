import json

from odoo import api, models
from odoo.tools import SQL


class CustomerAuditLog(models.Model):
    """What the log must not say about people who ask for their data, and how they are written in it."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    @api.model
    def _get_audit_hidden_fields(self):
        return super()._get_audit_hidden_fields() | {"search_name", "search_phone", "search_email", "search_number"}

    @api.model
    def _find_spellings(self, pattern):
        """The texts in the details of the log that a pattern finds, each as it is written there.

        :param pattern: regular expression without groups; empty for none
        """
        if not pattern:
            return []
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT found[1] FROM customer_audit.detail d, regexp_matches(d.content, %s, 'gi') AS found
                    ORDER BY 1""",
                pattern,
            )
        )
        # details are JSON: what was found is the inside of one of its texts
        return [json.loads(f'"{text}"', strict=False) for (text,) in rows]
