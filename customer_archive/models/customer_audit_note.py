import json
import secrets

from odoo import api, models
from odoo.sql_db import db_connect
from odoo.tools import SQL, ormcache

from ..acting import origin
from ..const import AUDIT_AT_ONCE
from ..encrypted import encrypted_by_name
from ..tools import audit

# Where the notes of a transaction wait for its end.
_WAITING = "customer_archive.audit"
# Whom this transaction has erased: nothing about them is written any more.
ERASED = "customer_archive.audit_erased"
# Rows whose old and new values one entry keeps; names of fields and ids are kept of all.
_DETAILED = 500
# Models in which jobs and limits keep count of themselves: every row of theirs is a record already.
_JOURNALS = (
    "customer.application.log",
    "customer.classification.run",
    "customer.duplicate.key",
    "customer.duplicate.run",
    "customer.export.usage",
)
_DOMAINS = 5


class Note:
    """What one entry of the log will say; notes of the same kind in a transaction become one. Plain data only."""

    def __init__(self, uid, channel, address, operation, model):
        self.uid, self.channel, self.address = uid, channel, address
        self.operation, self.model = operation, model
        self.ids, self.unsure, self.names, self.values = {}, {}, {}, {}
        self.domains, self.count = [], None

    def add(self, ids, unsure, count, names, domain, values):
        """Add what happened once more."""
        self.ids.update(dict.fromkeys(ids))
        self.unsure.update(dict.fromkeys(unsure))
        self.names.update(dict.fromkeys(names))
        if count is not None:
            self.count = (self.count or 0) + count
        if domain and len(self.domains) < _DOMAINS and domain not in self.domains:
            self.domains.append(domain)
        for key, changes in values.items():
            self._add_values(key, changes)

    def _add_values(self, key, changes):
        known = self.values.get(key)
        if known is None:
            if len(self.values) < _DETAILED:
                self.values[key] = dict(changes)
            return
        for name, (old, new) in changes.items():
            known[name] = [known[name][0] if name in known else old, new]

    def settle(self, counted):
        """Of the records that only the database could tell of keep those that count."""
        dropped = self.unsure.keys() - self.ids.keys() - set(counted)
        self.ids.update(dict.fromkeys(counted))
        for key in dropped:
            self.values.pop(key, None)

    def is_empty(self):
        """Whether nothing happened that counts."""
        return self.count is None and not self.ids

    def parts(self):
        """The rows of details as pairs of record id (0 for none) and content."""
        found = [(0, {"domain": self.domains})] if self.domains else []
        found += self.values.items()
        return [(key, json.dumps(content, ensure_ascii=False, default=str)) for key, content in found]


