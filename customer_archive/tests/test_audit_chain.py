from contextlib import contextmanager

from odoo.addons.customer_archive import audit_store
from odoo.sql_db import db_connect
from odoo.tests import tagged

from .audit_common import AuditCase
from .common import ParallelCase

TABLES = ("entry", "detail", "seal", "erasure", "anchor")


@contextmanager
def triggers_off(cr):
    """What only the owner of the tables can do: the chain must tell of it all the same."""
    for table in TABLES:
        cr.execute(f"ALTER TABLE customer_audit.{table} DISABLE TRIGGER USER")
    yield
    for table in TABLES:
        cr.execute(f"ALTER TABLE customer_audit.{table} ENABLE TRIGGER USER")


@tagged("post_install", "-at_install")
class TestAuditChain(AuditCase):
    """Every kind of tampering is found, and named by its place. The chain of each test is its own."""

    def setUp(self):
        super().setUp()
        with triggers_off(self.env.cr):
            for table in TABLES:
                self.env.cr.execute(f"DELETE FROM customer_audit.{table}")
        self.log = self.env["customer.audit.log"]
        for number in range(1, 7):
            self.log._note("read", "res.partner", [number], field_names=["name"], domain=[("name", "=", f"N{number}")])
            self.env.cr.flush()
        self.env.cr.execute("SELECT id FROM customer_audit.entry ORDER BY id")
        self.ids = [entry_id for (entry_id,) in self.env.cr.fetchall()]
        self.assertEqual(audit_store.seal(self.env.cr), 6)

    def breaks(self, known_head=None):
        return [(b.position, b.entry_id, b.reason) for b in audit_store.verify(self.env.cr, known_head).breaks]

    def tamper(self, query, *params):
        with triggers_off(self.env.cr):
            self.env.cr.execute(query, params)

    def test_an_untouched_log_holds(self):
        verdict = audit_store.verify(self.env.cr)
        self.assertEqual((verdict.count, verdict.breaks, verdict.waiting), (6, (), 0))
        self.assertEqual(verdict.position, 6)

    def test_sealing_again_seals_nothing(self):
        self.assertEqual(audit_store.seal(self.env.cr), 0)

    def test_sealing_in_steps_gives_the_same_chain(self):
        whole = audit_store.head(self.env.cr)
        self.tamper("DELETE FROM customer_audit.seal")
        while audit_store.seal(self.env.cr, 2):
            continue
        self.assertEqual(audit_store.head(self.env.cr), whole)

    def test_a_changed_entry_is_found(self):
        self.tamper("UPDATE customer_audit.entry SET user_id = 99 WHERE id = %s", self.ids[2])
        self.assertEqual(self.breaks(), [(3, self.ids[2], "changed")])

    def test_every_column_counts(self):
        for column, value in {
            "time": "2020-01-01", "user_id": 9, "login": "x", "company_id": 9, "address": "x", "channel": "x",
            "operation": "x", "model": "x", "ids": "{9}", "count": 9, "field_names": "{x}", "parts": "{x}",
        }.items():
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self.tamper(f"UPDATE customer_audit.entry SET {column} = %s WHERE id = %s", value, self.ids[0])
                self.assertIn((1, self.ids[0], "changed"), self.breaks())
                savepoint.rollback()

    def test_a_removed_entry_is_found(self):
        self.tamper("DELETE FROM customer_audit.entry WHERE id = %s", self.ids[3])
        self.assertEqual(self.breaks(), [(4, self.ids[3], "missing")])

    def test_an_entry_removed_with_its_seal_is_found(self):
        self.tamper("DELETE FROM customer_audit.seal WHERE position = 4")
        self.tamper("DELETE FROM customer_audit.entry WHERE id = %s", self.ids[3])
        self.assertEqual(self.breaks()[0], (4, 0, "missing"))

    def test_two_entries_in_each_others_place_are_found(self):
        self.tamper("UPDATE customer_audit.seal SET entry_id = -entry_id WHERE position IN (2, 3)")
        self.tamper(
            "UPDATE customer_audit.seal SET entry_id = CASE position WHEN 2 THEN %s ELSE %s END"
            " WHERE position IN (2, 3)", self.ids[2], self.ids[1],
        )
        self.assertEqual([position for position, _entry, _reason in self.breaks()], [2, 3])

    def test_an_entry_slipped_in_is_found(self):
        self.tamper("UPDATE customer_audit.seal SET position = position + 100 WHERE position > 3")
        self.tamper("UPDATE customer_audit.seal SET position = position - 99 WHERE position > 100")
        self.tamper(
            """INSERT INTO customer_audit.entry (id, channel, operation, model, ids, count, field_names, parts)
               VALUES (-1, 'web', 'read', 'res.partner', '{}', 0, '{}', '{}')"""
        )
        self.tamper("INSERT INTO customer_audit.seal VALUES (4, -1, %s)", "f" * 64)
        self.assertEqual(self.breaks()[0], (4, -1, "changed"))

    def test_an_entry_dated_back_is_found(self):
        self.tamper(
            """INSERT INTO customer_audit.entry (id, time, channel, operation, model, ids, count, field_names, parts)
               VALUES (-1, '2020-01-01', 'web', 'read', 'res.partner', '{}', 0, '{}', '{}')"""
        )
        audit_store.seal(self.env.cr)
        self.assertEqual(self.breaks(), [(0, -1, "unsealed")])

    def test_a_changed_or_removed_detail_is_found(self):
        self.tamper("UPDATE customer_audit.detail SET content = 'x' WHERE entry_id = %s", self.ids[1])
        self.tamper("DELETE FROM customer_audit.detail WHERE entry_id = %s", self.ids[4])
        self.assertEqual(self.breaks(), [(2, self.ids[1], "detail"), (5, self.ids[4], "detail")])

    def test_a_log_cut_off_at_its_end_is_found_by_a_head_kept_elsewhere(self):
        head = audit_store.verify(self.env.cr).head
        self.assertEqual(self.breaks(head), [])
        self.tamper("DELETE FROM customer_audit.seal WHERE position = 6")
        self.tamper("DELETE FROM customer_audit.entry WHERE id = %s", self.ids[5])
        self.assertEqual(self.breaks(), [])
        self.assertEqual(self.breaks(head), [(6, 0, "head")])

    def test_the_button_names_the_first_gap(self):
        self.tamper("UPDATE customer_audit.entry SET user_id = 99 WHERE id = %s", self.ids[2])
        shown = self.as_user(self.log, "auditor").action_verify()["params"]
        self.assertEqual(shown["type"], "danger")
        self.assertIn(f"place 3, entry {self.ids[2]}", shown["message"])

    def test_the_button_shows_the_head_of_a_log_that_holds(self):
        shown = self.as_user(self.log, "auditor").action_verify()["params"]
        self.assertEqual(shown["type"], "success")
        position, hash_ = audit_store.head(self.env.cr)
        self.assertIn(f"{position}:{hash_}", shown["message"])

    def test_the_nightly_verification_tells_every_auditor(self):
        self.tamper("DELETE FROM customer_audit.entry WHERE id = %s", self.ids[3])
        with self.assertLogs("odoo.addons.customer_archive.models.customer_audit_chain", "ERROR"):
            self.log._cron_verify()
        activity = self.env["mail.activity"].search([("user_id", "=", self.users["auditor"].id)])
        self.assertIn("place 4", activity.note)

    def test_erasing_a_person_leaves_a_chain_that_holds(self):
        detail = {3: {"phone": ["123456", "654321"]}, 4: {"phone": ["1", "2"]}}
        self.log._note("write", "res.partner", detail, detail=detail)
        self.assertEqual(self.log._erase("res.partner", [3], ["N5"]), 3)
        audit_store.seal(self.env.cr)
        self.env.cr.execute("SELECT string_agg(content, ' ') FROM customer_audit.detail")
        [left] = self.env.cr.fetchone()
        for gone in ("N3", "N5", "123456", "654321"):
            self.assertNotIn(gone, left)
        self.assertIn("N4", left)
        self.assertIn('"phone": ["1", "2"]', left)
        verdict = audit_store.verify(self.env.cr)
        self.assertEqual((verdict.breaks, verdict.erased), ((), 3))
        erase = self.only_entry(operation="erase")
        self.assertEqual((erase["model"], erase["count"]), ("customer.audit.log", 3))

    def test_what_is_changed_after_the_erasure_is_noted_without_values(self):
        archive = self.create_archive(name="Zhang San", is_company=False, vat=False)
        self.log._erase("res.partner", archive.ids, ["Zhang San"])
        archive.sudo().write({"name": "Erased"})
        archive.sudo().unlink()
        self.env.cr.flush()
        self.env.cr.execute("SELECT count(*) FROM customer_audit.detail WHERE content LIKE '%%Zhang San%%'")
        self.assertEqual(self.env.cr.fetchone(), (0,))


