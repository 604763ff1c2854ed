import json

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .audit_common import AuditCase


@tagged("post_install", "-at_install")
class TestAuditRead(AuditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = cls.env["res.partner"].browse()
        for name in ("Alpha Trading", "Beta Trading", "Gamma Trading"):
            cls.archives |= cls.create_archive(name=name)
        cls.partners = cls.as_user(cls.env["res.partner"], "sales")

    def sales_entry(self, operation, model="res.partner"):
        entry = self.only_entry(model=model)
        self.assertEqual(entry["operation"], operation)
        self.assertEqual(entry["user_id"], self.users["sales"].id)
        self.assertEqual(entry["login"], "archive_sales")
        self.assertEqual(entry["company_id"], self.users["sales"].company_id.id)
        self.assertEqual(entry["channel"], "shell")
        return entry

    def domains(self, entry):
        return json.loads(entry["contents"][0])["domain"]

    def test_reading_leaves_one_entry_with_ids_and_fields(self):
        self.as_user(self.archives, "sales").read(["name", "phone"])
        entry = self.sales_entry("read")
        self.assertEqual(set(entry["ids"]), set(self.archives.ids))
        self.assertEqual(entry["count"], 3)
        self.assertEqual(set(entry["field_names"]), {"name", "phone"})

    def test_reading_what_superuser_cached_is_noted_all_the_same(self):
        self.archives.sudo().mapped("name")
        self.as_user(self.archives, "sales").read(["name"])
        self.assertEqual(self.sales_entry("read")["count"], 3)

    def test_search_read_says_by_which_condition(self):
        self.partners.search_read([("name", "ilike", "a trading")], ["name"])
        entry = self.sales_entry("read")
        self.assertEqual(entry["count"], 3)
        self.assertEqual(entry["field_names"], ["name"])
        self.assertEqual(self.domains(entry), [[["name", "ilike", "a trading"]]])

    def test_a_page_of_a_list_is_one_entry_though_it_counts_too(self):
        found = self.partners.web_search_read(
            [("name", "ilike", "a trading")], {"name": {}, "phone": {}}, limit=2, count_limit=10
        )
        self.assertEqual(found["length"], 3)
        entry = self.sales_entry("read")
        self.assertEqual(entry["count"], 2)
        self.assertEqual(entry["field_names"], ["name", "phone"])

    def test_names_are_searched(self):
        self.partners.name_search("Beta Tra")
        entry = self.sales_entry("search")
        self.assertEqual(entry["ids"], self.archives[1].ids)
        self.assertIn(["display_name", "ilike", "Beta Tra"], self.domains(entry)[0])

    def test_ids_alone_are_a_search(self):
        self.partners.search([("name", "=", "Gamma Trading")])
        entry = self.sales_entry("search")
        self.assertEqual(entry["ids"], self.archives[2].ids)

    def test_groups_and_counts_are_numbers(self):
        self.partners.formatted_read_group([("archive_state", "=", "draft")], ["city"], ["__count"])
        entry = self.sales_entry("aggregate")
        self.assertEqual(entry["field_names"], ["city", "__count"])
        self.assertEqual(entry["ids"], [])
        self.assertEqual(self.domains(entry), [[["archive_state", "=", "draft"]]])
        self.forget()
        self.partners.search_count([("phone", "=", "021-50592061")])
        self.assertEqual(self.domains(self.sales_entry("aggregate")), [[["phone", "=", "021-50592061"]]])

    def test_reading_a_field_in_code_counts(self):
        self.as_user(self.archives[0], "sales").phone  # noqa: B018
        self.assertIn("phone", self.sales_entry("read")["field_names"])

    def test_many_reads_of_a_request_are_one_entry(self):
        for archive in self.as_user(self.archives, "sales"):
            archive.read(["name"])
            archive.read(["email"])
        entry = self.sales_entry("read")
        self.assertEqual(entry["count"], 3)
        self.assertEqual(set(entry["field_names"]), {"name", "email"})

    def test_employees_and_the_company_are_no_customers(self):
        self.as_user(self.env.company.partner_id, "sales").read(["name"])
        self.as_user(self.users["colleague"].partner_id, "sales").read(["name", "email"])
        self.assertEqual(self.entries(model="res.partner"), [])

    def test_superuser_shows_nothing_to_anybody(self):
        self.archives.sudo().read(["name"])
        self.assertEqual(self.entries(), [])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_no_key_of_the_context_turns_the_log_off(self):
        keys = ("tracking_disable", "mail_notrack", "prefetch_fields", "no_audit", "audit_disable", "auditlog_disabled")
        context = {**dict.fromkeys(keys, True), "active_test": False, "import_file": True, "cron_id": 1}
        self.as_user(self.archives, "sales").with_context(**context).read(["name"])
        self.assertEqual(self.sales_entry("read")["count"], 3)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_denial_survives_the_rollback_of_its_request(self):
        hidden = self.create_archive(name="Hidden Trading", archive_access="owner")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_user(hidden, "colleague").read(["name"])
        [entry] = self.entries_apart(model="res.partner")
        self.assertEqual(entry["operation"], "denied")
        self.assertEqual(entry["ids"], hidden.ids)
        self.assertEqual(entry["login"], "archive_colleague")
        self.assertEqual(entry["field_names"], ["read"])
