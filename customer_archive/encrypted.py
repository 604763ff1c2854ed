"""A field whose values are encrypted in the database and masked for everybody.

The column holds what ``tools.sealed_value.seal`` makes, and so does the cache of the ORM. ``record[name]`` is the mask
for every user, the superuser too, so that nothing derived from it (computed and related fields, templates, exports,
reports, notifications) can hold more. Two functions of this module know more; code that people enter cannot name them:

``reveal(record, name)``            the text itself
``equals(model, name, texts)``      a domain: records whose value is one of these texts
"""

import logging

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, sql

from .const import AUDIT_DENIED, GROUP_CONFIDENTIAL
from .tools import sealed_value
from .tools.sealed_value import SealError

_logger = logging.getLogger(__name__)

MODEL = "customer.encrypted.mixin"
RING = "customer_archive.key_ring"
# Begins what is shown instead of a value that cannot be read.
UNREADABLE = "⚠"
# The most values that one search may name: it is for finding a number, not for trying numbers.
MOST_VALUES = 20
UNSUPPORTED = ("company_dependent", "compute", "default", "index", "related", "required", "size", "translate")


class Encrypted(fields.Char):
    """Encrypted text, on models that inherit ``customer.encrypted.mixin``.

    :param mask: how many characters to show at the beginning and at the end
    :param normalize: function that unifies the text before it is stored and searched
    :param reveal_group: the group that may uncover and search values
    :param tracking: whether the chatter notes that the value was changed; it never holds the value
    """

    mask = (0, 0)
    normalize = None
    reveal_group = GROUP_CONFIDENTIAL
    tracking = False

    # the audit log and others that keep values cover what says so
    encrypted = True
    copy = False
    prefetch = "customer_encrypted"
    aggregator = None

    def _setup_attrs__(self, model_class, name):
        result = super()._setup_attrs__(model_class, name)
        # fields that follow another one, such as those of a user to its contact, hold masked text like any other
        self.seals = self.store and not self.related
        # the host's tracking would store what is shown; ours notes the change alone
        self.noted, self.tracking = bool(self.tracking), False
        return result

    def setup_nonrelated(self, model):
        result = super().setup_nonrelated(model)
        wrong = [attribute for attribute in UNSUPPORTED if getattr(self, attribute)]
        if wrong or self.copy or not self.store:
            raise TypeError(f"Encrypted field {self}: plain, stored, not copied, without {', '.join(wrong) or 'copy'}")
        if not issubclass(type(model), model.pool[MODEL]):
            raise TypeError(f"Encrypted field {self}: its model does not inherit {MODEL}")
        return result

    # ------------------------------------------------------------------ values

    def convert_to_cache(self, value, record, validate=True):
        text = super().convert_to_cache(value, record, validate)
        return text.strip() or None if text else None

    def convert_to_record(self, value, record):
        if not value:
            return False
        if not self.seals or not record or not record.id:
            # what a form holds is not stored yet: it comes from the person, or is the mask
            return value
        return self._show(record, value)

    def convert_to_write(self, value, record):
        return value or False

    def convert_to_column(self, value, record, values=None, validate=True):
        return self._check_sealed(value)

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        return self._check_sealed(value)

    def _check_sealed(self, value):
        if not value:
            return None
        if not self.seals or not sealed_value.key_id_of(value):
            raise TypeError(f"{self}: text that is not encrypted must not reach the database")
        return value

    def write(self, records, value):
        real = records.filtered("id") if self.seals else records.browse()
        if other := records - real:
            super().write(other, value)
        if not real:
            return
        text = self.convert_to_cache(value, real)
        old = sealed_values(real, self)
        for record in real:
            new = self._replace(record, old[record.id], text)
            if new != old[record.id]:
                self._update_cache(record, new, dirty=True)

    def changes(self, record, value):
        """Whether ``value``, in write format, is another one than the record has.

        To people who may not uncover it every typed value is a change: else the answer would tell whether they guessed.
        """
        old, text = sealed_values(record, self)[record.id], self.convert_to_cache(value, record)
        if text and old and not may_reveal(record.env, self):
            return text != self._show(record, old)
        return self._replace(record, old, text) != old

    def _normalize(self, text):
        return self.normalize(text) if text and self.normalize else text

    def _replace(self, record, old, text):
        """The sealed value that ``text`` makes of the ``old`` one: the same where the person changed nothing."""
        if text and old and text == self._show(record, old):
            return old
        if text and (sealed_value.is_masked(text) or text.startswith(UNREADABLE)):
            raise UserError(
                record.env._(
                    "“%(value)s” is how %(field)s is shown, not the value. Type the whole value, or leave it as it is.",
                    value=text,
                    field=self._description_string(record.env),
                )
            )
        if not text and not old:
            return old
        text = self._normalize(text)
        ring = load_ring(record.env, sealed_value.key_id_of(old or ""))
        if old:
            try:
                if sealed_value.open_sealed(ring, old, self._place(record)) == text:
                    return old
            except SealError as error:
                self._refuse_lost_key(record, error)
        return sealed_value.seal(ring, text, self._place(record), self._scope) if text else None

    def _refuse_lost_key(self, record, error):
        """A damaged value may be typed anew; one whose key is merely missing is there again with the key."""
        if error.reason == sealed_value.NO_KEY:
            raise UserError(
                record.env._(
                    "%(field)s was encrypted with the key “%(key)s”, which the key ring lacks. It cannot be replaced "
                    "until the key is back: put back the copy that you keep of the key ring.",
                    field=self._description_string(record.env),
                    key=error.key_id,
                )
            ) from error

    def _show(self, record, sealed):
        """What everybody sees: the masked text, or a sign that the value cannot be read, never an error."""
        try:
            text = self._open(record, sealed)
        except SealError as error:
            _note_unreadable(record, self, sealed, error.reason, error.key_id)
        except UserError:
            _note_unreadable(record, self, sealed, "no_ring", "")
        else:
            return sealed_value.mask(text, *self.mask)
        return record.env._("⚠ cannot be read")

    def _open(self, record, sealed):
        ring = load_ring(record.env, sealed_value.key_id_of(sealed))
        return sealed_value.open_sealed(ring, sealed, self._place(record))

    @property
    def _scope(self):
        return f"{self.model_name},{self.name}"

    def _place(self, record):
        return f"{self._scope},{record._origin.id}"

    # ------------------------------------------------------------------ search, order, groups

    def _description_sortable(self, env):
        return False

    def _description_groupable(self, env):
        return False

    def _description_aggregator(self, env):
        return None

    def _description_can_reveal(self, env):
        """For the widget: whether to offer the button."""
        return may_reveal(env, self)

    def to_sql(self, model, alias):
        # the column is fetched by the mixin alone: order, groups, aggregates, having and inequalities end here
        raise UserError(
            model.env._(
                "%(field)s is encrypted: it can neither be sorted, grouped and compared nor searched in parts. Search "
                "for the whole value, or for records with or without one.",
                field=self._description_string(model.env),
            )
        )

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if not self.seals or operator not in ("in", "not in"):
            return super().condition_to_sql(field_expr, operator, value, model, alias, query)
        texts = {str(item) for item in value if item}
        column = SQL.identifier(alias, self.name, to_flush=self)
        terms = []
        if len(texts) < len(value):
            terms.append(SQL("%s IS NULL", column))
        if texts:
            self._check_search(model.env, texts)
            terms.append(self._marks_to_sql(model.env, column, texts))
        found = SQL("(%s)", SQL(" OR ").join(terms)) if terms else SQL("FALSE")
        return found if operator == "in" else SQL("(%s) IS NOT TRUE", found)

    def _marks_to_sql(self, env, column, texts):
        return SQL("split_part(%s, '.', 3) IN %s", column, tuple(self._get_marks(env, texts)))

    def _get_marks(self, env, texts):
        """The marks of these texts under every key of the ring: values wait for their turn of a rotation."""
        texts = {self._normalize(text.strip()) for text in texts}
        if short := next((text for text in texts if not sealed_value.is_searchable(text or "")), None):
            raise UserError(
                env._(
                    "“%(value)s” is too short to be searched in %(field)s: it takes %(count)s letters or digits.",
                    value=short,
                    field=self._description_string(env),
                    count=sealed_value.SEARCHABLE_LENGTH,
                )
            )
        ring = load_ring(env)
        return sorted({sealed_value.mark(ring, text, self._scope, key_id) for text in texts for key_id in ring.keys})

    def _check_search(self, env, texts):
        """Searching tells whether a guess is right: it takes the right to uncover, and a few values at a time.

        Superuser mode opens nothing here, for related fields and the like search in it for anybody.
        """
        if not may_reveal(env, self):
            env["customer.audit.log"]._note(AUDIT_DENIED, self.model_name, field_names=["search", self.name])
            raise AccessError(
                env._(
                    "Searching for the value of %(field)s takes the right to uncover it.",
                    field=self._description_string(env),
                )
            )
        if len(texts) > MOST_VALUES:
            raise UserError(
                env._(
                    "%(field)s is searched for at most %(count)s values at a time.",
                    field=self._description_string(env),
                    count=MOST_VALUES,
                )
            )

    def filter_function(self, records, field_expr, operator, value):
        if not self.seals or not any(value) and operator == "in":
            return super().filter_function(records, field_expr, operator, value)
        if operator != "in":
            self.to_sql(records, records._table)
        texts = {str(item) for item in value if item}
        self._check_search(records.env, texts)
        ids, empty = set(_find_ids(records, self, texts)), len(texts) < len(value)
        return lambda record: record._origin.id in ids or empty and not record[self.name]

    def update_db_column(self, model, column):
        result = super().update_db_column(model, column)
        index = f"{model._table}__{self.name}_mark_idx"[:63]
        if not sql.index_exists(model.env.cr, index):
            column = SQL.identifier(self.name)
            model.env.cr.execute(
                SQL(
                    "CREATE INDEX %s ON %s (split_part(%s, '.', 3)) WHERE %s IS NOT NULL",
                    SQL.identifier(index),
                    SQL.identifier(model._table),
                    column,
                    column,
                )
            )
        return result


