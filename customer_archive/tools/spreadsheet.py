"""Write XLSX files in which text stays text.

Customers' data may begin with ``=``, ``+``, ``-`` or ``@``: written as a formula it
would run on the computer of whoever opens the export.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATE_FORMAT = "yyyy-mm-dd"
DATETIME_FORMAT = "yyyy-mm-dd hh:mm"

#: Bounds of XLSX, text in UTF-16 units; longer text is cut, more rows are an error.
MAX_TEXT = 32_767
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_NAME = 31
#: A spreadsheet keeps 15 digits of a number: longer ones are written as text.
_MAX_NUMBER = 10**15

_WIDEST, _NARROWEST, _MEASURED_ROWS = 60, 8, 200
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
#: Not allowed in XML 1.0: control characters, surrogates, two non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")

Value = str | int | float | bool | Decimal | date | datetime | None


@dataclass(frozen=True)
class SheetData:
    """One sheet to write: its name, the titles of its columns, its rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True)
class About:
    """What a file says about itself: title of the last sheet, and facts as pairs of label and value."""

    title: str
    author: str
    facts: Sequence[tuple[str, str]]


def write_workbook(sheets: Sequence[SheetData], about: About | None = None) -> bytes:
    """Return an XLSX file; the header of each sheet is bold, frozen and filtered.

    :param about: what the file says about itself on a last sheet and in its properties
    :raise ValueError: for a sheet with more rows or columns than XLSX holds

    >>> write_workbook([SheetData("客户", ["名称"], [["=1+1"]])])[:2]
    b'PK'
    """
    stream = io.BytesIO()
    names = sheet_names([sheet.name for sheet in sheets])
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        formats = {
            "header": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": DATE_FORMAT}),
            "datetime": book.add_format({"num_format": DATETIME_FORMAT}),
        }
        for name, sheet in zip(names, sheets, strict=True):
            _write_sheet(book.add_worksheet(name), sheet, formats)
        if about:
            add_about(book, about)
    return stream.getvalue()


def add_about(book: Any, about: About) -> None:
    """Add the sheet and the properties that say who made a file to a workbook that is being written."""
    taken = [sheet.get_name() for sheet in book.worksheets()]
    target = book.add_worksheet(sheet_names([*taken, about.title])[-1])
    bold = book.add_format({"bold": True})
    for row, (label, value) in enumerate(about.facts):
        target.write_string(row, 0, clean_text(label), bold)
        target.write_string(row, 1, clean_text(value))
    target.set_column(0, 1, 40)
    book.set_properties(
        {
            "author": clean_text(about.author),
            "comments": clean_text("\n".join(f"{label}: {value}" for label, value in about.facts)),
        }
    )


def _write_sheet(target: Any, sheet: SheetData, formats: dict[str, Any]) -> None:
    if len(sheet.header) > MAX_COLUMNS:
        raise ValueError("too many columns")
    widths = [display_width(title) for title in sheet.header]
    for column, title in enumerate(sheet.header):
        target.write_string(0, column, clean_text(title), formats["header"])
    number = 0
    for number, row in enumerate(sheet.rows, 1):
        if number >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise ValueError("too many rows or columns")
        if number <= _MEASURED_ROWS:
            _measure(row, widths)
        for column, value in enumerate(row):
            _write_cell(target, number, column, value, formats)
    for column, width in enumerate(widths):
        target.set_column(column, column, min(max(width, _NARROWEST) + 2, _WIDEST))
    target.freeze_panes(1, 0)
    if sheet.header:
        target.autofilter(0, 0, number, len(sheet.header) - 1)


def _write_cell(
    target: Any, row: int, column: int, value: Value, formats: dict[str, Any]
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        target.write_boolean(row, column, value)
    elif (
        isinstance(value, int | float | Decimal) and -_MAX_NUMBER < value < _MAX_NUMBER
    ):
        target.write_number(row, column, value)
    elif isinstance(value, datetime) and value.year >= 1900:
        target.write_datetime(row, column, value, formats["datetime"])
    elif isinstance(value, date) and value.year >= 1900:
        target.write_datetime(row, column, value, formats["date"])
    else:
        target.write_string(row, column, clean_text(str(value)))


def _measure(row: Sequence[Value], widths: list[int]) -> None:
    widths.extend([0] * (len(row) - len(widths)))
    for column, value in enumerate(row):
        lines = str("" if value is None else value)[:MAX_TEXT].splitlines()
        longest = max(map(display_width, lines), default=0)
        widths[column] = max(widths[column], longest)


def display_width(text: str) -> int:
    """Return how many columns of a fixed font a text takes; Chinese takes two each.

    >>> display_width("客户A")
    5
    """
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def clean_text(text: str) -> str:
    """Remove what XML cannot hold, and cut what a cell cannot hold.

    >>> clean_text("a\\x00b")
    'ab'
    """
    cleaned = _ILLEGAL.sub("", text)
    whole = _cut(cleaned, MAX_TEXT) == cleaned
    return cleaned if whole else _cut(cleaned, MAX_TEXT - 1) + "…"


def _cut(text: str, units: int) -> str:
    """Cut to a number of UTF-16 units, in which a rare character counts as two."""
    if 2 * len(text) <= units:
        return text
    encoded = text.encode("utf-16-le")[: 2 * units]
    return encoded.decode("utf-16-le", "ignore")


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return allowed and different sheet names: 31 characters, none of ``[]:*?/\\``.

    Case does not count as a difference, ``History`` belongs to Excel.

    >>> sheet_names(["a/b", "A b", "", "'x'"])
    ['a b', 'A b (2)', 'Sheet3', 'x']
    """
    names: list[str] = []
    taken = {"history"}
    for number, raw in enumerate(wanted, 1):
        base = _cut(_NAME_ILLEGAL.sub(" ", raw).strip(" '"), MAX_NAME).rstrip(" '")
        base = base or f"Sheet{number}"
        name, copy = base, 1
        while name.casefold() in taken:
            copy += 1
            suffix = f" ({copy})"
            name = _cut(base, MAX_NAME - len(suffix)) + suffix
        taken.add(name.casefold())
        names.append(name)
    return names
