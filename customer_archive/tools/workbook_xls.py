"""Read XLS, the Excel format up to 2003, with xlrd 1.2 or 2."""

import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from .workbook_model import (
    MACRO,
    NOT_A_WORKBOOK,
    PASSWORD_PROTECTED,
    TOO_MANY_SHEETS,
    UNKNOWN_TYPE,
    Cell,
    Grid,
    Limits,
    Sheet,
    WorkbookError,
    plain_value,
)

try:
    import xlrd
    from xlrd.compdoc import CompDoc
except ImportError:  # Odoo runs without it, and so do the other formats
    xlrd = None

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A BIFF 5 or 8 stream without its container, as some reporting tools write it.
BIFF_MAGIC = b"\x09\x08"


def read_xls(data: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets of an XLS file.

    xlrd tells the stored results of formulas only, not which cells have one.
    """
    if xlrd is None:
        raise WorkbookError(UNKNOWN_TYPE, kind="xls")
    if data.startswith(OLE_MAGIC):
        _check_container(data)
    try:
        # formatting_info: merged cells are not read without it
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO()
        )
    except Exception as error:  # xlrd meets hostile input in many ways
        code = PASSWORD_PROTECTED if "encrypt" in str(error) else NOT_A_WORKBOOK
        raise WorkbookError(code, cause="xlrd") from error
    if book.nsheets > limits.max_sheets:
        raise WorkbookError(TOO_MANY_SHEETS, limit=limits.max_sheets)
    return [_read_sheet(sheet, book.datemode, limits) for sheet in book.sheets()]


def _check_container(data: bytes) -> None:
    """Refuse encrypted packages, macros and OLE files that are no workbooks."""
    try:
        entries = CompDoc(data, logfile=io.StringIO()).dirlist
    except Exception as error:
        raise WorkbookError(NOT_A_WORKBOOK, cause="damaged") from error
    names = {entry.name.upper() for entry in entries}
    if names & {"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"}:
        raise WorkbookError(PASSWORD_PROTECTED)
    if names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"}:
        raise WorkbookError(MACRO)
    if not names & {"WORKBOOK", "BOOK"}:
        raise WorkbookError(NOT_A_WORKBOOK, cause="no workbook")


def _read_sheet(sheet: Any, datemode: int, limits: Limits) -> Sheet:
    grid = Grid(sheet.name, limits)
    for index in range(sheet.nrows):
        grid.add(index, _row_values(sheet.row(index), datemode))
    merges = [
        (top, bottom - 1, left, right - 1)
        for top, bottom, left, right in sheet.merged_cells
    ]
    return grid.sheet(merges, hidden=sheet.visibility != 0)


def _row_values(cells: Iterable[Any], datemode: int) -> Iterable[Cell]:
    for cell in cells:
        if cell.ctype == xlrd.XL_CELL_DATE:
            yield _date_of(cell.value, datemode)
        elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
            yield bool(cell.value)
        elif cell.ctype == xlrd.XL_CELL_ERROR:
            yield xlrd.error_text_from_code.get(cell.value, "#N/A")
        else:
            yield plain_value(cell.value)


def _date_of(serial: float, datemode: int) -> Cell:
    """Return a date; a serial below 1 is a time of day, kept as text."""
    if 0 <= serial < 1:
        return plain_value(timedelta(seconds=round(serial * 86400)))
    try:
        return plain_value(xlrd.xldate.xldate_as_datetime(serial, datemode))
    except (OverflowError, ValueError):
        return plain_value(serial)
