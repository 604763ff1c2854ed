import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .audit_common import AuditCase
from .timeline_common import TimelineCase, TimelineMixin


@tagged("post_install", "-at_install")
class TestTimelineAudit(TimelineMixin, AuditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name="Wuxi Haitian Machinery")
        facts = {"partner_id": cls.archive.id, "state": "done"}
        cls.calls = cls.env["customer.interaction"].with_user(cls.users["sales"]).create(
            [{"name": f"Call {number}", **facts} for number in range(3)]
        )

    def test_reading_is_noted_once_per_model(self):
        self.load()
        entries = {entry["model"]: entry for entry in self.entries(operation="read")}
        self.assertEqual(len(self.entries()), len(entries), "one entry for each model")
        self.assertEqual(entries["res.partner"]["ids"], [self.archive.id])
        self.assertEqual(entries["res.partner"]["field_names"], ["archive_timeline"])
        self.assertEqual(set(entries["customer.interaction"]["ids"]), set(self.calls.ids))
        self.assertIn("name", entries["customer.interaction"]["field_names"])

    def test_only_what_was_shown_is_noted(self):
        self.load(limit=1)
        self.assertEqual(len(self.only_entry(model="customer.interaction")["ids"]), 1)

    def test_an_empty_timeline_was_read_all_the_same(self):
        self.load(text="nothing like it")
        entry = self.only_entry()
        self.assertEqual((entry["model"], entry["ids"]), ("res.partner", [self.archive.id]))
        [domain] = json.loads(entry["contents"][0])["domain"]
        self.assertIn(["text", "=", "nothing like it"], domain)

    def test_what_superuser_cached_is_noted_too(self):
        self.calls.sudo().mapped("name")
        self.archive.sudo().mapped("name")
        self.load()
        self.assertEqual(len(self.only_entry(model="customer.interaction")["ids"]), 3)
        self.assertEqual(self.only_entry(model="res.partner")["ids"], [self.archive.id])

    def test_a_refused_look_is_noted_as_denied(self):
        hidden = self.create_archive("colleague", name="Hidden", archive_access="owner", archive_team_id=False)
        self.forget()
        with self.assertRaises(AccessError):
            self.load(hidden)
        self.assertIn(hidden.id, [id_ for entry in self.entries_apart(operation="denied") for id_ in entry["ids"]])


@tagged("post_install", "-at_install")
class TestTimelineQueries(TimelineCase):
    def leave(self, count):
        """So many of everything that the addon has alone, of several people."""
        logins = ("sales", "leader", "manager")
        for number in range(count):
            login = logins[number % 3]
            self.call(f"Call {number}", number, login, content=f"<p>Talk {number}</p>")
            self.note(self.archive, f"Note {number}", login)
            self.as_user(self.archive, login).activity_schedule(
                "mail.mail_activity_data_todo", summary=f"To do {number}", user_id=self.users[login].id
            )

    def count(self, entries):
        self.load(limit=500)  # what is read once per worker is read
        page = []
        queries = self.count_queries(lambda: page.extend(self.load(limit=500)["entries"]))
        self.assertEqual(len(page), entries)
        return queries

    def test_more_entries_take_no_more_queries(self):
        self.leave(4)
        few = self.count(12)
        self.leave(63)
        many = self.count(201)
        self.assertEqual(many, few)
        if "sale.order" not in self.env:
            self.assertLessEqual(many, 34)
