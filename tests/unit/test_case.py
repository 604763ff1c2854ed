"""How urgent a case is and when it is due, in working time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from customer_archive_tools import case
from hypothesis import given
from hypothesis import strategies as st

BERLIN = ZoneInfo("Europe/Berlin")


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


WEEK = [(at(day, start), at(day, start + 4)) for day in range(2, 7) for start in (8, 13)]


@pytest.mark.parametrize(
    ("severity", "urgencies", "expected"),
    [
        ("minor", [], "0"), ("moderate", [None], "1"), ("serious", [None, None], "2"), ("critical", [], "3"),
        ("minor", ["raised", "raised"], "2"), ("critical", ["raised"], "3"), ("minor", [None, "top"], "3"),
    ],
)
def test_priority(severity, urgencies, expected):
    assert case.priority(severity, urgencies) == expected


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        (at(2, 8), 0, at(2, 8)),
        (at(2, 6), 0, at(2, 8)),
        (at(2, 8), 4, at(2, 12)),
        (at(2, 8), 4.5, at(2, 13, 30)),
        (at(2, 12, 30), 1, at(2, 14)),
        (at(2, 16), 2, at(3, 9)),
        (at(6, 17), 1, None),
        (at(2, 8), 40, at(6, 17)),
        (at(2, 8), 40.1, None),
    ],
)
def test_due(start, hours, expected):
    assert case.due(start, hours, WEEK) == expected


def test_without_working_time_nothing_is_due():
    assert case.due(at(2, 8), 1, []) is None
    assert case.worked(at(2, 8), at(3, 8), []) == 0


def test_a_night_on_which_clocks_change_counts_the_hours_that_pass():
    autumn = [(datetime(2026, 10, 24, 22, tzinfo=BERLIN), datetime(2026, 10, 25, 6, tzinfo=BERLIN))]
    spring = [(datetime(2026, 3, 28, 22, tzinfo=BERLIN), datetime(2026, 3, 29, 6, tzinfo=BERLIN))]
    assert case.worked(*autumn[0], autumn) == 9
    assert case.worked(*spring[0], spring) == 7
    # 5 hours after 22:00 it is 2:00 of winter time for the second time
    assert case.due(autumn[0][0], 5, autumn) == datetime(2026, 10, 25, 2, tzinfo=UTC) - timedelta(hours=0, minutes=60)
    assert case.due(spring[0][0], 5, spring) == datetime(2026, 3, 29, 2, tzinfo=UTC)


@given(st.integers(0, 6 * 24 * 60), st.floats(0, 45))
def test_as_much_working_time_passes_until_the_deadline_as_was_asked_for(minutes, hours):
    start = at(1, 0) + timedelta(minutes=minutes)
    end = case.due(start, hours, WEEK)
    if end is None:
        assert case.worked(start, at(30, 0), WEEK) <= hours
    else:
        assert case.worked(start, end, WEEK) == pytest.approx(hours, abs=1e-3)
        assert any(begin <= end <= finish for begin, finish in WEEK)


@pytest.mark.parametrize(
    ("promised", "usual", "share", "expected"),
    [([], 40, 1, 40), ([0, 0], 40, 0.5, 20), ([2, 4], 40, 1, 2), ([50], 40, 1, 50), ([8], 40, 0.25, 2)],
)
def test_allowed_hours(promised, usual, share, expected):
    assert case.allowed_hours(promised, usual, share) == expected


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, (0, 0)), (0.001, (0, 1)), (1, (1, 0)), (1.99, (2, 0)), (30.5, (30, 30))]
)
def test_hours_and_minutes(hours, expected):
    assert case.hours_and_minutes(hours) == expected
