"""Asking a customer whether its facts are still right: links, reminders, what a page shows of a fact."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .sealed_value import mask

REMIND, GIVE_UP = "remind", "give_up"


def digest(token: str) -> str:
    """What is stored of the token of a link: nobody gets from it to the link.

    >>> digest("token")[:16]
    '3c469e9d6c5875d3'
    """
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Step:
    """What happens next to a request that is not answered.

    :param act: remind, or give up and let somebody call
    :param at: when
    """

    act: str
    at: datetime


def next_step(sent: datetime, reminders: int, remind_days: Sequence[int], link_until: datetime) -> Step:
    """The next step of a request that nobody has answered.

    :param sent: when it was sent for the first time
    :param reminders: how many reminders went out
    :param remind_days: days after the first mail on which a reminder goes out; 0: none
    :param link_until: when the link of the last mail ends

    >>> day = datetime(2026, 11, 2)
    >>> next_step(day, 0, (7, 14), day + timedelta(days=7))
    Step(act='remind', at=datetime.datetime(2026, 11, 9, 0, 0))
    >>> next_step(day, 2, (7, 14), day + timedelta(days=21))
    Step(act='give_up', at=datetime.datetime(2026, 11, 23, 0, 0))
    >>> next_step(day, 0, (0, 0), day + timedelta(days=7)).act
    'give_up'
    """
    days = sorted({number for number in remind_days if number > 0})
    if reminders < len(days):
        return Step(REMIND, sent + timedelta(days=days[reminders]))
    return Step(GIVE_UP, link_until)


def mask_email(address: str) -> str:
    """Hide who is behind an e-mail address, so that only people who know it recognize it.

    >>> mask_email("li.na@example.com"), mask_email("a@b.cn"), mask_email("odd")
    ('l***a@example.com', '*@b.cn', '***')
    """
    name, at, domain = address.rpartition("@")
    if not at:
        return "***"
    return (f"{name[0]}***{name[-1]}" if len(name) > 2 else "*") + at + domain


def cover(text: str, sides: tuple[int, int] | str | None) -> str:
    """A fact as whoever holds a link sees it.

    :param sides: signs left at its beginning and end, ``email`` for an address, None for a fact that is no secret

    >>> cover("021-50592061", (3, 2)), cover("Suzhou", None), cover("li.na@example.com", "email")
    ('021*******61', 'Suzhou', 'l***a@example.com')
    """
    if sides is None:
        return text
    return mask_email(text) if sides == "email" else mask(text, *sides)
