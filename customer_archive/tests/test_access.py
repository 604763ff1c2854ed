from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ROLES, ArchiveCase

# Who reads and who edits which archive. Columns: the archive is
#   own       the salesperson's, access "owner"
#   team      a member of the leader's team owns it, access "team"
#   internal  the colleague's, access "internal"
#   foreign   the colleague's, access "owner"
ARCHIVES = ("own", "team", "internal", "foreign")
READS = {
    "sales": ("own", "team", "internal"),
    "colleague": ("internal", "foreign"),
    "leader": ("own", "team", "internal"),
    "seller_all": ARCHIVES,
    "manager": ARCHIVES,
    "reviewer": ARCHIVES,
    "office": ARCHIVES,
    "quality": ARCHIVES,
    "confidential": ("internal",),
    "auditor": ("internal",),
    "employee": ("internal",),
}
WRITES = {
    "sales": ("own", "team"),
    "colleague": ("internal", "foreign"),
    "leader": ("own", "team"),
    "seller_all": ARCHIVES,
    "manager": ARCHIVES,
    "reviewer": (),
    "office": (),
    "quality": (),
    "confidential": (),
    "auditor": (),
    "employee": (),
}


@tagged("post_install", "-at_install")
class TestArchiveAccess(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = {
            "own": cls.create_archive("sales", archive_access="owner", name="Own"),
            "team": cls.create_archive("sales", archive_access="team", name="Team"),
            "internal": cls.create_archive("colleague", archive_access="internal", name="Internal"),
            "foreign": cls.create_archive("colleague", archive_access="owner", name="Foreign"),
        }
        (cls.archives["own"] | cls.archives["team"]).sudo().archive_team_id = cls.team
        cls.contacts = {
            name: cls.env["res.partner"].create({"name": f"Contact {name}", "parent_id": archive.id})
            for name, archive in cls.archives.items()
        }

    def test_matrix_covers_every_role(self):
        self.assertEqual(READS.keys(), ROLES.keys() - {"reviewer_two"})
        self.assertEqual(WRITES.keys(), READS.keys())

    def test_who_reads(self):
        everything = self.env["res.partner"].browse(r.id for r in (*self.archives.values(), *self.contacts.values()))
        for login, names in READS.items():
            expected = {r.id for name in names for r in (self.archives[name], self.contacts[name])}
            Partner = self.env["res.partner"].with_user(self.users[login])
            with self.subTest(login):
                domain = [("id", "in", everything.ids)]
                self.assertEqual(set(Partner.search(domain).ids), expected)
                self.assertEqual(Partner.search_count(domain), len(expected))
                groups = Partner._read_group(domain, [], ["id:array_agg"])
                self.assertEqual(set(groups[0][0] or ()), expected)
                found = {pid for pid, __ in Partner.name_search("", domain=domain)}
                self.assertEqual(found, expected)
                for name, archive in self.archives.items():
                    readable = archive.with_user(self.users[login]).has_access("read")
                    self.assertEqual(readable, name in names, name)

    def test_who_edits(self):
        for login, names in WRITES.items():
            for name in ARCHIVES:
                for record in (self.archives[name], self.contacts[name]):
                    with self.subTest(login=login, archive=name, record=record.name):
                        record = record.with_user(self.users[login])
                        self.assertEqual(record.has_access("write"), name in names)

    def test_named_people(self):
        archive, contact = self.archives["foreign"], self.contacts["foreign"]
        employee, sales = self.users["employee"], self.users["sales"]
        self.assertFalse(contact.with_user(employee).has_access("read"))
        archive.with_user(self.users["colleague"]).archive_viewer_ids = employee + sales
        self.assertTrue(contact.with_user(employee).has_access("read"))
        self.assertFalse(contact.with_user(sales).has_access("write"))
        archive.with_user(self.users["colleague"]).archive_editor_ids = sales
        self.assertTrue(contact.with_user(sales).has_access("write"))
        self.assertTrue(archive.with_user(sales).has_access("write"))
        archive.with_user(self.users["colleague"]).archive_viewer_ids = False
        self.assertFalse(archive.with_user(employee).has_access("read"))

    def test_team_membership_counts_at_once(self):
        archive, colleague = self.archives["team"], self.users["colleague"]
        self.assertFalse(archive.with_user(colleague).has_access("read"))
        member = self.env["crm.team.member"].create({"crm_team_id": self.team.id, "user_id": colleague.id})
        self.assertTrue(archive.with_user(colleague).has_access("read"))
        member.active = False
        self.assertFalse(archive.with_user(colleague).has_access("read"))

    def test_leader_changes_take_effect_at_once(self):
        archive = self.archives["own"]
        self.team.user_id = self.users["colleague"]
        self.assertFalse(archive.with_user(self.users["leader"]).has_access("read"))

    def test_editor_does_not_widen_their_access(self):
        archive = self.archives["foreign"]
        archive.with_user(self.users["colleague"]).archive_editor_ids = self.users["sales"]
        as_editor = archive.with_user(self.users["sales"])
        as_editor.customer_requirements = "Editors edit facts"
        for values in (
            {"user_id": self.users["sales"].id},
            {"archive_access": "internal"},
            {"archive_editor_ids": [(4, self.users["employee"].id)]},
            {"archive_viewer_ids": [(4, self.users["employee"].id)]},
            {"archive_team_id": self.team.id},
        ):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "in charge"):
                as_editor.write(values)

    def test_owner_names_people_and_a_leader_hands_over(self):
        archive = self.archives["own"]
        self.as_user(archive, "sales").archive_access = "internal"
        with self.assertRaisesRegex(AccessError, "in charge"):
            self.as_user(archive, "sales").user_id = self.users["colleague"]
        self.as_user(archive, "leader").user_id = self.users["colleague"]
        self.assertEqual(archive.archive_owner_id, self.users["colleague"])
        self.assertEqual(self.contacts["own"].archive_owner_id, self.users["colleague"])

    def test_salesperson_enters_for_nobody_else(self):
        with self.assertRaisesRegex(AccessError, "your own"):
            self.create_archive("sales", user_id=self.users["colleague"].id)

    def test_contact_that_moves_follows_its_new_company(self):
        contact = self.contacts["foreign"]
        self.assertFalse(contact.with_user(self.users["employee"]).has_access("read"))
        contact.parent_id = self.archives["internal"]
        self.assertTrue(contact.with_user(self.users["employee"]).has_access("read"))
        contact.parent_id = False
        self.assertFalse(contact.archive_scope)
        self.assertFalse(contact.archive_owner_id)

    def test_findings_changes_and_numbers_follow_the_customer(self):
        archive = self.archives["foreign"]
        archive.with_user(self.users["colleague"]).email = "broken"
        issue = archive.sudo().archive_issue_ids
        self.assertTrue(issue)
        Issue = self.env["customer.data.issue"]
        for login, names in READS.items():
            found = Issue.with_user(self.users[login]).search([("id", "in", issue.ids)])
            self.assertEqual(bool(found), "foreign" in names, login)
            count = Issue.with_user(self.users[login])._read_group([("id", "in", issue.ids)], [], ["__count"])
            self.assertEqual(count[0][0], len(issue) if "foreign" in names else 0, login)
        archive.with_user(self.users["colleague"]).email = False
        self.make_formal(archive)
        archive.with_user(self.users["colleague"]).with_context(archive_propose=True).write({"city": "Suzhou"})
        for model in ("customer.archive.change", "customer.archive.change.line", "customer.archive.number"):
            for login, names in READS.items():
                found = self.env[model].with_user(self.users[login]).search([("partner_id", "=", archive.id)])
                self.assertEqual(bool(found), "foreign" in names, (model, login))

    def test_attachments_and_chatter_follow_the_customer(self):
        archive = self.archives["foreign"]
        message = archive.message_post(body="secret")
        attachment = self.env["ir.attachment"].create(
            {"name": "secret.txt", "raw": b"secret", "res_model": "res.partner", "res_id": archive.id}
        )
        for record in (message, attachment):
            with self.assertRaises(AccessError):
                record.with_user(self.users["employee"]).read(["create_date"])
            record.with_user(self.users["office"]).read(["create_date"])

    def test_configuration_is_the_managers(self):
        values = {
            "customer.archive.template": {"name": "T"},
            "customer.region": {"name": "R"},
            "res.partner.industry": {"name": "I", "code": "ZZ9"},
        }
        for login in ROLES:
            for model, vals in values.items():
                Model = self.env[model].with_user(self.users[login])
                self.assertTrue(Model.has_access("read"))
                for operation in ("create", "write", "unlink"):
                    self.assertEqual(Model.has_access(operation), login == "manager", (login, model, operation))
                if login == "manager":
                    Model.create(vals).write({"name": "Z"})

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other", "country_id": self.china.id})
        archive = self.create_archive("manager", email="broken")
        archive.sudo().write({"archive_company_id": other.id, "company_id": other.id})
        self.assertFalse(archive.with_user(self.users["office"]).has_access("read"))
        issues = self.env["customer.data.issue"].with_user(self.users["office"])
        self.assertFalse(issues.search([("partner_id", "=", archive.id)]))
        self.users["office"].company_ids += other
        allowed = [self.env.company.id, other.id]
        self.assertTrue(issues.with_context(allowed_company_ids=allowed).search([("partner_id", "=", archive.id)]))
        template = self.env["customer.archive.template"].create({"name": "Theirs", "company_id": other.id})
        self.assertNotIn(template, self.env["customer.archive.template"].with_user(self.users["sales"]).search([]))
