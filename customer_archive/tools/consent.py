"""Which consents of a person hold on a day, out of an append-only history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Entry:
    """One row of the history: a person gave or withdrew a consent for a purpose on a day.

    place: order among the rows of one day, such as the id
    """

    purpose: str
    given: bool
    day: date
    place: int
    valid_until: date | None = None


@dataclass(frozen=True)
class Consent:
    """The standing of one purpose: whether it may be relied on, since when and until when.

    place: the row that decides
    """

    given: bool
    since: date
    place: int
    valid_until: date | None = None


def effective(entries: Iterable[Entry], today: date) -> dict[str, Consent]:
    """Return the standing of each purpose that anything was said about.

    The last word counts, a consent that ran out counts as withdrawn, and what lies in the future
    does not count yet. A purpose nobody spoke about is missing: there is no consent for it.

    >>> day = date(2026, 1, 5)
    >>> rows = [Entry("mail", True, day, 1), Entry("mail", False, day, 2)]
    >>> effective(rows, day)["mail"].given
    False
    >>> effective([Entry("mail", True, day, 1, valid_until=day)], date(2026, 1, 6))["mail"].given
    False
    """
    last: dict[str, Entry] = {}
    for entry in entries:
        if entry.day <= today and _is_later(entry, last.get(entry.purpose)):
            last[entry.purpose] = entry
    return {
        purpose: Consent(_holds(entry, today), entry.day, entry.place, entry.valid_until)
        for purpose, entry in last.items()
    }


def _is_later(entry: Entry, other: Entry | None) -> bool:
    return other is None or (entry.day, entry.place) > (other.day, other.place)


def _holds(entry: Entry, today: date) -> bool:
    return entry.given and (entry.valid_until is None or today <= entry.valid_until)
