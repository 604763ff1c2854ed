"""Where a contract stands, day by day."""

from datetime import date, timedelta

import pytest
from customer_archive_tools import contract
from customer_archive_tools.contract import Terms, standing
from hypothesis import given
from hypothesis import strategies as st

YEAR = {"start": date(2026, 1, 1), "end": date(2026, 12, 31), "is_signed": True}


@pytest.mark.parametrize(
    ("facts", "today", "state", "changes_on"),
    [
        ({"is_signed": False}, date(2026, 6, 1), "draft", None),
        ({"is_signed": False, "is_sent": True}, date(2026, 6, 1), "sent", None),
        ({"is_cancelled": True}, date(2026, 6, 1), "cancelled", None),
        ({}, date(2025, 12, 31), "upcoming", date(2026, 1, 1)),
        ({}, date(2026, 1, 1), "active", date(2026, 12, 31)),
        ({"warn_days": 30}, date(2026, 11, 30), "active", date(2026, 12, 1)),
        ({"warn_days": 30}, date(2026, 12, 1), "expiring", date(2027, 1, 1)),
        ({"warn_days": 30, "notice_days": 60}, date(2026, 10, 2), "expiring", date(2027, 1, 1)),
        ({"warn_days": 30}, date(2026, 12, 31), "expiring", date(2027, 1, 1)),
        ({"warn_days": 30}, date(2027, 1, 1), "expired", None),
        ({"end": None}, date(2090, 1, 1), "active", None),
        ({"terminated_on": date(2026, 6, 30)}, date(2026, 6, 30), "active", date(2026, 7, 1)),
        ({"terminated_on": date(2026, 6, 30)}, date(2026, 7, 1), "terminated", None),
        ({"replaced_on": date(2026, 7, 1)}, date(2026, 6, 30), "active", date(2026, 7, 1)),
        ({"replaced_on": date(2026, 7, 1)}, date(2026, 7, 1), "replaced", None),
        # a successor that begins the day after the end: nobody has to be warned
        ({"replaced_on": date(2027, 1, 1), "warn_days": 30}, date(2026, 12, 20), "active", date(2027, 1, 1)),
        # one that begins later leaves a gap, and the end is an end
        ({"replaced_on": date(2027, 3, 1), "warn_days": 30}, date(2026, 12, 20), "expiring", date(2027, 1, 1)),
        ({"end": None, "terminated_on": date(2030, 1, 31)}, date(2030, 1, 31), "active", date(2030, 2, 1)),
    ],
)
def test_state_and_the_day_it_changes(facts, today, state, changes_on):
    found = standing(Terms(**{**YEAR, **facts}), today)
    assert (found.state, found.changes_on) == (state, changes_on)


def test_renewing_itself_warns_until_the_last_day_for_notice_and_goes_on():
    terms = Terms(**YEAR, renewal_months=12, notice_days=90, warn_days=30)
    last_day_for_notice = date(2026, 10, 2)
    assert standing(terms, last_day_for_notice).decide_by == last_day_for_notice
    days = {
        date(2026, 9, 1): ("active", date(2026, 9, 2)),
        date(2026, 9, 2): ("expiring", date(2026, 10, 3)),
        last_day_for_notice: ("expiring", date(2026, 10, 3)),
        date(2026, 10, 3): ("active", date(2027, 1, 1)),
    }
    for day, expected in days.items():
        found = standing(terms, day)
        assert (found.state, found.changes_on) == expected
    second = standing(terms, date(2027, 1, 1))
    assert (second.state, second.period_end, second.decide_by) == ("active", date(2027, 12, 31), date(2027, 10, 2))


def test_a_notice_ends_a_contract_that_renews_itself():
    terms = Terms(**YEAR, renewal_months=12, notice_days=90, warn_days=30, terminated_on=date(2028, 12, 31))
    assert standing(terms, date(2028, 9, 15)).state == "active"
    assert standing(terms, date(2028, 9, 15)).period_end == date(2028, 12, 31)
    assert standing(terms, date(2029, 1, 1)).state == "terminated"


@pytest.mark.parametrize(
    ("end", "months", "today", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 1, 31), date(2025, 1, 31)),
        (date(2025, 1, 31), 1, date(2025, 2, 1), date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29), date(2024, 2, 29)),
        (date(2025, 2, 28), 12, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2025, 1, 15), 3, date(2026, 1, 16), date(2026, 4, 15)),
        (date(1999, 12, 31), 120, date(2026, 1, 1), date(2029, 12, 31)),
    ],
)
def test_periods_follow_the_calendar(end, months, today, expected):
    assert contract.period_end(Terms(date(1990, 1, 1), end, months), today) == expected


@pytest.mark.parametrize(
    ("start", "end", "months", "expected"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), 0, (date(2027, 1, 1), date(2027, 12, 31))),
        (date(2026, 3, 15), date(2027, 9, 14), 0, (date(2027, 9, 15), date(2029, 3, 14))),
        (date(2020, 1, 1), date(2020, 12, 31), 12, (date(2027, 1, 1), date(2027, 12, 31))),
        (date(2026, 1, 1), None, 0, (date(2026, 11, 5), None)),
    ],
)
def test_a_successor_follows_at_once_and_is_as_long(start, end, months, expected):
    assert contract.successor(Terms(start, end, months), date(2026, 11, 5)) == expected


days = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@given(
    start=days, length=st.none() | st.integers(0, 900), months=st.integers(0, 24), notice=st.integers(0, 120),
    warn=st.integers(0, 120), terminated=st.none() | days, replaced=st.none() | days, today=days,
)
def test_the_day_it_changes_is_the_first_day_on_which_it_stands_elsewhere(
    start, length, months, notice, warn, terminated, replaced, today
):
    end = None if length is None else start + timedelta(days=length)
    terms = Terms(start, end, months, notice, warn, True, True, False, replaced, terminated)
    now = standing(terms, today)
    if now.changes_on is None:
        assert standing(terms, today + timedelta(days=4000)).state == now.state
        return
    assert now.changes_on > today
    span = min((now.changes_on - today).days, 40)
    for day in (*range(span), (now.changes_on - today).days - 1):
        assert standing(terms, today + timedelta(days=day)).state == now.state
