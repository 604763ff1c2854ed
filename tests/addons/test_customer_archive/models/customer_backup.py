from dataclasses import replace

from odoo import api, models


class CustomerBackup(models.Model):
    _inherit = "customer.backup"
    _name = "customer.backup"

    @api.model
    def _get_problem_words(self):
        return {**super()._get_problem_words(), "consulted": "Ask the consultant."}

    @api.model
    def _get_retention(self):
        retention = super()._get_retention()
        return replace(retention, monthly=120) if self.env.context.get("consulted") else retention

    @api.model
    def _get_alarm_users(self):
        users = super()._get_alarm_users()
        return users.filtered(lambda user: user.login != "consulted")
