from odoo.sql_db import db_connect

from .common import ArchiveCase


class AuditCase(ArchiveCase):
    """Helpers that look at the log as it was written with the transaction, and apart from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # each test looks at what comes after this entry only: other transactions commit theirs
        cls.env.cr.execute("SELECT nextval('customer_audit.entry_id_seq')")
        [cls.last_entry] = cls.env.cr.fetchone()

    def setUp(self):
        super().setUp()
        self.forget()

    def forget(self):
        """Write what waits and look only at what comes from now on."""
        self.env.cr.flush()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT nextval('customer_audit.entry_id_seq')")
        [self.last_entry] = self.env.cr.fetchone()

    def entries(self, **values):
        """Entries since ``forget`` that were written with this transaction."""
        self.env.cr.flush()
        return self._select(self.env.cr, values)

    def entries_apart(self, **values):
        """Entries since ``forget`` as another connection sees them."""
        with db_connect(self.env.cr.dbname).cursor() as cr:
            return self._select(cr, values)

    def _select(self, cr, values):
        cr.execute(
            """SELECT e.*, ARRAY(SELECT d.content FROM customer_audit.detail d WHERE d.entry_id = e.id ORDER BY d.part)
                        AS contents
                 FROM customer_audit.entry e WHERE e.id > %s ORDER BY e.id""",
            [self.last_entry],
        )
        rows = cr.dictfetchall()
        return [row for row in rows if all(row[name] == value for name, value in values.items())]

    def only_entry(self, **values):
        """The one entry since ``forget``."""
        [entry] = self.entries(**values)
        return entry
