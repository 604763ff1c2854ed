"""Read dates, numbers and yes/no from the cells of somebody's spreadsheet.

Each function takes a cell as `workbook` delivers it, text or a value already, and
returns None for what it cannot read without guessing; the caller keeps the text in
a finding. Signs and ranges (a headcount of -5) are the caller's to judge.
"""

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from .text import strip_invisible

Cell = str | int | float | bool | date | datetime | None

#: Earlier years are placeholders of other systems (0001-01-01) or slips.
FIRST_YEAR = 1600

_DATE = re.compile(
    r"(?P<year>\d{4})(?:"
    r"(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    r"|年(?P<month_cn>\d{1,2})月(?P<day_cn>\d{1,2})[日号]"
    r"|(?P<month_8>\d{2})(?P<day_8>\d{2})"
    r")(?P<time>(?:[ T]|(?<=[日号]))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?", re.ASCII)
_INTEGRAL = re.compile(r"\.0+")

_YES = frozenset("1 y yes t true on 是 有 对 真 √ ✓ ✔ ☑".split())
_NO = frozenset("0 n no f false off 否 无 错 假 不是 × ✗ ✘ x ☐".split())


def parse_date(value: Cell) -> date | None:
    """Return a date: year first, with - / . or 年月日 or as eight digits.

    A time of day is dropped. Two-digit years and other orders are not guessed at.

    >>> parse_date("2020年1月5日"), parse_date("2020-02-30"), parse_date("1/5/2020")
    (datetime.date(2020, 1, 5), None, None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    match = _DATE.fullmatch(_spaceless_date(str(value)))
    if not match:
        return None
    parts = [
        match[name] or match[f"{name}_cn"] or match[f"{name}_8"]
        for name in ("month", "day")
    ]
    return _valid_date(int(match["year"]), *map(int, parts))


def _spaceless_date(text: str) -> str:
    """Half-width, and no space around the signs of a date."""
    return re.sub(r"\s*([-/.年月日号])\s*", r"\1", _plain(text))


def _valid_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= FIRST_YEAR else None
    except ValueError:
        return None


def parse_int(value: Cell) -> int | None:
    """Return a whole number; thousands separators must stand where they belong.

    >>> parse_int("１，２００"), parse_int("12.0"), parse_int("-5")
    (1200, 12, -5)
    >>> parse_int("约50人"), parse_int("1,20"), parse_int("12.5")
    (None, None, None)
    """
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and value.is_integer() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _match_number(value)
    if not match or (match[3] and not _INTEGRAL.fullmatch(match[3])):
        return None
    return int(match[1] + match[2].replace(",", ""))


def parse_decimal(value: Cell) -> Decimal | None:
    """Return a decimal number exactly as written; no currencies, units or percents.

    >>> parse_decimal("1,234.50"), parse_decimal("5万")
    (Decimal('1234.50'), None)
    """
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    match = _match_number(value)
    return Decimal(match[0].replace(",", "")) if match else None


def _match_number(value: Cell) -> re.Match[str] | None:
    if not isinstance(value, str):
        return None
    return _NUMBER.fullmatch(_plain(value).replace("\u2212", "-"))


def parse_bool(value: Cell) -> bool | None:
    """Return yes or no, in Chinese, English, ticks or digits; None for anything else.

    >>> [parse_bool(text) for text in ("是", "否", "Ｙ", "√", "maybe", "")]
    [True, False, True, True, None, None]
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    if not isinstance(value, str):
        return None
    word = _plain(value).casefold()
    return True if word in _YES else False if word in _NO else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", strip_invisible(text)).strip()