def reveal(record, name):
    """Return the text of an encrypted field, or an empty text. The caller checks rights and notes it in the log.

    :raise UserError: when the value cannot be read, with the reason
    """
    field = record._fields[name]
    if not record.id:
        # what a form or an import holds is not stored yet
        return record[name] or ""
    sealed = sealed_values(record, field)[record.id]
    if not sealed:
        return ""
    try:
        return field._open(record, sealed)
    except SealError as error:
        field._refuse_lost_key(record, error)
        raise UserError(
            record.env._(
                "The stored value of %(field)s is damaged or belongs to another record. Ask for it and type it anew, "
                "or restore it from a backup.",
                field=field._description_string(record.env),
            )
        ) from error


def equals(model, name, texts):
    """Return the domain of records whose encrypted field has one of these texts; the caller checks who may ask.

    It names the records and not the texts, so that logs may keep it.
    """
    return Domain("id", "in", _find_ids(model, model._fields[name], set(texts)))


def may_reveal(env, field):
    """Whether the user may uncover values of an encrypted field. Superuser mode alone does not count."""
    return env.user._is_superuser() or env.user.has_group(field.reveal_group)


def encrypted_fields(model):
    """The encrypted fields that a model stores."""
    return [field for field in model._fields.values() if isinstance(field, Encrypted) and field.seals]


