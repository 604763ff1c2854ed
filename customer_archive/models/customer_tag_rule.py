import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain


class CustomerTagRule(models.Model):
    """Which customers get a tag."""

    _name = "customer.tag.rule"
    _inherit = ["customer.rule.part.mixin"]
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
        """Hook: fields of the contact that no rule may ask for, such as what rules themselves set.

        A rule that depends on tags would change its own ground: the second run of a night would change what the first
        one set.
        """
        return {"customer_tag_ids", "customer_tag_assignment_ids", "customer_classification_ids", "customer_cell"}

    def _parse(self):
        """The customers of this rule as a ``Domain``.

        :raise ValueError: where the text is none
        """
        self.ensure_one()
        try:
            return Domain(ast.literal_eval(self.domain or "[]"))
        except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
            raise ValueError(str(error)) from error

    def _get_fault(self):
        """What is wrong with the domain in the eyes of the person, as a sentence; an empty text where nothing is."""
        self.ensure_one()
        try:
            domain = self._parse()
            self._check_paths(domain, self.env["res.partner"])
            domain.validate(self.env["res.partner"])
            # the query is made, not run: it asks for the person's right to every field on the way
            self.env["res.partner"]._search(domain).select()
        except AccessError as error:
            return self.env._("Rule “%(rule)s”: %(error)s", rule=self.tag_id.name, error=error.args[0])
        except (ValueError, KeyError, TypeError, UserError, NotImplementedError) as error:
            return self.env._(
                "Rule “%(rule)s” cannot be read: %(error)s. Choose the customers in the editor, with fixed values or "
                "dates such as “today -30d”.",
                rule=self.tag_id.name,
                error=error,
            )
        return ""

    @api.model
    def _check_paths(self, domain, model):
        """Refuse fields that the person may not read, on whatever path, and those that no rule may ask for."""
        for condition in domain.iter_conditions():
            target = self._check_path(condition.field_expr, model)
            if condition.operator in ("any", "not any") and target is not None:
                self._check_paths(Domain(condition.value), target)

    @api.model
    def _check_path(self, path, model):
        for name in path.split("."):
            if model is None:
                break  # the part of a date, such as birthday.month_number
            field = model._fields[name]
            if model._name == "res.partner" and name in self._get_forbidden_fields():
                raise ValueError(self.env._("rules cannot depend on “%s”", field._description_string(self.env)))
            model.browse().check_access("read")
            if not model._has_field_access(field, "read"):
                raise AccessError(self.env._("you may not read “%s”", field._description_string(self.env)))
            model = self.env[field.comodel_name] if field.relational else None
        return model
