"""Where a score stands: the way to the next level, and what the margin holds."""

import pytest
from customer_archive_tools.scoring import Ladder
from customer_archive_tools.standing import Rung, rungs, standing
from hypothesis import given
from hypothesis import strategies as st

VIP, A, B = 1, 2, 3
LADDER = Ladder(((VIP, 85), (A, 65), (B, 45)), margin=3)


@pytest.mark.parametrize(
    ("total", "level", "held", "floor", "next_key", "missing"),
    [
        (0, None, False, None, B, 45),
        (44.99, None, False, None, B, 0.01),
        (45, B, False, 42, A, 20),
        (43, B, True, 42, A, 22),
        (80.5, A, False, 62, VIP, 4.5),
        (65, A, False, 62, VIP, 20),
        (62, A, True, 62, VIP, 23),
        (85, VIP, False, 82, None, 0),
        (82, VIP, True, 82, None, 0),
        (100, VIP, False, 82, None, 0),
    ],
)
def test_standing(total, level, held, floor, next_key, missing):
    found = standing(LADDER, total, level)
    assert (found.held, found.floor, found.next_key, found.missing) == (held, floor, next_key, missing)


def test_level_of_other_rules_stands_below_the_ladder():
    found = standing(LADDER, 50, 99)
    assert (found.reached, found.next_key, found.floor) == (B, B, None)


def test_floor_is_no_score_below_zero():
    assert standing(Ladder(((A, 1),), margin=5), 0.5, A).floor == 0


def test_rungs_go_from_zero_to_a_hundred():
    assert rungs(LADDER) == [Rung(None, 0.0, 45), Rung(B, 45, 65), Rung(A, 65, 85), Rung(VIP, 85, 100.0)]
    assert rungs(Ladder(((A, 60), (B, 0)))) == [Rung(B, 0, 60), Rung(A, 60, 100.0)]


def test_nothing_but_no_level_without_borders():
    assert rungs(Ladder(())) == [Rung(None, 0.0, 100.0)]
    assert standing(Ladder(()), 50, None).next_key is None


@given(st.floats(0, 100), st.sampled_from([None, VIP, A, B]))
def test_what_is_missing_reaches_the_next_level(total, present):
    total = round(total, 2)
    level = LADDER.level(total, present)
    found = standing(LADDER, total, level)
    if found.next_key:
        assert LADDER.reach(round(total + found.missing, 2)) == found.next_key
    if level and found.floor is not None:
        assert LADDER.level(found.floor, level) == level
        assert found.held == (found.reached != level)
