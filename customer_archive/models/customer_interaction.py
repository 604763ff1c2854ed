from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..const import (
    CANCELLED,
    DONE,
    FROM_HAND,
    INTERACTION_SOURCES,
    INTERACTION_STATES,
    OUTCOMES,
    PLANNED,
)


class CustomerInteraction(models.Model):
    """One time of being in touch with a customer: planned, done or cancelled.

    Entered by people, or fed by calendar, activities and mails (``customer.interaction.feed``).
    """

    _name = "customer.interaction"
    _description = "Interaction"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "date_start desc, id desc"

    name = fields.Char("Subject", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade",
        domain=[("archive_state", "!=", False)],
    )
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    channel_id = fields.Many2one(
        "customer.interaction.channel", required=True, index=True, ondelete="restrict",
        default=lambda self: self._get_channel("phone"),
    )
    channel_icon = fields.Char(related="channel_id.icon")
    is_visit = fields.Boolean(related="channel_id.is_visit")
    direction = fields.Selection(
        [("out", "From us"), ("in", "From the customer")], required=True, default="out"
    )
    state = fields.Selection(INTERACTION_STATES, "Status", required=True, default=PLANNED)
    source = fields.Selection(INTERACTION_SOURCES, "Entered Through", required=True, default=FROM_HAND, readonly=True)
    date_start = fields.Datetime("Start", required=True, index=True, default=lambda self: self._get_default_start())
    duration = fields.Float(default=0.5, help="In hours.")
    date_stop = fields.Datetime(
        "End", compute="_compute_date_stop", inverse="_inverse_date_stop", store=True, readonly=False
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", required=True, index=True, default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    user_ids = fields.Many2many(
        "res.users", "customer_interaction_user_rel", "interaction_id", "user_id", "Our People",
        default=lambda self: self.env.user, domain=[("share", "=", False)],
    )
    participant_ids = fields.One2many(
        "customer.interaction.participant", "interaction_id", "The Customer's People", copy=True
    )
    contact_ids = fields.Many2many(
        "res.partner", string="Contacts", compute="_compute_contact_ids", inverse="_inverse_contact_ids",
        search="_search_contact_ids",
    )
    content = fields.Html(sanitize=True, sanitize_style=True)
    outcome = fields.Selection(OUTCOMES)
    outcome_note = fields.Text("Result")
    promise_ids = fields.One2many("customer.promise", "interaction_id", "Promises")
    attachment_ids = fields.Many2many(
        "ir.attachment", "customer_interaction_attachment_rel", "interaction_id", "attachment_id",
        "Files and Photos", copy=False,
    )

    _duration = models.Constraint("CHECK (duration >= 0)", "An interaction cannot end before it begins.")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state", "source", "company_id"}

    @api.model
    def _get_guarded_create_values(self):
        return {
            **super()._get_guarded_create_values(), "state": (PLANNED, DONE, CANCELLED), "source": (FROM_HAND,),
        }

    @api.model
    def _get_channel(self, code):
        """The channel with the external id ``customer_interaction_channel_<code>``; another where it was deleted."""
        channel_id = self.env["ir.model.data"]._xmlid_to_res_id(f"customer_archive.customer_interaction_channel_{code}")
        Channel = self.env["customer.interaction.channel"]
        return Channel.browse(channel_id) if channel_id else Channel.search([], limit=1)

    @api.model
    def _get_default_start(self):
        return fields.Datetime.now().replace(second=0)

    @api.depends("date_start", "duration")
    def _compute_date_stop(self):
        for record in self:
            length = timedelta(seconds=round(record.duration * 3600))
            record.date_stop = record.date_start and record.date_start + length

    def _inverse_date_stop(self):
        for record in self:
            if record.date_stop:
                record.duration = (record.date_stop - record.date_start).total_seconds() / 3600

    @api.depends("participant_ids.partner_id")
    def _compute_contact_ids(self):
        for record in self:
            record.contact_ids = record.participant_ids.partner_id

    def _inverse_contact_ids(self):
        for record in self:
            gone = record.participant_ids.filtered(lambda line: line.partner_id not in record.contact_ids)  # noqa: B023
            added = record.contact_ids - record.participant_ids.partner_id
            commands = [Command.delete(line.id) for line in gone]
            commands += [Command.create({"partner_id": contact.id}) for contact in added]
            if commands:
                record.participant_ids = commands

    def _search_contact_ids(self, operator, value):
        return [("participant_ids.partner_id", operator, value)]

    @api.constrains("partner_id")
    def _check_archive(self):
        for record in self:
            if not record.partner_id.archive_state:
                raise ValidationError(
                    self.env._("Interactions are noted with customers that have an archive: create the archive first.")
                )

    @api.constrains("partner_id", "participant_ids")
    def _check_participants(self):
        self.participant_ids._check_customer()

    @api.constrains("state", "date_start")
    def _check_done(self):
        for record in self:
            if record.state == DONE and record.date_start > fields.Datetime.now():
                raise ValidationError(
                    self.env._("“%s” lies in the future: it can be planned, not done.", record.name)
                )

    #=== CRUD ===#

    @api.model_create_multi
    def create(self, vals_list):
        # sudo: which archive a contact belongs to; whether the person may see it is checked by the mixin
        contacts = self.env["res.partner"].sudo().browse({vals.get("partner_id") for vals in vals_list} - {None, False})
        contacts = {contact.id: contact for contact in contacts.exists()}
        records = super().create(
            [self._point_to_archive(vals, contacts.get(vals.get("partner_id"))) for vals in vals_list]
        )
        records.filtered("attachment_ids")._adopt_files()
        return records

    @api.model
    def _point_to_archive(self, vals, contact):
        """Values in which a contact stands for the archive that it belongs to, and is one of the people."""
        archive = contact and contact.commercial_partner_id
        if not archive or not archive.archive_state or archive == contact:
            return vals
        named = vals.get("contact_ids") or vals.get("participant_ids")
        people = {} if named else {"participant_ids": [Command.create({"partner_id": contact.id})]}
        return {**vals, "partner_id": archive.id, **people}

    def write(self, vals):
        if not self.env.su:
            self._check_editable()
        # sudo: files that are taken off go, whoever put them there
        before = {record: record.sudo().attachment_ids for record in self} if "attachment_ids" in vals else {}
        result = super().write(vals)
        for record, files in before.items():
            gone = (files - record.sudo().attachment_ids).filtered(lambda file: file.res_model == self._name)
            gone.unlink()
        if before:
            self._adopt_files()
        return result

    def _adopt_files(self):
        """Tie uploaded files to their interaction: whoever reads it reads them. Files of other documents stay there."""
        for record in self:
            # sudo: a file that was just uploaded is its uploader's alone
            files = record.sudo().attachment_ids.filtered(
                lambda file: (file.res_model, file.res_id) != (self._name, record.id)  # noqa: B023
            )
            loose = files.filtered(lambda file: not file.res_id and file.create_uid == self.env.user)
            if files - loose and not self.env.su:
                raise AccessError(self.env._("This file belongs to another document: upload it here once more."))
            if loose:
                loose.write({"res_model": self._name, "res_id": record.id})

    #=== WHO EDITS ===#

    def _is_editable(self):
        """Hook: whether the person edits one interaction: who took part in it, entered it, or edits the archive."""
        self.ensure_one()
        # sudo: who took part does not depend on who asks
        record = self.sudo()
        own = record.user_id | record.user_ids | record.create_uid
        return self.env.user in own or record.partner_id.sudo(False).with_user(self.env.user).archive_writable

    def _check_editable(self):
        if not self.env.su and (others := self.filtered(lambda record: not record._is_editable())):
            raise AccessError(
                self.env._(
                    "“%(name)s” is an interaction of %(user)s: who took part in it or may edit the customer’s archive "
                    "changes it.",
                    name=others[0].name, user=others[0].sudo().user_id.name,
                )
            )

    @api.model
    def _check_archive_editable(self, partners):
        """Refuse customers whose archive the person may not edit."""
        if not self.env.su and partners.filtered(lambda partner: not partner.archive_writable):
            raise AccessError(self.env._("Only who is responsible or may edit the customer’s archive changes this."))

    #=== STEPS ===#

    def action_done(self):
        """It took place: keep it as a fact."""
        self.check_access("write")
        self._check_editable()
        for record in self.filtered(lambda record: record.state != DONE):
            if refusal := record._get_done_refusal():
                raise UserError(refusal)
            # sudo: the state is set by the buttons, after the checks above
            record.sudo().write(record._prepare_done_values())
        return True

    def _get_done_refusal(self):
        """Hook: why one interaction cannot be done yet, as a sentence, or nothing."""
        self.ensure_one()
        if self.is_visit and self.source == FROM_HAND and not (self.outcome or self.outcome_note or self.content):
            return self.env._("Say in a word what came of the visit, or choose how it went.")
        return ""

    def _prepare_done_values(self):
        """Hook: values of an interaction that took place; one that was planned for later took place now."""
        self.ensure_one()
        now = self._get_default_start()
        return {"state": DONE, **({"date_start": now} if self.date_start > now else {})}

    def action_cancel(self):
        """It does not take place."""
        self._set_state(CANCELLED)

    def action_plan_again(self):
        """Take back that it was done or cancelled."""
        self._set_state(PLANNED)

    def _set_state(self, state):
        self.check_access("write")
        self._check_editable()
        # sudo: as in action_done
        self.filtered(lambda record: record.state != state).sudo().write({"state": state})
