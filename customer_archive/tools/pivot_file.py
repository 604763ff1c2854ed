"""Pivot tables on their way to a workbook: titles stay text, and the file says who made it.

The host writes the table and closes the file, and its writer makes a formula of a title that begins like one. So such
titles travel with a sign before them that no text has, and lose it again in the finished file.
"""

import io
from collections.abc import Mapping
from typing import Any

import openpyxl

from .formula import is_live
from .spreadsheet import About, clean_text, sheet_names

#: A code point for private use.
_GUARD = "\ue0f1"


def protect_titles(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table with a sign before every text that a writer would not keep as text.

    >>> protect_titles({"title": "Sales", "rows": [{"title": "=1", "values": [{"value": 5}]}]})["rows"]
    [{'title': '\\ue0f1=1', 'values': [{'value': 5}]}]
    """
    return {key: value if key in ("title", "model") else _protect(value) for key, value in table.items()}


def _protect(value: Any) -> Any:
    if isinstance(value, str):
        return _GUARD + value if is_live(value) else value
    if isinstance(value, Mapping):
        return {key: _protect(item) for key, item in value.items()}
    return [_protect(item) for item in value] if isinstance(value, list) else value


def finish_pivot(data: bytes, about: About | None) -> bytes:
    """Return the finished workbook: without the signs, and with what it says about itself."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    guarded = [
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and _GUARD in cell.value
    ]
    if not guarded and not about:
        return data
    for cell in guarded:
        cell.value = cell.value.replace(_GUARD, "")
        cell.data_type = "s"
    if about:
        _add_about(book, about)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _add_about(book: openpyxl.Workbook, about: About) -> None:
    sheet = book.create_sheet(sheet_names([*book.sheetnames, about.title])[-1])
    for row, fact in enumerate(about.facts, 1):
        for column, text in enumerate(fact, 1):
            cell = sheet.cell(row, column, clean_text(text))
            cell.data_type = "s"
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 40
    book.properties.creator = clean_text(about.author)
    book.properties.description = clean_text("\n".join(f"{label}: {value}" for label, value in about.facts))
