"""Read XLSX: one safe pass over the XML for structure, then openpyxl for values.

The first pass finds what openpyxl's fast reader does not tell: merged cells, formulas
without a stored result, how far the values really reach (people format whole columns),
and the date formats 27-36 and 50-58 that Chinese Excel uses without defining them.
"""

import io
import posixpath
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import openpyxl
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape

from .workbook_model import (
    MACRO,
    NOT_A_WORKBOOK,
    TOO_MANY_SHEETS,
    Grid,
    Limits,
    Place,
    Sheet,
    WorkbookError,
    plain_value,
)
from .workbook_zip import scan_xml

CONTENT_TYPES = "[Content_Types].xml"
_EAST_ASIAN_DATES = frozenset([*range(27, 37), *range(50, 59)])
_COORDINATE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})", re.ASCII)
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")


@dataclass
class _Scan:
    """What one pass over a sheet's XML finds; places from 0, extents as counts."""

    date_styles: frozenset[str]
    rows: int = 0
    columns: int = 0
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: set[Place] = field(default_factory=set)
    dates: set[Place] = field(default_factory=set)
    _row: int = -1
    _column: int = -1
    _cell: dict[str, str] = field(default_factory=dict)
    _formula: bool = False
    _result: bool = False
    _in_result: bool = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Handle a start tag."""
        if tag == "c":
            self._start_cell(attrs)
        elif tag == "row":
            self._row = int(attrs["r"]) - 1 if "r" in attrs else self._row + 1
            self._column = -1
        elif tag in ("v", "is", "f"):
            self._start_content(tag)
        elif tag == "mergeCell":
            self.merges.append(_merge(attrs.get("ref", "")))

    def _start_cell(self, attrs: dict[str, str]) -> None:
        if "r" in attrs:
            self._row, self._column = _place(attrs["r"])
        else:
            self._column += 1
        self._cell, self._formula, self._result = attrs, False, False

    def _start_content(self, tag: str) -> None:
        self.rows = max(self.rows, self._row + 1)
        self.columns = max(self.columns, self._column + 1)
        if tag == "f":
            self._formula = True
            return
        self._in_result = True
        # A formula may well have the empty text as its result.
        self._result |= tag == "is" or self._cell.get("t") == "str"
        if self._cell.get("s") in self.date_styles:
            self.dates.add((self._row, self._column))

    def text(self, _data: str) -> None:
        """Handle character data: a result that is not empty."""
        self._result |= self._in_result

    def end(self, tag: str) -> None:
        """Handle an end tag."""
        if tag in ("v", "is"):
            self._in_result = False
        elif tag == "c" and self._formula and not self._result:
            self.formulas.add((self._row, self._column))


@lru_cache(maxsize=20_000)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _place(coordinate: str) -> Place:
    match = _COORDINATE.fullmatch(coordinate)
    if not match:
        raise WorkbookError(NOT_A_WORKBOOK, cause="coordinate")
    return int(match[2]) - 1, _column_number(match[1])


def _merge(reference: str) -> tuple[int, int, int, int]:
    first, _colon, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    return top, bottom, left, right


def read_xlsx(data: bytes, package: zipfile.ZipFile, limits: Limits) -> list[Sheet]:
    """Return the work sheets of a package that `open_package` accepted."""
    names = package.namelist()
    read = [name for name in names if name.endswith((".xml", ".rels"))]
    paths = _sheet_paths(package)
    for name in set(read) - set(paths.values()):
        if not name.startswith("customXml/"):
            scan_xml(package, name)
    styles = _date_styles(package)
    scans = {
        title: _scan_sheet(package, path, title, styles, limits)
        for title, path in paths.items()
        if path in names
    }
    try:
        return _read_values(data, scans, limits)
    except WorkbookError:
        raise
    except Exception as error:  # whatever openpyxl meets in a hostile file
        raise WorkbookError(NOT_A_WORKBOOK, cause="openpyxl") from error


def _scan_sheet(
    package: zipfile.ZipFile,
    path: str,
    title: str,
    date_styles: frozenset[str],
    limits: Limits,
) -> _Scan:
    scan = _Scan(date_styles)
    scan_xml(package, path, scan.start, scan.end, scan.text)
    Grid(title, limits).check(scan.rows, scan.columns)
    return scan


def _read_values(data: bytes, scans: dict[str, _Scan], limits: Limits) -> list[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # extensions that openpyxl does not know
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        sheets = [sheet for sheet in book.worksheets if sheet.title in scans]
        if len(sheets) > limits.max_sheets:
            raise WorkbookError(TOO_MANY_SHEETS, limit=limits.max_sheets)
        return [
            _read_sheet(sheet, scans[sheet.title], book.epoch, limits)
            for sheet in sheets
        ]


def _read_sheet(sheet: Any, scan: _Scan, epoch: datetime, limits: Limits) -> Sheet:
    grid = Grid(sheet.title, limits)
    hidden = sheet.sheet_state != "visible"
    if not scan.rows:
        return grid.sheet(scan.merges, hidden=hidden)
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=scan.rows, max_col=scan.columns, values_only=True)
    for index, row in enumerate(rows):
        values = [_plain_text(value) for value in row]
        if scan.dates:
            _convert_dates(values, index, scan.dates, epoch)
        grid.add(index, map(plain_value, values))
    return grid.sheet(scan.merges, scan.formulas, hidden)


def _plain_text(value: Any) -> Any:
    """Undo Excel's way of writing control characters (``_x000D_``)."""
    if isinstance(value, str) and _ESCAPED.search(value):
        return unescape(value)
    return value


