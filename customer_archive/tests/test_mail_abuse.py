import json

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ArchiveCase

SECRETS = ("Hidden", "hidden-foundry", "59062", "Covert")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestMailAbuse(HttpCase, ArchiveCase):
    """Mails, messages as they come in, and pictures: ways by which a salesperson would get at a hidden customer.

    Each way is walked by somebody who sees the customer as well, to prove that it leads somewhere.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = cls.create_archive(
            "colleague", name="Hidden Foundry", archive_access="owner", archive_team_id=False,
            email="ceo@hidden-foundry.example", phone="021-50959062", image_1920=PIXEL,
        )
        cls.own = cls.create_archive("sales", name="Own Works", archive_access="owner", archive_team_id=False)
        cls.file = cls.env["ir.attachment"].create(
            {"name": "Covert.txt", "raw": b"Covert terms", "res_model": "res.partner", "res_id": cls.hidden.id}
        )
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Greeting", "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "For {{ object.name }}", "body_html": "<p>Call <t t-out='object.phone'/></p>",
                "email_to": "{{ object.email }}", "use_default_to": False,
            }
        )
        cls.env.flush_all()

    def enter(self, login):
        self.authenticate(f"archive_{login}", f"archive_{login}")

    def say(self, path, **params):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            return self.url_open(path, json={"params": params}).text

    def call(self, model, method, *args, **kwargs):
        return self.say(
            f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=args, kwargs=kwargs
        )

    #=== TEMPLATES ===#

    def test_nobody_but_editors_of_templates_writes_placeholders(self):
        """The host keeps placeholders, which reach everything, to the right “Mail Template Editor”."""
        self.enter("sales")
        model_id = self.env["ir.model"]._get_id("res.partner")
        reach_all = "{{ object.sudo().search([]).mapped('email') }}"
        for values in (
            {"name": "Mine", "model_id": model_id, "subject": reach_all},
            {"name": "Mine", "model_id": model_id, "body_html": "<t t-out=\"object.env['res.partner'].sudo()\"/>"},
        ):
            self.assertIn("Mail Template Editor", self.call("mail.template", "create", values))
        self.assertIn("AccessError", self.call("mail.template", "write", self.template.ids, {"subject": reach_all}))
        for group in ("customer_archive.group_manager", "base.group_user"):
            editor = self.env.ref("mail.group_mail_template_editor")
            self.assertNotIn(editor, self.env.ref(group).all_implied_ids, "closed unless an administrator opens it")

    def test_a_composer_shows_nothing_of_a_hidden_customer(self):
        spec = {"subject": {}, "body": {}, "partner_ids": {"fields": {"display_name": {}}}, "attachment_ids": {}}
        for login, finds in (("sales", False), ("seller_all", True)):
            self.enter(login)
            for mode in ("comment", "mass_mail"):
                values = {
                    "model": "res.partner", "res_ids": str(self.hidden.ids), "composition_mode": mode,
                    "template_id": self.template.id,
                }
                defaults = {f"default_{name}": value for name, value in values.items()}
                answers = [
                    self.call("mail.compose.message", "web_save", [], values, spec),
                    self.call("mail.compose.message", "onchange", [], {}, [], spec, context=defaults),
                ]
                made = json.loads(self.call("mail.compose.message", "create", values)).get("result")
                answers.append(self.call("mail.compose.message", "read", [made], list(spec)))
                found = [secret for secret in SECRETS if secret in "".join(answers)]
                with self.subTest(login=login, mode=mode):
                    # a mass mail shows the placeholders, whoever writes it
                    self.assertEqual(bool(found), finds and mode == "comment", found)

    def test_a_composer_moves_to_no_hidden_customer(self):
        self.enter("sales")
        values = {
            "model": "res.partner", "res_ids": str(self.own.ids), "template_id": self.template.id,
            "composition_mode": "comment",
        }
        made = json.loads(self.call("mail.compose.message", "create", values))["result"]
        answer = self.call("mail.compose.message", "write", [made], {"res_ids": str(self.hidden.ids)})
        answer += self.call("mail.compose.message", "read", [made], ["subject", "body", "partner_ids"])
        before = self.count_messages()
        answer += self.call("mail.compose.message", "action_send_mail", [made])
        self.assertFalse([secret for secret in SECRETS if secret in answer], answer)
        self.assertEqual(self.count_messages(), before)

    def count_messages(self):
        return self.env["mail.message"].search_count([("model", "=", "res.partner"), ("res_id", "=", self.hidden.id)])

    def test_a_template_is_not_sent_for_a_hidden_customer(self):
        self.enter("sales")
        for method, ids in (("send_mail", self.hidden.id), ("send_mail_batch", self.hidden.ids)):
            answer = self.call("mail.template", method, self.template.ids, ids)
            with self.subTest(method):
                self.assertIn("AccessError", answer)
                self.assertFalse([secret for secret in SECRETS if secret in answer])
        self.assertFalse(self.env["mail.mail"].search([("subject", "like", "Hidden")]))

    def test_rendering_is_not_for_clients(self):
        self.enter("sales")
        for method in ("_render_template", "_render_field", "_generate_template"):
            answer = self.call("mail.template", method, self.template.ids, self.hidden.ids, ["subject"])
            self.assertIn("cannot be called remotely", answer)

    #=== FILES ===#

    def test_a_file_of_a_hidden_customer_is_not_attached_elsewhere(self):
        self.enter("sales")
        for model, method, args, kwargs in (
            ("res.partner", "message_post", [self.own.ids], {"body": "x", "attachment_ids": self.file.ids}),
            ("mail.compose.message", "create", [{"attachment_ids": [Command.link(self.file.id)]}], {}),
            ("ir.attachment", "copy", [self.file.ids, {"res_id": self.own.id}], {}),
            ("ir.attachment", "write", [self.file.ids, {"res_id": self.own.id}], {}),
            ("ir.attachment", "create", [{"name": "x", "res_model": "res.partner", "res_id": self.hidden.id}], {}),
        ):
            with self.subTest(model, method=method):
                answer = self.call(model, method, *args, **kwargs)
                self.assertNotIn("Covert", answer.replace("Covert.txt", "") if "error" in answer else answer)
                self.file.invalidate_recordset()
                self.assertEqual(self.file.res_id, self.hidden.id)
                self.assertFalse(self.file.with_user(self.users["sales"]).has_access("read"))
        self.assertNotIn("Covert terms", self.url_open(f"/web/content/{self.file.id}").text)

    def test_pictures_of_a_hidden_customer_are_the_one_of_nobody(self):
        absent = self.env["res.partner"].search([], order="id desc", limit=1).id + 1000
        own = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        own.generate_access_token()
        for name in ("image_1920", "image_128", "avatar_1920", "avatar_128"):
            for query in ("", "?access_token=x", f"?access_token={own.access_token}", "?unique=1&download=1"):
                path = "/web/image/res.partner/{}/" + name + query
                self.enter("sales")
                nobody, hidden = (self.url_open(path.format(number)) for number in (absent, self.hidden.id))
                with self.subTest(name, query=query):
                    self.assertEqual(hidden.content, nobody.content)
                    self.assertNotIn("Hidden", str(hidden.headers))
        self.enter("seller_all")
        self.assertNotEqual(self.url_open(path.format(self.hidden.id)).content, nobody.content)

    #=== MESSAGES AS THEY COME IN ===#

    def listen(self, *channels):
        """What a person is subscribed to who asks for these channels, and what has come there."""
        answer = self.say("/websocket/peek_notifications", channels=channels, last=0, is_first_poll=True)
        return json.loads(answer)["result"]

    def test_nobody_listens_to_a_hidden_customer(self):
        visitor = new_test_user(self.env, login="hidden-portal", groups="base.group_portal", name="Hidden Visitor")
        visitor.partner_id.parent_id = self.hidden
        number = visitor.partner_id.id
        asked = [
            f"odoo-presence-res.partner_{number}",
            f"odoo-presence-res.partner_{number}-{'0' * 64}o0xffffffff",
            f"odoo-presence-res.partner_{self.hidden.id}",
            f"res.partner_{self.hidden.id}",
            f'["res.partner", {self.hidden.id}]',
            f"mail.thread-res.partner_{self.hidden.id}",
        ]
        for login, hears in (("sales", False), ("seller_all", True)):
            self.enter(login)
            self.env["bus.bus"]._sendone(self.hidden, "covert", {"text": "Covert talk"})
            self.env["bus.bus"]._sendone((visitor.partner_id, "presence"), "covert", {"text": "Covert presence"})
            self.env.cr.precommit.run()
            heard = self.listen(*asked)
            subscribed = [channel[1:] for channel in heard["channels"] if channel[1] == "res.partner"]
            with self.subTest(login=login):
                self.assertEqual(["res.partner", number, "presence"] in [[*c] for c in subscribed], hears)
                self.assertEqual("Covert presence" in json.dumps(heard["notifications"]), hears)
                # the channel of a contact itself is that of the person who logs in as this contact, for nobody else
                self.assertNotIn("Covert talk", json.dumps(heard["notifications"]))
