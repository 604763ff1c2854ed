"""Scores at every border, and what holds of them whatever the numbers."""

import pytest
from customer_archive_tools.scoring import HOLD, POINTS, SKIP, Criterion, Ladder, Part, score, total
from hypothesis import given
from hypothesis import strategies as st

TENURE = Criterion("tenure", 40, (0, 12, 36), (20, 50, 100))
SIZE = Criterion("size", 60, (1, 2, 3), (10, 60, 90))
LADDER = Ladder(((1, 80), (2, 50), (3, 20)), margin=5)


@pytest.mark.parametrize(
    ("value", "points"), [(-1, 0), (0, 20), (11.99, 20), (12, 50), (35.99, 50), (36, 100), (10**9, 100)]
)
def test_a_bound_belongs_to_the_band_that_begins_there(value, points):
    assert TENURE.rate(value) == points


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tenure": 12, "size": 2}, 56.0),
        ({"tenure": 36, "size": 3}, 94.0),
        ({"tenure": -1, "size": 0}, 0.0),
        ({"tenure": 12, "size": None}, 50.0),
        ({"size": 3}, 90.0),
        ({"tenure": None, "size": None}, None),
        ({}, None),
    ],
)
def test_what_is_not_known_is_left_out(values, expected):
    assert total(values, (TENURE, SIZE)) == expected


@pytest.mark.parametrize(
    ("missing", "points", "expected"),
    [(SKIP, 0, 50.0), (POINTS, 0, 20.0), (POINTS, 100, 80.0), (HOLD, 0, None)],
)
def test_what_becomes_of_a_missing_value(missing, points, expected):
    size = Criterion("size", 60, (1,), (10,), missing, points)
    assert total({"tenure": 12}, (TENURE, size)) == expected


def test_a_held_score_is_held_in_whatever_place():
    held = Criterion("size", 60, (1,), (10,), HOLD)
    assert total({"tenure": 12}, (held, TENURE)) is total({"tenure": 12}, (TENURE, held)) is None
    assert total({"tenure": 12, "size": 1}, (held, TENURE)) == 26.0


def test_all_missing_with_points_of_their_own():
    criteria = (Criterion("a", 30, (), (), POINTS, 40), Criterion("b", 70, (), (), POINTS, 10))
    assert total({}, criteria) == 19.0


@pytest.mark.parametrize("weights", [(1, 1, 1), (50, 50, 50), (0.1, 0.1, 0.1)])
def test_weights_need_not_be_a_hundred(weights):
    criteria = [Criterion(str(place), weight, (0,), (90 * place,)) for place, weight in enumerate(weights)]
    criteria[2] = Criterion("2", weights[2], (0,), (0,))
    assert total({"0": 1, "1": 1, "2": 1}, criteria) == 30.0


@pytest.mark.parametrize("weight", [0, -1])
def test_a_weight_is_positive(weight):
    with pytest.raises(ValueError, match="positive"):
        Criterion("tenure", weight, (0,), (1,))


def test_no_criteria_no_score():
    assert score({"tenure": 1}, ()).total is None


def test_parts_say_value_points_and_share():
    assert score({"tenure": 12, "size": 2}, (TENURE, SIZE)).parts == (
        Part("tenure", 12, 50, 40.0),
        Part("size", 2, 60, 60.0),
    )
    assert score({"tenure": 12}, (TENURE, SIZE)).parts == (Part("tenure", 12, 50, 100.0), Part("size", None, None, 0.0))


def test_sums_of_thirds_reach_the_border_that_they_are_meant_to_reach():
    thirds = [Criterion(name, 100 / 3, (0,), (80,)) for name in "abc"]
    assert LADDER.reach(total(dict.fromkeys("abc", 1), thirds)) == 1


@pytest.mark.parametrize(
    ("number", "key"),
    [(100, 1), (80, 1), (79.99, 2), (50, 2), (49.99, 3), (20, 3), (19.99, None), (0, None), (None, None)],
)
def test_a_border_belongs_to_the_better_level(number, key):
    assert LADDER.reach(number) == key


