from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .class_common import ClassCase

ROLES = ("employee", "sales", "leader", "seller_all", "manager", "reviewer", "office")
# Who may do what: r read, w write, c create, d delete; a dash: nothing. Records of the person's own company.
RIGHTS = """
                                 employee sales leader seller_all manager reviewer office
customer.level                   r        r     r      r          rwcd    r        r
customer.taxonomy                r        r     r      r          rwcd    r        r
customer.tag                     r        r     r      r          rwcd    r        r
customer.rule.set                r        r     r      rwcd       rwcd    r        r
customer.level.criterion         r        r     r      rwcd       rwcd    r        r
customer.level.band              r        r     r      rwcd       rwcd    r        r
customer.level.threshold         r        r     r      rwcd       rwcd    r        r
customer.tag.rule                -        -     -      rwcd       rwcd    -        -
customer.tag.assignment          r        r     r      r          r       r        r
customer.classification          r        r     r      r          r       r        r
customer.classification.run      -        -     -      -          r       -        -
customer.rule.trial              -        -     -      rwcd       rwcd    -        -
customer.rule.trial.line         -        -     -      r          r       -        -
customer.level.decision          -        -     rwc    rwc        rwc     -        -
"""
LETTERS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestClassSecurity(ClassCase):
    """Every role on every model of the classes, and what restricted customers show."""

    def test_rights_by_role(self):
        head, *lines = (line.split() for line in RIGHTS.strip().splitlines())
        self.assertEqual(tuple(head), ROLES)
        for model, *cells in lines:
            for role, cell in zip(ROLES, cells, strict=True):
                records = self.env[model].with_user(self.users[role])
                got = "".join(letter for letter, operation in LETTERS.items() if records.has_access(operation))
                with self.subTest(model=model, role=role):
                    self.assertEqual(got or "-", cell)

    def test_history_and_tags_follow_a_restricted_customer(self):
        self.publish(self.draft_levels())
        self.publish(self.draft_tags([(self.key, "[]")]))
        archive = self.create_archive(archive_access="owner", customer_potential="high", archive_team_id=False)
        rows = archive.sudo().customer_classification_ids
        self.assertEqual(set(rows.mapped("dimension")), {"level", "lifecycle", "tag"})
        for role in ("sales", "seller_all", "manager", "reviewer", "office"):
            self.assertEqual(rows.with_user(self.users[role])._filtered_access("read"), rows, role)
        for role in ("colleague", "employee", "leader"):
            with self.subTest(role):
                self.assertFalse(rows.with_user(self.users[role])._filtered_access("read"))
                History = self.env["customer.classification"].with_user(self.users[role])
                domain = [("partner_id", "=", archive.id)]
                self.assertFalse(History._read_group(domain, ["new_level_id"], ["__count"]))
                tags = self.env["customer.tag.assignment"].with_user(self.users[role])
                self.assertFalse(tags._read_group(domain, ["tag_id"], ["__count"]))
                self.assertEqual(self.gold.with_user(self.users[role]).partner_count, 0)
                with self.assertRaises(AccessError):
                    rows.with_user(self.users[role])[0].read(["score"])

    def test_what_belongs_to_another_company_is_out_of_sight(self):
        company = self.env["res.company"].create({"name": "Elsewhere", "country_id": self.china.id})
        level = self.env["customer.level"].create({"name": "Theirs", "company_id": company.id})
        taxonomy = self.env["customer.taxonomy"].create(
            {"name": "Theirs", "company_id": company.id, "tag_ids": [Command.create({"name": "Their tag"})]}
        )
        rules = self.draft_levels()
        rules.sudo().company_id = company
        for record in (level, taxonomy, taxonomy.tag_ids, rules.sudo(), rules.sudo().criterion_ids,
                       rules.sudo().threshold_ids, rules.sudo().criterion_ids.band_ids):
            with self.subTest(record._name):
                self.assertFalse(record.with_user(self.users["manager"])._filtered_access("read"))

    def test_a_salesperson_does_not_widen_the_own_rights_by_tags(self):
        self.wishes.setter_group_ids = self.env.ref("customer_archive.group_manager")
        archive = self.create_archive()
        with self.assertRaises(AccessError):
            archive.write({"customer_tag_assignment_ids": [Command.create({"tag_id": self.speed.id})]})
        with self.assertRaises(AccessError):
            self.env["customer.tag.assignment"].with_user(self.users["sales"]).create(
                {"partner_id": archive.id, "tag_id": self.speed.id}
            )
        with self.assertRaises(AccessError):
            self.as_user(self.speed, "sales").write({"name": "Mine"})

    def test_import_keeps_to_the_same_rights(self):
        archive = self.create_archive()
        sales = self.env["res.partner"].with_user(self.users["sales"])
        result = sales.load(
            ["name", "is_company", "archive_state", "customer_tag_ids", "customer_potential"],
            [["Loaded Co", "1", "draft", "Wishes: Speed,Wishes: Price", "high"]],
        )
        self.assertFalse(result["messages"])
        loaded = sales.browse(result["ids"])
        self.assertEqual(loaded.customer_tag_ids, self.speed | self.price)
        self.treatment.set_by = "rule"
        before = self.env["res.partner"].search_count([])
        for values in (["Refused Co", "1", "draft", "Care: Key", ""], ["Refused Co", "1", "draft", "No such tag", ""]):
            result = sales.load(
                ["name", "is_company", "archive_state", "customer_tag_ids", "customer_potential"], [values]
            )
            self.assertTrue(result["messages"])
            self.assertFalse(result["ids"])
        result = sales.load(["id", "customer_level_id"], [[archive.sudo().export_data(["id"])["datas"][0][0], "Gold"]])
        self.assertTrue(result["messages"], "a level is no fact to be imported")
        self.assertEqual(self.env["res.partner"].search_count([]), before)
