"""Reading XLS, ODS and text, and what is no workbook at all."""

import io
import struct
import zipfile
from datetime import date, datetime

import pytest
from customer_archive_tools import workbook_xls
from customer_archive_tools.workbook import Limits, WorkbookError, read_workbook
from customer_archive_tools.workbook_csv import sniff_delimiter
from customer_archive_tools.workbook_model import CODES
from hypothesis import given
from hypothesis import strategies as st


def code_of(data, **kw):
    with pytest.raises(WorkbookError) as caught:
        read_workbook(data, **kw)
    assert caught.value.code in CODES
    return caught.value.code


def rows_of(data, **kw):
    (sheet,) = read_workbook(data, **kw).sheets
    return sheet.rows


# --- text -------------------------------------------------------------------

TABLE = "名称,税号,备注\n甲公司,0091,=1+1\n乙公司,,\n"
ROWS = [["名称", "税号", "备注"], ["甲公司", "0091", "=1+1"], ["乙公司", None, None]]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_csv_in_every_encoding(encoding):
    book = read_workbook(TABLE.encode(encoding), "dir\\客户 2020.csv")
    assert (book.kind, book.sheets[0].name) == ("csv", "客户 2020")
    assert book.sheets[0].rows == ROWS


def test_csv_with_rare_characters_of_gb18030():
    assert rows_of("名称,a\n𠮷野家,b\n".encode("gb18030"))[1] == ["𠮷野家", "b"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_delimiters_and_newlines(delimiter, newline):
    lines = ["名称|地址|数", '甲|"上海, 浦东; 1号"|1', '乙|"两\n行"|2']
    data = newline.join(lines).replace("|", delimiter).encode()
    assert rows_of(data) == [
        ["名称", "地址", "数"],
        ["甲", "上海, 浦东; 1号", "1"],
        ["乙", "两\n行", "2"],
    ]


def test_csv_names_its_delimiter():
    assert rows_of(b"sep=;\na,b;c\n") == [["a,b", "c"]]
    assert rows_of(b"sep=,\na;b,c;d\n") == [["a;b", "c;d"]]


def test_csv_values_stay_text():
    assert rows_of(b'a,b,c\n007,=1+1,"=""0012"""\n')[1] == ["007", "=1+1", '="0012"']


def test_csv_of_one_column():
    assert rows_of("名称\n甲\n".encode()) == [["名称"], ["甲"]]
    assert sniff_delimiter("") == ","


def test_csv_limits():
    assert code_of(b"a\nb\nc\n", limits=Limits(max_rows=2)) == "too_many_rows"
    assert code_of(b"a,b,c\n", limits=Limits(max_columns=2)) == "too_many_columns"
    assert code_of(b'a\n"' + b"x" * 200_000 + b'"\n') == "not_a_workbook"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"  \r\n ", "empty_file"),
        (b"\xef\xbb\xbf", "no_rows"),
        (b",,\n,,\n", "no_rows"),
        (b"%PDF-1.7 ...", "unknown_type"),
        (b"\x89PNG\r\n\x1a\n\0\0", "unknown_type"),
        (b"Rar!\x1a\x07", "unknown_type"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "unknown_type"),
        (b"\n<table><tr><td>x</td></tr></table>", "unknown_type"),
        (b'<?xml version="1.0"?><Workbook/>', "unknown_type"),
        (b"MZ\x90\0\x03\0\0\0", "unknown_type"),
        (b"\xff\xff\xff\xff", "unknown_type"),
        (b"\xff\xfea", "unknown_type"),
        (bytes(range(256)), "unknown_type"),
    ],
)
def test_what_is_no_workbook(data, code):
    assert code_of(data) == code


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\x09\x08"]))
def test_no_bytes_raise_anything_else(data, magic):
    try:
        read_workbook(magic + data)
    except WorkbookError as error:
        assert error.code in CODES


# --- XLS --------------------------------------------------------------------


