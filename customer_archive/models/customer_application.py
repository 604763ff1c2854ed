import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..const import DRAFT, GROUP_ALL, GROUP_MANAGER
from ..tools import entry, text

_logger = logging.getLogger(__name__)

REVIEW_ACTIVITY = "customer_archive.mail_activity_type_review"

# What became of a form that was sent.
STORED = "stored"
FAULTY = "faulty"
BUSY = "busy"


class CustomerApplication(models.AbstractModel):
    """What a visitor enters on the public page: cleaned, checked, and stored as a draft to be checked.

    Nothing here answers whether a customer is known: a second entry, a bot's entry and a first one look the same.
    """

    _name = "customer.application"
    _description = "Entry of a Visitor"

    @api.model
    def _receive(self, company, post, address, consent):
        """Work off one form that was sent.

        :param company: ``res.company`` whose page it is
        :param post: dict of what the browser sent
        :param address: IP address of the sender
        :param consent: consent text of the page as HTML
        :return: tuple of what became of it (stored, faulty or busy), cleaned values, and dict of field: message
        """
        values = self._clean(post)
        if self._is_over_limit("post", address):
            return BUSY, values, {"": self.env._("Too many entries came from your network. Please try again later.")}
        if values["step"] == "country":
            return FAULTY, values, {}
        if values[self._get_apply_trap()]:
            return STORED, values, {}
        errors = self._get_faults(company, values)
        if not errors:
            errors = self._get_token_faults(post.get("token"), consent)
        if errors:
            return FAULTY, values, errors
        return self._store(company, values, address, consent)

    @api.model
    def _store(self, company, values, address, consent):
        try:
            with self.env.cr.savepoint():
                if self._is_over_limit("entry", address):
                    message = self.env._("Many entries came from your network today. Please try again tomorrow.")
                    return BUSY, values, {"": message}
                if not self._is_entered(company, values):
                    self._create_archive(company, values, consent)
        except UserError as error:
            # A check of another app refused a fact. Its words may tell about other customers, so they are not shown.
            _logger.warning("An entry of the public page could not be stored: %s", type(error).__name__)
            _logger.debug("Why it could not be stored", exc_info=True)
            message = self.env._("This could not be stored: please check the tax code and the address.")
            return FAULTY, values, {"": message}
        return STORED, values, {}

    #=== CLEANING ===#

    @api.model
    def _get_apply_fields(self):
        """Hook: names of the fields of the form, with the number of characters that each one takes."""
        return {
            "kind": 10,
            "name": 128,
            "vat": 32,
            "vat_as_printed": 3,
            "industry_id": 10,
            "phone": 40,
            "email": 254,
            "website": 200,
            "country_id": 10,
            "state_id": 10,
            "city": 64,
            "street": 200,
            "contact_name": 64,
            "contact_function": 64,
            "contact_phone": 40,
            "contact_email": 254,
            "needs": 2000,
            "consent": 3,
            "step": 10,
            self._get_apply_trap(): 10000,
        }

    @api.model
    def _get_apply_trap(self):
        """Hook: name of the field that people do not see; whoever fills it is a program."""
        return "subject"

    @api.model
    def _get_apply_normalizers(self):
        """Hook: field name → function that unifies its text before it is checked."""
        return {
            "needs": entry.clean_text,
            "vat": lambda value: self.env["res.partner"]._normalize_vat(entry.clean_line(value)),
            "phone": lambda value: text.normalize_phone(entry.clean_line(value)),
            "contact_phone": lambda value: text.normalize_phone(entry.clean_line(value)),
            "email": lambda value: text.normalize_email(entry.clean_line(value)),
            "contact_email": lambda value: text.normalize_email(entry.clean_line(value)),
        }

    @api.model
    def _clean(self, post):
        """The fields of the form as plain text; whatever else was sent is dropped."""
        normalizers = self._get_apply_normalizers()
        return {name: normalizers.get(name, entry.clean_line)(str(post.get(name) or ""))
                for name in self._get_apply_fields()}

    #=== LIMITS ===#

    @api.model
    def _get_apply_limits(self):
        """Hook: how often something may happen.

        :return: dict of ``post`` (forms sent by one sender), ``entry`` (entries stored for one sender) and ``same``
            (entries of one tax code, mail address or phone number): tuple of number and seconds
        """
        return {"post": (40, 3600), "entry": (10, 86400), "same": (1, 86400)}

    @api.model
    def _is_over_limit(self, kind, address):
        number, seconds = self._get_apply_limits()[kind]
        return self.env["customer.application.log"]._count_sender(kind, address, seconds) > number

    @api.model
    def _get_apply_identities(self, values):
        """Hook: what tells one entry from another, as texts; the first one decides, the others are remembered."""
        mail = values["contact_email"] or values["email"]
        phone = values["contact_phone"] or values["phone"]
        identities = [("vat", values["vat"]), ("mail", mail.lower()), ("phone", phone)]
        return [f"{name}:{value}" for name, value in identities if value]

    @api.model
    def _is_entered(self, company, values):
        """Whether the same customer was entered on the page within a day; remembers this entry."""
        number, seconds = self._get_apply_limits()["same"]
        identities = [f"{company.id}:{identity}" for identity in self._get_apply_identities(values)]
        log = self.env["customer.application.log"]
        # sorted: rivals take the rows in the same order, so they never wait for each other
        counts = {identity: log._count("same", identity, seconds) for identity in sorted(identities)}
        return counts[identities[0]] > number

    #=== STORING ===#

    @api.model
    def _create_archive(self, company, values, consent):
        """Create the draft with its contact, and ask somebody to look at it.

        :return: the archive
        """
        # sudo: a visitor has no rights; the values come from the checked fields of the form only
        Partner = self.env["res.partner"].sudo().with_company(company).with_context(mail_create_nosubscribe=True)
        archive = author = Partner.create(self._prepare_archive_values(company, values, consent))
        if self._is_company(values):
            author = Partner.create({"parent_id": archive.id, **self._prepare_contact_values(values)})
        if values["needs"]:
            archive._message_log(body=plaintext2html(values["needs"]), author_id=author.id)
        self._ask_for_handover(archive)
        return archive

    @api.model
    def _prepare_archive_values(self, company, values, consent):
        """Hook: values of the archive for the cleaned values of a form."""
        is_company = self._is_company(values)
        vals = {
            "archive_state": DRAFT,
            "archive_source": "web",
            "archive_company_id": company.id,
            "archive_access": company.archive_default_access,
            "archive_consent_date": fields.Datetime.now(),
            "archive_consent_text": consent,
            "archive_team_id": False,
            "user_id": False,
            "is_company": is_company,
            "name": values["name"],
            "vat": values["vat"] if is_company else False,
            "phone": values["phone"] or (not is_company and values["contact_phone"]),
            "email": values["email"] or (not is_company and values["contact_email"]),
            "website": is_company and values["website"],
            "city": values["city"],
            "street": values["street"],
            "customer_requirements": values["needs"],
            "lang": self.env.lang,
        }
        vals.update({name: int(values[name] or 0) or False for name in ("country_id", "state_id", "industry_id")})
        return vals

    @api.model
    def _prepare_contact_values(self, values):
        """Hook: values of the key contact of a company."""
        return {
            "type": "contact",
            "name": values["contact_name"],
            "function": values["contact_function"],
            "phone": values["contact_phone"],
            "email": values["contact_email"],
            "lang": self.env.lang,
        }

    @api.model
    def _ask_for_handover(self, archive):
        # sudo: visitors read no users
        receiver = self._get_apply_receiver(archive).sudo()
        lang = receiver.lang or archive.archive_company_id.partner_id.lang or self.env.lang
        archive = archive.with_context(lang=lang)
        archive.activity_schedule(
            REVIEW_ACTIVITY,
            summary=archive.env._("New entry from the public page"),
            note=archive.env._("Look at the facts and give the customer an owner, or close the archive."),
            user_id=receiver.id,
        )

    @api.model
    def _get_apply_receiver(self, archive):
        """Hook: who is asked to look at a new entry: the checker of the company, else somebody who may hand it over.

        :return: one user, or an empty recordset: then the activity waits on the archive
        """
        company = archive.archive_company_id
        reviewer = archive._get_archive_reviewer("check", self.env["res.users"])
        if reviewer and reviewer == company.archive_checker_id:
            return reviewer
        # sudo: groups are hidden from visitors
        sellers = self.env.ref(GROUP_ALL).sudo().all_user_ids.filtered(
            lambda u: u.active and not u.share and company in u.company_ids
        )
        # Managers last: they set the app up, others work with customers.
        return sellers.sorted(lambda u: (u.has_group(GROUP_MANAGER), u.id))[:1] or reviewer
