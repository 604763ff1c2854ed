"""What a consultant changes on duplicates and merges."""

from dataclasses import replace

from odoo import api, fields, models

ANOTHER_TRADE = "another trade"


class CustomerDuplicateFinder(models.AbstractModel):
    _inherit = "customer.duplicate.finder"
    _name = "customer.duplicate.finder"

    @api.model
    def _get_scope(self):
        return super()._get_scope() & fields.Domain("consultant_internal", "!=", ANOTHER_TRADE)

    @api.model
    def _get_points(self):
        points = super()._get_points()
        return {**points, "phone": 90} if self.env.context.get("consulted") else points

    @api.model
    def _get_threshold(self):
        return 95 if self.env.context.get("consulted") == "strict" else super()._get_threshold()

    @api.model
    def _get_block_limit(self):
        return 2 if self.env.context.get("consulted") == "few" else super()._get_block_limit()


class CustomerDuplicateRun(models.Model):
    _inherit = "customer.duplicate.run"
    _name = "customer.duplicate.run"

    @api.model
    def _get_batch_size(self):
        return 1 if self.env.context.get("consulted") else super()._get_batch_size()


class CustomerDuplicate(models.Model):
    _inherit = "customer.duplicate"
    _name = "customer.duplicate"

    @api.model
    def _get_sign_words(self):
        return {**super()._get_sign_words(), "consulted": "the consultant's nose"}

    @api.model
    def _get_block_words(self):
        return {**super()._get_block_words(), "consulted": "The consultant's nose"}

    def _get_suggested_survivor(self):
        named = (self.partner_id | self.other_id).filtered(lambda partner: partner.consultant_internal == "keep")
        return named[:1] or super()._get_suggested_survivor()


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"
    _name = "res.partner.bank"

    consultant_amount = fields.Integer()


class CustomerMerger(models.AbstractModel):
    _inherit = "customer.merger"
    _name = "customer.merger"

    @api.model
    def _get_merge_rules(self, source, target):
        rules = super()._get_merge_rules(source, target)
        return {**rules, "res_partner_bank": replace(rules["res_partner_bank"], summed=("consultant_amount",))}


class CustomerMerge(models.Model):
    _inherit = "customer.merge"
    _name = "customer.merge"

    def _get_undo_refusal(self):
        if self.partner_id.consultant_internal == "final":
            return "The consultant has closed the books."
        return super()._get_undo_refusal()


class ResPartner(models.Model):
    _inherit = "res.partner"
    _name = "res.partner"

    def _can_merge(self):
        return super()._can_merge() and self.consultant_internal != "locked"

    def _get_merge_refusal(self, other):
        if other.consultant_internal == "never":
            return "The consultant keeps this one."
        return super()._get_merge_refusal(other)

    def _get_merge_value(self, name):
        value = super()._get_merge_value(name)
        return f"{value} (merged)" if name == "consultant_note" and value else value

    @api.model
    def _get_merge_fact_names(self):
        return [name for name in super()._get_merge_fact_names() if name != "consultant_grade"]