def xls_stream():
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("客户")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    moment = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
    clock = xlwt.easyxf(num_format_str="hh:mm")
    sheet.write(0, 0, "名称")
    sheet.write(1, 0, 13502593627)
    sheet.write(1, 1, "00123")
    sheet.write(1, 2, True)
    sheet.write(1, 3, date(2020, 1, 5), day)
    sheet.write(1, 4, datetime(2020, 1, 5, 10, 20), moment)
    sheet.write(1, 5, 0.5, clock)
    sheet.write(1, 6, 1.5)
    sheet.write(1, 7, "=1+1")
    sheet.write_merge(3, 4, 0, 1, "合并")
    hidden = book.add_sheet("藏")
    hidden.write(0, 0, "x")
    hidden.visibility = 1
    return book.get_biff_data()


def ole(stream, name="Workbook"):
    """Pack a stream as xlwt does, then rename it in the directory."""
    compound = pytest.importorskip("xlwt.CompoundDoc")
    target = io.BytesIO()
    compound.XlsDoc().save(target, stream)
    old, new = ("Workbook".encode("utf-16-le"), name.encode("utf-16-le"))
    assert len(new) <= 62
    data = bytearray(target.getvalue())
    start = data.index(old)
    data[start : start + 64] = new.ljust(64, b"\0")
    data[start + 64 : start + 66] = struct.pack("<H", len(new) + 2)
    return bytes(data)


@pytest.mark.parametrize("pack", [ole, bytes], ids=["container", "bare stream"])
def test_xls(pack):
    book = read_workbook(pack(xls_stream()), "x.xlsx")
    assert book.kind == "xls"
    sheet, hidden = book.sheets
    assert sheet.name == "客户"
    assert sheet.rows[1] == [
        13502593627,
        "00123",
        True,
        date(2020, 1, 5),
        datetime(2020, 1, 5, 10, 20),
        "12:00:00",
        1.5,
        "=1+1",
    ]
    assert [type(value) for value in sheet.rows[1][:4]] == [int, str, bool, date]
    assert sheet.rows[0] == ["名称"] + [None] * 7
    assert sheet.rows[2] == [None] * 8
    assert sheet.rows[3][:2] == ["合并", None]
    assert sheet.merged == ("A4:B5",)
    assert (sheet.hidden, hidden.hidden, hidden.rows) == (False, True, [["x"]])


def test_xls_limits():
    data = ole(xls_stream())
    assert code_of(data, limits=Limits(max_rows=3)) == "too_many_rows"
    assert code_of(data, limits=Limits(max_columns=7)) == "too_many_columns"
    assert code_of(data, limits=Limits(max_sheets=1)) == "too_many_sheets"


def test_xls_with_a_password():
    stream = xls_stream()
    first = 4 + struct.unpack_from("<H", stream, 2)[0]
    file_pass = struct.pack("<HHHHH", 0x2F, 6, 0, 1, 2)
    assert code_of(ole(stream[:first] + file_pass + stream[first:])) == (
        "password_protected"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("EncryptedPackage", "password_protected"),
        ("_VBA_PROJECT_CUR", "macro"),
        ("WordDocument", "not_a_workbook"),
    ],
)
def test_ole_files_that_are_refused(name, code):
    assert code_of(ole(xls_stream(), name)) == code


def test_damaged_xls():
    data = ole(xls_stream())
    assert code_of(data[:512]) == "not_a_workbook"
    assert code_of(data[:8] + b"\xff" * 600) == "not_a_workbook"
    assert code_of(b"\x09\x08\x10\0" + b"\xff" * 40) == "not_a_workbook"


def test_xls_without_xlrd(monkeypatch):
    data = ole(xls_stream())
    monkeypatch.setattr(workbook_xls, "xlrd", None)
    assert code_of(data) == "unknown_type"


# --- ODS --------------------------------------------------------------------

NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text")
)


def ods(body, **parts):
    content = (
        f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>"
        f"{body}</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", parts.pop("declaration", "") + content)
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


def table(*rows, name="客户"):
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'


def row(*cells, repeated=1):
    start = f'<table:table-row table:number-rows-repeated="{repeated}">'
    return start + "".join(cells) + "</table:table-row>"


def cell(text=None, attrs="", tag="table-cell"):
    inner = "" if text is None else f"<text:p>{text}</text:p>"
    return f"<table:{tag} {attrs}>{inner}</table:{tag}>"


def typed(kind, value, name="value", attrs=""):
    return cell("shown", f'office:value-type="{kind}" office:{name}="{value}" {attrs}')


