from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    CANCELLED,
    CLOSED,
    CONTROLLED_STATES,
    FROM_CUSTOMER,
    FROM_IMPORT,
    FROM_STAFF,
    OPEN_VERIFICATIONS,
)
from ..encrypted import Encrypted
from ..tools import verification


class ResPartner(models.Model):
    """Customers are asked to confirm the facts of their archive."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_verification_ids = fields.One2many("customer.verification", "partner_id", "Confirmations", copy=False)
    archive_asked_date = fields.Datetime(
        "Asked to Confirm", copy=False, readonly=True, help="When the customer was last asked to confirm its facts."
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"archive_asked_date"}

    #=== WHAT IS ASKED ===#

    def _get_asked_facts(self):
        """Hook: names of the facts that one customer is asked for: those not confirmed for long, and missing ones."""
        self.ensure_one()
        months = self.archive_company_id.customer_verification_months or 6
        before = fields.Datetime.now() - relativedelta(months=months)
        dates = self._get_confirmed_dates()
        stale = [name for name in self._get_filled_facts() if name not in dates or dates[name] <= before]
        return [name for name in self._get_askable_facts() if name in {*stale, *self._get_missing_facts()}]

    def _get_missing_facts(self):
        """Facts that the template of one archive asks for and that it lacks."""
        self.ensure_one()
        missing = {fact["name"] for fact in self.archive_missing or []}
        return [name for name in self._get_askable_facts() if name in missing and not self[name]]

    def _get_portal_facts(self):
        """Facts that a customer sees on the portal: all that can be confirmed, and what is missing."""
        self.ensure_one()
        return [*self._get_filled_facts(), *self._get_missing_facts()]

    def _get_verification_contact(self):
        """Hook: who is asked to confirm the facts of one archive; empty: no mail reaches anybody.

        By default whoever answered last, else the first contact who buys or uses, else the customer's own address.
        """
        self.ensure_one()
        last = self.archive_verification_ids.filtered("answered_by_id")[:1].answered_by_id
        roles = ["buyer", "user", "decider", "approver", "influencer", "gatekeeper", False]
        people = self.archive_contact_ids.sorted(lambda person: (roles.index(person.decision_role), person.id))
        known = last if last.commercial_partner_id == self else self.browse()
        return (known + people + self).filtered(lambda person: person._is_mailable())[:1]

    def _is_mailable(self):
        """Hook: whether a mail about the facts reaches one contact."""
        self.ensure_one()
        person = self.sudo()
        valid = person.email_normalized and self._is_archive_email_valid(person.email_normalized)
        return bool(valid and person.active and not person.is_blacklisted and not person.message_bounce)

    @api.model
    def _get_fact_covers(self):
        """Hook: what of a fact whoever holds a link sees: signs at its beginning and end, or ``email``.

        Facts that are left out are no secret and are shown whole.
        """
        return {"vat": (4, 4), "phone": (3, 4), "email": "email", "street": (6, 0), "zip": (2, 0)}

    def _get_fact_text(self, name, covered=False):
        """One fact as people read it, in the reader's language; encrypted ones are masked for everybody.

        :param covered: whether it is masked for somebody who is known by a link only
        """
        self.ensure_one()
        value, field = self[name], self._fields[name]
        if not value:
            return ""
        if field.type == "many2one":
            # sudo: the name of what a fact points to is the fact
            return value.sudo().name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        cover = covered and not isinstance(field, Encrypted) and self._get_fact_covers().get(name)
        return verification.cover(str(value), cover or None)

    #=== BUTTONS ===#

    def action_ask_confirmation(self):
        """Make a request to confirm the facts, or open the one that is waiting."""
        self.ensure_one()
        self.check_access("write")
        Verification = self.env["customer.verification"]
        request = Verification.search(
            [("partner_id", "=", self.id), ("state", "in", OPEN_VERIFICATIONS)], limit=1
        )
        if not request:
            if self.archive_state not in CONTROLLED_STATES:
                raise UserError(self.env._("“%s” is not formal: its facts are edited directly.", self.name))
            request = Verification._begin(self)
        if not request:
            raise UserError(
                self.env._("Every fact of “%s” was confirmed not long ago: there is nothing to ask.", self.name)
            )
        return {
            "type": "ir.actions.act_window", "res_model": "customer.verification", "res_id": request.id,
            "views": [(False, "form")],
        }

    def action_confirm_by_phone(self):
        """The customer said on the phone that all facts of the archive are right."""
        self.check_access("write")
        for partner in self:
            if partner.archive_state not in CONTROLLED_STATES:
                raise UserError(self.env._("“%s” is not formal: its facts are edited directly.", partner.name))
        person = self.env.user.partner_id
        facts = {partner: partner._get_filled_facts() for partner in self}
        self.env["customer.fact.verification"]._note(facts, FROM_STAFF, person)
        # sudo: outcomes are set by buttons only; who edits the archive was checked
        requests = self.sudo().archive_verification_ids.filtered(lambda r: r.state in OPEN_VERIFICATIONS)
        for request in requests:
            request.line_ids._confirm_by_phone()

    def action_view_confirmations(self):
        """Open the requests to this customer."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_verification_action")
        return dict(action, domain=[("partner_id", "=", self.id)], context={})

    #=== STEPS OF THE ARCHIVE ===#

    def _set_archive_state(self, step, **stamps):
        result = super()._set_archive_state(step, **stamps)
        if step == "approve":
            self._note_approved_facts()
        return result

    def _note_approved_facts(self):
        """An approval confirms all facts: two people have looked at them."""
        for source, archives in self.grouped(lambda partner: partner._get_approved_source()).items():
            self.env["customer.fact.verification"]._note(
                {partner: partner._get_filled_facts() for partner in archives.sudo()}, source,
                self.env.user.partner_id,
            )

    def _get_approved_source(self):
        """Hook: where the facts of an archive came from that is approved, as a key of ``FACT_SOURCES``."""
        self.ensure_one()
        return {"web": FROM_CUSTOMER, "import": FROM_IMPORT}.get(self.archive_source, FROM_STAFF)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("archive_state") == CLOSED or vals.get("active", True) is False:
            # sudo: links end with the archive, whoever closes it
            requests = self.sudo().archive_verification_ids.filtered(lambda r: r.state in OPEN_VERIFICATIONS)
            requests._close(CANCELLED)
        return result

    def _message_receive_bounce(self, email, partner):
        result = super()._message_receive_bounce(email, partner)
        self.env["customer.verification"]._note_bounce(email)
        return result
