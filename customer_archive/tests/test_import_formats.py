import base64
import csv
import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import xlwt
from odoo.tests import tagged

from ..tools.spreadsheet import SheetData, write_workbook
from .common import WRONG_CODE
from .import_common import ACME, CONTACT_TITLES, CUSTOMER_TITLES, ImportCommon

SHEETS = [
    SheetData(
        "客户",
        CUSTOMER_TITLES,
        [
            [*ACME[:5], 13502593627, ACME[6], None, "1,200", date(2012, 11, 19), "=1+1"],
            ["K2", "杭州天泰食品有限公司", WRONG_CODE, "浙江", "杭州市", "0571-85060001", None, None, 12.0, None, None],
        ],
    ),
    SheetData(
        "联系人",
        CONTACT_TITLES,
        [["K1", "赵洋兰", "总经理", 17745901665, True], ["K2", "周勇", "采购经理", "139", False]],
    ),
]
ARCHIVES = [
    {
        "name": ACME[1], "vat": ACME[2], "city": "济南市", "phone": "13502593627", "email": "info@example.com",
        "customer_staff_count": 1200, "customer_since": date(2012, 11, 19), "customer_requirements": "=1+1",
        "is_company": True, "archive_state": "draft",
    },
    {
        "name": "杭州天泰食品有限公司", "vat": WRONG_CODE, "city": "杭州市", "phone": "0571-85060001", "email": False,
        "customer_staff_count": 12, "customer_since": False, "customer_requirements": False,
        "is_company": True, "archive_state": "draft",
    },
]
CONTACTS = [
    {"name": "赵洋兰", "function": "总经理", "phone": "17745901665", "decision_role": "decider"},
    {"name": "周勇", "function": "采购经理", "phone": "139", "decision_role": False},
]
TOLD = {"K1": set(), "K2": {"vat_check_digit"}, "K1|赵洋兰": set(), "K2|周勇": {"phone_invalid"}}
FINDINGS = [
    {"code": "phone_invalid", "field_name": "phone", "severity": "warning", "value": "139"},
    {"code": "vat_check_digit", "field_name": "vat", "severity": "error", "value": WRONG_CODE},
]


def write_xls(sheets):
    """An XLS file, as Excel 97 to 2003 kept it."""
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in sheets:
        target = book.add_sheet(sheet.name)
        for number, row in enumerate([sheet.header, *sheet.rows]):
            for column, value in enumerate(row):
                target.write(number, column, value, *([day] if isinstance(value, date) else []))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_csv(sheet):
    """A text file with one sheet, as Excel in Chinese saves it: every value as it is shown."""
    stream = io.StringIO()
    csv.writer(stream).writerows([sheet.header, *([show(value) for value in row] for row in sheet.rows)])
    return stream.getvalue().encode("gbk")


def show(value):
    """A value as a sheet shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    return f"{value:g}" if isinstance(value, float) else value


def write_ods(sheets):
    """An ODS file with the parts that a reader needs."""
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    tables = "".join(
        f'<table:table table:name="{sheet.name}">{"".join(map(ods_row, [sheet.header, *sheet.rows]))}</table:table>'
        for sheet in sheets
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return stream.getvalue()


def ods_row(row):
    return f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>"


def ods_cell(value):
    """A cell of the kind of its value: with what is stored, and the text that is shown."""
    if value is None:
        return "<table:table-cell/>"
    stored = {
        bool: f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"',
        date: f'office:value-type="date" office:date-value="{value}"',
        str: 'office:value-type="string"',
    }.get(type(value), f'office:value-type="float" office:value="{value}"')
    return f"<table:table-cell {stored}><text:p>{escape(str(show(value)))}</text:p></table:table-cell>"


WRITERS = {"xlsx": write_workbook, "xls": write_xls, "ods": write_ods}


def write_files(kind):
    """The lists in files of one kind: pairs of name and content. A text file holds one list only."""
    if kind == "csv":
        return [(f"{sheet.name}.csv", write_csv(sheet)) for sheet in SHEETS]
    return [(f"customers.{kind}", WRITERS[kind](SHEETS))]


@tagged("post_install", "-at_install")
class TestImportFormats(ImportCommon):
    """The same lists in every kind of file become the same archives, contacts and findings."""

    def import_files(self, kind):
        """Import the files of one kind one after another.

        :return: key of a row → kinds of messages, as the trials and as the imports tell them; all rows
        """
        tried, told, rows = {}, {}, self.env["customer.import.row"]
        for filename, data in write_files(kind):
            run = self.make_run(base64.b64encode(data), filename)
            run.action_trial()
            tried.update(self.get_told(run))
            told.update(self.get_told(self.import_all(run)))
            rows += run.row_ids
        return tried, told, rows

    def get_told(self, run):
        return {row.key: {message["code"] for message in row.messages or []} for row in run.row_ids}

    def assert_arrives(self, kind):
        """The files arrive as the lists that they were written from."""
        tried, told, rows = self.import_files(kind)
        self.assertEqual((tried, told), (TOLD, TOLD))
        self.assertEqual(rows.mapped("state"), ["created"] * 4)
        archives = self.get_partner("K1") + self.get_partner("K2")
        self.assertRecordValues(archives, ARCHIVES)
        self.assertRecordValues(archives.mapped("child_ids"), CONTACTS)
        self.assertRecordValues(archives.archive_issue_ids.sorted("code"), FINDINGS)
        self.assertEqual(archives.archive_issue_ids.partner_id, archives[1])

    def test_xlsx(self):
        self.assert_arrives("xlsx")

    def test_xls(self):
        self.assert_arrives("xls")

    def test_ods(self):
        self.assert_arrives("ods")

    def test_csv(self):
        self.assert_arrives("csv")

    def test_lists_in_another_kind_of_file_change_nothing(self):
        self.import_files("xlsx")
        for kind in ("xls", "ods", "csv"):
            with self.subTest(kind):
                self.assertEqual(set(self.import_files(kind)[-1].mapped("state")), {"unchanged"})
