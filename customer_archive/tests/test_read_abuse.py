from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ArchiveCase

# What must not leave the hidden archive: each of these words stands in it and nowhere else.
SECRETS = ("Hidden", "hidden-foundry", "5059", "C-SECRET", "Covert", "6222", "Discreet")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestReadAbuse(HttpCase, ArchiveCase):
    """Every way that the host opens to partner data, walked by an employee who may not see the archive.

    Each way is walked as well by somebody who may see and edit it, to prove that it leads somewhere.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        export = cls.env.ref("base.group_allow_export")
        (cls.users["employee"] | cls.users["seller_all"]).write({"group_ids": [Command.link(export.id)]})
        cls.archive = cls.create_archive(
            "colleague", name="Hidden Foundry", archive_access="owner", archive_team_id=False, city="Discreet City",
            email="ceo@hidden-foundry.example", phone="021-50592061", ref="C-SECRET", customer_revenue=7313,
            image_1920=PIXEL,
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Hidden Lady", "parent_id": cls.archive.id, "email": "lady@hidden-foundry.example"}
        )
        cls.file = cls.env["ir.attachment"].create(
            {"name": "Covert.txt", "raw": b"Covert terms", "res_model": "res.partner", "res_id": cls.archive.id}
        )
        cls.message = cls.archive.message_post(
            body="Covert talk", author_id=cls.contact.id, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        cls.archive.message_subscribe(cls.contact.ids)
        cls.activity = cls.archive.activity_schedule(
            "mail.mail_activity_data_todo", summary="Covert errand", user_id=cls.users["colleague"].id
        )
        cls.bank = cls.env["res.partner.bank"].create({"acc_number": "6222 0001", "partner_id": cls.archive.id})
        cls.env["mail.notification"].create(
            {"mail_message_id": cls.message.id, "res_partner_id": cls.contact.id, "notification_type": "email"}
        )
        start = datetime(2026, 11, 24, 9)
        cls.env["calendar.event"].create(
            {"name": "Talk", "start": start, "stop": start, "partner_ids": [Command.set(cls.contact.ids)]}
        )
        model = cls.env["ir.model"]._get_id("res.users")
        cls.env["rating.rating"].create(
            {"res_model_id": model, "res_id": cls.env.uid, "partner_id": cls.contact.id, "rating": 5}
        )
        cls.category = cls.env["res.partner.category"].create({"name": "Any", "partner_ids": cls.archive.ids})
        cls.visitor = new_test_user(
            cls.env, login="hidden-foundry-portal", groups="base.group_portal", name="Hidden Visitor"
        )
        cls.visitor.partner_id.parent_id = cls.archive
        cls.env.flush_all()

    def say(self, path, **params):
        """Text of the answer of a JSON route, errors included."""
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            return self.url_open(path, json={"jsonrpc": "2.0", "id": 0, "params": params}).text

    def call(self, model, method, *args, **kwargs):
        return self.say(
            f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=args, kwargs=kwargs
        )

    def get(self, path):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return self.url_open(path).text

    def fetch(self, *params):
        return self.say("/mail/data", fetch_params=[list(params)])

    def ways(self):
        """Name of a way → function that walks it and returns the text of the answer."""
        pid, cid = self.archive.id, self.contact.id
        own = [("id", "in", [pid, cid])]
        thread = {"thread_model": "res.partner", "thread_id": pid}
        of_archive = [("res_model", "=", "res.partner"), ("res_id", "=", pid)]
        on_archive = [("model", "=", "res.partner"), ("res_id", "=", pid)]
        call, say, get = self.call, self.say, self.get
        label = {"fields": {"display_name": {}}}
        spec = {"name": {}, "email": {}, "phone": {}, "child_ids": {"fields": {"name": {}}}}
        return {
            "read": lambda: call("res.partner", "read", [pid], ["name", "email"]),
            "web_read": lambda: call("res.partner", "web_read", [pid], spec),
            "search_read": lambda: call("res.partner", "search_read", own, ["name", "email", "phone"]),
            "web_search_read": lambda: call("res.partner", "web_search_read", own, spec),
            "name_search": lambda: call("res.partner", "name_search", "Foundry", own),
            "web_name_search": lambda: call("res.partner", "web_name_search", "Foundry", {"email": {}}, own),
            "display_name": lambda: call("res.partner", "read", [cid], ["display_name"]),
            "group by name": lambda: call("res.partner", "formatted_read_group", own, ["name"], ["__count"]),
            "group list": lambda: call("res.partner", "web_read_group", own, ["city"], ["__count"]),
            "aggregate": lambda: call("res.partner", "formatted_read_group", own, [], ["email:array_agg_distinct"])
            + call("res.partner", "formatted_read_group", own, ["email"], ["__count"]),
            "export": lambda: call("res.partner", "export_data", [pid], ["name", "email"]),
            "copy": lambda: call("res.partner", "copy_data", [pid]),
            "vCard": lambda: get(f"/web/partner/vcard?partner_ids={pid}"),
            "report": lambda: get(f"/report/html/customer_archive.report_customer_archive/{pid}"),
            "file": lambda: get(f"/web/content/{self.file.id}"),
            "files": lambda: call("ir.attachment", "search_read", of_archive, ["name"]),
            "file by id": lambda: call("ir.attachment", "read", [self.file.id], ["name", "raw"]),
            "files grouped": lambda: call("ir.attachment", "formatted_read_group", of_archive, ["name"], ["__count"]),
            "messages": lambda: call("mail.message", "search_read", on_archive, ["body", "author_id"]),
            "message by id": lambda: call("mail.message", "read", [self.message.id], ["body"]),
            "messages grouped": lambda: call(
                "mail.message", "formatted_read_group", on_archive, ["author_id"], ["__count"]
            ),
            "thread": lambda: say("/mail/thread/messages", **thread),
            "thread data": lambda: self.fetch(
                "mail.thread", {**thread, "request_list": ["activities", "attachments", "followers", "messages"]}
            ),
            "card": lambda: self.fetch("avatar_card", {"id": pid, "model": "res.partner"}),
            "recipients": lambda: say("/mail/thread/recipients", **thread),
            "address book": lambda: say(
                "/mail/partner/from_email",
                thread_model="res.partner",
                thread_id=self.env.user.partner_id.id,
                emails=["lady@hidden-foundry.example", "ceo@hidden-foundry.example"],
            ).replace("lady@hidden-foundry.example", "").replace("ceo@hidden-foundry.example", ""),
            "mentions": lambda: call("res.partner", "get_mention_suggestions", "Hidden"),
            "followers": lambda: call(
                "mail.followers", "search_read", [("partner_id", "=", cid)], ["name", "email", "display_name"]
            ),
            "activities": lambda: call("mail.activity", "search_read", of_archive, ["summary", "res_name"]),
            "activities grouped": lambda: call(
                "mail.activity", "formatted_read_group", of_archive, ["summary"], ["__count"]
            ),
            "notifications": lambda: call(
                "mail.notification", "web_search_read", [("res_partner_id", "=", cid)], {"res_partner_id": label}
            ),
            "attendees": lambda: call(
                "calendar.attendee", "web_search_read", [("partner_id", "=", cid)],
                {"email": {}, "phone": {}, "common_name": {}, "partner_id": label},
            ),
            "ratings": lambda: call(
                "rating.rating", "web_search_read", [("partner_id", "=", cid)], {"partner_id": label}
            ),
            "bank accounts": lambda: call(
                "res.partner.bank", "search_read", [("partner_id", "=", pid)], ["acc_number"]
            ),
            "bank names": lambda: call("res.partner.bank", "name_search", "6222"),
            "portal users": lambda: call(
                "res.users", "search_read", [("id", "=", self.visitor.id)], ["login", "partner_id"]
            ),
            "reference": lambda: call("res.partner", "search_read", [("ref", "=like", "C-SEC%")], ["ref"]),
            "history": lambda: call("customer.classification", "search_read", [("partner_id", "=", pid)], []),
            "progress bar": lambda: call(
                "res.partner", "read_progress_bar", own, "name", {"field": "archive_state", "colors": {"draft": "info"}}
            ),
            "grouping sets": lambda: call(
                "res.partner", "formatted_read_grouping_sets", own, [["name"], ["city"], []], ["__count"]
            ),
            "search panel": lambda: call(
                "res.partner", "search_panel_select_range", "parent_id", enable_counters=True, expand=True
            ),
            "filters of the panel": lambda: call(
                "res.partner", "search_panel_select_multi_range", "commercial_partner_id", expand=True
            ),
            "members of a tag": lambda: call(
                "res.partner.category", "web_search_read", [("id", "=", self.category.id)],
                {"partner_ids": {"fields": {"name": {}, "email": {}}}},
            ),
            "members by read": lambda: call("res.partner.category", "read", [self.category.id], ["partner_ids"])
            .replace(f"{pid}", "Hidden"),
        }

    def test_no_way_leads_to_a_hidden_archive(self):
        for login, finds in (("employee", False), ("seller_all", True)):
            self.authenticate(f"archive_{login}", f"archive_{login}")
            for name, walk in self.ways().items():
                with self.subTest(name, login=login):
                    found = [secret for secret in SECRETS if secret in walk()]
                    self.assertEqual(bool(found), finds, found)

    def test_no_figure_of_a_hidden_archive_is_guessed(self):
        Partner = self.env["res.partner"]
        exact = [("id", "=", self.archive.id), ("customer_revenue", ">", 7000)]
        paths = {
            "res.partner": ["customer_revenue", "commercial_partner_id.customer_revenue", "child_ids.id"],
            "mail.followers": ["partner_id.parent_id.customer_revenue"],
            "calendar.attendee": ["partner_id.parent_id.customer_revenue"],
            "res.partner.bank": ["partner_id.customer_revenue"],
            "customer.classification": ["partner_id.customer_revenue"],
        }
        for login, found in (("employee", False), ("seller_all", True)):
            user = self.users[login]
            records = Partner.with_user(user)
            with self.subTest(login=login):
                self.assertEqual(bool(records.search_count(exact)), found)
                self.assertEqual(bool(records.search(exact, order="customer_revenue desc")), found)
                total = records._read_group([("id", "=", self.archive.id)], [], ["customer_revenue:sum"])
                self.assertEqual(bool(total[0][0]), found)
                having = [("customer_revenue:sum", ">", 7000)]
                groups = records._read_group([("name", "=", "Hidden Foundry")], ["name"], ["__count"], having=having)
                self.assertEqual(bool(groups), found)
                for model, names in paths.items():
                    for name in names:
                        domain = [(name, "=", 7313)] if name.endswith("revenue") else [(name, "=", self.contact.id)]
                        count = self.env[model].with_user(user).search_count(domain)
                        self.assertEqual(bool(count), found, (model, name))

    def test_sql_in_order_groups_and_aggregates_is_no_sql(self):
        records = self.env["res.partner"].with_user(self.users["employee"])
        sql = "(SELECT email FROM res_partner)"
        attempts = (
            lambda: records.search([], order=f"{sql} desc"),
            lambda: records.search([], order="id; DELETE FROM res_partner"),
            lambda: records.search([(sql, "=", 1)]),
            lambda: records.formatted_read_group([], [f"name, {sql}"], ["__count"]),
            lambda: records.formatted_read_group([], ["create_date:month'); --"], ["__count"]),
            lambda: records.formatted_read_group([], [], [f"id:{sql}"]),
            lambda: records.formatted_read_group([], ["name"], ["__count"], order=sql),
            lambda: records.formatted_read_group([], ["name"], ["__count"], having=[(f"{sql}:max", ">", 1)]),
            lambda: records.search_read([], ["name"], order="name NULLS FIRST, (SELECT 1)"),
            lambda: records.web_search_read([], {"name": {}}, order=f"name, {sql}"),
            lambda: records.formatted_read_grouping_sets([], [[sql]], ["__count"]),
            lambda: records.formatted_read_grouping_sets([], [["name"]], [f"id:sum) FROM res_users; --{sql}"]),
            lambda: records.read_progress_bar([], sql, {"field": "archive_state", "colors": {"draft": "x"}}),
            lambda: records.read_progress_bar([], "name", {"field": sql, "colors": {"draft": "x"}}),
            lambda: records.search_panel_select_range(sql),
            lambda: records.search_panel_select_multi_range("parent_id", group_by=sql),
        )
        for number, attempt in enumerate(attempts):
            with self.subTest(number):
                try:
                    found = attempt()
                except (KeyError, ValueError, UserError):
                    continue
                self.fail(f"answered with {found}")
