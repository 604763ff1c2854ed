from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..const import CONSENT_DECISIONS, GIVEN, WITHDRAWN


class CustomerConsent(models.Model):
    """A person gave or withdrew a consent. A history: rows are added, never changed.

    What holds today is answered by ``res.partner._customer_consents()``.
    """

    _name = "customer.consent"
    _description = "Consent"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "date desc, id desc"
    _rec_name = "purpose_id"

    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, index=True, ondelete="cascade", domain=[("is_company", "=", False)]
    )
    company_id = fields.Many2one(related="partner_id.commercial_partner_id.archive_company_id", store=True, index=True)
    purpose_id = fields.Many2one("customer.consent.purpose", required=True, index=True, ondelete="restrict")
    decision = fields.Selection(CONSENT_DECISIONS, "Given or Withdrawn", required=True, default=GIVEN)
    date = fields.Date("On", required=True, default=fields.Date.context_today)
    source = fields.Selection(
        [("paper", "Paper"), ("web", "Web page"), ("phone", "Phone"), ("email", "E-mail"), ("visit", "In person")],
        "Received by",
        required=True,
        default="phone",
    )
    proof = fields.Binary("Evidence", attachment=True, help="The signed sheet, the message or the recording.")
    proof_name = fields.Char("Name of the Proof")
    wording = fields.Text("Wording as Shown", readonly=True)
    wording_version = fields.Char(readonly=True)
    valid_until = fields.Date(readonly=True)
    in_force = fields.Boolean(compute="_compute_in_force", help="The last word on this purpose, and not run out.")
    user_id = fields.Many2one("res.users", "Noted by", required=True, default=lambda self: self.env.user, readonly=True)

    _person_idx = models.Index("(partner_id, purpose_id, date DESC, id DESC)")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"wording", "wording_version", "valid_until", "user_id", "company_id"}

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "user_id": (self.env.uid,)}

    @api.depends("purpose_id", "decision", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["decision"]._description_selection(self.env))
        for consent in self:
            consent.display_name = f"{consent.purpose_id.name}: {labels.get(consent.decision, '')} {consent.date or ''}"

    @api.depends("partner_id", "purpose_id", "decision", "date", "valid_until")
    def _compute_in_force(self):
        standing = self.partner_id._customer_consents()
        for consent in self:
            held = standing.get(consent.partner_id.id, {}).get(consent.purpose_id.code)
            consent.in_force = bool(held and held.given and held.place == consent.id)

    @api.constrains("partner_id")
    def _check_person(self):
        for consent in self:
            if consent.partner_id.is_company:
                raise ValidationError(self.env._("People consent, companies do not: choose one of its contacts."))

    @api.constrains("date")
    def _check_date(self):
        for consent in self:
            if consent.date > fields.Date.context_today(consent):
                raise ValidationError(self.env._("A consent cannot be noted before it was given: mend its date."))

    @api.constrains("purpose_id", "decision", "source", "proof")
    def _check_proof(self):
        for consent in self:
            if consent.decision == GIVEN and consent.purpose_id.is_separate and consent._lacks_proof():
                raise ValidationError(
                    self.env._(
                        "“%s” takes a separate consent that can be shown later: attach the signed sheet or message.",
                        consent.purpose_id.name,
                    )
                )

    def _lacks_proof(self):
        """Hook: whether a separate consent cannot be shown later; what a web page noted is its own proof."""
        self.ensure_one()
        return not self.proof and self.source != "web"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        consents._check_person_editable()
        for consent in consents:
            consent._complete()
        consents.filtered(lambda consent: consent.decision == WITHDRAWN)._stop_use()
        return consents

    def _check_person_editable(self):
        """Who notes a consent is who may edit the person's page."""
        if not self.env.su:
            self.partner_id.check_access("write")

    def _complete(self):
        """Keep the words that the person was shown, and the last day."""
        self.ensure_one()
        purpose, given = self.purpose_id, self.decision == GIVEN
        # sudo: what follows from the purpose is set here only
        self.sudo().write(
            {
                "wording": self.wording or (given and purpose.wording),
                "wording_version": self.wording_version or (given and purpose.version),
                "valid_until": given and purpose._get_valid_until(self.date),
            }
        )

    def write(self, vals):
        if not self.env.su:
            raise AccessError(
                self.env._("Consents are a history: add a row that gives or withdraws it instead of changing this one.")
            )
        return super().write(vals)

    def _stop_use(self):
        """Hook: carry a withdrawal to where the host sends from: its lists of addresses and numbers not to be used."""
        for consent in self:
            partner, code = consent.partner_id, consent.purpose_id.code
            # sudo: whoever notes a withdrawal has no right on the host's lists
            if code == "marketing_mail" and partner.email_normalized:
                self.env["mail.blacklist"].sudo()._add(partner.email_normalized)
            if code in ("marketing_phone", "marketing_sms") and partner.phone_sanitized:
                self.env["phone.blacklist"].sudo()._add([partner.phone_sanitized])

    def action_withdraw(self):
        """Withdraw the consents of these rows: one click, as easy as giving them."""
        for consent in self:
            if not consent.partner_id._has_consent(consent.purpose_id.code):
                raise UserError(self.env._("“%s” is withdrawn already.", consent.purpose_id.name))
            consent.partner_id._withdraw_consents(consent.purpose_id)
