from odoo.tests import tagged

from .import_common import ACME, ImportCommon

FIELDS = ["name", "is_company", "vat", "phone", "email", "archive_state", "archive_number"]


@tagged("post_install", "-at_install")
class TestHostImport(ImportCommon):
    """The host's own import of contacts passes the same checks."""

    def load(self, fields, *rows):
        Partner = self.env["res.partner"].with_context(default_archive_state="draft", import_file=True)
        result = Partner.load(fields, [list(row) for row in rows])
        return self.env["res.partner"].browse(result["ids"] or []), " ".join(m["message"] for m in result["messages"])

    def test_values_are_unified_and_checked(self):
        partners, messages = self.load(
            ["name", "is_company", "vat", "phone", "email", "country_id"],
            [f" {ACME[1]} ", "True", "91370102 m60267738b", "１３５０２５９３６２７", "info@example.com", "CN"],
            ["宁波凯盛宏五金制品有限公司", "True", "913302037A32622227", "1350259362", "info@example", "CN"],
        )
        self.assertFalse(messages)
        good, bad = partners
        self.assertEqual((good.name, good.vat, good.phone), (ACME[1], "91370102M60267738B", "13502593627"))
        self.assertEqual(good.archive_state, "draft")
        self.assertEqual(good.archive_company_id, self.env.company)
        faults = {"vat_check_digit", "phone_invalid", "email_invalid"}
        self.assertFalse(faults & set(good.archive_issue_ids.mapped("code")))
        self.assertLessEqual(faults, set(bad.archive_issue_ids.mapped("code")))

    def test_formal_archives_are_not_imported(self):
        partners, messages = self.load(["name", "archive_state"], ["Acme", "formal"])
        self.assertFalse(partners)
        self.assertIn("set by the buttons of the record", messages)

    def test_numbers_are_not_imported(self):
        partners, messages = self.load(["name", "archive_number"], ["Acme", "C2026-00001"])
        self.assertFalse(partners)
        self.assertIn("set by the buttons of the record", messages)

    def test_facts_of_a_formal_archive_are_not_imported(self):
        self.import_rows([ACME], ())
        partner = self.get_partner("K1")
        self.make_formal(partner)
        partners, messages = self.load([".id", "city"], [str(partner.id), "青岛市"])
        self.assertFalse(partners)
        self.assertIn("change by a proposal that another person approves", messages)
        self.assertEqual(partner.city, "济南市")
        partners, messages = self.load([".id", "city", "customer_history"], [str(partner.id), "济南市", "since 2012"])
        self.assertEqual((partners, messages), (partner, ""))
        self.assertEqual(partner.customer_history, "since 2012")

    def test_contacts_that_are_no_archives_stay_as_they_are(self):
        Partner = self.env["res.partner"].with_context(import_file=True)
        result = Partner.load(["name", "vat"], [["Plain  Contact", "x y"]])
        partner = self.env["res.partner"].browse(result["ids"])
        self.assertEqual((partner.name, partner.vat, partner.archive_state), ("Plain  Contact", "x y", False))


@tagged("post_install", "-at_install")
class TestHostImportTags(ImportCommon):
    """The host's own import of tags and of contacts that have some."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Taxonomy = cls.env["customer.taxonomy"]
        cls.wishes, cls.ways = Taxonomy.create([{"name": "Wishes"}, {"name": "Ways", "is_exclusive": True}])
        cls.kept = Taxonomy.create({"name": "Kept", "setter_group_ids": cls.env.ref("base.group_system").ids})
        cls.fast, cls.shop, cls.web, cls.secret = cls.env["customer.tag"].create(
            [
                {"name": name, "taxonomy_id": taxonomy.id}
                for name, taxonomy in (
                    ("Fast", cls.wishes), ("Shop", cls.ways), ("Web", cls.ways), ("Secret", cls.kept),
                )
            ]
        )
        # of the same name in another taxonomy
        cls.env["customer.tag"].create({"name": "Fast", "taxonomy_id": cls.ways.id})

    def load(self, model, fields, *rows, user=None):
        Model = self.env[model].with_user(user or self.manager).with_context(import_file=True)
        result = Model.load(fields, [list(row) for row in rows])
        return Model.browse(result["ids"] or []), " ".join(m["message"] for m in result["messages"])

    def load_customer(self, tags, user=None):
        return self.load(
            "res.partner", ["name", "archive_state", "customer_tag_ids"], ["Acme", "draft", tags], user=user
        )

    def test_tags_are_imported_with_their_taxonomy(self):
        tags, messages = self.load("customer.tag", ["name", "taxonomy_id"], ["Slow", "Wishes"], ["Slow", "Ways"])
        self.assertFalse(messages)
        self.assertEqual(tags.taxonomy_id, self.wishes | self.ways)

    def test_unknown_taxonomy_is_told_and_nothing_is_created(self):
        before = self.env["customer.tag"].search_count([])
        tags, messages = self.load("customer.tag", ["name", "taxonomy_id"], ["Slow", "Wishes"], ["Slow", "Nowhere"])
        self.assertFalse(tags)
        self.assertIn("No matching record found for name 'Nowhere' in field 'Taxonomy'", messages)
        self.assertEqual(self.env["customer.tag"].search_count([]), before)
        self.assertFalse(self.env["customer.taxonomy"].search([("name", "=", "Nowhere")]))

    def test_customer_gets_tags_named_by_their_taxonomies(self):
        partner, messages = self.load_customer("Wishes: Fast,Ways: Web")
        self.assertFalse(messages)
        self.assertEqual(partner.customer_tag_ids, self.fast | self.web)
        self.assertEqual(set(partner.customer_tag_assignment_ids.mapped("origin")), {"person"})

    def test_unknown_tag_is_told_and_nothing_is_created(self):
        partner, messages = self.load_customer("Wishes: Nothing")
        self.assertFalse(partner)
        self.assertIn("Wishes: Nothing", messages)

    def test_two_tags_of_a_taxonomy_with_one_per_customer_are_refused(self):
        partner, messages = self.load_customer("Ways: Shop,Ways: Web")
        self.assertFalse(partner)
        self.assertIn("can have one tag of “Ways”", messages)

    def test_tag_that_others_set_is_refused(self):
        partner, messages = self.load_customer("Kept: Secret", self.importer)
        self.assertFalse(partner)
        self.assertIn("Tags of “Kept” are set by", messages)

    def test_tags_are_made_by_managers_only(self):
        tags, messages = self.load("customer.tag", ["name", "taxonomy_id"], ["Slow", "Wishes"], user=self.importer)
        self.assertFalse(tags)
        self.assertTrue(messages)
