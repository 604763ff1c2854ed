from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import consteq

from ..tools.case import PROGRESS, WAITING


class CustomerCase(models.Model):
    """What the customer sees of a case on the portal, and who that is."""

    _inherit = "customer.case"
    _name = "customer.case"

    portal_state = fields.Char("Status for the Customer", compute="_compute_portal_state", exportable=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"access_token"}

    def _compute_access_url(self):
        for record in self:
            record.access_url = f"/my/cases/{record.id}"

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_portal_state(self):
        words = self._get_portal_words()
        for record in self:
            record.portal_state = words[record.state]

    @api.model
    def _get_portal_words(self):
        """Hook: what the customer is told about each state of a case: dict of state → sentence."""
        return {
            "new": self.env._("We have received it"),
            "progress": self.env._("We are working on it"),
            "waiting": self.env._("We are waiting for your answer"),
            "resolved": self.env._("Solved"),
            "visited": self.env._("Solved, thank you for your answer"),
            "closed": self.env._("Solved and closed"),
            "cancelled": self.env._("Ended without a solution"),
        }

    #=== WHO SEES IT ===#

    @api.model
    def _get_portal_domain(self, person):
        """Hook: the cases that a person of a customer sees: those of their organization."""
        customer = person.sudo().commercial_partner_id
        unknown = Domain("partner_id", "=", False) & Domain("contact_id", "child_of", customer.id)
        return Domain("partner_id", "child_of", customer.id) | unknown

    @api.model
    def _find_for_portal(self, case_id, access_token=None):
        """The case that a link with its token, or the person, may see, as superuser; empty where there is none.

        A case that does not exist and one that is not to be seen are the same.
        """
        # sudo: a customer has no right on the model; the domain or the token of the case allows it
        case = self.sudo().search([("id", "=", case_id)])
        user = self.env.user
        if case.access_token and access_token and consteq(case.access_token, access_token):
            return case
        if user._is_internal():
            return case if case.sudo(False).has_access("read") else case.browse()
        return case.browse() if user._is_public() else case.filtered_domain(self._get_portal_domain(user.partner_id))

    def _get_portal_person(self, person=None):
        """Who speaks on the page: the person who is logged in, else whom the link was sent to."""
        self.ensure_one()
        return person or self.contact_id or self.partner_id

    def _get_portal_files(self):
        """Files of a case that the customer has sent or was sent, the oldest first."""
        self.ensure_one()
        internal = self.env.ref("mail.mt_note")
        messages = self.website_message_ids.filtered(
            lambda message: not message.is_internal and message.subtype_id and message.subtype_id != internal
        )
        files = messages.attachment_ids.sorted("id")
        files.generate_access_token()
        return files

    def _get_portal_zone(self):
        """The time zone in which the page tells times."""
        self.ensure_one()
        # sudo: the working hours of the company say where it is
        return self.env.context.get("tz") or self.company_id.sudo().resource_calendar_id.tz or "UTC"

    #=== MESSAGES ===#

    def _mail_get_partners(self, introspect_fields=False):
        return {
            record.id: record.contact_id or record.partner_id for record in self
        }

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        is_public = message.subtype_id and not message.subtype_id.internal and not message.is_internal
        # an automatic answer is none: its type is another one
        if is_public and message.message_type in ("comment", "email") and self._is_of_customer(message.author_id):
            # what we waited for has come
            self.filtered(lambda record: record.state == WAITING)._stop_waiting(PROGRESS)
        return result

    def _is_of_customer(self, author):
        customers = (self.partner_id | self.contact_id).commercial_partner_id
        return bool(author) and author.commercial_partner_id in customers and not self._is_answered_by(author)

    def action_preview(self):
        """Look at the page of the customer."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}
