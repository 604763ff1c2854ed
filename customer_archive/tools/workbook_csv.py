"""Read delimited text in the encodings of Chinese Excel, WPS and web exports."""

import codecs
import csv
import io
from collections import Counter

from .formula import unescape_formula
from .workbook_model import (
    NOT_A_WORKBOOK,
    UNKNOWN_TYPE,
    Grid,
    Limits,
    Sheet,
    WorkbookError,
)

DELIMITERS = ",;\t"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Control characters that no text file contains.
_BINARY = frozenset(map(chr, range(32))) - set("\t\n\r\f\x1a")
_SAMPLE = 64 * 1024
_MARKUP = ("<!doctype", "<html", "<table", "<?xml", "<head", "<meta", "<workbook")


def read_csv(data: bytes, name: str, limits: Limits) -> Sheet:
    """Return the one sheet of a text file; every value stays text.

    An apostrophe before a sign that would begin a formula says just that, and is left out.

    The delimiter is the one of , ; and tab that splits the first rows most evenly, or
    the one that a first line ``sep=;`` names.
    """
    text = decode(data)
    first, _newline, rest = text.partition("\n")
    named = first.strip().lower()
    if named.startswith("sep=") and named[4:] in (*DELIMITERS, ""):
        text, delimiter = rest, named[4:] or "\t"
    else:
        delimiter = sniff_delimiter(text[:_SAMPLE])
    grid = Grid(name, limits)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for index, row in enumerate(reader):
            grid.add(index, (unescape_formula(value) or None for value in row))
    except csv.Error as error:
        raise WorkbookError(NOT_A_WORKBOOK, cause="csv") from error
    return grid.sheet()


def decode(data: bytes) -> str:
    """Return text from UTF-8, UTF-16 or GB 18030 (which holds GBK and GB 2312).

    >>> decode("客户".encode("gbk")), decode("客户".encode("utf-8-sig"))
    ('客户', '客户')
    """
    encodings = _encodings(data)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _BINARY.isdisjoint(text):
            _refuse_markup(text)
            return text
    raise WorkbookError(UNKNOWN_TYPE, kind="binary")


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith(_UTF16_MARKS):
        return ("utf-16",)
    sample = data[:_SAMPLE]
    if b"\0" in sample:  # UTF-16 without its mark: the signs of a CSV tell the order
        little = sample.count(b",\0") + sample.count(b"\t\0") + sample.count(b"\n\0")
        big = sample.count(b"\0,") + sample.count(b"\0\t") + sample.count(b"\0\n")
        return ("utf-16-le",) if little >= big else ("utf-16-be",)
    return ("utf-8-sig", "gb18030")


def _refuse_markup(text: str) -> None:
    """Refuse web pages and XML, which many systems export under the name of XLS."""
    start = text[:1024].lstrip().lower()
    if start.startswith(_MARKUP):
        kind = "xml" if start.startswith("<?xml") else "html"
        raise WorkbookError(UNKNOWN_TYPE, kind=kind)


def sniff_delimiter(sample: str) -> str:
    """Return the delimiter that gives most of the first rows the same width above 1.

    >>> sniff_delimiter("a;b\\n1,5;2\\n"), sniff_delimiter("a\\tb")
    (';', '\\t')
    """
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    """Return how many of the first rows share their width, and that width."""
    widths: Counter[int] = Counter()
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for row, _number in zip(reader, range(50), strict=False):
            widths[len(row)] += 1
    except csv.Error:
        return 0, 0
    widths.pop(0, None)
    widths.pop(1, None)
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count, width
