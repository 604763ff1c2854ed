"""Cases of customers: how urgent one is, and when it is due in working time.

Moments are datetimes with a time zone. Working time is a list of pairs (start, end) in order and without overlaps, as a
calendar gives it; everything is counted in time that really passes, so a night on which clocks change is an hour longer
or shorter.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

SERVICE, COMPLAINT, FEEDBACK = "service", "complaint", "feedback"
MINOR, MODERATE, SERIOUS, CRITICAL = "minor", "moderate", "serious", "critical"
RAISED, TOP = "raised", "top"

NEW, PROGRESS, WAITING, RESOLVED = "new", "progress", "waiting", "resolved"
VISITED, CLOSED, CANCELLED = "visited", "closed", "cancelled"
# States in which somebody has to do something for the customer, and those after it was solved.
OPEN = (NEW, PROGRESS, WAITING)
SETTLED = (RESOLVED, VISITED, CLOSED)

PRIORITIES = ("0", "1", "2", "3")
SEVERITY_ORDER = (MINOR, MODERATE, SERIOUS, CRITICAL)
# What of the promised time a case of this severity may take.
SHARES = {MINOR: 1.0, MODERATE: 1.0, SERIOUS: 0.5, CRITICAL: 0.25}

Period = tuple[datetime, datetime]


def priority(severity: str, urgencies: Iterable[str | None]) -> str:
    """How urgent a case is, "0" to "3": its severity, raised by what the category and the customer's policy say.

    >>> priority(MODERATE, [None, RAISED])
    '2'
    >>> priority(MINOR, [TOP])
    '3'
    """
    named = list(urgencies)
    if TOP in named:
        return PRIORITIES[-1]
    step = SEVERITY_ORDER.index(severity) + named.count(RAISED)
    return PRIORITIES[min(step, len(PRIORITIES) - 1)]


def allowed_hours(promised: Iterable[float], usual: float, share: float = 1.0) -> float:
    """Working hours that a case may take: the shortest promise, else what is usual; serious ones a share of it.

    A promise of 0 hours is none.

    >>> allowed_hours([8, 0, 4], 40, 0.5)
    2.0
    >>> allowed_hours([], 40)
    40.0
    """
    return min((hours for hours in promised if hours > 0), default=usual) * share


def due(start: datetime, hours: float, work: Sequence[Period]) -> datetime | None:
    """The moment at which so many working hours have passed since ``start``; None: the working time does not suffice.

    >>> monday = (datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 2, 16, tzinfo=UTC))
    >>> due(datetime(2026, 11, 1, 20, tzinfo=UTC), 2, [monday]).isoformat()
    '2026-11-02T10:00:00+00:00'
    """
    left = timedelta(hours=hours)
    for begin, end in _after(start, work):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return None


def worked(start: datetime, end: datetime, work: Sequence[Period]) -> float:
    """Working hours between two moments; 0 where the second one is the earlier.

    >>> monday = (datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 2, 16, tzinfo=UTC))
    >>> worked(datetime(2026, 11, 1, 20, tzinfo=UTC), datetime(2026, 11, 2, 9, 30, tzinfo=UTC), [monday])
    1.5
    """
    stop = end.astimezone(UTC)
    periods = [(begin, min(finish, stop)) for begin, finish in _after(start, work)]
    return sum((finish - begin).total_seconds() for begin, finish in periods if finish > begin) / 3600


def _after(start: datetime, work: Sequence[Period]) -> Iterable[Period]:
    """What of the working time lies after a moment, in UTC: there a difference is time that passes."""
    first = start.astimezone(UTC)
    for begin, end in work:
        begin, end = max(begin.astimezone(UTC), first), end.astimezone(UTC)
        if end > begin:
            yield begin, end


def hours_and_minutes(hours: float) -> tuple[int, int]:
    """A length in whole hours and minutes; a minute that has begun counts.

    >>> hours_and_minutes(1.501)
    (1, 31)
    """
    minutes = -int(-hours * 60 // 1)
    return divmod(minutes, 60)
