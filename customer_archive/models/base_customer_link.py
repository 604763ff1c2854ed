from odoo import Command, models

PARTNER = "res.partner"


class Base(models.AbstractModel):
    """Screens of every app: nobody learns a hidden customer's name by choosing its id on a document.

    The host answers a saved or changed form with the names of whom the form points to. Documents that point to a hidden
    customer already stay as usable as they were.
    """

    _inherit = "base"
    _name = "base"

    def web_save(self, vals, specification, next_id=None):
        self._check_chosen_customers(vals)
        return super().web_save(vals, specification, next_id=next_id)

    def web_save_multi(self, vals_list, specification):
        for record, vals in zip(self, vals_list, strict=True):
            record._check_chosen_customers(vals)
        return super().web_save_multi(vals_list, specification)

    def onchange(self, values, field_names, fields_spec):
        context, prefix = self.env.context, "default_"
        defaults = {name.removeprefix(prefix): context[name] for name in context if name.startswith(prefix)}
        self._check_chosen_customers({**defaults, **values})
        return super().onchange(values, field_names, fields_spec)

    def _check_chosen_customers(self, vals):
        if not self.env.su and (chosen := self._get_chosen_customers(vals)):
            self.env[PARTNER]._check_linkable(chosen)

    def _get_chosen_customers(self, vals):
        """Ids of the contacts that values newly point to, lines of the form included."""
        chosen = set()
        for name in vals.keys() & self._fields.keys():
            field, value = self._fields[name], vals[name]
            if field.type == "many2one" and field.comodel_name == PARTNER:
                # sudo: whom the record points to already is no news
                known = set(self.sudo()[name].ids) if self.ids else set()
                chosen |= {value} - known if isinstance(value, int) and value else set()
            elif field.type == "one2many" and isinstance(value, (list, tuple)):
                lines = self.env[field.comodel_name]
                for command in value:
                    if command[0] in (Command.CREATE, Command.UPDATE) and isinstance(command[2], dict):
                        line = lines.browse(command[1] if isinstance(command[1], int) else 0)
                        chosen |= (line if line.id else lines)._get_chosen_customers(command[2])
        return chosen
