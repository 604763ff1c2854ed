from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.ir_ui_view import _find_records
from .audit_common import AuditCase


@tagged("post_install", "-at_install")
class TestAuditPage(AuditCase, HttpCase):
    """Pages that are made with superuser rights are read by the person who asks for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name="Alpha Trading").sudo()
        cls.other = cls.create_archive(name="Beta Trading").sudo()
        cls.portal = new_test_user(cls.env, login="archive_portal", groups="base.group_portal", name="Li Na")
        cls.portal.partner_id.parent_id = cls.archive
        cls.public = cls.env.ref("base.public_user")
        cls.env.flush_all()

    def log_in(self, login=None):
        self.authenticate(login, login)
        self.forget()

    def open(self, path, status=200):
        response = self.url_open(path)
        self.assertEqual(response.status_code, status, response.text[:500])
        return response.text

    def seen(self, operation="read", model="res.partner"):
        """Entries about customers, whatever connection they were written on."""
        self.env.cr.flush()
        found = {entry["id"]: entry for entry in self.entries() + self.entries_apart()}
        return [entry for entry in found.values() if (entry["operation"], entry["model"]) == (operation, model)]

    def assert_seen(self, user, customers, template, operation="read"):
        [entry] = self.seen(operation)
        self.assertEqual((entry["user_id"], entry["login"]), (user.id, user.login))
        self.assertEqual((entry["channel"], entry["address"]), ("portal", "127.0.0.1"))
        self.assertEqual(set(entry["ids"]), set(customers.ids))
        self.assertIn(template, entry["field_names"])

    def test_own_facts_and_those_of_the_company_in_the_portal(self):
        self.log_in("archive_portal")
        self.assertIn("Li Na", self.open("/my/account"))
        self.assert_seen(self.portal, self.portal.partner_id | self.archive, "portal.portal_my_details")

    def test_addresses_of_the_company_in_the_portal(self):
        self.archive.write({"email": "info@alpha.example", "street": "Nanjing Road 1", "zip": "200001"})
        branch = self.env["res.partner"].create(
            {"name": "Branch", "type": "invoice", "parent_id": self.archive.id, "street": "Harbour Road 7"}
        )
        self.env.flush_all()
        self.log_in("archive_portal")
        self.assertIn("Harbour Road 7", self.open("/my/addresses"))
        [entry] = self.seen()
        self.assertEqual((entry["user_id"], entry["channel"]), (self.portal.id, "portal"))
        self.assertLessEqual({branch.id, self.archive.id}, set(entry["ids"]))
        self.assertNotIn(self.other.id, entry["ids"])

    def test_pages_without_customers_leave_nothing(self):
        self.log_in("archive_portal")
        for path in ("/my", "/my/security"):
            self.open(path)
        self.log_in()
        for path in ("/web/login", "/robots.txt"):
            self.url_open(path)
        self.assertEqual(self.seen(), [])

    def test_page_behind_a_link(self):
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.users"), "res_id": self.env.uid,
                "partner_id": self.other.id, "rated_partner_id": self.env.user.partner_id.id,
            }
        )
        self.env.flush_all()
        self.log_in()
        self.open(f"/rate/{rating.access_token}/5")
        self.assert_seen(self.public, self.other, "rating.rating_external_page_submit")

    def test_wrong_link_leaves_nothing(self):
        self.log_in()
        with mute_logger("odoo.http"):
            self.open("/rate/guess/5", 404)
        self.assertEqual(self.seen(), [])

    def test_visitor_whose_entry_is_compared_with_customers_has_read_none(self):
        company = self.env.company
        company.archive_apply_enabled = True
        self.env.flush_all()
        self.log_in()
        page = f"/customer/apply/{company.id}"
        self.open(page)
        data = {"name": self.archive.name, "phone": self.archive.phone, "vat": self.archive.vat}
        self.url_open(page, data={**data, "csrf_token": Request.csrf_token(self)})
        self.assertEqual(self.seen(), [])

    def test_employee_who_takes_the_way_of_the_portal(self):
        self.log_in("archive_sales")
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.users"), "res_id": self.env.uid,
                "partner_id": self.other.id,
            }
        )
        self.env.flush_all()
        self.open(f"/rate/{rating.access_token}/submit_feedback")
        [entry] = self.seen()
        self.assertEqual((entry["login"], entry["channel"], entry["ids"]), ("archive_sales", "web", self.other.ids))

    def test_lists_in_lists_are_looked_through(self):
        values = {"orders": [{"of": self.other}], "partner": self.archive, "text": "Alpha", "user": self.portal}
        self.assertEqual(list(_find_records(values)), [self.other, self.archive, self.portal])
        self.assertEqual(self.env["customer.audit.log"]._get_shown_records(self.portal), [])

    def test_document_that_is_deleted_does_not_break_its_page(self):
        rating = self.env["rating.rating"].create(
            {"res_model_id": self.env["ir.model"]._get_id("res.users"), "res_id": 1, "partner_id": self.other.id}
        )
        self.assertIn(self.other, self.env["customer.audit.log"]._get_shown_records(rating))
        rating.unlink()
        self.assertEqual(self.env["customer.audit.log"]._get_shown_records(rating), [rating])


@tagged("post_install", "-at_install")
class TestAuditPageOfOtherApps(AuditCase, HttpCase):
    """An order behind its link, as a page and as a file."""

    def setUp(self):
        super().setUp()
        if "sale.order" not in self.env:
            self.skipTest("without orders")
        self.archive = self.create_archive(name="Alpha Trading").sudo()
        self.branch = self.env["res.partner"].create({"name": "Branch", "parent_id": self.archive.id})
        self.order = self.env["sale.order"].create(
            {"partner_id": self.archive.id, "partner_shipping_id": self.branch.id}
        )
        self.order.action_quotation_sent()
        self.path = f"/my/orders/{self.order.id}?access_token={self.order._portal_ensure_token()}"
        self.env.flush_all()
        self.authenticate(None, None)
        self.forget()

    def seen(self, operation):
        self.env.cr.flush()
        found = {entry["id"]: entry for entry in self.entries() + self.entries_apart()}
        return [e for e in found.values() if (e["operation"], e["model"]) == (operation, "res.partner")]

    def test_page(self):
        self.assertEqual(self.url_open(self.path).status_code, 200)
        [entry] = self.seen("read")
        self.assertEqual((entry["login"], entry["channel"], entry["address"]), ("public", "portal", "127.0.0.1"))
        self.assertEqual(set(entry["ids"]), set((self.archive | self.branch).ids))
        self.assertIn("sale.sale_order_portal_template", entry["field_names"])

    def test_printed(self):
        self.assertEqual(self.url_open(f"{self.path}&report_type=html").status_code, 200)
        [entry] = self.seen("print")
        self.assertEqual((entry["login"], entry["channel"]), ("public", "portal"))
        self.assertEqual(set(entry["ids"]), set((self.archive | self.branch).ids))

    def test_wrong_token(self):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            self.url_open(f"/my/orders/{self.order.id}?access_token=guess")
        self.assertEqual(self.seen("read"), [])
