"""What a consultant changes on alerts: a kind of its own, and one override per hook."""

from odoo import api, fields, models

CONSULTED = "Consulted"


class CustomerAuditRule(models.Model):
    _inherit = "customer.audit.rule"
    _name = "customer.audit.rule"

    kind = fields.Selection(
        selection_add=[("consultant", "Consultant")],
        ondelete={"consultant": lambda rules: rules.write({"kind": "leaving"})},
    )

    @api.model
    def _get_summaries(self):
        return {**super()._get_summaries(), "consultant": "%(number)s things the consultant dislikes"}

    @api.model
    def _get_fact_sources(self):
        return {**super()._get_fact_sources(), "consultant": self._get_record_facts}

    @api.model
    def _get_batch_size(self):
        return super()._get_batch_size() - 1

    def _concerns(self, user):
        return super()._concerns(user) and self.name != CONSULTED


class CustomerAuditAlert(models.Model):
    _inherit = "customer.audit.alert"
    _name = "customer.audit.alert"

    @api.model
    def _get_sentences(self):
        return {**super()._get_sentences(), "consultant": "The consultant dislikes what %(who)s did %(number)s times"}

    @api.model
    def _prepare_alert(self, rule, excess):
        values = super()._prepare_alert(rule, excess)
        return {**values, "note": "Ask the consultant."} if rule.kind == "consultant" else values

    @api.model
    def _get_auditors(self, company):
        auditors = super()._get_auditors(company)
        return auditors.filtered(lambda user: user.name != CONSULTED) or auditors

    def _get_mail_text(self):
        text = super()._get_mail_text()
        return f"{text} The consultant knows more." if self.kind == "consultant" else text
