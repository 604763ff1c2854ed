"""A person is found however others wrote them, and nobody else is."""

import re

import pytest
from customer_archive_tools.privacy import EMAIL, NAME, NUMBER, PHONE, TEXT, Needle, any_of, replace_in
from hypothesis import given
from hypothesis import strategies as st


def finds(needle, text):
    return bool(re.search(needle.pattern, text, re.I))


@pytest.mark.parametrize(
    "text",
    [
        "13502244261", "+86 135 0224 4261", "+8613502244261", "0086-135-0224-4261", "135-0224-4261", "tel:13502244261,",
        "(+86) 13502244261", "电话13502244261。", "8613502244261", '{"phone": "135 0224 4261"}',
    ],
)
def test_every_way_to_write_a_mobile_number(text):
    for stored in ("13502244261", "+86 135 0224 4261"):
        assert finds(Needle(PHONE, stored), text), text


@pytest.mark.parametrize("text", ["113502244261", "135022442611", "1350224426", "13502244262", "91370102M60267738B"])
def test_other_numbers_are_other_numbers(text):
    assert not finds(Needle(PHONE, "13502244261"), text)


@pytest.mark.parametrize("text", ["021-50592061", "(021) 5059 2061", "+86 21 5059 2061", "02150592061转8001"])
def test_every_way_to_write_a_landline(text):
    for stored in ("021-50592061", "+86 21 5059 2061", "021-50592061 ext 8001"):
        assert finds(Needle(PHONE, stored), text), text


def test_a_foreign_number_keeps_its_country():
    assert finds(Needle(PHONE, "+44 20 7946 0018"), "call +442079460018")
    assert not finds(Needle(PHONE, "+44 20 7946 0018"), "2079460018")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("张伟", "请张伟回电"),
        ("张伟", '{"name": "\\u5f20\\u4f1f"}'),
        ("张伟", '{"name": "\\\\u5f20\\\\u4f1f"}'),
        ("Sean O'Neil", "dear sean o&#39;neil,"),
        ("Sean O'Neil", "Sean O&#x27;Neil"),
        ("Sean O'Neil", "Sean&nbsp;O'Neil"),
        ("Anna Li & Co", "Anna  Li &amp; Co"),
        ("Zoë Blå", 'Zo\\u00eb Bl\\u00e5'),
    ],
)
def test_every_way_to_write_a_name(name, text):
    assert finds(Needle(NAME, name), text)


@pytest.mark.parametrize(("name", "text"), [("Anna", "Annabel"), ("Anna", "Joanna"), ("Lang", "language")])
def test_a_name_inside_a_word_is_none(name, text):
    assert not finds(Needle(NAME, name), text)


@pytest.mark.parametrize(
    ("address", "text", "found"),
    [
        ("li@example.com", "<LI@EXAMPLE.COM>", True),
        ("li@example.com", "write to li@example.com.", True),
        ("li@example.com", "anna.li@example.com", False),
        ("li@example.com", "li@example.com.cn", False),
        ("li@example.com", "li@example.community", False),
        ("li.wei@example.com", "liXwei@example.com", False),
    ],
)
def test_an_address_is_the_whole_address(address, text, found):
    assert finds(Needle(EMAIL, address), text) is found


@pytest.mark.parametrize(
    "needle",
    [Needle(NAME, "Li"), Needle(NAME, "张"), Needle(PHONE, "110"), Needle(PHONE, "none"), Needle(NUMBER, "1234"),
     Needle(TEXT, "Road"), Needle(EMAIL, ""), Needle(NAME, "   ")],
)
def test_what_is_too_short_is_not_looked_for(needle):
    assert needle.pattern == ""


def test_one_pattern_stands_for_all():
    pattern = any_of([Needle(NAME, "张伟"), Needle(NAME, "Li"), Needle(PHONE, "13502244261"), Needle(NAME, "张伟")])
    assert re.search(pattern, "135 0224 4261") and re.search(pattern, "张伟")
    assert not re.search(pattern, "Li")
    assert any_of([]) == ""


@given(st.text(min_size=5, max_size=40))
def test_a_name_finds_itself_whatever_its_signs(name):
    needle = Needle(NAME, name)
    if needle.pattern:
        assert finds(needle, " ".join(name.split())) or not name.isprintable() or re.search(r"[^\S ]", name)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", "."]))
def test_a_mobile_number_is_found_with_any_gaps(number, gap):
    assert finds(Needle(PHONE, number), "x " + gap.join([number[:3], number[3:7], number[7:]]) + " y")


NEEDLES = any_of([Needle(PHONE, "13502244261"), Needle(NUMBER, "440524188001010014"), Needle(NAME, "Anna Li")])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"phone": 13502244261}, {"phone": "erased"}),
        ({"phone": 13502244262, "n": 1.5}, {"phone": 13502244262, "n": 1.5}),
        (["440524188001010014", {"of Anna  Li": "+86 135-0224-4261!"}], ["erased", {"of erased": "erased!"}]),
        ([True, None, False, 0], [True, None, False, 0]),
        ("tel:13502244261, of “Anna Li”", "tel:erased, of “erased”"),
    ],
)
def test_json_stays_json_when_a_person_is_taken_out(value, expected):
    assert replace_in(value, NEEDLES, "erased") == expected
    assert replace_in(expected, NEEDLES, "erased") == expected


def test_a_word_is_no_template_of_an_expression():
    assert replace_in("Anna Li", NEEDLES, r"\1") == r"\1"
