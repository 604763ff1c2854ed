"""The last word on a purpose counts, within its period."""

from datetime import date, timedelta

from customer_archive_tools.consent import Entry, effective
from hypothesis import given
from hypothesis import strategies as st

DAY = date(2026, 3, 1)

entries = st.builds(
    Entry,
    purpose=st.sampled_from(["mail", "phone"]),
    given=st.booleans(),
    day=st.integers(-5, 5).map(lambda n: DAY + timedelta(days=n)),
    place=st.integers(1, 50),
    valid_until=st.one_of(st.none(), st.integers(-3, 8).map(lambda n: DAY + timedelta(days=n))),
)


def test_silence_is_no_consent():
    assert effective([], DAY) == {}


def test_the_last_row_of_a_day_counts():
    rows = [Entry("mail", False, DAY, 2), Entry("mail", True, DAY, 1)]
    assert not effective(rows, DAY)["mail"].given
    assert effective([*rows, Entry("mail", True, DAY, 3)], DAY)["mail"].given


def test_a_consent_holds_on_its_last_day_and_not_after():
    rows = [Entry("mail", True, DAY, 1, DAY + timedelta(days=2))]
    assert effective(rows, DAY + timedelta(days=2))["mail"].given
    assert not effective(rows, DAY + timedelta(days=3))["mail"].given


def test_the_future_does_not_count_yet():
    assert effective([Entry("mail", True, DAY + timedelta(days=1), 1)], DAY) == {}


def test_purposes_do_not_mix():
    standing = effective([Entry("mail", True, DAY, 1), Entry("phone", False, DAY, 2)], DAY)
    assert (standing["mail"].given, standing["phone"].given) == (True, False)


@given(st.lists(entries, max_size=12))
def test_a_withdrawal_today_ends_every_consent(rows):
    last = Entry("mail", False, DAY, 99)
    assert not effective([*rows, last], DAY)["mail"].given


@given(st.lists(entries, max_size=12))
def test_the_order_of_rows_does_not_matter_where_places_differ(rows):
    rows = [Entry(r.purpose, r.given, r.day, place, r.valid_until) for place, r in enumerate(rows)]
    assert effective(rows, DAY) == effective(rows[::-1], DAY)
