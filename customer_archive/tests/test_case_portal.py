import base64
import json
import re
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.upload import Limits
from .audit_common import AuditCase
from .case_common import CaseCase

# One dot: the smallest picture that can be read.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SCRIPT = "<script>alert(1)</script>"


class CasePortalCase(CaseCase, HttpCase):
    """A person of the customer who may log in, and another customer's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = new_test_user(cls.env, "portal_gu", "base.group_portal", name="Gu Portal", email="gp@h.example")
        cls.person.partner_id.parent_id = cls.archive
        cls.strange_archive = cls.create_archive("colleague", name="Ningbo Beilun Pumps", archive_access="owner")
        cls.stranger = new_test_user(cls.env, "portal_xu", "base.group_portal", email="xu@b.example")
        cls.stranger.partner_id.parent_id = cls.strange_archive

    def log_in(self, login="portal_gu"):
        self.authenticate(login, login)

    def send(self, url="/my/cases/new", files=(), **data):
        facts = {"kind": "complaint", "name": "Cracks", "description": "Two housings leak"}
        data = {"csrf_token": Request.csrf_token(self), **(facts if url.endswith("new") else {}), **data}
        parts = [("files", file) for file in files]
        return self.url_open(url, data=data, files=parts or None)

    def get_cases(self):
        return self.env["customer.case"].search([("contact_id", "=", self.person.partner_id.id)])


@tagged("post_install", "-at_install")
class TestCasePortalOpen(CasePortalCase):
    """A customer opens a case."""

    def setUp(self):
        super().setUp()
        self.log_in()

    def test_a_case_with_a_photo_reaches_who_answers_for_it(self):
        page = self.url_open("/my/cases/new")
        self.assertIn("Casting", page.text)
        page = self.send(category_id=self.pain.id, files=[("crack.png", DOT, "image/png")])
        case = self.get_cases()
        self.assertIn(case.number, page.text)
        self.assertIn("we have received it", page.text)
        self.assertEqual((case.partner_id, case.category_id, case.kind), (self.archive, self.pain, "complaint"))
        self.assertEqual((case.department_id, case.channel_id.name), (self.department, "Customer Portal"))
        self.assertEqual(case.user_id, self.users["sales"])
        self.assertEqual(case.state, "new")
        files = case._get_portal_files()
        self.assertEqual((files.name, files.raw, files.mimetype), ("crack.png", DOT, "image/png"))
        self.assertEqual(files.sudo().res_id, case.id)
        self.assertIn(self.person.partner_id, case.message_partner_ids)
        self.assertFalse(case.date_answered, "the customer wrote")
        shown = self.url_open(re.search(r"/web/image/\d+/256x256\?access_token=[\w-]+", page.text).group())
        self.assertEqual(shown.headers["Content-Type"], "image/png")

    def test_a_category_says_the_kind(self):
        self.send(kind="service", category_id=self.pain.id)
        self.assertEqual(self.get_cases().kind, "complaint")

    def test_scripts_are_text(self):
        page = self.send(name=f"{SCRIPT} leaks", description=f"{SCRIPT}\na < b")
        case = self.get_cases()
        self.assertEqual(case.name, f"{SCRIPT} leaks")
        self.assertNotIn("<script>", case.description)
        self.assertNotIn(SCRIPT, page.text)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; leaks", page.text)
        self.assertIn("a &lt; b", page.text)

    def test_what_was_typed_stays_where_something_is_wrong(self):
        page = self.send(name=" ", description="It leaks <badly>", category_id=self.pain.id)
        self.assertIn("Say in a few words", page.text)
        self.assertIn("It leaks &lt;badly&gt;", page.text)
        self.assertRegex(page.text, rf'<option value="{self.pain.id}" selected')
        self.assertFalse(self.get_cases())

    def test_each_field_says_what_is_wrong(self):
        hidden = self.env["customer.case.category"].create({"name": "Own use", "is_offered": False})
        self.assertNotIn("Own use", self.url_open("/my/cases/new").text)
        for wrong, says in (
            ({"kind": "x"}, "Choose what it is"),
            ({"category_id": hidden.id}, "Choose one of the list"),
            ({"category_id": "x"}, "Choose one of the list"),
            ({"document": "sale.order,1"}, "Choose one of your own"),
            ({"description": ""}, "Tell us what happened"),
            ({"name": "x" * 121}, "longer than 120"),
        ):
            with self.subTest(wrong):
                self.assertIn(says, self.send(**wrong).text)
        self.assertFalse(self.get_cases())

    def test_files_that_are_not_taken_are_refused_with_one_sentence_and_the_text_stays(self):
        patched = patch.object(
            type(self.env["customer.case.entry"]), "_get_file_limits", lambda self: Limits(2, 1024)
        )
        for files, says in (
            ([("a.png", SCRIPT.encode(), "image/png")], "no photo and no PDF"),
            ([("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")], "no photo and no PDF"),
            ([("a.png", DOT, "image/png")] * 3, "at most 2"),
            ([("a.png", DOT + b"0" * 1024, "image/png")], "larger than"),
            ([("a.png", b"", "image/png")], "is empty"),
        ):
            with self.subTest(says), patched:
                page = self.send(files=files)
                self.assertIn(says, page.text)
                self.assertIn("Two housings leak", page.text)
        self.assertIn("does not keep them", self.send(name="", files=[("a.png", DOT, "image/png")]).text)
        self.assertFalse(self.get_cases())

    def test_a_page_named_like_a_picture_is_kept_as_what_it_is(self):
        self.send(files=[("photo.html", DOT, "text/html")])
        self.assertEqual(self.get_cases()._get_portal_files().name, "photo.html.png")

    def test_nobody_opens_cases_without_end(self):
        limits = {"post": (9, 9, 3600), "case": (2, 9, 3600), "file": (9, 9, 3600)}
        with patch.object(type(self.env["customer.case.entry"]), "_get_entry_limits", lambda self: limits):
            for _time in range(2):
                self.assertIn("we have received it", self.send().text)
            page = self.send(description="The third one")
            self.assertIn("a lot at once", page.text)
            self.assertIn("The third one", page.text)
        self.assertEqual(len(self.get_cases()), 2)

    @mute_logger("odoo.addons.customer_archive.models.customer_case_entry")
    def test_a_check_that_refuses_tells_nothing_and_loses_nothing(self):
        with patch.object(type(self.env["customer.case"]), "message_subscribe", _refuse):
            page = self.send()
        self.assertIn("could not be stored", page.text)
        self.assertNotIn("Secret", page.text)
        self.assertIn("Two housings leak", page.text)

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_is_refused(self):
        self.assertEqual(self.send(csrf_token="x").status_code, 400)
        self.assertFalse(self.get_cases())

    def test_who_is_not_logged_in_opens_nothing(self):
        self.logout()
        self.assertIn("/web/login", self.url_open("/my/cases/new").url)
        self.assertIn("/web/login", self.url_open("/my/cases").url)

    def test_somebody_without_an_archive_opens_a_case_that_a_person_assigns(self):
        alone = new_test_user(self.env, "portal_yu", "base.group_portal", email="yu@x.example")
        self.log_in("portal_yu")
        page = self.send()
        case = self.env["customer.case"].search([("contact_id", "=", alone.partner_id.id)])
        self.assertFalse(case.partner_id)
        self.assertIn(case.number, page.text)
        self.assertIn(case.name, self.url_open("/my/cases").text)


def _refuse(records, *args):
    raise ValidationError("Secret of another customer")


@tagged("post_install", "-at_install")
class TestCasePortalFollow(CasePortalCase):
    """A customer follows a case."""

    def setUp(self):
        super().setUp()
        self.case = self.create_complaint(name="Leaking pumps", contact_id=self.person.partner_id.id)
        self.strange = self.create_case("colleague", partner_id=self.strange_archive.id, name="Of others")

    def get_token(self, case=None):
        return (case or self.case).sudo()._portal_ensure_token()

    def test_people_of_the_customer_see_its_cases_and_no_others(self):
        self.log_in()
        page = self.url_open("/my/cases").text
        self.assertIn("Leaking pumps", page)
        self.assertNotIn("Of others", page)
        count = self.url_open(
            "/my/counters", data=json.dumps({"params": {"counters": ["customer_case_count"]}}),
            headers={"Content-Type": "application/json"},
        ).json()["result"]
        self.assertEqual(count, {"customer_case_count": 1})
        page = self.url_open(f"/my/cases/{self.case.id}").text
        self.assertIn(self.case._get_portal_words()["new"], page)
        self.assertIn("To be solved until", page)
        for model in ("customer.case", "customer.case.category", "customer.case.department"):
            self.assertFalse(self.env[model].with_user(self.person).has_access("read"), model)

    def test_what_is_not_theirs_and_what_does_not_exist_are_the_same(self):
        self.log_in()
        self.get_token(self.strange)
        urls = (self.strange.id, f"{self.strange.id}?access_token=x", 999999999, 99999999999999)
        pages = []
        for url in urls:
            page = self.url_open(f"/my/cases/{url}")
            self.assertEqual(page.status_code, 404, url)
            pages.append(re.sub(r'csrf_token: "[^"]*"|[0-9]{5,}', "", page.text))
        self.assertEqual(len(set(pages)), 1)
        self.assertEqual(self.send(f"/my/cases/{self.strange.id}/files").status_code, 404)

    def test_a_link_shows_one_case_without_a_login(self):
        token = self.get_token()
        page = self.url_open(f"/my/cases/{self.case.id}?access_token={token}")
        self.assertIn("Leaking pumps", page.text)
        for wrong in ("", "x", token[:-1], self.get_token(self.strange)):
            self.assertEqual(self.url_open(f"/my/cases/{self.case.id}?access_token={wrong}").status_code, 404, wrong)
        self.assertEqual(self.url_open(f"/my/cases/{self.strange.id}?access_token={token}").status_code, 404)

    def test_staff_without_a_right_on_the_customer_have_none_here(self):
        for login, status in (("sales", 200), ("colleague", 404)):
            self.users[login].password = "long-enough-for-tests"
            self.authenticate(self.users[login].login, "long-enough-for-tests")
            self.assertEqual(self.url_open(f"/my/cases/{self.case.id}").status_code, status, login)

    def test_notes_among_staff_and_their_files_are_not_shown(self):
        self.case.message_post(body="Cheap material", attachments=[("secret.png", DOT)], subtype_xmlid="mail.mt_note")
        self.case.message_post(
            body="See here", attachments=[("public.png", DOT)], message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.log_in()
        page = self.url_open(f"/my/cases/{self.case.id}").text
        self.assertIn("public.png", page)
        self.assertNotIn("secret.png", page)
        found = self.make_jsonrpc_request(
            "/mail/chatter_fetch",
            {"thread_model": "customer.case", "thread_id": self.case.id, "token": self.get_token(), "fetch_params": {}},
        )
        self.assertIn("See here", json.dumps(found))
        self.assertNotIn("Cheap material", json.dumps(found))

    def test_photos_are_added_by_the_link_in_the_name_of_whom_it_was_sent_to(self):
        token = self.get_token()
        self.authenticate(None, None)
        page = self.send(
            f"/my/cases/{self.case.id}/files", files=[("more.png", DOT, "image/png")], access_token=token
        )
        self.assertIn("files have arrived", page.text)
        message = self.case.message_ids[0]
        self.assertEqual((message.author_id, message.attachment_ids.name), (self.person.partner_id, "more.png"))
        page = self.send(f"/my/cases/{self.case.id}/files", access_token=token)
        self.assertIn("Choose the files first", page.text)
        page = self.send(
            f"/my/cases/{self.case.id}/files", files=[("x.png", b"MZ", "image/png")], access_token=token
        )
        self.assertIn("no photo and no PDF", page.text)
        self.case._cancel("No case")
        page = self.send(
            f"/my/cases/{self.case.id}/files", files=[("x.png", DOT, "image/png")], access_token=token
        )
        self.assertIn("has ended", page.text)

    def post_message(self, body, token):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "customer.case", "thread_id": self.case.id, "token": token,
                "post_data": {"body": body, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"},
            },
        )

    def test_an_answer_of_the_customer_ends_the_waiting(self):
        self.case.action_start()
        self.case.action_wait()
        token = self.get_token()
        self.log_in()
        self.post_message(f"It is number 7 {SCRIPT}", token)
        self.case.invalidate_recordset()
        self.assertEqual(self.case.state, "progress")
        self.assertFalse(self.case.waiting_since)
        [message] = self.case.message_ids.filtered(lambda message: "number 7" in message.body)
        self.assertEqual(message.author_id, self.person.partner_id)
        self.assertNotIn("<script>", message.body)

    def test_who_is_not_of_the_customer_ends_no_waiting(self):
        self.case.action_start()
        self.case.action_wait()
        for author in (self.users["sales"].partner_id, self.stranger.partner_id):
            self.case.sudo().message_post(
                body="Hm", author_id=author.id, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.case.sudo().message_post(
            body="I am away", author_id=self.gu.id, message_type="out_of_office", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.case.state, "waiting")

    @mute_logger("odoo.http")
    def test_files_of_messages_are_checked_as_those_of_the_form(self):
        token = self.get_token()
        self.log_in()

        def attach(content, **params):
            data = {
                "csrf_token": Request.csrf_token(self), "thread_model": "customer.case", "thread_id": self.case.id,
                "is_pending": "true", **params,
            }
            return self.url_open("/mail/attachment/upload", data=data, files={"ufile": ("a.png", content, "image/png")})

        self.assertIn("no photo and no PDF", attach(SCRIPT.encode(), token=token).json()["error"])
        self.assertIn("attachment_id", attach(DOT, token=token).json()["data"])
        self.assertEqual(attach(DOT, token="x").status_code, 404)

    def test_the_button_leads_staff_to_the_page(self):
        self.assertIn(f"/my/cases/{self.case.id}?access_token=", self.case.action_preview()["url"])


@tagged("post_install", "-at_install")
class TestCasePortalLog(AuditCase, CasePortalCase):
    """The log knows who saw a case on the portal."""

    def test_a_page_is_noted(self):
        case = self.create_complaint(contact_id=self.person.partner_id.id)
        self.log_in()
        self.forget()
        self.assertEqual(self.url_open(f"/my/cases/{case.id}").status_code, 200)
        entries = [
            entry for entry in self.entries(model="res.partner", user_id=self.person.id)
            if self.archive.id in entry["ids"]
        ]
        self.assertEqual({entry["operation"] for entry in entries}, {"read"})
        self.assertTrue(entries)