class CustomerAuditLog(models.Model):
    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    #=== WHAT IS NOTED ===#

    @api.model
    def _get_audited_models(self):
        """Hook: the models that the log is about.

        :return: dict of model name: whether reading counts, too; models of settings note changes and exports only
        """
        found = {"res.partner": True, self._name: True}
        for name, model in self.env.registry.items():
            if name.startswith("customer.") and not (model._abstract or model._transient or name in found):
                customer = model._fields.get("partner_id")
                found[name] = bool(customer and customer.comodel_name == "res.partner")
        for name in _JOURNALS:
            found.pop(name, None)
        return found

    @api.model
    def _get_audit_scope_fields(self):
        """Hook: by model, the stored field that says whether a record counts.

        Contacts that are no customer's, such as employees and the company's own, would drown the log in noise: every
        message and every page reads them.

        :return: dict of model name: field name
        """
        return {"res.partner": "archive_scope"}

    @api.model
    def _get_audit_trivial_fields(self):
        """Hook: by model, stored fields whose change is no event: what jobs keep in mind about their own work.

        :return: dict of model name: set of field names
        """
        return {"customer.audit.rule": {"checked_until"}}

    @api.model
    def _get_audit_hidden_fields(self):
        """Hook: names of fields whose values the log never holds, on whatever model."""
        return {"password", "new_password", "signup_token", "access_token", "totp_secret", "api_key", "key"}

    @api.model
    @ormcache()
    def _audited(self):
        """The audited models, once per registry."""
        return self._get_audited_models()

    @api.model
    @ormcache("model_name")
    def _trivial_fields(self, model_name):
        return frozenset(self._get_audit_trivial_fields().get(model_name, ()))

    @api.model
    @ormcache("model_name")
    def _scope_field(self, model_name):
        return self._get_audit_scope_fields().get(model_name)

    @api.model
    @ormcache("model_name")
    def _hidden_fields(self, model_name):
        """Fields of a model whose values stay out of the log: those of the hook, and those kept encrypted.

        A condition may lead to encrypted fields of other models, so all of their names count.
        """
        return frozenset(self._get_audit_hidden_fields()) | encrypted_by_name(self.env).keys()

    #=== NOTING ===#

    @api.model
    def _note(self, operation, model_name, ids=(), count=None, field_names=(), domain=None, detail=None):
        """Note one event of the present request.

        Notes of the same operation on the same model become one row. The row is written with the transaction; denials
        and logins are written at once, on a connection of their own, and survive a rollback.

        :param str operation: a key of ``const.AUDIT_OPERATIONS``
        :param str model_name: the model it is about
        :param ids: ids of the records
        :param int count: number of records where it differs from that of the ids
        :param field_names: names of the fields that were read, exported or changed
        :param domain: the condition that was searched by
        :param dict detail: by record id (0 for none) a dict of field name: [old value, new value]
        """
        self._collect(operation, model_name, ids, (), count, field_names, domain, detail)

    @api.model
    def _note_records(self, operation, records, field_names=(), domain=None):
        """Note an event of records, of which only customers' count; see ``_get_audit_scope_fields``."""
        waiting = self.env.cr.precommit.data.get(_WAITING, {}).get((self.env.uid, operation, records._name))
        # an export notes what its own reading has noted a moment ago
        is_known = bool(waiting and records._ids and waiting.ids.keys() >= set(records._ids))
        ids, unsure = ((), ()) if is_known else self._split_by_scope(records)
        if ids or unsure or is_known:
            self._collect(operation, records._name, ids, unsure, None, field_names, domain, None)

    @api.model
    def _split_by_scope(self, records):
        """Ids of the records that count, and of those that only the database can tell of; nothing is computed."""
        scope = records._fields.get(self._scope_field(records._name))
        if not scope:
            return [id_ for id_ in records._ids if id_], ()
        known, waiting = scope._get_cache(self.env), self.env.transaction.tocompute.get(scope, ())
        ids, unsure = [], []
        for id_ in filter(None, records._ids):
            if id_ not in known or id_ in waiting:
                unsure.append(id_)
            elif known[id_]:
                ids.append(id_)
        return ids, unsure

    @api.model
    def _collect(self, operation, model_name, ids, unsure, count, field_names, domain, detail):
        erased = self.env.cr.cache.get(ERASED, ())
        detail = {key: changes for key, changes in (detail or {}).items() if (model_name, key) not in erased}
        found = (ids, unsure, count, field_names, self._mask(model_name, domain), detail)
        if operation in AUDIT_AT_ONCE:
            note = Note(self.env.uid, *origin(self.env.user), operation, model_name)
            note.add(*found)
            self._write_apart([note])
            return
        callbacks = self.env.cr.precommit
        if _WAITING not in callbacks.data:
            callbacks.data[_WAITING] = {}
            callbacks.add(self._write_waiting)
        waiting, key = callbacks.data[_WAITING], (self.env.uid, operation, model_name)
        if key not in waiting:
            waiting[key] = Note(self.env.uid, *origin(self.env.user), operation, model_name)
        waiting[key].add(*found)

    @api.model
    def _mask(self, model_name, domain):
        """A condition as plain lists, without values that the log must not hold."""
        return audit.mask_domain(domain, self._hidden_fields(model_name)) if domain else []

    @api.model
    def _write_waiting(self):
        """Write what waits: with the transaction, or apart where that one may not write."""
        notes = list(self.env.cr.precommit.data.pop(_WAITING, {}).values())
        for note in notes:
            if note.unsure.keys() - note.ids.keys():
                note.settle(self._get_counted_ids(note.model, list(note.unsure)))
        notes = [note for note in notes if not note.is_empty()]
        if notes and self.env.cr.readonly:
            self._write_apart(notes)
        elif notes:
            self.env.cr.execute(self._get_insert(notes))

    @api.model
    def _get_counted_ids(self, model_name, ids):
        """Those of the ids whose records are customers'."""
        table, scope = self.env[model_name]._table, self._scope_field(model_name)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) AND %s IS NOT NULL",
                SQL.identifier(table), ids, SQL.identifier(scope),
            )
        )
        return [id_ for (id_,) in rows]

    @api.model
    def _write_apart(self, notes):
        """Write on a connection of its own: this one may be read-only, or be rolled back.

        The row of the user may not be there for the other connection, so its facts are given along.
        """
        # sudo: login and company of whoever acts
        users = self.env["res.users"].sudo().browse({note.uid for note in notes})
        facts = {user.id: (user.login, user.company_id.id) for user in users}
        with db_connect(self.env.cr.dbname).cursor() as cr:
            # this transaction may itself hold a lock on the log and would wait for itself
            cr.execute("SET LOCAL lock_timeout TO '10s'")
            cr.execute(self._get_insert(notes, facts))

    @api.model
    def _write_now(self, operation, ids, count=None):
        """Write an entry about the log itself with this transaction; return its id."""
        note = Note(self.env.uid, *origin(self.env.user), operation, self._name)
        note.add(ids, (), count, (), [], {})
        [(entry_id,)] = self.env.execute_query(self._get_insert([note]))
        return entry_id

    @api.model
    def _get_insert(self, notes, facts=None):
        """One statement for all notes and their details."""
        rows = [self._get_row(note, *(facts or {}).get(note.uid, (None, None))) for note in notes]
        return SQL(
            """WITH noted AS (
                   SELECT nextval('customer_audit.entry_id_seq') AS id, n.*
                     FROM (VALUES %s) AS n (user_id, login, company_id, channel, address, operation, model, ids,
                                            count, field_names, parts, res_ids, salts, contents)
               ), details AS (
                   INSERT INTO customer_audit.detail (entry_id, part, res_id, salt, content)
                   SELECT noted.id, d.part, d.res_id, d.salt, d.content
                     FROM noted, unnest(noted.res_ids, noted.salts, noted.contents)
                                 WITH ORDINALITY AS d (res_id, salt, content, part)
               )
               INSERT INTO customer_audit.entry (id, user_id, login, company_id, channel, address, operation, model,
                                                 ids, count, field_names, parts)
               SELECT noted.id, noted.user_id, COALESCE(noted.login, u.login), COALESCE(noted.company_id, u.company_id),
                      noted.channel, noted.address, noted.operation, noted.model, noted.ids, noted.count,
                      noted.field_names, noted.parts
                 FROM noted LEFT JOIN res_users u ON u.id = noted.user_id
               RETURNING id""",
            SQL(", ").join(rows),
        )

    @api.model
    def _get_row(self, note, login, company_id):
        parts = note.parts()
        salts = [secrets.token_hex(8) for _part in parts]
        return SQL(
            """(%s::integer, %s::text, %s::integer, %s::text, %s::text, %s::text, %s::text, %s::bigint[], %s::integer,
                %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[])""",
            note.uid,
            login,
            company_id,
            note.channel,
            note.address,
            note.operation,
            note.model,
            f"{{{','.join(map(str, note.ids))}}}",
            len(note.ids) if note.count is None else note.count,
            list(note.names),
            [audit.digest(salt, content) for salt, (_key, content) in zip(salts, parts, strict=True)],
            [key for key, _content in parts],
            salts,
            [content for _key, content in parts],
        )
