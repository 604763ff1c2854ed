from contextlib import suppress

from odoo import api, models
from odoo.exceptions import MissingError

# A page speaks of who sees it and of whose page it is; their own facts stand on the pages that are given the contact.
_OF_EVERY_PAGE = ("res.users", "res.company", "website")


class CustomerAuditLog(models.Model):
    """Whom a page is about."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    @api.model
    def _get_shown_records(self, records):
        """Hook: the records whose facts stand on a page that is given ``records``, with whatever rights.

        By default these records themselves, and the customers that a document names.

        :return: list of sets of records; those that the log is not about are left out later
        """
        records = records.filtered("id")
        if not records or records._name in _OF_EVERY_PAGE:
            return []
        found = [records]
        if records._name == "res.partner":
            return found
        names = [
            field.name
            for field in records._fields.values()
            if field.type == "many2one" and field.comodel_name == "res.partner" and field.store
        ]
        with suppress(MissingError):  # a document that is deleted names nobody
            # sudo: the page shows them with the rights that it has
            found += [records.sudo()[name] for name in names]
        return found
