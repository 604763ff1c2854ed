from datetime import datetime, timedelta

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ArchiveCase

# Documents that a person of the right makes for a customer: model → values beside the customer. Those of apps that are
# not installed are passed over; with all of them they run on the database "together".
DOCUMENTS = {
    "calendar.attendee": {},
    "crm.lead": {"name": "Lead"},
    "sale.order": {},
    "account.move": {"move_type": "out_invoice"},
    "account.payment": {"payment_type": "inbound"},
    "purchase.order": {},
    "stock.picking": {},
    "project.task": {"name": "Task"},
}
GROUPS = (
    "sales_team.group_sale_salesman_all_leads",
    "account.group_account_invoice",
    "purchase.group_purchase_user",
    "stock.group_stock_user",
    "project.group_project_user",
)
SECRETS = ("Hidden", "hidden-foundry", "59062", "Discreet")
REFUSAL = "Choose a customer whom you may see"


@tagged("post_install", "-at_install")
class TestDocumentAbuse(HttpCase, ArchiveCase):
    """A salesperson who names a hidden customer's id on documents of the host, by every door of the server.

    The host answers with the customer's name, and copies phone and mail address to the document.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = cls.create_archive(
            "colleague", name="Hidden Foundry", archive_access="owner", archive_team_id=False, city="Discreet City",
            email="ceo@hidden-foundry.example", phone="021-50959062",
        )
        groups = [group for group in GROUPS if cls.env.ref(group, raise_if_not_found=False)]
        cls.spy = new_test_user(
            cls.env, login="archive_spy", groups=",".join(["customer_archive.group_user", *groups]), lang="en_US"
        )
        cls.own = cls.create_archive("sales", name="Own Works", archive_access="internal")
        cls.own.sudo().user_id = cls.spy
        cls.documents = {name: dict(values) for name, values in DOCUMENTS.items() if name in cls.env}
        talk = {"name": "Talk", "start": "2026-11-25 10:00:00", "stop": "2026-11-25 11:00:00"}
        cls.documents["calendar.attendee"]["event_id"] = cls.env["calendar.event"].create(talk).id
        if "stock.picking" in cls.documents:
            kind = cls.env["stock.picking.type"].search([("code", "=", "outgoing")], limit=1)
            cls.documents["stock.picking"]["picking_type_id"] = kind.id
        if "purchase.order" in cls.documents:
            cls.documents["purchase.order"]["currency_id"] = cls.env.company.currency_id.id
        tomorrow = datetime.now() + timedelta(days=1)
        cls.key = cls.env["res.users.apikeys"].with_user(cls.spy)._generate("rpc", "abuse", tomorrow)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.authenticate("archive_spy", "archive_spy")

    #=== DOORS ===#

    def say(self, path, payload, **kwargs):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            return self.url_open(path, json=payload, **kwargs).text

    def by_browser(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.say(f"/web/dataset/call_kw/{model}/{method}", {"params": params})

    def by_button(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.say("/web/dataset/call_button", {"params": params})

    def by_jsonrpc(self, model, method, *args, **kwargs):
        args = [self.env.cr.dbname, self.spy.id, self.key, model, method, args, kwargs]
        return self.say("/jsonrpc", {"params": {"service": "object", "method": "execute_kw", "args": args}})

    def by_xmlrpc(self, model, method, *args, **kwargs):
        try:
            return str(
                self.xmlrpc_object.execute_kw(self.env.cr.dbname, self.spy.id, self.key, model, method, args, kwargs)
            )
        except Exception as error:  # noqa: BLE001 - what the client is told
            return str(error)

    def by_json2(self, model, method, *args, **kwargs):
        names = {"create": ["vals_list"], "write": ["ids", "vals"]}[method]
        return self.say(
            f"/json/2/{model}/{method}",
            {**dict(zip(names, args, strict=True)), **kwargs},
            headers={"Authorization": f"Bearer {self.key}"},
        )

    def refused(self, answer, what):
        with self.subTest(what):
            self.assertIn(REFUSAL, answer)
            self.assertFalse([secret for secret in SECRETS if secret in answer])

    def count(self, model):
        return self.env[model].with_context(active_test=False).search_count([("partner_id", "=", self.hidden.id)])

    def make(self, model, partner):
        """A document of the spy for a customer, as an app makes it."""
        values = {**self.documents[model], "partner_id": partner.id}
        if "user_id" in self.env[model]._fields:
            values["user_id"] = self.spy.id
        return self.env[model].create(values)

    #=== REFUSED ===#

    def test_no_document_is_made_for_a_hidden_customer(self):
        hidden = self.hidden.id
        for model, values in self.documents.items():
            chosen = {**values, "partner_id": hidden}
            context = {"default_partner_id": hidden}
            spec = {"partner_id": {"fields": {"display_name": {}}}}
            names = [f"{name}/.id" if name.endswith("_id") else name for name in values]
            before = self.count(model)
            self.refused(self.by_browser(model, "create", chosen), f"{model} create")
            self.refused(self.by_browser(model, "create", [chosen, chosen]), f"{model} create two")
            self.refused(self.by_browser(model, "create", values, context=context), f"{model} default")
            self.refused(self.by_browser(model, "name_create", "Name", context=context), f"{model} name_create")
            self.refused(self.by_browser(model, "web_save", [], chosen, spec), f"{model} web_save")
            self.refused(self.by_browser(model, "onchange", [], chosen, ["partner_id"], spec), f"{model} onchange")
            self.refused(self.by_browser(model, "onchange", [], {}, [], spec, context=context), f"{model} new form")
            self.refused(
                self.by_browser(model, "load", ["partner_id/.id", *names], [[str(hidden), *map(str, values.values())]]),
                f"{model} load",
            )
            self.assertEqual(self.count(model), before)

    def test_no_document_is_moved_to_a_hidden_customer(self):
        for model in self.documents:
            document = self.make(model, self.own)
            self.env.flush_all()
            if not document.with_user(self.spy).has_access("write"):
                continue
            self.refused(self.by_browser(model, "write", document.ids, {"partner_id": self.hidden.id}), model)
            self.assertEqual(document.partner_id, self.own)

    def test_no_document_is_copied_for_a_hidden_customer(self):
        self.assertNotIn("error", self.by_browser("res.partner", "copy", self.own.ids, {"name": "Second"}))
        self.refused(self.by_browser("res.partner", "copy", self.own.ids, {"parent_id": self.hidden.id}), "contact")
        for model in self.documents.keys() & {"crm.lead", "sale.order", "account.move", "project.task"}:
            document = self.make(model, self.own)
            self.env.flush_all()
            self.refused(self.by_browser(model, "copy", document.ids, {"partner_id": self.hidden.id}), model)

    def test_every_door_of_the_server_is_watched(self):
        document = self.make("calendar.attendee", self.own)
        self.env.flush_all()
        values = {"partner_id": self.hidden.id}
        doors = (self.by_browser, self.by_button, self.by_jsonrpc, self.by_xmlrpc, self.by_json2)
        for door in doors:
            self.refused(door("calendar.attendee", "create", [values]), f"{door.__name__} create")
            self.refused(door("calendar.attendee", "write", document.ids, values), f"{door.__name__} write")
            own = {**self.documents["calendar.attendee"], "partner_id": self.own.id}
            self.assertNotIn(REFUSAL, door("calendar.attendee", "create", [own]))

    def test_a_customer_that_is_not_there_gets_the_same_words(self):
        absent = self.env["res.partner"].search([], order="id desc", limit=1).id + 1000
        self.refused(self.by_browser("calendar.attendee", "create", {"partner_id": absent}), "absent")

    def test_lines_and_references_are_looked_into(self):
        events = self.env["calendar.event"].with_user(self.spy)
        line = {"attendee_ids": [[0, 0, {"partner_id": self.hidden.id}]]}
        self.assertEqual(events._get_chosen_customers(line), {self.hidden.id})
        preview = self.env["mail.template.preview"].with_user(self.spy)
        for value, found in (
            (f"res.partner,{self.hidden.id}", {self.hidden.id}), ("res.partner,x", set()), ("res.users,2", set()),
            (False, set()),
        ):
            self.assertEqual(preview._get_chosen_customers({"resource_ref": value}), found)
        template = self.env["mail.template"].create(
            {"name": "Any", "model_id": self.env["ir.model"]._get_id("res.partner"), "subject": "{{ object.email }}"}
        )
        self.env.flush_all()
        values = {"mail_template_id": template.id, "resource_ref": f"res.partner,{self.hidden.id}"}
        self.refused(self.by_browser("mail.template.preview", "create", values), "reference")

    def test_a_link_among_several_contacts_is_refused_by_the_host(self):
        for model, values in (
            ("calendar.event", {"name": "Talk", "partner_ids": [[4, self.hidden.id]],
                                "start": "2026-11-25 10:00:00", "stop": "2026-11-25 11:00:00"}),
            ("discuss.channel", {"name": "Talk", "channel_partner_ids": [[4, self.hidden.id]]}),
            ("res.partner", {"name": "Parent", "child_ids": [[4, self.hidden.id]]}),
            ("res.partner", {"name": "Parent", "child_ids": [[1, self.hidden.id, {"name": "Mine"}]]}),
        ):
            for method, more in (("create", ()), ("web_save", ({"display_name": {}},))):
                args = (values,) if method == "create" else ([], values, *more)
                with self.subTest(model, method=method):
                    answer = self.by_browser(model, method, *args)
                    self.assertIn("odoo.exceptions.AccessError", answer)
                    self.assertFalse([secret for secret in SECRETS if secret in answer])

    def test_windows_about_a_hidden_customer(self):
        """Ratings, activities and text messages name what they are about by model and id."""
        hidden = self.hidden.id
        model_id = self.env["ir.model"]._get_id("res.partner")
        active = {"active_model": "res.partner", "active_id": hidden, "active_ids": [hidden]}
        for model, values, shown in (
            ("mail.activity", {"res_model_id": model_id, "res_id": hidden}, "res_name"),
            ("rating.rating", {"res_model_id": model_id, "res_id": hidden}, "res_name"),
            ("sms.composer", {"res_model": "res.partner", "res_id": hidden}, "recipient_single_number"),
            ("sms.composer", {"res_model": "res.partner", "res_ids": str([hidden])}, "recipient_single_number"),
            ("mail.activity.schedule", {"res_model": "res.partner", "res_ids": str([hidden])}, "res_ids"),
        ):
            if model not in self.env:
                continue
            spec, defaults = {shown: {}}, {f"default_{name}": value for name, value in values.items()}
            self.refused(self.by_browser(model, "create", values), f"{model} create")
            self.refused(self.by_browser(model, "create", {}, context=defaults), f"{model} create by default")
            self.refused(self.by_browser(model, "web_save", [], values, spec), f"{model} web_save")
            self.refused(self.by_browser(model, "web_save", [], {}, spec, context=defaults), f"{model} saved default")
            self.refused(self.by_browser(model, "onchange", [], values, list(values), spec), f"{model} onchange")
            self.refused(self.by_browser(model, "onchange", [], {}, [], spec, context=defaults), f"{model} new form")
            if self.env[model]._transient:
                for context in (active, {"default_res_model": "res.partner", **active, "active_model": "res.users"}):
                    answer = self.by_browser(model, "onchange", [], {}, [], spec, context=context)
                    self.refused(answer, f"{model} opened on it")

    def test_windows_about_a_hidden_document(self):
        """What is about a hidden customer is hidden, too: its name would tell the customer's."""
        issue = self.env["customer.data.issue"].create(
            {
                "partner_id": self.hidden.id, "contact_id": self.hidden.id, "field_name": "email", "code": "missing",
                "severity": "error",
            }
        )
        values = {"res_model_id": self.env["ir.model"]._get_id(issue._name), "res_id": issue.id}
        self.env.flush_all()
        for args in (("create", values), ("web_save", [], values, {"res_name": {}})):
            answer = self.by_browser("rating.rating", *args)
            self.assertIn("odoo.exceptions.AccessError", answer)
            self.assertFalse([secret for secret in SECRETS if secret in answer])

    def test_windows_about_the_own_customer_open(self):
        model_id = self.env["ir.model"]._get_id("res.partner")
        values = {"res_model_id": model_id, "res_id": self.own.id, "summary": "Call"}
        spec = {"res_name": {}, "summary": {}}
        answer = self.by_browser("mail.activity", "web_save", [], values, spec)
        self.assertIn("Own Works", answer)
        if "sms.composer" in self.env:
            context = {"active_model": "res.partner", "active_id": self.own.id, "active_ids": self.own.ids}
            spec = {"recipient_single_number": {}}
            answer = self.by_browser("sms.composer", "onchange", [], {}, [], spec, context=context)
            self.assertIn("50592061", answer)

    def test_a_task_about_a_record_that_was_hidden_later_is_still_edited(self):
        own = self.own.sudo()
        activity = own.activity_schedule("mail.mail_activity_data_todo", summary="Call", user_id=self.spy.id)
        self.own.sudo().write({"archive_access": "owner", "user_id": self.users["colleague"].id})
        self.env.flush_all()
        values = {"res_model_id": activity.res_model_id.id, "res_id": self.own.id, "summary": "Call again"}
        self.assertFalse(activity.with_user(self.spy)._get_named_records(values))
        moved = activity.with_user(self.spy)._get_named_records({**values, "res_id": self.hidden.id})
        self.assertEqual(moved, self.hidden)
        self.assertIsNone(activity.with_user(self.spy)._get_named_records({"res_model": "mail.thread", "res_id": 1}))

    #=== STILL POSSIBLE ===#

    def test_documents_of_a_hidden_customer_stay_usable(self):
        """Who may see an order sees for whom it is; what is saved, copied or made from it goes on working."""
        for model in self.documents:
            document = self.make(model, self.hidden)
            self.env.flush_all()
            if not document.with_user(self.spy).has_access("write"):
                continue
            with self.subTest(model):
                answer = self.by_browser(model, "write", document.ids, {"partner_id": self.hidden.id})
                self.assertNotIn("error", answer)

    def test_what_an_app_does_itself_is_not_in_the_way(self):
        for model in self.documents:
            if self.env[model].with_user(self.spy).has_access("create") and model != "calendar.attendee":
                values = {**self.documents[model], "partner_id": self.hidden.id}
                self.assertTrue(self.env[model].with_user(self.spy).create(values), model)

    def test_a_copy_of_a_document_keeps_its_customer(self):
        for model in self.documents.keys() & {"sale.order", "account.move", "project.task"}:
            document = self.make(model, self.hidden)
            self.env.flush_all()
            before = self.count(model)
            with self.subTest(model):
                self.assertNotIn("error", self.by_browser(model, "copy", document.ids))
                self.assertEqual(self.count(model), before + 1)

    def test_the_own_customer_may_be_chosen(self):
        for model, values in self.documents.items():
            answer = self.by_browser(model, "create", {**values, "partner_id": self.own.id})
            with self.subTest(model):
                self.assertNotIn(REFUSAL, answer)
