from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..acting import acting
from ..const import AUDIT_READ
from ..tools import timeline

PARTNER = "res.partner"


class CustomerTimeline(models.AbstractModel):
    """One list of everything about a customer, in pages: see ``_get_timeline_sources`` for what it is made of.

    It keeps nothing and joins no tables: each source is asked once, as the person, for as many of its latest records as
    a page takes, so that the access rights and record rules of every document hold as they do everywhere else.
    """

    _name = "customer.timeline"
    _description = "Timeline of a Customer"

    @api.model
    @api.readonly
    def load(self, partner_id, filters=None, cursor=None, limit=None):
        """Read a page of the timeline of a customer, or of one contact of a customer.

        :param int partner_id: the customer; a company's timeline holds what concerns its contacts
        :param dict filters: any of ``kinds`` (list of keys), ``date_from``, ``date_to`` (days), ``user_id`` (whose
            work), ``contact_id`` (one contact of the customer) and ``text``
        :param str cursor: what the page before gave, to continue after it
        :param int limit: number of entries, at most ``tools.timeline.MOST``
        :return: dict with ``entries``, ``cursor`` (None at the end) and ``kinds``, those that the person may read
        """
        try:
            return self._load(timeline.read_id("partner_id", partner_id), filters, cursor, timeline.read_limit(limit))
        except timeline.BadRequest as error:
            raise UserError(
                self.env._("The timeline does not understand “%(part)s”: open it once more.", part=error.args[0])
            ) from error

    def _load(self, partner_id, filters, cursor, limit):
        with acting(AUDIT_READ, PARTNER, ["archive_timeline"]):
            partner = self._get_customer(partner_id)
            kinds = self._get_timeline_kinds()
            asked = timeline.read_filters(filters, kinds)
            people = self._get_people(partner, asked.contact_id)
            sources = {source.key: source for source in self._get_readable_sources(people)}
            after = timeline.read_cursor(cursor, sources)
            chosen = [source for source in sources.values() if not asked.kinds or source.kind in asked.kinds]
            found = [self._find(source, sources.values(), people, asked, after, limit + 1) for source in chosen]
            page, last = timeline.merge(found, limit)
            self._note(partner, filters, cursor)
            entries = self._get_entries(page, sources)
        readable = {source.kind for source in sources.values()}
        return {
            "entries": entries,
            "cursor": timeline.write_cursor(last),
            "kinds": [
                {"key": key, "label": kind.label, "icon": kind.icon} for key, kind in kinds.items() if key in readable
            ],
        }

    def _note(self, partner, filters, cursor):
        """Say in the log whose timeline was read and by what; documents that the log is about note themselves."""
        domain = [(name, "=", value) for name, value in sorted((filters or {}).items()) if value]
        domain += [("cursor", "=", cursor)] if cursor else []
        self.env["customer.audit.log"]._note_records(AUDIT_READ, partner, ["archive_timeline"], domain)

    #=== WHOSE ===#

    def _get_customer(self, partner_id):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The timeline of a customer is for your own people."))
        if not partner_id:
            raise timeline.BadRequest("partner_id")
        partner = self.env[PARTNER].browse(partner_id)
        partner.check_access("read")
        return partner

    def _get_people(self, partner, contact_id):
        """The contacts whose documents count: all of a company for itself, one for itself, as far as they are seen."""
        if partner.commercial_partner_id != partner:
            family = partner
        else:
            people = self.env[PARTNER].with_context(active_test=False)
            family = people.search([("commercial_partner_id", "=", partner.id)]) | partner
        if not contact_id:
            return family
        contact = family.filtered(lambda person: person.id == contact_id)
        if not contact:
            raise timeline.BadRequest("contact_id")
        return contact

    #=== WHAT ===#

    def _get_readable_sources(self, people):
        """The sources whose apps are installed and whose models the person may read, without fields that are closed."""
        sources = []
        for source in self._get_timeline_sources(people):
            model = self.env.get(source.model)
            if model is None or not model.has_access("read"):
                continue
            sources.append(replace(source, **self._get_open_parts(source, model)))
        return sources

    @api.model
    def _get_open_parts(self, source, model):
        """Parts of a source in which fields are missing or closed to the person, without these."""
        parts = {
            part: "" for part in ("title", "person", "amount", "state", "icon")
            if not self._is_open(model, getattr(source, part))
        }
        if not self._is_open(model, source.currency):
            parts["amount"] = ""
        for part in ("text", "search"):
            parts[part] = tuple(name for name in getattr(source, part) if self._is_open(model, name))
        return parts

    @api.model
    def _is_open(self, model, name):
        field = model._fields.get(name.split(".")[0])
        return bool(field) and model._has_field_access(field, "read")

    def _find(self, source, sources, people, asked, after, count):
        """The latest entries of a source that are asked for, in order: as many as wanted, or all that there are.

        Records that the host reads with their document are looked at in steps, since only afterwards it is known which
        of them the person may see; the document itself is part of the condition, so the first step does nearly always.
        """
        domain = self._get_domain(source, asked)
        if domain.is_false():
            return []
        if source.document and not source.is_loose:
            domain &= self._get_document_domain(source, sources, people)
        bound, found, size = after and timeline.rest_of(after, source.key), [], count
        while True:
            places = self._select(source, domain, bound, size)
            seen = self._get_seen_ids(source, [place.number for place in places])
            found += [place for place in places if place.number in seen]
            if len(places) < size or len(found) >= count:
                return found[:count]
            bound, size = (places[-1].date, places[-1].number), 2 * size

    def _get_domain(self, source, asked):
        """What is asked of a source, but for the dates."""
        model, domain = self.env[source.model], Domain(source.domain)
        if asked.kinds and source.kind not in asked.kinds:
            return Domain.FALSE
        if asked.user_id:
            domain &= self._get_person_domain(model, source, asked.user_id)
        if asked.text:
            domain &= Domain.OR(Domain(name, "ilike", asked.text) for name in source.search)
        if asked.date_from or asked.date_to:
            domain &= self._get_period_domain(source, asked)
        return domain.optimize(model)

    def _get_person_domain(self, model, source, user_id):
        field = model._fields.get(source.person)
        if not field:
            return Domain.FALSE
        # sudo: whose contact a user is, is no secret
        user = self.env["res.users"].sudo().browse(user_id).exists()
        person = user.partner_id if field.comodel_name == PARTNER else user
        return Domain(source.person, "in", person.ids)

    #=== WHEN ===#

    @api.model
    def _zone(self):
        try:
            return ZoneInfo(str(self.env.tz))
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @api.model
    def _is_by_day(self, source):
        return self.env[source.model]._fields[source.dates[0]].type == "date"

    @api.model
    def _get_date_sql(self, source, model, alias, query):
        dates = [model._field_to_sql(alias, name, query) for name in source.dates]
        return dates[0] if len(dates) == 1 else SQL("COALESCE(%s)", SQL(", ").join(dates))

    def _get_period_domain(self, source, asked):
        zone, by_day = self._zone(), self._is_by_day(source)

        def to_sql(model, alias, query):
            moment = self._get_date_sql(source, model, alias, query)
            parts = []
            if asked.date_from:
                begin = asked.date_from if by_day else timeline.day_start(asked.date_from, zone)
                parts.append(SQL("%s >= %s", moment, begin))
            if asked.date_to:
                end = timeline.day_after(asked.date_to)
                parts.append(SQL("%s < %s", moment, end if by_day else timeline.day_start(end, zone)))
            return SQL("(%s)", SQL(" AND ").join(parts))

        return Domain.custom(to_sql=to_sql)

    #=== QUERIES ===#

    def _select(self, source, domain, bound, size):
        """The places of the latest records of a source before a bound."""
        # records that the host reads with their document are checked afterwards, see _get_seen_ids
        model = self.env[source.model].with_context(active_test=False)
        query = model._search(domain, bypass_access=bool(source.document))
        table = model._table
        moment = self._get_date_sql(source, model, table, query)
        number = SQL.identifier(table, "id")
        query.add_where(SQL("%s IS NOT NULL", moment))
        by_day, zone = self._is_by_day(source), self._zone()
        if bound:
            date, before = timeline.day_bound(bound, zone) if by_day else bound
            query.add_where(SQL("(%s < %s OR %s = %s AND %s < %s)", moment, date, moment, date, number, before))
        query.order, query.limit = SQL("%s DESC, %s DESC", moment, number), size
        rows = self.env.execute_query(query.select(number, moment))
        return [
            timeline.Place(timeline.day_start(date, zone) if by_day else date, source.key, id_) for id_, date in rows
        ]

    def _get_seen_ids(self, source, ids):
        if not source.document:
            return set(ids)
        return set(self.env[source.model].with_context(active_test=False)._search([("id", "in", ids)]))

    def _get_document_domain(self, source, sources, people):
        """Records of documents that are about the customer and that the person may read."""
        domains = {PARTNER: [Domain("id", "in", people.ids)]}
        for other in sources:
            if not other.document:
                domains.setdefault(other.model, []).append(Domain(other.domain))
        queries = [
            (name, self.env[name].with_context(active_test=False)._search(Domain.OR(parts)))
            for name, parts in domains.items()
        ]
        selects = SQL(" UNION ALL ").join(
            query.select(SQL("%s::varchar", name), SQL.identifier(self.env[name]._table, "id"))
            for name, query in queries
        )

        def to_sql(model, alias, query):
            fields = (model._field_to_sql(alias, name, query) for name in source.document)
            return SQL("(%s) IN (%s)", SQL(", ").join(fields), selects)

        return Domain.custom(to_sql=to_sql)
