"""Text that spreadsheets would run: kept as text, and brought back unchanged."""

import csv
import io

import pytest
from customer_archive_tools.formula import SIGNS, escape_formula, is_live, unescape_formula
from customer_archive_tools.workbook import read_workbook
from hypothesis import given
from hypothesis import strategies as st

DANGEROUS = ["=1+1", "+86 21 5059", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1"]
DANGEROUS.append("=cmd|'/C calc'!A0")
HARMLESS = ["Li Na", "021-50592061", "a=b", " =1", "'s-Hertogenbosch", "'", "", "张三", "3-5"]
TRICKY = st.text(st.sampled_from(SIGNS + "'a1 ,;\""), max_size=8)


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_begins_a_formula_gets_an_apostrophe(text):
    assert escape_formula(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert escape_formula(text) == text
    assert unescape_formula(text) == text


@given(st.one_of(st.text(max_size=20), TRICKY))
def test_nothing_is_lost_on_the_way_there_and_back(text):
    assert unescape_formula(escape_formula(text)) == text


@given(st.one_of(st.text(max_size=20), TRICKY))
def test_no_written_text_begins_with_a_sign(text):
    assert not escape_formula(text).startswith(tuple(SIGNS))


@pytest.mark.parametrize("text", ["=1", "{=1}", "internal:A1", "external:c:/x.xlsx"])
def test_writer_would_make_something_live_of_it(text):
    assert is_live(text)


@pytest.mark.parametrize("text", ["+86 21 5059", "https://example.com", "{a}", "Li = Na"])
def test_writer_keeps_it_as_text(text):
    assert not is_live(text)


def test_reader_of_files_takes_the_apostrophe_away():
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    texts = [text for text in DANGEROUS if text.isprintable()]
    writer.writerows([["Name", "Phone"], *([escape_formula(text), "x"] for text in texts)])
    book = read_workbook(stream.getvalue().encode(), "a.csv")
    assert [row[0] for row in book.sheets[0].rows[1:]] == texts
