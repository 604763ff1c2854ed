"""Reading XLSX: values, structure, and files that must be refused."""

import io
import re
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter
from customer_archive_tools.workbook import Limits, WorkbookError, read_workbook
from customer_archive_tools.workbook_model import CODES
from openpyxl import Workbook as Book

SHEET = "xl/worksheets/sheet1.xml"


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsx(*rows, title="Sheet"):
    book = Book()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def repack(data, **changes):
    """Replace, add or (None) drop parts of a package, keys with / as __."""
    stream = io.BytesIO()
    parts = {name.replace("__", "/"): text for name, text in changes.items()}
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.namelist():
            if item not in parts:
                new.writestr(item, old.read(item))
        for name, text in parts.items():
            if text is not None:
                new.writestr(name, text)
    return stream.getvalue()


def with_sheet(inner, after=""):
    """Return a workbook whose sheet has just this XML in its sheetData."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<worksheet xmlns="{space}"><sheetData>{inner}</sheetData>{after}</worksheet>'
    )
    return repack(xlsx(["x"]), **{SHEET: xml})


def only_sheet(data, **kw):
    (sheet,) = read_workbook(data, **kw).sheets
    return sheet


def code_of(data, **kw):
    with pytest.raises(WorkbookError) as caught:
        read_workbook(data, **kw)
    assert caught.value.code in CODES
    return caught.value.code


def test_values_keep_their_types():
    moment = datetime(2020, 1, 5, 10, 20)
    data = xlsx(
        ["名称", 1, 1.5, True, None, date(2020, 1, 5), moment, time(8, 30), "00123"]
    )
    book = read_workbook(data, "whatever.pdf")
    assert book.kind == "xlsx"
    assert book.sheets[0].rows == [
        ["名称", 1, 1.5, True, None, date(2020, 1, 5), moment, "08:30:00", "00123"]
    ]
    types = [type(value) for value in book.sheets[0].rows[0][:6]]
    assert types == [str, int, float, bool, type(None), date]


def test_whole_numbers_are_integers_and_long_ones_are_reported():
    sheet = only_sheet(
        with_sheet(
            '<row r="1"><c r="A1"><v>13502593627.0</v></c><c r="B1"><v>1.35E10</v></c>'
            '<c r="C1"><v>913302038000000000</v></c><c r="D1"><v>0.1</v></c></row>'
        )
    )
    assert sheet.rows == [[13502593627, 13500000000, 913302038000000000, 0.1]]
    assert [type(value) for value in sheet.rows[0]] == [int, int, int, float]
    assert sheet.imprecise == ((0, 2),)


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x","点击")', "+1", "@a"])
@pytest.mark.parametrize("kind", ["inlineStr", "str"])
def test_text_that_begins_like_a_formula_stays_text(text, kind):
    quoted = text.replace('"', "&quot;")
    content = f"<is><t>{quoted}</t></is>" if kind == "inlineStr" else f"<v>{quoted}</v>"
    sheet = only_sheet(
        with_sheet(f'<row r="1"><c r="A1" t="{kind}">{content}</c></row>')
    )
    assert sheet.rows == [[text]]
    assert sheet.formulas == ()


def test_formulas_give_their_stored_result_or_are_reported():
    sheet = only_sheet(
        with_sheet(
            '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c>'
            '<c r="C1" t="str"><f>HYPERLINK("u","t")</f><v>t</v></c>'
            '<c r="D1"><f>1+1</f><v></v></c>'
            '<c r="E1" t="str"><f>""</f><v></v></c></row>'
        )
    )
    assert sheet.rows == [[2, None, "t"]]
    assert sheet.formulas == ((0, 1), (0, 3))


def test_formulas_that_openpyxl_wrote_have_no_result():
    assert only_sheet(xlsx(["a", "=1+1"], ["b", 2])).formulas == ((0, 1),)


def test_merged_cells_keep_the_first_value_and_are_reported():
    book = Book()
    sheet = book.active
    for row in range(1, 4):
        sheet.append([f"{row}{column}" for column in "abc"])
    data = saved(book)
    xml = zipfile.ZipFile(io.BytesIO(data)).read(SHEET).decode()
    merges = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="C3"/></mergeCells>'
    xml = xml.replace("</sheetData>", "</sheetData>" + merges)
    sheet = only_sheet(repack(data, **{SHEET: xml}))
    assert sheet.merged == ("A1:B2", "C3:C3")
    assert sheet.rows == [
        ["1a", None, "1c"],
        [None, None, "2c"],
        ["3a", "3b", "3c"],
    ]


def test_blank_rows_inside_stay_and_at_the_end_go():
    book = Book()
    sheet = book.active
    sheet["B2"], sheet["A4"] = "x", "y"
    sheet["D9"].number_format = "0.00"
    sheet["A1"] = ""
    assert only_sheet(saved(book)).rows == [
        [None, None],
        [None, "x"],
        [None, None],
        ["y", None],
    ]


def test_formatted_columns_to_the_end_of_the_sheet_cost_nothing():
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
    sheet = only_sheet(with_sheet(cells + '<c r="XFD1048576" s="0"/></row>'))
    assert sheet.rows == [[1]]


def test_wrong_dimension_is_not_believed():
    data = with_sheet('<row r="3"><c r="C3"><v>7</v></c></row>')
    xml = zipfile.ZipFile(io.BytesIO(data)).read(SHEET).decode()
    xml = xml.replace("<sheetData>", '<dimension ref="A1"/><sheetData>')
    assert only_sheet(repack(data, **{SHEET: xml})).rows[2] == [None, None, 7]


def test_cells_without_coordinates_follow_each_other():
    row = "<row><c><v>1</v></c><c><v>2</v></c></row>"
    assert only_sheet(with_sheet(row + row)).rows == [[1, 2], [1, 2]]


@pytest.mark.parametrize("number", [31, 57, 58, 27])
def test_chinese_builtin_date_formats_are_dates(number):
    data = with_sheet('<row r="1"><c r="A1" s="1"><v>43835</v></c></row>')
    styles = zipfile.ZipFile(io.BytesIO(data)).read("xl/styles.xml").decode()
    extra = f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    styles = styles.replace("</cellXfs>", extra + "</cellXfs>")
    sheet = only_sheet(repack(data, **{"xl/styles.xml": styles}))
    assert sheet.rows == [[date(2020, 1, 5)]]


def test_excel_escapes_are_undone():
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000A_b</t></is></c></row>'
    assert only_sheet(with_sheet(cell)).rows == [["a\nb"]]


def by_xlsxwriter():
    """A file with shared strings, a hidden sheet and a sheet that is a chart."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("客户")
        sheet.write_row(0, 0, ["a", 1])
        book.add_worksheet("空")
        hidden = book.add_worksheet("联系人")
        hidden.write(0, 0, "b")
        hidden.hide()
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=客户!$B$1:$B$1"})
        book.add_chartsheet("图").set_chart(chart)
    return stream.getvalue()


