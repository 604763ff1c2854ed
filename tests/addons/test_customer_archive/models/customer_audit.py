"""Overrides of the hooks of the audit log: a model of the consultant's is logged, too."""

from odoo import api, models


class CustomerAuditLog(models.Model):
    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    @api.model
    def _get_audited_models(self):
        return {**super()._get_audited_models(), "res.partner.bank": True}

    @api.model
    def _get_audit_scope_fields(self):
        return {**super()._get_audit_scope_fields(), "res.partner.bank": "active"}

    @api.model
    def _get_audit_hidden_fields(self):
        return super()._get_audit_hidden_fields() | {"acc_number", "sanitized_acc_number"}

    @api.model
    def _get_audit_trivial_fields(self):
        return {**super()._get_audit_trivial_fields(), "res.partner.bank": {"sequence"}}

    @api.model
    def _is_audit_icon(self, model_name, field_name):
        return model_name != "res.partner.bank" and super()._is_audit_icon(model_name, field_name)

    @api.model
    def _get_shown_records(self, records):
        return [] if records._name == "res.partner.bank" else super()._get_shown_records(records)
