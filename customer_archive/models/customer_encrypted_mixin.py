from odoo import api, models
from odoo.addons.base.models.res_users import check_identity
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..encrypted import Encrypted, encrypted_fields, may_reveal, reveal, sealed_values


class CustomerEncryptedMixin(models.AbstractModel):
    """Models with fields of the class ``Encrypted``: stores and fetches them, notes changes, uncovers one value."""

    _name = "customer.encrypted.mixin"
    _description = "Encrypted Fields"

    @api.model
    def _create(self, data_list):
        # a value is sealed for its record: it is written when the record has its id, in one statement for all
        names = {field.name for field in encrypted_fields(self)}
        taken = [{name: data["stored"].pop(name) for name in names & data["stored"].keys()} for data in data_list]
        records = super()._create(data_list)
        for record, values in zip(records, taken, strict=True):
            for name, value in values.items():
                self._fields[name].write(record, value)
        written = {name for values in taken for name in values}
        records.modified(written)
        records._validate_fields(written)
        return records

    def _fetch_query(self, query, fields):
        encrypted = [field for field in fields if isinstance(field, Encrypted)]
        if not encrypted:
            return super()._fetch_query(query, fields)
        others = [field for field in fields if field not in encrypted]
        if others or self._is_audited():
            query = super()._fetch_query(query, others)._as_query(ordered=False)
        return self._fetch_encrypted(query, encrypted)

    @api.model
    def _fetch_encrypted(self, query, encrypted):
        names = ("id", *(field.name for field in encrypted))
        rows = self.env.execute_query(query.select(*(SQL.identifier(query.table, name) for name in names)))
        if not rows:
            return self.browse()
        ids, *columns = zip(*rows, strict=True)
        records = self.browse(ids)
        for field, values in zip(encrypted, columns, strict=True):
            field._insert_cache(records, values)
        return records

    def write(self, vals):
        noted = [name for name in vals if getattr(self._fields.get(name), "noted", False)]
        if not noted or not hasattr(self, "_message_log_batch"):
            return super().write(vals)
        before = {name: sealed_values(self, self._fields[name]) for name in noted}
        result = super().write(vals)
        self._note_encrypted_changes(before)
        return result

    def _note_encrypted_changes(self, before):
        """Note in the chatter which encrypted values were changed, without the values."""
        changed = {}
        for name, values in before.items():
            for record_id, sealed in sealed_values(self, self._fields[name]).items():
                if sealed != values[record_id]:
                    changed.setdefault(record_id, []).append(self._fields[name]._description_string(self.env))
        bodies = {
            record_id: self.env._("%(fields)s: changed", fields=", ".join(labels))
            for record_id, labels in changed.items()
        }
        if bodies:
            self.browse(bodies)._message_log_batch(bodies=bodies)
            # the log compares what may be seen, which may be the same before and after
            self.env["customer.audit.log"]._note("write", self._name, list(bodies), field_names=list(before))

    @api.model
    def _get_view_field_attributes(self):
        return [*super()._get_view_field_attributes(), "can_reveal"]

    @check_identity
    def action_reveal_encrypted(self, name):
        """Show one encrypted value of one record for a short time, after the password was asked for; logged."""
        self.ensure_one()
        field = self._fields.get(name)
        self.check_access("read")
        if not isinstance(field, Encrypted) or not field.seals:
            raise AccessError(self.env._("Only encrypted values are uncovered."))
        self._check_field_access(field, "read")
        if not may_reveal(self.env, field):
            self.env["customer.audit.log"]._note("denied", self._name, self.ids, field_names=[name])
            raise AccessError(
                self.env._(
                    "Uncovering %(field)s takes the right “Confidential”.", field=field._description_string(self.env)
                )
            )
        value = reveal(self, name)
        self._note_reveal(name)
        # as a client action: a record of a wizard would keep the value in a table
        return {
            "type": "ir.actions.client",
            "tag": "customer_archive.revealed",
            "target": "new",
            "name": field._description_string(self.env),
            "params": {"value": value, "record": self.display_name, "seconds": self._get_reveal_seconds()},
        }

    @api.model
    def _get_reveal_seconds(self):
        """Hook: for how many seconds an uncovered value is shown."""
        return 30

    def _note_reveal(self, name):
        """Note in the log that one value was uncovered."""
        self.env["customer.audit.log"]._note("reveal", self._name, self.ids, field_names=[name])
