import base64

from odoo import fields
from odoo.addons.customer_archive import audit_store
from odoo.addons.customer_archive.tools import audit_bundle
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import errors

from .audit_common import AuditCase
from .test_audit_chain import TABLES, triggers_off


@tagged("post_install", "-at_install")
class TestAuditBundle(AuditCase):
    """Old entries leave the log with a file, and what stays still holds."""

    def setUp(self):
        super().setUp()
        cr = self.env.cr
        with triggers_off(cr):
            for table in TABLES:
                cr.execute(f"DELETE FROM customer_audit.{table}")
        for days, count in ((900, 4), (300, 3), (10, 2)):
            cr.execute(
                """INSERT INTO customer_audit.entry (time, channel, operation, model, company_id, ids, count,
                                                     field_names, parts)
                   SELECT now() AT TIME ZONE 'UTC' - make_interval(days => %s), 'web', 'export', 'res.partner', %s,
                          '{1}', 1, '{name}', '{}' FROM generate_series(1, %s)""",
                [days, self.env.company.id, count],
            )
        audit_store.seal(cr, everything=True)
        self.bundles = self.env["customer.audit.bundle"]

    def before(self, days):
        return fields.Datetime.subtract(fields.Datetime.now(), days=days)

    def left(self):
        self.env.cr.execute("SELECT count(*) FROM customer_audit.entry WHERE operation = 'export'")
        return self.env.cr.fetchone()[0]

    def test_old_entries_leave_with_a_file_and_the_rest_holds(self):
        head = audit_store.verify(self.env.cr).head
        bundle = self.bundles._make(self.before(400))
        self.assertEqual((bundle.entry_count, bundle.position, self.left()), (4, 4, 5))
        self.assertEqual(audit_bundle.check(base64.b64decode(bundle.file), bundle._get_key()), ())
        self.assertEqual(bundle.company_ids, self.env.company)
        audit_store.seal(self.env.cr)
        verdict = audit_store.verify(self.env.cr, head)
        self.assertEqual((verdict.breaks, verdict.count), ((), 6))
        self.assertEqual(self.only_entry(operation="purge")["count"], 4)
        self.assertFalse(self.bundles._make(self.before(400)))

    def test_large_logs_leave_in_several_files(self):
        first = self.bundles._make(self.before(200), 5)
        second = self.bundles._make(self.before(200), 5)
        self.assertEqual((first.position, second.position, self.left()), (5, 7, 2))
        self.assertEqual(audit_store.verify(self.env.cr).breaks, ())

    def test_what_remains_is_guarded_as_before(self):
        self.bundles._make(self.before(400))
        with mute_logger("odoo.sql_db"), self.assertRaises(errors.InsufficientPrivilege), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM customer_audit.entry")
        with triggers_off(self.env.cr):
            self.env.cr.execute(
                "DELETE FROM customer_audit.entry WHERE id = (SELECT min(id) FROM customer_audit.entry)"
            )
        self.assertEqual(audit_store.verify(self.env.cr).breaks[0].reason, "missing")

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_half_a_year_whatever_odoo_says(self):
        with self.assertRaises(errors.InsufficientPrivilege), self.env.cr.savepoint():
            self.bundles._make(self.before(5))
        self.assertEqual(self.left(), 9)

    def test_a_log_that_does_not_hold_keeps_its_evidence(self):
        with triggers_off(self.env.cr):
            self.env.cr.execute(
                "UPDATE customer_audit.entry SET user_id = 9 WHERE id = (SELECT min(id) FROM customer_audit.entry)"
            )
        with self.assertRaisesRegex(UserError, "place 1"):
            self.bundles._make(self.before(400))

    def test_a_file_that_was_exchanged_is_found(self):
        bundle = self.bundles._make(self.before(400))
        shown = self.as_user(bundle, "auditor").action_check()["params"]
        self.assertEqual(shown["type"], "success")
        other = self.bundles._make(self.before(200))
        bundle.sudo().file = other.file
        shown = self.as_user(bundle, "auditor").action_check()["params"]
        self.assertEqual(shown["type"], "danger")

    def test_settings_allow_no_shorter_period(self):
        settings = self.env["res.config.settings"]
        with self.assertRaises(ValidationError):
            settings.create({"audit_retention_months": 3})
        settings.create({"audit_retention_months": 24}).execute()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_customer_audit_bundle").method_direct_trigger()
        self.assertEqual(self.left(), 5)


@tagged("post_install", "-at_install")
class TestAuditBundleSecurity(AuditCase):
    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_auditors_of_all_its_companies_alone_read_a_file(self):
        bundle = self.env["customer.audit.bundle"].create(
            {"name": "x.zip", "file": base64.b64encode(b"x"), "company_ids": [(6, 0, self.env.company.ids)]}
        )
        self.assertTrue(self.as_user(bundle, "auditor").read(["file"])[0]["file"])
        for change in (lambda b: b.write({"name": "x"}), lambda b: b.unlink(), lambda b: b.copy()):
            with self.assertRaises(AccessError):
                change(self.as_user(bundle, "auditor"))
        with self.assertRaises(AccessError):
            self.as_user(bundle, "manager").read(["name"])
        bundle.company_ids |= self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            self.as_user(bundle, "auditor").read(["name"])
