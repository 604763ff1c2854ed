from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"
    _name = "res.users"

    customer_leaving_date = fields.Date(
        "Notice of Leaving since",
        copy=False,
        groups="base.group_erp_manager",
        help="From this day on alerts watch more closely how many customers the person reads and takes out.",
    )
