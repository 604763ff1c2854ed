from odoo import Command, api, fields, models
from odoo.tools import plaintext2html
from psycopg2.errors import UniqueViolation

from ..const import CANCELLED, DONE, FROM_ACTIVITY, FROM_EVENT, FROM_HAND, FROM_MAIL, PLANNED
from ..tools.feed import CANCEL, CREATE, FOLLOW, REVIVE, Standing, decide


class CustomerInteraction(models.Model):
    """Where an interaction came from. One document of the host and one customer make one interaction."""

    _inherit = "customer.interaction"
    _name = "customer.interaction"

    event_id = fields.Many2one("calendar.event", "Appointment", readonly=True, copy=False, ondelete="set null")
    activity_id = fields.Many2one("mail.activity", readonly=True, copy=False, ondelete="set null")
    message_id = fields.Many2one("mail.message", "E-mail", readonly=True, copy=False, ondelete="set null")
    is_source_gone = fields.Boolean("Cancelled by Its Source", readonly=True, copy=False)

    _event_uniq = models.UniqueIndex("(event_id, partner_id) WHERE event_id IS NOT NULL")
    _activity_uniq = models.UniqueIndex("(activity_id, partner_id) WHERE activity_id IS NOT NULL")
    _message_uniq = models.UniqueIndex("(message_id, partner_id) WHERE message_id IS NOT NULL")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"event_id", "activity_id", "message_id", "is_source_gone"}

    def action_open_source(self):
        """Open the appointment, the message in the chatter, or the customer with its activities."""
        self.ensure_one()
        if self.event_id:
            return self.event_id.get_formview_action()
        if self.message_id:
            return {"type": "ir.actions.act_url", "url": f"/mail/message/{self.message_id.id}", "target": "self"}
        return self.partner_id.get_formview_action()


