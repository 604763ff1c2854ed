import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .audit_common import AuditCase
from .test_read_abuse import PIXEL


@tagged("post_install", "-at_install")
class TestAuditWrite(AuditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name="Alpha Trading", phone="021-50592061")

    def changes(self, entry):
        return [json.loads(content) for content in entry["contents"]]

    def test_what_the_job_keeps_in_mind_is_no_event(self):
        rule = self.env["customer.audit.rule"].search([], limit=1)
        self.forget()
        rule.checked_until = "2026-01-01"
        self.assertEqual(self.entries(model="customer.audit.rule"), [])
        rule.threshold += 1
        self.assertEqual(self.only_entry(model="customer.audit.rule")["field_names"], ["threshold"])

    def test_a_change_says_what_was_and_what_is(self):
        self.as_user(self.archive, "sales").write({"phone": "021-50592099", "comment": "<p>Call late</p>"})
        entry = self.only_entry(model="res.partner", operation="write")
        self.assertEqual(entry["user_id"], self.users["sales"].id)
        self.assertEqual(entry["ids"], self.archive.ids)
        [changes] = self.changes(entry)
        self.assertEqual(changes["phone"], ["021-50592061", "021-50592099"])
        self.assertIn("Call late", changes["comment"][1])

    def test_buttons_and_jobs_are_changes_too(self):
        self.archive.sudo().write({"city": "杭州市"})
        entry = self.only_entry(model="res.partner", operation="write")
        self.assertEqual(self.changes(entry), [{"city": ["上海市", "杭州市"]}])

    def test_several_changes_of_a_request_keep_the_first_and_the_last_value(self):
        for city in ("杭州市", "苏州市"):
            self.as_user(self.archive, "sales").city = city
        entry = self.only_entry(model="res.partner", operation="write")
        self.assertEqual(self.changes(entry), [{"city": ["上海市", "苏州市"]}])

    def test_what_changes_nothing_is_not_noted(self):
        self.as_user(self.archive, "sales").write({"city": "上海市"})
        self.assertEqual(self.entries(operation="write"), [])

    def test_a_new_contact_of_a_customer_is_noted_with_its_values(self):
        contact = self.as_user(self.env["res.partner"], "sales").create(
            {"name": "Li Lei", "parent_id": self.archive.id}
        )
        entry = self.only_entry(model="res.partner", operation="create")
        self.assertEqual(entry["ids"], contact.ids)
        self.assertEqual(self.changes(entry)[0]["name"], [None, "Li Lei"])

    def test_a_contact_that_is_no_customer_is_not_noted(self):
        partner = self.env["res.partner"].create({"name": "Office Supplies"})
        partner.phone = "123"
        partner.unlink()
        self.assertEqual(self.entries(model="res.partner"), [])

    def test_of_a_mixed_set_only_customers_are_noted(self):
        other = self.env["res.partner"].create({"name": "Office Supplies"})
        self.forget()
        (other | self.archive).write({"email": "new@example.com"})
        entry = self.only_entry(model="res.partner", operation="write")
        self.assertEqual(entry["ids"], self.archive.ids)
        self.assertEqual(len(entry["contents"]), 1)

    def test_deleting_keeps_the_name(self):
        self.env["res.partner"].browse(self.archive.ids).unlink()
        entry = self.only_entry(model="res.partner", operation="unlink")
        self.assertEqual(entry["ids"], self.archive.ids)
        self.assertIn("Alpha Trading", self.changes(entry)[0]["display_name"][0])

    def test_models_of_settings_note_changes_but_no_reading(self):
        level = self.env["customer.level"].search([], limit=1)
        self.forget()
        self.as_user(level, "manager").read(["name"])
        self.assertEqual(self.entries(model="customer.level"), [])
        self.as_user(level, "manager").name = "Platinum"
        entry = self.only_entry(model="customer.level")
        self.assertEqual((entry["operation"], entry["field_names"]), ("write", ["name"]))

    def test_a_thousand_changes_cost_one_statement_more(self):
        archives = self.env["res.partner"].browse()
        for number in range(12):
            archives |= self.create_archive(vat=False, name=f"Many {number}")
        self.env.flush_all()
        counts = []
        for partners in (archives[:2], archives[2:]):
            self.forget()
            before = self.env.cr.sql_log_count
            partners.write({"comment": f"again {len(partners)}"})
            self.env.cr.flush()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_change_far_behind_in_a_long_text_or_list_is_a_change(self):
        self.archive.comment = f"<p>{'long ' * 100}</p>"
        tags = self.env["res.partner.category"].create([{"name": f"Tag {number}"} for number in range(60)])
        self.archive.category_id = tags
        self.forget()
        self.archive.comment = f"<p>{'long ' * 99}short</p>"
        self.archive.category_id = tags[:-1]
        entry = self.only_entry(model="res.partner", operation="write")
        [changes] = self.changes(entry)
        self.assertEqual(set(changes), {"comment", "category_id"})
        self.assertLess(max(map(len, changes["comment"])), 201)

    def test_a_new_picture_is_a_change_without_its_content(self):
        self.archive.sudo().image_1920 = PIXEL
        entry = self.only_entry(model="res.partner", operation="write")
        self.assertEqual(self.changes(entry), [{"image_1920": ["…", "…"]}])

    def test_a_new_secret_is_a_change_without_the_secret(self):
        log = self.env["customer.audit.log"]
        hidden = {*log._get_audit_hidden_fields(), "city"}
        with patch.object(type(log), "_get_audit_hidden_fields", lambda log: hidden):
            self.env.registry.clear_cache()
            self.archive.sudo().write({"city": "杭州市"})
            entry = self.only_entry(model="res.partner", operation="write")
            self.assertEqual(self.changes(entry), [{"city": ["•••", "•••"]}])
            self.forget()
            self.archive.sudo().write({"city": "杭州市"})
            self.assertEqual(self.entries(operation="write"), [])
        self.env.registry.clear_cache()

    def test_what_is_sent_is_not_always_what_is_written(self):
        self.archive.sudo().write({"comment": "<p>Call late<script>alert(1)</script></p>", "phone": " 021-50592099 "})
        [changes] = self.changes(self.only_entry(model="res.partner", operation="write"))
        self.assertNotIn("script", changes["comment"][1])
        self.assertEqual(changes["phone"][1], self.archive.phone)

    def test_looking_at_what_was_written_costs_no_statement(self):
        archives = self.env["res.partner"].browse()
        for number in range(6):
            archives |= self.create_archive(vat=False, name=f"Many {number}")
        values = {"comment": "again", "function": "Buyer", "city": "杭州市"}
        archives.sudo().write(values)
        self.env.flush_all()
        columns = archives._get_audit_columns(values)
        with self.assertQueryCount(0):
            archives.sudo()._get_audit_values(columns)

    def test_secrets_are_covered(self):
        log = self.env["customer.audit.log"]
        self.assertIn("access_token", log._hidden_fields("customer.archive.change"))
        log._note("read", "res.partner", [1], domain=[("signup_token", "=", "abc"), ("name", "=", "x")])
        entry = self.only_entry()
        self.assertNotIn("abc", entry["contents"][0])
        self.assertIn("x", entry["contents"][0])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_a_change_that_fails_leaves_its_denial_only(self):
        hidden = self.create_archive(name="Hidden Trading", archive_access="owner")
        self.forget()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_user(hidden, "colleague").write({"name": "Mine"})
        self.assertEqual(self.entries(model="res.partner"), [])
        [entry] = self.entries_apart(model="res.partner")
        self.assertEqual((entry["operation"], entry["field_names"]), ("denied", ["read"]))

    def test_a_refused_export_is_a_denial(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.as_user(self.archive, "sales").export_data(["name"])
        [entry] = self.entries_apart(model="res.partner")
        self.assertEqual((entry["operation"], entry["ids"]), ("denied", self.archive.ids))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_model_one_may_not_touch_is_a_denial(self):
        with self.assertRaises(AccessError):
            self.as_user(self.env["customer.audit.log"], "sales").search([])
        [entry] = self.entries_apart(model="customer.audit.log")
        self.assertEqual((entry["operation"], entry["field_names"]), ("denied", ["read"]))
