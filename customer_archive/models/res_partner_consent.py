from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..const import GIVEN, WITHDRAWN
from ..tools.consent import Entry, effective


class ResPartner(models.Model):
    """What a person consented to."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_consent_ids = fields.One2many("customer.consent", "partner_id", "Consents")
    customer_consent_count = fields.Integer("Consents in Force", compute="_compute_customer_consent_count")

    def _compute_customer_consent_count(self):
        people = self._origin._get_consent_people()
        consents = people._customer_consents()
        for partner in self:
            saved = partner._origin
            mine = people.filtered(lambda p: saved in (p, p.commercial_partner_id))  # noqa: B023
            partner.customer_consent_count = sum(c.given for p in mine for c in consents[p.id].values())

    def _get_consent_people(self):
        """These people, and the contacts of those that are companies."""
        companies = self.filtered("is_company")
        contacts = self.search([("commercial_partner_id", "in", companies.ids), ("is_company", "=", False)])
        return (self - companies) | contacts if companies else self

    def _customer_consents(self):
        """What these people consented to, for campaigns, evaluations and whatever else needs it.

        :return: dict of contact id → dict of code of a purpose → ``tools.consent.Consent``; a purpose that was never
            spoken about is missing, which means that there is no consent
        """
        # sudo: whether a consent holds does not depend on who wants to rely on it
        rows = self.env["customer.consent"].sudo().search([("partner_id", "in", self.ids)])
        history = {partner_id: [] for partner_id in self.ids}
        for row in rows:
            history[row.partner_id.id].append(
                Entry(row.purpose_id.code, row.decision == GIVEN, row.date, row.id, row.valid_until or None)
            )
        today = fields.Date.context_today(self)
        return {partner_id: effective(entries, today) for partner_id, entries in history.items()}

    def _has_consent(self, code):
        """Whether this person's consent to a purpose (its code) holds today."""
        self.ensure_one()
        consent = self._customer_consents()[self.id].get(code)
        return bool(consent and consent.given)

    def _withdraw_consents(self, purposes=None, source="phone"):
        """Note the withdrawal of these purposes, or of all, that hold today.

        :return: the new rows
        """
        self.check_access("write")
        consents = self._customer_consents()
        Purpose = self.env["customer.consent.purpose"].with_context(active_test=False)
        purposes = purposes or Purpose.search_fetch([], ["code"])
        return self.env["customer.consent"].create(
            [
                {"partner_id": partner.id, "purpose_id": purpose.id, "decision": WITHDRAWN, "source": source}
                for partner in self
                for purpose in purposes
                if (held := consents[partner.id].get(purpose.code)) and held.given
            ]
        )

    def action_withdraw_consents(self):
        """Withdraw every consent of these people."""
        if not self._withdraw_consents():
            raise UserError(self.env._("No consent is in force, so there is nothing to withdraw."))

    def action_view_consents(self):
        """Open the consents of this person, or of the contacts of this company."""
        self.ensure_one()
        if not self.env["customer.consent"].has_access("read"):
            raise AccessError(self.env._("Your rights do not include consents: ask a manager."))
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_consent_action")
        field = "commercial_partner_id" if self.is_company else "id"
        context = {} if self.is_company else {"default_partner_id": self.id}
        return dict(action, domain=[(f"partner_id.{field}", "=", self.id)], context=context)
