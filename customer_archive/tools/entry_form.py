"""An XLSX form to enter customers without Odoo: titles, choices, one example, a note. Nothing in it is a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from .spreadsheet import DATE_FORMAT, MAX_TEXT, OPTIONS, Value, clean_text, display_width, sheet_names

#: In the first cell of what belongs to the form and holds no rows, in no language.
MARK = "customer-archive-form"
#: The example is known by its key and its name together: whoever writes over one of them enters a row.
EXAMPLE_KEY = "示例 Example"
EXAMPLE_NAMES = ("示例有限公司 Example Ltd", "示例联系人 Example Person")
#: Rows that are prepared for entries.
ROWS = 1000

TEXT, NUMBER, DATE = "text", "number", "date"
_LISTS = "Lists"
_FORMATS = {TEXT: "@", NUMBER: "General", DATE: DATE_FORMAT}


@dataclass(frozen=True)
class FormColumn:
    """One fact: its title, what its cells are, what can be chosen, and an example."""

    title: str
    kind: str = TEXT
    choices: Sequence[str] = ()
    example: Value = None


@dataclass(frozen=True)
class FormSheet:
    """One kind of rows."""

    name: str
    columns: Sequence[FormColumn]


def is_example(key: str, name: str) -> bool:
    """Whether a row is the example that the form came with.

    >>> is_example(EXAMPLE_KEY, EXAMPLE_NAMES[0]), is_example(EXAMPLE_KEY, "Daheng")
    (True, False)
    """
    return key.strip() == EXAMPLE_KEY and name.strip() in EXAMPLE_NAMES


def is_part_of_form(rows: Sequence[Sequence[object]]) -> bool:
    """Whether a sheet is the note or the lists of the form.

    >>> is_part_of_form([["customer-archive-form"], ["One row per customer."]]), is_part_of_form([])
    (True, False)
    """
    return bool(rows and rows[0] and rows[0][0] == MARK)


def write_entry_form(sheets: Sequence[FormSheet], note_name: str, note: Sequence[str]) -> bytes:
    """Return the form as an XLSX file.

    Other words than the choices are taken as well: the import asks what they stand for.

    >>> write_entry_form([FormSheet("客户", [FormColumn("名称")])], "Note", ["One row per customer."])[:2]
    b'PK'
    """
    stream = io.BytesIO()
    *names, note_sheet = sheet_names([*(sheet.name for sheet in sheets), note_name])
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        targets = [book.add_worksheet(name) for name in names]
        _write_note(book, book.add_worksheet(note_sheet), note)
        lists = _Lists(book)
        for target, sheet in zip(targets, sheets, strict=True):
            _write_sheet(book, target, sheet, lists)
    return stream.getvalue()


class _Lists:
    """The hidden sheet with the choices, a column each."""

    def __init__(self, book) -> None:
        self._sheet = book.add_worksheet(_LISTS)
        self._sheet.hide()
        self._sheet.write_string(0, 0, MARK)
        self._column = 0

    def add(self, choices: Sequence[str]) -> str:
        """Write the choices; return the range that holds them."""
        column = self._column
        self._column += 1
        for row, choice in enumerate(choices, 1):
            self._sheet.write_string(row, column, clean_text(choice))
        return "=" + _LISTS + "!" + xlsxwriter.utility.xl_range_abs(1, column, len(choices), column)


def _write_note(book, target, note: Sequence[str]) -> None:
    faint = book.add_format({"font_color": "#FFFFFF", "font_size": 6})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    target.write_string(0, 0, MARK, faint)
    target.set_column(0, 0, 90)
    for row, line in enumerate(note, 1):
        target.write_string(row, 0, clean_text(line)[:MAX_TEXT], plain)


def _write_sheet(book, target, sheet: FormSheet, lists: _Lists) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for number, column in enumerate(sheet.columns):
        cell = book.add_format({"num_format": _FORMATS[column.kind]})
        widest = max(display_width(text) for text in (column.title, str(column.example or ""), *column.choices[:200]))
        target.set_column(number, number, min(max(widest + 2, 10), 40), cell)
        target.write_string(0, number, clean_text(column.title), bold)
        _write_example(book, target, number, column)
        if column.choices:
            source = lists.add(column.choices)
            # "information": other words may be entered after a question
            words = {"validate": "list", "source": source, "error_type": "information"}
            target.data_validation(1, number, ROWS, number, words)
    target.freeze_panes(1, 0)


def _write_example(book, target, number: int, column: FormColumn) -> None:
    faint = book.add_format({"italic": True, "font_color": "#808080", "num_format": _FORMATS[column.kind]})
    if column.example is None:
        target.write_blank(1, number, None, faint)
    elif column.kind == NUMBER:
        target.write_number(1, number, column.example, faint)
    elif column.kind == DATE:
        target.write_datetime(1, number, column.example, faint)
    else:
        target.write_string(1, number, clean_text(str(column.example)), faint)
