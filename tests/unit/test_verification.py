from datetime import datetime, timedelta

import pytest
from customer_archive_tools import verification

SENT = datetime(2026, 11, 2, 9)
WEEK = timedelta(days=7)


def steps(remind_days, link_days=7):
    """What becomes of a request that nobody answers: pairs of act and day after the first mail."""
    found, reminders, until = [], 0, SENT + timedelta(days=link_days)
    while not found or found[-1][0] == verification.REMIND:
        step = verification.next_step(SENT, reminders, remind_days, until)
        found.append((step.act, (step.at - SENT).days))
        reminders, until = reminders + 1, step.at + timedelta(days=link_days)
    return found


@pytest.mark.parametrize(
    ("remind_days", "expected"),
    [
        ((7, 14), [("remind", 7), ("remind", 14), ("give_up", 21)]),
        ((14, 7), [("remind", 7), ("remind", 14), ("give_up", 21)]),
        ((5, 0), [("remind", 5), ("give_up", 12)]),
        ((5, 5), [("remind", 5), ("give_up", 12)]),
        ((0, 0), [("give_up", 7)]),
    ],
)
def test_reminders_come_in_order_and_once_then_somebody_calls(remind_days, expected):
    assert steps(remind_days) == expected


def test_the_last_link_has_its_time_before_anybody_gives_up():
    assert verification.next_step(SENT, 2, (7, 14), SENT + 3 * WEEK).at == SENT + 3 * WEEK


@pytest.mark.parametrize(
    ("text", "sides", "shown"),
    [
        ("913100001234567890", (4, 4), "9131**********7890"),
        ("中山东一路100号", (6, 0), "中山东一路****"),
        ("12", (3, 4), "**"),
        ("li.na@example.com", "email", "l***a@example.com"),
        ("李娜@例子.中国", "email", "*@例子.中国"),
        ("no address", "email", "***"),
        ("Suzhou", None, "Suzhou"),
    ],
)
def test_what_a_page_behind_a_link_shows(text, sides, shown):
    assert verification.cover(text, sides) == shown


def test_nobody_gets_from_what_is_stored_to_the_link():
    stored = verification.digest("A" * 43)
    assert len(stored) == 64
    assert stored != verification.digest("A" * 42 + "B")
