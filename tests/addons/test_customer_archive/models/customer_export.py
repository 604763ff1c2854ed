"""What a consultant changes on exports: one override per hook."""

from odoo import api, models


class CustomerExportPolicy(models.Model):
    _inherit = "customer.export.policy"
    _name = "customer.export.policy"

    @api.model
    def _is_guarded_model(self, model_name):
        return super()._is_guarded_model(model_name) or model_name == "consultant.note"

    @api.model
    def _get_guarded_ids(self, records):
        ids = super()._get_guarded_ids(records)
        return set() if records._name == "customer.region" else ids

    @api.model
    def _get_refusal(self, model_name, count):
        return "Thirteen brings bad luck." if count == 13 else super()._get_refusal(model_name, count)

    @api.model
    def _get_daily_limit(self):
        limit = super()._get_daily_limit()
        return limit and limit + 1 if self.env.user.login == "consultant" else limit

    @api.model
    def _get_whom_to_ask(self):
        if self.env.user.login == "consultant":
            return f"{super()._get_whom_to_ask()} Or the consultant."
        return super()._get_whom_to_ask()
