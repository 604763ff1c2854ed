import base64
import io
import zipfile

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.spreadsheet import SheetData, write_workbook
from .import_common import ACME, CONTACT, CUSTOMER_TITLES, PERSON, ImportCommon

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@tagged("post_install", "-at_install")
class TestImportFiles(ImportCommon):
    """What happens to files that are no such workbook, and to odd ones."""

    def make_zip(self, **members):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for name, content in members.items():
                package.writestr(name.replace("__", "/"), content)
        return stream.getvalue()

    def assert_refused(self, data, words, filename="customers.xlsx"):
        """The file gets one message that holds ``words``, and nothing stays."""
        counts = [self.env[model].sudo().search_count([]) for model in self.get_models()]
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.make_run(base64.b64encode(data), filename)
        self.assertEqual(counts, [self.env[model].sudo().search_count([]) for model in self.get_models()])

    def get_models(self):
        return ["customer.import.run", "customer.import.row", "customer.import.column", "ir.attachment", "res.partner"]

    def test_empty_file(self):
        self.assert_refused(b" \n", "empty")

    def test_file_of_another_kind(self):
        self.assert_refused(b"%PDF-1.7 ...", "not a workbook")
        self.assert_refused(b"\x89PNG\r\n\x1a\n....", "not a workbook")

    def test_zip_that_is_no_workbook(self):
        self.assert_refused(self.make_zip(a="b"), "workbook")

    def test_damaged_workbook(self):
        self.assert_refused(base64.b64decode(self.make_book())[:500], "workbook")

    def test_password_or_damaged_ole(self):
        self.assert_refused(OLE + b"\0" * 600, "workbook|password")

    def test_macro_workbook(self):
        data = base64.b64decode(self.make_book())
        source = zipfile.ZipFile(io.BytesIO(data))
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for name in source.namelist():
                content = source.read(name)
                if name == "[Content_Types].xml":
                    content = content.replace(
                        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                    )
                package.writestr(name, content)
            package.writestr("xl/vbaProject.bin", OLE)
        self.assert_refused(stream.getvalue(), "macros", "customers.xlsm")

    def test_too_large(self):
        limit = self.env["customer.import.run"]._get_import_limits().max_bytes
        self.assert_refused(b"a" * (limit + 1024), f"larger than {limit // 1024**2} MB")
        content = b"A" * 4 * 35 * 1024**2
        with self.assertRaisesRegex(UserError, "larger than"):
            self.env["customer.import.run"]._read_workbook(content, "customers.csv")

    def test_unknown_titles(self):
        data = write_workbook([SheetData("Sheet1", ["foo", "bar"], [["1", "2"]])])
        self.assert_refused(data, "No title of a column is known .found: foo, bar")

    def test_no_rows(self):
        run = self.make_run(self.make_book(customers=(), contacts=()))
        with self.assertRaisesRegex(UserError, "no rows"):
            run.action_trial()

    def test_wrong_file_in_place_of_a_good_one(self):
        run = self.make_run()
        with self.assertRaisesRegex(UserError, "not a workbook"), self.env.cr.savepoint():
            run.write({"file": base64.b64encode(b"%PDF-1.7"), "filename": "a.pdf"})
        run.action_trial()
        self.assertEqual(run.total_count, 3)

    def test_another_file_before_the_trial(self):
        run = self.make_run()
        run.write({"file": self.make_book(contacts=()), "filename": "b.xlsx"})
        self.assertEqual([sheet["name"] for sheet in run.sheets], ["客户"])

    def test_text_file(self):
        data = "客户编码,客户名称,电话\nK1,济南大恒恒物流有限公司,13502593627\n".encode("gbk")
        run = self.import_all(self.make_run(base64.b64encode(data), "客户.csv"))
        self.assertEqual(self.get_partner("K1").name, "济南大恒恒物流有限公司")
        self.assertEqual(run.row_ids.mapped("row_number"), [2])

    def test_title_rows_above_the_titles(self):
        data = write_workbook([SheetData("客户", ["客户资料表"], [["2026-11-01"], CUSTOMER_TITLES, ACME])])
        run = self.import_all(self.make_run(base64.b64encode(data)))
        self.assertEqual(run.row_ids.mapped("row_number"), [4])
        self.assertEqual(self.get_partner("K1").name, ACME[1])

    def test_merged_cells_and_formulas_are_told(self):
        from openpyxl import load_workbook  # noqa: PLC0415  only here: the app reads by its own tools

        book = load_workbook(io.BytesIO(base64.b64decode(self.make_book(customers=(ACME, PERSON)))))
        book["客户"].merge_cells("K2:K3")
        book["客户"]["I2"] = "=1+1"
        stream = io.BytesIO()
        book.save(stream)
        run = self.make_run(base64.b64encode(stream.getvalue()))
        self.assertIn("1 merged ranges (K2:K3)", run.warning_text)
        self.assertIn("1 formulas without a result (I2)", run.warning_text)
        self.assertFalse(self.import_all(run).row_ids[0].partner_id.customer_staff_count)

    def test_dates_and_numbers_as_text_or_values(self):
        rows = [
            [*ACME[:8], "1,200", "2020年1月5日", ""],
            ["K3", "杭州天泰食品有限公司", "", "浙江", "杭州市", 13502593627, "", "", 12.0, "2020-02-30", "=1+1"],
        ]
        self.import_rows(customers=rows)
        first, second = self.get_partner("K1"), self.get_partner("K3")
        self.assertEqual((first.customer_staff_count, str(first.customer_since)), (1200, "2020-01-05"))
        self.assertEqual((second.phone, second.customer_staff_count), ("13502593627", 12))
        self.assertEqual((second.customer_since, second.customer_requirements), (False, "=1+1"))

    def test_unknown_sheet_is_told(self):
        sheets = [SheetData("客户", CUSTOMER_TITLES, [ACME]), SheetData("其他", ["x"], [["1"]])]
        run = self.make_run(base64.b64encode(write_workbook(sheets)))
        self.assertIn("Sheet “其他” is left out", run.warning_text)

    def test_contacts_alone_find_customers_of_earlier_imports(self):
        self.import_rows(contacts=())
        rows = [["K1", "李四", ""], ["K9", "王五", ""]]
        data = write_workbook([SheetData("联系人", ["客户编码", "姓名", "手机"], rows)])
        run = self.import_all(self.make_run(base64.b64encode(data)))
        self.assertEqual(self.get_partner("K1").child_ids.mapped("name"), ["李四"])
        self.assertEqual(run.row_ids.mapped("state"), ["created", "bad"])
        self.assertIn("No customer has the key “K9”", run.row_ids[1].message_text)

    def test_template_is_understood(self):
        data = self.env["customer.import.run"]._get_template_workbook()
        run = self.make_run(base64.b64encode(data))
        self.assertEqual([sheet["role"] for sheet in run.sheets], ["customer", "contact"])
        targets = self.source.column_ids.mapped("target")
        self.assertEqual(set(targets), set(self.source._get_targets_by_key()))

    def test_rows_to_check_as_a_workbook(self):
        from ..tools.workbook import read_workbook  # noqa: PLC0415

        faulty = ["K1", "", "", "山东", "济南市", "=1+1", *ACME[6:]]
        run = self.make_run(self.make_book([faulty, PERSON], ()))
        run.action_trial()
        sheet = read_workbook(run._get_message_workbook(), "x.xlsx").sheets[0]
        self.assertEqual(sheet.rows[0][:5], ["Row", "Sheet", "Column", "Value", "Reason"])
        reason = "The row has no name: enter it in the workbook."
        self.assertIn([2, "客户", "客户名称", None, reason], [row[:5] for row in sheet.rows])
        phone = next(row for row in sheet.rows if row[2] == "电话")
        self.assertEqual(phone[3], "=1+1")
        self.assertFalse(sheet.formulas)

    def test_contact_of_a_workbook_without_keys(self):
        customers = SheetData("客户", ["客户名称", "电话"], [[ACME[1], ""]])
        contacts = SheetData("联系人", ["客户名称", "姓名"], [[ACME[1], CONTACT[1]]])
        self.import_all(self.make_run(base64.b64encode(write_workbook([customers, contacts]))))
        self.assertEqual(self.get_partner(ACME[1]).child_ids.name, CONTACT[1])
