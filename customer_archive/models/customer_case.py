from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..const import (
    CASE_KINDS,
    CASE_PRIORITIES,
    CASE_SEVERITIES,
    CASE_STATES,
    GROUP_QUALITY,
)
from ..tools import case
from ..tools.case import CANCELLED, COMPLAINT, MODERATE, NEW, OPEN, SERVICE, SETTLED


class CustomerCase(models.Model):
    """What a customer asks for, complains about or tells us, from the first word until it is closed.

    A case that came in from outside may be without a customer until somebody finds out who it is. Its state is set by
    buttons (``customer_case_act``), when it is due follows from working time (``customer_case_clock``).
    """

    _name = "customer.case"
    _description = "Case"
    _inherit = [
        "portal.mixin", "rating.mixin", "mail.activity.mixin", "customer.guard.mixin", "customer.link.mixin",
    ]
    _order = "priority desc, deadline, id"
    _rec_names_search = ["number", "name", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char("Subject", required=True, tracking=True)
    number = fields.Char("Case Number", readonly=True, copy=False)
    kind = fields.Selection(
        CASE_KINDS, "Kind of Case", compute="_compute_kind", store=True, readonly=False, precompute=True, required=True,
        index=True, tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index=True, ondelete="restrict", tracking=True, check_company=True,
        domain=[("archive_state", "!=", False)],
    )
    contact_id = fields.Many2one(
        "res.partner", "Contact Person", index="btree_not_null", ondelete="set null",
        domain="[('id', 'child_of', partner_id)] if partner_id else []",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    channel_id = fields.Many2one(
        "customer.interaction.channel", "Came In By", ondelete="restrict", index="btree_not_null",
        default=lambda self: self.env["customer.interaction"]._get_channel("phone"),
    )
    description = fields.Html(sanitize=True, sanitize_style=True)
    category_id = fields.Many2one(
        "customer.case.category", ondelete="restrict", index="btree_not_null", tracking=True,
        check_company=True, domain="['|', ('kind', '=', False), ('kind', '=', kind)] if kind else []",
    )
    function_id = fields.Many2one(
        "customer.case.function", "Business Function", compute="_compute_function_id", store=True,
        index="btree_not_null",
    )
    severity = fields.Selection(
        CASE_SEVERITIES, compute="_compute_severity", store=True, readonly=False, precompute=True, required=True,
        tracking=True,
    )
    priority = fields.Selection(
        CASE_PRIORITIES, compute="_compute_priority", compute_sudo=True, store=True, index=True,
        help="From the severity, the category and what the customer's policy says.",
    )
    department_id = fields.Many2one(
        "customer.case.department", compute="_compute_route", store=True, readonly=False, precompute=True,
        ondelete="restrict", index="btree_not_null", tracking=True, check_company=True,
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", compute="_compute_route", store=True, readonly=False, precompute=True,
        index="btree_not_null", tracking=True, domain=[("share", "=", False)],
    )
    state = fields.Selection(
        CASE_STATES, "Status", required=True, default=NEW, readonly=True, copy=False, index=True, tracking=True,
        group_expand=True,
    )
    date_open = fields.Datetime(
        "Came In On", required=True, readonly=True, copy=False, default=fields.Datetime.now, index=True
    )

    _number_uniq = models.UniqueIndex("(company_id, number)", "There is a case of this number already.")

    #=== GUARDS ===#

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"number", "state", "date_open", "priority", "function_id"}

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "state": (NEW,)}

    @api.model
    def _get_customer_fields(self):
        return [*super()._get_customer_fields(), "contact_id"]

    @api.model
    def _get_settled_fields(self):
        """Hook: names of the fields that stay as they are once a case is settled; figures are made of them."""
        return {"kind", "partner_id", "company_id", "category_id", "severity"}

    #=== FACTS ===#

    @api.depends("number", "name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " ".join(filter(None, (record.number, record.name)))

    @api.depends("category_id")
    def _compute_kind(self):
        for record in self:
            record.kind = record.category_id.kind or record.kind or SERVICE

    @api.depends("category_id")
    def _compute_severity(self):
        for record in self:
            record.severity = record.category_id.severity or record.severity or MODERATE

    @api.depends("category_id.function_id", "category_id.parent_id")
    def _compute_function_id(self):
        for record in self:
            record.function_id = record.category_id._get_inherited("function_id")

    @api.depends("severity", "category_id.urgency", "partner_id")
    def _compute_priority(self):
        found = self.partner_id._origin._customer_policy()
        for record in self:
            record.priority = record._get_case_priority(found.get(record.partner_id._origin.id, {}))

    def _get_case_priority(self, policy):
        """Hook: how urgent one case is, a key of ``const.CASE_PRIORITIES``.

        :param policy: what counts for the customer, as in ``res.partner._customer_policy``
        """
        self.ensure_one()
        urgency = policy.get("case_urgency")
        return case.priority(self.severity or MODERATE, [self.category_id.urgency, urgency and urgency.value])

    #=== WHO ANSWERS ===#

    @api.depends("category_id", "partner_id")
    def _compute_route(self):
        for record in self:
            route = record._get_case_route()
            # what a person chose stays once somebody works on the case
            is_new = not record._origin or record.state == NEW
            for name, value in route.items():
                record[name] = value if is_new and value else record[name] or value

    def _get_case_route(self):
        """Hook: which department and which person a case goes to, dict of field name → record.

        The person is named by the category, else is the owner of the archive, else the manager of the department; the
        first one who may work on a case of this customer.
        """
        self.ensure_one()
        # sudo: whom a case goes to does not depend on who enters it
        record = self.sudo()
        department = record.category_id._get_inherited("department_id")
        people = (
            record.category_id._get_inherited("user_id"), record.partner_id.user_id, department.manager_id,
            record.create_uid or self.env.user,
        )
        nobody = self.env["res.users"]
        user = next((user for user in people if user and record._can_be_responsible(user)), nobody)
        return {"department_id": department, "user_id": user}

    def _can_be_responsible(self, user):
        """Hook: whether a person may work on a case: has the right, belongs to the company and sees the customer."""
        self.ensure_one()
        if user.share or not user.active or self.company_id not in user.company_ids:
            return False
        if not self.browse().with_user(user).has_access("write"):
            return False
        return not self.partner_id or self.partner_id.with_user(user).sudo().archive_readable

    @api.constrains("user_id", "partner_id", "company_id")
    def _check_user_id(self):
        for record in self:
            if record.user_id and not record._can_be_responsible(record.user_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s may not work on cases of this customer: choose somebody else, or open the archive "
                        "to %(user)s first.",
                        user=record.user_id.name,
                    )
                )

    @api.constrains("partner_id", "contact_id")
    def _check_parties(self):
        for record in self:
            partner, contact = record.partner_id, record.contact_id
            if partner and not partner.archive_state:
                raise ValidationError(
                    self.env._("“%s” has no customer archive: cases are kept there. Open one first.", partner.name)
                )
            if partner and contact and contact.commercial_partner_id != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” does not belong to “%(customer)s”: choose one of its contacts.",
                        contact=contact.name, customer=partner.name,
                    )
                )

    #=== WRITING ===#

    @api.model_create_multi
    def create(self, vals_list):
        # sudo: which archive a contact belongs to; whether the person may see it is checked by the mixin
        contacts = self.env["res.partner"].sudo().browse({vals.get("partner_id") for vals in vals_list} - {None, False})
        archives = {contact.id: contact.commercial_partner_id for contact in contacts.exists()}
        records = super().create([self._point_to_archive(vals, archives) for vals in vals_list])
        for record in records.sudo():
            # sudo: people neither read sequences nor set numbers
            sequence = self.env["ir.sequence"].sudo().with_company(record.company_id)
            record.number = sequence.next_by_code("customer.case", sequence_date=record.date_open)
        return records

    @api.model
    def _point_to_archive(self, vals, archives):
        """Values in which a contact stands for the archive that it belongs to, and is the contact person."""
        archive = archives.get(vals.get("partner_id"))
        if not archive or not archive.archive_state or archive.id == vals["partner_id"]:
            return vals
        return {"contact_id": vals["partner_id"], **vals, "partner_id": archive.id}

    def write(self, vals):
        if not self.env.su:
            self._check_editable()
            self._check_settled(vals)
        return super().write(vals)

    def _check_settled(self, vals):
        for record in self.filtered(lambda record: record.state in (*SETTLED, CANCELLED)):
            if any(record._is_guarded_change(name, vals[name]) for name in self._get_settled_fields() & vals.keys()):
                raise UserError(
                    self.env._("“%s” is settled: open it again before you change what it is about.", record.number)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if begun := self.filtered(lambda record: record.state not in (NEW, CANCELLED))[:1]:
            raise UserError(
                self.env._("Somebody worked on “%s”: it is kept. Cancel it if it was a mistake.", begun.display_name)
            )

    #=== WHO EDITS ===#

    def _is_editable(self):
        """Hook: whether the person works on one case: responsible, of its department, entered it, edits the archive.

        Complaints are also for whoever answers for quality.
        """
        self.ensure_one()
        # sudo: who is responsible does not depend on who asks
        record = self.sudo()
        user = self.env.user
        if user in record.user_id | record.create_uid | record.department_id._get_people():
            return True
        if record.kind == COMPLAINT and user.has_group(GROUP_QUALITY):
            return True
        return not record.partner_id or record.partner_id.with_user(user).sudo().archive_writable

    def _check_editable(self):
        if not self.env.su and (others := self.filtered(lambda record: not record._is_editable())[:1]):
            user = others.sudo().user_id
            raise AccessError(
                self.env._("“%(case)s” is a case of %(user)s: ask there.", case=others.number, user=user.name)
                if user else self.env._("“%s” is a case of others: ask their department.", others.number)
            )

    #=== SEARCH ===#

    @api.model
    def _get_open_domain(self):
        """Cases in which somebody has to do something for the customer."""
        return fields.Domain("state", "in", OPEN)
