import io
import zipfile
from urllib.parse import quote

from lxml import html
from odoo.tests import tagged
from odoo.tools import mute_logger
from openpyxl import load_workbook

from ..tools.export_mark import find_mark
from ..tools.workbook import read_workbook
from .export_common import ExportHttpCase

CALC = "=cmd|' /C calc'!A0"
NAMES = [CALC, "{=1+1}", "@SUM(1)", "＝1+1", "<img src=x onerror=alert(1)>", "-2+3", "external:c:/x.xlsx", "Plain"]


@tagged("post_install", "-at_install")
class TestExportFiles(ExportHttpCase):
    """The files that a browser gets: marked, and without a formula in them."""

    def make_nasty(self):
        values = {"parent_id": self.archive.id, "type": "contact", "phone": "+86 21 50592061"}
        return self.env["res.partner"].create([{"name": name, **values} for name in NAMES])

    def formulas(self, book):
        return [
            cell.coordinate
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" or cell.hyperlink
        ]

    def test_csv_says_who_made_it_in_a_column_without_values(self):
        self.login("sales")
        header, *rows = self.read_csv(self.download("csv", self.archive | self.contact))
        self.assertEqual(header[:2], ["Name", "Phone"])
        self.assertIn("Exported by " + self.users["sales"].name, header[2])
        self.assertTrue(find_mark(header[2]))
        self.assertEqual(rows, [["Acme", "021-50592061", ""], ["Li Na", "'" + self.contact.phone, ""]])
        self.assertEqual(self.taken(), 2)

    def test_csv_of_others_has_no_mark(self):
        self.login("sales")
        rows = self.read_csv(self.download("csv", self.archive))
        self.assertEqual(len(rows[0]), 3)
        rows = self.read_csv(self.download("csv", self.stranger))
        self.assertEqual(rows[0], ["Name", "Phone"])

    def test_csv_has_no_formula_in_values_and_titles(self):
        self.login("sales")
        people = self.make_nasty()
        fields = [{"name": "name", "label": "=1+1", "type": "char"}, {"name": "color", "label": "C", "type": "integer"}]
        people.color = -5
        rows = self.read_csv(self.download("csv", people, fields))
        self.assertEqual(rows[0][0], "'=1+1")
        self.assertEqual({row[1] for row in rows[1:]}, {"-5"}, "numbers stay numbers")
        for text in (text for row in rows for text in row[::2]):
            self.assertNotRegex(text, r"^[=+\-@\t\r＝＋－＠]")

    def test_csv_comes_back_unchanged_through_both_importers(self):
        self.login("sales")
        people = self.make_nasty()
        content = self.download("csv", people).content
        sheet = read_workbook(content, "contacts.csv").sheets[0]
        self.assertEqual([row[:2] for row in sheet.rows[1:]], [[p.name, p.phone] for p in people])
        headers = self.env["customer.import.run"]._get_headers(sheet.rows, 0)
        self.assertEqual(headers, ["Name", "Phone", ""], "the mark is no column")
        wizard = self.env["base_import.import"].create(
            {"res_model": "res.partner", "file": content, "file_name": "c.csv", "file_type": "text/csv"}
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True, "encoding": "utf-8"}
        preview = wizard.parse_preview(options)
        self.assertEqual(preview["headers"][:2], ["Name", "Phone"])
        self.assertNotIn(2, preview["matches"], "nothing is suggested for the column with the mark")
        result = wizard.execute_import(["name", "phone", False], preview["headers"], options)
        self.assertFalse(result["messages"])
        found = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(found.mapped("name"), people.mapped("name"))
        self.assertEqual(found.mapped("phone"), people.mapped("phone"))

    def test_xlsx_is_marked_and_has_no_formula(self):
        self.login("sales")
        people = self.make_nasty()
        book = self.read_xlsx(self.download("xlsx", people, ("name", "phone", "website")))
        self.assert_marked(book)
        self.assertEqual(self.formulas(book), [])
        self.assertEqual([row[0].value for row in book.worksheets[0].iter_rows(min_row=2)], people.mapped("name"))

    def test_xlsx_comes_back_unchanged(self):
        self.login("sales")
        people = self.make_nasty()
        content = self.download("xlsx", people).content
        book = read_workbook(content, "x.xlsx")
        self.assertEqual([row[:2] for row in book.sheets[0].rows[1:]], [[p.name, p.phone] for p in people])

    def test_grouped_xlsx_is_marked_and_has_no_formula(self):
        self.login("sales")
        people = self.make_nasty()
        people.function = CALC
        book = self.read_xlsx(self.download("xlsx", people, groupby=["function"]))
        self.assert_marked(book)
        self.assertEqual(self.formulas(book), [])
        self.assertEqual(book.worksheets[0]["A2"].value, f"{CALC} ({len(NAMES)})")

    def test_xlsx_of_others_has_neither_mark_nor_formula(self):
        self.stranger.name = CALC
        self.login("sales")
        book = self.read_xlsx(self.download("xlsx", self.stranger))
        self.assertEqual(len(book.sheetnames), 1)
        self.assertEqual(self.formulas(book), [])
        self.assertEqual(book.worksheets[0]["A2"].value, CALC)

    def test_file_over_the_limit_is_refused_with_the_reason(self):
        self.cap_all(1)
        self.login("sales")
        for kind in ("csv", "xlsx"):
            with mute_logger("odoo.addons.web.controllers.export", "odoo.http"):
                response = self.download(kind, self.archive | self.contact)
            self.assertEqual(response.status_code, 500)
            self.assertIn("have 1 left today", response.text)
        self.assertEqual(self.taken(), 0)

    #=== PIVOT TABLES ===#

    def pivot(self, model="customer.classification.report", title=CALC):
        return self.post(
            "/web/pivot/export_xlsx",
            {
                "title": "Sizes",
                "model": model,
                "measure_count": 1,
                "origin_count": 1,
                "col_group_headers": [[{"title": title, "width": 1, "height": 1}]],
                "measure_headers": [{"title": "Count", "is_bold": True}],
                "rows": [
                    {"title": title, "indent": 0, "values": [{"value": 5}]},
                    {"title": "{=1}", "indent": 1, "values": [{"value": title}]},
                ],
            },
        )

    def test_pivot_table_takes_the_right_and_is_counted(self):
        self.login("colleague")
        with mute_logger("odoo.http"):
            response = self.pivot()
        self.assertEqual(response.status_code, 403)
        self.assertIn("Access to export feature", html.fromstring(response.text).text_content())
        self.login("sales")
        self.assertEqual(self.pivot().status_code, 200)
        self.assertEqual(self.taken(), 2, "a row of the table is a record")

    def test_pivot_table_is_marked_and_has_no_formula(self):
        self.login("sales")
        book = self.read_xlsx(self.pivot())
        self.assert_marked(book)
        self.assertEqual(self.formulas(book), [])
        sheet = book["Sizes"]
        self.assertEqual([sheet["B1"].value, sheet["A3"].value, sheet["A4"].value], [CALC, CALC, "     {=1}"])
        self.assertEqual([sheet["B3"].value, sheet["B4"].value], [5, CALC])

    def test_pivot_table_of_others_needs_no_right_and_has_no_formula(self):
        self.login("colleague")
        book = self.read_xlsx(self.pivot("res.users.log"))
        self.assertEqual(book.sheetnames, ["Sizes"])
        self.assertEqual(self.formulas(book), [])

    def test_empty_pivot_table_is_refused_as_ever(self):
        self.login("sales")
        with mute_logger("odoo.http"):
            self.assertEqual(self.post("/web/pivot/export_xlsx", {}).status_code, 422)

    #=== CARDS AND PAPER ===#

    def card(self, partners):
        return self.url_open("/web/partner/vcard?partner_ids=" + quote(",".join(map(str, partners.ids))))

    def test_card_of_one_customer_needs_no_right_and_carries_the_mark(self):
        self.login("colleague")
        response = self.card(self.contact)
        self.assertEqual(response.status_code, 200)
        self.assertIn("X-EXPORT-MARK:CA-", response.text)
        self.assertIn("archive_colleague", response.text)
        self.assertEqual(self.taken("colleague"), 1)

    def test_cards_of_several_customers_take_the_right(self):
        self.login("colleague")
        with mute_logger("odoo.http"):
            self.assertEqual(self.card(self.archive | self.contact).status_code, 403)
        self.login("sales")
        response = self.card(self.archive | self.contact)
        with zipfile.ZipFile(io.BytesIO(response.content)) as cards:
            self.assertIsNone(cards.testzip())
            texts = [cards.read(name).decode() for name in cards.namelist()]
        self.assertEqual(len(texts), 2)
        self.assertTrue(all("X-EXPORT-MARK:CA-" in text for text in texts))

    def test_cards_of_others_are_as_ever(self):
        other = self.env["res.partner"].create({"name": "Other"})
        self.login("colleague")
        response = self.card(self.stranger | other)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(zipfile.ZipFile(io.BytesIO(response.content)).namelist(), ["Supplier.vcf", "Other.vcf"])
        self.assertNotIn("X-EXPORT", self.card(self.stranger).text)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/web/partner/vcard?partner_ids=x").status_code, 404)

    def test_printed_file_of_one_is_marked_and_several_take_the_right(self):
        second = self.create_archive(name="Beta")
        url = "/report/html/customer_archive.report_customer_archive/"
        self.login("colleague")
        page = self.url_open(url + str(self.archive.id))
        self.assertEqual(page.status_code, 200)
        printed = html.fromstring(page.text).find_class("o_archive_printed")[0].text_content()
        self.assertTrue(find_mark(printed))
        self.assertIn("archive_colleague", printed)
        both = f"{url}{self.archive.id},{second.id}"
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(both).status_code, 403)
        self.login("sales")
        page = html.fromstring(self.url_open(both).text)
        self.assertEqual(len({find_mark(node.text_content()) for node in page.find_class("o_archive_printed")}), 1)
        self.assertEqual(self.taken(), 2)

    def test_report_that_is_downloaded_passes_the_gate(self):
        self.login("sales")
        self.cap_all(0)
        path = f"/report/pdf/customer_archive.report_customer_archive/{self.archive.id}"
        with mute_logger("odoo.http", "odoo.addons.web.controllers.report"):
            response = self.post("/report/download", [path, "qweb-pdf"])
        self.assertIn("have 0 left today", html.fromstring(response.text).text_content())

    def test_reports_of_others_carry_no_mark(self):
        Report = self.as_user(self.env["ir.actions.report"], "colleague")
        report = self.env["ir.actions.report"].search([("model", "=", "ir.module.module")], limit=1)
        Report._check_printing("customer_archive.report_customer_archive", self.archive.ids)
        self.assertTrue(self.env["customer.export.policy"]._get_open_mark())
        Report._check_printing(report, [1])
        self.assertFalse(self.env["customer.export.policy"]._get_open_mark())

    def test_own_workbook_is_counted_and_marked(self):
        self.login("sales")
        response = self.url_open(f"/customer_archive/xlsx/{self.archive.id}")
        book = load_workbook(io.BytesIO(response.content))
        self.assert_marked(book)
        self.assertEqual(self.taken(), 1)
        self.cap_all(1)
        with mute_logger("odoo.http"):
            response = self.url_open(f"/customer_archive/xlsx/{self.archive.id}")
        self.assertEqual(response.status_code, 422)
        self.assertIn("have 0 left today", html.fromstring(response.text).text_content())
