from odoo import api, fields, models
from odoo.tools import SQL, hmac

from ..const import (
    CONTROLLED_STATES,
    FACT_CONFIRMED,
    FACT_CORRECTED,
    FROM_CUSTOMER,
    OPEN_VERIFICATIONS,
)
from ..tools import entry

RIGHT, WRONG = "right", "wrong"


class CustomerVerification(models.Model):
    """The answer of a customer, from the page behind the link or from the portal: one code for both."""

    _inherit = "customer.verification"
    _name = "customer.verification"

    #=== WHAT A PAGE SHOWS ===#

    @api.model
    def _prepare_page(self, partner, names, covered):
        """What a page asks of an archive, as a list of dicts in the order of the page.

        :param names: names of the facts that are asked
        :param covered: whether facts are masked, because whoever holds a link is not known
        """
        kinds = {"email": "email", "phone": "tel", "integer": "number", "many2one": "choice"}
        limits = self._get_answer_limits()
        page = []
        for name in (name for name in self._get_page_facts() if name in names):
            field = partner._fields[name]
            page.append({
                "name": name,
                "label": partner._get_fact_label(name),
                "text": partner._get_fact_text(name, covered=covered),
                "type": kinds.get(name) or kinds.get(field.type, "text"),
                "choices": self._get_choices(partner, name) if field.type == "many2one" else (),
                "limit": limits.get(name, 200),
            })
        return page

    @api.model
    def _get_page_facts(self):
        return self.env["res.partner"]._get_askable_facts()

    @api.model
    def _get_choices(self, partner, name):
        """Records to choose from in place of the present one, as pairs of id and name."""
        if name == "state_id":
            country = partner.country_id or partner.archive_company_id.country_id
            records = self.env["customer.application"]._get_apply_provinces(country)
        else:
            # sudo: names of a list, for somebody without rights
            records = self.env[partner._fields[name].comodel_name].sudo().search([])
        return [(record.id, record.name) for record in records.sorted(lambda record: entry.reading_key(record.name))]

    @api.model
    def _get_page_version(self, partner, names):
        """What tells a page from one that was shown before a fact was changed."""
        shown = [(name, partner._get_fact_text(name)) for name in sorted(names)]
        # sudo: the key is the secret of the database: nobody computes from it what is masked
        return hmac(self.env(su=True), "customer_archive.verification", repr((partner.id, shown)))

    #=== ANSWERS ===#

    @api.model
    def _get_answer_limits(self):
        """Hook: field name → number of characters that an answer takes."""
        return {
            "name": 128, "vat": 32, "city": 64, "zip": 24, "phone": 40, "email": 254, "customer_staff_count": 8,
            "customer_identity_number": 40,
        }

    @api.model
    def _read_answers(self, partner, names, post):
        """What a form says about the facts that were asked; whatever else it holds is dropped.

        :return: tuple of names of confirmed facts, dict of name → new value, dict of name → message to the person
        """
        confirmed, corrected, errors = [], {}, {}
        for name in names:
            choice, text = self._read_answer(partner, name, post)
            if choice == RIGHT:
                confirmed.append(name)
            elif choice == WRONG:
                value, error = self._read_value(partner, name, text)
                if error:
                    errors[name] = error
                elif partner._is_guarded_change(name, value):
                    corrected[name] = value
                else:
                    confirmed.append(name)
        if not (confirmed or corrected or errors):
            errors[""] = self.env._("Please say of at least one fact whether it is right.")
        return confirmed, self._complete_corrections(partner, corrected), errors

    @api.model
    def _read_answer(self, partner, name, post):
        """One answer of a form: right, wrong, or nothing, and the text that was typed."""
        text = entry.clean_line(str(post.get(f"value_{name}") or ""))
        if not partner[name]:
            return (WRONG if text else ""), text
        choice = RIGHT if post.get("all") == "1" else str(post.get(f"choice_{name}") or "")
        return (choice if choice in (RIGHT, WRONG) else ""), text

    @api.model
    def _read_value(self, partner, name, text):
        """The value in write format that a text stands for, and what is wrong with it."""
        limit = self._get_answer_limits().get(name, 200)
        if not text:
            return None, self.env._("Please enter what is right.")
        if len(text) > limit:
            return None, self.env._("Please enter no more than %s characters.", limit)
        field = partner._fields[name]
        if field.type in ("integer", "many2one"):
            return self._read_number(partner, name, text)
        value = partner._normalize_archive_vals({name: text})[name]
        return value, self._get_fault(partner, name, value)

    @api.model
    def _read_number(self, partner, name, text):
        if partner._fields[name].type == "many2one":
            ids = {str(record_id) for record_id, _name in self._get_choices(partner, name)}
            return (int(text), "") if text in ids else (None, self.env._("Please choose from the list."))
        number = int(text) if text.isascii() and text.isdecimal() else 0
        return (number, "") if number else (None, self.env._("Please enter a whole number."))

    @api.model
    def _get_fault(self, partner, name, value):
        """Hook: what is wrong with a corrected fact, as a message to the customer; an empty text when nothing is."""
        application = self.env["customer.application"]
        empty = dict.fromkeys(("phone", "contact_phone", "email", "contact_email", "website", "vat"), "")
        kind = "company" if partner.is_company else "person"
        country = str((partner.country_id or partner.archive_company_id.country_id).id or "")
        values = {**empty, "country_id": country, "kind": kind, "vat_as_printed": "", name: value or ""}
        checks = (application._check_channels, application._check_tax_code)
        company = partner.archive_company_id
        return next((found[name] for check in checks if name in (found := check(company, values))), "")

    @api.model
    def _complete_corrections(self, partner, corrected):
        """A province of another country leaves with the country."""
        country = corrected.get("country_id")
        if country and "state_id" not in corrected and partner.state_id.country_id.id not in (country, False):
            return {**corrected, "state_id": False}
        return corrected

    @api.model
    def _answer(self, request, person, confirmed, corrected):
        """Note what a customer said: confirmed facts at once, corrections as a proposal.

        The archive goes first: of two people who answer at the same moment, by whichever door, the later one is run
        again by the host, and finds a link that was used.

        :param request: the request, with superuser rights
        :param person: ``res.partner`` who answers
        :param confirmed: names of facts that are right
        :param corrected: dict of name → new value in write format
        """
        partner = request.partner_id
        self._go_first(partner)
        request._close_answered(person)
        self.env["customer.fact.verification"]._note({partner: confirmed}, FROM_CUSTOMER, person)
        request._note_outcome(confirmed, FACT_CONFIRMED)
        if corrected:
            request._propose_corrections(corrected)
        request._message_log(
            body=request.env._(
                "Answered by %(person)s: %(right)s confirmed, %(wrong)s corrected.",
                person=person.name, right=len(confirmed), wrong=len(corrected),
            ),
            author_id=person.id,
        )

    @api.model
    def _go_first(self, partners):
        """Write the rows of archives before anything else: of two rivals the later one is run again by the host.

        By a statement, because the host leaves out a write that changes nothing, as within one second.
        """
        partners.flush_recordset()
        partners.invalidate_recordset(["archive_asked_date"])
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET archive_asked_date = %s WHERE id IN %s",
                fields.Datetime.now(), tuple(partners.ids) or (0,),
            ),
            log_exceptions=False,
        )

    def _propose_corrections(self, corrected):
        change = self.env["customer.archive.change"]._propose(
            self.partner_id, corrected, reason=self.env._("Answer to the request to confirm the facts"), source="portal"
        )
        change = change.sudo()
        change.verification_id = self
        self.change_id = change
        self._note_outcome(corrected, FACT_CORRECTED)
        for line in self.line_ids:
            proposed = change.line_ids.filtered(lambda item: item.field_name == line.field_name)  # noqa: B023
            line.change_line_id = proposed[:1]

    def _note_outcome(self, names, outcome):
        known = {line.field_name: line for line in self.line_ids}
        self.write({
            "line_ids": [
                fields.Command.update(known[name].id, {"outcome": outcome})
                if name in known
                else fields.Command.create({"field_name": name, "outcome": outcome})
                for name in names
            ]
        })

    #=== DOORS ===#

    @api.model
    def _receive_by_link(self, token, post):
        """Take the answer of whoever holds a link.

        :return: tuple of the request (empty: the link opens nothing), and dict of name → message (empty: it is done)
        """
        request = self._find_by_token(token)
        if not request:
            return request, {}
        names = request._get_open_names()
        if errors := self._get_version_error(request.partner_id, names, post):
            return request, errors
        confirmed, corrected, errors = self._read_answers(request.partner_id, names, post)
        if not errors:
            self._answer(request, request.contact_id, confirmed, corrected)
        return request, errors

    @api.model
    def _get_portal_archive(self, person):
        """The archive whose facts a person sees on the portal: the one of the person's company, if it is formal."""
        # sudo: the portal has no rights on archives
        partner = person.sudo().commercial_partner_id
        return partner if partner.active and partner.archive_state in CONTROLLED_STATES else partner.browse()

    @api.model
    def _receive_from_portal(self, partner, person, post):
        """Take the answer of somebody who is logged in.

        :return: dict of name → message (empty: it is done)
        """
        names = partner._get_portal_facts()
        if errors := self._get_version_error(partner, names, post):
            return errors
        confirmed, corrected, errors = self._read_answers(partner, names, post)
        if not errors:
            self._go_first(partner)
            request = self._get_portal_request(partner, person)
            self._answer(request, person.sudo(), confirmed, corrected)
        return errors

    @api.model
    def _get_portal_request(self, partner, person):
        """The request that is open anyway, or one that begins with this answer."""
        # sudo: the portal has no rights on requests
        request = self.sudo().search([("partner_id", "=", partner.id), ("state", "in", OPEN_VERIFICATIONS)], limit=1)
        return request or self.sudo().create({
            "partner_id": partner.id, "contact_id": person.id, "user_id": partner.user_id.id, "source": "portal",
        })

    @api.model
    def _get_version_error(self, partner, names, post):
        if post.get("version") == self._get_page_version(partner, names):
            return {}
        return {"": self.env._("The facts changed in the meantime. Please look at them once more and answer again.")}