def test_sheets_keep_order_names_and_hiding():
    sheets = read_workbook(by_xlsxwriter()).sheets
    assert [(s.name, s.rows, s.hidden) for s in sheets] == [
        ("客户", [["a", 1]], False),
        ("空", [], False),
        ("联系人", [["b"]], True),
    ]


def test_legacy_workbook_is_read_whole(legacy):
    book = read_workbook(legacy.path.read_bytes(), legacy.path.name)
    customers, contacts = book.sheets
    assert (customers.name, contacts.name) == ("客户", "联系人")
    assert len(customers.rows) == 1 + legacy.truth["rows"]
    assert len(contacts.rows) == 1 + legacy.truth["contacts"]
    remark = customers.rows[0].index("备注")
    like_formulas = [
        number
        for number, row in enumerate(customers.rows, 1)
        if str(row[remark]).startswith("=")
    ]
    assert like_formulas == legacy.truth["formula_names"]
    assert customers.formulas == contacts.formulas == ()
    for number, row in legacy.customers.items():
        assert customers.rows[number - 1] == list(row.values())


def test_too_large():
    data = xlsx(["x"])
    assert code_of(data, limits=Limits(max_bytes=len(data) - 1)) == "too_large"
    assert only_sheet(data, limits=Limits(max_bytes=len(data))).rows == [["x"]]


