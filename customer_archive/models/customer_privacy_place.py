from odoo import api, models
from odoo.fields import Domain

from ..const import BLANK, DELETE, KEEP
from ..encrypted import UNREADABLE, encrypted_fields, equals, reveal
from ..tools.privacy import EMAIL, NAME, NUMBER, PHONE, TEXT, Needle, Place
from ..tools.sealed_value import is_searchable

OWNER = "res.partner"


class CustomerPrivacyPlace(models.AbstractModel):
    """Where rows about a person lie, and which facts tell the person from others.

    People here are contacts that are no companies; they come with superuser rights and with hidden ones among them.
    Rows that merely mention a person in a text are found by ``customer.privacy.sweep``.
    """

    _name = "customer.privacy.place"
    _description = "Places of Personal Data"

    @api.model
    def _get_places(self, people):
        """Hook: the places of these people, as a list of ``tools.privacy.Place`` in the order of a copy and an erasure.

        Places of models that are not installed are left out by the caller. Add the rows of a model of yours::

            place = Place("visit", "my.visit", [("partner_id", "in", people.ids)], self.env._("Visits"),
                          show=("date", "note"), action=BLANK, values={"note": False})
            return super()._get_places(people) + [place]
        """
        return [
            *self._get_archive_places(people),
            *self._get_import_places(people),
            *self._get_mail_places(people),
            *self._get_other_places(people),
        ]

    @api.model
    def _get_archive_places(self, people):
        ours = [("partner_id", "in", people.ids)]
        change = {"reason": False}
        line = dict.fromkeys(("old_value", "new_value", "old_secret", "new_secret"), False)
        merges = ["|", ("partner_id", "in", people.ids), ("other_id", "in", people.ids)]
        former = dict.fromkeys((*self.env["customer.merge"]._get_former_fields(), "other_name"), False)
        return [
            Place("consent", "customer.consent", ours, self.env._("Consents"),
                  show=("purpose_id", "decision", "date", "source", "valid_until"), action=KEEP,
                  reason=self.env._("Proof of what was agreed, without name or contact data.")),
            Place("change_line", "customer.archive.change.line", ours, self.env._("Proposed facts"),
                  show=("field_label", "old_text", "new_text", "state", "create_date"), action=BLANK, values=line),
            Place("change", "customer.archive.change", ours, self.env._("Proposed changes"),
                  show=("create_date", "source", "reason", "state"), action=BLANK, values=change),
            Place("merge", "customer.merge", merges, self.env._("Merges"), show=("date", "display_name", "state"),
                  action=BLANK, values=former),
            Place("issue", "customer.data.issue", ["|", ("contact_id", "in", people.ids), *ours],
                  self.env._("Findings"), show=("field_label", "message", "state"), action=DELETE),
            Place("class", "customer.classification", ours, self.env._("History of classes"),
                  show=("date_from", "dimension", "display_name"), action=KEEP,
                  reason=self.env._("Figures without a person once the contact is emptied.")),
        ]

    @api.model
    def _get_import_places(self, people):
        ours = [("partner_id", "in", people.ids)]
        names = ("values", "secret_values", "name", "key", "parent_key", "code", "messages", "codes")
        row = dict.fromkeys(names, False)
        return [
            Place("import_row", "customer.import.row", ours, self.env._("Imported rows"),
                  show=("create_date", "values_text"), action=BLANK, values=row),
            Place("import_key", "customer.import.key", ours, self.env._("Keys of imports"), show=("key",),
                  action=DELETE),
            Place("import_file", "ir.attachment", self._get_import_file_domain(people),
                  self.env._("Imported workbooks"), show=("create_date",), action=DELETE),
        ]

    @api.model
    def _get_import_file_domain(self, people):
        """The workbooks with a row of these people: none of the rest is needed once the import is over."""
        rows = self.env["customer.import.row"].sudo()._read_group([("partner_id", "in", people.ids)], ["run_id"])
        return self._get_attachment_domain("customer.import.run", [run.id for (run,) in rows], ("file",))

    @api.model
    def _get_attachment_domain(self, model, ids, fields=(False,)):
        return [("res_model", "=", model), ("res_id", "in", ids), ("res_field", "in", list(fields))]

    @api.model
    def _get_mail_places(self, people):
        mine = [("model", "=", OWNER), ("res_id", "in", people.ids)]
        ids = self.env["customer.archive.change"].sudo().search([("partner_id", "in", people.ids)]).ids
        on_changes = [("model", "=", "customer.archive.change"), ("res_id", "in", ids)]
        written = {"body": False, "subject": False, "email_from": False, "reply_to": False}
        elsewhere = ["!", "|", "&", *mine, "&", *on_changes]
        activities = [("res_model", "=", OWNER), ("res_id", "in", people.ids)]
        return [
            Place("message", "mail.message", ["|", "&", *mine, "&", *on_changes], self.env._("Messages and changes"),
                  show=("date", "author_id", "preview"), action=DELETE),
            Place("written", "mail.message", [("author_id", "in", people.ids), *elsewhere],
                  self.env._("Messages written elsewhere"), show=("date", "preview"), action=BLANK, values=written),
            Place("mail", "mail.mail", [("recipient_ids", "in", people.ids)], self.env._("E-mails to be sent"),
                  show=("date", "subject"), action=DELETE),
            Place("activity", "mail.activity", activities, self.env._("Activities"),
                  show=("date_deadline", "summary", "note", "feedback"), action=DELETE),
            Place("follower", "mail.followers", ["|", ("partner_id", "in", people.ids), "&", ("res_model", "=", OWNER),
                  ("res_id", "in", people.ids)], self.env._("Followers"), show=(), action=DELETE),
        ]

    @api.model
    def _get_other_places(self, people):
        ours = [("partner_id", "in", people.ids)]
        requests = self.env["customer.privacy.request"].sudo().search([("partner_ids", "in", people.ids)])
        consents = self.env["customer.consent"].sudo().search(ours)
        lead = dict.fromkeys(("contact_name", "email_from", "phone", "function", "description"), False)
        return [
            Place("attachment", "ir.attachment", self._get_attachment_domain(OWNER, people.ids),
                  self.env._("Files"), show=("name", "create_date"), action=DELETE),
            Place("proof", "ir.attachment", self._get_attachment_domain("customer.consent", consents.ids, ("proof",)),
                  self.env._("Proofs of consents"), show=("name", "create_date"), action=DELETE),
            Place("copy", "ir.attachment", self._get_attachment_domain("customer.privacy.request", requests.ids),
                  self.env._("Copies handed out"), show=("name", "create_date"), action=DELETE),
            Place("mail_blacklist", "mail.blacklist", [("email", "in", self._get_values(people, "email_normalized"))],
                  self.env._("Addresses not to be mailed"), show=("create_date",), action=DELETE),
            Place("phone_blacklist", "phone.blacklist", [("number", "in", self._get_values(people, "phone_sanitized"))],
                  self.env._("Numbers not to be called"), show=("create_date",), action=DELETE),
            Place("bank", "res.partner.bank", ours, self.env._("Bank accounts"),
                  show=("acc_number", "bank_id"), action=DELETE),
            Place("rating", "rating.rating", ours, self.env._("Ratings"),
                  show=("create_date", "rating", "feedback"), action=BLANK, values={"feedback": False}),
            Place("sms", "sms.sms", ours, self.env._("Text messages to be sent"), show=("create_date",),
                  action=DELETE),
            Place("lead", "crm.lead", ours, self.env._("Leads"), show=("create_date", "name"),
                  action=BLANK, values=lead),
        ]

    @api.model
    def _get_values(self, people, name):
        return [value for value in people.mapped(name) if value]

    @api.model
    def _get_installed_places(self, people):
        """The places of models that are installed, for people of any company, hidden ones included."""
        people = people.sudo().with_context(active_test=False)
        return [place for place in self._get_places(people) if place.model in self.env]

    @api.model
    def _get_rows(self, place):
        """The rows of a place.

        Whatever the person who asks may see elsewhere: a person has a right to everything that is held about them.
        """
        # sudo: see above; who may open the desk is checked by the request
        return self.env[place.model].sudo().with_context(active_test=False).search(list(place.domain))

    #=== WHAT TELLS A PERSON APART ===#

    @api.model
    def _get_needle_fields(self):
        """Hook: facts of a person that are looked for in texts: dict of field name → kind of ``tools.privacy``.

        Encrypted facts among them are opened for confirmed requests only; those that are left out count as numbers.
        """
        return {
            "name": NAME, "phone": PHONE, "email": EMAIL, "customer_wechat": NUMBER, "vat": NUMBER, "ref": NUMBER,
            "street": TEXT, "customer_private_phone": PHONE,
        }

    @api.model
    def _get_needles(self, people, confirmed=False):
        """The facts that tell these people from others, as a list of ``Needle``; what the employer shares is none.

        :param confirmed: whether it is known who asks, or two people stand for it: then encrypted facts are looked for
            as well, in case that somebody wrote them down elsewhere
        """
        people, names = people.sudo(), self._get_needle_fields()
        plain = [name for name in names if name not in self._get_encrypted_fields()]
        needles = [
            Needle(names[name], person[name])
            for person in people
            for name in plain
            if person[name] and name not in self._get_company_facts(person)
        ]
        return needles + (self._get_secret_needles(people, names) if confirmed else [])

    @api.model
    def _get_secret_needles(self, people, kinds):
        """Encrypted facts of these people; that they were opened is noted in the log, and who had it done.

        One that cannot be read is left out: where its key is missing, an erasure refuses to empty it.
        """
        needles, opened = [], []
        for name in self._get_encrypted_fields():
            if values := self._open_values(people, name):
                opened.append(name)
                kind = kinds.get(name, NUMBER)
                # a family's phone tells nobody apart, an identity number does whoever holds it
                shared = self._get_shared_values(people, name, values) if kind == PHONE else set()
                needles += [Needle(kind, value) for value in values if value not in shared]
        if opened:
            self.env["customer.audit.log"]._note("reveal", OWNER, people.ids, field_names=opened)
        return needles

    @api.model
    def _open_values(self, people, name):
        """The different values that these people have of an encrypted field, as far as they can be read."""
        readable = people.filtered(lambda person: person[name] and not person[name].startswith(UNREADABLE))
        return list(dict.fromkeys(reveal(person, name) for person in readable))

    @api.model
    def _get_shared_values(self, people, name, values):
        """Those of these values that contacts of somebody else have as well."""
        texts = [value for value in values if is_searchable(value)]
        if not texts:
            return set()
        others = equals(people, name, texts) & Domain("id", "not in", people.ids)
        return set(self._open_values(people.with_context(active_test=False).search(others), name))

    @api.model
    def _get_encrypted_fields(self):
        """Names of the fields of a contact that are stored encrypted."""
        return [field.name for field in encrypted_fields(self.env[OWNER])]

    @api.model
    def _get_company_facts(self, person):
        """Names of the fields that a contact shares with its company."""
        if person.commercial_partner_id == person:
            return set()
        shared = set(person._commercial_fields())
        return shared | set(person._address_fields()) if person.type == "contact" else shared
