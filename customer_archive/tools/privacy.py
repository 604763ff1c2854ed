"""Find a person in texts, however a name, a number or an address was written.

The patterns are written for both PostgreSQL and Python: boundaries are look-arounds, as ``\\b`` and
``\\m`` differ, and no class beyond ``\\s`` is used.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .text import collapse_spaces, normalize_email, normalize_phone, split_extension, strip_invisible

NAME, PHONE, EMAIL, NUMBER, TEXT = "name", "phone", "email", "number", "text"

#: Shorter texts stand for too many things to be looked for.
_SHORTEST = {NAME: 4, PHONE: 7, EMAIL: 5, NUMBER: 5, TEXT: 6}
_SHORTEST_CHINESE_NAME = 2
_GAP = r"[-\s.()（）/]*"
_COUNTRY = rf"(?:(?:\+|00)?{_GAP}86{_GAP})?"
_NOT_AFTER_WORD, _NOT_BEFORE_WORD = "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])"
_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Needle:
    """A fact that tells one person from others, and what kind of fact it is."""

    kind: str
    value: str

    @property
    def pattern(self) -> str:
        """A regular expression that finds the fact in a text; empty where it is too short.

        Case does not count; whoever uses the pattern says so.

        >>> bool(re.search(Needle(PHONE, "13502244261").pattern, "call +86 135-0224-4261 now"))
        True
        >>> bool(re.search(Needle(PHONE, "13502244261").pattern, "order 113502244261"))
        False
        >>> Needle(NAME, "Li").pattern
        ''
        """
        value = _PLAIN.get(self.kind, _plain)(self.value)
        shortest = _SHORTEST[self.kind]
        if self.kind == NAME and _CHINESE.search(value):
            shortest = _SHORTEST_CHINESE_NAME
        if len(value) < shortest:
            return ""
        return _WRITERS.get(self.kind, _word_pattern)(value)


def any_of(needles: Iterable[Needle]) -> str:
    """Return one pattern for all needles; empty when there is nothing to look for.

    >>> any_of([Needle(NAME, "Li")])
    ''
    """
    return "|".join(sorted({needle.pattern for needle in needles} - {""}))


def replace_in(value: object, pattern: str, word: str) -> object:
    """Put a word in place of whatever a pattern finds in a JSON value, its keys and its numbers included.

    >>> replace_in({"Li Na": [13502244261, "of Li Na", True]}, Needle(PHONE, "13502244261").pattern + "|Li Na", "x")
    {'x': ['x', 'of x', True]}
    """
    if isinstance(value, dict):
        return {_replace(key, pattern, word): replace_in(part, pattern, word) for key, part in value.items()}
    if isinstance(value, list):
        return [replace_in(part, pattern, word) for part in value]
    if isinstance(value, str):
        return _replace(value, pattern, word)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return word if re.search(pattern, str(value), re.IGNORECASE) else value
    return value


def _replace(text: str, pattern: str, word: str) -> str:
    return re.sub(pattern, lambda _found: word, text, flags=re.IGNORECASE)


def _plain(value: str) -> str:
    return collapse_spaces(strip_invisible(value))


def _digits(value: str) -> str:
    """National digits of a Chinese number, all digits of another.

    >>> [_digits(number) for number in ("+86 21 5059 2061", "021-50592061", "+44 20 7946 0018")]
    ['2150592061', '2150592061', '442079460018']
    """
    number, _extension = split_extension(normalize_phone(value))
    digits = "".join(char for char in number if char.isdecimal())
    if number.startswith("+86"):
        digits = digits[2:]
    return digits if number.startswith("+") and not number.startswith("+86") else digits.lstrip("0")


def _phone_pattern(digits: str) -> str:
    return rf"(?<![0-9]){_COUNTRY}\+?(?:{_GAP}0)?{_GAP}{_GAP.join(digits)}(?![0-9])"


def _email_pattern(value: str) -> str:
    return rf"(?<![A-Za-z0-9._%+-]){re.escape(value)}(?![A-Za-z0-9-]|\.[A-Za-z0-9])"


def _word_pattern(value: str) -> str:
    """Every way to write a text: spaces at will, as HTML, or with the escapes of JSON."""
    escaped = html.escape(value)
    written = {value, escaped, escaped.replace("&#x27;", "&#39;"), html.escape(value, quote=False)}
    ways = [_spaced(way) for way in sorted(written)]
    if not value.isascii():
        ways.append("".join(_escaped(char) for char in value))
    return f"{_before(value)}(?:{'|'.join(ways)}){_after(value)}"


def _spaced(value: str) -> str:
    words = [re.escape(word) for word in value.split(" ")]
    return r"(?:\s|&nbsp;)*".join(words)


def _escaped(char: str) -> str:
    if char.isascii():
        return re.escape(char)
    units = char.encode("utf-16-be").hex()
    return "".join(rf"\\{{1,4}}u{units[place:place + 4]}" for place in range(0, len(units), 4))


def _before(value: str) -> str:
    return _NOT_AFTER_WORD if value[0].isascii() and value[0].isalnum() else ""


def _after(value: str) -> str:
    return _NOT_BEFORE_WORD if value[-1].isascii() and value[-1].isalnum() else ""


_PLAIN = {PHONE: _digits, EMAIL: lambda value: _plain(normalize_email(value))}
_WRITERS = {PHONE: _phone_pattern, EMAIL: _email_pattern}


@dataclass(frozen=True)
class Place:
    """Where rows about a person lie.

    key: name for whoever extends or leaves out a place
    model, domain: the rows, in the host's terms
    label: what the place is called in the reader's language
    show: names of the fields that a copy for the person shows
    action: what an erasure does with the rows: delete, blank (write ``values``) or keep
    reason: why rows are kept
    """

    key: str
    model: str
    domain: Sequence
    label: str
    show: Sequence[str] = ()
    action: str = "keep"
    values: Mapping = field(default_factory=dict)
    reason: str = ""