def test_ods_values():
    body = table(
        row(
            cell("甲<text:s text:c='2'/>乙<text:line-break/>丙"),
            typed("float", "13502593627"),
            typed("percentage", "0.5"),
            typed("date", "2020-01-05", "date-value"),
            typed("date", "2020-01-05T10:20:00", "date-value"),
            typed("boolean", "true", "boolean-value"),
            typed("string", "00123", "string-value"),
            cell("=1+1"),
        )
    )
    book = read_workbook(ods(body))
    assert (book.kind, book.sheets[0].name) == ("ods", "客户")
    values = book.sheets[0].rows[0]
    assert values[0] == "甲  乙\n丙"
    assert values[1:4] == [13502593627, 0.5, date(2020, 1, 5)]
    assert values[4] == datetime(2020, 1, 5, 10, 20)
    assert values[5:] == [True, "00123", "=1+1"]


def test_ods_comment_is_no_value():
    comment = "<office:annotation><text:p>note</text:p></office:annotation>"
    body = table(
        row(f"<table:table-cell>{comment}<text:p>甲</text:p></table:table-cell>")
    )
    assert rows_of(ods(body)) == [["甲"]]


def test_ods_repeats():
    body = table(
        row(cell("a", 'table:number-columns-repeated="2"'), cell(None), cell("b")),
        row(cell(None, 'table:number-columns-repeated="1024"'), repeated=2),
        row(cell("c"), cell(None, 'table:number-columns-repeated="16384"'), repeated=2),
        row(cell(None), repeated=1048000),
    )
    assert rows_of(ods(body)) == [
        ["a", "a", None, "b"],
        [None] * 4,
        [None] * 4,
        ["c", None, None, None],
        ["c", None, None, None],
    ]


def test_ods_bombs_by_repetition_are_refused():
    many = 'table:number-columns-repeated="999999999"'
    assert code_of(ods(table(row(cell("a", many))))) == "too_many_columns"
    assert code_of(ods(table(row(cell("a"), repeated=10**9)))) == "too_many_rows"


def test_ods_merges_and_formulas():
    span = 'table:number-columns-spanned="2" table:number-rows-spanned="1"'
    formula = 'table:formula="of:=1+1"'
    body = table(
        row(cell("m", span), cell("hidden", tag="covered-table-cell"), cell("x")),
        row(typed("float", "2", attrs=formula), cell(None, formula), cell("y")),
    )
    (sheet,) = read_workbook(ods(body)).sheets
    assert sheet.rows == [["m", None, "x"], [2, None, "y"]]
    assert sheet.merged == ("A1:B1",)
    assert sheet.formulas == ((1, 1),)


def test_ods_sheets():
    body = table(row(cell("a"))) + table(name="空") + table(row(cell("b")), name="丙")
    sheets = read_workbook(ods(body)).sheets
    assert [(s.name, s.rows) for s in sheets] == [
        ("客户", [["a"]]),
        ("空", []),
        ("丙", [["b"]]),
    ]
    assert code_of(ods(body), limits=Limits(max_sheets=2)) == "too_many_sheets"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"META-INF/manifest.xml": "<m:encryption-data/>"}, "password_protected"),
        ({"Basic/Standard/Module1.xml": "x"}, "macro"),
        ({"declaration": "<!DOCTYPE x>"}, "bad_xml"),
        ({"declaration": "<unclosed>"}, "bad_xml"),
    ],
)
def test_ods_that_is_refused(parts, code):
    assert code_of(ods(table(row(cell("a"))), **parts)) == code


def test_ods_that_odfpy_wrote():
    opendocument = pytest.importorskip("odf.opendocument")
    odf_table = pytest.importorskip("odf.table")
    paragraph = pytest.importorskip("odf.text").P
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = odf_table.Table(name="客户")
    for values in (["名称", "数"], ["甲", "2"]):
        line = odf_table.TableRow()
        for value in values:
            box = odf_table.TableCell(valuetype="string")
            box.addElement(paragraph(text=value))
            line.addElement(box)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    stream = io.BytesIO()
    document.write(stream)
    assert rows_of(stream.getvalue()) == [["名称", "数"], ["甲", "2"]]
