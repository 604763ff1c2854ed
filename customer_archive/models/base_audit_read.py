from odoo import api, models

from ..acting import acting, current
from ..const import AUDIT_AGGREGATE, AUDIT_DENIED, AUDIT_EXPORT, AUDIT_PRINT, AUDIT_READ, AUDIT_SEARCH, GROUP_EXPORT


class Base(models.AbstractModel):
    """Every way in which records are read by a person leaves a note.

    ``_fetch_query`` is what all of them pass; the public methods above it only say what is being done, with which
    fields and by which condition, so that what they set off is noted once and in their name.
    """

    _inherit = "base"
    _name = "base"

    def _is_audited(self, *, read=True):
        """Whether what is done to these records is noted; reading as superuser shows nothing to anybody."""
        if not self.pool.ready or (read and self.env.su):
            return False
        reads = self.env["customer.audit.log"]._audited().get(self._name)
        return reads is not None and (reads or not read)

    def _fetch_query(self, query, fields):
        if not self._is_audited():
            return super()._fetch_query(query, fields)
        log = self.env["customer.audit.log"]
        scope = self._fields.get(log._scope_field(self._name))
        asked = fields
        if scope and scope not in fields and any(field.column_type for field in fields):
            fields = [*fields, scope]  # with the others: it costs no query to know which of them are customers
        records = super()._fetch_query(query, fields)
        act = current()
        if act and act.model == self._name:
            log._note_records(act.operation, records, act.field_names, act.domain)
        else:
            outer = act.operation if act and act.operation in (AUDIT_EXPORT, AUDIT_PRINT) else AUDIT_READ
            log._note_records(outer, records, [field.name for field in asked])
        return records

    def _note_all(self, operation, field_names, domain=None):
        """Note the records themselves: what an earlier step has cached is fetched no more."""
        act = current()
        if act and act.model == self._name:
            operation, domain = act.operation, act.domain
            field_names = act.field_names or field_names
        self.env["customer.audit.log"]._note_records(operation, self, field_names, domain)

    #=== RECORDS ===#

    def read(self, fields=None, load="_classic_read"):
        if not self._is_audited():
            return super().read(fields, load)
        with acting(AUDIT_READ, self._name, fields):
            result = super().read(fields, load)
            self._note_all(AUDIT_READ, fields or ())
        return result

    @api.readonly
    def web_read(self, specification):
        if not self._is_audited():
            return super().web_read(specification)
        with acting(AUDIT_READ, self._name, specification):
            return super().web_read(specification)

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        if not self._is_audited():
            return super().web_search_read(domain, specification, offset, limit, order, count_limit)
        with acting(AUDIT_READ, self._name, specification, domain):
            return super().web_search_read(domain, specification, offset, limit, order, count_limit)

    @api.model
    @api.private
    @api.readonly
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        if not self._is_audited():
            return super().search_fetch(domain, field_names, offset, limit, order)
        operation = AUDIT_READ if field_names else AUDIT_SEARCH
        with acting(operation, self._name, field_names, domain):
            return super().search_fetch(domain, field_names, offset, limit, order)

    @api.model
    @api.readonly
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        if not self._is_audited():
            return super().name_search(name, domain, operator, limit)
        with acting(AUDIT_SEARCH, self._name, ["display_name"], [("display_name", operator, name), *(domain or [])]):
            return super().name_search(name, domain, operator, limit)

    @api.model
    @api.readonly
    def web_name_search(self, name, specification, domain=None, operator="ilike", limit=100):
        if not self._is_audited():
            return super().web_name_search(name, specification, domain, operator, limit)
        shown = list(specification or ["display_name"])
        with acting(AUDIT_SEARCH, self._name, shown, [("display_name", operator, name), *(domain or [])]):
            return super().web_name_search(name, specification, domain, operator, limit)

    #=== NUMBERS ===#

    @api.model
    @api.readonly
    def search_count(self, domain, limit=None):
        found = super().search_count(domain, limit)
        self._note_numbers(domain, (), found)
        return found

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        found = super()._read_group(domain, groupby, aggregates, having, offset, limit, order)
        self._note_numbers(domain, [*groupby, *aggregates], len(found))
        return found

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        found = super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        names = dict.fromkeys(name for names in grouping_sets for name in names)
        self._note_numbers(domain, [*names, *aggregates], sum(map(len, found)))
        return found

    def _note_numbers(self, domain, names, count):
        """Note a count or a sum, unless it is part of something that is noted anyhow, such as a page of a list."""
        if current() or not self._is_audited():
            return
        self.env["customer.audit.log"]._note(
            AUDIT_AGGREGATE, self._name, count=count, field_names=names, domain=domain
        )

    #=== FILES ===#

    def export_data(self, fields_to_export):
        log = self.env["customer.audit.log"]
        if not self._is_audited(read=False):
            with acting(AUDIT_EXPORT, self._name, fields_to_export):
                return super().export_data(fields_to_export)
        if not (self.env.is_admin() or self.env.user.has_group(GROUP_EXPORT)):
            log._note(AUDIT_DENIED, self._name, self.ids, field_names=[AUDIT_EXPORT, *fields_to_export])
        with acting(AUDIT_EXPORT, self._name, fields_to_export):
            result = super().export_data(fields_to_export)
            self._note_all(AUDIT_EXPORT, fields_to_export)
        return result
