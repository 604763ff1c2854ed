from ast import literal_eval

from odoo import api, models
from odoo.exceptions import UserError

from ..encrypted import encrypted_by_name


class IrFilters(models.Model):
    _inherit = "ir.filters"
    _name = "ir.filters"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_encrypted(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_encrypted(vals)
        return super().write(vals)

    @api.model
    def _refuse_encrypted(self, vals):
        """A favourite keeps its conditions as plain text: none of them may hold what is encrypted elsewhere."""
        if name := self._find_encrypted_value(vals.get("domain") or "[]"):
            raise UserError(
                self.env._(
                    "A favourite with a value of %(field)s would store it unencrypted. Save the favourite without it.",
                    field=name,
                )
            )

    @api.model
    def _find_encrypted_value(self, text):
        """Label of an encrypted field that the text of a domain compares with a value, or an empty text."""
        labels = {name: field._description_string(self.env) for name, field in encrypted_by_name(self.env).items()}
        try:
            leaves = [leaf for leaf in literal_eval(text) if isinstance(leaf, list | tuple) and len(leaf) == 3]
        except (ValueError, SyntaxError):
            # with variables in it: the name alone decides
            return next((label for name, label in labels.items() if name in text), "")
        return next((label for leaf in leaves if (label := self._find_in_leaf(leaf, labels))), "")

    @api.model
    def _find_in_leaf(self, leaf, labels):
        path, operator, value = leaf
        if operator in ("any", "not any") and isinstance(value, list | tuple):
            return self._find_encrypted_value(repr(value))
        name = str(path).rpartition(".")[2]
        values = value if isinstance(value, list | tuple) else [value]
        return labels.get(name, "") if any(values) else ""
