"""Figures of a month beside those of the month before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Cell = str | int | float | None


@dataclass(frozen=True)
class Period:
    """A month of a company: first moment, first moment after it (both UTC), and the company's id."""

    begin: datetime
    end: datetime
    company_id: int


@dataclass(frozen=True)
class Figures:
    """What a source says about a month: named numbers, and a table."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    lines: Sequence[Sequence[Cell]] = ()


@dataclass(frozen=True)
class Source:
    """One part of the report.

    title: heading in the reader's language
    read: function of a ``Period`` that returns ``Figures``
    labels: name of a number → its label
    columns: titles of the table
    """

    title: str
    read: Callable[[Period], Figures]
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()


def compare(
    now: Mapping[str, float], before: Mapping[str, float] | None
) -> list[tuple[str, float, float | None, float | None]]:
    """Return each number with that of the month before and the change.

    A number without a forerunner has no change: nothing is not zero.

    >>> compare({"logins": 5, "denials": 1}, {"logins": 2})
    [('logins', 5, 2, 3), ('denials', 1, None, None)]
    """
    rows = []
    for name, value in now.items():
        old = (before or {}).get(name)
        rows.append((name, value, old, None if old is None else value - old))
    return rows


def months_due(
    made: Sequence[datetime], first: datetime | None, running: datetime
) -> list[datetime]:
    """Return the first days of months that are over and have no report yet, the oldest first.

    made: first days of months with a report
    first: first day of the first month with anything to report; none when there is nothing
    running: first day of the running month

    >>> jan, feb, mar = (datetime(2026, month, 1) for month in (1, 2, 3))
    >>> [day.month for day in months_due([jan], jan, mar)]
    [2]
    """
    due, day = [], first
    while day is not None and day < running:
        if day not in made:
            due.append(day)
        day = (
            day.replace(year=day.year + 1, month=1)
            if day.month == 12
            else day.replace(month=day.month + 1)
        )
    return due
