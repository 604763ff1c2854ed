from odoo import fields, models

from ..const import IMPORT_ROLES


class CustomerImportKey(models.Model):
    """Which contact a row of a former system became, and the values it had: a second import compares with them.

    Only what differs from the last import is written, so facts that people corrected meanwhile stay.
    """

    _name = "customer.import.key"
    _description = "Imported Record"
    _rec_name = "key"

    source_id = fields.Many2one("customer.import.source", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    role = fields.Selection(IMPORT_ROLES, required=True)
    key = fields.Char("Key in the Source", required=True)
    partner_id = fields.Many2one("res.partner", "Became", required=True, index=True, ondelete="cascade")
    values = fields.Json("Values at the Last Import", exportable=False)

    _key_uniq = models.UniqueIndex("(source_id, role, key)", "This row of the source was imported already.")
