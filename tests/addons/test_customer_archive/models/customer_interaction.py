"""Overrides of the hooks of interactions; they act on records named “Consulted”."""

from odoo import api, models
from odoo.fields import Domain

NAME = "Consulted"


class CustomerInteraction(models.Model):
    _inherit = "customer.interaction"
    _name = "customer.interaction"

    def _is_editable(self):
        return super()._is_editable() or self.sudo().name == NAME

    def _get_done_refusal(self):
        if self.name == NAME and not self.outcome:
            return "The consultant wants an outcome."
        return super()._get_done_refusal()

    def _prepare_done_values(self):
        values = super()._prepare_done_values()
        return {**values, "outcome_note": "Closed by the consultant"} if self.name == NAME else values

    @api.model
    def _get_appointment_fields(self):
        return super()._get_appointment_fields() | {"outcome_note"}

    def _prepare_appointment(self):
        values = super()._prepare_appointment()
        return {**values, "location": "At the consultant's"} if self.name == NAME else values


class CustomerInteractionFeed(models.AbstractModel):
    _inherit = "customer.interaction.feed"
    _name = "customer.interaction.feed"

    @api.model
    def _prepare_event_values(self, event, archive, people):
        values = super()._prepare_event_values(event, archive, people)
        return {**values, "outcome_note": event.location} if event.name == NAME else values

    @api.model
    def _prepare_activity_values(self, activity, archive, feedback):
        values = super()._prepare_activity_values(activity, archive, feedback)
        return {**values, "outcome": "good"} if activity.summary == NAME else values

    @api.model
    def _get_activity_channel(self, activity):
        if activity.summary == NAME:
            return self.env["customer.interaction"]._get_channel("letter")
        return super()._get_activity_channel(activity)

    @api.model
    def _get_mail_types(self):
        return super()._get_mail_types() | {"auto_comment"}

    @api.model
    def _prepare_mail_values(self, message, archive, people, is_incoming):
        values = super()._prepare_mail_values(message, archive, people, is_incoming)
        return {**values, "next_step": "Answer it"} if message.subject == NAME else values


class CalendarEvent(models.Model):
    _inherit = "calendar.event"
    _name = "calendar.event"

    @api.model
    def _get_interaction_fields(self):
        return super()._get_interaction_fields() | {"location"}

    def _get_interaction_contacts(self):
        contacts = super()._get_interaction_contacts()
        return contacts.filtered(lambda contact: contact.name != NAME)


class MailActivity(models.Model):
    _inherit = "mail.activity"
    _name = "mail.activity"

    def _is_interaction(self):
        return super()._is_interaction() and self.summary != "Nothing to tell"


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    @api.model
    def _get_last_contact_domain(self):
        return super()._get_last_contact_domain() & Domain("name", "!=", "No real contact")
