import base64
import io
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged
from openpyxl import load_workbook

from .import_common import ImportCommon


class FormCase(ImportCommon):
    """The entry form, filled in as a person does in a spreadsheet program."""

    def get_form(self, lang="en_US"):
        run = self.env["customer.import.run"].with_context(lang=lang)
        return load_workbook(io.BytesIO(run._get_template_workbook()))

    def fill(self, sheet, *rows):
        """Write rows below the example, each a dict of title → value."""
        places = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows, 3):
            for title, value in row.items():
                sheet.cell(number, places[title], value)

    def upload(self, book):
        stream = io.BytesIO()
        book.save(stream)
        return self.make_run(base64.b64encode(stream.getvalue()), "form.xlsx")

    def choices(self, book, sheet, title):
        """What the list of a column offers."""
        letter = next(cell.column_letter for cell in sheet[1] if cell.value == title)
        [found] = [v for v in sheet.data_validations.dataValidation if str(v.sqref).startswith(f"{letter}2:")]
        return [row[0].value for row in book["Lists"][found.formula1.partition("!")[2].replace("$", "")]]


@tagged("post_install", "-at_install")
class TestImportForm(FormCase):
    def test_two_rows_filled_in_arrive_without_any_mapping(self):
        book = self.get_form()
        customers, contacts = book.worksheets[:2]
        industry = self.choices(book, customers, "Industry")[3]
        self.fill(
            customers,
            {"Customer key": "1", "Customer name": "Jinan Daheng Logistics", "Tax code": "91370102M60267738B",
             "Industry": industry, "Country": "China", "Province": self.choices(book, customers, "Province")[0],
             "City": "济南市", "Phone": "013502593627", "Salesperson": "张敏", "Staff": 42,
             "Customer since": date(2015, 3, 1), "Special requirements": "+1 pallet"},
            {"Customer key": "2", "Customer name": "Zhou Yong Trading Company"},
        )
        self.fill(contacts, {"Key of the customer": "1", "Contact name": "Li Na", "Decides (yes or no)": "Yes"})
        run = self.upload(book)
        self.assertFalse(run.warning_text)
        self.assertFalse(self.source.column_ids.filtered(lambda column: not column.target), "nothing to map")
        run.action_trial()
        self.assertFalse(run.unmapped_count)
        self.import_all(run)
        self.assertEqual((run.state, run.total_count), ("done", 3))
        first, second = self.get_partner("1"), self.get_partner("2")
        self.assertEqual((first.name, second.name), ("Jinan Daheng Logistics", "Zhou Yong Trading Company"))
        self.assertEqual((first.archive_state, second.archive_state), ("draft", "draft"))
        self.assertEqual((first.vat, first.customer_staff_count), ("91370102M60267738B", 42))
        self.assertEqual((first.user_id, first.customer_since), (self.seller, date(2015, 3, 1)))
        self.assertEqual(first.customer_requirements, "+1 pallet")
        self.assertTrue(first.industry_id and first.state_id)
        self.assertEqual(first.archive_contact_ids.mapped("name"), ["Li Na"])
        self.assertEqual(first.archive_contact_ids.decision_role, "decider")
        self.assertFalse(self.env["res.partner"].search_count([("name", "like", "示例")]), "the example stays out")

    def test_form_in_one_language_is_known_by_an_importer_of_another(self):
        self.env["res.lang"].sudo()._activate_lang("zh_CN")
        self.env["ir.module.module"].sudo().search([("name", "=", "customer_archive")])._update_translations("zh_CN")
        for made, read in (("zh_CN", "en_US"), ("en_US", "zh_CN")):
            with self.subTest(made=made):
                book = self.get_form(made)
                source = self.env["customer.import.source"].create({"name": f"Form {made}"})
                stream = io.BytesIO()
                book.save(stream)
                run = self.env["customer.import.run"].with_context(lang=read).create(
                    {"source_id": source.id, "file": base64.b64encode(stream.getvalue()), "filename": "form.xlsx"}
                )
                self.assertEqual([sheet["role"] for sheet in run.sheets], ["customer", "contact"])
                self.assertEqual(
                    sorted(source.column_ids.mapped("target")), sorted(source._get_targets_by_key()), "every column"
                )
                self.assertFalse(run.warning_text)

    def test_lists_offer_what_the_import_knows_again(self):
        book = self.get_form()
        customers = book.worksheets[0]
        targets = {target["label"]: target for target in self.source._get_customer_targets()}
        for title in ("Level", "Industry", "Country", "Province", "Salesperson", "Customer tag"):
            offered = self.choices(book, customers, title)
            self.assertEqual(len(offered), len(set(offered)), title)
            matcher = self.env["customer.import.map"]._get_matchers()[targets[title]["model"]]
            self.assertEqual(set(matcher(self.env.company, offered)), set(offered), title)
        self.assertIn("张敏", self.choices(book, customers, "Salesperson"))
        self.assertIn("China", self.choices(book, customers, "Country"))

    def test_example_that_was_written_over_is_a_row(self):
        book = self.get_form()
        customers = book.worksheets[0]
        customers["B2"] = "Daheng written over the example"
        run = self.import_all(self.upload(book))
        self.assertEqual(run.row_ids.mapped("name"), ["Daheng written over the example"])

    def test_empty_form_brings_nothing(self):
        run = self.upload(self.get_form())
        with self.assertRaisesRegex(UserError, "no rows"):
            run.action_trial()
