"""When people work, and which excesses are one event: what alerts about the log are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Hours:
    """Working hours of a day as numbers (7.5 is half past seven), the end excluded."""

    begin: float
    end: float
    free_weekends: bool = True

    @property
    def begin_text(self) -> str:
        """The begin as people write it.

        >>> Hours(7.5, 21).begin_text, Hours(7.5, 21).end_text
        ('7:30', '21:00')
        """
        return _clock(self.begin)

    @property
    def end_text(self) -> str:
        """The end as people write it."""
        return _clock(self.end)

    def is_odd(self, local: datetime) -> bool:
        """Return whether somebody who is at work at this local time keeps odd hours.

        >>> Hours(7, 21).is_odd(datetime(2026, 11, 24, 12)), Hours(7, 21).is_odd(datetime(2026, 11, 24, 21))
        (False, True)
        """
        if self.free_weekends and local.isoweekday() > 5:
            return True
        return not self.begin <= local.hour + local.minute / 60 < self.end


@dataclass(frozen=True)
class Excess:
    """A time in which a person went over the threshold of a rule."""

    user: int
    begin: datetime
    end: datetime


def same_event(excess: Excess, begin: datetime, end: datetime, window: timedelta) -> bool:
    """Return whether an excess goes on with an event that lasted from ``begin`` to ``end``.

    >>> noon, hour = datetime(2026, 11, 24, 12), timedelta(hours=1)
    >>> same_event(Excess(1, noon, noon + hour), noon - hour, noon - hour / 2, hour)
    True
    >>> same_event(Excess(1, noon, noon + hour), noon - 3 * hour, noon - 2 * hour, hour)
    False
    """
    return excess.begin <= end + window and excess.end + window >= begin


def find_event(
    excess: Excess, events: Iterable[tuple[object, datetime, datetime]], window: timedelta
) -> object:
    """Return the first of the events (key, begin, end) that an excess goes on with, or None."""
    return next((key for key, begin, end in events if same_event(excess, begin, end, window)), None)


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
