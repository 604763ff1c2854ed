"""Class rules ready to be applied, and what they say of one customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from . import scoring


@dataclass(frozen=True)
class LevelRules:
    """A version of level rules, ready to be applied."""

    id: int
    company: int
    criteria: tuple[scoring.Criterion, ...]
    ladder: scoring.Ladder


@dataclass(frozen=True)
class TagRule:
    """A rule of a tag, ready to be applied; ``domain`` in the form that Domain() takes."""

    id: int
    rule_set: int
    company: int
    tag: int
    taxonomy: int
    exclusive: bool
    priority: int
    domain: tuple


@dataclass(frozen=True)
class ClassRules:
    """The rules in force: levels by company (0: for all), rules of tags, and which taxonomies have some."""

    levels: dict[int, LevelRules] = field(default_factory=dict)
    tags: tuple[TagRule, ...] = ()

    @property
    def version(self) -> str:
        """What tells two sets of rules apart."""
        ids = {rules.id for rules in self.levels.values()} | {rule.rule_set for rule in self.tags}
        return ",".join(map(str, sorted(ids)))

    def level_for(self, company: int | None) -> LevelRules | None:
        """The level rules of a company: its own, else those for all."""
        return self.levels.get(company or 0) or self.levels.get(0)


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one customer, beside what is stored (``row``); ``values`` are those of the metrics."""

    row: Mapping
    rules: LevelRules | None
    values: Mapping[str, float | None]
    total: float | None
    computed: int | None
    by_hand: int | None
    expired: bool
    stage_computed: str | None
    stage: str

    @property
    def effective(self) -> int | None:
        """The level that counts."""
        return self.by_hand or self.computed

    @cached_property
    def score(self) -> scoring.Score | None:
        """The score with what each criterion brought; made where it is asked for, as most customers do not change."""
        return scoring.score(self.values, self.rules.criteria) if self.rules else None

    @property
    def details(self) -> list[dict]:
        """What each criterion brought, as plain data."""
        return [dict(vars(part)) for part in self.score.parts] if self.score else []

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        row = self.row
        return self.expired or any(row[name] != value for name, value in self.stored_values.items())

    @cached_property
    def stored_values(self) -> dict:
        """Column of the contact → value."""
        return {
            "customer_level_computed_id": self.computed,
            "customer_level_score": self.total or 0.0,
            "customer_level_rule_set_id": self.rules.id if self.rules else None,
            "customer_level_id": self.effective,
            "customer_lifecycle_computed": self.stage_computed,
            "customer_lifecycle": self.stage,
        }
