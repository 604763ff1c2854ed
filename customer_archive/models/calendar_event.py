from odoo import api, models


class CalendarEvent(models.Model):
    """An appointment with a customer's contact is an interaction with the customer."""

    _inherit = "calendar.event"
    _name = "calendar.event"

    @api.model
    def _get_interaction_fields(self):
        """Hook: names of the fields whose change is carried to the interaction of an appointment."""
        return {
            "name", "start", "stop", "start_date", "stop_date", "allday", "duration", "partner_ids", "active",
            "user_id", "privacy", "res_id", "recurrency",
        }

    def _get_interaction_contacts(self):
        """Hook: contacts whom an appointment is with: the invited, and the contact on whose page it was made."""
        self.ensure_one()
        ids = [self.res_id] if self.res_model == "res.partner" and self.res_id else []
        return self.partner_ids | self.env["res.partner"].browse(ids).sudo(self.env.su).exists()

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        self.env["customer.interaction.feed"]._feed_events(events)
        return events

    def write(self, vals):
        # the host takes keys out of the values
        is_carried = bool(vals.keys() & self._get_interaction_fields())
        is_whole = vals.get("recurrence_update") in ("all_events", "future_events")
        # sudo: the other appointments of the series, whoever sees them
        series = self.sudo().recurrence_id if is_whole else self.sudo().recurrence_id.browse()
        result = super().write(vals)
        if is_carried:
            events = self.sudo() | (series | self.sudo().recurrence_id if is_whole else series).calendar_event_ids
            self.env["customer.interaction.feed"]._feed_events(events.exists() if is_whole else events)
        return result

    def unlink(self):
        self.env["customer.interaction.feed"]._leave_events(self)
        return super().unlink()
