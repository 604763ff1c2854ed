import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.export_mark import find_mark
from .audit_common import AuditCase
from .export_common import ExportCase


@tagged("post_install", "-at_install")
class TestExportLog(AuditCase, ExportCase):
    """What the log says about exports, and how a mark leads there."""

    def find(self, text, login="auditor"):
        self.env.cr.flush()
        return self.as_user(self.env["customer.audit.log"], login).search([("export_mark", "=", text)])

    def test_export_is_one_entry_that_holds_the_mark(self):
        self.as_user(self.archive | self.contact | self.stranger, "sales").export_data(["name"])
        mark = self.env["customer.export.policy"]._get_open_mark()["mark"]
        entry = self.only_entry(operation="export", model="res.partner")
        self.assertEqual(set(entry["ids"]), {self.archive.id, self.contact.id})
        self.assertEqual(entry["count"], 2)
        self.assertEqual(find_mark(" ".join(entry["contents"])), mark)

    def test_auditor_finds_the_export_by_the_mark_of_its_file(self):
        self.as_user(self.archive, "sales").export_data(["name"])
        mark = self.env["customer.export.policy"]._get_open_mark()["mark"]
        for text in (mark, mark.lower().replace("-", ""), f"Exported by Li Na, mark {mark}"):
            entry = self.find(text)
            self.assertEqual((entry.user_id, entry.operation), (self.users["sales"], "export"))
        self.assertFalse(self.find("CA-0000-0000-0000"))
        self.assertFalse(self.find("Acme"))
        self.assertFalse(self.find(False))

    def test_several_files_of_one_transaction_are_all_found(self):
        Policy = self.as_user(self.env["customer.export.policy"], "sales")
        first = Policy._mark({"res.partner": self.archive.ids})["mark"]
        second = Policy._mark({"res.partner": self.contact.ids})["mark"]
        self.assertTrue(self.find(first))
        self.assertEqual(self.find(first), self.find(second))

    def test_printed_file_and_pivot_table_are_found(self):
        Policy = self.as_user(self.env["customer.export.policy"], "sales")
        Policy._take_file(self.archive, "print")
        printed = Policy._get_open_mark()["mark"]
        pivot = Policy._mark({"customer.classification.report": 7})["mark"]
        self.assertEqual(self.find(printed).operation, "print")
        self.assertEqual(self.find(pivot).record_count, 7)

    def test_workbook_of_ours_is_noted(self):
        self.as_user(self.archive, "sales")._make_archive_workbook()
        self.assertIn(self.archive.id, self.only_entry(operation="export", model="res.partner")["ids"])

    def test_refused_export_stays_in_the_log_though_nothing_else_does(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_user(self.archive, "colleague").export_data(["name"])
        [entry] = self.entries_apart(operation="denied", user_id=self.users["colleague"].id)
        self.assertEqual((entry["model"], entry["ids"]), ("res.partner", self.archive.ids))
        self.assertEqual(entry["field_names"], ["export", "name"])
        self.cap_all(0)
        self.forget()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.as_user(self.archive | self.contact, "sales").export_data(["name"])
        [entry] = self.entries_apart(operation="denied", user_id=self.users["sales"].id)
        self.assertEqual(entry["count"], 2)
        self.assertIn("have 0 left today", json.loads(entry["contents"][0])["reason"][1])

    def test_only_auditors_look_for_marks(self):
        for login in ("sales", "leader", "seller_all"):
            with self.assertRaises(AccessError):
                self.find("CA-0000-0000-0000", login)
