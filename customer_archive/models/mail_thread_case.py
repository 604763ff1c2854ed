from odoo import models


class MailThread(models.AbstractModel):
    """Automatic answers to mails of a case are no answers: what is waited for has not come."""

    _inherit = "mail.thread"
    _name = "mail.thread"

    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        found = super()._routing_check_route(message, message_dict, route, raise_exception=raise_exception)
        is_automatic = (message.get("Auto-Submitted") or "no").lower() != "no"
        if found and found[0] == "customer.case" and found[1] and is_automatic:
            message_dict["message_type"] = "out_of_office"
        return found
