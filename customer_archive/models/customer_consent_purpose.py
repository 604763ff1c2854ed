from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError


# No record rule: words of the company's policy, no row is about a person
class CustomerConsentPurpose(models.Model):
    """What a person may consent to, with the words that are shown to them."""

    _name = "customer.consent.purpose"
    _description = "Purpose of a Consent"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name by which other apps ask for this purpose. Stays as it is once used.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_separate = fields.Boolean(
        "Separate Consent", help="The law asks for a consent to this purpose alone, not among other terms."
    )
    wording = fields.Text(required=True, translate=True, help="What the person is told before they consent.")
    version = fields.Char(
        "Wording Version", required=True, default="1", help="Give the words a new version whenever their sense changes."
    )
    months_valid = fields.Integer("Valid for (Months)", help="0: until it is withdrawn.")

    _code_uniq = models.UniqueIndex("(code)", "Another purpose has this code.")
    _months_positive = models.Constraint("CHECK (months_valid >= 0)", "A period cannot be negative.")

    def write(self, vals):
        if "code" in vals and any(p.code != vals["code"] for p in self) and self._is_used():
            raise UserError(
                self.env._("Consents were noted for this purpose: keep its code, or archive it and add another.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self._is_used():
            raise UserError(self.env._("Consents were noted for this purpose: archive it instead of deleting it."))

    def _is_used(self):
        # sudo: whether consents exist does not depend on who asks
        return bool(self.env["customer.consent"].sudo().search_count([("purpose_id", "in", self.ids)], limit=1))

    def _get_valid_until(self, day):
        """Last day of a consent given on a day; ``False`` when it has none."""
        self.ensure_one()
        return self.months_valid and day + relativedelta(months=self.months_valid)
