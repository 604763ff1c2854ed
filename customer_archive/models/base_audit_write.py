from odoo import api, models

from ..const import AUDIT_CREATE, AUDIT_UNLINK, AUDIT_WRITE
from ..tools import audit


class Base(models.AbstractModel):
    """Every change of a record is noted with old and new values, whoever makes it."""

    _inherit = "base"
    _name = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._is_audited(read=False):
            detail = {
                record.id: {name: [None, value] for name, value in record._get_audit_values(vals).items()}
                for record, vals in zip(records.sudo(), vals_list, strict=True)
            }
            records._note_change(AUDIT_CREATE, detail)
        return records

    def write(self, vals):
        if not self or not self._is_audited(read=False):
            return super().write(vals)
        if vals.keys() <= self.env["customer.audit.log"]._trivial_fields(self._name):
            return super().write(vals)
        # sudo: what a record held before, even where the person may change it only
        records = self.sudo()
        before = {record.id: record._get_audit_values(vals) for record in records}
        result = super().write(vals)
        detail = {
            record.id: {
                name: [before[record.id].get(name), new]
                for name, new in record._get_audit_values(vals).items()
                if new != before[record.id].get(name)
            }
            for record in records
        }
        self._note_change(AUDIT_WRITE, {key: changes for key, changes in detail.items() if changes})
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

    def _get_audit_values(self, names):
        """The values of stored fields of a record in the form of the log: short, ids for links, secrets covered.

        A value that waits to be computed is left out: reading it would compute it at the wrong time.
        """
        hidden, waiting = self.env["customer.audit.log"]._hidden_fields(self._name), self.env.transaction.tocompute
        fields = [self._fields[name] for name in names if name in self._fields and self._fields[name].store]
        return {
            field.name: audit.HIDDEN if field.name in hidden else self._get_audit_value(field)
            for field in fields
            if self.id not in waiting.get(field, ())
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
        if field.type == "binary":
            return "…"
        value = self[field.name]
        if field.type == "many2one":
            return value.id or None
        if isinstance(value, models.BaseModel):
            return audit.short(value.ids)
        return audit.short(value if value or field.type in ("integer", "float", "monetary", "boolean") else None)