@tagged("post_install", "-at_install")
class TestAuditWorkers(ParallelCase):
    def setUp(self):
        super().setUp()
        self.cr = db_connect(self.registry.db_name).cursor()
        self.addCleanup(self.cr.close)
        while audit_store.seal(self.cr, everything=True):
            self.cr.commit()

    def test_two_workers_seal_one_chain(self):
        self.cr.execute(
            """INSERT INTO customer_audit.entry (channel, operation, model, ids, count, field_names, parts)
               SELECT 'shell', 'job', 'customer.audit.log', '{}', n, '{}', '{}' FROM generate_series(1, 900) AS n"""
        )
        self.cr.commit()
        before, _hash = audit_store.head(self.cr)
        self.cr.rollback()

        def work(env):
            while audit_store.seal(env.cr, 40):
                env.cr.commit()

        self.assertEqual(self.run_parallel([work] * 4), [])
        while audit_store.seal(self.cr):
            self.cr.commit()
        self.cr.rollback()
        verdict = audit_store.verify(self.cr)
        self.assertEqual(verdict.breaks, ())
        self.assertGreaterEqual(verdict.position, before + 900)

    def test_the_job_seals_everything(self):
        self.cr.execute(
            """INSERT INTO customer_audit.entry (channel, operation, model, ids, count, field_names, parts)
               VALUES ('shell', 'job', 'customer.audit.log', '{}', 1, '{}', '{}')"""
        )
        self.cr.commit()
        self.assertEqual(self.run_parallel([lambda env: env["customer.audit.log"]._cron_seal()] * 2), [])
        self.assertEqual(audit_store.verify(self.cr).waiting, 0)
