"""Where a contract stands on a day, by its dates alone.

Dates are days in the company's time zone. A contract that renews itself has periods of its own; until when it runs, and
until when notice must be given, is said for the period of the day that is asked about.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

DRAFT, SENT, UPCOMING, ACTIVE, EXPIRING = "draft", "sent", "upcoming", "active", "expiring"
EXPIRED, REPLACED, TERMINATED, CANCELLED = "expired", "replaced", "terminated", "cancelled"
# States in which both sides are bound.
RUNNING = (ACTIVE, EXPIRING)


@dataclass(frozen=True)
class Terms:
    """What was agreed and what happened to it.

    :param start: first day
    :param end: last day of the first period; None: without end
    :param renewal_months: length of each further period of a contract that renews itself; 0: it does not
    :param notice_days: how many days before the end of a period notice is to be given
    :param warn_days: how many days before the last day for a decision people are warned
    :param replaced_on: first day of the signed contract that takes its place
    :param terminated_on: last day after a notice
    """

    start: date
    end: date | None = None
    renewal_months: int = 0
    notice_days: int = 0
    warn_days: int = 0
    is_sent: bool = False
    is_signed: bool = False
    is_cancelled: bool = False
    replaced_on: date | None = None
    terminated_on: date | None = None


@dataclass(frozen=True)
class Standing:
    """Where a contract stands.

    :param period_end: last day of the present period, None: without end
    :param decide_by: last day on which somebody can still act: give notice, or agree on a renewal
    :param changes_on: next day on which this is another one, None: only an act changes it
    """

    state: str
    period_end: date | None
    decide_by: date | None
    changes_on: date | None


def period_end(terms: Terms, today: date) -> date | None:
    """Last day of the period in which ``today`` lies, or of the only one.

    The end of a month stays the end of a month: 31 January, 28 February, 31 March.

    >>> period_end(Terms(date(2024, 2, 1), date(2025, 1, 31), renewal_months=1), date(2025, 3, 5))
    datetime.date(2025, 3, 31)
    """
    if not terms.end or not terms.renewal_months or today <= terms.end:
        return terms.end
    months = (today.year - terms.end.year) * 12 + today.month - terms.end.month
    periods = max(0, months // terms.renewal_months - 1)
    while (end := _add_months(terms.end, periods * terms.renewal_months)) < today:
        periods += 1
    return end


def standing(terms: Terms, today: date) -> Standing:
    """Where a contract stands on a day.

    A period that renews itself warns until the last day for notice and is simply active after it; one that ends warns
    until its end.

    >>> standing(Terms(date(2026, 1, 1), date(2026, 12, 31), warn_days=30, is_signed=True), date(2026, 12, 1)).state
    'expiring'
    """
    if terms.is_cancelled:
        return Standing(CANCELLED, terms.end, None, None)
    if not terms.is_signed:
        return Standing(SENT if terms.is_sent else DRAFT, terms.end, None, None)
    end = period_end(terms, today)
    stop = _stop(terms)
    if stop and (not terms.end or terms.renewal_months or stop[0] <= terms.end):
        # what was decided needs no warning
        last, state = stop
        if today > last:
            return Standing(state, last, None, None)
        if today < terms.start:
            return Standing(UPCOMING, last, None, min(terms.start, _after(last)))
        return Standing(ACTIVE, last, None, _after(last))
    return _by_period(terms, end, today)


def _stop(terms: Terms) -> tuple[date, str] | None:
    """Last day and state of what somebody decided, the first of them."""
    stops = [(terms.terminated_on, TERMINATED), (_before(terms.replaced_on), REPLACED)]
    return min(((day, state) for day, state in stops if day), default=None)


def _by_period(terms: Terms, end: date | None, today: date) -> Standing:
    decide_by = _decide_by(terms, end)
    if today < terms.start:
        return Standing(UPCOMING, end, decide_by, terms.start)
    if not end:
        return Standing(ACTIVE, None, None, None)
    if today > end:
        return Standing(EXPIRED, end, None, None)
    warn_from = decide_by - timedelta(days=terms.warn_days)
    last_warning = decide_by if terms.renewal_months else end
    if today < warn_from:
        return Standing(ACTIVE, end, decide_by, warn_from)
    if today <= last_warning:
        return Standing(EXPIRING, end, decide_by, _after(last_warning))
    return Standing(ACTIVE, end, decide_by, _after(end))


def _decide_by(terms: Terms, end: date | None) -> date | None:
    return end and end - timedelta(days=terms.notice_days)


def successor(terms: Terms, today: date) -> tuple[date, date | None]:
    """First and last day of a contract that follows this one and is as long.

    >>> successor(Terms(date(2026, 1, 1), date(2026, 12, 31)), date(2026, 11, 5))
    (datetime.date(2027, 1, 1), datetime.date(2027, 12, 31))
    """
    end = period_end(terms, today)
    if not end:
        return today, None
    start = _after(end)
    if terms.renewal_months:
        return start, _before(start + relativedelta(months=terms.renewal_months))
    first = terms.end or end
    length = relativedelta(_after(first), terms.start)
    return start, _before(start + length)


def _add_months(day: date, months: int) -> date:
    ends_month = (day + timedelta(days=1)).day == 1
    later = day + relativedelta(months=months)
    return later + relativedelta(day=31) if ends_month else later


def _before(day: date | None) -> date | None:
    return day and day - timedelta(days=1)


def _after(day: date) -> date:
    return day + timedelta(days=1)
