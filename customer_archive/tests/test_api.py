import os
import re
import urllib.request
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME
from odoo.tools import file_open, mute_logger

from .common import WRONG_CODE, ArchiveCase


@tagged("post_install", "-at_install")
class TestApi(HttpCase, ArchiveCase):
    """The interface for other systems, by HTTP with an API key of a user with the one right that it needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The database may speak another language, and may not even have English.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.system = new_test_user(cls.env, login="archive_system", groups="customer_archive.group_user", lang="en_US")

    def setUp(self):
        super().setUp()
        self.key = self.make_key(self.system)

    def make_key(self, user):
        expiration = fields.Datetime.now() + timedelta(hours=1)
        return self.env["res.users.apikeys"].with_user(user)._generate("rpc", "Other system", expiration)

    def call(self, model, method, key=None, **arguments):
        headers = {"Authorization": f"bearer {key or self.key}"}
        with mute_logger("odoo.http"):
            return self.url_open(f"/json/2/{model}/{method}", json=arguments, headers=headers)

    def create(self, **values):
        vals = {"archive_state": "draft", "archive_source": "api", "name": "From elsewhere", "is_company": True}
        return self.call("res.partner", "create", vals_list=[{**vals, **values}])

    def run_example(self):
        """Run the example of the document as it stands there; only the test's cookie is added to its requests."""
        with file_open("customer_archive/readme/API.md") as document:
            [example] = re.findall(r"```python\n(.*?)```", document.read(), re.S)
        names = {}
        environ = {"ODOO_URL": self.base_url(), "ODOO_API_KEY": self.key}
        with patch.dict(os.environ, environ), self.urllib_in_test(), mute_logger("odoo.http"):
            exec(compile(example, "API.md", "exec"), names)  # noqa: S102
        return names

    def urllib_in_test(self):
        """Let Python's own library pass to the test's server."""
        case, original = self, urllib.request.OpenerDirector.open

        def open_with_cookie(opener, request, *args, **kwargs):
            case.cr.flush()
            case.cr.clear()
            with case.allow_requests():
                request.add_unredirected_header("Cookie", f"{TEST_CURSOR_COOKIE_NAME}={case.http_request_key}")
                return original(opener, request, *args, **kwargs)

        return patch.object(urllib.request.OpenerDirector, "open", open_with_cookie)

    def test_example_of_the_document(self):
        names = self.run_example()
        archive = self.env["res.partner"].browse(names["archive"])
        self.assertRecordValues(
            archive,
            [
                {
                    "name": "上海示例机械有限公司",
                    "vat": "91310115641341163E",
                    "phone": "021-50592061",
                    "archive_state": "draft",
                    "archive_source": "api",
                    "archive_submitted_by": self.system.id,
                    "archive_number": False,
                    "user_id": self.system.id,
                    "ref": "CRM-4711",
                }
            ],
        )
        self.assertEqual(archive.archive_contact_ids.name, "王敏")
        self.assertEqual(archive.industry_id.code, "C36")
        self.assertEqual([finding["field_name"] for finding in names["findings"]], ["phone"])
        self.assertFalse(archive.archive_issue_count)
        self.assertRegex(names["refusal"], "^403: .*Archive Status")
        self.assertEqual(names["state"]["vat"], "91310115641341163E")
        self.assertTrue(names["state"]["archive_is_submitted"])

    def test_example_run_twice_enters_one_archive(self):
        archive = self.env["res.partner"].browse(self.run_example()["archive"])
        # what the example does after the entry applies to drafts that are not submitted
        archive.archive_submitted_by = False
        self.env.flush_all()
        self.assertEqual(self.run_example()["archive"], archive.id)

    def test_change_of_a_formal_archive_as_in_the_document(self):
        names = self.run_example()
        archive = self.env["res.partner"].browse(names["archive"])
        self.as_user(archive, "reviewer_two").action_archive_check()
        self.as_user(archive, "reviewer").action_archive_approve()
        self.env.flush_all()
        environ = {"ODOO_URL": self.base_url(), "ODOO_API_KEY": self.key}
        with patch.dict(os.environ, environ), self.urllib_in_test():
            [proposal] = names["propose"](archive.id, {"city": "Shanghai"}, "New seat")
        self.env.invalidate_all()
        self.assertEqual((proposal["reason"], proposal["user_id"][0]), ("New seat", self.system.id))
        self.assertEqual(archive.city, "上海市", "the archive stays as it is until somebody decides")
        self.as_user(archive.archive_change_ids, "reviewer").action_approve_all()
        self.assertEqual(archive.city, "Shanghai")

    def test_controlled_facts_of_a_formal_archive_are_not_written_directly(self):
        archive = self.create_formal()
        archive.sudo().user_id = self.system
        self.env.flush_all()
        response = self.call("res.partner", "write", ids=archive.ids, vals={"city": "Shanghai"})
        self.assertEqual(response.status_code, 422)
        self.assertIn("Propose a change", response.json()["message"])
        response = self.call("res.partner", "write", ids=archive.ids, vals={"customer_history": "Met at a fair"})
        self.assertEqual((response.status_code, response.json()), (200, True))

    def test_entries_are_checked_as_in_the_screens(self):
        [archive] = self.create(vat=WRONG_CODE, country_id=self.china.id, email="x@").json()
        issues = self.env["customer.data.issue"].search([("partner_id", "=", archive), ("state", "=", "open")])
        self.assertLessEqual({"vat_check_digit", "email_invalid", "missing"}, set(issues.mapped("code")))
        response = self.call("res.partner", "action_archive_submit", ids=[archive])
        self.assertEqual(response.status_code, 422)
        self.assertIn("must be put right first", response.json()["message"])

    def test_what_buttons_set_is_refused(self):
        for values in (
            {"archive_state": "formal"},
            {"archive_state": "checked"},
            {"archive_number": "X-1"},
            {"archive_approved_by": self.system.id},
            {"archive_consent_date": "2026-01-01 00:00:00"},
            {"archive_source": "web"},
            {"user_id": self.users["sales"].id},
        ):
            response = self.create(**values)
            self.assertEqual(response.status_code, 403, values)
            self.assertEqual(response.json()["name"], "odoo.exceptions.AccessError")
        [archive] = self.create().json()
        response = self.call("res.partner", "write", ids=[archive], vals={"archive_source": "manual"})
        self.assertEqual(response.status_code, 403, "where an archive came from does not change")

    def test_source_is_an_employee_when_the_caller_does_not_say(self):
        values = {"archive_state": "draft", "name": "Customer"}
        [archive] = self.call("res.partner", "create", vals_list=[values]).json()
        self.assertEqual(self.env["res.partner"].browse(archive).archive_source, "manual")

    def test_a_call_is_whole_or_nothing(self):
        draft = {"archive_state": "draft", "name": "Whole or nothing"}
        response = self.call("res.partner", "create", vals_list=[draft, {**draft, "archive_number": "X-1"}])
        self.assertEqual(response.status_code, 403)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Whole or nothing")]))

    def test_key_without_the_right_or_no_key(self):
        user = new_test_user(self.env, login="archive_none", groups="base.group_user,base.group_partner_manager")
        response = self.call("res.partner", "create", key=self.make_key(user), vals_list=[
            {"archive_state": "draft", "name": "Customer"},
        ])
        self.assertEqual(response.status_code, 403)
        self.assertIn("takes the right", response.json()["message"])
        self.assertEqual(self.call("res.partner", "search", key="x" * 40, domain=[]).status_code, 401)

    def test_private_methods_are_out_of_reach(self):
        [archive] = self.create().json()
        for method in ("_allot_archive_number", "_set_archive_state", "_make_archive_workbook"):
            self.assertEqual(self.call("res.partner", method, ids=[archive]).status_code, 403, method)
        self.assertIn(self.call("customer.application", "_receive").status_code, (403, 404))

    def test_custom_facts_are_written_after_the_entry(self):
        [archive] = self.create(country_id=self.china.id).json()
        partner = self.env["res.partner"].browse(archive)
        partner.archive_template_id.properties_definition = [{"name": "aa", "string": "Machine", "type": "char"}]
        self.env.flush_all()
        vals = {"archive_properties": {"aa": "Lathe"}}
        self.assertEqual(self.call("res.partner", "write", ids=[archive], vals=vals).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(partner.archive_properties["aa"], "Lathe")

    def test_older_interface(self):
        if "rpc" not in self.env.registry._init_modules:
            self.skipTest("the host's addon of the older interfaces is not installed")
        values = {"archive_state": "draft", "archive_source": "api", "name": "By XML-RPC"}
        login = (self.env.cr.dbname, self.system.id, self.key)
        with mute_logger("odoo.addons.rpc.controllers.xmlrpc"):
            [archive] = self.xmlrpc_object.execute_kw(*login, "res.partner", "create", [[values]])
        self.assertEqual(self.env["res.partner"].browse(archive).archive_source, "api")
