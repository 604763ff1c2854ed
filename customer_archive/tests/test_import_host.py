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
