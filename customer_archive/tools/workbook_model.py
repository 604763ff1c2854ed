"""What readers of workbooks share: limits, faults, sheets and plain cell values."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | int | float | bool | date | datetime | None
#: Row and column, both from 0.
Place = tuple[int, int]
#: First row, last row, first column, last column, all from 0.
Merges = Sequence[tuple[int, int, int, int]]

TOO_LARGE = "too_large"
EMPTY_FILE = "empty_file"
UNKNOWN_TYPE = "unknown_type"
NOT_A_WORKBOOK = "not_a_workbook"
PASSWORD_PROTECTED = "password_protected"
MACRO = "macro"
ZIP_BOMB = "zip_bomb"
BAD_XML = "bad_xml"
NO_ROWS = "no_rows"
TOO_MANY_ROWS = "too_many_rows"
TOO_MANY_COLUMNS = "too_many_columns"
TOO_MANY_SHEETS = "too_many_sheets"
#: Everything `WorkbookError.code` may be.
CODES = (
    TOO_LARGE,
    EMPTY_FILE,
    UNKNOWN_TYPE,
    NOT_A_WORKBOOK,
    PASSWORD_PROTECTED,
    MACRO,
    ZIP_BOMB,
    BAD_XML,
    NO_ROWS,
    TOO_MANY_ROWS,
    TOO_MANY_COLUMNS,
    TOO_MANY_SHEETS,
)

#: A spreadsheet keeps 15 digits of a number; what is longer has lost its end.
FIRST_IMPRECISE = 10**15


class WorkbookError(Exception):
    """A file that is not read: one of `CODES`, and details such as limit or sheet."""

    def __init__(self, code: str, **details: Any) -> None:
        """Keep the code and its details for the caller, who words the message."""
        super().__init__(code, details)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Limits:
    """How much of a file is read; sizes in bytes, counts per sheet or file."""

    max_bytes: int = 25 * 1024**2
    max_unpacked: int = 400 * 1024**2
    max_ratio: int = 200
    max_members: int = 2000
    max_sheets: int = 100
    max_rows: int = 100_000
    max_columns: int = 500


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of equal length, blank cells None, no blank rows at the end.

    ``merged``: ranges like ``A1:B2``, whose value stands in the first cell alone;
    ``formulas``: places of formulas without a stored result (their cells are None);
    ``imprecise``: places of numbers with more digits than a spreadsheet keeps.
    """

    name: str
    rows: list[list[Cell]]
    merged: tuple[str, ...] = ()
    formulas: tuple[Place, ...] = ()
    imprecise: tuple[Place, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Workbook:
    """The sheets of a file, and its kind: xlsx, xls, ods or csv."""

    kind: str
    sheets: tuple[Sheet, ...]


@dataclass
class Grid:
    """Rows of one sheet while it is read; refuses what is over the limits."""

    name: str
    limits: Limits
    rows: list[list[Cell]] = field(default_factory=list)

    def add(self, index: int, values: Iterable[Cell]) -> None:
        """Put a row at its index from 0; blanks at its end and blank rows are free."""
        row = list(values)
        while row and row[-1] is None:
            row.pop()
        if row:
            self.check(index + 1, len(row))
            self.rows.extend([] for _gap in range(index - len(self.rows)))
            self.rows.append(row)

    def check(self, rows: int, columns: int) -> None:
        """Refuse more rows or columns than the limits allow."""
        if rows > self.limits.max_rows:
            limit = self.limits.max_rows
            raise WorkbookError(TOO_MANY_ROWS, sheet=self.name, limit=limit)
        if columns > self.limits.max_columns:
            limit = self.limits.max_columns
            raise WorkbookError(TOO_MANY_COLUMNS, sheet=self.name, limit=limit)

    def sheet(
        self,
        merges: Merges = (),
        formulas: Iterable[Place] = (),
        hidden: bool = False,
    ) -> Sheet:
        """Return the finished sheet.

        :param merges: merged ranges; their values stay in the first cell
        :param formulas: places of formulas without a result
        """
        width = max(map(len, self.rows), default=0)
        for row in self.rows:
            row.extend([None] * (width - len(row)))
        self._check_merges(merges, width)
        for merge in merges:
            self._blank_merged(*merge)
        return Sheet(
            name=self.name,
            rows=self.rows,
            merged=tuple(range_name(*merge) for merge in merges),
            formulas=tuple(sorted(formulas)),
            imprecise=tuple(self._imprecise()),
            hidden=hidden,
        )

    def _check_merges(self, merges: Merges, width: int) -> None:
        """Refuse merged ranges that overlap: they could cost hours to blank."""
        spans = (
            min(bottom + 1, len(self.rows)) - top
            for top, bottom, left, _right in merges
            if left < width and top < len(self.rows)
        )
        if sum(spans) > width * len(self.rows):
            raise WorkbookError(NOT_A_WORKBOOK, sheet=self.name, cause="merged cells")

    def _blank_merged(self, top: int, bottom: int, left: int, right: int) -> None:
        for number, row in enumerate(self.rows[top : bottom + 1]):
            start = left + 1 if number == 0 else left
            stop = min(right + 1, len(row))
            row[start:stop] = [None] * max(0, stop - start)

    def _imprecise(self) -> Iterable[Place]:
        for number, row in enumerate(self.rows):
            for column, value in enumerate(row):
                if isinstance(value, int | float) and abs(value) >= FIRST_IMPRECISE:
                    yield number, column


def column_letters(column: int) -> str:
    """Return the letters of a column from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def range_name(top: int, bottom: int, left: int, right: int) -> str:
    """Return the name of a range given from 0.

    >>> range_name(0, 1, 0, 2)
    'A1:C2'
    """
    return f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"


def plain_value(value: Any) -> Cell:
    """Return a cell's value as one of our types.

    A whole float becomes an int, so that a telephone number does not end in ``.0``;
    midnight becomes a date; a time of day or a duration becomes text.

    >>> plain_value(13502593627.0), plain_value(datetime(2020, 1, 5)), plain_value("")
    (13502593627, datetime.date(2020, 1, 5), None)
    """
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, time | timedelta):
        return str(value)
    if value is None or isinstance(value, bool | int | date):
        return value
    return str(value) or None


def _plain_number(value: float) -> Cell:
    if not math.isfinite(value):
        return str(value)
    return int(value) if value.is_integer() else value
