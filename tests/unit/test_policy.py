"""Policies: the first that fits and says something counts, and overlaps are found before a customer stands in one."""

import itertools

import pytest
from customer_archive_tools.policy import Customer, Policy, PolicyValue, TagPlace, can_meet, disagreements, resolve
from hypothesis import given
from hypothesis import strategies as st

NAMES = ("visit", "answer", "price")
# 2 is a part of 1, a customer has one of 1, 2 and 3; 5 is a part of 4, and both may stand beside each other
PLACES = {
    1: TagPlace(frozenset({1}), 9),
    2: TagPlace(frozenset({1, 2}), 9),
    3: TagPlace(frozenset({3}), 9),
    4: TagPlace(frozenset({4})),
    5: TagPlace(frozenset({4, 5})),
}
CUSTOMERS = [
    Customer(company, level, frozenset().union(*(PLACES[tag].line for tag in (*one, *free))), stage)
    for company, level, stage in itertools.product((1, 2), (None, 1, 2), ("active", "lost"))
    for one in ((), (1,), (2,), (3,))
    for free in ((), (4,), (5,), (4, 5))
]

policies = st.builds(
    Policy,
    id=st.integers(1, 99),
    values=st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3)),
    company=st.sampled_from([None, 1, 2]),
    levels=st.frozensets(st.integers(1, 2)),
    tags=st.frozensets(st.integers(1, 5)),
    stage=st.sampled_from([None, "active", "lost"]),
)
customers = st.sampled_from(CUSTOMERS)
nothing = frozenset()


@pytest.mark.parametrize(
    ("policy", "fits"),
    [
        (Policy(1), True),
        (Policy(1, company=1), True),
        (Policy(1, company=2), False),
        (Policy(1, levels=frozenset({1, 2})), True),
        (Policy(1, levels=frozenset({2})), False),
        (Policy(1, tags=frozenset({4, 7})), True),
        (Policy(1, tags=frozenset({7})), False),
        (Policy(1, levels=frozenset({1}), tags=frozenset({7})), False),
        (Policy(1, stage="active"), True),
        (Policy(1, stage="lost"), False),
    ],
)
def test_everything_asked_for_has_to_fit(policy, fits):
    assert policy.fits(Customer(1, 1, frozenset({4, 5}), "active")) is fits


def test_empty_value_leaves_the_word_to_the_next_policy():
    found = resolve(Customer(), [Policy(1, {"visit": 30}), Policy(2, {"visit": 60, "answer": 8})], nothing, nothing)
    assert found == {"visit": PolicyValue(30, 1), "answer": PolicyValue(8, 2)}


def test_person_decides_on_proposals_and_where_the_customer_is_a_person():
    policy = Policy(1, {"visit": 30, "answer": 2, "price": 5})
    company = resolve(Customer(), [policy], frozenset({"visit"}), frozenset({"price"}))
    assert {name: value.needs_decision for name, value in company.items()} == {
        "visit": True, "answer": False, "price": False,
    }
    person = resolve(Customer(is_person=True), [policy], frozenset({"visit"}), frozenset({"price"}))
    assert {name for name, value in person.items() if value.needs_decision} == {"visit", "price"}


@given(customers, st.lists(policies, max_size=5))
def test_each_value_comes_from_the_first_policy_that_says_it(customer, row):
    found = resolve(customer, row, nothing, nothing)
    for name in NAMES:
        first = next((p for p in row if p.fits(customer) and name in p.values), None)
        assert found.get(name) == (first and PolicyValue(first.values[name], first.id))


@given(policies, policies)
def test_policies_meet_exactly_where_a_customer_fits_both(one, other):
    both = any(one.fits(customer) and other.fits(customer) for customer in CUSTOMERS)
    assert can_meet(one, other, PLACES) is both
    assert can_meet(other, one, PLACES) is both


@given(policies, st.lists(policies, max_size=4, unique_by=lambda policy: policy.id))
def test_disagreement_needs_two_words_on_one_thing(one, others):
    for key, names in disagreements(one, others, PLACES).items():
        other = next(policy for policy in others if policy.id == key)
        assert key != one.id
        assert names
        assert all(one.values[name] != other.values[name] for name in names)
