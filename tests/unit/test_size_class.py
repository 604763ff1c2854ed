"""Size of enterprises: the table of 国统字〔2017〕213号 typed a second time."""

import pytest
from customer_archive_tools.size_class import REASONS, industry_category, size_class
from hypothesis import given
from hypothesis import strategies as st

ORDER = ["micro", "small", "medium", "large"]
MANY = 10**9

#: codes -> lower bounds of large/medium/small: X staff, Y revenue, Z assets.
TABLE = {
    "A A01 A03 A05 05 A0111": {"Y": "20000/500/50"},
    "B C D B06 C13 C36 C43 D44 D46 36 C3670": {
        "X": "1000/300/20",
        "Y": "40000/2000/300",
    },
    "E E47 E50 48": {"Y": "80000/6000/300", "Z": "80000/5000/300"},
    "F51 51 F511": {"X": "200/20/5", "Y": "40000/5000/1000"},
    "F52 52 F5299": {"X": "300/50/10", "Y": "20000/500/100"},
    "G54 G55 G56 G57 G58 G591 591 G5910": {
        "X": "1000/300/20",
        "Y": "30000/3000/200",
    },
    "G59 59 G592 G5990": {"X": "200/100/20", "Y": "30000/1000/100"},
    "G60 60": {"X": "1000/300/20", "Y": "30000/2000/100"},
    "H H61 H62 61": {"X": "300/100/10", "Y": "10000/2000/100"},
    "I63 I64 64": {"X": "2000/100/10", "Y": "100000/1000/100"},
    "I65 65 I6513": {"X": "300/100/10", "Y": "10000/1000/50"},
    "K7010 K701 7010": {"Y": "200000/1000/100", "Z": "10000/5000/2000"},
    "K702 K7020 702": {"X": "1000/300/100", "Y": "5000/1000/500"},
    "L L71 L72 72": {"X": "300/100/10", "Z": "120000/8000/100"},
    "M N O R M73 N79 O80 Q85 R90 K703 K705 K709 K7090": {"X": "300/100/10"},
}
ROWS = [
    (code, {key: [int(part) for part in text.split("/")] for key, text in row.items()})
    for codes, row in TABLE.items()
    for code in codes.split()
]
BOUNDARIES = [
    (code, row, measure, bound, ORDER[3 - place])
    for code, row in ROWS
    for measure, bounds in row.items()
    for place, bound in enumerate(bounds)
]


def classify(code, **values):
    return size_class(code, values.get("X"), values.get("Y"), values.get("Z"))


@pytest.mark.parametrize(("code", "row", "measure", "bound", "at"), BOUNDARIES)
def test_boundary(code, row, measure, bound, at):
    """Everything else is plentiful: one measure decides, at its bound and below."""
    values = dict.fromkeys(row, MANY)
    result = classify(code, **{**values, measure: bound})
    assert (result.size, result.reason) == (at, "ok")
    below = classify(code, **{**values, measure: bound - 1})
    assert below.size == ORDER[ORDER.index(at) - 1]
    if measure != "X":
        cents = classify(code, **{**values, measure: bound - 0.01})
        assert cents.size == below.size


@pytest.mark.parametrize(("code", "row"), ROWS)
def test_unlisted_measures_do_not_matter(code, row):
    values = {measure: bounds[1] for measure, bounds in row.items()}
    unlisted = dict.fromkeys(set("XYZ") - set(row), 0)
    assert classify(code, **values).size == "medium"
    assert classify(code, **values, **unlisted).size == "medium"


@pytest.mark.parametrize(("code", "row"), ROWS)
def test_zero_is_a_value_and_none_is_missing(code, row):
    assert classify(code, **dict.fromkeys(row, 0)).size == "micro"
    missing = classify(code)
    names = {"X": "missing_staff", "Y": "missing_revenue", "Z": "missing_assets"}
    assert (missing.size, missing.reason) == (None, names[min(row)])
    for measure in row:
        values = dict.fromkeys(set(row) - {measure}, MANY)
        assert classify(code, **values).reason == names[measure]


@pytest.mark.parametrize(("code", "row"), ROWS)
def test_bounds_used_are_shown(code, row):
    names = {"X": "staff", "Y": "revenue", "Z": "assets"}
    result = classify(code, **dict.fromkeys(row, 1))
    shown = {b.measure: [b.large, b.medium, b.small] for b in result.bounds}
    assert shown == {names[measure]: bounds for measure, bounds in row.items()}
    assert result.category == industry_category(code)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, "missing_industry"),
        ("", "missing_industry"),
        ("  ", "missing_industry"),
        ("K70", "ambiguous_industry"),
        ("K", "ambiguous_industry"),
        ("70", "ambiguous_industry"),
        ("F", "ambiguous_industry"),
        ("G", "ambiguous_industry"),
        ("I", "ambiguous_industry"),
        ("Q", "ambiguous_industry"),
        ("G53", "not_classed"),
        ("5320", "not_classed"),
        ("K704", "not_classed"),
        ("J", "not_classed"),
        ("J66", "not_classed"),
        ("P83", "not_classed"),
        ("S91", "not_classed"),
        ("T97", "not_classed"),
        ("Q84", "not_classed"),
        ("C51", "unknown_industry"),
        ("F36", "unknown_industry"),
        ("X36", "unknown_industry"),
        ("U", "unknown_industry"),
        ("C98", "unknown_industry"),
        ("00", "unknown_industry"),
        ("3", "unknown_industry"),
        ("C36101", "unknown_industry"),
        ("制造业", "unknown_industry"),
        ("C３６", "unknown_industry"),
    ],
)
def test_no_size(code, reason):
    result = size_class(code, MANY, MANY, MANY)
    assert result.size is None
    assert result.reason == reason
    assert result.reason in REASONS
    assert result.bounds == ()


def test_case_and_spaces_do_not_matter():
    assert size_class(" c36 ", 1000, 40000, None).size == "large"


def test_one_measure_that_is_micro_decides_alone():
    """The rule: micro enterprises need to meet only one of the listed measures."""
    assert size_class("C36", 19, None, None).size == "micro"
    assert size_class("C36", None, 299, None).size == "micro"
    assert size_class("C36", 20, None, None).size is None


def test_lowest_measure_decides_however_far_down():
    assert size_class("C36", 5000, 300, None).size == "small"
    assert size_class("C36", 20, 90000, None).size == "small"
    assert size_class("E47", None, 90000, 299).size == "micro"


amounts = st.one_of(st.integers(0, 300000), st.floats(0, 300000))


@given(st.sampled_from(ROWS), amounts, amounts, amounts, st.sampled_from("XYZ"))
def test_more_of_a_measure_never_makes_it_smaller(row, x, y, z, grown):
    values = {"X": x, "Y": y, "Z": z}
    before = classify(row[0], **values)
    after = classify(row[0], **{**values, grown: values[grown] * 2 + 1})
    assert ORDER.index(after.size) >= ORDER.index(before.size)


@given(st.text(max_size=6))
def test_any_text_has_an_answer(code):
    assert size_class(code, 1, 1, 1).reason in REASONS


def test_every_division_has_an_answer():
    known = [f"{number:02d}" for number in range(1, 98)]
    assert "unknown_industry" not in {industry_category(code) for code in known}


def test_industries_of_the_legacy_workbook_are_classed(legacy):
    codes = {row["行业代码"] for row in legacy.customers.values()}
    assert {size_class(code, 1, 1, 1).size for code in codes} == {"micro"}
