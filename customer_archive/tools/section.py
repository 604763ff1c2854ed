"""What a printed or exported archive consists of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Section:
    """One part of an archive file: facts (label and value), or a table (columns and lines).

    key: name for whoever extends or leaves out a section
    title: heading in the reader's language
    facts: pairs of label and value
    columns, lines: a table; each line has one value per column
    wide: facts with long texts, one below the other

    >>> Section("size", "Size", facts=[("Staff", 12), ("Revenue", None)]).is_empty
    False
    >>> Section("contacts", "Contacts", columns=["Name"]).is_empty
    True
    """

    key: str
    title: str
    facts: Sequence[tuple[str, Value]] = ()
    columns: Sequence[str] = ()
    lines: Sequence[Sequence[Value]] = ()
    wide: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered that this section would show."""
        return not self.lines and all(is_blank(value) for __, value in self.facts)

    @property
    def pairs(self) -> list[tuple[tuple[str, Value], tuple[str, Value] | None]]:
        """The facts two by two, as a page in two columns shows them: down the left side, then the right.

        >>> Section("x", "X", facts=[("a", 1), ("b", 2), ("c", 3)]).pairs
        [(('a', 1), ('c', 3)), (('b', 2), None)]
        """
        half = (len(self.facts) + 1) // 2
        right = [*self.facts[half:], *[None] * (2 * half - len(self.facts))]
        return list(zip(self.facts[:half], right, strict=True))


def is_blank(value: Value) -> bool:
    """Whether a value says nothing; zero and "no" do say something.

    >>> [is_blank(value) for value in ("", " ", None, 0, False)]
    [True, True, True, False, False]
    """
    return value is None or (isinstance(value, str) and not value.strip())
