import logging

from odoo import api, models
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from ..encrypted import encrypted_fields, load_ring
from ..tools import sealed_value
from ..tools.sealed_value import SealError

_logger = logging.getLogger(__name__)

BATCH = 1000
TRIES = 5


class CustomerKeyRing(models.AbstractModel):
    """Encrypts anew, with the current key, what was encrypted with an earlier one.

    What is left to do is seen on the values themselves, so the job can be stopped anywhere, started twice and run in
    several workers. Values that cannot be read are left as they are.
    """

    _inherit = "customer.key.ring"
    _name = "customer.key.ring"

    @api.model
    def _get_encrypted_fields(self):
        """All encrypted fields of the database, as pairs (model, field)."""
        tables = [model for model in self.env.values() if not model._abstract and model._auto and not model._transient]
        return [(model, field) for model in tables for field in encrypted_fields(model)]

    @api.model
    def _count_keys(self):
        """How many values each key encrypts.

        :return: dict of key id: number
        """
        counts = {}
        for model, field in self._get_encrypted_fields():
            model.flush_model([field.name])
            rows = self.env.execute_query(
                SQL(
                    "SELECT split_part(%(column)s, '.', 2), count(*) FROM %(table)s"
                    " WHERE %(column)s IS NOT NULL GROUP BY 1",
                    column=SQL.identifier(field.name),
                    table=SQL.identifier(model._table),
                )
            )
            for key_id, count in rows:
                counts[key_id] = counts.get(key_id, 0) + count
        return counts

    @api.model
    def _cron_rotate(self):
        """Scheduled action: bring every value to the current key."""
        if not self._count_keys():
            return
        ring = self._load()
        left = sum(count for key_id, count in self._count_keys().items() if key_id != ring.current)
        self.env["ir.cron"]._commit_progress(remaining=left)
        for model, field in self._get_encrypted_fields() if left else ():
            for done, _skipped in self._rotate_field(model, field):
                left = max(0, left - done)
                if not self.env["ir.cron"]._commit_progress(done, remaining=left):
                    return
        # what is left cannot be read: it waits for its key, not for this job
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _rotate_field(self, model, field, size=BATCH):
        """Rotate the values of one field; yields (values done, values that cannot be read) after each batch.

        Whoever iterates commits in between.
        """
        after = 0
        while batch := self._rotate_batch(model, field, after, size):
            after, done, skipped = batch
            yield done, skipped

    @api.model
    def _rotate_batch(self, model, field, after, size):
        """Rotate the next values of one field behind the id ``after``.

        :return: (last id, values done, values that cannot be read), or None at the end
        """
        for attempt in range(1, TRIES + 1):
            try:
                with self.env.cr.savepoint(flush=False):
                    return self._rotate_rows(model, field, self._lock_rows(model, field, after, size))
            except SerializationFailure:
                # somebody saved one of these values since this transaction began: look again in a new one
                if attempt == TRIES:
                    raise
                self.env.cr.rollback()
        return None

    @api.model
    def _lock_rows(self, model, field, after, size):
        """The next values of other keys as (id, sealed value); those that another worker has at hand are left to it."""
        model.flush_model([field.name])
        return self.env.execute_query(
            SQL(
                """
                SELECT id, %(column)s FROM %(table)s
                WHERE %(column)s IS NOT NULL AND split_part(%(column)s, '.', 2) <> %(current)s AND id > %(after)s
                ORDER BY id LIMIT %(size)s FOR NO KEY UPDATE SKIP LOCKED
                """,
                column=SQL.identifier(field.name),
                table=SQL.identifier(model._table),
                current=load_ring(self.env).current,
                after=after,
                size=size,
            )
        )

    @api.model
    def _rotate_rows(self, model, field, rows):
        if not rows:
            return None
        ring, fresh = load_ring(self.env), []
        for record_id, sealed in rows:
            place = f"{field._scope},{record_id}"
            try:
                text = sealed_value.open_sealed(ring, sealed, place)
            except SealError as error:
                _logger.info("Left as it is: %s of %s(%s), %s", field.name, model._name, record_id, error)
                continue
            fresh.append((record_id, sealed_value.seal(ring, text, place, field._scope)))
        if fresh:
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = new.sealed FROM (VALUES %(rows)s) AS new(id, sealed)"
                    " WHERE %(table)s.id = new.id",
                    table=SQL.identifier(model._table),
                    column=SQL.identifier(field.name),
                    rows=SQL(", ").join(fresh),
                )
            )
            model.browse(record_id for record_id, _sealed in fresh).invalidate_recordset([field.name], flush=False)
        return rows[-1][0], len(fresh), len(rows) - len(fresh)

    @api.model
    def _start_rotation(self):
        """Add a key, make it the current one, and have every value encrypted with it in the background.

        :return: the id of the new key
        """
        key_id = self._add_key()
        self.env.cr.cache.clear()
        self._trigger_rotation()
        return key_id

    @api.model
    def _trigger_rotation(self):
        # sudo: the scheduled action is ours; whoever comes here was asked for the right
        self.env.ref("customer_archive.ir_cron_customer_key_rotation").sudo()._trigger()
