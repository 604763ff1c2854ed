import threading
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.http import root
from odoo.service.db import list_dbs
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import config, mute_logger

from ..acting import origin
from .audit_common import AuditCase


@tagged("post_install", "-at_install")
class TestAuditChannel(AuditCase, HttpCase):
    """An entry says which way somebody came, and nobody can say otherwise."""

    def test_scheduled_actions_are_named(self):
        archive = self.create_archive(name="Alpha Trading")
        cron = self.env["ir.cron"].create(
            {
                "name": "Change",
                "model_id": self.env["ir.model"]._get("res.partner").id,
                "state": "code",
                "code": f"model.browse({archive.id}).write({{'city': 'Wuhan'}})",
                "interval_number": 1,
                "interval_type": "days",
            }
        )
        with self.enter_registry_test_mode():
            self.forget()
            cron.method_direct_trigger()
        entry = self.only_entry(model="res.partner", operation="write")
        self.assertEqual((entry["channel"], entry["address"]), ("cron", None))

    def test_the_portal_is_named(self):
        archive = self.create_archive(name="Alpha Trading")
        user = new_test_user(self.env, login="archive_portal", groups="base.group_portal")
        user.partner_id.parent_id = archive
        self.env.flush_all()
        self.authenticate("archive_portal", "archive_portal")
        self.forget()
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/read",
            {
                "model": "res.partner", "method": "read", "args": [user.partner_id.ids, ["name"]],
                "kwargs": {"context": {"cron_id": 1}},
            },
        )
        entries = self.entries_apart(model="res.partner", user_id=user.id)
        [entry] = entries + self.entries(model="res.partner", user_id=user.id)
        self.assertEqual((entry["channel"], entry["operation"]), ("portal", "read"))
        self.assertEqual((entry["ids"], entry["address"]), (user.partner_id.ids, "127.0.0.1"))


@tagged("post_install", "-at_install")
class TestAuditSeveralDatabases(AuditCase, HttpCase):
    """A server of several databases: a program names the one it means in its call, and no session does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name="Alpha Trading")
        cls.domain = [["id", "=", cls.archive.id]]
        cls.sales = cls.users["sales"]

    def setUp(self):
        super().setUp()
        names = [self.env.cr.dbname, "another"]
        self.enterContext(patch.dict(config.options, {"db_name": names, "dbfilter": ""}))
        self.assertEqual(list_dbs(), sorted(names))

    def assert_known(self, entry, operation="read"):
        self.assertEqual((entry["operation"], entry["user_id"]), (operation, self.sales.id))
        self.assertEqual((entry["channel"], entry["address"]), ("rpc", "127.0.0.1"))

    def routes_without_database(self):
        """Classes of the controllers that answer where no database is named."""
        return {rule.endpoint.func.__self__.__class__.__module__ for rule in root.nodb_routing_map.iter_rules()}

    def call_xmlrpc(self, *args):
        with mute_logger("odoo.addons.rpc.controllers.xmlrpc"):
            return self.xmlrpc_object.execute_kw(self.env.cr.dbname, self.sales.id, "archive_sales", *args)

    def test_xmlrpc(self):
        self.assertFalse([name for name in self.routes_without_database() if "customer_archive" in name])
        self.assertEqual(len(self.call_xmlrpc("res.partner", "search_read", [self.domain], {"fields": ["name"]})), 1)
        self.assert_known(self.only_entry(model="res.partner", user_id=self.sales.id))

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")
    def test_login_by_xmlrpc(self):
        self.xmlrpc_common.authenticate(self.env.cr.dbname, "archive_sales", "archive_sales", {})
        [entry] = self.entries_apart(operation="login")
        self.assert_known(entry, "login")

    @mute_logger("odoo.addons.rpc.controllers.jsonrpc")
    def test_jsonrpc(self):
        arguments = [
            self.env.cr.dbname, self.sales.id, "archive_sales", "res.partner", "search_read", [self.domain],
            {"fields": ["name"]},
        ]
        self.make_jsonrpc_request("/jsonrpc", {"service": "object", "method": "execute_kw", "args": arguments})
        self.assert_known(self.only_entry(model="res.partner", user_id=self.sales.id))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.rpc.controllers.jsonrpc", "odoo.http")
    def test_denial(self):
        hidden = self.create_archive("colleague", archive_access="owner", archive_team_id=False)
        self.forget()
        arguments = [
            self.env.cr.dbname, self.sales.id, "archive_sales", "res.partner", "read", [hidden.ids, ["name"]],
        ]
        answer = self.url_open(
            "/jsonrpc",
            json={"params": {"service": "object", "method": "execute_kw", "args": arguments}},
        )
        self.assertIn("AccessError", answer.text)
        [entry] = self.entries_apart(operation="denied")
        self.assert_known(entry, "denied")

    def test_json2_names_the_database_in_a_header(self):
        keys = self.env["res.users.apikeys"].with_user(self.sales)
        key = keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        self.forget()
        answer = self.url_open(
            "/json/2/res.partner/search_read",
            json={"domain": self.domain, "fields": ["name"]},
            headers={"Authorization": f"Bearer {key}", "X-Odoo-Database": self.env.cr.dbname},
        )
        self.assertEqual(len(answer.json()), 1)
        [entry] = self.entries_apart(model="res.partner", user_id=self.sales.id)
        self.assert_known(entry)

    def test_what_no_request_sets_off_has_no_address(self):
        found = []
        thread = threading.Thread(target=lambda: found.append(origin(self.sales)))
        thread.start()
        thread.join()
        self.assertEqual([*found, origin(self.sales)], [("shell", None)] * 2)
