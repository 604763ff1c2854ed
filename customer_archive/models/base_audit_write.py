from odoo import api, models

from ..const import AUDIT_CREATE, AUDIT_UNLINK, AUDIT_WRITE
from ..tools import audit


def _get_changes(before, after, files):
    """New values that differ from the old ones; a file that was written counts as another one."""
    return {name: new for name, new in after.items() if name in files or new != before.get(name)}


class Base(models.AbstractModel):
    """Every change of a record is noted with old and new values, whoever makes it."""

    _inherit = "base"
    _name = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._is_audited(read=False):
            columns = self._get_audit_columns(name for vals in vals_list for name in vals)
            values = records.sudo()._get_audit_values(columns)
            detail = {
                record.id: self._describe_audit({}, {name: values[record.id][name] for name in names})
                for record, vals in zip(records, vals_list, strict=True)
                if (names := vals.keys() & values[record.id].keys())
            }
            records._note_change(AUDIT_CREATE, detail)
        return records

    def write(self, vals):
        if not self or not self._is_audited(read=False):
            return super().write(vals)
        if vals.keys() <= self.env["customer.audit.log"]._trivial_fields(self._name):
            return super().write(vals)
        # sudo: what a record held before, even where the person may change it only
        records, columns = self.sudo(), self._get_audit_columns(vals)
        before = records._get_audit_values(columns)
        result = super().write(vals)
        # what was written is not what was sent: it was cut, cleaned or proposed instead; it stands in the cache
        after = records._get_audit_values(columns)
        files = {field.name for field in columns if field.type == "binary"}
        detail = {
            id_: self._describe_audit(before[id_], changes)
            for id_, values in after.items()
            if (changes := _get_changes(before[id_], values, files))
        }
        self._note_change(AUDIT_WRITE, detail)
        return result

    def unlink(self):
        if not self or not self._is_audited(read=False):
            return super().unlink()
        log = self.env["customer.audit.log"]
        # what is gone when the transaction ends cannot be asked then
        self.env.flush_all()
        ids, unsure = log._split_by_scope(self)
        counted = self.browse([*ids, *(log._get_counted_ids(self._name, unsure) if unsure else ())])
        # sudo: the name that vanishes, even where the person may not read it
        detail = {record.id: {"display_name": [record.display_name, None]} for record in counted.sudo()}
        result = super().unlink()
        if detail:
            log._note(AUDIT_UNLINK, self._name, detail, detail=detail)
        return result

    @api.model
    def _get_audit_columns(self, names):
        """The stored fields among these names."""
        found = (self._fields.get(name) for name in dict.fromkeys(names))
        return [field for field in found if field and field.store]

    def _get_audit_values(self, columns):
        """The values of stored fields, whole: dict of id → field name → value, ids for links.

        A value that waits to be computed is left out: reading it would compute it at the wrong time.
        """
        found = {id_: {} for id_ in self._ids}
        for field in columns:
            waiting = self.env.transaction.tocompute.get(field, ())
            for record in self:
                if record.id not in waiting:
                    found[record.id][field.name] = record._get_audit_value(field)
        return found

    @api.model
    def _describe_audit(self, before, after):
        """Old and new values in the form of the log: short, secrets covered."""
        hidden = self.env["customer.audit.log"]._hidden_fields(self._name)
        return {
            name: [
                None if old is None else audit.HIDDEN if name in hidden else audit.short(old),
                audit.HIDDEN if name in hidden else audit.short(new),
            ]
            for name, new in after.items()
            for old in (before.get(name),)
        }

    def _note_change(self, operation, detail):
        if not detail:
            return
        log = self.env["customer.audit.log"]
        ids, unsure = log._split_by_scope(self.browse(detail))
        names = dict.fromkeys(name for changes in detail.values() for name in changes)
        kept = {key: detail[key] for key in (*ids, *unsure)}
        log._collect(operation, self._name, ids, unsure, None, names, None, kept)

    def _get_audit_value(self, field):
        if field.type == "binary" or getattr(field, "encrypted", False):
            return "…"  # files are not read for it, and encrypted values are noted where they are sealed
        value = self[field.name]
        if field.type == "many2one":
            return value.id or None
        if isinstance(value, models.BaseModel):
            return value.ids
        return value if value or field.type in ("integer", "float", "monetary", "boolean") else None