class CustomerInteractionFeed(models.AbstractModel):
    """Makes interactions of appointments, done activities and mails with customers.

    Everything runs as superuser: an interaction is as hidden as its customer, whoever causes it. What has no archive
    feeds nothing.
    """

    _name = "customer.interaction.feed"
    _description = "Feed of Interactions"

    @api.model
    def _create_once(self, link, vals_list):
        """Create interactions of documents of the host, but none that a document has with that customer already.

        Two workers at once: the unique index lets one in, and the other one leaves it at that.

        :param link: name of the field that points to the document
        :return: the new interactions
        """
        # sudo: see the class
        Interaction = self.env["customer.interaction"].sudo()
        rows = Interaction.search_fetch([(link, "in", [vals[link] for vals in vals_list])], [link, "partner_id"])
        known = {(row[link].id, row.partner_id.id) for row in rows}
        vals_list = [vals for vals in vals_list if (vals[link], vals["partner_id"]) not in known]
        if not vals_list:
            return Interaction
        try:
            with self.env.cr.savepoint():
                return Interaction.create(vals_list)
        except UniqueViolation:
            # one that a rival fed is no reason to lose the others
            halves = (vals_list[: len(vals_list) // 2], vals_list[len(vals_list) // 2 :])
            if len(vals_list) == 1:
                return Interaction
            return self._create_once(link, halves[0]) | self._create_once(link, halves[1])

    #=== CALENDAR ===#

    @api.model
    def _feed_events(self, events):
        """Bring the interactions of these appointments up to date."""
        # sudo: see the class
        events = events.sudo().with_context(active_test=False)
        rows = self.env["customer.interaction"].sudo().search([("event_id", "in", events.ids)])
        by_key = {(row.event_id, row.partner_id): row for row in rows}
        pairs = {(event, archive): people for event in events for archive, people in self._get_customers(event).items()}
        new, cancelled = [], rows.browse()
        for event, archive in pairs | by_key:
            row, people = by_key.get((event, archive)), pairs.get((event, archive))
            standing = row and Standing(row.state, row.source == FROM_HAND, row.is_source_gone)
            step = decide(standing, people is not None, self._is_told(event, row))
            if step == CREATE:
                new.append(self._prepare_event_values(event, archive, people))
            elif step in (FOLLOW, REVIVE):
                self._follow_event(row, event, people)
            elif step == CANCEL:
                cancelled |= row
        if cancelled:
            cancelled.write({"state": CANCELLED, "is_source_gone": True})
            private = cancelled.filtered(lambda row: row.event_id.effective_privacy == "private")
            private.filtered(lambda row: row.source == FROM_EVENT).write({"name": self.env._("Private appointment")})
        self._create_once("event_id", new)

    @api.model
    def _get_customers(self, event):
        """Archives that an appointment is with → their people among the invited."""
        return self._group_by_archive(event._get_interaction_contacts())

    @api.model
    def _group_by_archive(self, contacts):
        found = {}
        for contact in contacts.filtered(lambda contact: contact.archive_scope and contact.partner_share):
            archive = contact.commercial_partner_id
            person = contact.filtered(lambda contact: not contact.is_company)
            found[archive] = found.get(archive, contact.browse()) | person
        return found

    @api.model
    def _prepare_participants(self, people):
        return [Command.create({"partner_id": person.id}) for person in people if not person.is_company]

    @api.model
    def _is_told(self, event, row):
        """Whether an appointment is there and open; a person's own plan may be private in the calendar."""
        is_own = bool(row) and row.source == FROM_HAND
        return event.active and (is_own or event.effective_privacy != "private")

    @api.model
    def _prepare_event_values(self, event, archive, people):
        """Hook: values of the interaction of an appointment with one customer.

        :param people: the customer's people among the invited
        """
        users = event.partner_ids.user_ids.filtered(lambda user: not user.share)
        user = event.user_id if event.user_id and not event.user_id.share else users[:1]
        return {
            "name": event.name,
            "partner_id": archive.id,
            "channel_id": self.env["customer.interaction"]._get_channel("meeting").id,
            "date_start": event.start,
            "date_stop": event.stop,
            "state": DONE if event.stop <= fields.Datetime.now() else PLANNED,
            "source": FROM_EVENT,
            "event_id": event.id,
            "user_id": (user or archive.user_id or self.env.user).id,
            "user_ids": [Command.set((users | user).ids)],
            "participant_ids": self._prepare_participants(people),
        }

    @api.model
    def _follow_event(self, row, event, people):
        wanted = {"name": event.name, "date_start": event.start, "date_stop": event.stop}
        values = {name: value for name, value in wanted.items() if row[name] != value}
        if row.state != PLANNED:
            values |= {"state": PLANNED, "is_source_gone": False}
        if people is not None and row.source == FROM_EVENT and row.contact_ids != people:
            values["contact_ids"] = [Command.set(people.ids)]
        if values:
            row.write(values)

    @api.model
    def _leave_events(self, events):
        """Cancel what was planned for appointments that are deleted; what was reported stays."""
        # sudo: see the class
        rows = self.env["customer.interaction"].sudo()
        rows = rows.search([("event_id", "in", events.ids), ("state", "=", PLANNED)])
        if rows:
            rows.write({"state": CANCELLED, "is_source_gone": True, "event_id": False})

    #=== ACTIVITIES ===#

    @api.model
    def _feed_activities(self, activities, feedback):
        """Make interactions of activities on customers that were just done."""
        # sudo: see the class
        activities = activities.sudo().exists().filtered(lambda activity: activity.res_model == "res.partner")
        activities = activities.filtered(lambda activity: activity._is_interaction())
        contacts = self.env["res.partner"].sudo().browse(activities.mapped("res_id"))
        archives = {contact.id: archive for contact in contacts for archive in self._group_by_archive(contact)}
        new = []
        for activity in activities.filtered(lambda activity: activity.res_id in archives):
            values = self._prepare_activity_values(activity, archives[activity.res_id], feedback)
            if not self._report_event(activity, values):
                new.append(values)
        self._create_once("activity_id", new)

    @api.model
    def _prepare_activity_values(self, activity, archive, feedback):
        """Hook: values of the interaction of a done activity on a customer or one of its contacts."""
        contact = self.env["res.partner"].sudo().browse(activity.res_id)
        return {
            "name": activity.summary or activity.activity_type_id.name or self.env._("Activity"),
            "partner_id": archive.id,
            "channel_id": self._get_activity_channel(activity).id,
            "date_start": fields.Datetime.now(),
            "duration": 0,
            "state": DONE,
            "source": FROM_ACTIVITY,
            "activity_id": activity.id,
            "content": feedback and plaintext2html(feedback),
            "user_id": self.env.user.id,
            "user_ids": [Command.set((self.env.user | activity.user_id).ids)],
            "participant_ids": self._prepare_participants(contact),
        }

    @api.model
    def _get_activity_channel(self, activity):
        """Hook: the channel of a done activity, by its type."""
        codes = {"phonecall": "phone", "meeting": "meeting"}
        code = codes.get(activity.activity_type_id.category, "other")
        if activity.activity_type_id == self.env.ref("mail.mail_activity_data_email", raise_if_not_found=False):
            code = "mail"
        return self.env["customer.interaction"]._get_channel(code)

    @api.model
    def _report_event(self, activity, values):
        """Whether the activity stands for an appointment that is an interaction already: then it is reported there."""
        row = self.env["customer.interaction"].sudo()
        if activity.calendar_event_id:
            event = ("event_id", "=", activity.calendar_event_id.id)
            row = row.search([event, ("partner_id", "=", values["partner_id"])])
        for interaction in row:
            report = {"activity_id": activity.id, "content": interaction.content or values["content"]}
            if interaction.date_start <= fields.Datetime.now():
                report["state"] = DONE
            interaction.write(report)
        return bool(row)

    #=== MAILS ===#

    @api.model
    def _feed_message(self, thread, message, recipient_ids):
        """Make an interaction of a mail in the chatter of a customer, unless it passed between our own people.

        :param recipient_ids: ids of the contacts to whom it went by mail
        """
        # sudo: see the class
        thread, message = thread.sudo(), message.sudo()
        archive, author = thread.commercial_partner_id, message.author_id
        is_incoming = message.message_type == "email" and (not author or author.partner_share)
        ids = author.ids if is_incoming else recipient_ids
        people = self.env["res.partner"].sudo().browse(ids).filtered(
            lambda person: person.commercial_partner_id == archive
        )
        if message.message_type in self._get_mail_types() and (is_incoming or people):
            self._create_once("message_id", [self._prepare_mail_values(message, archive, people, is_incoming)])

    @api.model
    def _get_mail_types(self):
        """Hook: types of messages that are mails people wrote; what the system sends by itself is none."""
        return {"email", "comment", "email_outgoing"}

    @api.model
    def _prepare_mail_values(self, message, archive, people, is_incoming):
        """Hook: values of the interaction of a mail; the mail itself stays in the chatter."""
        writer = message.author_id.user_ids.filtered(lambda user: not user.share)[:1]
        user = archive.user_id if is_incoming else writer
        return {
            "name": message.subject or self.env._("E-mail without a subject"),
            "partner_id": archive.id,
            "channel_id": self.env["customer.interaction"]._get_channel("mail").id,
            "direction": "in" if is_incoming else "out",
            "date_start": min(message.date, fields.Datetime.now()),
            "duration": 0,
            "state": DONE,
            "source": FROM_MAIL,
            "message_id": message.id,
            "user_id": (user or self.env.user).id,
            "user_ids": [Command.set(user.ids)],
            "participant_ids": self._prepare_participants(people),
        }
