from odoo.tests import new_test_user, tagged

from .audit_common import AuditCase


@tagged("post_install", "-at_install")
class TestAuditView(AuditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name="Alpha Trading")
        cls.contact = cls.env["res.partner"].create({"name": "Li Lei", "parent_id": cls.archive.id})

    def found(self, **values):
        self.env.cr.flush()
        self.env.invalidate_all()
        domain = [("id", ">", self.last_entry), *((name, "=", value) for name, value in values.items())]
        return self.as_user(self.env["customer.audit.log"], "auditor").search(domain)

    def test_an_entry_reads_like_a_sentence(self):
        self.as_user(self.env["res.partner"], "sales").search_read(
            ["|", ("name", "ilike", "Alpha"), ("phone", "=", "1")], ["name", "phone"]
        )
        entry = self.found(model="res.partner")
        self.assertEqual(entry.sentence, f"{self.users['sales'].name} – Read: 1 × Contact (Command line)")
        self.assertEqual(entry.field_labels, "Name, Phone")
        self.assertEqual(entry.domain_text, "one of:; Name contains Alpha; Phone is 1")
        self.assertEqual(entry.record_names, f"Alpha Trading ({self.archive.id})")

    def test_changes_are_a_table_in_which_nothing_runs(self):
        self.as_user(self.archive, "sales").write({"city": "<script>alert(1)</script>"})
        entry = self.found(operation="write")
        self.assertIn("上海市", entry.change_lines)
        self.assertIn("&lt;script&gt;", entry.change_lines)
        self.assertNotIn("<script>", entry.change_lines)

    def test_every_kind_of_value_is_shown(self):
        changes = {"color": [0, 1], "archive_properties": [None, {"shoe": 43}], "active": [True, False]}
        log = self.as_user(self.env["customer.audit.log"], "sales")
        log._note("write", "res.partner", self.archive.ids, field_names=changes, detail={self.archive.id: changes})
        lines = self.found(operation="write").change_lines
        for cells in ("<td>0</td><td>1</td>", "<td></td><td>{&#39;shoe&#39;: 43}</td>", "<td>yes</td><td>empty</td>"):
            self.assertIn(cells, lines)

    def test_what_a_deleted_user_did_is_still_shown(self):
        user = new_test_user(self.env, login="audit_leaves", groups="customer_archive.group_user")
        self.env["customer.audit.log"].with_user(user)._note("print", "res.partner", self.archive.ids)
        self.env.cr.flush()
        user.unlink()
        found = self.found(operation="print").web_read({"login": {}, "user_id": {"fields": {"display_name": {}}}})
        self.assertEqual([(row["login"], row["user_id"]) for row in found], [("audit_leaves", False)])

    def test_names_of_other_companies_are_not_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["res.partner"].create({"name": "Secret Ltd", "company_id": other.id})
        self.forget()
        log = self.env["customer.audit.log"].with_user(self.users["sales"])
        log._note("read", "res.partner", [foreign.id, 99999999])
        entry = self.found(model="res.partner")
        self.assertEqual(
            entry.record_names, f"No. {foreign.id}, of another company\nNo. 99999999, deleted"
        )
        log = self.as_user(self.env["customer.audit.log"], "auditor")
        self.assertFalse(log.search([("partner_id", "ilike", "Secret")]))

    def test_the_log_of_a_customer_holds_its_contacts_too(self):
        self.as_user(self.contact, "sales").read(["name"])
        other = self.create_archive(name="Beta Trading")
        self.env.cr.flush()
        self.as_user(other, "sales").read(["name"])
        action = self.as_user(self.archive, "auditor").action_open_audit_log()
        self.env.cr.flush()
        log = self.as_user(self.env["customer.audit.log"], "auditor")
        entries = log.search([*action["domain"], ("id", ">", self.last_entry), ("operation", "=", "read")])
        self.assertIn(self.contact.id, entries._get_record_ids()[entries[:1].id])
        self.assertEqual(len(entries), 1)

    def test_lists_sum_and_group(self):
        self.as_user(self.archive, "sales").read(["name"])
        self.env.cr.flush()
        log = self.as_user(self.env["customer.audit.log"], "auditor")
        domain = [("id", ">", self.last_entry)]
        groups = log.formatted_read_group(domain, ["user_id", "operation"], ["record_count:sum"])
        self.assertIn(("read", 1), [(group["operation"], group["record_count:sum"]) for group in groups])
        self.assertTrue(log.search_count([("time", ">=", "today"), ("time", ">=", "-7d")]))

    def test_only_auditors_see_the_button(self):
        arch = self.env["res.partner"].with_user(self.users["auditor"]).get_view(view_type="form")["arch"]
        self.assertIn('name="action_open_audit_log"', arch)
        arch = self.env["res.partner"].with_user(self.users["manager"]).get_view(view_type="form")["arch"]
        self.assertNotIn('name="action_open_audit_log"', arch)
