"""Scores from weighted criteria, and levels from scores.

A metric's value falls into a band, the band gives points (0 to 100), the weights add them up to a score (0 to 100), and
the score reaches a level. Nothing here knows where values come from.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What becomes of a criterion whose value nobody knows.
SKIP = "skip"  # the other criteria share its weight
POINTS = "points"  # it counts with points of its own
HOLD = "hold"  # no score at all

# Scores are rounded before they are compared, so that sums of thirds reach the border they are meant to reach.
_DECIMALS = 2


@dataclass(frozen=True)
class Criterion:
    """One criterion: ``lower`` bounds are inclusive and ascend, ``points`` belong to them place by place.

    A value below the first bound gets no points. ``weight`` is in percent; ``missing_points`` count with ``POINTS``.
    """

    metric: str
    weight: float
    lower: tuple[float, ...]
    points: tuple[float, ...]
    missing: str = SKIP
    missing_points: float = 0.0

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError("criteria need positive weights")

    def judge(self, value: float | None) -> float | None:
        """Points with which a value counts, known or not; None where the criterion is left out."""
        if value is not None:
            return self.rate(value)
        return self.missing_points if self.missing == POINTS else None

    def rate(self, value: float) -> float:
        """Points of a value.

        >>> Criterion("tenure", 100, (0, 12, 36), (0, 40, 100)).rate(12)
        40
        """
        place = bisect_right(self.lower, value)
        return self.points[place - 1] if place else 0.0


@dataclass(frozen=True)
class Part:
    """What one criterion brought: ``value`` None where it is missing, ``share`` the weight it counted with."""

    metric: str
    value: float | None
    points: float | None
    share: float


@dataclass(frozen=True)
class Score:
    """The sum, None where a missing value holds it back or nothing is known, and its parts in their order."""

    total: float | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Ladder:
    """Levels from the best down: (key, inclusive lower bound of the score), and the margin below a border.

    A customer falls from a level only when the score is more than ``margin`` below its border, so that nobody just
    under it goes up and down.
    """

    steps: tuple[tuple[int, float], ...]
    margin: float = 0.0

    def reach(self, total: float | None) -> int | None:
        """Key of the level that a score reaches, without regard to the present one.

        >>> Ladder(((1, 80), (2, 50), (3, 0))).reach(79.99)
        2
        """
        if total is None:
            return None
        return next((key for key, lower in self.steps if total >= lower), None)

    def level(self, total: float | None, present: int | None) -> int | None:
        """Key of the level of a score, where ``present`` is the level so far.

        >>> Ladder(((1, 80), (2, 50), (3, 0)), margin=5).level(76, 1)
        1
        """
        reached = self.reach(total)
        places = {key: place for place, (key, _lower) in enumerate(self.steps)}
        if total is None or present not in places or places.get(reached, len(places)) <= places[present]:
            return reached
        return present if total >= self.steps[places[present]][1] - self.margin else reached


def total(values: Mapping[str, float | None], criteria: Sequence[Criterion]) -> float | None:
    """The sum alone, for customers by the hundred thousand; see ``score``.

    >>> total({"tenure": 12}, [Criterion("tenure", 30, (0, 12), (0, 40)), Criterion("size", 70, (0,), (100,))])
    40.0
    """
    whole = weighed = 0.0
    for criterion in criteria:
        points = criterion.judge(values.get(criterion.metric))
        if points is not None:
            whole += criterion.weight
            weighed += criterion.weight * points
        elif criterion.missing == HOLD:
            return None
    return round(weighed / whole, _DECIMALS) if whole else None


def parts(values: Mapping[str, float | None], criteria: Sequence[Criterion]) -> tuple[Part, ...]:
    """What each criterion brings, in their order; ``values`` as in ``score``."""
    judged = [(c, (value := values.get(c.metric)), c.judge(value)) for c in criteria]
    whole = sum(criterion.weight for criterion, _value, points in judged if points is not None)
    return tuple(
        Part(criterion.metric, value, points, 0.0 if points is None else criterion.weight * 100 / whole)
        for criterion, value, points in judged
    )


def score(values: Mapping[str, float | None], criteria: Sequence[Criterion]) -> Score:
    """The score of one customer and what each criterion brought.

    :param values: value by metric; None or absent means that it is not known
    """
    return Score(total(values, criteria), parts(values, criteria))
