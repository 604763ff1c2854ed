import json
from datetime import timedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .audit_common import AuditCase

PASSWORD = "long-enough-for-tests"


@tagged("post_install", "-at_install")
class TestAuditHttp(AuditCase, HttpCase):
    """Every way out over the network leaves exactly one entry of the right person, address and channel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = cls.env["res.partner"].browse()
        for name in ("Alpha Trading", "Beta Trading", "Gamma Trading"):
            cls.archives |= cls.create_archive(name=name)
        cls.users["sales"].group_ids |= cls.env.ref("base.group_allow_export")
        cls.users["sales"].password = PASSWORD
        cls.domain = [["name", "ilike", "a trading"]]

    def log_in(self):
        self.authenticate("archive_sales", PASSWORD)
        self.forget()

    def post(self, url, **data):
        response = self.url_open(url, data={**data, "csrf_token": Request.csrf_token(self)})
        self.assertEqual(response.status_code, 200, response.text[:500])
        return response

    def sales_entry(self, operation, channel="web", **values):
        entry = self.only_entry(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["channel"]), (operation, channel))
        self.assertEqual((entry["login"], entry["address"]), ("archive_sales", "127.0.0.1"))
        for name, value in values.items():
            found = set(entry[name]) if isinstance(value, set) else entry[name]
            self.assertEqual(found, value, name)
        return entry

    def condition(self, entry):
        return json.loads(entry["contents"][0])["domain"]

    def export(self, route, **params):
        data = {
            "model": "res.partner", "ids": False, "domain": self.domain, "import_compat": False,
            "fields": [
                {"name": "name", "label": "Name", "type": "char"}, {"name": "phone", "label": "Phone", "type": "char"},
            ],
            **params,
        }
        return self.post(route, data=json.dumps(data))

    def test_list_in_the_browser_reads_on_a_cursor_that_may_not_write(self):
        self.log_in()
        found = self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/web_search_read",
            {
                "model": "res.partner", "method": "web_search_read", "args": [],
                "kwargs": {"domain": self.domain, "specification": {"name": {}}, "limit": 2, "count_limit": 10},
            },
        )
        self.assertEqual(found["length"], 3)
        self.assertEqual(self.entries(model="res.partner"), [])
        [entry] = self.entries_apart(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["count"], entry["field_names"]), ("read", 2, ["name"]))
        self.assertEqual((entry["login"], entry["address"], entry["channel"]), ("archive_sales", "127.0.0.1", "web"))
        self.assertEqual(self.condition(entry), [self.domain])

    def test_export_as_csv(self):
        self.log_in()
        self.assertIn("Beta Trading", self.export("/web/export/csv").text)
        entry = self.sales_entry("export", ids=set(self.archives.ids), count=3, field_names=["name", "phone"])
        self.assertEqual(self.condition(entry), [self.domain])

    def test_export_as_workbook(self):
        self.log_in()
        self.export("/web/export/xlsx", ids=self.archives[:2].ids)
        entry = self.sales_entry("export", ids=set(self.archives[:2].ids), count=2, field_names=["name", "phone"])
        self.assertEqual(self.condition(entry), [[["id", "in", self.archives[:2].ids]]])

    def test_export_in_groups(self):
        self.log_in()
        self.export("/web/export/xlsx", groupby=["city"])
        self.sales_entry("export", ids=set(self.archives.ids), count=3)

    @mute_logger("odoo.http", "odoo.addons.web.controllers.export")
    def test_refused_export(self):
        self.users["sales"].group_ids -= self.env.ref("base.group_allow_export")
        self.log_in()
        data = json.dumps(
            {
                "model": "res.partner", "ids": self.archives.ids, "domain": [], "import_compat": False,
                "fields": [{"name": "name", "label": "Name"}],
            }
        )
        response = self.url_open(
            "/web/export/csv", data={"data": data, "csrf_token": Request.csrf_token(self)}
        )
        self.assertEqual(response.status_code, 500)
        self.assertEqual(self.entries(model="res.partner"), [])
        [entry] = self.entries_apart(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["count"]), ("denied", 3))
        self.assertEqual(entry["field_names"], ["export", "name"])

    def test_pivot_file(self):
        self.log_in()
        table = {
            "model": "res.partner", "title": "Contact", "measure_count": 1, "origin_count": 1,
            "col_group_headers": [[{"title": "Total", "width": 1, "height": 1}]],
            "measure_headers": [{"title": "Count", "width": 1, "height": 1, "is_bold": False}],
            "rows": [{"title": "Shanghai", "indent": 0, "values": [{"value": 3}]}],
        }
        self.post("/web/pivot/export_xlsx", data=json.dumps(table))
        [entry] = self.entries(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["count"]), ("export", 1))
        self.assertEqual(entry["field_names"], ["pivot", "Count"])

    def test_vcards(self):
        self.log_in()
        ids = ",".join(map(str, self.archives.ids))
        self.assertEqual(self.url_open(f"/web/partner/vcard?partner_ids={ids}").status_code, 200)
        self.sales_entry("export", ids=set(self.archives.ids), count=3, field_names=["vcard"])

    def test_printed_file(self):
        self.log_in()
        name = self.env.ref("customer_archive.customer_archive_report_action").report_name
        self.assertEqual(self.url_open(f"/report/html/{name}/{self.archives[0].id}").status_code, 200)
        [entry] = self.entries(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["ids"]), ("print", self.archives[0].ids))
        self.assertEqual(entry["field_names"], [name])

    def test_workbook_of_archives(self):
        self.log_in()
        self.assertEqual(self.url_open(f"/customer_archive/xlsx/{self.archives[0].id}").status_code, 200)
        self.sales_entry("export", ids=set(self.archives[0].ids), count=1, field_names=["workbook"])

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")
    def test_xmlrpc(self):
        database = self.env.cr.dbname
        uid = self.xmlrpc_common.authenticate(database, "archive_sales", PASSWORD, {})
        self.assertEqual(uid, self.users["sales"].id)
        self.forget()
        found = self.xmlrpc_object.execute_kw(
            database, uid, PASSWORD, "res.partner", "search_read", [self.domain], {"fields": ["name"]}
        )
        self.assertEqual(len(found), 3)
        entry = self.sales_entry("read", "rpc", count=3, field_names=["name"])
        self.assertEqual(self.condition(entry), [self.domain])

    @mute_logger("odoo.addons.rpc.controllers.jsonrpc")
    def test_jsonrpc(self):
        self.forget()
        arguments = [
            self.env.cr.dbname, self.users["sales"].id, PASSWORD, "res.partner", "search_read", [self.domain],
            {"fields": ["name"]},
        ]
        self.make_jsonrpc_request("/jsonrpc", {"service": "object", "method": "execute_kw", "args": arguments})
        self.sales_entry("read", "rpc", count=3, field_names=["name"])

    def bearer(self):
        keys = self.env["res.users.apikeys"].with_user(self.users["sales"])
        key = keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        return {"Authorization": f"Bearer {key}"}

    def test_json2(self):
        headers = self.bearer()
        self.forget()
        response = self.url_open(
            "/json/2/res.partner/search_read", json={"domain": self.domain, "fields": ["name"]}, headers=headers
        )
        self.assertEqual(len(response.json()), 3)
        [entry] = self.entries_apart(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["channel"], entry["count"]), ("read", "rpc", 3))
        self.assertEqual((entry["address"], entry["field_names"]), ("127.0.0.1", ["name"]))

    def test_json_of_a_list(self):
        self.env["ir.config_parameter"].set_param("web.json.enabled", True)
        headers = self.bearer()
        self.forget()
        action = self.env.ref("customer_archive.customer_archive_action")
        response = self.url_open(
            f"/json/1/action-{action.id}?view_type=list&limit=2&offset=0&domain=[('name','ilike','a trading')]",
            headers=headers,
        )
        self.assertEqual(len(response.json()["records"]), 2, response.text[:300])
        self.sales_entry("export", "rpc", count=2)

    @mute_logger("odoo.http", "odoo.addons.base.models.res_users")
    def test_a_wrong_key_is_a_failed_login(self):
        self.forget()
        headers = {"Authorization": "Bearer no"}
        response = self.url_open("/json/2/res.partner/search_read", json={"domain": []}, headers=headers)
        self.assertEqual(response.status_code, 401)
        [entry] = self.entries_apart(operation="login_failed")
        self.assertEqual((entry["channel"], entry["field_names"]), ("rpc", ["api_key"]))


@tagged("post_install", "-at_install")
class TestAuditLogin(AuditCase, HttpCase):
    def log_in(self, login, password):
        self.authenticate(None, None)
        self.forget()
        return self.url_open(
            "/web/login", data={"login": login, "password": password, "csrf_token": Request.csrf_token(self)}
        )

    def test_login_is_noted_with_its_address(self):
        self.log_in("archive_sales", "archive_sales")
        [entry] = self.entries_apart(operation="login")
        self.assertEqual((entry["user_id"], entry["login"]), (self.users["sales"].id, "archive_sales"))
        self.assertEqual((entry["address"], entry["channel"]), ("127.0.0.1", "web"))

    @mute_logger("odoo.addons.base.models.res_users")
    def test_failed_login_names_the_user_it_was_tried_for(self):
        self.log_in("archive_sales", "wrong-password")
        self.assertEqual(self.entries_apart(operation="login"), [])
        [entry] = self.entries_apart(operation="login_failed")
        self.assertEqual(entry["ids"], self.users["sales"].ids)
        self.assertIn("archive_sales", entry["contents"][0])
        self.assertNotIn("wrong-password", str(entry))

    @mute_logger("odoo.addons.base.models.res_users")
    def test_a_password_typed_as_login_is_not_kept(self):
        self.log_in("my-secret-password", "x")
        [entry] = self.entries_apart(operation="login_failed")
        self.assertEqual(entry["ids"], [])
        self.assertNotIn("my-secret", str(entry))
