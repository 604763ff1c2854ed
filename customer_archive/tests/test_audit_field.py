from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .audit_common import AuditCase
from .encrypted_common import NUMBER

# Open to administrators of users only.
CLOSED = "signup_type"


@tagged("post_install", "-at_install")
class TestAuditField(AuditCase):
    """Who asks for a field that is closed to them leaves a denial, though the request is rolled back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name="Alpha Trading")
        cls.partners = cls.as_user(cls.env["res.partner"], "sales")

    def refuse(self, function, *args, **kwargs):
        """Call what is refused, in a transaction that is undone; return the one entry about it."""
        self.forget()
        with mute_logger("odoo.models", "odoo.orm.models"), self.assertRaises(AccessError), self.env.cr.savepoint():
            function(*args, **kwargs)
        self.assertEqual(self.entries(model="res.partner"), [])
        [entry] = self.entries_apart(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["login"]), ("denied", "archive_sales"))
        return entry

    def test_reading(self):
        archive = self.as_user(self.archive, "sales")
        spec = {CLOSED: {}}
        for call, args in (
            (archive.read, [[CLOSED]]),
            (archive.web_read, [spec]),
            (archive.mapped, [CLOSED]),
            (self.partners.search_read, [[("id", "=", archive.id)], [CLOSED]]),
            (self.partners.web_search_read, [[("id", "=", archive.id)], spec]),
        ):
            with self.subTest(call.__name__):
                entry = self.refuse(call, *args)
                self.assertEqual(entry["field_names"], ["read", CLOSED])
        self.assertEqual(self.refuse(archive.read, [CLOSED])["ids"], self.archive.ids)

    def test_exporting(self):
        self.users["sales"].group_ids |= self.env.ref("base.group_allow_export")
        entry = self.refuse(self.as_user(self.archive, "sales").export_data, ["name", CLOSED])
        self.assertEqual(entry["field_names"], ["read", CLOSED])

    def test_searching_sorting_grouping_and_summing(self):
        for name, call in {
            "domain": lambda: self.partners.search([(CLOSED, "=", "reset")]),
            "path": lambda: self.partners.search([("child_ids.signup_type", "=", "reset")]),
            "other model": lambda: self.as_user(self.env["res.users"], "sales").search(
                [(f"partner_id.{CLOSED}", "=", "reset")]
            ),
            "count": lambda: self.partners.search_count([(CLOSED, "!=", False)]),
            "order": lambda: self.partners.search([], order=f"{CLOSED} desc"),
            "group": lambda: self.partners.formatted_read_group([], [CLOSED], ["__count"]),
            "aggregate": lambda: self.partners._read_group([], [], [f"{CLOSED}:max"]),
            "having": lambda: self.partners._read_group([], ["name"], [], having=[(f"{CLOSED}:max", "=", "reset")]),
            "filter": lambda: self.as_user(self.archive, "sales").filtered_domain([(CLOSED, "=", "reset")]),
        }.items():
            with self.subTest(name):
                self.assertEqual(self.refuse(call)["field_names"], ["read", CLOSED])

    def test_writing(self):
        entry = self.refuse(self.partners.create, {"name": "Beta Trading", CLOSED: "reset"})
        self.assertEqual(entry["field_names"], ["write", CLOSED])
        # a value is compared with the one before, so that reading is what is refused first
        entry = self.refuse(self.as_user(self.archive, "sales").write, {CLOSED: "reset"})
        self.assertEqual((entry["field_names"], entry["ids"]), (["read", CLOSED], self.archive.ids))

    def test_searching_for_an_encrypted_value(self):
        entry = self.refuse(self.partners.search, [("customer_identity_number", "=", NUMBER)])
        self.assertEqual(entry["field_names"], ["search", "customer_identity_number"])
        self.assertNotIn(NUMBER, str(entry))

    def test_what_only_asks_whether_it_may_leaves_nothing(self):
        self.partners.fields_get([CLOSED])
        self.as_user(self.archive, "sales").copy_data()
        self.as_user(self.archive, "sales").name  # noqa: B018
        self.assertEqual(self.entries_apart(operation="denied"), [])

    def test_superuser_is_refused_nothing(self):
        self.archive.sudo().read([CLOSED])
        self.assertEqual(self.entries_apart(operation="denied"), [])


@tagged("post_install", "-at_install")
class TestAuditFieldHttp(AuditCase, HttpCase):
    @mute_logger("odoo.http", "odoo.models", "odoo.orm.models")
    def test_browser_that_asks_for_a_closed_field(self):
        archive = self.create_archive(name="Alpha Trading")
        self.authenticate("archive_sales", "archive_sales")
        self.forget()
        params = {"model": "res.partner", "method": "read", "args": [archive.ids, [CLOSED]], "kwargs": {}}
        answer = self.url_open(
            "/web/dataset/call_kw/res.partner/read",
            json={"params": params, "csrf_token": Request.csrf_token(self)},
        )
        self.assertIn("AccessError", answer.text)
        [entry] = self.entries_apart(model="res.partner", user_id=self.users["sales"].id)
        self.assertEqual((entry["operation"], entry["field_names"]), ("denied", ["read", CLOSED]))
        self.assertEqual((entry["address"], entry["channel"], entry["ids"]), ("127.0.0.1", "web", archive.ids))
