"""Which backups to keep, when the next one is due, and when the last proof is too old."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

NEVER, DAILY, WEEKLY = "never", "daily", "weekly"
_SUNDAY = 6


@dataclass(frozen=True)
class Retention:
    """How many days, weeks and months keep their newest backup."""

    daily: int
    weekly: int
    monthly: int


def _day(time: datetime) -> Hashable:
    return time.date()


def _week(time: datetime) -> Hashable:
    return time.isocalendar()[:2]


def _month(time: datetime) -> Hashable:
    return time.year, time.month


def kept(times: Iterable[datetime], retention: Retention) -> set[datetime]:
    """The backups to keep: the newest of each of the last days, weeks and months that have one.

    The newest of all is always kept.

    >>> days = [datetime(2026, 11, day) for day in (20, 22, 23, 24)]
    >>> sorted(time.day for time in kept(days, Retention(2, 2, 0)))
    [22, 23, 24]
    """
    newest_first = sorted(set(times), reverse=True)
    found = set(newest_first[:1])
    for period, number in ((_day, retention.daily), (_week, retention.weekly), (_month, retention.monthly)):
        found |= _newest_of_each(newest_first, period, number)
    return found


def _newest_of_each(newest_first: list[datetime], period: Callable[[datetime], Hashable], number: int) -> set[datetime]:
    newest: dict[Hashable, datetime] = {}
    for time in newest_first:
        newest.setdefault(period(time), time)
    return set(list(newest.values())[: max(number, 0)])


def is_due(now: datetime, last: datetime | None, every: str, hour: int) -> bool:
    """Whether a backup is to be made: none was begun since the last time that one was planned for.

    Times are local. A weekly one is planned for the early hours of Sunday. One that was missed is made up for.

    >>> is_due(datetime(2026, 11, 24, 3), datetime(2026, 11, 23, 2), DAILY, 2)
    True
    >>> is_due(datetime(2026, 11, 24, 1), datetime(2026, 11, 23, 2), DAILY, 2)
    False
    """
    if every == NEVER:
        return False
    planned = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if planned > now:
        planned -= timedelta(days=1)
    if every == WEEKLY:
        planned -= timedelta(days=(planned.weekday() - _SUNDAY) % 7)
    return last is None or last < planned


def is_stale(now: datetime, proven: datetime | None, first: datetime | None, days: int) -> bool:
    """Whether there is reason for an alarm.

    :param proven: the time of the newest proven backup
    :param first: the time of the first attempt, from which the days count until something is proven

    >>> is_stale(datetime(2026, 11, 24), datetime(2026, 11, 20), None, 3)
    True
    >>> is_stale(datetime(2026, 11, 24), None, None, 3)
    False
    """
    since = proven or first
    return since is not None and now - since > timedelta(days=days)
