from odoo import api, models
from odoo.exceptions import AccessError


class RatingRating(models.Model):
    """Ratings of cases are the customers': people of the company neither give nor change nor remove them."""

    _inherit = "rating.rating"
    _name = "rating.rating"

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._check_rated_by_customer()
        return ratings

    def write(self, vals):
        self._check_rated_by_customer()
        result = super().write(vals)
        self._check_rated_by_customer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_cases(self):
        self._check_rated_by_customer()

    def _check_rated_by_customer(self):
        # sudo: what a rating is about does not depend on who asks
        if not self.env.su and any(rating.res_model == "customer.case" for rating in self.sudo()):
            raise AccessError(self.env._("Customers rate cases: their ratings stay as they are."))
