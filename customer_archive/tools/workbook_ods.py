"""Read ODS (OpenDocument 1.x spreadsheets) with the standard library alone."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO
from xml.etree import ElementTree

from .workbook_model import (
    NOT_A_WORKBOOK,
    PASSWORD_PROTECTED,
    TOO_MANY_SHEETS,
    Cell,
    Grid,
    Limits,
    Place,
    Sheet,
    WorkbookError,
    plain_value,
)
from .workbook_zip import read_part, scan_xml

MIME_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
CONTENT = "content.xml"

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE = f"{{{_NS}table:1.0}}"
_OFFICE = f"{{{_NS}office:1.0}}"
_TEXT = f"{{{_NS}text:1.0}}"
_NUMBERS = ("float", "currency", "percentage")


def read_ods(package: zipfile.ZipFile, limits: Limits) -> list[Sheet]:
    """Return the sheets of a package that `open_package` accepted."""
    if b"encryption-data" in read_part(package, "META-INF/manifest.xml"):
        raise WorkbookError(PASSWORD_PROTECTED)
    if CONTENT not in package.namelist():
        raise WorkbookError(NOT_A_WORKBOOK, cause="no workbook")
    scan_xml(package, CONTENT)
    with package.open(CONTENT) as part:
        sheets: list[Sheet] = []
        for sheet in _read_tables(part, limits):
            if len(sheets) == limits.max_sheets:
                raise WorkbookError(TOO_MANY_SHEETS, limit=limits.max_sheets)
            sheets.append(sheet)
    return sheets


class _Table:
    """One table while its rows come in."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.grid = Grid(name, limits)
        self.formulas: list[Place] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self._row = 0

    def add_row(self, element: ElementTree.Element) -> None:
        """Add a row as often as it is repeated; blank ones only move on."""
        repeated = _count(element, "number-rows-repeated")
        values = self._row_values(element)
        if any(value is not None for value in values):
            self.grid.check(self._row + repeated, len(values))
            for index in range(self._row, self._row + repeated):
                self.grid.add(index, values)
        self._row += repeated

    def _row_values(self, element: ElementTree.Element) -> list[Cell]:
        values: list[Cell] = []
        blanks = 0  # blank cells fill a row to its end: kept back until a value comes
        for cell in element:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            repeated = _count(cell, "number-columns-repeated")
            value = self._cell_value(cell, (self._row, len(values) + blanks))
            if value is None:
                blanks += repeated
                continue
            self.grid.check(0, len(values) + blanks + repeated)
            values += [None] * blanks + [value] * repeated
            blanks = 0
        return values

    def _cell_value(self, cell: ElementTree.Element, place: Place) -> Cell:
        if cell.tag != f"{_TABLE}table-cell":
            return None
        rows = _count(cell, "number-rows-spanned")
        columns = _count(cell, "number-columns-spanned")
        if rows > 1 or columns > 1:
            row, column = place
            self.merges.append((row, row + rows - 1, column, column + columns - 1))
        value = _value(cell)
        if value is None and cell.get(f"{_TABLE}formula"):
            if cell.get(f"{_OFFICE}value-type") is None:
                self.formulas.append(place)
        return value


def _read_tables(part: IO[bytes], limits: Limits) -> Iterator[Sheet]:
    table: _Table | None = None
    events = ElementTree.iterparse(part, ("start", "end"))
    for event, element in events:
        if event == "start":
            if element.tag == f"{_TABLE}table":
                name = element.get(f"{_TABLE}name", "")
                table = _Table(name, limits)
        elif element.tag == f"{_TABLE}table-row" and table:
            table.add_row(element)
            element.clear()
        elif element.tag == f"{_TABLE}table" and table:
            yield table.grid.sheet(table.merges, table.formulas)
            element.clear()
            table = None


def _count(element: ElementTree.Element, name: str) -> int:
    count = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(count)) if count.isdecimal() else 1


def _value(cell: ElementTree.Element) -> Cell:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in _NUMBERS:
        return _number(cell.get(f"{_OFFICE}value", ""))
    if kind == "date":
        return _date(cell.get(f"{_OFFICE}date-value", ""))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    stored = cell.get(f"{_OFFICE}string-value")
    return stored or _paragraphs(cell)


def _number(text: str) -> Cell:
    try:
        return plain_value(float(text))
    except ValueError:
        return text or None


def _date(text: str) -> Cell:
    try:
        return plain_value(datetime.fromisoformat(text[:19]))
    except ValueError:
        return text or None


def _paragraphs(cell: ElementTree.Element) -> str | None:
    """Return the text of a cell, not that of its comments, lines joined."""
    lines = ("".join(_pieces(line)) for line in cell.findall(f"{_TEXT}p"))
    return "\n".join(lines) or None


def _pieces(element: ElementTree.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            spaces = child.get(f"{_TEXT}c", "1")
            yield " " * min(int(spaces), 1000) if spaces.isdecimal() else " "
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        else:
            yield from _pieces(child)
        yield child.tail or ""
