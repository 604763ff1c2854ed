from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation, UniqueViolation

from ..tools.export_mark import find_mark, is_genuine
from .export_common import ExportCase


@tagged("post_install", "-at_install")
class TestExportGate(ExportCase):
    """What passes the gate of exports, whichever way it is taken."""

    def export(self, records, login, fields=("name",)):
        records = self.as_user(records, login).with_context(import_compat=False)
        return records.export_data(list(fields))["datas"]

    def test_export_takes_the_right(self):
        message = "right “Access to export feature”.*Ask .*Anna Manager"
        with self.assertRaisesRegex(AccessError, message):
            self.export(self.archive, "colleague")
        self.assertEqual(self.taken("colleague"), 0)

    def test_export_counts_archives_and_their_contacts(self):
        rows = self.export(self.archive | self.contact | self.stranger, "sales")
        self.assertEqual(len(rows), 3)
        self.assertEqual(self.taken(), 2, "a contact without an archive is nobody's customer")
        self.export(self.archive, "sales")
        self.assertEqual(self.taken(), 3, "each export counts")

    def test_contacts_without_archives_are_exported_as_ever(self):
        self.cap_all(0)
        self.assertEqual(self.export(self.stranger, "sales"), [["Supplier"]])
        self.assertEqual(self.taken(), 0)

    def test_own_models_count(self):
        levels = self.env["customer.level"].search([], limit=3)
        self.export(levels, "sales")
        self.assertEqual(self.taken(), len(levels))

    def test_limit_says_how_many_are_left_and_whom_to_ask(self):
        self.cap_all(3)
        self.export(self.archive | self.contact, "sales")
        message = "3 customer records a day and have 1 left today; this would take 2.*Ask .*Anna Manager"
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            self.export(self.archive | self.contact, "sales")
        self.assertEqual(self.taken(), 2, "what is refused is not counted")
        self.export(self.archive, "sales")
        with self.assertRaisesRegex(UserError, "have 0 left today"), self.env.cr.savepoint():
            self.export(self.archive, "sales")

    def test_widest_of_several_limits_counts(self):
        Policy = self.env["customer.export.policy"]
        self.set_limit("user", 500)
        self.set_limit("leader", 2000)
        limits = {login: self.as_user(Policy, login)._get_daily_limit() for login in self.users}
        self.assertEqual(limits["sales"], 500)
        self.assertEqual(limits["leader"], 2000)
        self.assertEqual(limits["seller_all"], 10000)
        self.assertIsNone(limits["manager"])
        self.assertEqual(limits["employee"], 100)
        self.assertEqual(limits["office"], 1000)
        self.users["sales"].group_ids |= self.env.ref("customer_archive.group_back_office")
        self.assertEqual(self.as_user(Policy, "sales")._get_daily_limit(), 1000)

    def test_who_has_no_limited_role_exports_nothing(self):
        self.env["customer.export.policy"].search([]).active = False
        with self.assertRaisesRegex(UserError, "may export 0 customer records a day"):
            self.export(self.archive, "sales")

    def test_manager_exports_without_limit_and_is_counted(self):
        self.export(self.archive | self.contact, "manager")
        self.assertEqual(self.taken("manager"), 2)

    def test_day_is_that_of_the_person(self):
        user = self.users["sales"]
        user.tz = "Asia/Shanghai"
        with freeze_time(datetime(2026, 11, 24, 15, 59)):
            self.export(self.archive, "sales")
            self.assertEqual(self.taken(), 1)
        with freeze_time(datetime(2026, 11, 24, 16, 1)):  # after midnight in Shanghai
            self.assertEqual(self.taken(), 0)
            self.export(self.archive | self.contact, "sales")
        days = self.env["customer.export.usage"].search([("user_id", "=", user.id)], order="day")
        self.assertEqual(days.mapped(lambda row: (str(row.day), row.count)), [("2026-11-24", 1), ("2026-11-25", 2)])

    def test_customers_reached_through_other_records_count(self):
        category = self.env["res.partner.category"].create({"name": "VIP"})
        (self.archive | self.contact | self.stranger).category_id = category
        rows = self.export(category, "sales", ["name", "partner_ids/name", "partner_ids/phone"])
        self.assertEqual(len(rows), 3)
        self.assertEqual(self.taken(), 2)
        self.cap_all(3)
        with self.assertRaisesRegex(UserError, "have 1 left"), self.env.cr.savepoint():
            self.export(category, "sales", ["partner_ids/phone"])

    def test_contacts_beside_their_archive_count_once(self):
        self.export(self.archive, "sales", ["name", "child_ids/name", "child_ids/parent_id/name"])
        self.assertEqual(self.taken(), 2)

    def test_names_on_other_records_do_not_count(self):
        event = self.env["calendar.event"].create({"name": "Visit", "partner_ids": self.archive.ids})
        event.user_id = self.users["sales"]
        attendee = event.attendee_ids.filtered(lambda row: row.partner_id == self.archive)
        self.assertEqual(self.export(attendee, "sales", ["partner_id"]), [["Acme"]])
        self.assertEqual(self.export(event, "sales", ["name", "partner_ids"]), [["Visit", "Acme"]])
        self.assertEqual(self.taken(), 0)
        self.export(event, "sales", ["name", "partner_ids/phone"])
        self.assertEqual(self.taken(), 1)

    def test_code_of_the_server_passes(self):
        self.assertEqual(self.archive.sudo().export_data(["name"])["datas"], [["Acme"]])
        self.env["customer.export.policy"]._check("res.partner", 10**6)

    def test_no_context_of_a_client_opens_the_gate(self):
        self.cap_all(0)
        context = {"su": True, "uid": 1, "import_compat": True, "active_test": False, "no_export_limit": True}
        with self.assertRaisesRegex(UserError, "have 0 left"):
            self.as_user(self.archive, "sales").with_context(**context).export_data(["name"])

    def test_archived_customers_count(self):
        self.contact.active = False
        self.export(self.contact, "sales")
        self.assertEqual(self.taken(), 1)

    def test_hidden_customer_is_neither_exported_nor_counted(self):
        self.archive.archive_access = "owner"
        self.users["colleague"].group_ids |= self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.export(self.archive, "colleague")
        self.assertEqual(self.taken("colleague"), 0)

    def test_queries_do_not_grow_with_the_records(self):
        archives = self.env["res.partner"].create(
            [{"name": f"C{number}", "archive_state": "draft", "is_company": True} for number in range(40)]
        )
        self.export(archives[:2], "sales")

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.export(records, "sales")
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(archives[:4]), count(archives))


