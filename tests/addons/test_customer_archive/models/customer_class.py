"""What a consultant changes on classes. Hooks that are about no record act in a context with ``consulted`` only."""

from odoo import api, fields, models
from odoo.tools import SQL

NOT_CLASSED = "never classed"
FIXED = "fixed"
CONSULTED_NAME = "Consulted"


class CustomerClassifier(models.AbstractModel):
    _inherit = "customer.classifier"
    _name = "customer.classifier"

    @api.model
    def _get_scope(self):
        return super()._get_scope() & fields.Domain("consultant_internal", "!=", NOT_CLASSED)

    @api.model
    def _get_watched_fields(self, rules):
        return super()._get_watched_fields(rules) | {"consultant_purchase"}

    @api.model
    def _get_lifecycle_source(self, today):
        source = super()._get_lifecycle_source(today)
        if not self.env.context.get("consulted"):
            return source
        self.env["res.partner"].flush_model(["consultant_purchase"])
        return SQL(
            """SELECT id AS partner_id, consultant_purchase AS last_date, 30 AS dormant_days, 60 AS lost_days
                 FROM res_partner WHERE consultant_purchase IS NOT NULL"""
        )


class CustomerClassificationRun(models.Model):
    _inherit = "customer.classification.run"
    _name = "customer.classification.run"

    @api.model
    def _get_batch_size(self):
        return 1 if self.env.context.get("consulted") else super()._get_batch_size()


class CustomerLevel(models.Model):
    _inherit = "customer.level"
    _name = "customer.level"

    def _find_users(self):
        users = super()._find_users()
        return [*users, "the consultant's heart"] if self.name == CONSULTED_NAME else users


class CustomerLevelCriterion(models.Model):
    _inherit = "customer.level.criterion"
    _name = "customer.level.criterion"

    metric = fields.Selection(
        selection_add=[("consultant", "Consultant's mark")], ondelete={"consultant": "cascade"}
    )

    @api.model
    def _get_metrics(self, today):
        mark = {"value": SQL("NULLIF(p.consultant_mark, 0)"), "fields": ["consultant_mark"], "unit": "mark %s"}
        return {**super()._get_metrics(today), "consultant": mark}


class CustomerTaxonomy(models.Model):
    _inherit = "customer.taxonomy"
    _name = "customer.taxonomy"

    def _can_be_set_by_hand(self):
        return super()._can_be_set_by_hand() and self.name != CONSULTED_NAME


class CustomerRuleSet(models.Model):
    _inherit = "customer.rule.set"
    _name = "customer.rule.set"

    consultant_reason = fields.Char()

    @api.model
    def _get_draft_fields(self):
        return super()._get_draft_fields() | {"consultant_reason"}

    def _get_faults(self):
        faults = super()._get_faults()
        if self.name == CONSULTED_NAME and not self.consultant_reason:
            faults.append("Tell the consultant why.")
        return faults


class CustomerTagRule(models.Model):
    _inherit = "customer.tag.rule"
    _name = "customer.tag.rule"

    @api.model
    def _get_forbidden_fields(self):
        return super()._get_forbidden_fields() | {"consultant_grade"}


class CustomerPolicy(models.Model):
    _inherit = "customer.policy"
    _name = "customer.policy"

    consultant_gift = fields.Char("Gift")
    consultant_country_id = fields.Many2one("res.country", "Journey To")

    @api.model
    def _get_policy_fields(self):
        return {
            **super()._get_policy_fields(),
            "consultant_gift": self._prepare_policy_field("Gift", "a box of %s", persons=False),
            "consultant_country_id": self._prepare_policy_field("Journey", "to %s", proposed=True),
        }


class ResCompany(models.Model):
    _inherit = "res.company"
    _name = "res.company"

    @api.model
    def _get_class_timezone(self):
        return "Pacific/Kiritimati" if self.env.context.get("consulted") else super()._get_class_timezone()


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    consultant_mark = fields.Integer()
    consultant_purchase = fields.Date()

    @api.model
    def _get_classification_triggers(self):
        return super()._get_classification_triggers() | {"consultant_purchase"}

    def _get_level_refusal(self):
        if self.consultant_internal == FIXED:
            return "The consultant guards this level."
        return super()._get_level_refusal()
