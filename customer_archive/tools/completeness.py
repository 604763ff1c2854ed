"""How complete an archive is: the weighted share of the fields that are filled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

REQUIRED, RECOMMENDED = "required", "recommended"

#: A required field counts as much as two recommended ones.
WEIGHTS: Mapping[str, int] = {REQUIRED: 2, RECOMMENDED: 1}


@dataclass(frozen=True)
class Item:
    """One thing that a template asks for: a name, how much it matters, whether filled.

    ``requirement`` is a key of the weights, `REQUIRED` or `RECOMMENDED`.
    """

    name: str
    requirement: str
    filled: bool


@dataclass(frozen=True)
class Completeness:
    """Percent from 0 to 100, and the names of what is missing, required first."""

    percent: int
    missing: tuple[str, ...]


def completeness(
    items: Iterable[Item], weights: Mapping[str, int] = WEIGHTS
) -> Completeness:
    """Return the completeness of an archive.

    The percentage is rounded down, so that 100 means that nothing is missing that
    counts. Without items an archive is complete. Missing names keep the order of the
    items, the heavier requirement first.

    >>> completeness([Item("tax", "required", True), Item("web", "recommended", False)])
    Completeness(percent=66, missing=('web',))
    """
    weighed = [(weights[item.requirement], item) for item in items]
    total = sum(weight for weight, _item in weighed)
    filled = sum(weight for weight, item in weighed if item.filled)
    gaps = [(weight, item.name) for weight, item in weighed if not item.filled]
    gaps.sort(key=lambda gap: -gap[0])
    percent = 100 * filled // total if total else 100
    return Completeness(percent, tuple(name for _weight, name in gaps))
