"""The entry form as spreadsheet programs read it: titles, choices, example, note, and no formula."""

import io
from datetime import date

from customer_archive_tools.entry_form import (
    DATE,
    EXAMPLE_KEY,
    EXAMPLE_NAMES,
    MARK,
    NUMBER,
    FormColumn,
    FormSheet,
    is_example,
    is_part_of_form,
    write_entry_form,
)
from customer_archive_tools.workbook import read_workbook
from openpyxl import load_workbook

COLUMNS = [
    FormColumn("编码", example=EXAMPLE_KEY),
    FormColumn("名称", example="=1+1"),
    FormColumn("等级", choices=["A", "=B", "丙"], example="A"),
    FormColumn("人数", NUMBER, example=12),
    FormColumn("日期", DATE, example=date(2026, 1, 31)),
    FormColumn("备注"),
]


def form():
    return write_entry_form([FormSheet("客户", COLUMNS), FormSheet("客户", COLUMNS[:1])], "说明", ["One", "=Two"])


def book():
    return load_workbook(io.BytesIO(form()))


def test_sheets_have_names_of_their_own_and_lists_are_hidden():
    assert [(sheet.title, sheet.sheet_state) for sheet in book().worksheets] == [
        ("客户", "visible"), ("客户 (2)", "visible"), ("说明", "visible"), ("Lists", "hidden")
    ]


def test_titles_and_example():
    sheet = book().worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    values = [cell.value for cell in sheet[2]]
    assert values[:4] == [EXAMPLE_KEY, "=1+1", "A", 12]
    assert values[4].date() == date(2026, 1, 31)
    assert values[5] is None
    assert sheet.freeze_panes == "A2"


def test_codes_and_phones_stay_text_where_a_person_types_them():
    sheet = book().worksheets[0]
    assert sheet.column_dimensions["B"].width >= 10
    assert sheet["B2"].number_format == "@"
    assert sheet["E2"].number_format == "yyyy-mm-dd"


def test_choices_are_offered_and_other_words_are_taken():
    [found] = book().worksheets[0].data_validations.dataValidation
    assert str(found.sqref) == "C2:C1001"
    assert (found.type, found.formula1, found.errorStyle) == ("list", "Lists!$A$2:$A$4", "information")
    assert [cell.value for cell in book()["Lists"]["A"]] == [MARK, "A", "=B", "丙"]


def test_nothing_is_a_formula():
    assert not [sheet.name for sheet in read_workbook(form(), "form.xlsx").sheets if sheet.formulas]
    assert not [c for sheet in book().worksheets for row in sheet for c in row if c.data_type == "f"]


def test_own_parts_are_known():
    found = [is_part_of_form(sheet.rows) for sheet in read_workbook(form(), "form.xlsx").sheets]
    assert found == [False, False, True, True]
    assert not is_part_of_form([[]])


def test_example_is_known_until_somebody_writes_over_it():
    assert is_example(f" {EXAMPLE_KEY} ", EXAMPLE_NAMES[1])
    assert not is_example("1", EXAMPLE_NAMES[0])
    assert not is_example(EXAMPLE_KEY, "Daheng")
