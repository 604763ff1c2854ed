"""Odd hours, and which excesses belong to one event."""

from datetime import datetime, timedelta

import pytest
from customer_archive_tools.watch import Excess, Hours, find_event, same_event

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 24, 12)


@pytest.mark.parametrize(
    ("local", "odd"),
    [
        (datetime(2026, 11, 24, 6, 59), True),
        (datetime(2026, 11, 24, 7, 0), False),
        (datetime(2026, 11, 24, 20, 59), False),
        (datetime(2026, 11, 24, 21, 0), True),
        (datetime(2026, 11, 28, 12, 0), True),
        (datetime(2026, 11, 29, 12, 0), True),
    ],
)
def test_odd_hours(local, odd):
    assert Hours(7, 21).is_odd(local) is odd


def test_weekends_can_be_working_days():
    assert not Hours(7, 21, free_weekends=False).is_odd(datetime(2026, 11, 28, 12, 0))


def test_hours_as_people_write_them():
    hours = Hours(8.25, 24)
    assert (hours.begin_text, hours.end_text) == ("8:15", "24:00")


@pytest.mark.parametrize(
    ("begin", "end", "same"),
    [
        (NOON, NOON + HOUR, True),
        (NOON - 3 * HOUR, NOON - HOUR, True),
        (NOON - 3 * HOUR, NOON - 1.01 * HOUR, False),
        (NOON + 2 * HOUR, NOON + 3 * HOUR, True),
        (NOON + 2.01 * HOUR, NOON + 3 * HOUR, False),
    ],
)
def test_excess_goes_on_with_an_event_within_the_window(begin, end, same):
    assert same_event(Excess(1, NOON, NOON + HOUR), begin, end, HOUR) is same


def test_first_event_that_fits_is_found():
    events = [("old", NOON - 9 * HOUR, NOON - 8 * HOUR), ("this", NOON, NOON), ("that", NOON, NOON + HOUR)]
    assert find_event(Excess(1, NOON, NOON + HOUR), events, HOUR) == "this"
    assert find_event(Excess(1, NOON, NOON + HOUR), events[:1], HOUR) is None
