"""One override per hook, each a few lines. They act on customers with the scope CONSULTED only."""

from odoo import api, fields, models
from odoo.addons.customer_archive.tools import completeness, size_class
from odoo.addons.customer_archive.tools.finding import Finding

CONSULTED = "consulted"


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    consultant_grade = fields.Char()
    consultant_note = fields.Char()
    consultant_internal = fields.Char()

    def _is_consulted(self):
        return self.customer_scope == CONSULTED

    # === ENTRY ===#

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"consultant_grade"}

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "consultant_grade": ("new",)}

    @api.model
    def _prepare_archive_defaults(self):
        return {**super()._prepare_archive_defaults(), "consultant_note": "by default"}

    @api.model
    def _get_archive_normalizers(self):
        return {**super()._get_archive_normalizers(), "consultant_note": str.strip}

    @api.model
    def _get_archive_domain(self):
        return super()._get_archive_domain() & fields.Domain("name", "!=", "No archive of ours")

    def _is_domestic(self):
        return super()._is_domestic() or self.city == "Exclave"

    # === CLASSES ===#

    @api.model
    def _get_size_fields(self):
        return [*super()._get_size_fields(), "customer_scope"]

    def _get_size_result(self):
        if self._is_consulted():
            return size_class.SizeResult("large", "consulted")
        return super()._get_size_result()

    @api.model
    def _get_size_reasons(self):
        return {**super()._get_size_reasons(), "consulted": "The consultant says so."}

    # === QUALITY ===#

    @api.model
    def _get_archive_fact_fields(self):
        return [name for name in super()._get_archive_fact_fields() if name != "consultant_internal"]

    @api.model
    def _is_archive_fact(self, field):
        return field.name != "consultant_grade" and super()._is_archive_fact(field)

    def _get_completeness_items(self):
        items = super()._get_completeness_items()
        if self._is_consulted():
            items.append(completeness.Item("consultant_note", "required", bool(self.consultant_note)))
        return items

    @api.model
    def _get_archive_check_fields(self):
        return super()._get_archive_check_fields() | {"consultant_internal"}

    @api.model
    def _get_archive_finders(self):
        return [*super()._get_archive_finders(), "_find_consultant_faults"]

    def _find_consultant_faults(self):
        return [
            (p, Finding("consultant", "consultant_note", "warning")) for p in self if p.consultant_internal == "bad"
        ]

    def _uses_uscc(self):
        return self.city != "Hong Kong" and super()._uses_uscc()

    def _is_archive_phone_valid(self):
        return self.phone.startswith("12345") or super()._is_archive_phone_valid()

    # === STATES ===#

    @api.model
    def _get_archive_steps(self):
        return {**super()._get_archive_steps(), "park": (("draft",), "closed", ("customer_archive.group_user",), True)}

    def _get_step_refusal(self, step):
        if step == "park" and not self._is_consulted():
            return "Only consulted customers are parked."
        return super()._get_step_refusal(step)

    @api.model
    def _prepare_step_values(self, step):
        values = super()._prepare_step_values(step)
        return {**values, "consultant_grade": "parked"} if step == "park" else values

    def _get_archive_reviewer(self, step, excluded):
        if self._is_consulted():
            return self.env.ref("base.user_admin")
        return super()._get_archive_reviewer(step, excluded)

    @api.model
    def _get_archive_kept_states(self):
        return (*super()._get_archive_kept_states(), "checked")

    # === ACCESS, CHANGES, DOCUMENTS ===#

    @api.model
    def _get_archive_access_fields(self):
        return super()._get_archive_access_fields() | {"consultant_internal"}

    @api.model
    def _get_archive_handover_fields(self):
        return super()._get_archive_handover_fields() | {"consultant_internal"}

    def _can_change_archive_access(self, names):
        return self._is_consulted() or super()._can_change_archive_access(names)

    @api.model
    def _get_archive_controlled_fields(self):
        return [*super()._get_archive_controlled_fields(), "consultant_note"]

    @api.model
    def _get_archive_tracked_fields(self):
        return super()._get_archive_tracked_fields() | {"consultant_grade"}

    @api.model
    def _get_archive_document_sources(self):
        users = {
            "model": "res.users",
            "label": "Portal users",
            "icon": "fa-user",
            "partner_field": "partner_id",
            "domain": [],
        }
        return {**super()._get_archive_document_sources(), "portal_user": users}

    @api.model
    def _get_import_finders(self):
        finders = super()._get_import_finders()
        return [f for f in finders if not (self.env.context.get("consulted") and f == "_find_phone_faults")]

    @api.model
    def _is_archive_email_valid(self, value):
        return value == "consultant@intranet" or super()._is_archive_email_valid(value)
