"""Where a customer stands in the life cycle, from the dates of what they did."""

from dataclasses import dataclass
from datetime import date

POTENTIAL = "potential"
ACTIVE = "active"
DORMANT = "dormant"
LOST = "lost"


@dataclass(frozen=True)
class Bounds:
    """Days since the last purchase after which a customer is dormant and lost."""

    dormant: int
    lost: int

    def __post_init__(self) -> None:
        if not 0 < self.dormant < self.lost:
            raise ValueError("a customer is dormant before they are lost")


def stage(last: date | None, today: date, bounds: Bounds) -> str:
    """The stage of a customer whose last purchase was on ``last`` (None: never).

    >>> stage(date(2026, 1, 1), date(2026, 3, 1), Bounds(180, 365))
    'active'
    """
    if last is None:
        return POTENTIAL
    days = (today - last).days
    if days >= bounds.lost:
        return LOST
    return DORMANT if days >= bounds.dormant else ACTIVE
