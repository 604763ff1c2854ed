"""Which policy decides on what for a customer: the first that fits and says something counts.

Policies come in their order; a value that is empty says nothing and leaves the word to the next one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Customer:
    """What policies ask of a customer; ``tags`` with everything that they are a part of."""

    company: int | None = None
    level: int | None = None
    tags: frozenset[int] = frozenset()
    stage: str | None = None
    is_person: bool = False


@dataclass(frozen=True)
class Policy:
    """Whom a policy is for, where empty means everybody, and what it says: ``values`` holds what is not empty."""

    id: int
    values: Mapping[str, object] = field(default_factory=dict)
    company: int | None = None
    levels: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    stage: str | None = None

    def fits(self, customer: Customer) -> bool:
        """Whether everything that the policy asks for is there; of several levels or tags one is enough.

        >>> Policy(1, levels=frozenset({5, 6})).fits(Customer(level=6))
        True
        """
        return (
            self.company in (None, customer.company)
            and (not self.levels or customer.level in self.levels)
            and (not self.tags or bool(self.tags & customer.tags))
            and self.stage in (None, customer.stage)
        )


@dataclass(frozen=True)
class PolicyValue:
    """What counts for a customer, which policy says so, and whether a person has to decide before it is used."""

    value: object
    policy: int
    needs_decision: bool = False


def resolve(
    customer: Customer, policies: Iterable[Policy], proposed: frozenset[str], not_for_persons: frozenset[str]
) -> dict[str, PolicyValue]:
    """What counts for one customer, by name of the value.

    :param policies: in their order
    :param proposed: values that are proposed to a person only, whoever the customer is
    :param not_for_persons: values that a person decides on where the customer is a natural person

    >>> policies = [Policy(1, {"visit": 30}, levels=frozenset({5})), Policy(2, {"visit": 60, "answer": 8})]
    >>> found = resolve(Customer(level=5), policies, frozenset(), frozenset({"answer"}))
    >>> {name: (value.value, value.policy) for name, value in found.items()}
    {'visit': (30, 1), 'answer': (8, 2)}
    """
    found: dict[str, PolicyValue] = {}
    for policy in policies:
        if policy.fits(customer):
            for name, value in policy.values.items():
                asked = name in proposed or (customer.is_person and name in not_for_persons)
                found.setdefault(name, PolicyValue(value, policy.id, asked))
    return found


@dataclass(frozen=True)
class TagPlace:
    """A tag with everything it is a part of (``line``), and its taxonomy where a customer has one tag of it."""

    line: frozenset[int]
    exclusive: int | None = None


def can_meet(one: Policy, other: Policy, places: Mapping[int, TagPlace]) -> bool:
    """Whether there may be a customer that both policies fit.

    >>> can_meet(Policy(1, levels=frozenset({5})), Policy(2, levels=frozenset({6})), {})
    False
    """
    return (
        (not one.company or not other.company or one.company == other.company)
        and (not one.levels or not other.levels or bool(one.levels & other.levels))
        and (not one.stage or not other.stage or one.stage == other.stage)
        and _tags_can_meet(one.tags, other.tags, places)
    )


def _tags_can_meet(one: frozenset[int], other: frozenset[int], places: Mapping[int, TagPlace]) -> bool:
    if not one or not other:
        return True
    return any(_tag_can_meet(places[tag], places[twin], tag, twin) for tag in one for twin in other)


def _tag_can_meet(one: TagPlace, other: TagPlace, tag: int, twin: int) -> bool:
    # beside a tag of a taxonomy of which a customer has one, only its own line is there
    return one.exclusive is None or one.exclusive != other.exclusive or tag in other.line or twin in one.line


def disagreements(one: Policy, others: Sequence[Policy], places: Mapping[int, TagPlace]) -> dict[int, list[str]]:
    """Policies that may fit the same customer as ``one`` and say something else: id → names of the values."""
    found = {
        other.id: [name for name, value in one.values.items() if other.values.get(name, value) != value]
        for other in others
        if other.id != one.id and can_meet(one, other, places)
    }
    return {key: names for key, names in found.items() if names}
