from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools import entry


class CustomerApplicationLog(models.Model):
    """Counters of the public entry page: how often a sender posted, and what was entered already.

    Holds keyed hashes only: neither an address nor a fact about anybody can be read from it.
    """

    _name = "customer.application.log"
    _description = "Counter of the Public Entry Page"
    _order = "id desc"

    kind = fields.Char(required=True, readonly=True)
    key = fields.Char("Keyed Hash", required=True, readonly=True)
    count = fields.Integer(required=True, readonly=True)
    window_start = fields.Datetime(required=True, readonly=True, index=True)

    _key_uniq = models.UniqueIndex("(kind, key)")

    @api.model
    def _count(self, kind, value, seconds):
        """Count one more event of a kind and a value within a window of time.

        The row is shared by all workers and written at once, so two rivals cannot both be the first: the later one
        waits, fails to serialize and is run again by the host.

        :param kind: what is counted, see ``customer.application``'s ``_get_apply_limits``
        :param value: text that is stored as a keyed hash only
        :param seconds: length of the window, which begins with its first event
        :return: number of events in the window, this one included
        """
        now = fields.Datetime.now()
        params = {"kind": kind, "key": self._hash(kind, value), "now": now, "begin": now - timedelta(seconds=seconds)}
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_application_log AS log (kind, key, count, window_start, create_date, write_date)
                   VALUES (%(kind)s, %(key)s, 1, %(now)s, %(now)s, %(now)s)
                   ON CONFLICT (kind, key) DO UPDATE SET
                       count = CASE WHEN log.window_start <= %(begin)s THEN 1 ELSE log.count + 1 END,
                       window_start = CASE WHEN log.window_start <= %(begin)s THEN %(now)s ELSE log.window_start END,
                       write_date = %(now)s
                   RETURNING count""",
                **params,
            ),
            log_exceptions=False,
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _count_sender(self, kind, address, seconds):
        """Count one more event of the sender behind an IP address; see ``_count``."""
        return self._count(kind, entry.network(address or ""), seconds)

    @api.model
    def _hash(self, kind, value):
        # sudo: the key of the hash is the secret of the database, which nobody reads
        return hmac(self.env(su=True), "customer_archive.application", f"{kind}:{value}")

    @api.autovacuum
    def _gc_counters(self):
        """Delete counters whose window is over for certain."""
        longest = max(seconds for __, seconds in self.env["customer.application"]._get_apply_limits().values())
        over = fields.Datetime.now() - timedelta(seconds=longest)
        outdated = self.search([("window_start", "<", over)], limit=GC_UNLINK_LIMIT)
        outdated.unlink()
        return len(outdated), len(outdated) == GC_UNLINK_LIMIT
