from odoo import api, fields, models, tools
from odoo.fields import Domain

from ..const import CLOSED, ERROR, REQUIRED, WARNING
from ..tools import completeness, uscc
from ..tools.finding import Finding

FACT_TYPES = {
    "char",
    "text",
    "html",
    "selection",
    "many2one",
    "many2many",
    "integer",
    "float",
    "monetary",
    "date",
    "datetime",
    "binary",
}
# Stored fields of the host that are no facts about a customer.
NO_FACTS = {
    *models.MAGIC_COLUMNS,
    "active",
    "barcode",
    "calendar_last_notif_ack",
    "channel_ids",
    "color",
    "comment",
    "company_id",
    "company_name",
    "company_registry",
    "customer_lifecycle_manual",
    "customer_tag_ids",
    "employee",
    "meeting_ids",
    "parent_id",
    "partner_latitude",
    "partner_longitude",
    "partner_share",
    "ref",
    "type",
    "tz",
    "user_id",
}
NO_FACT_PREFIXES = ("archive_", "message_", "activity_", "signup_", "avatar_", "image_", "commercial_", "_")


class ResPartner(models.Model):
    """How complete and how clean an archive is."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_completeness = fields.Integer(
        "Completeness (%)", compute="_compute_archive_completeness", store=True, aggregator="avg"
    )
    archive_missing = fields.Json("Missing Facts", compute="_compute_archive_missing", exportable=False)
    archive_issue_ids = fields.One2many("customer.data.issue", "partner_id", "Findings")
    archive_issue_count = fields.Integer("Open Findings", compute="_compute_archive_issue_count")
    archive_error_count = fields.Integer("Open Errors", compute="_compute_archive_issue_count")
    archive_vat_checked = fields.Boolean("Tax Code Passed the Check", compute="_compute_archive_vat_checked")
    archive_findings = fields.Json("Live Findings", compute="_compute_archive_findings", exportable=False)

    # === COMPLETENESS ===#

    @api.model
    @tools.ormcache(cache="stable")
    def _get_archive_fact_fields(self):
        """Hook: names of the fields that a template may ask for, sorted."""
        return sorted(name for name, field in self._fields.items() if self._is_archive_fact(field))

    @api.model
    def _is_archive_fact(self, field):
        """Hook: whether a field of the contact is a fact about the customer."""
        if field.name in ("archive_contact_ids", "image_1920"):
            return True
        technical = field.name in NO_FACTS or field.name.startswith(NO_FACT_PREFIXES)
        entered = field.store and not field.readonly
        plain = not (field.company_dependent or field.groups)
        return entered and not technical and plain and field.type in FACT_TYPES

    @api.model
    def _get_completeness_depends(self):
        contacts = ["archive_contact_ids." + name for name in ("active", "type", "is_company")]
        own = ["archive_state", "archive_template_id", "archive_properties"]
        return own + contacts + [n for n in self._get_archive_fact_fields() if n != "archive_contact_ids"]

    @api.depends(lambda self: self._get_completeness_depends())
    def _compute_archive_completeness(self):
        for partner in self:
            items = partner._get_completeness_items() if partner.archive_state else None
            partner.archive_completeness = completeness.completeness(items).percent if items is not None else 0

    @api.depends("archive_completeness")
    @api.depends_context("lang")
    def _compute_archive_missing(self):
        """What is missing, required facts first, as a list of dicts with name, label and requirement."""
        for partner in self:
            items = partner._get_completeness_items() if partner.archive_state else []
            requirements = {item.name: item.requirement for item in items}
            partner.archive_missing = [
                {"name": name, "label": partner._get_fact_label(name), "requirement": requirements[name]}
                for name in completeness.completeness(items).missing
            ]

    def _get_completeness_items(self):
        """Hook: facts that count for one archive, as a list of ``tools.completeness.Item``.

        A custom fact is named ``archive_properties.<key>``.
        """
        self.ensure_one()
        asked = self.env["customer.archive.template"]._get_requirements(self.archive_template_id.id)
        return [completeness.Item(name, requirement, self._has_fact(name)) for name, requirement in asked]

    def _has_fact(self, name):
        field_name, _dot, key = name.partition(".")
        return bool((self.archive_properties or {}).get(key) if key else self[field_name])

    def _get_fact_label(self, name):
        """Label of a fact in the reader's language; ``name`` as in ``_get_completeness_items``."""
        field_name, __, key = name.partition(".")
        if key:
            definitions = self.archive_template_id.sudo().properties_definition or []
            return next((d["string"] for d in definitions if d["name"] == key), key)
        return self._fields[field_name]._description_string(self.env)

    # === FINDINGS ===#

    @api.depends("archive_issue_ids.state", "archive_issue_ids.severity")
    def _compute_archive_issue_count(self):
        groups = self.env["customer.data.issue"]._read_group(
            [("partner_id", "in", self.ids), ("state", "=", "open")], ["partner_id", "severity"], ["__count"]
        )
        counts = {(partner.id, severity): count for partner, severity, count in groups}
        for partner in self:
            partner.archive_error_count = counts.get((partner.id, ERROR), 0)
            partner.archive_issue_count = partner.archive_error_count + counts.get((partner.id, WARNING), 0)

    @api.depends("vat", "country_id", "archive_company_id")
    def _compute_archive_vat_checked(self):
        for partner in self:
            code = partner._normalize_vat(partner.vat) if partner.vat else ""
            partner.archive_vat_checked = bool(code) and partner._uses_uscc() and uscc.check(code) == uscc.VALID

    @api.depends("archive_issue_ids.state", "archive_issue_ids.value")
    @api.depends_context("uid", "lang")
    def _compute_archive_findings(self):
        domain = [("partner_id", "in", self.ids), ("state", "!=", "resolved")]
        groups = self.env["customer.data.issue"].search(domain).grouped("partner_id")
        for partner in self:
            partner.archive_findings = [issue._prepare_finding() for issue in groups.get(partner._origin, ())]

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        archives = partners._get_archives()
        (archives | archives._get_code_sharers(archives._get_codes()))._check_archives()
        return partners

    def write(self, vals):
        if not vals.keys() & self._get_archive_check_fields():
            return super().write(vals)
        before = self._get_archives()
        codes = before._get_codes()
        result = super().write(vals)
        archives = before | self._get_archives()
        if vals.keys() & {"vat", "archive_state", "active"}:
            archives |= archives._get_code_sharers(codes | archives._get_codes())
        archives._check_archives()
        return result

    def unlink(self):
        remaining = self._get_remaining_archives()
        result = super().unlink()
        remaining._check_archives()
        return result

    def _get_remaining_archives(self):
        """Archives whose contacts these are, for what follows their deletion."""
        # sudo: the archive may be hidden from whoever may delete one of its contacts
        return (self.sudo()._get_archives() - self.sudo()).sudo(self.env.su)

    def _get_codes(self):
        return {partner.vat for partner in self if partner.vat}

    def _get_code_sharers(self, codes):
        """Other archives with one of these tax codes: what happens to one of them is a finding on all."""
        if not codes:
            return self.browse()
        # sudo: findings follow the facts, whoever may read the other archive
        domain = self._get_archive_domain() & Domain([("vat", "in", sorted(codes)), ("id", "not in", self.ids)])
        return self.sudo().search(domain).sudo(self.env.su)

    @api.model
    @tools.ormcache(cache="stable")
    def _get_archive_check_fields(self):
        """Hook: fields whose change runs the checks again, as a frozenset."""
        return frozenset(self._get_archive_fact_fields()) | {
            "active",
            "archive_state",
            "archive_template_id",
            "archive_properties",
            "child_ids",
            "parent_id",
        }

    def _check_archives(self):
        """Run all checks on these archives and bring their findings in line, in a bounded number of queries."""
        # sudo: findings follow the facts, whoever changed them; the person needs no right on findings
        archives = self.sudo().filtered("archive_state")
        checked = archives.filtered(lambda p: p.archive_state != CLOSED)
        found = {}
        for finder in self._get_archive_finders():
            for partner, finding in getattr(checked, finder)():
                found[partner.id, finding.code, finding.field] = (partner, finding)
        self.env["customer.data.issue"].sudo()._synchronize(archives, found.values())

    @api.model
    def _get_archive_finders(self):
        """Hook: names of the methods that find faults.

        Each one runs on a set of archives and returns a list of pairs (contact that holds the fact, ``Finding``).
        """
        return [
            "_find_missing_facts",
            "_find_vat_faults",
            "_find_vat_shared",
            "_find_phone_faults",
            "_find_email_faults",
            "_find_odd_values",
        ]

    def _find_missing_facts(self):
        return [
            (partner, Finding("missing", fact["name"], ERROR))
            for partner in self
            for fact in partner.archive_missing or []
            if fact["requirement"] == REQUIRED
        ]

    def _uses_uscc(self):
        """Hook: whether the tax code of one customer is a unified social credit code."""
        self.ensure_one()
        country = self.country_id or (self.archive_company_id or self.env.company).country_id
        return country.code == "CN"

    def _find_vat_faults(self):
        found = []
        for partner in self.filtered(lambda p: p.vat and p._uses_uscc()):
            result = uscc.check(partner.vat)
            if result != uscc.VALID and (partner.is_company or result == uscc.RESIDENT_ID):
                found.append((partner, Finding(f"vat_{result}", "vat", ERROR, partner.vat)))
        return found

    def check_vat_cn(self, vat):
        """Check of a Chinese tax code that the host's VAT module calls in place of its own, which refuses valid codes.

        An archive keeps a faulty code and gets a finding, which a reviewer may waive, so it is never refused here.

        :param vat: the code as text
        :return: bool
        """
        return bool(self._get_archives()) or uscc.check(vat) == uscc.VALID

    def _find_vat_shared(self):
        codes = self._get_codes()
        if not codes:
            return []
        domain = self._get_archive_domain() & Domain([("vat", "in", sorted(codes)), ("archive_state", "!=", CLOSED)])
        groups = self._read_group(domain, ["vat"], ["id:array_agg"])
        shared = {vat for vat, ids in groups if len(ids) > 1}
        return [(p, Finding("vat_shared", "vat", ERROR, p.vat)) for p in self if p.vat in shared]

    def _find_phone_faults(self):
        holders = (self | self.child_ids).filtered("phone")
        return [
            (partner, Finding("phone_invalid", "phone", WARNING, partner.phone))
            for partner in holders
            if not partner._is_archive_phone_valid()
        ]

    def _is_archive_phone_valid(self):
        """Hook: whether the phone number of one contact can be dialled, extension set aside."""
        self.ensure_one()
        country = self.country_id or self.commercial_partner_id.country_id or self.env.company.country_id
        return bool(self._phone_format(number=self.phone, country=country))

    def _find_email_faults(self):
        holders = (self | self.child_ids).filtered("email")
        return [
            (partner, Finding("email_invalid", "email", ERROR, partner.email))
            for partner in holders
            if not self._is_archive_email_valid(partner.email)
        ]

    @api.model
    def _is_archive_email_valid(self, value):
        """Hook: whether a text is one or more e-mail addresses with a dot in the domain (the host asks for none)."""
        addresses = tools.email_normalize_all(value)
        return bool(addresses) and all("." in address.rpartition("@")[2] for address in addresses)

    def _find_odd_values(self):
        """Values that are possible to enter and hardly true."""
        today = fields.Date.context_today(self)
        found = []
        for partner in self | self.child_ids:
            for name in ("customer_staff_count", "customer_revenue", "customer_assets"):
                if partner[name] < 0:
                    found.append((partner, Finding("negative", name, ERROR, str(partner[name]))))
            for name in ("customer_since", "birthday"):
                if partner[name] and not (1850 <= partner[name].year and partner[name] <= today):
                    found.append((partner, Finding("date_odd", name, WARNING, str(partner[name]))))
        return found
