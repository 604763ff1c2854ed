"""Writing XLSX: what is read back is what was given, and nothing runs."""

import io
import zipfile
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from customer_archive_tools import spreadsheet
from customer_archive_tools.spreadsheet import SheetData, sheet_names, write_workbook
from customer_archive_tools.workbook import read_workbook
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook


def written(rows, header=("a", "b", "c")):
    return write_workbook([SheetData("Sheet", header, rows)])


def cells(rows):
    """Return the cells of the rows below the header, as openpyxl reads them."""
    sheet = load_workbook(io.BytesIO(written(rows))).active
    return [list(row) for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://example.com","点击")',
        "+cmd|' /C calc'!A0",
        "@x",
        "-2",
        "\t=1+1",
        "{=1+1}",
        "http://example.com",
        "mailto:a@example.com",
        "internal:Sheet!A1",
        "00123",
        "1e5",
        "2020-01-05",
        "TRUE",
        "a<b>&\"'",
        "多\n行",
        "𠮷",
        " leading",
    ],
)
def test_text_stays_text(text):
    data = written([[text]])
    ((cell, *_),) = cells([[text]])
    assert cell.value == text
    assert cell.hyperlink is None
    package = zipfile.ZipFile(io.BytesIO(data))
    assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    assert read_workbook(data).sheets[0].rows[1][0] == text


def test_values_keep_their_types():
    row = [1, 1.5, True, date(2020, 1, 5), datetime(2020, 1, 5, 10, 20), None]
    ((one, half, yes, day, moment, none, exact),) = cells([[*row, Decimal("0.10")]])
    assert (one.value, half.value, yes.value) == (1, 1.5, True)
    assert day.is_date
    assert (day.value, day.number_format) == (datetime(2020, 1, 5), "yyyy-mm-dd")
    assert moment.value == datetime(2020, 1, 5, 10, 20)
    assert none.value is None
    assert exact.value == 0.1
    rows = read_workbook(written([row])).sheets[0].rows
    assert rows[1] == row[:-1]


def test_what_a_number_cannot_hold_is_text():
    ((long, nan, infinite, old, big),) = cells(
        [
            [
                913302038000000012,
                float("nan"),
                float("inf"),
                date(1896, 5, 1),
                Decimal("1234567890123456.78"),
            ]
        ]
    )
    assert long.value == "913302038000000012"
    assert (nan.value, infinite.value) == ("nan", "inf")
    assert old.value == "1896-05-01"
    assert big.value == "1234567890123456.78"


def test_times_of_another_zone_lose_the_zone():
    moment = datetime(2020, 1, 5, 10, 20, tzinfo=timezone.utc)  # noqa: UP017
    assert cells([[moment]])[0][0].value == datetime(2020, 1, 5, 10, 20)


def test_illegal_characters_are_removed_and_long_text_is_cut():
    ((odd, long, *_),) = cells([["a\x00\x0b\ufffeb\ud800c", "字" * 40_000]])
    assert odd.value == "abc"
    assert len(long.value) == 32_767
    assert long.value.endswith("字…")
    rare = spreadsheet.clean_text("𠮷" * 20_000)
    assert rare == "𠮷" * 16_383 + "…"


def test_header_is_frozen_bold_and_filtered():
    sheet = load_workbook(io.BytesIO(written([["x", "y", "z"]]))).active
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.auto_filter.ref == "A1:C2"


def test_columns_are_wide_enough_for_chinese():
    rows = [["统一社会信用代码" * 2, "abcdefgh" * 2, "x" * 500]]
    sheet = load_workbook(io.BytesIO(written(rows))).active
    width = {key: column.width for key, column in sheet.column_dimensions.items()}
    assert width["A"] >= 32
    assert 16 <= width["B"] < width["A"]
    assert width["C"] <= 62
    assert spreadsheet.display_width("ＡＢ客户ab") == 10


def test_rows_may_be_longer_than_the_header_or_none():
    assert [cell.value for cell in cells([["1", "2", "3", "4"]])[0]] == list("1234")
    assert cells([]) == []
    data = write_workbook([SheetData("x", [], [])])
    assert load_workbook(io.BytesIO(data)).sheetnames == ["x"]


def test_rows_may_be_a_generator():
    assert len(cells([str(n)] for n in range(300))) == 300


def test_too_much_is_an_error(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 3)
    assert written([["a"], ["b"]])
    with pytest.raises(ValueError, match="rows"):
        written([["a"], ["b"], ["c"]])
    monkeypatch.setattr(spreadsheet, "MAX_COLUMNS", 2)
    with pytest.raises(ValueError, match="columns"):
        written([])


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["客户", "联系人"], ["客户", "联系人"]),
        (["a", "A", "a"], ["a", "A (2)", "a (3)"]),
        (["[x]:*?/\\y"], ["x      y"]),
        (["'quoted'"], ["quoted"]),
        (["History"], ["History (2)"]),
        (["", "  ", "'"], ["Sheet1", "Sheet2", "Sheet3"]),
        (["字" * 40, "字" * 40], ["字" * 31, "字" * 27 + " (2)"]),
        (["𠮷" * 20, "𠮷" * 20], ["𠮷" * 15, "𠮷" * 13 + " (2)"]),
        (["a (2)", "a", "a"], ["a (2)", "a", "a (3)"]),
    ],
)
def test_sheet_names(wanted, names):
    assert sheet_names(wanted) == names


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_names_and_texts_make_a_file(texts):
    data = write_workbook([SheetData(text, texts, [texts]) for text in texts])
    book = load_workbook(io.BytesIO(data))
    assert len(set(book.sheetnames)) == len(texts)


def test_legacy_customers_survive_a_round_trip(legacy):
    sheet = read_workbook(legacy.path.read_bytes()).sheets[0]
    data = write_workbook([SheetData(sheet.name, sheet.rows[0], sheet.rows[1:])])
    assert read_workbook(data).sheets[0].rows == sheet.rows
