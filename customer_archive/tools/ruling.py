"""Class rules ready to be applied, and what they say of one customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

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

    @property
    def metrics(self) -> set[str]:
        """What the levels are made of."""
        return {criterion.metric for rules in self.levels.values() for criterion in rules.criteria}

    def level_for(self, company: int | None) -> LevelRules | None:
        """The level rules of a company: its own, else those for all."""
        return self.levels.get(company or 0) or self.levels.get(0)


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one customer, beside what is stored (``row``); ``values`` are those of the metrics."""

    # Columns of the contact that are written.
    STORED: ClassVar[tuple[str, ...]] = (
        "customer_level_computed_id", "customer_level_score", "customer_level_rule_set_id", "customer_level_id",
        "customer_lifecycle_computed", "customer_lifecycle",
    )

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
        """The score with what each criterion brought."""
        return scoring.score(self.values, self.rules.criteria) if self.rules else None

    @property
    def details(self) -> list[dict]:
        """What each criterion brought, as plain data; made where it is asked for, as most customers do not change."""
        parts = scoring.parts(self.values, self.rules.criteria) if self.rules else ()
        return [dict(vars(part)) for part in parts]

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        row = self.row
        return self.expired or any(row[name] != value for name, value in self.stored_values.items())

    @property
    def moves_level(self) -> bool:
        """Whether another level counts from now on."""
        return self.effective != self.row["customer_level_id"]

    @property
    def moves_stage(self) -> bool:
        """Whether another stage of the life cycle counts from now on."""
        return self.stage != self.row["customer_lifecycle"]

    @cached_property
    def stored_values(self) -> dict:
        """Column of the contact → value."""
        rule_set = self.rules.id if self.rules else None
        values = (self.computed, self.total or 0.0, rule_set, self.effective, self.stage_computed, self.stage)
        return dict(zip(self.STORED, values, strict=True))
