from odoo import api, models


class CustomerWiderRight(models.TransientModel):
    _inherit = "customer.wider.right"
    _name = "customer.wider.right"

    @api.model
    def _get_wide_rights(self):
        return {**super()._get_wide_rights(), "survey.group_survey_manager": "Sees what the consultant says."}
