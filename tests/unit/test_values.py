"""Dates, numbers and yes/no as people type them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from customer_archive_tools.values import (
    parse_bool,
    parse_date,
    parse_decimal,
    parse_int,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "value",
    [
        "2020-01-05",
        "2020-1-5",
        "2020/1/5",
        "2020/01/05",
        "2020.1.5",
        "2020年1月5日",
        "2020年01月05日",
        "2020年1月5号",
        "2020 年 1 月 5 日",
        "20200105",
        "２０２０－０１－０５",
        "２０２０年１月５日",
        " 2020-01-05\u3000",
        "2020-01-05 10:20:30",
        "2020-01-05T10:20:30",
        "2020-01-05T10:20:30.000Z",
        "2020/1/5 9:05",
        "2020年1月5日 10:20",
        20200105,
        date(2020, 1, 5),
        datetime(2020, 1, 5, 23, 59),
    ],
)
def test_date(value):
    result = parse_date(value)
    assert result == date(2020, 1, 5)
    assert type(result) is date


@pytest.mark.parametrize(
    "value",
    [
        "",
        None,
        "未知",
        "2020-02-30",
        "2021-13-05",
        "2019-02-29",
        "20201305",
        "2020-01",
        "2020年1月",
        "2020",
        "1/5/2020",
        "20-1-5",
        "2020-1/5",
        "2020年1月5",
        "0001-01-01",
        "2020-01-05 晚上",
        "202001051",
        "2020010510:20",
        "2020-1-510:20",
        43835,
        43835.5,
        True,
        "一九九九年一月一日",
    ],
)
def test_no_date(value):
    assert parse_date(value) is None


@given(st.dates(date(1600, 1, 1)))
def test_written_date_is_read(day):
    year, month, number = day.year, day.month, day.day
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{year}年{month}月{number}日") == day
    assert parse_date(f"{year}/{month}/{number}") == day
    assert parse_date(f"{day:%Y%m%d}") == day


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        ("50", 50),
        ("-5", -5),
        ("+5", 5),
        ("\u22125", -5),
        ("1,200", 1200),
        ("1，200", 1200),
        ("１２００", 1200),
        ("1,234,567", 1234567),
        ("12.0", 12),
        (" 12 ", 12),
        ("007", 7),
        (12, 12),
        (12.0, 12),
        ("约50人", None),
        ("50人", None),
        ("n/a", None),
        ("", None),
        (None, None),
        ("1,20", None),
        ("1,2000", None),
        (",200", None),
        ("12.5", None),
        (12.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ("1e3", None),
        ("1_000", None),
        ("--5", None),
        ("五十", None),
        (date(2020, 1, 5), None),
    ],
)
def test_int(value, expected):
    assert parse_int(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1,234.50", Decimal("1234.50")),
        ("-0.1", Decimal("-0.1")),
        ("１２．５", Decimal("12.5")),
        ("12", Decimal(12)),
        (0.1, Decimal("0.1")),
        (7, Decimal(7)),
        ("5万", None),
        ("12%", None),
        ("¥12", None),
        ("1.2.3", None),
        ("", None),
        (None, None),
        (False, None),
        (float("-inf"), None),
        ("NaN", None),
        ("Infinity", None),
    ],
)
def test_decimal(value, expected):
    assert parse_decimal(value) == expected


@given(st.integers())
def test_written_number_is_read(number):
    assert parse_int(str(number)) == parse_int(f"{number:,}") == number
    assert parse_decimal(f"{number:,}.25") is not None


@pytest.mark.parametrize(
    "value", ["是", "Y", "yes", "TRUE", "1", "√", "✓", "有", 1, 1.0]
)
def test_yes(value):
    assert parse_bool(value) is True


@pytest.mark.parametrize("value", ["否", "N", "no", "False", "0", "×", "无", 0, 0.0])
def test_no(value):
    assert parse_bool(value) is False


@pytest.mark.parametrize("value", ["", None, "maybe", "2", 2, "是否", date(2020, 1, 1)])
def test_neither_yes_nor_no(value):
    assert parse_bool(value) is None


@given(st.text())
def test_no_text_is_an_error(raw):
    for parse in (parse_date, parse_int, parse_decimal, parse_bool):
        parse(raw)


def test_legacy_workbook_agrees_with_the_truth(legacy):
    bad_date, bad_headcount = [], []
    for number, row in legacy.customers.items():
        if parse_date(row["建档日期"]) is None:
            bad_date.append(number)
        headcount = parse_int(row["员工人数"])
        if headcount is None or headcount < 0:
            bad_headcount.append(number)
    assert bad_date == legacy.truth["bad_date"]
    assert bad_headcount == legacy.truth["bad_headcount"]
