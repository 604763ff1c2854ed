"""What words of a problem are looked for, and which texts are alike."""

import pytest
from customer_archive_tools import case_words
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("The at of x", []),
        ("Pump P7 leaks; PUMP leaks!", ["pump", "leaks"]),
        ("铸件", ["铸件"]),
        ("泵漏油 pump leaks", ["泵漏", "漏油", "pump", "leaks"]),
        ("眼", []),
        ("Größe fehlt", ["grösse", "fehlt"]),
    ],
)
def test_terms(text, expected):
    assert case_words.terms(text) == expected


def test_no_more_words_than_are_searched_for():
    assert len(case_words.terms(" ".join(f"word{number}" for number in range(100)))) == case_words.MAX_TERMS


def test_a_text_that_shares_little_is_not_alike():
    wanted = ["one", "two", "three", "four"]
    assert case_words.rank(wanted, [(1, "one", True), (2, "one two", False), (3, "", True)], 5) == [2]


def test_the_category_decides_between_equal_ones_and_the_order_between_the_rest():
    candidates = [(1, "leaks", False), (2, "leaks", True), (3, "leaks", False)]
    assert case_words.rank(["leaks"], candidates, 5) == [2, 1, 3]
    assert case_words.rank(["leaks"], candidates, 1) == [2]


@given(st.text())
def test_any_text_has_its_own_words(text):
    words = case_words.terms(text)
    assert len(words) <= case_words.MAX_TERMS
    assert all(word in text.casefold() for word in words)
