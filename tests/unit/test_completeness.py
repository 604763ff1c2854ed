"""Completeness: required weighs double, 100 means that nothing is missing."""

import pytest
from customer_archive_tools.completeness import Completeness, Item, completeness
from hypothesis import given
from hypothesis import strategies as st


def items(text):
    """``R`` and ``r``: required, filled or not; ``O`` and ``o``: recommended."""
    kinds = {"r": "required", "o": "recommended"}
    return [
        Item(f"{char}{place}", kinds[char.lower()], char.isupper())
        for place, char in enumerate(text)
    ]


@pytest.mark.parametrize(
    ("text", "percent", "missing"),
    [
        ("", 100, ()),
        ("R", 100, ()),
        ("r", 0, ("r0",)),
        ("Ro", 66, ("o1",)),
        ("rO", 33, ("r0",)),
        ("RrOo", 50, ("r1", "o3")),
        ("orOrR", 37, ("r1", "r3", "o0")),
        ("ROOOOOOOOOo", 91, ("o10",)),
        ("o", 0, ("o0",)),
    ],
)
def test_percent_and_missing(text, percent, missing):
    assert completeness(items(text)) == Completeness(percent, missing)


def test_one_gap_among_many_is_not_complete():
    many = items("R" * 500 + "o")
    assert completeness(many).percent == 99


def test_weights_are_a_parameter():
    weights = {"required": 3, "recommended": 1}
    assert completeness(items("Ro"), weights).percent == 75
    assert completeness(items("o"), {"required": 1, "recommended": 0}).percent == 100


def test_unknown_requirement_is_an_error():
    with pytest.raises(KeyError):
        completeness([Item("x", "optional", True)])


def test_any_iterable_will_do():
    assert completeness(iter(items("RO"))).percent == 100


sets = st.text("RrOo", max_size=30)


@given(sets)
def test_complete_exactly_when_nothing_is_missing(text):
    result = completeness(items(text))
    assert 0 <= result.percent <= 100
    assert (result.percent == 100) == (result.missing == ())


@given(sets, st.data())
def test_filling_a_field_never_lowers_it(text, data):
    before = completeness(items(text)).percent
    if text:
        place = data.draw(st.integers(0, len(text) - 1))
        fuller = text[:place] + text[place].upper() + text[place + 1 :]
        assert completeness(items(fuller)).percent >= before
