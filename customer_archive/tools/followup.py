"""When occasions of customers fall due: birthdays, hours in time zones, and which days a plan has to look at."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# How far back overdue customers are looked at: what is older is as overdue as that.
LASTING_DAYS = 60
# How long a plan that stood still is made up for: what was missed is noted, not sent.
LONGEST_GAP = 366


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def shifted(self, days: int) -> "Span":
        """The same span so many days later."""
        return Span(self.first + timedelta(days=days), self.last + timedelta(days=days))

    def days(self) -> Iterator[date]:
        """Each day of the span.

        >>> len(list(Span(date(2026, 2, 27), date(2026, 3, 1)).days()))
        3
        """
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


def span_to_plan(
    today: date, starts_on: date, planned_on: date | None, grace_days: int, horizon_days: int, is_lasting: bool
) -> Span:
    """The days on which a rule may want something done, as far as a plan made today looks at them.

    A rule never looks at days before it started. What was due while no plan was made is looked at too, so that it is
    noted as missed; an occasion that lasts until somebody acts is never missed, and is looked for among the last weeks.

    :param planned_on: day of the last plan
    :param grace_days: how late something may still be done
    :param horizon_days: how far ahead is planned

    >>> span_to_plan(date(2026, 5, 20), date(2026, 1, 1), None, 7, 14, False)
    Span(first=datetime.date(2026, 5, 12), last=datetime.date(2026, 6, 3))
    >>> span_to_plan(date(2026, 5, 20), date(2026, 5, 18), None, 7, 14, False).first
    datetime.date(2026, 5, 18)
    """
    # a day more on both sides: it is tomorrow somewhere
    back = LASTING_DAYS if is_lasting else grace_days + 1
    first = today - timedelta(days=back)
    if planned_on and not is_lasting:
        first = max(min(first, planned_on), today - timedelta(days=LONGEST_GAP))
    last = today + timedelta(days=horizon_days)
    return Span(max(first, starts_on), max(last, starts_on))


def birthday_in(year: int, month: int, day: int) -> date:
    """The day on which a birthday is kept in a year; who was born on 29 February has it on the 28th in other years.

    >>> birthday_in(2026, 2, 29), birthday_in(2028, 2, 29)
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    """
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)


def is_birthday(month: int, day: int) -> bool:
    """Whether there is a year with such a day.

    >>> is_birthday(2, 29), is_birthday(2, 30), is_birthday(4, 31)
    (True, False, False)
    """
    try:
        return bool(date(2024, month, day))
    except ValueError:
        return False


def birthdays(span: Span) -> list[tuple[int, int, date]]:
    """Which birthdays are kept on which days of a span: month, day and the day on which it is kept.

    >>> birthdays(Span(date(2026, 2, 28), date(2026, 3, 1)))
    [(2, 28, datetime.date(2026, 2, 28)), (2, 29, datetime.date(2026, 2, 28)), (3, 1, datetime.date(2026, 3, 1))]
    """
    found = []
    for kept in span.days():
        found.append((kept.month, kept.day, kept))
        if (kept.month, kept.day) == (2, 28) and birthday_in(kept.year, 2, 29) == kept:
            found.append((2, 29, kept))
    return found


def moment(day: date, hour: float, zone: str) -> datetime:
    """The moment of an hour of a day in a time zone, as a naive UTC datetime.

    An hour that the clocks leave out is the one that they show in its place, an hour that comes twice is its first one,
    and a zone that nobody knows is UTC.

    >>> moment(date(2026, 1, 5), 9.5, "Asia/Shanghai")
    datetime.datetime(2026, 1, 5, 1, 30)
    """
    # minutes first: 9.1 hours are 9:06, not 9:05:59
    minutes = round(hour * 60)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=_get_zone(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def _get_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def moments(span: Span, hour: float, zones: Iterable[str]) -> list[tuple[date, str, datetime]]:
    """The moment of an hour on each day of a span in each zone: day, zone and moment."""
    return [(day, zone, moment(day, hour, zone)) for zone in zones for day in span.days()]


def fill(text: str, words: Mapping[str, str]) -> str:
    """A text with its words in braces replaced; nothing in it is ever run, and unknown words stay as they are.

    >>> fill("Dear {name}, {what}?", {"name": "Li Na {what}"})
    'Dear Li Na {what}, {what}?'
    """
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), text)
