"""The timeline as plain data: pages that lose and repeat nothing, requests that are refused, words of mails."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from customer_archive_tools import timeline
from customer_archive_tools.timeline import ANY_ID, BadRequest, Filters, Place, Source

KINDS = ["mail", "order"]
NOON = datetime(2026, 3, 1, 12)


@pytest.mark.parametrize("seed", range(40))
def test_pages_hold_every_entry_once_in_order(seed):
    """Random sources with many equal times, read page by page as the database gives them."""
    dice = random.Random(seed)
    rows = {
        key: sorted(
            Place(NOON + timedelta(hours=dice.randrange(4)), key, number) for number in range(1, dice.randrange(2, 30))
        )
        for key in ("case", "mail", "order")
    }
    limit, read, cursor = dice.randrange(1, 9), [], None
    while True:
        after = timeline.read_cursor(cursor, rows)
        pages = []
        for key, places in rows.items():
            left = [place for place in places if after is None or _is_after(place, timeline.rest_of(after, key))]
            pages.append(sorted(left, reverse=True)[: limit + 1])
        page, last = timeline.merge(pages, limit)
        read += page
        cursor = timeline.write_cursor(last)
        if cursor is None:
            break
        assert len(page) == limit
    everything = [place for places in rows.values() for place in places]
    assert read == sorted(everything, reverse=True)


def _is_after(place, bound):
    return place.date < bound[0] or (place.date == bound[0] and place.number < bound[1])


def test_a_page_that_is_just_full_is_the_last():
    places = [Place(NOON, "mail", 2), Place(NOON, "mail", 1)]
    assert timeline.merge([places], 2) == (places, None)
    assert timeline.merge([], 5) == ([], None)


def test_a_cursor_keeps_fractions_of_seconds():
    place = Place(NOON.replace(microsecond=123456), "mail", 4)
    assert timeline.read_cursor(timeline.write_cursor(place), KINDS) == place


@pytest.mark.parametrize("nothing", [None, "", False])
def test_no_cursor_is_the_beginning(nothing):
    assert timeline.read_cursor(nothing, KINDS) is None


@pytest.mark.parametrize(
    "sent",
    [
        "x", 7, ["2026-03-01", "mail", 7], "[]", "{}", "[" * 5000, '["2026-03-01", "mail"]', '["x", "mail", 1]',
        '["2026-03-01T00:00:00+08:00", "mail", 1]', '["2026-03-01", "secret", 1]', '["2026-03-01", "mail", "1"]',
        '["2026-03-01", "mail", true]', '["2026-03-01", "mail", -1]', '["2026-03-01", "mail", 99999999999]',
        '["2026-03-01", ["mail"], 1]', "[null, null, null]", '[1, "mail", 1]',
    ],
)
def test_a_forged_cursor_is_refused(sent):
    with pytest.raises(BadRequest, match="cursor"):
        timeline.read_cursor(sent, KINDS)


def test_filters_are_read():
    sent = {
        "kinds": ["mail"], "date_from": "2026-01-01", "date_to": "2026-02-01", "user_id": 5, "contact_id": 6,
        "text": " price ",
    }
    wanted = Filters(frozenset({"mail"}), date(2026, 1, 1), date(2026, 2, 1), 5, 6, "price")
    assert timeline.read_filters(sent, KINDS) == wanted
    assert timeline.read_filters(None, KINDS) == timeline.read_filters({"kinds": [], "text": False}, KINDS) == Filters()


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        ("kinds", "filters"), ([("state", "=", "x")], "filters"), ({"domain": []}, "domain"), ({1: 2}, "1"),
        ({"kinds": "mail"}, "kinds"), ({"kinds": ["secret"]}, "kinds"), ({"kinds": [["mail"]]}, "kinds"),
        ({"kinds": {"mail": 1}}, "kinds"), ({"date_from": "today"}, "date_from"), ({"date_to": 20260101}, "date_to"),
        ({"date_to": ["2026-01-01"]}, "date_to"), ({"user_id": "1"}, "user_id"), ({"user_id": True}, "user_id"),
        ({"user_id": ["!=", 0]}, "user_id"), ({"user_id": 1.0}, "user_id"), ({"contact_id": -1}, "contact_id"),
        ({"contact_id": 2**40}, "contact_id"), ({"text": ["=", "x"]}, "text"), ({"text": "x" * 201}, "text"),
        ({"text": "a\0b"}, "text"),
    ],
)
def test_strange_filters_are_refused(sent, part):
    with pytest.raises(BadRequest, match=part):
        timeline.read_filters(sent, KINDS)


@pytest.mark.parametrize(("sent", "wanted"), [(None, 40), (0, 1), (-3, 1), (7, 7), (500, 500), (10**12, 500)])
def test_limits_are_held(sent, wanted):
    assert timeline.read_limit(sent) == wanted


@pytest.mark.parametrize("sent", ["10", True, [10], 1.5])
def test_strange_limits_are_refused(sent):
    with pytest.raises(BadRequest, match="limit"):
        timeline.read_limit(sent)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Pacific/Apia"])
def test_days_stand_where_they_begin(zone):
    """A bound lets through the days that begin before its moment, whatever the clock does there."""
    zone = ZoneInfo(zone)
    days = [date(2018, 11, 1) + timedelta(days=number) for number in range(10)]
    starts = {day: timeline.day_start(day, zone) for day in days}
    assert sorted(starts.values()) == list(starts.values())
    for hours in range(24, 8 * 24):
        moment = datetime(2018, 11, 1) + timedelta(hours=hours)
        day, number = timeline.day_bound((moment, 7), zone)
        for other in days:
            assert (other < day or (other == day and 5 < number)) == (starts[other] <= moment)
            assert (other < day or (other == day and 8 < number)) == (starts[other] < moment)


def test_the_ends_of_time_are_days_too():
    zone = ZoneInfo("America/New_York")
    assert timeline.day_start(date.max, zone) == datetime(9999, 12, 31, 5)
    assert timeline.day_start(date.min, ZoneInfo("Asia/Shanghai")) == datetime.min
    assert timeline.day_of(datetime.min, zone) == date.min
    assert timeline.day_after(date.max) == date.max
    assert timeline.day_bound((datetime.max, 5), ZoneInfo("UTC")) == (date.max, ANY_ID)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("plain 3 < 4 words", "plain 3 < 4 words"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("<style>p { color: red }</style>Hello", "Hello"),
        ("<script>alert(1)</script>Hello<script>alert(2)", "Hello"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("a<!-- <b>hidden</b> -->b<!-- cut", "a b"),
        ("a\u200b\n\t b\ufeff", "a b"),
        ('Look: <img src="data:image/png;base64,AAAA', "Look:"),
        ("您好，价格不变", "您好，价格不变"),
    ],
)
def test_a_text_becomes_one_line_of_words(text, line):
    assert timeline.one_line(text) == line


def test_long_texts_end_at_a_word():
    assert timeline.one_line("word " * 100, 20) == "word word word word…"
    assert timeline.one_line("价格 " + "字" * 200, 20) == "价格 " + "字" * 16 + "…"
    assert timeline.one_line("字" * 200, 20) == "字" * 19 + "…"


def test_a_long_hostile_text_is_read_in_no_time():
    assert len(timeline.one_line("<style" * 700)) <= 160
    assert len(timeline.one_line("<!--" * 1000)) <= 160


def test_a_source_shows_each_field_once():
    source = Source("order", "sale.order", "order", ("date",), [], person="user_id")
    assert source.shown == ("display_name", "user_id")
    assert replace(source, amount="total").shown == ("display_name", "user_id", "total", "currency_id")
