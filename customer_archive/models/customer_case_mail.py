from odoo import api, fields, models
from odoo.tools import email_normalize


class CustomerCase(models.Model):
    """Cases that come in by mail: whose they are follows from the sender's address alone.

    An address that belongs to nobody, or to contacts of several customers, makes a case without a customer, which a
    person assigns. Loops and bounces are the host's: it counts the cases of one sender by ``email_from``.
    """

    _inherit = "customer.case"
    _name = "customer.case"
    _primary_email = "email_from"

    email_from = fields.Char("Sender", readonly=True, copy=False, help="Address of the mail that the case came in by.")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"email_from"}

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        sender = self._find_sender(msg_dict.get("email_from"))
        values = {
            "name": msg_dict.get("subject") or self.env._("Mail without a subject"),
            "description": msg_dict.get("body"),
            "channel_id": self.env["customer.interaction"]._get_channel("mail").id,
            **sender,
            **(custom_values or {}),
        }
        return super().message_new(msg_dict, custom_values=values)

    @api.model
    def _find_sender(self, email_from):
        """Hook: the customer and the contact that a mail is from, as values of the case; neither where it is not clear.

        :param email_from: the sender as the mail names it
        """
        email = email_normalize(email_from or "")
        if not email:
            return {}
        # sudo: the mail server asks; who sees the case follows from the customer that is found
        contacts = self.env["res.partner"].sudo().search([("email_normalized", "=", email)])
        customers = contacts.commercial_partner_id
        if len(customers) != 1:
            return {}
        return {"partner_id": customers.id if customers.archive_state else False, "contact_id": contacts[:1].id}
