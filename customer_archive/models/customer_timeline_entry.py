import re

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import AUDIT_READ
from ..tools import timeline

# As much of a text is read as one line may take, with the tags around it.
_BEGINNING = 4000
_ICON = re.compile(r"fa-[a-z0-9-]+")


class CustomerTimeline(models.AbstractModel):
    """What an entry of the timeline shows; queries are per source, not per entry."""

    _inherit = "customer.timeline"
    _name = "customer.timeline"

    @api.model
    def _get_entries(self, page, sources):
        """The entries of a page, in its order, as plain values for the client."""
        ids = {}
        for place in page:
            ids.setdefault(place.source, []).append(place.number)
        found = {key: self._read(sources[key], numbers) for key, numbers in ids.items()}
        words, kinds = self._get_words(found, sources), self._get_timeline_kinds()
        return [
            self._prepare_entry(place, sources[place.source], kinds, *found[place.source][place.number], words)
            for place in page
        ]

    @api.model
    def _read(self, source, numbers):
        """By id the record, with what it shows in memory, and the beginning of its text."""
        records = self.env[source.model].with_context(active_test=False).browse(numbers)
        records.fetch(source.shown)
        if records._is_audited():  # also where something else had read them before
            records._note_all(AUDIT_READ, (*source.shown, *source.text))
        texts = self._read_texts(source, records)
        return {record.id: (record, texts.get(record.id) or "") for record in records}

    @api.model
    def _read_texts(self, source, records):
        """By id the beginning of a text: a mail may be as long as a book, so no more than a beginning is fetched."""
        if not source.text:
            return {}
        query = records._as_query(ordered=False)  # they were read as the person a moment ago
        columns = (records._field_to_sql(records._table, name, query) for name in source.text)
        beginnings = [SQL("NULLIF(left(%s, %s), '')", column, _BEGINNING) for column in columns]
        text = SQL("COALESCE(%s)", SQL(", ").join(beginnings))
        return dict(self.env.execute_query(query.select(SQL.identifier(records._table, "id"), text)))

    #=== WORDS ===#

    @api.model
    def _get_words(self, found, sources):
        """Words for the values of entries: names of what they point to, as far as the person may read it, and states.

        :return: dict of (model, id) or (model, field, value): word
        """
        words, pointed = {}, {}
        for key, rows in found.items():
            source = sources[key]
            for name in filter(None, (source.title, source.person, source.state)):
                field = self.env[source.model]._fields[name]
                if field.type == "many2one":
                    ids = pointed.setdefault(field.comodel_name, set())
                    ids.update(record[name].id for record, _text in rows.values() if record[name])
                elif field.type == "selection":
                    choices = field._description_selection(self.env)
                    words |= {(source.model, name, value): word for value, word in choices}
        for model_name, ids in pointed.items():
            records = self.env[model_name].with_context(active_test=False).browse(ids)._filtered_access("read")
            words |= {(model_name, record.id): record.display_name for record in records}
        return words

    @api.model
    def _get_word(self, record, name, words):
        if not name or not (value := record[name]):
            return ""
        if record._fields[name].type == "many2one":
            return words.get((value._name, value.id), "")
        return words.get((record._name, name, value), value)

    #=== ENTRIES ===#

    @api.model
    def _prepare_entry(self, place, source, kinds, record, text, words):
        """Hook: what one entry shows, as values for the client.

        :param place: ``tools.timeline.Place``, with the moment in UTC
        :param kinds: see ``_get_timeline_kinds``
        :param record: the record, with the fields of its source in memory
        :param text: the beginning of its text, which may be HTML that breaks off anywhere
        :param words: see ``_get_words``
        """
        kind, state = kinds[source.kind], source.state and record[source.state]
        title, line = self._get_word(record, source.title, words), timeline.one_line(text)
        if title in ("", "/"):  # a mail without a subject, a document without a number
            title, line = line or kind.label, ""
        icon = source.icon and record[source.icon]
        return {
            "key": f"{source.key}-{record.id}",
            "kind": source.kind,
            "label": kind.label,
            "icon": icon if icon and _ICON.fullmatch(icon) else kind.icon,
            "date": self._get_date_text(place, source),
            "title": title,
            "text": line,
            "person": self._get_word(record, source.person, words),
            "amount": record[source.amount] if source.amount else False,
            "currency_id": record[source.currency].id if source.amount else False,
            "state": self._get_word(record, source.state, words),
            "style": dict(source.styles).get(state, "info") if state else "",
            "model": record._name,
            "id": record.id,
            "document": [record[name] for name in source.document],
        }

    @api.model
    def _get_date_text(self, place, source):
        if self._is_by_day(source):
            return fields.Date.to_string(timeline.day_of(place.date, self._zone()))
        return fields.Datetime.to_string(place.date)
