"""Text from strangers: whatever they send, plain text comes out, and cleaning it again changes nothing."""

import re

import pytest
from customer_archive_tools import entry
from hypothesis import given
from hypothesis import strategies as st

NASTY = st.text(alphabet=st.sampled_from(list("<>/!ab \n\t\u200b\u3000\"'=")) | st.characters(), max_size=60)


@given(NASTY)
def test_no_tag_survives(value):
    assert not re.search(r"<(?:/?[a-zA-Z]|!)[^<>]*>", entry.clean_text(value))
    assert not re.search(r"<(?:/?[a-zA-Z]|!)[^<>]*>", entry.clean_line(value))


@pytest.mark.parametrize(
    "value", ["<\u200bscript>x", "<im\u200bg\nsrc=x onerror=y>", "<scr<b>ipt>", "<\u200bimg\n src=x>"]
)
def test_no_tag_hides(value):
    assert "<" not in entry.clean_text(value)
    assert "<" not in entry.clean_line(value)


@given(NASTY)
def test_a_line_is_one_line(value):
    line = entry.clean_line(value)
    assert line == line.strip()
    assert "  " not in line and "\n" not in line


@given(NASTY)
def test_cleaning_twice_changes_nothing(value):
    for clean in (entry.clean_line, entry.clean_text):
        assert clean(clean(value)) == clean(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("www.example.com", True),
        ("HTTPS://example.com:8069/a?b=c", True),
        ("例子.公司", True),
        ("example", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x.com", False),
        ("http://exa mple.com", False),
        ("http://", False),
        ("ftp://example.com", False),
        ("", False),
    ],
)
def test_web_addresses(value, expected):
    assert entry.is_web_address(value) is expected


@given(st.ip_addresses(v=4))
def test_each_address_of_the_fourth_version_is_a_sender(address):
    assert entry.network(str(address)) == str(address)


@given(st.ip_addresses(v=6))
def test_a_network_of_the_sixth_version_is_a_sender(address):
    neighbour = type(address)(int(address) ^ 1)
    assert entry.network(str(address)) == entry.network(str(neighbour)) or address.ipv4_mapped


@given(st.text(max_size=20))
def test_every_name_has_a_place(name):
    assert isinstance(entry.reading_key(name), bytes)
