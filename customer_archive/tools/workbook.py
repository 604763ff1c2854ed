"""Read a workbook that somebody uploads: XLSX, XLS, ODS or delimited text.

What a file is is told by its content, never by its name. Nothing is executed and
nothing fetched: macros, passwords, document types and bombs are refused. A formula
arrives as its stored result; text that merely begins with ``=`` is text for ever.
"""

import posixpath
import zipfile

from .workbook_csv import read_csv
from .workbook_model import (
    CODES,
    EMPTY_FILE,
    NO_ROWS,
    NOT_A_WORKBOOK,
    TOO_LARGE,
    UNKNOWN_TYPE,
    Cell,
    Limits,
    Sheet,
    Workbook,
    WorkbookError,
)
from .workbook_ods import MIME_TYPE, read_ods
from .workbook_xls import BIFF_MAGIC, OLE_MAGIC, read_xls
from .workbook_xlsx import CONTENT_TYPES, read_xlsx
from .workbook_zip import open_package, read_part

__all__ = [
    "CODES",
    "Cell",
    "Limits",
    "Sheet",
    "Workbook",
    "WorkbookError",
    "read_workbook",
]

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
#: Other things that people upload by mistake, by how they begin.
_OTHER = {
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive",
    b"{\\rtf": "rtf",
}


def read_workbook(
    data: bytes, filename: str = "", *, limits: Limits | None = None
) -> Workbook:
    """Return the sheets of an uploaded file.

    :param data: the file
    :param filename: names the sheet of a text file, nothing else
    :param limits: how much is read; `Limits()` unless given
    :raise WorkbookError: with one of `CODES`

    >>> book = read_workbook("名称,税号\\n甲,0123\\n".encode("gbk"), "客户.csv")
    >>> book.kind, book.sheets[0].name, book.sheets[0].rows
    ('csv', '客户', [['名称', '税号'], ['甲', '0123']])
    """
    limits = limits or Limits()
    if len(data) > limits.max_bytes:
        raise WorkbookError(TOO_LARGE, limit=limits.max_bytes, size=len(data))
    if not data.strip():
        raise WorkbookError(EMPTY_FILE)
    kind, sheets = _read(data, filename, limits)
    if not any(sheet.rows for sheet in sheets):
        raise WorkbookError(NO_ROWS)
    return Workbook(kind, tuple(sheets))


def _read(data: bytes, filename: str, limits: Limits) -> tuple[str, list[Sheet]]:
    if data.startswith(_ZIP_MAGIC):
        with open_package(data, limits) as package:
            return _read_package(data, package, limits)
    if data.startswith((OLE_MAGIC, BIFF_MAGIC)):
        return "xls", read_xls(data, limits)
    for magic, kind in _OTHER.items():
        if data.startswith(magic):
            raise WorkbookError(UNKNOWN_TYPE, kind=kind)
    name = posixpath.basename(filename.replace("\\", "/"))
    return "csv", [read_csv(data, posixpath.splitext(name)[0] or "CSV", limits)]


def _read_package(
    data: bytes, package: zipfile.ZipFile, limits: Limits
) -> tuple[str, list[Sheet]]:
    names = package.namelist()
    if "xl/workbook.bin" in names:
        raise WorkbookError(UNKNOWN_TYPE, kind="xlsb")
    if read_part(package, "mimetype").startswith(MIME_TYPE):
        return "ods", read_ods(package, limits)
    if CONTENT_TYPES in names and any(name.startswith("xl/") for name in names):
        return "xlsx", read_xlsx(data, package, limits)
    raise WorkbookError(NOT_A_WORKBOOK, cause="no workbook")