@tagged("post_install", "-at_install")
class TestExportMark(ExportCase):
    def test_mark_says_who_and_when(self):
        self.users["sales"].tz = "Asia/Shanghai"
        Policy = self.as_user(self.env["customer.export.policy"], "sales")
        with freeze_time(datetime(2026, 11, 24, 10, 0)):
            found = Policy._mark()
        self.assertEqual(found["who"], f"{self.users['sales'].name} (archive_sales)")
        self.assertEqual(found["when"], "2026-11-24 18:00:00 Asia/Shanghai")
        self.assertTrue(is_genuine(found["mark"], Policy._get_key()))
        self.assertNotEqual(found["mark"], Policy._mark()["mark"])
        self.assertEqual(find_mark(Policy._describe_mark(found)), found["mark"])

    def test_card_of_a_customer_carries_the_mark(self):
        Policy = self.as_user(self.env["customer.export.policy"], "sales")
        Policy._take_file(self.archive)
        card = self.as_user(self.archive, "sales")._get_vcard_file().decode()
        self.assertIn("X-EXPORT-MARK:" + Policy._get_open_mark()["mark"], card)
        Policy._take_file(self.stranger)
        self.assertNotIn("X-EXPORT-MARK", self.as_user(self.stranger, "sales")._get_vcard_file().decode())

    def test_several_cards_or_files_take_the_right(self):
        Policy = self.as_user(self.env["customer.export.policy"], "colleague")
        Policy._take_file(self.contact)
        self.assertEqual(self.taken("colleague"), 1)
        with self.assertRaises(AccessError):
            Policy._take_file(self.archive | self.contact)
        Policy._take_file(self.archive | self.stranger)
        self.assertEqual(self.taken("colleague"), 2)


@tagged("post_install", "-at_install")
class TestExportPolicy(ExportCase):
    def test_managers_set_the_limits_and_auditors_see_them(self):
        policy = self.env.ref("customer_archive.customer_export_policy_user")
        self.as_user(policy, "manager").daily_limit = 700
        self.assertEqual(self.as_user(policy, "auditor").daily_limit, 700)
        for login in ("auditor", "leader", "seller_all", "reviewer"):
            with self.assertRaises(AccessError):
                self.as_user(policy, login).daily_limit = 10**6
        for login in ("sales", "seller_all", "employee"):
            with self.assertRaises(AccessError):
                self.as_user(policy, login).read(["daily_limit"])

    def test_nobody_changes_what_was_counted(self):
        self.as_user(self.archive, "sales").export_data(["name"])
        usage = self.env["customer.export.usage"].search([("user_id", "=", self.users["sales"].id)])
        for login in ("manager", "auditor"):
            self.assertEqual(self.as_user(usage, login).count, 1)
            with self.assertRaises(AccessError):
                self.as_user(usage, login).count = 0
            with self.assertRaises(AccessError):
                self.as_user(usage, login).unlink()
        with self.assertRaises(AccessError):
            self.as_user(usage, "sales").read(["count"])

    def test_one_limit_per_role_and_none_below_zero(self):
        policy = self.env.ref("customer_archive.customer_export_policy_user")
        with mute_logger("odoo.sql_db"):
            with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
                policy.copy({"group_id": policy.group_id.id})
                self.env.flush_all()
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                policy.daily_limit = -1
                self.env.flush_all()
