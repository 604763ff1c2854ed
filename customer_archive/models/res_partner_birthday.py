from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.followup import is_birthday

MONTHS = [
    ("1", "January"), ("2", "February"), ("3", "March"), ("4", "April"), ("5", "May"), ("6", "June"),
    ("7", "July"), ("8", "August"), ("9", "September"), ("10", "October"), ("11", "November"), ("12", "December"),
]


class ResPartner(models.Model):
    """The day of the year on which a birthday is kept; also of people whose year of birth nobody knows."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_birthday_month = fields.Selection(
        MONTHS, "Month of Birth", compute="_compute_customer_birthday", store=True, readonly=False, copy=False,
        help="Where the year of birth is unknown, enter month and day.",
    )
    customer_birthday_day = fields.Integer(
        "Day of Birth", compute="_compute_customer_birthday", store=True, readonly=False, copy=False, aggregator=False
    )

    _customer_birthday_idx = models.Index(
        "(customer_birthday_month, customer_birthday_day) WHERE customer_birthday_month IS NOT NULL"
    )

    @api.depends("birthday")
    def _compute_customer_birthday(self):
        for partner in self:
            partner.customer_birthday_month = str(partner.birthday.month) if partner.birthday else False
            partner.customer_birthday_day = partner.birthday.day if partner.birthday else 0

    @api.constrains("birthday", "customer_birthday_month", "customer_birthday_day")
    def _check_customer_birthday(self):
        for partner in self:
            month, day, birthday = partner.customer_birthday_month, partner.customer_birthday_day, partner.birthday
            if bool(month) != bool(day) or month and not is_birthday(int(month), day):
                raise ValidationError(
                    self.env._("“%s”: enter a month and one of its days as the birthday, or neither.", partner.name)
                )
            if birthday and (birthday.month, birthday.day) != (int(month or 0), day):
                raise ValidationError(
                    self.env._("“%s”: the birthday and its month and day do not agree: mend one of them.", partner.name)
                )
