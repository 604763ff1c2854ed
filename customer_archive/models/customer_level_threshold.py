from odoo import fields, models


class CustomerLevelThreshold(models.Model):
    """From which score on a customer reaches a level."""

    _name = "customer.level.threshold"
    _inherit = ["customer.rule.part.mixin"]
    _description = "Border of a Level"
    _order = "rule_set_id, lower desc"
    _check_company_auto = True

    rule_set_id = fields.Many2one("customer.rule.set", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_set_id.company_id", store=True)
    level_id = fields.Many2one(
        "customer.level", required=True, index=True, ondelete="restrict", check_company=True
    )
    lower = fields.Float("From Score", required=True, digits=(16, 2), help="Inclusive, between 0 and 100.")

    _level_uniq = models.Constraint("UNIQUE(rule_set_id, level_id)", "This level is on the list already.")
    _lower_range = models.Constraint("CHECK (lower BETWEEN 0 AND 100)", "A score is between 0 and 100.")