def _convert_dates(
    values: list[Any], row: int, dates: set[Place], epoch: datetime
) -> None:
    for column, value in enumerate(values):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and (row, column) in dates:
            values[column] = _date_of(value, epoch)


def _date_of(serial: float, epoch: datetime) -> Any:
    try:
        return from_excel(serial, epoch)
    except (OverflowError, ValueError):
        return serial


def _sheet_paths(package: zipfile.ZipFile) -> dict[str, str]:
    """Return {title: path of the part} for every sheet of the workbook."""
    book = _book_path(package)
    folder, name = posixpath.split(book)
    rels = f"{folder}/_rels/{name}.rels"
    if not {book, rels} <= set(package.namelist()):
        raise WorkbookError(NOT_A_WORKBOOK, cause="no workbook")
    targets = {
        attrs.get("Id"): attrs.get("Target", "")
        for attrs in _elements(package, rels, "Relationship")
    }
    paths = {}
    for attrs in _elements(package, book, "sheet"):
        ids = [val for key, val in attrs.items() if key.rpartition(":")[2] == "id"]
        target = targets.get(ids[0]) if ids else None
        if target and "name" in attrs:
            path = posixpath.normpath(posixpath.join("/" + folder, target))
            paths[attrs["name"]] = path.lstrip("/")
    return paths


def _book_path(package: zipfile.ZipFile) -> str:
    """Return the path of the main part; refuse workbooks with macros."""
    if CONTENT_TYPES not in package.namelist():
        raise WorkbookError(NOT_A_WORKBOOK, cause="no workbook")
    for attrs in _elements(package, CONTENT_TYPES, "Override"):
        kind = attrs.get("ContentType", "")
        if "macroEnabled" in kind:
            raise WorkbookError(MACRO, part=attrs.get("PartName"))
        if kind.endswith(("sheet.main+xml", "template.main+xml")):
            return attrs.get("PartName", "").lstrip("/")
    return "xl/workbook.xml"


def _date_styles(package: zipfile.ZipFile) -> frozenset[str]:
    """Return the cell styles whose undefined format is an East Asian date."""
    path = next((n for n in package.namelist() if n.endswith("/styles.xml")), None)
    if path is None:
        return frozenset()
    defined: set[str] = set()
    formats: list[str] = []
    lists = [""]  # the list of formats that was opened last

    def start(tag: str, attrs: dict[str, str]) -> None:
        if tag == "numFmt":
            defined.add(attrs.get("numFmtId", ""))
        elif tag == "xf" and lists[-1] == "cellXfs":
            formats.append(attrs.get("numFmtId", "0"))
        elif tag in ("cellStyleXfs", "cellXfs"):
            lists.append(tag)

    scan_xml(package, path, start)
    dates = {str(number) for number in _EAST_ASIAN_DATES} - defined
    return frozenset(str(i) for i, number in enumerate(formats) if number in dates)


def _elements(package: zipfile.ZipFile, name: str, tag: str) -> list[dict[str, str]]:
    """Return the attributes of every element of that local name."""
    found: list[dict[str, str]] = []

    def start(local: str, attrs: dict[str, str]) -> None:
        if local == tag:
            found.append(attrs)

    scan_xml(package, name, start)
    return found
