"""Retention, schedule, alarm and the words of a backup about a database."""

from datetime import datetime, timedelta

import pytest
from customer_archive_tools.backup import (
    BackupProblem,
    Noted,
    differing,
    file_name,
    from_os_error,
    from_report,
    is_inner_path,
)
from customer_archive_tools.retention import DAILY, NEVER, WEEKLY, Retention, is_due, is_stale, kept
from hypothesis import given
from hypothesis import strategies as st

NIGHTS = [datetime(2026, 1, 1, 2) + timedelta(days=day) for day in range(365)]
times = st.lists(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), max_size=40)
numbers = st.integers(0, 12)


def test_a_year_of_nights():
    left = sorted(kept(NIGHTS, Retention(7, 4, 12)))
    assert left[-7:] == NIGHTS[-7:]
    # 31 December 2026 is a Thursday; of the four weeks two end within the seven days
    assert left[-9:-7] == [datetime(2026, 12, 13, 2), datetime(2026, 12, 20, 2)]
    assert left[:11] == [datetime(2026, month + 1, 1, 2) - timedelta(days=1) for month in range(1, 12)]
    assert len(left) == 7 + 2 + 11


def test_days_without_a_backup_do_not_count():
    sparse = [datetime(2026, 3, 1), datetime(2026, 6, 1), datetime(2026, 9, 1)]
    assert kept(sparse, Retention(2, 0, 0)) == set(sparse[1:])


def test_of_several_a_day_the_newest_is_kept():
    day = [datetime(2026, 3, 1, hour) for hour in (2, 9, 17)]
    assert kept(day, Retention(7, 4, 12)) == {day[-1]}


@given(times, numbers, numbers, numbers)
def test_the_newest_is_always_kept_and_bounds_hold(found, daily, weekly, monthly):
    left = kept(found, Retention(daily, weekly, monthly))
    assert left <= set(found)
    assert len(left) <= max(daily + weekly + monthly, 1)
    assert not found or max(found) in left


@given(times, numbers, numbers, numbers)
def test_what_is_left_is_kept_again(found, daily, weekly, monthly):
    retention = Retention(daily, weekly, monthly)
    left = kept(found, retention)
    assert kept(left, retention) == left


@pytest.mark.parametrize(
    "every, now, last, due",
    [
        (NEVER, "2026-11-24 03:00", None, False),
        (DAILY, "2026-11-24 03:00", None, True),
        (DAILY, "2026-11-24 03:00", "2026-11-24 02:10", False),
        (DAILY, "2026-11-24 01:59", "2026-11-23 02:10", False),
        (DAILY, "2026-11-24 02:00", "2026-11-23 02:10", True),
        (DAILY, "2026-11-24 14:00", "2026-11-22 02:10", True),
        (WEEKLY, "2026-11-24 14:00", "2026-11-22 02:10", False),
        (WEEKLY, "2026-11-24 14:00", "2026-11-21 23:00", True),
        (WEEKLY, "2026-11-29 01:00", "2026-11-22 02:10", False),
        (WEEKLY, "2026-11-29 02:00", "2026-11-22 02:10", True),
    ],
)
def test_when_a_backup_is_due(every, now, last, due):
    assert is_due(datetime.fromisoformat(now), last and datetime.fromisoformat(last), every, 2) is due


def test_alarm():
    now = datetime(2026, 11, 24)
    assert not is_stale(now, now - timedelta(days=3), None, 3)
    assert is_stale(now, now - timedelta(days=3, seconds=1), None, 3)
    assert is_stale(now, None, now - timedelta(days=4), 3)
    assert not is_stale(now, now, now - timedelta(days=400), 3)
    assert not is_stale(now, None, None, 3)


def test_noted_is_read_as_it_was_written():
    noted = Noted({"public.a": 1}, files=2, canary_id=3, canary="x", log={"position": 4, "hash": "y"}, taken="now")
    assert Noted.parse({"customer_archive": noted.dump()}) == noted


@pytest.mark.parametrize("manifest", [{}, {"customer_archive": None}, {"customer_archive": {"format": 99}}])
def test_other_manifests_are_refused(manifest):
    with pytest.raises(BackupProblem) as caught:
        Noted.parse(manifest)
    assert caught.value.kind == "not_whole"


@pytest.mark.parametrize(
    "number, kind",
    [(28, "disk_full"), (27, "disk_full"), (13, "not_writable"), (17, "not_writable"), (5, "system")],
)
def test_errors_of_the_system(number, kind):
    problem = from_os_error(OSError(number, "words"))
    assert (problem.kind, problem.detail) == (kind, "words")
    assert not problem.is_verdict


def test_reports_of_programs():
    assert from_report("psql", 3, "ERROR: could not extend file: No space left on device").kind == "disk_full"
    assert from_report("psql", -9, "").detail == "psql: -9"
    assert len(from_report("pg_dump", 1, "word " * 1000).detail) <= 400


def test_what_differs():
    assert differing({"a": 1}, {"a": 1}) == []
    assert differing({"a": 1, "b": 2}, {"a": 2}) == [("a", 1, 2), ("b", 2, None)]


def test_names():
    assert file_name("../x", datetime(2026, 1, 2, 3, 4, 5)) == ".._x-20260102-030405.backup"
    assert [is_inner_path(name) for name in ("ab/abc", "", "/etc", "a/../../b", "a\\b")] == [True] + [False] * 4
