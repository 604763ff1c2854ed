import ast

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class CustomerDomainMixin(models.AbstractModel):
    """Rules that choose customers by a domain in their field ``domain``, which people enter.

    Jobs run such a domain as superuser: whoever enters it may read each field that it asks for.
    """

    _name = "customer.domain.mixin"
    _description = "Rule That Chooses Customers"

    @api.model
    def _get_forbidden_fields(self):
        """Hook: fields of the contact that no rule may ask for, such as what rules themselves set."""
        return {"customer_cell"}

    def _get_domain_title(self):
        """What a message about the domain calls the rule."""
        self.ensure_one()
        return self.display_name

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
            return self.env._("Rule “%(rule)s”: %(error)s", rule=self._get_domain_title(), error=error.args[0])
        except (ValueError, KeyError, TypeError, UserError, NotImplementedError) as error:
            return self.env._(
                "Rule “%(rule)s” cannot be read: %(error)s. Choose the customers in the editor, with fixed values or "
                "dates such as “today -30d”.",
                rule=self._get_domain_title(),
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
