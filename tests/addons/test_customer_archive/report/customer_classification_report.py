from odoo import api, fields, models
from odoo.tools import SQL

UNCOUNTED = "Never counted"


class CustomerClassificationReport(models.Model):
    _inherit = "customer.classification.report"
    _name = "customer.classification.report"

    consultant_country = fields.Char("Country Code", readonly=True)

    _depends = {"res.partner": ["country_id", "name"], "res.country": ["code"]}

    @api.model
    def _get_month_count(self):
        return super()._get_month_count() + (12 if self.env.context.get("consulted") else 0)

    @api.model
    def _select(self):
        return SQL("%s, n.code AS consultant_country", super()._select())

    @api.model
    def _from(self):
        return SQL("%s LEFT JOIN res_country n ON n.id = p.country_id", super()._from())

    @api.model
    def _where(self):
        return SQL("%s AND p.name <> %s", super()._where(), UNCOUNTED)
