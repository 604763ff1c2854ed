import hashlib
import time

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import hash_sign, verify_hash_signed

from ..tools import entry, text, uscc

TOKEN_SCOPE = "customer_archive.application"


class CustomerApplication(models.AbstractModel):
    """What is checked before an entry of a visitor is stored."""

    _inherit = "customer.application"
    _name = "customer.application"

    @api.model
    def _get_apply_checks(self):
        """Hook: names of the methods that check a form.

        Each one takes the company and the values and returns a dict of field name: message to the visitor.
        """
        return [
            "_check_lengths",
            "_check_required",
            "_check_tax_code",
            "_check_channels",
            "_check_choices",
            "_check_consent",
        ]

    @api.model
    def _get_faults(self, company, values):
        errors = {}
        for check in self._get_apply_checks():
            for name, message in getattr(self, check)(company, values).items():
                errors.setdefault(name, message)
        return errors

    @api.model
    def _check_lengths(self, company, values):
        return {
            name: self.env._("Please enter no more than %s characters.", limit)
            for name, limit in self._get_apply_fields().items()
            if len(values[name]) > limit
        }

    @api.model
    def _is_company(self, values):
        return values["kind"] != "person"

    @api.model
    def _get_apply_required(self, values):
        """Hook: field name → message when it is empty, for a company or an individual."""
        required = {"country_id": self.env._("Please choose the country.")}
        if self._is_company(values):
            required["name"] = self.env._("Please enter the name as on the business licence.")
            required["contact_name"] = self.env._("Please say whom we may talk to.")
        else:
            required["name"] = self.env._("Please enter your name.")
        return required

    @api.model
    def _check_required(self, company, values):
        errors = {name: msg for name, msg in self._get_apply_required(values).items() if not values[name]}
        if not any(values[name] for name in ("contact_phone", "contact_email", "phone", "email")):
            errors["contact_phone"] = self.env._("Please enter a phone number or an e-mail address.")
        return errors

    @api.model
    def _check_tax_code(self, company, values):
        """A Chinese code must be right; an odd one that is printed so on the licence passes and becomes a finding."""
        country = self._get_choice("res.country", values["country_id"]) or company.country_id
        if not values["vat"] or country.code != "CN" or not self._is_company(values):
            return {}
        result = uscc.check(values["vat"])
        if result == uscc.VALID or (values["vat_as_printed"] and result != uscc.RESIDENT_ID):
            return {}
        message = self.env["customer.data.issue"]._get_messages().get(f"vat_{result}", "")
        return {"vat": message % {"value": values["vat"], "fact": self.env._("Tax Code")}}

    @api.model
    def _check_channels(self, company, values):
        errors = {}
        country = self._get_choice("res.country", values["country_id"]) or company.country_id
        for name in ("phone", "contact_phone"):
            number = text.split_extension(values[name])[0]
            if values[name] and not self.env["res.partner"]._phone_format(number=number, country=country):
                errors[name] = self.env._("This number cannot be dialled: please check the digits and the area code.")
        for name in ("email", "contact_email"):
            if values[name] and not tools.single_email_re.fullmatch(values[name]):
                errors[name] = self.env._("This is no e-mail address: please check the part around @.")
        if values["website"] and not entry.is_web_address(values["website"]):
            errors["website"] = self.env._("This is no web address. An example: www.example.com")
        return errors

    @api.model
    def _check_choices(self, company, values):
        errors = {}
        message = self.env._("Please choose from the list.")
        if values["kind"] not in ("", "company", "person"):
            errors["kind"] = message
        for name, choices in self._get_apply_choices(company, values).items():
            if values.get(name) and values[name] not in map(str, choices.ids):
                errors[name] = message
        return errors

    @api.model
    def _check_consent(self, company, values):
        return {} if values["consent"] else {"consent": self.env._("Without your consent we may not keep this entry.")}

    @api.model
    def _get_apply_min_seconds(self):
        """Hook: how long a person needs at least to fill the page in."""
        return 3

    @api.model
    def _make_token(self, consent):
        """Signed note of when the page was shown and with which consent text; it expires after a day."""
        payload = [int(time.time()), self._digest(consent)]
        # sudo: the key of the signature is the secret of the database
        return hash_sign(self.env(su=True), TOKEN_SCOPE, payload, expiration_hours=24)

    @api.model
    def _keep_token(self, token, consent):
        """The token of a page that is shown again: the same one while it is good, so that its time goes on."""
        shown, digest = self._read_token(token)
        return token if shown and digest == self._digest(consent) else self._make_token(consent)

    @api.model
    def _read_token(self, token):
        """When the page was shown and the digest of its consent text; zero for a token that is not ours or too old."""
        try:
            # sudo: as in _make_token
            return verify_hash_signed(self.env(su=True), TOKEN_SCOPE, token or "") or (0, "")
        except ValueError:
            return 0, ""

    @api.model
    def _digest(self, consent):
        return hashlib.sha256(consent.encode()).hexdigest()

    @api.model
    def _get_token_faults(self, token, consent):
        shown, digest = self._read_token(token)
        if not shown:
            return {"": self.env._("The page was open for a long time. Please check your entry and send it again.")}
        if digest != self._digest(consent):
            return {
                "consent": self.env._("The text changed in the meantime. Please read it and send your entry again.")
            }
        if time.time() - shown < self._get_apply_min_seconds():
            return {"": self.env._("That was quick. Please check your entry and send it again.")}
        return {}

    # === CHOICES ===#

    @api.model
    def _get_choice(self, model, value):
        """Record of one of the lists of the page, or an empty recordset when ``value`` is none."""
        record = self.env[model].browse(int(value) if value.isdecimal() and len(value) < 10 else ())
        return record.exists()

    @api.model
    def _get_apply_choices(self, company, values):
        """Hook: field name → records to choose from, for the country that is chosen."""
        country = self._get_choice("res.country", values["country_id"]) or company.country_id
        return {
            "country_id": self.env["res.country"].search([]).sorted(lambda c: entry.reading_key(c.name)),
            "state_id": self._get_apply_provinces(country),
            # sudo: industries are no secret, but visitors have no right on them
            "industry_id": self.env["res.partner.industry"].sudo().search(self._get_apply_industry_domain()),
        }

    @api.model
    def _get_apply_provinces(self, country):
        """Provinces of a country in the order in which a visitor looks for them."""
        return country.state_ids.sorted(lambda state: entry.reading_key(state.name))

    @api.model
    def _get_apply_industry_domain(self):
        """Hook: industries that a visitor chooses from: sections and divisions of GB/T 4754."""
        return Domain("code", "=like", "_") | Domain("code", "=like", "___")