def test_limits_count_rows_columns_and_sheets():
    data = xlsx(["a", "b"], ["c"], ["d"])
    assert only_sheet(data, limits=Limits(max_rows=3, max_columns=2)).rows
    assert code_of(data, limits=Limits(max_rows=2)) == "too_many_rows"
    assert code_of(data, limits=Limits(max_columns=1)) == "too_many_columns"
    assert code_of(data, limits=Limits(max_sheets=0)) == "too_many_sheets"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "too_many_rows"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "too_many_columns"),
        ('<row r="9999999999"><c><v>1</v></c></row>', "too_many_rows"),
        ('<row r="1"><c r="A99999999999"><v>1</v></c></row>', "not_a_workbook"),
        ('<row r="one"><c><v>1</v></c></row>', "not_a_workbook"),
        ('<row r="1"><c r="A1" t="s"><v>77</v></c></row>', "not_a_workbook"),
        ('<row r="1"><c r="A1"><v>1</c></row>', "bad_xml"),
    ],
)
def test_hostile_cells(cell, code):
    assert code_of(with_sheet(cell)) == code


def test_overlapping_merges_are_refused():
    merge = '<mergeCell ref="A1:A100"/>'
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 101)
    )
    data = with_sheet(cells, f"<mergeCells>{merge * 1000}</mergeCells>")
    assert code_of(data) == "not_a_workbook"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
def test_document_types_are_refused(part, declaration):
    data = by_xlsxwriter()
    xml = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
    xml = re.sub(r"^<\?xml[^>]*\?>", "", xml)
    assert code_of(repack(data, **{part: declaration + xml})) == "bad_xml"


def test_document_type_in_utf16_is_refused():
    data = xlsx(["x"])
    xml = zipfile.ZipFile(io.BytesIO(data)).read(SHEET).decode()
    evil = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE worksheet>' + xml
    assert code_of(repack(data, **{SHEET: evil.encode("utf-16")})) == "bad_xml"


@pytest.mark.parametrize(
    "name",
    ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/vbaProjectSignature.bin"],
)
def test_macros_are_refused(name):
    assert code_of(repack(xlsx(["x"]), **{name: "x"})) == "macro"


def test_workbook_of_a_macro_type_is_refused_without_its_macros():
    data = xlsx(["x"])
    types = zipfile.ZipFile(io.BytesIO(data)).read("[Content_Types].xml").decode()
    types = types.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert code_of(repack(data, **{"[Content_Types].xml": types})) == "macro"


def test_bombs_are_refused_before_they_are_unpacked():
    bomb = repack(xlsx(["x"]), **{"xl/media/a.bin": b"\0" * 30 * 1024**2})
    assert len(bomb) < 100_000
    assert code_of(bomb) == "zip_bomb"
    many = repack(xlsx(["x"]), **{f"xl/media/{n}": b"" for n in range(2001)})
    assert code_of(many) == "zip_bomb"
    assert code_of(xlsx(["x"]), limits=Limits(max_unpacked=1000)) == "zip_bomb"


def test_encrypted_zip():
    data = bytearray(xlsx(["x"]))
    for match in re.finditer(b"PK\x01\x02", bytes(data)):
        data[match.start() + 8] |= 1
    assert code_of(bytes(data)) == "password_protected"


def test_damaged_files():
    data = xlsx(["x"])
    assert code_of(data[: len(data) // 2]) == "not_a_workbook"
    assert code_of(b"PK\x03\x04" + b"x" * 100) == "not_a_workbook"
    broken = bytearray(repack(data, **{SHEET: None}))
    assert code_of(bytes(broken)) in ("not_a_workbook", "no_rows")
    flipped = bytearray(data)
    flipped[data.index(SHEET.encode()) + len(SHEET) + 5] ^= 0xFF
    assert code_of(bytes(flipped)) in ("not_a_workbook", "bad_xml")


def test_other_packages():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<w/>")
    assert code_of(stream.getvalue()) == "not_a_workbook"
    assert code_of(repack(xlsx(["x"]), **{"xl/workbook.bin": b"x"})) == "unknown_type"
    bare = repack(xlsx(["x"]), **{"xl/workbook.xml": None})
    assert code_of(bare) == "not_a_workbook"


def test_no_rows():
    assert code_of(xlsx()) == "no_rows"
    assert code_of(xlsx([None, ""])) == "no_rows"
