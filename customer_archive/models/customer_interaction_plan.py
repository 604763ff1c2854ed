from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import ACCESS_INTERNAL, CANCELLED, FROM_HAND, PLANNED

NEXT_STEP = "mail.mail_activity_data_todo"


class CustomerInteraction(models.Model):
    """What an interaction puts before people: an appointment in the calendar, and an activity for its next step."""

    _inherit = "customer.interaction"
    _name = "customer.interaction"

    next_step = fields.Char()
    next_step_date = fields.Date("Next Step Until")
    next_step_user_id = fields.Many2one(
        "res.users", "Next Step by", domain=[("share", "=", False)], index="btree_not_null"
    )
    next_activity_id = fields.Many2one(
        "mail.activity", "Activity of the Next Step", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"next_activity_id"}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._keep_appointments()
        records.filtered("next_step")._plan_next_steps()
        return records

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & self._get_appointment_fields():
            self._keep_appointments()
        if vals.keys() & {"next_step", "next_step_date", "next_step_user_id"}:
            self._plan_next_steps()
        return result

    #=== CALENDAR ===#

    @api.model
    def _get_appointment_fields(self):
        """Hook: names of the fields that the appointment of a planned interaction follows."""
        return {"name", "date_start", "duration", "date_stop", "user_id", "user_ids", "state", "channel_id"}

    def _keep_appointments(self):
        """Make, move or take away the appointments of what people planned here.

        Only our own people are invited: the host would write to the customer's at once.
        """
        # sudo: a colleague's appointment moves with the interaction, whoever may edit that
        own = self.sudo().filtered(lambda record: record.source == FROM_HAND)
        for record in own.filtered("event_id"):
            record._move_appointment()
        new = own.filtered(
            lambda record: record.state == PLANNED and record.channel_id.is_on_calendar and not record.event_id
        )
        if new:
            events = self.env["calendar.event"].sudo().create([record._prepare_appointment() for record in new])
            for record, event in zip(new, events, strict=True):
                record.event_id = event

    def _prepare_appointment(self):
        """Hook: values of the ``calendar.event`` of a planned interaction."""
        self.ensure_one()
        is_open = self.partner_id.archive_scope == ACCESS_INTERNAL
        return {
            "name": self.name,
            "start": self.date_start,
            "stop": self.date_stop,
            "user_id": self.user_id.id,
            "partner_ids": [Command.set((self.user_id | self.user_ids).partner_id.ids)],
            "activity_ids": [],
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            # the calendar is open to every employee, this customer is not
            "privacy": "public" if is_open else "private",
        }

    def _move_appointment(self):
        self.ensure_one()
        event = self.event_id.with_context(active_test=False)
        if event.recurrency:
            return
        people = (self.user_id | self.user_ids).partner_id - event.partner_ids
        wanted = {
            "name": self.name, "start": self.date_start, "stop": self.date_stop, "active": self.state != CANCELLED
        }
        values = {name: value for name, value in wanted.items() if event[name] != value}
        if people:
            values["partner_ids"] = [Command.link(person.id) for person in people]
        if values:
            event.write(values)

    #=== NEXT STEP ===#

    def _plan_next_steps(self):
        for record in self:
            # sudo: who notes an interaction plans its next step, also on a customer of a colleague
            activity = record.sudo().next_activity_id.filtered("active")
            if not (record.next_step and record.next_step_date):
                activity.unlink()
                continue
            user = record.next_step_user_id or record.user_id
            record._check_next_step_user(user)
            values = {"summary": record.next_step, "date_deadline": record.next_step_date, "user_id": user.id}
            if activity:
                activity.write(values)
            else:
                record.sudo().next_activity_id = record.sudo().partner_id.activity_schedule(NEXT_STEP, **values)

    def _check_next_step_user(self, user):
        self.ensure_one()
        if user != self.env.user and not self.partner_id.with_user(user).has_access("read"):
            raise UserError(
                self.env._("%s may not see this customer: choose somebody else for the next step.", user.name)
            )
