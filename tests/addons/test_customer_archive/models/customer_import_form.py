from odoo import api, models


class CustomerImportRun(models.Model):
    _inherit = "customer.import.run"
    _name = "customer.import.run"

    @api.model
    def _get_form_records(self, model):
        records = super()._get_form_records(model)
        return records.filtered(lambda record: record.display_name != "Consulted") if model == "res.users" else records

    @api.model
    def _get_form_examples(self):
        return {**super()._get_form_examples(), "contact.nick": "consulted"}

    @api.model
    def _get_form_note(self):
        return [*super()._get_form_note(), "The consultant helps."]
