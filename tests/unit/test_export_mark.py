"""The mark of an exported file: found again in any text, and not to be made up."""

import re

import pytest
from customer_archive_tools.export_mark import RANDOM_BYTES, find_mark, is_about, is_genuine, make_mark
from hypothesis import given
from hypothesis import strategies as st

KEY = b"secret of the database"
RANDOM = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


@given(RANDOM)
def test_mark_is_genuine_for_its_own_database_only(random):
    mark = make_mark(random, KEY)
    assert is_genuine(mark, KEY)
    assert not is_genuine(mark, b"another secret")


@given(RANDOM, st.integers(0, 11), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_changed_sign_is_noticed(random, place, sign):
    mark = make_mark(random, KEY)
    signs = list(mark.removeprefix("CA").replace("-", ""))
    changed = signs[place] != sign
    signs[place] = sign
    assert is_genuine("CA" + "".join(signs), KEY) != changed


@given(RANDOM)
def test_mark_is_found_as_people_type_it(random):
    mark = make_mark(random, KEY)
    assert re.fullmatch(r"CA(-[0-9A-Z]{4}){3}", mark)
    assert not set("ILOU") & set(mark)
    for text in (mark.lower(), mark.replace("-", ""), f"Exported by Li Na, mark {mark}.", mark.replace("0", "O")):
        assert find_mark(text) == mark


@pytest.mark.parametrize("text", ["", "CA-7K2M", "CA-7K2M-QX9D-4TWB9", "Cargo 12", "Name", "客户名称"])
def test_other_text_has_no_mark(text):
    assert find_mark(text) == ""


def test_marks_do_not_repeat():
    marks = {make_mark(number.to_bytes(RANDOM_BYTES, "big"), KEY) for number in range(2000)}
    assert len(marks) == 2000


def test_sheet_about_a_file_is_told_from_a_list_of_customers():
    mark = "CA-7K2M-QX9D-4TWB"
    assert is_about([["Exported by", "Li Na"], ["Exported on", "2026-11-24"], ["Mark", mark]])
    assert not is_about([["Name", "Phone"], ["Li Na", "021"]])
    assert not is_about([["Name", "Phone", "Notes"], ["Li Na", "021", mark]])
    assert not is_about([["Name", mark], *([["Li Na", "021"]] * 10)])
