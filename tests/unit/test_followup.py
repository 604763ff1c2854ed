"""When occasions fall due, without Odoo."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from customer_archive_tools.followup import (
    Span,
    birthday_in,
    birthdays,
    is_birthday,
    moment,
    moments,
    span_to_plan,
)
from hypothesis import given
from hypothesis import strategies as st

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


@pytest.mark.parametrize(
    ("day", "hour", "zone", "expected"),
    [
        (date(2026, 1, 5), 9, "UTC", datetime(2026, 1, 5, 9)),
        (date(2026, 1, 5), 9, "Asia/Shanghai", datetime(2026, 1, 5, 1)),
        (date(2026, 1, 5), 7.5, "Asia/Shanghai", datetime(2026, 1, 4, 23, 30)),
        # the same hour on both sides of a clock change is another moment
        (date(2026, 3, 28), 9, "Europe/Berlin", datetime(2026, 3, 28, 8)),
        (date(2026, 3, 29), 9, "Europe/Berlin", datetime(2026, 3, 29, 7)),
        # half past two is left out: the clocks show half past three
        (date(2026, 3, 29), 2.5, "Europe/Berlin", datetime(2026, 3, 29, 1, 30)),
        # half past two comes twice: the first one
        (date(2026, 10, 25), 2.5, "Europe/Berlin", datetime(2026, 10, 25, 0, 30)),
        # half an hour of summer time
        (date(2026, 10, 4), 2.25, "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 45)),
        (date(2026, 1, 5), 9.1, "UTC", datetime(2026, 1, 5, 9, 6)),
        (date(2026, 1, 5), 9, "Nowhere/Land", datetime(2026, 1, 5, 9)),
        (date(2026, 1, 5), 9, "../etc", datetime(2026, 1, 5, 9)),
    ],
)
def test_an_hour_in_a_time_zone(day, hour, zone, expected):
    assert moment(day, hour, zone) == expected


@given(DAYS, st.integers(0, 23 * 4), st.sampled_from(ZONES))
def test_the_clocks_of_the_customer_show_the_hour_or_what_stands_in_its_place(day, quarter, zone):
    shown = moment(day, quarter / 4, zone).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=15 * quarter)
    # a whole day was left out once, in Samoa
    assert timedelta(0) <= shown - wanted <= timedelta(days=1)


def test_a_moment_for_each_day_and_zone():
    span = Span(date(2026, 3, 28), date(2026, 3, 29))
    found = moments(span, 9, ["UTC", "Europe/Berlin"])
    assert len(found) == 4
    assert (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 29, 7)) in found


def test_the_leap_day_is_kept_a_day_early_in_other_years():
    assert [birthday_in(year, 2, 29).day for year in (2024, 2025, 2100)] == [29, 28, 28]
    assert birthday_in(2026, 12, 31) == date(2026, 12, 31)


@given(DAYS, st.integers(1, 12), st.integers(1, 31))
def test_every_birthday_is_kept_once_a_year(day, month, number):
    year = Span(date(day.year, 1, 1), date(day.year, 12, 31))
    kept = [found for found in birthdays(year) if found[:2] == (month, number)]
    assert len(kept) == (1 if is_birthday(month, number) else 0)


def test_a_leap_day_is_not_kept_twice_in_a_leap_year():
    assert birthdays(Span(date(2028, 2, 28), date(2028, 2, 29))) == [
        (2, 28, date(2028, 2, 28)), (2, 29, date(2028, 2, 29)),
    ]


TODAY = date(2026, 5, 20)
LONG_AGO = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("starts_on", "planned_on", "is_lasting", "first"),
    [
        (LONG_AGO, None, False, date(2026, 5, 12)),
        (LONG_AGO, TODAY, False, date(2026, 5, 12)),
        # the job stood still for a month
        (LONG_AGO, date(2026, 4, 20), False, date(2026, 4, 20)),
        # or for years
        (LONG_AGO, date(2021, 1, 1), False, date(2025, 5, 19)),
        # nothing before the rule was there
        (date(2026, 5, 19), date(2026, 4, 20), False, date(2026, 5, 19)),
        (LONG_AGO, None, True, date(2026, 3, 21)),
        (LONG_AGO, date(2021, 1, 1), True, date(2026, 3, 21)),
        (date(2026, 5, 19), None, True, date(2026, 5, 19)),
    ],
)
def test_days_that_a_plan_looks_at(starts_on, planned_on, is_lasting, first):
    span = span_to_plan(TODAY, starts_on, planned_on, 7, 14, is_lasting)
    assert span == Span(first, date(2026, 6, 3))


def test_a_rule_that_starts_later_looks_at_its_first_day():
    assert span_to_plan(TODAY, date(2027, 1, 1), None, 7, 14, False) == Span(date(2027, 1, 1), date(2027, 1, 1))


def test_a_span_moves():
    assert Span(date(2026, 2, 1), date(2026, 2, 2)).shifted(-1) == Span(date(2026, 1, 31), date(2026, 2, 1))