@pytest.mark.parametrize(
    ("number", "present", "key"),
    [
        (79.99, 1, 1), (75, 1, 1), (74.99, 1, 2), (45, 2, 2), (44.99, 2, 3), (15, 3, 3), (14.99, 3, None),
        (80, 2, 1), (79.99, 2, 2), (47, 1, 3), (None, 1, None), (76, 99, 2), (76, None, 2),
    ],
)
def test_a_level_is_kept_down_to_the_margin_and_reached_at_the_border(number, present, key):
    assert LADDER.level(number, present) == key


POINT = st.integers(0, 100)
VALUE = st.none() | st.integers(-5, 50)


ANY_MISSING = st.sampled_from((SKIP, POINTS, HOLD))


@st.composite
def criteria(draw, missing=ANY_MISSING):
    """Criteria as administrators may enter them."""
    found = []
    for name in draw(st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True)):
        lower = sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=5)))
        points = draw(st.lists(POINT, min_size=len(lower), max_size=len(lower)))
        weight = draw(st.integers(1, 100))
        found.append(Criterion(name, weight, tuple(lower), tuple(points), draw(missing), draw(POINT)))
    return found


@st.composite
def ladders(draw):
    """Levels from the best down, with a margin."""
    lower = sorted(draw(st.sets(st.integers(0, 100), min_size=1, max_size=5)), reverse=True)
    return Ladder(tuple(enumerate(lower, start=1)), draw(st.integers(0, 30)))


VALUES = st.dictionaries(st.sampled_from("abcde"), VALUE)


@given(criteria(), VALUES)
def test_scores_are_between_nothing_and_a_hundred(rules, values):
    found = total(values, rules)
    assert found is None or 0 <= found <= 100


@given(criteria(), VALUES)
def test_the_sum_alone_is_that_of_the_whole_score(rules, values):
    assert score(values, rules).total == total(values, rules)


@given(criteria(), VALUES, st.data())
def test_more_points_never_lower_the_score(rules, values, data):
    place = data.draw(st.integers(0, len(rules) - 1))
    old = rules[place]
    more = tuple(data.draw(st.integers(points, 100)) for points in old.points)
    gift = data.draw(st.integers(int(old.missing_points), 100))
    better = [*rules]
    better[place] = Criterion(old.metric, old.weight, old.lower, more, old.missing, gift)
    before, after = total(values, rules), total(values, better)
    assert (before is None) == (after is None)
    assert before is None or after >= before


@given(criteria(missing=st.just(SKIP)), VALUES)
def test_shares_of_what_is_known_are_a_hundred(rules, values):
    parts = score(values, rules).parts
    known = any(part.points is not None for part in parts)
    assert sum(part.share for part in parts) == pytest.approx(100 if known else 0)


@given(ladders(), st.none() | st.floats(0, 100))
def test_without_a_present_level_the_border_alone_counts(ladder, number):
    assert ladder.level(number, None) == ladder.reach(number)


@given(ladders(), st.lists(st.floats(0, 1), min_size=1, max_size=9), st.data())
def test_scores_within_the_margin_never_change_the_level(ladder, shares, data):
    key, border = data.draw(st.sampled_from(ladder.steps))
    above = min([lower for _key, lower in ladder.steps if lower > border], default=101)
    level = key
    for place, share in enumerate(shares):
        number = border - share * ladder.margin if place % 2 else min(border + share * ladder.margin, above - 0.01)
        level = ladder.level(number, level)
        assert level == key


@given(ladders(), st.floats(0, 100), st.floats(0, 100), st.integers(1, 5))
def test_a_higher_score_never_has_a_worse_level(ladder, one, two, present):
    places = {key: place for place, (key, _lower) in enumerate(ladder.steps)} | {None: len(ladder.steps)}
    low, high = sorted((one, two))
    assert places[ladder.level(high, present)] <= places[ladder.level(low, present)]
