from odoo import api, models
from odoo.exceptions import AccessError


class CustomerGuardMixin(models.AbstractModel):
    """Fields that only the buttons of a record set.

    Buttons check the right of the person first and then write with ``sudo()``; form, list, import and RPC run as the
    person and are refused. There is no context key that opens the guard.
    """

    _name = "customer.guard.mixin"
    _description = "Fields Set by Buttons Only"

    @api.model
    def _get_guarded_fields(self):
        """Hook: names of the fields that form, import and RPC may not set.

        :return: set of field names; extend with ``super()._get_guarded_fields() | {"x"}``
        """
        return set()

    @api.model
    def _get_guarded_create_values(self):
        """Hook: values a person may give to guarded fields of a new record.

        :return: dict of field name: tuple of allowed values; fields left out allow only empty values
        """
        return {}

    @api.model
    def default_get(self, fields):
        # Neither the context, which any client sends, nor a default that people save for themselves sets such a field:
        # not even where the record is created with superuser rights, as buttons do.
        values = super().default_get(fields)
        allowed = self._get_guarded_create_values()
        for name in self._get_guarded_fields() & values.keys():
            if values[name] not in allowed.get(name, ()):
                del values[name]
                if default := (field := self._fields[name]).default:
                    value = field.convert_to_cache(default(self), self, validate=False)
                    values[name] = field.convert_to_write(field.convert_to_record(value, self), self)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            allowed = self._get_guarded_create_values()
            for vals in vals_list:
                self._refuse_guarded(
                    name
                    for name in self._get_guarded_fields() & vals.keys()
                    if vals[name] and vals[name] not in allowed.get(name, ())
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._refuse_guarded(
                name for name in self._get_guarded_fields() & vals.keys() if self._is_guarded_change(name, vals[name])
            )
        return super().write(vals)

    def _is_guarded_change(self, name, value):
        """Whether ``value`` (in write format) differs from what a record of the set holds.

        An import that repeats the stored value is no change, so that the same file can be loaded twice.
        """
        field = self._fields[name]
        new = field.convert_to_cache(value, self[:1], validate=False)
        return any(field.convert_to_cache(record[name], record, validate=False) != new for record in self)

    @api.model
    def _refuse_guarded(self, names):
        if names := sorted(names):
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in names)
            raise AccessError(
                self.env._("%(fields)s: set by the buttons of the record, not by editing or importing.", fields=labels)
            )
