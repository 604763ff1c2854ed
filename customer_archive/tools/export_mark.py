"""The mark of an exported file: short, impossible to make up, and found again wherever it stands.

A mark is ``CA-`` and twelve signs, such as ``CA-7K2M-QX9D-4TWB``: half of them random, half a keyed check over the
others. Letters that are mistaken for digits are left out, and read as those digits.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OILU", "011V")
_HALF = 6
_MARK = re.compile(r"CA-?((?:[0-9A-Z]{4}-?){3})(?![0-9A-Z])", re.I)
_ABOUT_ROWS, _ABOUT_COLUMNS = 8, 2
#: Random bytes that `make_mark` takes.
RANDOM_BYTES = 8


def make_mark(random: bytes, key: bytes) -> str:
    """Return a new mark.

    :param random: `RANDOM_BYTES` unpredictable bytes
    :param key: secret of the database

    >>> make_mark(bytes(8), b"secret")[:7]
    'CA-0000'
    """
    first = _signs(random)
    return _format(first + _check(first, key))


def is_genuine(mark: str, key: bytes) -> bool:
    """Return whether this database made a mark, also where the log no longer has it.

    >>> mark = make_mark(bytes(8), b"secret")
    >>> is_genuine(mark, b"secret"), is_genuine(mark, b"other"), is_genuine("CA-7K2M-QX9D-4TWB", b"secret")
    (True, False, False)
    """
    signs = _strip(mark)
    return hmac.compare_digest(signs[_HALF:].encode(), _check(signs[:_HALF], key).encode())


def find_mark(text: str) -> str:
    """Return the first mark within a text in its normal form, or an empty text.

    >>> find_mark("exported, mark ca-7k2m qx9d"), find_mark("Mark: ca-7k2mqx9d4twb.")
    ('', 'CA-7K2M-QX9D-4TWB')
    """
    match = _MARK.search(text)
    return _format(_strip(match[0])) if match else ""


def is_about(rows: Sequence[Sequence[object]]) -> bool:
    """Return whether the rows of a sheet are what this app says about a file that it wrote, and nothing else.

    >>> is_about([["Exported by", "Li Na"], ["Mark", "CA-7K2M-QX9D-4TWB"]]), is_about([["Name"], ["CA-7K2M"]])
    (True, False)
    """
    if len(rows) > _ABOUT_ROWS or any(len(row) > _ABOUT_COLUMNS for row in rows):
        return False
    return any(find_mark(str(cell)) for row in rows for cell in row if cell)


def _strip(mark: str) -> str:
    return mark.upper().removeprefix("CA").replace("-", "").translate(_MISREAD)


def _format(signs: str) -> str:
    return f"CA-{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def _check(first: str, key: bytes) -> str:
    return _signs(hmac.new(key, first.encode(), hashlib.sha256).digest())


def _signs(data: bytes) -> str:
    number = int.from_bytes(data[:8], "big")
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(_HALF))
