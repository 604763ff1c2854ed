"""Unified social credit codes: both check characters, and what is none."""

from datetime import date

import pytest
from customer_archive_tools import text, uscc
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

#: Published codes of companies and public bodies.
GENUINE = [
    "91110000600037341L",
    "9144030071526726XG",
    "914403001922038216",
    "91330100799655058B",
    "91110000802100433B",
    "91440300192317458F",
    "91100000100003962T",
    "9152000071430580XT",
    "91440400192548256N",
    "91440606722473344C",
    "11100000000013127D",
    # with letters in the organisation code, as issued since 2015
    "91440300MA5H8REU3K",
    "91210103MA7CJ3C094",
    "91310000MA1FW1BXX2",
    "91330105MACPN4X08Y",
]
digits = st.sampled_from("0123456789")
characters = st.sampled_from(uscc.CHARACTERS)


@st.composite
def codes(draw, authority="123456789ANY"):
    """Well-formed codes; the check characters are python-stdnum's and GB 11714's."""
    start = draw(st.sampled_from(authority)) + draw(
        st.text(digits, min_size=7, max_size=7)
    )
    body = draw(st.text(characters, min_size=8, max_size=8))
    first = start + body + uscc.organisation_check(body)
    code = first + stdnum_uscc.calc_check_digit(first)
    assume(not uscc.is_resident_id(code))
    return code


@pytest.mark.parametrize("code", GENUINE)
def test_genuine_code(code):
    assert uscc.check(code) == uscc.VALID
    assert stdnum_uscc.is_valid(code)
    assert uscc.compute_check(code[:17]) == code[17]
    assert uscc.organisation_check(code[8:16]) == code[16]


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("", "empty"),
        ("91", "length"),
        ("9144030071526726XG1", "length"),
        ("无", "length"),
        ("110105600037341", "legacy15"),
        ("44030071526726X", "legacy15"),
        ("44030071526726é", "length"),
        ("9144030071526726OG", "alphabet"),
        ("9I44030071526726XG", "alphabet"),
        ("B144030071526726XG", "alphabet"),
        ("0144030071526726XG", "alphabet"),
        ("9A44030071526726XG", "alphabet"),
        ("91４4030071526726XG", "alphabet"),
        ("914403007152672６XG", "alphabet"),
        ("91440300715267260G", "organisation_check"),
        ("9144030071526726XH", "check_digit"),
        ("9144030171526726XG", "check_digit"),
        ("11010519491231002X", "resident_id"),
        ("440524188001010014", "resident_id"),
        ("110105194902310029", "organisation_check"),
    ],
)
def test_result(code, result):
    assert uscc.check(code) == result
    assert result in uscc.RESULTS


@pytest.mark.parametrize("authority", "ANY")
def test_letters_of_authority_are_accepted(authority):
    first = authority + "144030071526726X"
    code = first + stdnum_uscc.calc_check_digit(first)
    assert uscc.check(code) == uscc.VALID
    assert not stdnum_uscc.is_valid(code)


def test_other_reading_of_letters_is_accepted():
    """Legacy systems hold codes whose letters count as in GB 32100 (M is 21)."""
    first = "91110108MA01G0FB"
    by_standard, by_legacy = first + "0", first + "3"
    assert uscc.organisation_check("MA01G0FB") == "0"
    for seventeen in (by_standard, by_legacy):
        last = stdnum_uscc.calc_check_digit(seventeen)
        assert uscc.check(seventeen + last) == uscc.VALID
    assert uscc.check(first + "4" + last) == uscc.ORGANISATION_CHECK


@pytest.mark.parametrize("code", GENUINE)
def test_every_single_substitution_is_noticed(code):
    for place, old in enumerate(code):
        for new in set(uscc.CHARACTERS) - {old}:
            wrong = code[:place] + new + code[place + 1 :]
            assert uscc.check(wrong) != uscc.VALID, wrong


@given(codes(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_noticed(code, place):
    assume(code[place] != code[place + 1])
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert uscc.check(wrong) != uscc.VALID


def test_second_check_notices_what_the_organisation_check_cannot():
    """0 and B differ by 11, so the organisation code's check stays the same."""
    assert uscc.organisation_check("60003734") == uscc.organisation_check("6B003734")
    assert uscc.check("911100006B0037341L") == uscc.CHECK_DIGIT


@given(codes(authority="123456789"))
def test_ordinary_code_agrees_with_stdnum(code):
    assert uscc.check(code) == uscc.VALID
    assert stdnum_uscc.is_valid(code)


@given(st.text(st.sampled_from(uscc.CHARACTERS + "IOZ"), min_size=18, max_size=18))
def test_stdnum_refuses_what_fails_the_last_check(code):
    if uscc.check(code) == uscc.CHECK_DIGIT:
        assert not stdnum_uscc.is_valid(code)
    if uscc.check(code) == uscc.ALPHABET and code[0] not in "ANY0":
        assert not stdnum_uscc.is_valid(code)


@given(st.text())
def test_any_text_has_a_result(raw):
    assert uscc.check(text.normalize_code(raw)) in uscc.RESULTS


@given(
    st.dates(date(1900, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
def test_resident_identity_number_agrees_with_stdnum(birth, sequence, last):
    code = f"110105{birth:%Y%m%d}{sequence:03d}{last}"
    assert uscc.is_resident_id(code) == ric.is_valid(code)


def test_resident_identity_number_needs_a_real_date_and_province():
    assert uscc.is_resident_id("11010519491231002X")
    assert not uscc.is_resident_id("110105194912310021")
    assert not uscc.is_resident_id("99010519491231002X")
    assert not uscc.is_resident_id("911101051949123100")


@pytest.mark.parametrize("first17", ["", "1" * 16, "1" * 18, "I" * 17, "一" * 17])
def test_compute_check_wants_seventeen_characters(first17):
    with pytest.raises(ValueError, match="17"):
        uscc.compute_check(first17)


@pytest.mark.parametrize("first8", ["", "1" * 7, "a" * 8, "１" * 8])
def test_organisation_check_wants_eight_characters(first8):
    with pytest.raises(ValueError, match="8"):
        uscc.organisation_check(first8)


def test_legacy_workbook_agrees_with_the_truth(legacy):
    by_result = {}
    for number, row in legacy.customers.items():
        raw = row["统一社会信用代码"] or ""
        result = uscc.check(text.normalize_code(raw))
        by_result.setdefault(result, set()).add(number)
    bad = {uscc.CHECK_DIGIT, uscc.ORGANISATION_CHECK}
    assert set(by_result) <= bad | {uscc.VALID, uscc.EMPTY}
    found = set().union(*(by_result.get(result, set()) for result in bad))
    assert found == set(legacy.truth["bad_uscc"])
    assert len(found) == 57
    without = set(legacy.truth["missing_uscc"]) | set(legacy.truth["individuals"])
    assert by_result[uscc.EMPTY] == without


def test_messy_codes_of_the_legacy_workbook_are_valid(legacy):
    messy = legacy.truth["messy_but_valid_uscc"]
    raw = [legacy.customers[number]["统一社会信用代码"] for number in messy]
    assert len(raw) == 104
    assert {uscc.check(text.normalize_code(code)) for code in raw} == {uscc.VALID}
