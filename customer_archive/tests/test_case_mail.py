from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .case_common import CaseCase

MAIL = """From: {sender}
To: service@cases.example
Subject: {subject}
Message-Id: <{key}@mail.example>
{more}MIME-Version: 1.0
Content-Type: text/html; charset="utf-8"

{body}
"""


@tagged("post_install", "-at_install")
class TestCaseMail(CaseCase):
    """Mails that come in, as the mail server hands them over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "cases.example"})
        cls.env.company.alias_domain_id = domain
        cls.env.company._set_case_alias("service")

    def receive(self, sender="Gu <gu@haitian.example>", **parts):
        facts = {"subject": "It leaks", "body": "<p>Please look</p>", "key": "1", "more": "", **parts}
        raw = MAIL.format(sender=sender, **facts)
        known = self.env["customer.case"].search([])
        self.env["mail.thread"].message_process(False, raw)
        return self.env["customer.case"].search([]) - known

    def test_a_known_sender_makes_a_case_of_the_customer(self):
        case = self.receive()
        self.assertEqual((case.partner_id, case.contact_id, case.company_id), (self.archive, self.gu, self.env.company))
        self.assertEqual((case.name, case.state, case.user_id), ("It leaks", "new", self.users["sales"]))
        self.assertEqual(case.channel_id, self.env.ref("customer_archive.customer_interaction_channel_mail"))
        self.assertIn("Please look", case.description)
        self.assertTrue(case.number and case.deadline)
        self.assertFalse(case.date_answered)
        self.assertFalse(self.as_user(case, "colleague").has_access("read"), "it is as hidden as the customer")

    def test_an_unknown_sender_makes_a_case_that_a_person_assigns(self):
        case = self.receive("Nobody <nobody@x.example>", subject="")
        self.assertFalse(case.partner_id or case.contact_id)
        self.assertEqual(case.name, "Mail without a subject")
        self.assertIn("nobody@x.example", case.email_from)
        self.as_user(case, "sales").partner_id = self.archive
        self.assertEqual(case.partner_id, self.archive)

    def test_an_address_of_two_customers_is_nobodys(self):
        other = self.create_archive("colleague", name="Others")
        self.env["res.partner"].create({"name": "Gu", "parent_id": other.id, "email": "gu@haitian.example"})
        self.assertFalse(self.receive().partner_id)

    def test_a_contact_without_an_archive_is_the_contact_person(self):
        person = self.env["res.partner"].create({"name": "Yu", "email": "yu@x.example"})
        case = self.receive("yu@x.example")
        self.assertEqual((case.contact_id, case.partner_id), (person, self.env["res.partner"]))

    def test_scripts_do_not_come_in(self):
        case = self.receive(body="<p onclick='x()'>Leak</p><script>alert(1)</script>")
        texts = [case.description, *case.message_ids.mapped("body")]
        self.assertFalse([text for text in texts if "script" in text or "onclick" in text])

    def test_an_answer_goes_to_its_case_and_ends_the_waiting(self):
        case = self.receive()
        self.as_user(case, "sales").action_start()
        self.as_user(case, "sales").action_wait()
        more = f"In-Reply-To: {case.message_ids[-1].message_id}\n"
        away = f"{more}Auto-Submitted: auto-replied\n"
        self.assertFalse(self.receive(subject="Away", body="I am away", key="3", more=away))
        self.assertEqual(case.state, "waiting", "an automatic answer is none")
        self.assertFalse(self.receive(subject="Re: It leaks", body="Number 7", key="2", more=more))
        self.assertEqual(case.state, "progress")
        self.assertTrue(case.message_ids.filtered(lambda message: "Number 7" in message.body))

    @mute_logger("odoo.addons.mail.models.mail_thread", "odoo.addons.mail.models.mail_mail")
    def test_a_loop_ends(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        made = [bool(self.receive(key=str(number))) for number in range(6)]
        self.assertEqual(made, [True, True, True, False, False, False])

    def test_a_mail_that_comes_twice_is_one_case(self):
        self.assertTrue(self.receive())
        self.assertFalse(self.receive())

    def test_nobody_writes_the_sender(self):
        with self.assertRaises(AccessError):
            self.as_user(self.receive(), "sales").write({"email_from": "x@y.example"})

    def test_the_address_is_a_setting(self):
        company = self.env.company
        for name in ("help", False, "again"):
            with Form(self.env["res.config.settings"]) as settings:
                settings.customer_case_alias_name = name
            settings.record.execute()
            self.assertEqual(company.customer_case_alias_id.alias_name, name)
        self.assertEqual(company.customer_case_alias_id.alias_full_name, "again@cases.example")
