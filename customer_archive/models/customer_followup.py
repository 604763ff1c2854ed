from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import BY_PERSON, DONE, FOLLOWUP_REASONS, FOLLOWUP_STATES, MISSED, PLANNED, SKIPPED


class CustomerFollowup(models.Model):
    """One occasion of one rule for one customer, or one of its contacts: planned, and done once.

    Rules make them, by SQL (``customer.followup.rule._plan``); the unique index is what keeps an occasion from being
    followed up twice.
    """

    _name = "customer.followup"
    _description = "Follow-up"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "planned_date, id"
    _rec_name = "rule_id"
    _rec_names_search = ["rule_id.name", "partner_id.name"]

    rule_id = fields.Many2one("customer.followup.rule", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    contact_id = fields.Many2one(
        "res.partner", "Person", index="btree_not_null", ondelete="cascade", help="Empty: the customer itself."
    )
    recipient_id = fields.Many2one("res.partner", "To", compute="_compute_recipient_id")
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Owner", store=True, index="btree_not_null")
    action = fields.Selection(related="rule_id.action")
    occasion_key = fields.Char(required=True, exportable=False)
    occasion_date = fields.Date("Day of the Occasion", required=True)
    planned_date = fields.Datetime("Planned For", required=True)
    source = fields.Reference(selection="_select_sources", string="About")
    state = fields.Selection(FOLLOWUP_STATES, "Status", required=True, default=PLANNED, index=True)
    reason = fields.Selection(FOLLOWUP_REASONS, "Reason It Was Not Done")
    detail = fields.Char("Remark")
    tried_date = fields.Datetime("Last Tried", exportable=False)
    done_date = fields.Datetime("Done On")
    done_by = fields.Many2one("res.users", help="Empty: the rule did it by itself.")
    activity_id = fields.Many2one("mail.activity", ondelete="set null", index="btree_not_null")
    message_id = fields.Many2one("mail.message", "Sent Message", ondelete="set null", index="btree_not_null")

    _occasion_uniq = models.UniqueIndex(
        "(rule_id, partner_id, COALESCE(contact_id, 0), occasion_key)",
        "This occasion of the customer is followed up already.",
    )
    _due_idx = models.Index("(rule_id, planned_date) WHERE state IN ('planned', 'skipped')")

    @api.model
    def _select_sources(self):
        """Hook: models of documents that occasions are about, as a list of (name, label)."""
        return [("customer.contract", self.env._("Contract"))]

    @api.model
    def _get_guarded_fields(self):
        # rules make follow-ups and buttons change them
        return super()._get_guarded_fields() | {
            "rule_id", "partner_id", "contact_id", "company_id", "user_id", "occasion_key", "occasion_date",
            "planned_date", "source", "state", "reason", "detail", "tried_date", "done_date", "done_by", "activity_id",
            "message_id",
        }

    @api.model
    def _get_customer_fields(self):
        return [*super()._get_customer_fields(), "contact_id"]

    @api.depends("rule_id.name", "partner_id.name", "contact_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.rule_id.name}: {(record.contact_id or record.partner_id).name}"

    @api.depends("partner_id", "contact_id", "rule_id.action")
    def _compute_recipient_id(self):
        for record in self:
            record.recipient_id = record._get_recipient()

    def _get_recipient(self):
        """Hook: whom a message goes to, as ``res.partner``; also whom an activity is about.

        The person of the occasion, or the customer; where the customer has no address of its own, its first contact
        that has one.
        """
        self.ensure_one()
        recipient = self.contact_id or self.partner_id
        if name := self._get_address_fields().get(self.rule_id.action):
            if not self.contact_id and not recipient[name]:
                contacts = recipient.child_ids.filtered(lambda contact: contact.type == "contact" and contact[name])
                return contacts.sorted("id")[:1] or recipient
        return recipient

    @api.model
    def _get_address_fields(self):
        """Hook: action → name of the contact's field that it needs, for actions that send."""
        return {"mail": "email_normalized", "sms": "phone_sanitized"}

    #=== BUTTONS ===#

    def action_done(self):
        """It was done by hand, or came about by itself."""
        self._settle((PLANNED, SKIPPED, MISSED), {"state": DONE, "reason": False, "detail": False})

    def action_skip(self):
        """Do nothing for this occasion."""
        self._settle((PLANNED, SKIPPED, MISSED), {"state": SKIPPED, "reason": BY_PERSON, "detail": False})

    def action_reopen(self):
        """Let the rule do what a person had skipped, if its time is not over."""
        if others := self.filtered(lambda record: record.reason != BY_PERSON)[:1]:
            raise UserError(self.env._("“%s” was not skipped by hand.", others.display_name))
        self._settle((SKIPPED,), {"state": PLANNED, "reason": False, "done_by": False, "done_date": False})

    def _settle(self, states, values):
        """Check the right of the person and that nobody was faster, and set what the buttons set."""
        self.check_access("write")
        # sudo: set by these buttons only, after the check above
        records = self.sudo()
        if closed := records.filtered(lambda record: record.state not in states)[:1]:
            raise UserError(
                self.env._("“%s” was done or cancelled meanwhile: reload the page.", closed.display_name)
            )
        stamp = {"done_by": self.env.uid, "done_date": fields.Datetime.now()}
        records.write({**stamp, **values})

    def action_open_customer(self):
        """Open the archive of the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": "res.partner", "res_id": self.partner_id.id,
            "views": [(self.env.ref("customer_archive.customer_archive_view_form").id, "form")],
        }
