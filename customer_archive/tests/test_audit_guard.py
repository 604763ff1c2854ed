from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import Error, errors

from .audit_common import AuditCase

TABLES = ("entry", "detail", "seal", "erasure", "anchor")


@tagged("post_install", "-at_install")
class TestAuditGuard(AuditCase):
    """Nobody edits the log or deletes from it, not even an administrator by SQL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.log = cls.env["customer.audit.log"]
        cls.log._note("read", "res.partner", [1], detail={1: {"name": ["a", "b"]}})
        cls.env.cr.flush()
        cls.record = cls.log.search([], limit=1)
        cls.env.cr.execute("INSERT INTO customer_audit.seal VALUES (-7, -7, 'x')")

    def test_no_method_of_the_orm_changes_it(self):
        as_admin = self.record.with_user(self.admin)
        for records in (as_admin, self.record):
            for name, change in {
                "create": lambda log: log.create({"login": "x"}),
                "write": lambda log: log.write({"login": "x"}),
                "assign": lambda log: log.__setattr__("login", "x"),
                "copy": lambda log: log.copy(),
                "unlink": lambda log: log.unlink(),
                "web_save": lambda log: log.web_save({"login": "x"}, {}),
                "_write": lambda log: log._write({"login": "x"}),
                "_write_multi": lambda log: log._write_multi([{"login": "x"}]),
                "_create": lambda log: log._create([{"stored": {"login": "x"}}]),
                "name_create": lambda log: log.name_create("x"),
            }.items():
                with self.subTest(name, su=records.env.su), self.env.cr.savepoint() as savepoint:
                    with self.assertRaises(AccessError):
                        change(records)
                    savepoint.rollback()
        found = as_admin.load(["login"], [["x"]])
        self.assertFalse(found["ids"])

    @mute_logger("odoo.sql_db")
    def test_no_statement_changes_it(self):
        # sudo: as a server action of an administrator would do it, on the ORM's own cursor as the tables' owner
        cr = self.env(user=self.admin, su=True).cr
        for table in TABLES:
            for query in (
                f"UPDATE customer_audit.{table} SET {self.column(table)} = {self.column(table)}",
                f"DELETE FROM customer_audit.{table}",
                f"TRUNCATE customer_audit.{table} CASCADE",
            ):
                if table in ("erasure", "anchor") and not query.startswith("TRUNCATE"):
                    continue  # empty here; with rows see below
                with self.subTest(query), self.assertRaises(errors.InsufficientPrivilege), cr.savepoint():
                    cr.execute(query)

    def column(self, table):
        return {"entry": "login", "detail": "content"}.get(table, "hash")

    @mute_logger("odoo.sql_db")
    def test_no_setting_of_a_session_opens_it(self):
        for setting in ("customer_audit.pass", "customer_audit.erase", "app.bypass"):
            self.env.cr.execute("SELECT set_config(%s, 'on', true)", [setting])
        with self.assertRaises(errors.InsufficientPrivilege), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM customer_audit.detail WHERE entry_id = %s", [self.record.id])

    @mute_logger("odoo.sql_db")
    def test_an_erasure_must_be_an_entry_of_the_log_that_names_it(self):
        self.log._note("erase", "res.partner", [self.record.id])  # of another model
        other = self.log._write_now("erase", [self.record.id + 1])  # of another entry
        self.env.cr.flush()
        self.env.cr.execute("SELECT max(id) FROM customer_audit.entry WHERE model = 'res.partner'")
        [foreign] = self.env.cr.fetchone()
        for log_id in (-1, self.record.id, foreign, other):
            with self.subTest(log_id), self.assertRaises(errors.InsufficientPrivilege), self.env.cr.savepoint():
                self.env.cr.execute(
                    "INSERT INTO customer_audit.erasure VALUES (%s, 1, %s)", [self.record.id, log_id]
                )

    @mute_logger("odoo.sql_db")
    def test_an_erasure_takes_its_detail_and_nothing_else(self):
        log_id = self.log._write_now("erase", [self.record.id])
        self.env.cr.execute("INSERT INTO customer_audit.erasure VALUES (%s, 1, %s)", [self.record.id, log_id])
        self.env.cr.execute("SELECT count(*) FROM customer_audit.detail WHERE entry_id = %s", [self.record.id])
        self.assertEqual(self.env.cr.fetchone(), (0,))
        for query in (
            f"DELETE FROM customer_audit.entry WHERE id = {self.record.id}",
            "DELETE FROM customer_audit.erasure",
            "UPDATE customer_audit.erasure SET part = 2",
        ):
            with self.subTest(query), self.assertRaises(errors.InsufficientPrivilege), self.env.cr.savepoint():
                self.env.cr.execute(query)

    @mute_logger("odoo.sql_db")
    def test_an_anchor_that_the_log_does_not_know_removes_nothing(self):
        for values in ("(-7, 'y', '', 1)", "(-7, 'x', '', -1)", f"(-7, 'x', '', {self.record.id})", "(99, 'x', '', 1)"):
            with self.subTest(values), self.assertRaises(errors.InsufficientPrivilege), self.env.cr.savepoint():
                self.env.cr.execute(f"INSERT INTO customer_audit.anchor VALUES {values}")

    @mute_logger("odoo.sql_db")
    def test_the_table_of_the_model_does_not_exist_to_be_written(self):
        with self.assertRaises(Error), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM customer_audit_log")

    #=== WHO READS IT ===#

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_auditors_alone_read_it(self):
        for login, user in self.users.items():
            with self.subTest(login):
                log = self.log.with_user(user)
                if login == "auditor":
                    self.assertTrue(log.search([], limit=1).login is not None)
                    continue
                with self.assertRaises(AccessError):
                    log.search([])

    def test_an_auditor_sees_the_own_companies_users_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.users["colleague"]
        stranger.write({"company_ids": [(6, 0, [other.id, self.env.company.id])], "company_id": other.id})
        archive = self.create_archive(name="Alpha Trading")
        self.forget()
        # the company chosen in the browser does not matter: nobody sends the own traces elsewhere
        archive.with_user(stranger).with_context(allowed_company_ids=[self.env.company.id]).read(["name"])
        self.assertEqual(self.only_entry(model="res.partner")["company_id"], other.id)
        seen = self.as_user(self.log, "auditor").search([("user_id", "=", stranger.id)])
        self.assertFalse(seen)
        self.users["auditor"].company_ids |= other
        allowed = self.as_user(self.log, "auditor").with_context(
            allowed_company_ids=[self.env.company.id, other.id]
        )
        self.assertTrue(allowed.search([("user_id", "=", stranger.id)]))

    def test_reading_the_log_is_noted_too(self):
        self.as_user(self.log, "auditor").search_read([], ["login"], limit=1)
        entry = self.only_entry(model="customer.audit.log")
        self.assertEqual((entry["operation"], entry["user_id"]), ("read", self.users["auditor"].id))

    def test_a_page_of_a_list_costs_one_statement(self):
        archives = self.env["res.partner"].browse()
        for number in range(3):
            archives |= self.create_archive(vat=False, name=f"Page {number}")
        partners = self.as_user(self.env["res.partner"], "sales")

        def page(limit):
            partners.web_search_read([("name", "ilike", "Page ")], {"name": {}, "phone": {}}, limit=limit)
            self.env.cr.flush()

        counts = {}
        for limit in (1, 3):
            page(limit)
            self.forget()
            with self.env.cr.savepoint():
                before = self.env.cr.sql_log_count
                page(limit)
                counts[limit] = self.env.cr.sql_log_count - before
        self.assertEqual(counts[1], counts[3])
        waiting = len(self.entries(model="res.partner"))
        self.assertEqual(waiting, 1)
