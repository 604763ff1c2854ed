from odoo import fields, models


# No record rule: digests without a readable fact, for the search only; nobody but a system administrator reads them
class CustomerDuplicateKey(models.Model):
    """What the archives are compared by: digests of codes, names, phones, mails and addresses.

    Kept from one search to the next, so that a changed archive is compared with all others without reading them.
    """

    _name = "customer.duplicate.key"
    _description = "Fact to Compare Archives by"
    _log_access = False
    _rec_name = "kind"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    kind = fields.Char(required=True)
    key = fields.Char("Digest", required=True)

    _block_idx = models.Index("(kind, key)")
