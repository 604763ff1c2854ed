"""Which tags rules set on a customer and take away."""

from collections import Counter

import pytest
from customer_archive_tools.tagging import Held, Wish, settle
from hypothesis import given
from hypothesis import strategies as st

NEEDS, KIND, FREE = 1, 2, 3
EXCLUSIVE = frozenset({KIND})
#: Tags by taxonomy.
TAGS = {NEEDS: (10, 11, 12), KIND: (20, 21, 22), FREE: (30, 31)}
TAXONOMY = {tag: taxonomy for taxonomy, tags in TAGS.items() for tag in tags}
RULED = frozenset({NEEDS, KIND})


def wish(rule, tag, priority=1):
    return Wish(rule, tag, TAXONOMY[tag], TAXONOMY[tag] in EXCLUSIVE, priority)


def held(tag, rule=None):
    return Held(tag, TAXONOMY[tag], rule)


def apply(tags, gained, lost):
    """The tags of a customer after a change."""
    kept = [item for item in tags if item.tag not in lost or item.rule is None]
    return kept + [held(tag, rule) for tag, rule in gained.items() if tag not in {item.tag for item in kept}]


#=== EXAMPLES ===#


def test_rule_that_fits_sets_its_tag():
    assert settle([wish(7, 10)], [], RULED) == ({10: 7}, set())


def test_tag_goes_when_no_rule_wants_it():
    assert settle([], [held(10, 7)], RULED) == ({}, {10})


def test_nothing_changes_where_all_is_as_it_should_be():
    assert settle([wish(7, 10)], [held(10, 7)], RULED) == ({}, set())


def test_newer_rule_for_the_same_tag_changes_nothing():
    assert settle([wish(9, 10)], [held(10, 7)], RULED) == ({}, set())


def test_several_rules_for_one_tag_set_it_once_by_the_first():
    assert settle([wish(8, 10, 2), wish(9, 10, 1)], [], RULED) == ({10: 9}, set())


def test_tag_by_hand_stays_and_is_not_set_again():
    assert settle([], [held(10)], RULED) == ({}, set())
    assert settle([wish(7, 10)], [held(10)], RULED) == ({}, set())


def test_first_rule_wins_in_an_exclusive_taxonomy():
    assert settle([wish(7, 20, 2), wish(8, 21, 1)], [], RULED) == ({21: 8}, set())


def test_first_rule_takes_the_place_of_another_tag():
    assert settle([wish(7, 20, 2), wish(8, 21, 1)], [held(20, 7)], RULED) == ({21: 8}, {20})


def test_person_wins_in_an_exclusive_taxonomy():
    assert settle([wish(7, 20)], [held(21)], RULED) == ({}, set())
    assert settle([wish(7, 20)], [held(21), held(20, 7)], RULED) == ({}, {20})


def test_persons_choice_in_another_taxonomy_does_not_count():
    assert settle([wish(7, 20)], [held(10)], RULED) == ({20: 7}, set())


def test_all_rules_count_where_a_customer_may_have_several():
    assert settle([wish(7, 10), wish(8, 11)], [held(12)], RULED) == ({10: 7, 11: 8}, set())


@pytest.mark.parametrize("rule", [None, 7])
def test_taxonomy_without_rules_stays_as_it_is(rule):
    assert settle([], [held(30, rule)], RULED) == ({}, set())


def test_wishes_of_taxonomies_that_were_not_evaluated_wait():
    assert settle([wish(7, 30)], [], RULED) == ({}, set())
    assert settle([wish(7, 30)], [held(30, 7)], RULED) == ({}, set())


#=== PROPERTIES ===#

tags = st.sampled_from(sorted(TAXONOMY))
wishes = st.lists(
    st.builds(wish, st.integers(100, 120), tags, st.integers(0, 3)), max_size=10, unique_by=lambda item: item.rule
)


@st.composite
def customers(draw):
    """Tags that a customer can have: each once, and one of an exclusive taxonomy."""
    drawn = draw(st.lists(st.builds(held, tags, st.one_of(st.none(), st.integers(90, 110))), max_size=8))
    found, taken = {}, set()
    for item in drawn:
        if item.tag not in found and not (item.taxonomy in EXCLUSIVE and item.taxonomy in taken):
            found[item.tag] = item
            taken.add(item.taxonomy)
    return list(found.values())


ruled = st.frozensets(st.sampled_from(sorted(TAGS)))


@given(wishes, customers(), ruled)
def test_settled_is_settled(wanted, before, evaluated):
    after = apply(before, *settle(wanted, before, evaluated))
    assert settle(wanted, after, evaluated) == ({}, set())


@given(wishes, customers(), ruled)
def test_tags_by_hand_are_never_touched(wanted, before, evaluated):
    gained, lost = settle(wanted, before, evaluated)
    by_hand = {item.tag for item in before if item.rule is None}
    assert not by_hand & (lost | gained.keys())


@given(wishes, customers(), ruled)
def test_exclusive_taxonomy_ends_with_one_tag_at_most(wanted, before, evaluated):
    after = apply(before, *settle(wanted, before, evaluated))
    numbers = Counter(item.taxonomy for item in after)
    assert all(numbers[taxonomy] <= 1 for taxonomy in EXCLUSIVE)


@given(wishes, customers(), ruled, st.randoms())
def test_order_of_wishes_and_tags_does_not_matter(wanted, before, evaluated, random):
    expected = settle(wanted, before, evaluated)
    wanted, before = list(wanted), list(before)
    random.shuffle(wanted)
    random.shuffle(before)
    assert settle(wanted, before, evaluated) == expected


@given(wishes, customers(), ruled)
def test_what_comes_was_wished_and_what_goes_was_there(wanted, before, evaluated):
    gained, lost = settle(wanted, before, evaluated)
    assert set(gained.items()) <= {(item.tag, item.rule) for item in wanted}
    assert lost <= {item.tag for item in before if item.rule is not None}
    assert not gained.keys() & {item.tag for item in before}
    assert {TAXONOMY[tag] for tag in {*gained, *lost}} <= evaluated


@given(wishes, customers(), ruled)
def test_no_tag_by_rule_is_left_that_no_rule_wants(wanted, before, evaluated):
    after = apply(before, *settle(wanted, before, evaluated))
    ruled_tags = {item.tag for item in after if item.rule is not None and item.taxonomy in evaluated}
    assert ruled_tags <= {item.tag for item in wanted}


@given(wishes, customers(), ruled)
def test_customer_is_not_left_without_a_tag_that_a_rule_wants(wanted, before, evaluated):
    after = {item.taxonomy for item in apply(before, *settle(wanted, before, evaluated))}
    assert {item.taxonomy for item in wanted} & evaluated <= after
