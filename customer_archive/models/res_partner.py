import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..const import ARCHIVE_STATES, DRAFT, GROUP_USER
from ..tools import text

# What looks like a unified social credit code or one of its forerunners, a character more or less.
CHINESE_CODE = re.compile(r"[0-9A-Z]{15,20}")


class ResPartner(models.Model):
    """The contact is the archive: ``archive_state`` empty means that nothing of ours applies to it."""

    _inherit = ["res.partner", "customer.guard.mixin"]
    _name = "res.partner"
    _rec_names_search = ["complete_name", "email", "ref", "vat", "company_registry", "archive_number"]

    archive_state = fields.Selection(
        ARCHIVE_STATES,
        "Archive Status",
        copy=False,
        index="btree_not_null",
        tracking=10,
        help="Empty: this contact has no customer archive.",
    )
    archive_number = fields.Char("Customer Number", copy=False, tracking=11)
    archive_number_ids = fields.One2many("customer.archive.number", "partner_id", "Allotted Numbers", readonly=True)
    archive_company_id = fields.Many2one(
        "res.company",
        "Archive Kept by",
        copy=False,
        help="The company whose numbering, people and defaults count for this archive.",
    )
    archive_template_id = fields.Many2one(
        "customer.archive.template",
        compute="_compute_archive_template_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="restrict",
        tracking=True,
    )
    archive_properties = fields.Properties("Custom Facts", definition="archive_template_id.properties_definition")
    archive_custom_facts = fields.Selection(
        [("shown", "Entered on the archive"), ("definable", "None yet, the person may define some")],
        compute="_compute_archive_custom_facts",
        exportable=False,
    )
    archive_source = fields.Selection(
        [
            ("manual", "Entered by an employee"),
            ("import", "Import"),
            ("web", "Public entry page"),
            ("api", "Interface"),
        ],
        "Entered Through",
        copy=False,
    )
    archive_consent_date = fields.Datetime("Consent Given On", copy=False, readonly=True)
    archive_consent_text = fields.Html("Consent Text as Shown", copy=False, readonly=True)
    customer_requirements = fields.Text("Special Requirements")
    customer_history = fields.Text("History of the Cooperation")
    customer_since = fields.Date()
    customer_level_text = fields.Char(
        "Level in the Former System", copy=False, help="As it came with an import, before the levels of this app."
    )
    decision_role = fields.Selection(
        [
            ("decider", "Decides"),
            ("approver", "Approves"),
            ("influencer", "Influences"),
            ("user", "Uses"),
            ("buyer", "Buys"),
            ("gatekeeper", "Opens doors"),
        ],
        "Role in the Decision",
    )
    birthday = fields.Date()
    customer_channel = fields.Selection(
        [("phone", "Phone"), ("email", "E-mail"), ("wechat", "WeChat"), ("sms", "Text message"), ("visit", "Visit")],
        "Preferred Channel",
    )
    customer_wechat = fields.Char("WeChat")
    archive_contact_ids = fields.One2many(
        "res.partner", "parent_id", "Key Contacts", domain=[("type", "=", "contact"), ("is_company", "=", False)]
    )

    _archive_number_uniq = models.UniqueIndex(
        "(archive_company_id, archive_number) WHERE archive_number IS NOT NULL",
        "Another archive of this company has this number.",
    )
    _archive_number_state = models.Constraint(
        "CHECK (archive_state IS NULL OR archive_state NOT IN ('formal', 'suspended') OR archive_number IS NOT NULL)",
        "A formal archive has a number.",
    )

    @api.depends("archive_state", "is_company", "country_id", "archive_company_id")
    def _compute_archive_template_id(self):
        for partner in self:
            if not partner.archive_state:
                partner.archive_template_id = partner.archive_template_id
                continue
            template = partner.archive_template_id
            matching = template._match(partner.is_company, partner._is_domestic(), partner.archive_company_id)
            fits = template and template.filtered_domain(
                template._get_match_domain(partner.is_company, partner._is_domestic(), partner.archive_company_id)
            )
            partner.archive_template_id = template if fits else matching

    @api.depends("archive_template_id.properties_definition")
    @api.depends_context("uid")
    def _compute_archive_custom_facts(self):
        may_define = self.env["customer.archive.template"].has_access("write") and "definable"
        for partner in self:
            # sudo: as in the completeness, templates may be restricted
            template = partner.archive_template_id.sudo()
            partner.archive_custom_facts = "shown" if template.properties_definition else bool(template) and may_define

    def _is_domestic(self):
        """Hook: whether the customer is in the country of the company that keeps the archive (no country: yes)."""
        self.ensure_one()
        home = (self.archive_company_id or self.env.company).country_id
        return not self.country_id or not home or self.country_id == home

    @api.constrains("archive_state", "parent_id", "is_company")
    def _check_archive_is_commercial(self):
        for partner in self.filtered("archive_state"):
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” has a customer archive of its own and cannot become a contact of “%(company)s”. "
                        "Close the archive, or enter the person as a new contact there.",
                        name=partner.name,
                        company=partner.parent_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        if kept := self.filtered("archive_number")[:1]:
            raise UserError(
                self.env._(
                    "“%(name)s” is archive %(number)s and cannot be deleted. Close it instead: its facts and its "
                    "number are kept.",
                    name=kept.name,
                    number=kept.archive_number,
                )
            )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if values.get("archive_state"):
            values = {**self._prepare_archive_defaults(), **values}
        return {name: value for name, value in values.items() if name in fields}

    @api.model
    def _prepare_archive_defaults(self):
        """Hook: defaults of a new archive, as field values."""
        company = self.env.company
        user = self.env.user
        return {
            "archive_company_id": company.id,
            "archive_access": company.archive_default_access,
            "archive_source": "manual",
            "user_id": user.id if user.has_group(GROUP_USER) else False,
            "archive_team_id": user.sale_team_id.id,
            "country_id": company.country_id.id,
        }

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._complete_archive_vals(dict(vals)) for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _check_archive_entry(self):
        """Refuse archives entered by people without the right to."""
        if not (self.env.su or self.env.user.has_group(GROUP_USER)):
            raise AccessError(self.env._("Entering customer archives takes the right “User: own archives”."))

    @api.model
    def _complete_archive_vals(self, vals):
        """Defaults and unified formats for the values of a new archive or a contact of one."""
        if vals.get("parent_id"):
            # the default of the app's action is meant for customers, not for the contacts entered on their page
            vals.setdefault("archive_state", False)
        state = vals.get("archive_state", self.env.context.get("default_archive_state"))
        if state:
            self._check_archive_entry()
            vals = {**self._prepare_archive_defaults(), **vals}
            vals = self._choose_template(vals)
        # sudo: whether the company has an archive does not depend on who enters its contact
        if state or self.sudo().browse(vals.get("parent_id")).commercial_partner_id.archive_state:
            vals = self._normalize_archive_vals(vals)
        return vals

    @api.model
    def _choose_template(self, vals):
        """Name the template of an archive that comes with custom facts: they are nothing without its definitions."""
        if not vals.get("archive_properties") or vals.get("archive_template_id"):
            return vals
        names = ("is_company", "country_id", "archive_company_id", "archive_state")
        return {**vals, "archive_template_id": self.new({n: vals.get(n) for n in names}).archive_template_id.id}

    def write(self, vals):
        # sudo: as in _complete_archive_vals
        contacts = self.sudo() | self.sudo().browse(vals.get("parent_id"))
        if vals.keys() & self._get_archive_normalizers().keys() and contacts._get_archives():
            vals = self._normalize_archive_vals(vals)
        return super().write(vals)

    @api.model
    def _get_archive_normalizers(self):
        """Hook: field name → function that unifies its text (full-width characters, spaces, case)."""
        return {
            "name": text.normalize_name,
            "vat": self._normalize_vat,
            "phone": text.normalize_phone,
            "email": text.normalize_email,
        }

    @api.model
    def _normalize_vat(self, value):
        """Unify a tax code that looks Chinese; codes of other countries stay as entered."""
        code = text.normalize_code(value)
        return code if CHINESE_CODE.fullmatch(code) else value

    @api.model
    def _normalize_archive_vals(self, vals):
        normalizers = self._get_archive_normalizers()
        changed = {name: normalizers[name](vals[name]) for name in normalizers.keys() & vals.keys() if vals[name]}
        return {**vals, **changed}

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "archive_state",
            "archive_number",
            "archive_company_id",
            "archive_source",
            "archive_submitted_by",
            "archive_submitted_date",
            "archive_checked_by",
            "archive_checked_date",
            "archive_approved_by",
            "archive_approved_date",
            "archive_consent_date",
            "archive_consent_text",
        }

    @api.model
    def _get_guarded_create_values(self):
        return {
            "archive_state": (DRAFT,),
            "archive_company_id": tuple(self.env.companies.ids),
            # not "web": that one comes with a consent, which only the page takes
            "archive_source": ("manual", "import", "api"),
        }

    @api.onchange("phone", "country_id", "company_id")
    def _onchange_phone_validation(self):
        # The host turns a number typed as 021-58308888 into +86 21 5830 8888. On an archive it stays as people in the
        # country write and dial it; saving unifies its format.
        if not (self.archive_state or self.parent_id.archive_state):
            return super()._onchange_phone_validation()
        return None

    def _get_archives(self):
        """The archives that these contacts belong to: their commercial entities that have an archive."""
        return self.commercial_partner_id.filtered("archive_state")

    @api.model
    def _get_archive_domain(self):
        """Hook: which contacts are customer archives."""
        return Domain("archive_state", "!=", False)

    def action_archive_start(self):
        """Give the commercial entities of these contacts an archive, as drafts."""
        self._check_archive_entry()
        for partner in self.commercial_partner_id.filtered(lambda p: not p.archive_state):
            partner.check_access("write")
            defaults = partner._prepare_archive_defaults()
            values = {name: value for name, value in defaults.items() if not partner[name]}
            # sudo: status and company are set by this button only; the right to write was checked above
            partner.sudo().write({**values, "archive_state": DRAFT})
        return self.action_open_archive()

    def action_open_archive(self):
        """Open the archive page of one customer."""
        partner = self.commercial_partner_id[:1]
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "views": [(self.env.ref("customer_archive.customer_archive_view_form").id, "form")],
            "context": {"default_archive_state": DRAFT, "default_is_company": True},
        }
