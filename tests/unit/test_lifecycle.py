"""The life cycle of a customer, from the day of the last purchase."""

from datetime import date, timedelta

import pytest
from customer_archive_tools.lifecycle import ACTIVE, DORMANT, LOST, POTENTIAL, Bounds, stage
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 7, 1)
USUAL = Bounds(180, 365)
#: From the best to the worst, for customers who have bought.
DECLINE = [ACTIVE, DORMANT, LOST]

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
bounds = st.builds(lambda dormant, more: Bounds(dormant, dormant + more), st.integers(1, 2000), st.integers(1, 2000))


@pytest.mark.parametrize(
    ("ago", "expected"),
    [(0, ACTIVE), (1, ACTIVE), (179, ACTIVE), (180, DORMANT), (364, DORMANT), (365, LOST), (366, LOST), (9999, LOST)],
)
def test_stage_by_days_since_the_last_purchase(ago, expected):
    assert stage(TODAY - timedelta(ago), TODAY, USUAL) == expected


def test_who_never_bought_is_potential():
    assert stage(None, TODAY, USUAL) == POTENTIAL


def test_purchase_dated_ahead_is_a_purchase():
    assert stage(TODAY + timedelta(30), TODAY, USUAL) == ACTIVE


def test_own_rhythm_decides():
    last = TODAY - timedelta(100)
    assert stage(last, TODAY, Bounds(30, 60)) == LOST
    assert stage(last, TODAY, Bounds(60, 120)) == DORMANT


@pytest.mark.parametrize(("dormant", "lost"), [(0, 10), (-1, 10), (10, 10), (11, 10), (0, 0)])
def test_bounds_out_of_order_are_refused(dormant, lost):
    with pytest.raises(ValueError, match="dormant before"):
        Bounds(dormant, lost)


@given(days, days, bounds)
def test_who_bought_is_never_potential_again(last, today, limits):
    assert stage(last, today, limits) in DECLINE


@given(days, days, st.integers(0, 3000), bounds)
def test_time_alone_never_makes_a_customer_better(last, today, later, limits):
    before, after = stage(last, today, limits), stage(last, today + timedelta(later), limits)
    assert DECLINE.index(after) >= DECLINE.index(before)


@given(days, days, bounds)
def test_purchase_today_makes_everybody_active(last, today, limits):
    assert stage(max(last, today), today, limits) == ACTIVE


@given(days, st.integers(0, 4001), bounds)
def test_stages_meet_without_gap(last, ago, limits):
    expected = ACTIVE if ago < limits.dormant else DORMANT if ago < limits.lost else LOST
    assert stage(last, last + timedelta(ago), limits) == expected
