"""Which tags a customer has to get and to lose when rules are evaluated.

A person's tag stays. Of the tags that rules want, an exclusive taxonomy takes the first only, and none where a person
has chosen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Wish:
    """A rule that matches a customer: the lower ``priority``, the earlier its turn."""

    rule: int
    tag: int
    taxonomy: int
    exclusive: bool
    priority: int


class Held(NamedTuple):
    """A tag that a customer has: ``rule`` None where a person set it."""

    tag: int
    taxonomy: int
    rule: int | None


def settle(wishes: Iterable[Wish], held: Sequence[Held], ruled: frozenset[int]) -> tuple[dict[int, int], set[int]]:
    """What changes on one customer.

    :param wishes: the rules that match
    :param held: the tags there are, each once
    :param ruled: taxonomies whose rules were evaluated; tags of others stay as they are, wishes for them wait
    :return: (tags to set, each with its rule; tags to take away)

    >>> settle([Wish(7, 1, 5, True, 1), Wish(8, 2, 5, True, 2)], [], frozenset({5}))
    ({1: 7}, set())
    """
    by_hand = {item.tag for item in held if item.rule is None}
    decided = {item.taxonomy for item in held if item.rule is None}
    wanted: dict[int, int] = {}
    taken: set[int] = set()
    evaluated = (wish for wish in wishes if wish.taxonomy in ruled)
    for wish in sorted(evaluated, key=lambda wish: (wish.priority, wish.rule)):
        if wish.exclusive and wish.taxonomy in decided | taken:
            continue
        taken.add(wish.taxonomy)
        if wish.tag not in by_hand:
            wanted.setdefault(wish.tag, wish.rule)
    present = {item.tag: item.rule for item in held if item.rule is not None and item.taxonomy in ruled}
    gained = {tag: rule for tag, rule in wanted.items() if tag not in present}
    return gained, present.keys() - wanted.keys()
