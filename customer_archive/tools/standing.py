"""Where a score stands among the borders of the levels, for whoever explains it."""

from dataclasses import dataclass

from .scoring import Ladder

_DECIMALS = 2
_WHOLE = 100.0  # the highest score there is


@dataclass(frozen=True)
class Rung:
    """One level on the ladder: scores from ``lower`` up to, not including, ``upper``; key None for no level."""

    key: int | None
    lower: float
    upper: float


@dataclass(frozen=True)
class Standing:
    """A score on the ladder.

    reached: level of the score alone
    held: whether only the margin keeps the level
    floor: score down to which the level holds; None without a level on the ladder
    next_key: the level above, None on the highest
    missing: points up to it
    """

    reached: int | None
    held: bool
    floor: float | None
    next_key: int | None
    missing: float


def rungs(ladder: Ladder) -> list[Rung]:
    """The levels from the lowest up, as stretches of the way from 0 to 100.

    >>> [(rung.key, rung.lower, rung.upper) for rung in rungs(Ladder(((1, 80), (2, 50))))]
    [(None, 0.0, 50), (2, 50, 80), (1, 80, 100.0)]
    """
    found, upper = [], _WHOLE
    for key, lower in ladder.steps:
        found.append(Rung(key, lower, upper))
        upper = lower
    if upper > 0:
        found.append(Rung(None, 0.0, upper))
    return found[::-1]


def standing(ladder: Ladder, total: float, level: int | None) -> Standing:
    """Where ``total`` stands, for a customer whom the rules give ``level``.

    >>> standing(Ladder(((1, 80), (2, 50)), margin=5), 76.5, 1)
    Standing(reached=2, held=True, floor=75, next_key=None, missing=0.0)
    >>> standing(Ladder(((1, 80), (2, 50)), margin=5), 76.5, 2)
    Standing(reached=2, held=False, floor=45, next_key=1, missing=3.5)
    """
    places = {key: place for place, (key, _lower) in enumerate(ladder.steps)}
    place = places.get(level, len(ladder.steps))
    lower = ladder.steps[place][1] if level in places else None
    next_key, border = ladder.steps[place - 1] if place else (None, total)
    return Standing(
        reached=ladder.reach(total),
        held=lower is not None and total < lower,
        floor=None if lower is None else max(lower - ladder.margin, 0),
        next_key=next_key,
        missing=round(max(border - total, 0.0), _DECIMALS),
    )
