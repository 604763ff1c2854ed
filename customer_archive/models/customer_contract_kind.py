from odoo import fields, models


class CustomerContractKind(models.Model):
    """What a contract is about, with the days that contracts of the kind usually agree on."""

    _name = "customer.contract.kind"
    _description = "Kind of Contract"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    notice_days = fields.Integer("Notice (days)", help="How long before the end of a period notice is to be given.")
    warn_days = fields.Integer(
        "Warn (days)", default=30, help="How long before the last day for a decision the person in charge is warned."
    )
    renewal_months = fields.Integer("Renews for (months)", help="0: it ends when its time is over.")

    _not_negative = models.Constraint(
        "CHECK (notice_days >= 0 AND warn_days >= 0 AND renewal_months >= 0)", "Days and months are not negative."
    )
