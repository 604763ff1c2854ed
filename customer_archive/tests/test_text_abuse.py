from lxml import html
from markupsafe import Markup
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArchiveCase

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
MAIL = """Return-Path: <lady@hengli.example>
To: {to}
From: "{evil}" <lady@hengli.example>
Subject: {evil}
Message-Id: <abuse-1@hengli.example>
Content-Type: text/html; charset=utf-8

<p onclick="alert(3)">Good day</p><script>alert(4)</script><a href="javascript:alert(5)">terms</a>
<iframe src="//evil.example"></iframe>{evil}
"""


@tagged("post_install", "-at_install")
class TestTextAbuse(ArchiveCase):
    """HTML in texts that customers send, on every page of ours that shows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(
            "sales", name=f"Hengli {EVIL}", street=EVIL, customer_requirements=EVIL, customer_scope=EVIL,
            customer_history=EVIL, customer_wechat=EVIL, ref=EVIL, archive_access="internal",
        )
        cls.person = cls.env["res.partner"].create(
            {"name": f"Lady {EVIL}", "parent_id": cls.archive.id, "function": EVIL, "phone": "021-50959062"}
        )

    def assertHarmless(self, text):
        """No element and no attribute of what was sent, wherever it was put."""
        root = html.fromstring(f"<div>{text}</div>")
        # the host's own scripts stand on printed pages
        self.assertFalse(root.xpath("//@*[contains(., 'alert(')]"))
        self.assertFalse([node for node in root.xpath("//script") if "alert(" in (node.text or "")])
        self.assertFalse(root.xpath("//iframe[contains(@src, 'evil')]"))

    def test_printed_pages(self):
        reports = self.env["ir.actions.report"].search(
            [("model", "=", "res.partner"), ("report_name", "=like", "customer_archive.%"),
             ("report_type", "=", "qweb-pdf")]
        )
        self.assertTrue(reports)
        for report in reports:
            for record in (self.archive, self.person):
                text = report._render_qweb_html(report.report_name, record.ids)[0].decode()
                with self.subTest(report.report_name):
                    self.assertHarmless(text)

    def test_the_copy_that_a_person_gets(self):
        request = self.env["customer.privacy.request"].with_user(self.users["manager"]).create(
            {"kind": "copy", "search_name": "Lady", "partner_ids": self.person.ids, "identity_check": "login"}
        )
        request.action_find()
        request.action_copy()
        files = self.env["ir.attachment"].search([("res_model", "=", request._name), ("res_id", "=", request.id)])
        pages = [file for file in files if file.mimetype in ("text/html", "application/xhtml+xml")]
        for page in pages:
            self.assertHarmless(page.raw.decode())
        self.assertFalse([finding for finding in request.finding_ids if "<img" in str(finding.display_name)])

    def test_reasons_and_decisions_in_the_chatter(self):
        self.archive.with_user(self.users["sales"]).action_archive_submit()
        self.as_user(self.archive, "reviewer")._take_archive_step("reject", EVIL)
        bodies = self.archive.message_ids.mapped("body")
        self.assertTrue([body for body in bodies if "alert(1)" in body], "the reason is told, as text")
        for body in bodies:
            self.assertHarmless(body)

    def test_notes_on_activities(self):
        self.archive.with_user(self.users["sales"]).action_archive_submit()
        for activity in self.archive.activity_ids:
            self.assertHarmless(activity.note or "")

    def test_a_mail_from_a_customer(self):
        """A mail that answers a message of ours stands in the archive's chatter: its text, and nothing that runs."""
        message = self.archive.message_post(body="Our offer", message_type="comment", subtype_xmlid="mail.mt_comment")
        raw = MAIL.format(to="catchall@test.example", evil=EVIL).replace(
            "Content-Type", f"In-Reply-To: {message.message_id}\nContent-Type"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process("res.partner", raw, thread_id=self.archive.id)
        mail = self.archive.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("Good day", mail.body)
        self.assertHarmless(mail.body)

    def test_the_consent_text_of_the_company(self):
        company = self.env.company
        company.archive_apply_consent = Markup("<p onclick='alert(3)'>We keep</p>") + Markup(EVIL)
        self.assertIn("We keep", company.archive_apply_consent)
        self.assertHarmless(company.archive_apply_consent)

    def test_pairs_of_duplicates(self):
        other = self.create_archive("sales", name=f"Hengli {EVIL}", phone=self.archive.phone, vat=False)
        finder = self.env["customer.duplicate.finder"]
        finder._refresh_keys((self.archive | other).ids)
        finder._search_partners((self.archive | other).ids)
        pair = self.env["customer.duplicate"].search([("other_id", "=", other.id)])
        self.assertTrue(pair)
        html_fields = [name for name, field in pair._fields.items() if field.type == "html"]
        self.assertFalse(html_fields, "the page puts texts together itself, and escapes them")
