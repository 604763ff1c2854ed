from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerTagRule(models.Model):
    """Which customers get a tag."""

    _name = "customer.tag.rule"
    _inherit = ["customer.rule.part.mixin", "customer.domain.mixin"]
    _description = "Rule of a Tag"
    _order = "rule_set_id, sequence, id"

    rule_set_id = fields.Many2one("customer.rule.set", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_set_id.company_id", store=True)
    taxonomy_id = fields.Many2one(related="rule_set_id.taxonomy_id", store=True)
    sequence = fields.Integer(default=10, help="Where a customer has one tag only, the first rule that fits counts.")
    tag_id = fields.Many2one(
        "customer.tag", required=True, index=True, ondelete="restrict", domain="[('taxonomy_id', '=', taxonomy_id)]"
    )
    domain = fields.Char("Customers", required=True, default="[]")

    @api.depends("tag_id.name", "rule_set_id.display_name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.tag_id.display_name} ← {rule.rule_set_id.display_name}"

    @api.constrains("tag_id", "rule_set_id")
    def _check_tag_id(self):
        if odd := self.filtered(lambda rule: rule.tag_id.taxonomy_id != rule.rule_set_id.taxonomy_id)[:1]:
            raise ValidationError(
                self.env._(
                    "Tag “%(tag)s” is none of “%(taxonomy)s”.",
                    tag=odd.tag_id.name,
                    taxonomy=odd.rule_set_id.taxonomy_id.name,
                )
            )

    @api.constrains("domain")
    def _check_domain(self):
        # the host checks constraints as superuser, and the superuser may read everything
        for rule in self.sudo(False):
            if fault := rule._get_fault():
                raise ValidationError(fault)

    @api.model
    def _get_forbidden_fields(self):
        # A rule that depends on tags would change its own ground: the second run of a night would change what the first
        # one set.
        return super()._get_forbidden_fields() | {
            "customer_tag_ids", "customer_tag_assignment_ids", "customer_classification_ids",
        }

    def _get_domain_title(self):
        self.ensure_one()
        return self.tag_id.name