def encrypted_by_name(env):
    """Every field of the registry that says of itself that it is kept encrypted, by name: paths lead to all of them."""
    return {
        name: field
        for model in env.registry.values()
        for name, field in model._fields.items()
        if getattr(field, "encrypted", False)
    }


def load_ring(env, key_id=""):
    """The key ring, read once in a transaction, and again when a value names a key that came meanwhile."""
    ring = env.cr.cache.get(RING)
    if ring is None or key_id and key_id not in ring.keys:
        ring = env.cr.cache[RING] = env["customer.key.ring"]._load()
    return ring


def sealed_values(records, field):
    """Sealed values by id, as the cache or else the table has them."""
    # sudo: ciphertext is no right of its own; the caller checked what it does with it
    records = records.sudo()
    cache = field._get_cache(records.env)
    if missing := [id_ for id_ in records._ids if id_ not in cache]:
        records.browse(missing).fetch([field.name])
    return {id_: cache.get(id_) for id_ in records._ids}


def _find_ids(model, field, texts):
    marks = field._marks_to_sql(model.env, SQL.identifier(field.name, to_flush=field), texts)
    rows = model.env.execute_query(SQL("SELECT id FROM %s WHERE %s", SQL.identifier(model._table), marks))
    return [record_id for (record_id,) in rows]


def _note_unreadable(record, field, sealed, reason, key_id):
    """One line in the server's log, once in a transaction for a value and once for a key."""
    what = key_id if reason == sealed_value.NO_KEY else "" if reason == "no_ring" else sealed
    noted = record.env.cr.cache.setdefault("customer_archive.unreadable", set())
    if (reason, what) not in noted:
        noted.add((reason, what))
        _logger.warning("Encrypted value %s of %s cannot be read: %s %s", field, record._origin, reason, key_id)
