import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list, plaintext2html

from ..const import CASE_KINDS
from ..tools import text, upload
from ..tools.case import CANCELLED
from ..tools.upload import EMPTY, LARGE, MANY, STRANGE

_logger = logging.getLogger(__name__)


class CustomerCaseEntry(models.AbstractModel):
    """What a customer enters on the portal: cleaned, checked, and stored as a case or as files of one.

    Texts are kept as they were typed and shown as text. A customer opens cases of their own organization only, and what
    a case is about is one of their own documents.
    """

    _name = "customer.case.entry"
    _description = "Case That a Customer Enters"

    @api.model
    def _receive(self, person, post, files, address):
        """Work off one form that was sent.

        :param person: ``res.partner`` of the person who is logged in
        :param post: dict of what the browser sent
        :param files: list of ``tools.upload.File``
        :param address: IP address of the sender
        :return: tuple of the case (empty if there is none), cleaned values, and dict of field: message
        """
        nothing, values = self.env["customer.case"], self._clean(post)
        if self._is_over_limit("post", person, address):
            return nothing, values, {"": self._get_busy_message()}
        errors = self._get_faults(person, values)
        if refusal := self._get_file_refusal(files):
            errors["files"] = refusal
        if errors:
            return nothing, values, errors
        if self._is_over_limit("case", person, address):
            return nothing, values, {"": self._get_busy_message()}
        try:
            with self.env.cr.savepoint():
                return self._store(person, values, files), values, {}
        except UserError as error:
            # A check of another app. Its words may tell about other customers, so they are not shown.
            _logger.warning("A case of the portal could not be stored: %s", type(error).__name__)
            _logger.debug("Why it could not be stored", exc_info=True)
            return nothing, values, {"": self.env._("This could not be stored. Please call us.")}

    #=== CLEANING ===#

    @api.model
    def _get_entry_fields(self):
        """Hook: names of the fields of the form, with the number of characters that each one takes."""
        return {"kind": 10, "category_id": 10, "document": 64, "name": 120, "description": 4000}

    @api.model
    def _clean(self, post):
        """The fields of the form as text; whatever else was sent is dropped."""
        values = {name: str(post.get(name) or "") for name in self._get_entry_fields()}
        lines = map(text.strip_invisible, values["description"].splitlines())
        return {
            **{name: text.collapse_spaces(text.strip_invisible(value)) for name, value in values.items()},
            "description": "\n".join(lines).strip(),
        }

    #=== CHECKS ===#

    @api.model
    def _get_entry_categories(self, company):
        """The categories that customers choose from, as superuser."""
        # sudo: customers read no categories; names of those that are offered are for them
        return self.env["customer.case.category"].sudo().search(
            Domain("is_offered", "=", True) & Domain("company_id", "in", [False, company.id])
        )

    @api.model
    def _get_entry_documents(self, person):
        """Hook: what of their own a customer may say a case is about: list of recordsets as superuser.

        Orders and deliveries, where these apps are installed.
        """
        mine = Domain("partner_id", "child_of", person.commercial_partner_id.id)
        known = mine & Domain("state", "not in", ("draft", CANCELLED, "cancel"))
        # sudo: the domain allows what is of their own organization
        models_there = (self.env[name].sudo() for name in ("sale.order", "stock.picking") if name in self.env)
        return [model.search(known, order="id desc", limit=50) for model in models_there]

    @api.model
    def _get_document_choices(self, person):
        """What may be chosen: dict of "model,id" → name."""
        return {
            f"{record._name},{record.id}": record.display_name
            for records in self._get_entry_documents(person) for record in records
        }

    @api.model
    def _get_entry_company(self, person):
        """Hook: the company that a customer's case is for."""
        # sudo: customers read no archives
        customer = person.sudo().commercial_partner_id
        return customer.archive_company_id or customer.company_id or self.env.company

    @api.model
    def _get_faults(self, person, values):
        """Hook: what is wrong with a form: dict of field: message, empty if nothing is."""
        errors = {}
        if values["kind"] not in dict(CASE_KINDS):
            errors["kind"] = self.env._("Choose what it is.")
        offered = map(str, self._get_entry_categories(self._get_entry_company(person)).ids)
        if values["category_id"] and values["category_id"] not in offered:
            errors["category_id"] = self.env._("Choose one of the list, or none.")
        if values["document"] and values["document"] not in self._get_document_choices(person):
            errors["document"] = self.env._("Choose one of your own orders or deliveries, or none.")
        if not values["name"]:
            errors["name"] = self.env._("Say in a few words what it is about.")
        if not values["description"]:
            errors["description"] = self.env._("Tell us what happened or what you need.")
        for name, longest in self._get_entry_fields().items():
            if len(values[name]) > longest:
                errors[name] = self.env._("This is longer than %s characters. Please shorten it.", longest)
        return errors

    #=== FILES ===#

    @api.model
    def _get_file_limits(self):
        """Hook: how many files customers send at once and how large each one is, as ``tools.upload.Limits``."""
        return upload.Limits(number=6, size=10 * 1024 * 1024)

    @api.model
    def _get_file_refusal(self, files):
        """Why files are not taken, as a sentence, or nothing."""
        limits = self._get_file_limits()
        fault = upload.find_fault(files, limits)
        if not fault:
            return ""
        size = limits.size // (1024 * 1024)
        return {
            MANY: self.env._("Send at most %s files at once, please choose again.", limits.number),
            LARGE: self.env._(
                "“%(file)s” is larger than %(size)s MB: choose a smaller one.", file=fault.name, size=size
            ),
            STRANGE: self.env._(
                "“%s” is no photo and no PDF: choose JPEG, PNG or WebP pictures, or PDF files.", fault.name
            ),
            EMPTY: self.env._("“%s” is empty: choose it again.", fault.name),
        }[fault.kind]

    @api.model
    def _receive_files(self, case, author, files, address):
        """Take more files for a case.

        :return: why they are not taken, or nothing
        """
        if refusal := self._get_upload_refusal(case, files, address):
            return refusal
        self._post_files(case, author, files)
        return ""

    @api.model
    def _get_upload_refusal(self, case, files, address):
        """Why more files are not taken for a case, as a sentence, or nothing."""
        if not files:
            return self.env._("Choose the files first.")
        if self._is_over_limit("file", case._get_portal_person(), address):
            return self._get_busy_message()
        if case.state == CANCELLED:
            return self.env._("This case has ended. Open a new one, please.")
        return self._get_file_refusal(files)

    @api.model
    def _post_files(self, case, author, files):
        names = format_list(self.env, [file.name for file in files])
        # sudo: the caller has checked that the person may see the case
        case.sudo().message_post(
            body=self.env._("Files sent: %s", names),
            author_id=author.id or None,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(file.name, file.content) for file in files],
        )

    #=== LIMITS ===#

    @api.model
    def _get_entry_limits(self):
        """Hook: how often something may happen.

        :return: dict of ``post`` (forms sent), ``case`` (cases opened) and ``file`` (times files are sent): tuple of
            number for one customer, number for one network address, and seconds (a day at most)
        """
        return {"post": (60, 120, 3600), "case": (20, 60, 86400), "file": (60, 120, 3600)}

    @api.model
    def _is_over_limit(self, kind, person, address):
        for_customer, for_address, seconds = self._get_entry_limits()[kind]
        # sudo: visitors have no right on counters
        log = self.env["customer.application.log"].sudo()
        customer = str(person.sudo().commercial_partner_id.id)
        counts = (
            log._count(f"case_{kind}", customer, seconds), log._count_sender(f"case_{kind}_from", address, seconds)
        )
        return counts[0] > for_customer or counts[1] > for_address

    @api.model
    def _get_busy_message(self):
        return self.env._("This is a lot at once. Please wait a while, or call us.")

    #=== STORING ===#

    @api.model
    def _store(self, person, values, files):
        company = self._get_entry_company(person)
        # sudo: customers have no right on cases; the values come from the checked fields of the form only
        Case = self.env["customer.case"].sudo().with_company(company).with_context(mail_create_nosubscribe=True)
        case = Case.create(self._prepare_case_values(person, values, company))
        case.message_subscribe(person.ids)
        if files:
            self._post_files(case, person, files)
        return case

    @api.model
    def _prepare_case_values(self, person, values, company):
        """Hook: values of the case for the cleaned values of a form."""
        # sudo: customers read no archives
        customer = person.sudo().commercial_partner_id
        category = self.env["customer.case.category"].sudo().browse(int(values["category_id"] or 0))
        description = plaintext2html(values["description"])
        if values["document"]:
            document = self._get_document_choices(person)[values["document"]]
            description += plaintext2html(self.env._("It is about %s.", document))
        return {
            "name": values["name"],
            "kind": category.kind or values["kind"],
            "category_id": category.id,
            "partner_id": customer.id if customer.archive_state else False,
            "contact_id": person.id,
            "company_id": company.id,
            "channel_id": self.env["customer.interaction"].sudo()._get_channel("portal").id,
            "description": description,
        }
