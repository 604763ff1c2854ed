from odoo import api, models
from odoo.tools import SQL


class CustomerStale(models.Model):
    """A consultant's queue: golden customers are never inactive, contracts are business, kept for a year."""

    _inherit = "customer.stale"
    _name = "customer.stale"

    @api.model
    def _get_stale_reasons(self):
        reasons = super()._get_stale_reasons()
        spared = SQL("(SELECT id FROM res_partner WHERE name = 'Golden')")
        reasons["inactive"] = SQL("SELECT * FROM (%s) y WHERE partner_id NOT IN %s", reasons["inactive"], spared)
        return reasons

    @api.model
    def _get_activity_sources(self):
        signed = SQL("SELECT partner_id, max(signed_date) AS last_date FROM customer_contract GROUP BY partner_id")
        return [*super()._get_activity_sources(), signed]

    @api.model
    def _get_keep_months(self):
        return super()._get_keep_months() * 2


class ResPartner(models.Model):
    """Consents keep an archive."""

    _inherit = "res.partner"
    _name = "res.partner"

    @api.model
    def _get_open_documents(self):
        return [*super()._get_open_documents(),
                ("customer.consent", "partner_id", [], "a consent is kept")]
