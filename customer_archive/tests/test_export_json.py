from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.export_mark import find_mark
from .audit_common import AuditCase
from .export_common import ExportHttpCase


@tagged("post_install", "-at_install")
class TestExportJson(AuditCase, ExportHttpCase):
    """Lists that a program takes by their address are exports."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.json.enabled", True)
        cls.action = cls.env.ref("customer_archive.customer_archive_action")
        cls.twin = cls.create_archive(name="Acme Two")
        keys = cls.env["res.users.apikeys"].with_user(cls.users["sales"])
        key = keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        cls.headers = {"Authorization": f"Bearer {key}"}
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.forget()

    def get(self, query, action=None):
        path = f"/json/1/action-{(action or self.action).id}{query}"
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return self.url_open(path, headers=self.headers)

    def get_list(self, names, **options):
        query = "".join(f"&{name}={value}" for name, value in {"limit": 80, "offset": 0, **options}.items())
        return self.get(f"?view_type=list&domain=[('name','in',{names})]{query}")

    def test_list_counts_and_is_marked(self):
        answer = self.get_list(["Acme", "Acme Two"])
        content = answer.json()
        self.assertEqual({record["id"] for record in content["records"]}, set((self.archive | self.twin).ids))
        self.assertEqual(self.taken(), 2)
        mark = find_mark(content["export_mark"])
        self.assertIn("archive_sales", content["export_mark"])
        self.assertEqual(answer.headers["X-Export-Mark"], mark)
        entry = self.only_entry(model="res.partner", operation="export")
        self.assertEqual((entry["channel"], set(entry["ids"])), ("rpc", set((self.archive | self.twin).ids)))
        self.assertIn(mark, str(entry["contents"]))
        found = self.as_user(self.env["customer.audit.log"], "auditor").search([("export_mark", "=", mark)])
        self.assertEqual(found.user_id, self.users["sales"])

    def test_one_record_counts_and_stays_as_it_is(self):
        answer = self.get(f"/{self.archive.id}")
        self.assertEqual(answer.json()["name"], "Acme")
        self.assertNotIn("export_mark", answer.json())
        self.assertTrue(find_mark(answer.headers["X-Export-Mark"]))
        self.assertGreaterEqual(self.taken(), 1)

    def test_list_of_others_neither_counts_nor_is_marked(self):
        action = self.env["ir.actions.act_window"].create(
            {"name": "Contacts", "res_model": "res.partner", "view_mode": "list", "path": "all-contacts"}
        )
        answer = self.get("?view_type=list&limit=80&offset=0&domain=[('name','=','Supplier')]", action)
        self.assertEqual([record["id"] for record in answer.json()["records"]], self.stranger.ids)
        self.assertNotIn("export_mark", answer.json())
        self.assertNotIn("X-Export-Mark", answer.headers)
        self.assertEqual(self.taken(), 0)

    def test_table_counts_its_rows(self):
        answer = self.get_list(["Acme", "Acme Two"], groupby="name")
        self.assertEqual(len(answer.json()["groups"]), 2)
        self.assertEqual(self.taken(), 2)
        self.assertTrue(find_mark(answer.json()["export_mark"]))
        entry = self.only_entry(model="res.partner", operation="export")
        self.assertEqual((entry["count"], entry["channel"]), (2, "rpc"))

    def test_list_over_the_limit_is_refused_and_leaves_a_denial(self):
        self.cap_all(1)
        for options in ({}, {"groupby": "name"}):
            with self.subTest(**options):
                self.forget()
                answer = self.get_list(["Acme", "Acme Two"], **options)
                self.assertNotEqual(answer.status_code, 200)
                self.assertNotIn("021-50592061", answer.text)
                self.assertEqual(self.taken(), 0)
                [entry] = self.entries_apart(model="res.partner", user_id=self.users["sales"].id)
                self.assertEqual((entry["operation"], entry["count"]), ("denied", 2))

    def test_customers_in_columns_count_as_well(self):
        action = self.env["ir.actions.act_window"].create(
            {"name": "Consents", "res_model": "customer.consent", "view_mode": "list", "path": "all-consents"}
        )
        purpose = self.env["customer.consent.purpose"].search([], limit=1)
        self.env["customer.consent"].create(
            {"partner_id": self.contact.id, "purpose_id": purpose.id, "decision": "given"}
        )
        answer = self.get(f"?view_type=list&limit=80&offset=0&domain=[('partner_id','=',{self.contact.id})]", action)
        self.assertEqual(len(answer.json()["records"]), 1)
        self.assertEqual(self.taken(), 1)

    def test_address_without_parameters_leads_to_the_one_with_all_and_counts_once(self):
        answer = self.get("?view_type=list&domain=[('name','=','Acme')]")
        self.assertEqual(len(answer.history), 1)
        self.assertEqual(len(answer.json()["records"]), 1)
        self.assertEqual(self.taken(), 1)

    def test_lists_in_the_browser_are_no_exports(self):
        self.as_user(self.archive | self.twin, "sales").web_read({"name": {}, "phone": {}})
        self.as_user(self.env["res.partner"], "sales").web_read_group([("name", "=", "Acme")], ["name"], ["__count"])
        self.assertEqual(self.taken(), 0)
