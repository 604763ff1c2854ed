"""Figures beside those of the month before, and the months that wait for a report."""

from datetime import datetime

from customer_archive_tools.audit_report import compare, months_due


def month(year, number):
    return datetime(year, number, 1)


def test_what_was_not_counted_before_has_no_change():
    assert compare({"a": 1}, None) == [("a", 1, None, None)]
    assert compare({"a": 1}, {"b": 2}) == [("a", 1, None, None)]


def test_a_fall_is_negative_and_what_ended_is_left_out():
    assert compare({"a": 1}, {"a": 4, "gone": 2}) == [("a", 1, 4, -3)]


def test_numbers_keep_their_order():
    assert [row[0] for row in compare({"b": 1, "a": 2}, {"a": 0})] == ["b", "a"]


def test_no_month_is_due_before_anything_happened():
    assert months_due([], None, month(2026, 3)) == []
    assert months_due([], month(2026, 3), month(2026, 3)) == []


def test_months_run_over_the_end_of_a_year():
    due = months_due([], month(2025, 11), month(2026, 2))
    assert due == [month(2025, 11), month(2025, 12), month(2026, 1)]


def test_gaps_are_filled():
    made = [month(2025, 12)]
    assert months_due(made, month(2025, 11), month(2026, 2)) == [month(2025, 11), month(2026, 1)]
