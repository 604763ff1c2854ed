from odoo import models

from ..acting import coming_from
from ..const import CHANNEL_CRON


class IrCron(models.Model):
    _inherit = "ir.cron"
    _name = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        with coming_from(CHANNEL_CRON):
            return super()._callback(cron_name, server_action_id)
