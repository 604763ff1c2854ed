from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import AUDIT_SEARCH, COPY, ERASE, GROUP_CONFIDENTIAL, GROUP_MANAGER, REQUEST_KINDS
from ..encrypted import Encrypted, reveal
from ..tools.privacy import EMAIL, NAME, NUMBER, PHONE, Needle

NEW, FOUND, PLANNED, DONE, REFUSED = "new", "found", "planned", "done", "refused"
SEARCH_FIELDS = ("search_name", "search_phone", "search_email", "search_number")
# People shown for one request: more than that is no search for a person.
MOST_PEOPLE = 50


class CustomerPrivacyRequest(models.Model):
    """Somebody asks for their own data: what they asked, who they are, what was found, what was answered."""

    _name = "customer.privacy.request"
    _description = "Request of a Person"
    _inherit = ["customer.guard.mixin", "customer.encrypted.mixin"]
    _order = "id desc"

    kind = fields.Selection(REQUEST_KINDS, "Asks for", required=True, default=COPY)
    state = fields.Selection(
        [
            (NEW, "Noted"),
            (FOUND, "Person found"),
            (PLANNED, "Waits for a second person"),
            (DONE, "Done"),
            (REFUSED, "Refused"),
        ],
        default=NEW,
        required=True,
        index=True,
    )
    channel = fields.Selection(
        [("phone", "Phone"), ("email", "E-mail"), ("letter", "Letter"), ("visit", "In person"), ("web", "Web page"),
         ("internal", "Own retention rule")],
        "Came by",
        required=True,
        default="email",
    )
    date_received = fields.Date("Received On", required=True, default=fields.Date.context_today)
    deadline = fields.Date("Answer by", compute="_compute_deadline", store=True, readonly=False)
    is_late = fields.Boolean(compute="_compute_is_late")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, domain=[("share", "=", False)]
    )
    identity_check = fields.Selection(
        [
            ("document", "Showed an identity document"),
            ("callback", "Called back on a number that we know"),
            ("address", "Wrote from an address that we know"),
            ("login", "Logged in"),
            ("proxy", "Showed a power of attorney"),
        ],
        "Identity Checked by",
    )
    search_name = fields.Char("Full Name")
    search_phone = fields.Char("Phone")
    search_email = fields.Char("E-mail")
    search_number = Encrypted(
        "Number", mask=(2, 2),
        help="Customer number, identity number, WeChat or another number of the person. Stored encrypted.",
    )
    partner_ids = fields.Many2many(
        "res.partner", string="This Person", context={"active_test": False}, domain=[("is_company", "=", False)],
        help="The contacts that are this person. Remove namesakes.",
    )
    finding_ids = fields.One2many("customer.privacy.finding", "request_id", "What Is Held")
    answer = fields.Text(help="What was done, or why not, as it was answered to the person.")
    planned_by = fields.Many2one("res.users", readonly=True)
    planned_date = fields.Datetime("Planned On", readonly=True)
    confirmed_by = fields.Many2one("res.users", readonly=True)
    done_date = fields.Datetime("Done On", readonly=True)
    proof = fields.Json("Counts of the Proof", readonly=True, exportable=False)
    proof_text = fields.Text("Proof of Erasure", compute="_compute_proof_text")
    can_confirm = fields.Boolean(compute="_compute_can_confirm")

    #=== COMPUTE ===#

    @api.depends("kind", "date_received")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            number = request.id if isinstance(request.id, int) else ""
            request.display_name = f"{labels.get(request.kind, '')} {number}".strip()

    @api.model
    def _get_answer_days(self):
        """Hook: working days until a request has to be answered."""
        return 15

    @api.depends("date_received", "company_id")
    def _compute_deadline(self):
        for request in self:
            request.deadline = request.date_received and request._add_working_days(request.date_received)

    def _add_working_days(self, day):
        """The last working day for an answer, by the company's calendar."""
        days = self._get_answer_days()
        calendar = self.company_id.resource_calendar_id
        begin = datetime.combine(day + timedelta(days=1), time.min)
        planned = calendar and calendar.plan_days(days, begin, compute_leaves=True)
        return planned.date() if planned else day + relativedelta(days=days * 7 // 5)

    @api.depends("deadline", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for request in self:
            is_open = request.state not in (DONE, REFUSED)
            request.is_late = is_open and bool(request.deadline) and request.deadline < today

    @api.depends("state", "planned_by")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        for request in self:
            request.can_confirm = request.state == PLANNED and not request._get_confirm_refusal()

    @api.depends("proof")
    @api.depends_context("lang")
    def _compute_proof_text(self):
        for request in self:
            # JSON of the database keeps no order
            first = {"people": 0, "kept": 1, "log": 3}
            counts = sorted((request.proof or {}).items(), key=lambda pair: (first.get(pair[0], 2), pair[0]))
            request.proof_text = "\n".join(f"{request._get_proof_label(key)}: {count}" for key, count in counts)

    @api.model
    def _get_proof_label(self, key):
        """What a count of a proof is called, for the key of a place or of ``_erase``."""
        if key.startswith("mention:"):
            model = key.removeprefix("mention:")
            return self.env._("Replaced in texts: %s", self.env["ir.model"].sudo()._get(model).name or model)
        labels = {
            "people": self.env._("People erased"),
            "kept": self.env._("Documents kept by law"),
            "log": self.env._("Rows of the log that gave up their texts"),
        }
        places = self.env["customer.privacy.place"]._get_places(self.env["res.partner"])
        return labels.get(key) or {place.key: place.label for place in places}.get(key, key)

    #=== GUARD ===#

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "state", "planned_by", "planned_date", "confirmed_by", "done_date", "proof", "finding_ids",
        }

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "state": (NEW,)}

    def write(self, vals):
        # what a second person confirms is what was planned
        fixed = {"kind", "partner_ids", "company_id", "date_received", *SEARCH_FIELDS} & vals.keys()
        if fixed and not self.env.su and self.filtered(lambda r: r.state not in (NEW, FOUND)):
            raise UserError(self.env._("This request is planned or answered: go back before you change it."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        if self.filtered(lambda request: request.state != NEW):
            raise UserError(self.env._("A request that was worked on stays as the proof of how it was answered."))

    def _check_desk(self, *states):
        """Refuse a step to whoever does not keep the desk, and in a state that it is not for."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(GROUP_MANAGER):
            raise AccessError(self.env._("The privacy desk takes the right “Customer Archive / Manager”."))
        self._check_state(*states)

    def _check_state(self, *states):
        if self.state not in states:
            label = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(self.env._("This request is “%s” by now: reload the page.", label))

    def _set(self, **values):
        # sudo: state and stamps are set by the buttons only, which checked the right of the person
        self.sudo().write(values)

    #=== FIND ===#

    def _get_search_needles(self):
        """What was asked for, as needles that texts are searched with."""
        self.ensure_one()
        terms = [(NAME, self.search_name), (PHONE, self.search_phone), (EMAIL, self.search_email),
                 (NUMBER, reveal(self, "search_number"))]
        return [Needle(kind, value.strip()) for kind, value in terms if value and value.strip()]

    def action_find(self):
        """Find the contacts that may be the person, and count what is held about them."""
        self._check_desk(NEW, FOUND)
        if not self._get_search_needles() and not self.partner_ids:
            raise UserError(self.env._("Enter a name, a phone number, an e-mail address or a number first."))
        if not self.partner_ids:
            self.partner_ids = self._find_people()
        self._note_search()
        self._count()
        self._set(state=FOUND)

    def _find_people(self):
        """Contacts with the name, phone, mail address or number that was asked for, as far as the person reads them."""
        domains = [self._get_needle_domain(needle) for needle in self._get_search_needles()]
        people = Domain("is_company", "=", False) & Domain("customer_erased_date", "=", False) & Domain.OR(domains)
        found = self.env["res.partner"].with_context(active_test=False).search(people, limit=MOST_PEOPLE + 1)
        if len(found) > MOST_PEOPLE:
            raise UserError(
                self.env._("More than %s contacts match: enter the phone or the mail address as well.", MOST_PEOPLE)
            )
        return found | self._get_merged_people(found)

    @api.model
    def _get_merged_people(self, people):
        """The other archives of people whose archives were merged: those that were closed, and those that were kept."""
        every = people.with_context(active_test=False)
        kept = every.search([("id", "in", people.archive_merged_into_id.ids)])
        return kept | every.search([("archive_merged_into_id", "in", (people | kept).ids)])

    @api.model
    def _get_needle_domain(self, needle):
        """Hook: the contacts that a needle (``tools.privacy.Needle``) stands for."""
        if needle.kind == PHONE:
            return self._get_phone_domain(needle) | self._get_encrypted_domain(needle)
        domains = {
            NAME: Domain("name", "ilike", needle.value),
            EMAIL: Domain("email", "=ilike", needle.value) | Domain("email_normalized", "=", needle.value.lower()),
            NUMBER: self._get_encrypted_domain(needle) | Domain.OR(
                Domain(name, "=", needle.value) for name in ("archive_number", "ref", "vat", "customer_wechat")
            ),
        }
        return domains[needle.kind]

    @api.model
    def _get_encrypted_domain(self, needle):
        """Contacts whose encrypted facts equal a needle, for people who may uncover them."""
        if not self.env.user.has_group(GROUP_CONFIDENTIAL):
            return Domain.FALSE
        names = self.env["customer.privacy.place"]._get_encrypted_fields()
        return Domain.OR(Domain(name, "=", needle.value) for name in names)

    @api.model
    def _get_phone_domain(self, needle):
        pattern = needle.pattern
        if not pattern:
            raise UserError(self.env._("“%s” is too short for a phone number: enter all of it.", needle.value))
        self.env["res.partner"].flush_model(["phone"])
        rows = self.env.execute_query(
            SQL("SELECT id FROM res_partner WHERE phone ~* %s ORDER BY id LIMIT %s", pattern, 10 * MOST_PEOPLE)
        )
        return Domain("id", "in", [partner_id for (partner_id,) in rows])

    def _count(self):
        lines = self.env["customer.privacy.eraser"].sudo()._plan(
            self.partner_ids, self._get_search_needles(), confirmed=bool(self.identity_check)
        )
        # what the desk itself noted is no finding
        lines = [line for line in lines if (line["key"], line["model_name"]) != ("mention", self._name)]
        # sudo: findings are written by this method only
        self.sudo().finding_ids = [fields.Command.clear(), *map(fields.Command.create, lines)]

    def _note_search(self):
        """Note in the log that the desk looked a person up."""
        self.env["customer.audit.log"]._note(AUDIT_SEARCH, "res.partner", self.partner_ids.ids)

    def action_view_people(self):
        """Open the contacts that are this person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("This Person"),
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.partner_ids.ids)],
            "context": {"active_test": False, "create": False},
        }

    #=== CORRECT, OBJECT ===#

    def action_correct(self):
        """Open the person's page; on a formal archive as a proposal that another person approves."""
        self._check_desk(FOUND)
        if len(self.partner_ids) != 1:
            raise UserError(self.env._("Leave exactly one contact under “This person”, then correct it."))
        person = self.partner_ids
        if person.archive_state and person.archive_locked:
            return person.action_archive_propose()
        if person.archive_state:
            return person.action_open_archive()
        return {"type": "ir.actions.act_window", "res_model": "res.partner", "res_id": person.id,
                "views": [(False, "form")]}

    def action_withdraw(self):
        """Withdraw every consent of the person, and stop what relies on them."""
        self._check_desk(FOUND)
        source = self.channel if self.channel in ("phone", "email", "visit", "web") else "paper"
        self.partner_ids._withdraw_consents(source=source)
        self._count()

    #=== ANSWER ===#

    def action_finish(self):
        """Close a request that was met."""
        self._check_desk(FOUND)
        if self.kind == ERASE:
            raise UserError(self.env._("Plan the erasure: a second person confirms it."))
        self._check_answer()
        self._set(state=DONE, done_date=fields.Datetime.now(), confirmed_by=self.env.uid)

    def action_refuse(self):
        """Close a request that is not met."""
        self._check_desk(NEW, FOUND, PLANNED)
        if not (self.answer or "").strip():
            raise UserError(self.env._("Enter under “Answer” why it is refused: the person has a right to know."))
        self._set(state=REFUSED, done_date=fields.Datetime.now(), confirmed_by=self.env.uid)

    def action_reopen(self):
        """Take back a plan or a refusal."""
        self._check_desk(PLANNED, REFUSED)
        self._set(state=FOUND if self.finding_ids else NEW, planned_by=False, planned_date=False, done_date=False,
                  confirmed_by=False)

    def _check_answer(self):
        if not self.identity_check:
            raise UserError(self.env._("Note first how the identity of the person was checked."))
        if not (self.answer or "").strip():
            raise UserError(self.env._("Enter under “Answer” what was done."))
