"""Regions: the most specific rule wins, whatever the order of the rules."""

import itertools

import pytest
from customer_archive_tools.region import (
    RegionIndex,
    RegionRule,
    city_key,
    match_region,
    split_cities,
)
from hypothesis import given
from hypothesis import strategies as st

CHINA, HONG_KONG, JAPAN = 48, 94, 113
GUANGDONG, HK_STATE, ZHEJIANG = 440, 810, 330

GROUP = RegionRule(1, group_country_ids=frozenset({CHINA, JAPAN}))
COUNTRY = RegionRule(2, country_ids=frozenset({CHINA}))
STATE = RegionRule(3, state_ids=frozenset({GUANGDONG}), depth=1)
CITY = RegionRule(4, city_names=("深圳市", "Osaka"))
CITY_IN_COUNTRY = RegionRule(
    5, country_ids=frozenset({CHINA}), city_names=("深圳", "东莞")
)
CITY_IN_STATE = RegionRule(6, state_ids=frozenset({GUANGDONG}), city_names=("深圳",))
LADDER = [GROUP, COUNTRY, STATE, CITY, CITY_IN_COUNTRY, CITY_IN_STATE]
SHENZHEN = {"country": CHINA, "state": GUANGDONG, "city": "深圳市"}


@pytest.mark.parametrize("count", range(1, 7))
def test_each_more_specific_rule_wins(count):
    assert match_region(LADDER[:count], **SHENZHEN) == count


def test_order_of_rules_does_not_matter():
    for rules in itertools.permutations(LADDER):
        assert match_region(rules, **SHENZHEN) == 6


@pytest.mark.parametrize(
    ("country", "state", "city", "expected"),
    [
        (CHINA, GUANGDONG, "广州", 3),
        (CHINA, GUANGDONG, None, 3),
        (None, GUANGDONG, "", 3),
        (CHINA, ZHEJIANG, "杭州", 2),
        (CHINA, None, None, 2),
        (CHINA, ZHEJIANG, "深圳", 5),
        (CHINA, None, "东莞市", 5),
        (JAPAN, None, "OSAKA", 4),
        (JAPAN, None, "东莞", 1),
        (JAPAN, None, None, 1),
        (None, None, "深圳", 4),
        (HONG_KONG, None, None, None),
        (None, None, None, None),
        (None, None, "", None),
    ],
)
def test_address(country, state, city, expected):
    index = RegionIndex(LADDER)
    assert index.match(country=country, state=state, city=city) == expected


def test_ties_go_by_depth_then_sequence_then_id():
    def rule(number, **kw):
        return RegionRule(number, state_ids=frozenset({GUANGDONG}), **kw)

    rules = [rule(9), rule(5, sequence=1), rule(7), rule(8, depth=1, sequence=99)]
    assert match_region(rules, **SHENZHEN) == 8
    assert match_region(rules[:3], **SHENZHEN) == 7


def test_country_of_the_rules_own_provinces_is_narrowed_by_them():
    south = RegionRule(
        1,
        country_ids=frozenset({CHINA, HONG_KONG}),
        state_ids=frozenset({HK_STATE}),
        state_country_ids=frozenset({CHINA}),
    )
    ask = RegionIndex([south]).match
    assert ask(country=HONG_KONG, state=None, city=None) == 1
    assert ask(country=CHINA, state=HK_STATE, city=None) == 1
    assert ask(country=CHINA, state=GUANGDONG, city=None) is None


def test_rule_without_any_place_matches_nothing():
    assert match_region([RegionRule(1)], **SHENZHEN) is None
    assert match_region([RegionRule(1, city_names=(" ",))], **SHENZHEN) is None
    assert match_region([], **SHENZHEN) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州市", "杭州"),
        ("广州", "广州市"),
        ("浦东新区", "浦东新"),
        ("桐庐县", "桐庐"),
        ("锡林郭勒盟", "锡林郭勒"),
        ("大理州", "大理"),
        ("ＳＵＺＨＯＵ", "suzhou"),
        (" New  York ", "new york"),
    ],
)
def test_same_city(one, other):
    assert city_key(one) == city_key(other)


def test_short_names_keep_their_last_character():
    assert len({city_key(name) for name in ("达州", "达县", "沧州", "沧县")}) == 4


def test_split_cities():
    assert split_cities("") == ()
    assert split_cities("深圳，东莞、惠州;佛山\n中山, ") == (
        "深圳",
        "东莞",
        "惠州",
        "佛山",
        "中山",
    )


places = st.frozensets(st.integers(1, 3), max_size=2)
cities = st.lists(st.sampled_from(["甲甲市", "乙乙县", "丙"]), max_size=2).map(tuple)
random_rules = st.lists(
    st.builds(
        RegionRule,
        id=st.integers(1, 9),
        country_ids=places,
        state_ids=places,
        group_country_ids=places,
        city_names=cities,
        sequence=st.integers(0, 1),
    ),
    unique_by=lambda rule: rule.id,
)


@given(
    random_rules, st.integers(1, 3), st.integers(1, 3), st.sampled_from(["甲甲", ""])
)
def test_winner_covers_the_address(rules, country, state, city):
    winner = match_region(rules, country=country, state=state, city=city)
    covering = {rule.id for rule in rules if _covers(rule, country, state, city)}
    assert winner in covering if covering else winner is None


def _covers(rule, country, state, city):
    inside = (
        country in rule.country_ids | rule.group_country_ids or state in rule.state_ids
    )
    if not rule.city_names:
        return inside
    anywhere = not (rule.country_ids | rule.group_country_ids | rule.state_ids)
    return city == "甲甲" and "甲甲市" in rule.city_names and (inside or anywhere)
