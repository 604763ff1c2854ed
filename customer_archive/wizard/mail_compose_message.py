from odoo import api, models


class MailComposeMessage(models.TransientModel):
    """Nobody composes a mail about a record that is hidden from them.

    The host fills subject and text from a template, which it renders with all rights, and checks the record only when
    the mail is sent. By then the person has read what the template says about any record whose id was given.
    """

    _inherit = "mail.compose.message"
    _name = "mail.compose.message"

    @api.model_create_multi
    def create(self, vals_list):
        composers = super().create(vals_list)
        composers._check_composed_records()
        return composers

    def write(self, vals):
        result = super().write(vals)
        self._check_composed_records()
        return result

    def _check_composed_records(self):
        """Refuse composers about records that the person may not read."""
        if not self.env.su:
            for composer in self:
                composer._evaluate_res_ids()

    def _evaluate_res_ids(self):
        res_ids = super()._evaluate_res_ids()
        # a form that is not saved yet is filled from the template, too
        if res_ids and self.model in self.env and not self.env.su:
            self.env[self.model].browse(res_ids).check_access("read")
        return res_ids
