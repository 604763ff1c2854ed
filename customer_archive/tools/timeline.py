"""The timeline of a customer as plain data: where its entries come from, what is asked for, and how pages follow."""

import heapq
import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

# More entries than this are never read at once; fewer are where nobody says how many.
MOST, USUAL = 500, 40
# Above every id of a record.
ANY_ID = 2**31 - 1
LONGEST_TEXT = 200

_TAGLESS = re.compile(r"<(style|script|head|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_TAG = re.compile(r"<(?=[a-z/!?])[^>]*(?:>|\Z)", re.I)
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


class BadRequest(ValueError):
    """What a client sent is none of the forms that are understood; ``args[0]`` is the name of the part."""


@dataclass(frozen=True)
class Kind:
    """A kind of entries: its name, and its icon of Font Awesome."""

    label: str
    icon: str


@dataclass(frozen=True)
class Source:
    """Where entries come from, by names of fields; what a model lacks is left out.

    key: one word, unique, never changed: pages continue by it
    dates: fields of one type; the first one that is set is the entry's date
    domain: which records of the model are about the customer
    text: fields with a text or HTML; the beginning of the first one that is set is shown
    search: fields in which a text is looked for
    document: the fields with model and id of the document, for records that the host reads with their document; they
        are about the customer by it, beside the domain, and open it
    is_loose: whether such records are about the customer by the domain alone, whatever their document is
    styles: pairs of state and Bootstrap colour
    """

    key: str
    model: str
    kind: str
    dates: tuple[str, ...]
    domain: Any
    title: str = "display_name"
    text: tuple[str, ...] = ()
    person: str = ""
    amount: str = ""
    currency: str = "currency_id"
    state: str = ""
    icon: str = ""
    search: tuple[str, ...] = ("name",)
    document: tuple[str, ...] = ()
    is_loose: bool = False
    styles: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the fields that an entry shows, but for the text, of which only the beginning is read."""
        currency = self.currency if self.amount else ""
        named = (self.title, self.person, self.amount, currency, self.state, self.icon, *self.document)
        return tuple(filter(None, dict.fromkeys(named)))


class Place(NamedTuple):
    """Where an entry stands: the later, the higher; equal times are ordered by source and id."""

    date: datetime
    source: str
    number: int


@dataclass(frozen=True)
class Filters:
    """What of the timeline is asked for; empty parts ask for all."""

    kinds: frozenset[str] = frozenset()
    date_from: date | None = None
    date_to: date | None = None
    user_id: int = 0
    contact_id: int = 0
    text: str = ""


#=== WHAT IS ASKED ===#


def read_filters(sent: Any, kinds: Iterable[str]) -> Filters:
    """Return what a client asks for.

    >>> read_filters({"kinds": ["mail"], "text": " price "}, ["mail", "order"])
    Filters(kinds=frozenset({'mail'}), date_from=None, date_to=None, user_id=0, contact_id=0, text='price')
    >>> read_filters({"kinds": ["secret"]}, ["mail"])
    Traceback (most recent call last):
        ...
    customer_archive_tools.timeline.BadRequest: kinds
    """
    sent = sent or {}
    if not isinstance(sent, dict):
        raise BadRequest("filters")
    if strange := sent.keys() - {"kinds", "date_from", "date_to", "user_id", "contact_id", "text"}:
        raise BadRequest(min(map(str, strange)))
    return Filters(
        _read_kinds(sent.get("kinds"), kinds),
        _read_day("date_from", sent.get("date_from")),
        _read_day("date_to", sent.get("date_to")),
        read_id("user_id", sent.get("user_id")),
        read_id("contact_id", sent.get("contact_id")),
        _read_text(sent.get("text")),
    )


def _read_kinds(sent: Any, kinds: Iterable[str]) -> frozenset[str]:
    sent = sent or []
    if not isinstance(sent, list) or not all(isinstance(kind, str) for kind in sent) or set(sent) - set(kinds):
        raise BadRequest("kinds")
    return frozenset(sent)


def _read_day(name: str, sent: Any) -> date | None:
    if not sent:
        return None
    try:
        return date.fromisoformat(sent)
    except (TypeError, ValueError):
        raise BadRequest(name) from None


def _read_text(sent: Any) -> str:
    if not sent:
        return ""
    if not isinstance(sent, str) or len(sent) > LONGEST_TEXT or "\0" in sent:
        raise BadRequest("text")
    return sent.strip()


def read_id(name: str, sent: Any) -> int:
    """Return an id, 0 where none is given.

    >>> read_id("user_id", 7), read_id("user_id", False)
    (7, 0)
    """
    if not sent:
        return 0
    if isinstance(sent, bool) or not isinstance(sent, int) or not 0 < sent <= ANY_ID:
        raise BadRequest(name)
    return sent


def read_limit(sent: Any) -> int:
    """Return how many entries a page may have.

    >>> read_limit(None), read_limit(10**9), read_limit(-5)
    (40, 500, 1)
    """
    if sent is None:
        return USUAL
    if isinstance(sent, bool) or not isinstance(sent, int):
        raise BadRequest("limit")
    return min(max(sent, 1), MOST)


#=== PAGES ===#


def write_cursor(place: Place | None) -> str | None:
    """Return the mark by which the next page continues after an entry.

    >>> write_cursor(Place(datetime(2026, 3, 1, 8, 30), "order", 7))
    '["2026-03-01T08:30:00", "order", 7]'
    """
    return place and json.dumps([place.date.isoformat(), place.source, place.number])


def read_cursor(sent: Any, keys: Iterable[str]) -> Place | None:
    """Return the entry after which a page begins; ``keys`` are those of the sources.

    >>> read_cursor('["2026-03-01T08:30:00", "order", 7]', ["order"])
    Place(date=datetime.datetime(2026, 3, 1, 8, 30), source='order', number=7)
    """
    if not sent:
        return None
    try:
        moment, key, number = json.loads(sent)
        place = Place(datetime.fromisoformat(moment), key, number)
    except (TypeError, ValueError, RecursionError):
        raise BadRequest("cursor") from None
    if place.date.tzinfo or key not in list(keys) or type(number) is not int or not 0 <= number <= ANY_ID:
        raise BadRequest("cursor")
    return place


def rest_of(place: Place, key: str) -> tuple[datetime, int]:
    """Return the bound for the rows of a source that come after an entry: earlier, or at that time with a lower id.

    >>> after = Place(datetime(2026, 3, 1), "mail", 7)
    >>> rest_of(after, "case")[1] == ANY_ID, rest_of(after, "mail")[1], rest_of(after, "order")[1]
    (True, 7, 0)
    """
    if key == place.source:
        return place.date, place.number
    return place.date, ANY_ID if key < place.source else 0


def day_start(day: date, zone: Any) -> datetime:
    """Return the moment, in UTC and without saying so, at which a day begins somewhere.

    >>> from zoneinfo import ZoneInfo
    >>> day_start(date(2026, 3, 1), ZoneInfo("Asia/Shanghai"))
    datetime.datetime(2026, 2, 28, 16, 0)
    """
    try:
        return datetime.combine(day, datetime.min.time(), zone).astimezone(timezone.utc).replace(tzinfo=None)
    except OverflowError:
        return datetime.combine(day, datetime.min.time())


def day_after(day: date) -> date:
    """Return the next day, where there is one.

    >>> day_after(date(2026, 2, 28))
    datetime.date(2026, 3, 1)
    """
    return day + timedelta(days=1) if day < date.max else day


def day_of(moment: datetime, zone: Any) -> date:
    """Return the day that it is somewhere at a moment in UTC.

    >>> from zoneinfo import ZoneInfo
    >>> day_of(datetime(2026, 2, 28, 16), ZoneInfo("Asia/Shanghai"))
    datetime.date(2026, 3, 1)
    """
    try:
        return moment.replace(tzinfo=timezone.utc).astimezone(zone).date()
    except OverflowError:
        return moment.date()


def day_bound(bound: tuple[datetime, int], zone: Any) -> tuple[date, int]:
    """Return a bound of moments as one of days: a day stands in the timeline at the moment at which it begins.

    >>> from zoneinfo import ZoneInfo
    >>> noon, midnight = datetime(2026, 3, 1, 12), datetime(2026, 3, 1)
    >>> day_bound((noon, 7), ZoneInfo("UTC")) == (date(2026, 3, 1), ANY_ID)
    True
    >>> day_bound((midnight, 7), ZoneInfo("UTC"))
    (datetime.date(2026, 3, 1), 7)
    """
    moment, number = bound
    day = day_of(moment, zone)
    begin = day_start(day, zone)
    if begin > moment:  # a day that begins later than at midnight, by a change of the clock
        return day - timedelta(days=1), ANY_ID
    return day, number if begin == moment else ANY_ID


def merge(found: Iterable[list[Place]], limit: int) -> tuple[list[Place], Place | None]:
    """Return the next page of several sources, and the entry after which another one follows, if one does.

    Each source gives its latest entries in order, one more than the page takes where it has them.

    >>> first, second = Place(datetime(2026, 3, 2), "order", 1), Place(datetime(2026, 3, 1), "mail", 9)
    >>> merge([[second], [first]], 1) == ([first], first)
    True
    >>> merge([[second], [first]], 2) == ([first, second], None)
    True
    """
    entries = list(heapq.merge(*found, reverse=True))
    return entries[:limit], entries[limit - 1] if len(entries) > limit else None


#=== WORDS ===#


def one_line(text: str, width: int = 160) -> str:
    """Return the words of the beginning of a text or of a page of HTML, which may break off anywhere.

    >>> one_line("<p>Dear <b>Ms&nbsp;Gu</b>,<br/>the price &lt; 5</p><style>p {}</style><im")
    'Dear Ms Gu , the price < 5'
    >>> one_line("word " * 9, 12)
    'word word…'
    """
    words = html.unescape(_TAG.sub(" ", _TAGLESS.sub(" ", text)))
    words = _SPACES.sub(" ", words).strip()
    if len(words) <= width:
        return words
    space = words.rfind(" ", width // 2, width)
    return words[: width - 1 if space < 0 else space].rstrip() + "…"
