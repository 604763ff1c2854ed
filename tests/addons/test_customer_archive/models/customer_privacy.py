"""Overrides of the hooks of the privacy desk, of retention and of the audit report.

Those that are about no record act in a context with ``consulted`` only.
"""

from odoo import api, models
from odoo.addons.customer_archive.const import BLANK
from odoo.addons.customer_archive.encrypted import reveal
from odoo.addons.customer_archive.tools.audit_report import Figures, Source
from odoo.addons.customer_archive.tools.privacy import NUMBER, Place
from odoo.addons.customer_archive.tools.section import Section
from odoo.fields import Domain


class CustomerConsent(models.Model):
    _inherit = "customer.consent"
    _name = "customer.consent"

    def _lacks_proof(self):
        return super()._lacks_proof() and self.source != "visit"

    def _stop_use(self):
        res = super()._stop_use()
        for consent in self.filtered(lambda c: c.purpose_id.code == "profiling"):
            consent.partner_id.sudo().consultant_note = "not to be evaluated"
        return res


class CustomerApplication(models.AbstractModel):
    _inherit = "customer.application"
    _name = "customer.application"

    @api.model
    def _prepare_consent_values(self, person, consent):
        return {**super()._prepare_consent_values(person, consent), "wording_version": "Consultant's page"}


class CustomerPrivacyPlace(models.AbstractModel):
    _inherit = "customer.privacy.place"
    _name = "customer.privacy.place"

    @api.model
    def _get_places(self, people):
        notes = Place(
            "consultant", "res.partner", [("id", "in", people.ids), ("consultant_note", "!=", False)], "Notes",
            ("consultant_note",), BLANK, {"consultant_note": False},
        )
        return [*super()._get_places(people), notes]

    @api.model
    def _get_needle_fields(self):
        return {**super()._get_needle_fields(), "consultant_note": NUMBER}


class CustomerPrivacySweep(models.AbstractModel):
    _inherit = "customer.privacy.sweep"
    _name = "customer.privacy.sweep"

    @api.model
    def _get_sweep_fields(self):
        found = super()._get_sweep_fields()
        return {k: v for k, v in found.items() if not (self.env.context.get("consulted") and k == "mail.message")}

    @api.model
    def _get_sweep_partner_fields(self):
        return [*super()._get_sweep_partner_fields(), "consultant_note"]


class CustomerPrivacyKeeper(models.AbstractModel):
    _inherit = "customer.privacy.keeper"
    _name = "customer.privacy.keeper"

    @api.model
    def _get_kept_documents(self):
        guarantee = {
            "model": "calendar.event", "label": "Guarantees", "partner_fields": ("partner_ids",),
            "domain": [("name", "=", "Guarantee")], "date_field": "start", "years": 5, "reason": "Guarantee runs.",
        }
        return [*super()._get_kept_documents(), *([guarantee] if self.env.context.get("consulted") else [])]

    @api.model
    def _get_kept_fields(self):
        return super()._get_kept_fields() | {"consultant_note"}


class CustomerPrivacyEraser(models.AbstractModel):
    _inherit = "customer.privacy.eraser"
    _name = "customer.privacy.eraser"

    @api.model
    def _get_erased_values(self, person):
        return {**super()._get_erased_values(person), "consultant_internal": "erased by the consultant"}

    @api.model
    def _forget(self, touched, needles):
        more = 1000 if self.env.context.get("consulted") else 0
        return super()._forget({**touched, "res.lang": []}, needles) + more


class CustomerPrivacyRequest(models.Model):
    _inherit = "customer.privacy.request"
    _name = "customer.privacy.request"

    @api.model
    def _get_answer_days(self):
        return 5 if self.env.context.get("consulted") else super()._get_answer_days()

    @api.model
    def _get_needle_domain(self, needle):
        domain = super()._get_needle_domain(needle)
        return domain | Domain("consultant_note", "=", needle.value) if needle.kind == NUMBER else domain

    @api.model
    def _get_confirm_groups(self):
        more = ("customer_archive.group_reviewer",) if self.env.context.get("consulted") else ()
        return (*super()._get_confirm_groups(), *more)

    def _get_confirm_refusal(self):
        refusal = super()._get_confirm_refusal()
        return refusal or ("The consultant says no." if reveal(self, "search_number") == "refuse" else "")

    @api.model
    def _get_erased_answer(self, proof):
        return super()._get_erased_answer(proof) + " Regards, the consultant."

    def _get_copy_sections(self):
        return [*super()._get_copy_sections(), Section("consultant", "By the consultant", facts=[("Fact", "Value")])]


class CustomerRetentionRule(models.Model):
    _inherit = "customer.retention.rule"
    _name = "customer.retention.rule"

    @api.model
    def _get_batch_size(self):
        return 1 if self.env.context.get("consulted") else super()._get_batch_size()

    def _apply(self, due):
        if self.note == "consulted":
            due.write({"consultant_note": "applied"})
        return super()._apply(due)

    def _get_subject_domains(self, today, cutoff):
        domains = super()._get_subject_domains(today, cutoff)
        return {key: d & Domain("id", ">", 0) if key == "closed" else d for key, d in domains.items()}

    def _get_idle_domain(self):
        return super()._get_idle_domain() & Domain("consultant_note", "!=", "keep")


class CustomerAuditReport(models.Model):
    _inherit = "customer.audit.report"
    _name = "customer.audit.report"

    @api.model
    def _get_sources(self):
        labels = {"visits": "Visits of the consultant"}
        visits = Source("Consultant", lambda period: Figures({"visits": 2}), labels)
        return {**super()._get_sources(), "consultant": visits}

    @api.model
    def _get_zone(self, company):
        return "Asia/Shanghai" if self.env.context.get("consulted") else super()._get_zone(company)


class CustomerAuditRights(models.AbstractModel):
    _inherit = "customer.audit.rights"
    _name = "customer.audit.rights"

    @api.model
    def _get_watched_groups(self):
        # sudo: as in the hook
        return super()._get_watched_groups() | self.env.ref("base.group_partner_manager").sudo()
