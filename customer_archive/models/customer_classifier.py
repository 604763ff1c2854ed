import json
from collections import Counter
from dataclasses import asdict, dataclass, field

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CLOSED, LEVEL, LIFECYCLE, PUBLISHED, TAG
from ..tools import lifecycle, scoring, tagging


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
    """What the rules say of one customer, beside what is stored (``row``)."""

    row: dict
    score: scoring.Score | None
    rules: LevelRules | None
    computed: int | None
    by_hand: int | None
    expired: bool
    stage_computed: str | None
    stage: str

    @property
    def effective(self) -> int | None:
        """The level that counts."""
        return self.by_hand or self.computed

    @property
    def details(self) -> list[dict]:
        """What each criterion brought."""
        return [asdict(part) for part in self.score.parts] if self.score else []

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        stored, row = self.stored_values, self.row
        return self.expired or any(row[name] != value for name, value in stored.items())

    @property
    def stored_values(self) -> dict:
        """Column of the contact → value."""
        return {
            "customer_level_computed_id": self.computed,
            "customer_level_score": (self.score.total or 0.0) if self.score else 0.0,
            "customer_level_rule_set_id": self.rules.id if self.rules else None,
            "customer_level_id": self.effective,
            "customer_lifecycle_computed": self.stage_computed,
            "customer_lifecycle": self.stage,
        }


class CustomerClassifier(models.AbstractModel):
    """Applies the published rules to sets of customers, in a number of queries that does not grow with the set.

    The same way serves one customer that was just edited, the nightly job and, without the writing, the try-out.
    """

    _name = "customer.classifier"
    _description = "Classification of Customers"

    #=== RULES ===#

    @api.model
    @tools.ormcache()
    def _get_rules(self):
        """The rules in force as ``ClassRules``, from the cache that every publication empties."""
        return self._read_rules()

    @api.model
    def _read_rules(self):
        """The rules in force as ``ClassRules``, from the database."""
        # sudo: rules count for every customer, whoever may read them
        published = self.env["customer.rule.set"].sudo().search([("state", "=", PUBLISHED)])
        return self._compile(published)

    @api.model
    def _compile(self, rule_sets):
        """Rule sets as ``ClassRules``, whatever their state."""
        levels = {s.company_id.id or 0: self._compile_level(s) for s in rule_sets if s.kind == LEVEL}
        tags = [rule for s in rule_sets if s.kind == TAG and s.taxonomy_id.active for rule in self._compile_tags(s)]
        return ClassRules(levels, tuple(tags))

    @api.model
    def _compile_level(self, rule_set):
        steps = rule_set.threshold_ids.sorted("lower", reverse=True)
        return LevelRules(
            rule_set.id,
            rule_set.company_id.id or 0,
            tuple(criterion._compile() for criterion in rule_set.criterion_ids),
            scoring.Ladder(tuple((step.level_id.id, step.lower) for step in steps), rule_set.margin),
        )

    @api.model
    def _compile_tags(self, rule_set):
        taxonomy = rule_set.taxonomy_id
        return [
            TagRule(
                rule.id, rule_set.id, rule_set.company_id.id or 0, rule.tag_id.id, taxonomy.id, taxonomy.is_exclusive,
                place, tuple(rule._parse()),
            )
            for place, rule in enumerate(rule_set.tag_rule_ids)
        ]

    #=== CUSTOMERS ===#

    @api.model
    def _get_scope(self):
        """Hook: which customers are classed, as a ``Domain``; closed archives keep the class they had."""
        return Domain([("archive_state", "not in", (False, CLOSED)), ("active", "=", True)])

    @api.model
    def _get_today(self):
        """The day up to which times are counted."""
        zone = self.env["res.company"]._get_class_timezone()
        return fields.Date.context_today(self.with_context(tz=zone))

    @api.model
    def _get_lifecycle_source(self, today):
        """Hook: the facts behind the life cycle.

        :return: ``SQL`` of a relation with at most one row per customer: ``partner_id``, ``last_date`` of a purchase
            (NULL: none yet), ``dormant_days`` and ``lost_days`` of this customer's own rhythm (NULL: those of the
            company); or None where no addon knows purchases: then a person sets the life cycle
        """
        return None

    @api.model
    def _get_customer_columns(self):
        """Columns of the contact that a verdict is compared with."""
        return (
            "customer_level_computed_id", "customer_level_score", "customer_level_rule_set_id", "customer_level_id",
            *self._get_manual_fields(), "customer_lifecycle_computed", "customer_lifecycle_manual", "customer_lifecycle",
        )

    @api.model
    def _get_watched_fields(self, rules):
        """Fields of the contact whose change classes a customer anew, as a set."""
        definitions = self.env["customer.level.criterion"]._get_metrics(self._get_today())
        metrics = {c.metric for level in rules.levels.values() for c in level.criteria}
        names = {name for metric in metrics for name in definitions[metric]["fields"]}
        for rule in rules.tags:
            names |= {c.field_expr.split(".")[0] for c in Domain(list(rule.domain)).iter_conditions()}
        return names | {"archive_state", "archive_company_id", "active", *self._get_customer_columns()}

    @api.model
    def _read_customers(self, scope, rules, today):
        """Stored classes and values of metrics of a set of customers, in one query.

        :param scope: ``Domain`` beside ``_get_scope``
        :return: list of dict by column, and by metric under ``("metric", name)``
        """
        # sudo: classes do not depend on who asks
        partners = self.env["res.partner"].sudo()
        definitions = self.env["customer.level.criterion"]._get_metrics(today)
        metrics = sorted({c.metric for level in rules.levels.values() for c in level.criteria})
        columns = ("id", "archive_company_id", *self._get_customer_columns())
        watched = {name for metric in metrics for name in definitions[metric]["fields"]}
        partners.flush_model({*columns[1:], *watched})
        chosen = partners._search(self._get_scope() & scope)
        joins = [join for metric in metrics if (join := definitions[metric].get("join"))]
        values = [SQL.identifier("p", name) for name in columns]
        values += [SQL("(%s)::float", definitions[metric]["value"]) for metric in metrics]
        source = self._get_lifecycle_source(today)
        facts = ("last_date", "dormant_days", "lost_days") if source else ()
        if source:
            joins.append(SQL("LEFT JOIN (%s) lc ON lc.partner_id = p.id", source))
            values += [SQL.identifier("lc", name) for name in facts]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM res_partner p %s WHERE p.id IN %s ORDER BY p.id",
                SQL(", ").join(values), SQL(" ").join(joins), chosen.subselect(),
            )
        )
        keys = [*columns, *(("metric", metric) for metric in metrics), *facts]
        return [dict(zip(keys, row, strict=True)) for row in rows]

    #=== VERDICTS ===#

    @api.model
    def _judge(self, row, rules, bounds, today):
        """What the rules say of one customer, as a ``Verdict``; ``row`` as in ``_read_customers``."""
        level = rules.level_for(row["archive_company_id"])
        score = computed = None
        if level:
            values = {c.metric: row["metric", c.metric] for c in level.criteria}
            score = scoring.score(values, level.criteria)
            computed = level.ladder.level(score.total, row["customer_level_computed_id"])
        else:
            computed = row["customer_level_computed_id"]
        until = row["customer_level_manual_until"]
        expired = bool(row["customer_level_manual_id"] and until and until < today)
        by_hand = None if expired else row["customer_level_manual_id"]
        stage = self._judge_stage(row, bounds, today)
        return Verdict(
            row, score, level, computed, by_hand, expired, stage,
            row["customer_lifecycle_manual"] or stage or lifecycle.POTENTIAL,
        )

    @api.model
    def _judge_stage(self, row, bounds, today):
        if "last_date" not in row:
            return None
        usual = bounds[row["archive_company_id"]]
        own = row["dormant_days"] and row["lost_days"] and lifecycle.Bounds(row["dormant_days"], row["lost_days"])
        return lifecycle.stage(row["last_date"], today, own or usual)

    @api.model
    def _get_bounds(self):
        """Days of the life cycle by company, as ``tools.lifecycle.Bounds``."""
        # sudo: settings of the company
        companies = self.env["res.company"].sudo().search([])
        bounds = {
            company.id: lifecycle.Bounds(company.customer_dormant_days, company.customer_lost_days)
            for company in companies
        }
        return {None: bounds[min(bounds)], **bounds}

    @api.model
    def _judge_all(self, scope, rules, today):
        """Verdicts on a set of customers (see ``_read_customers``), without writing anything."""
        bounds = self._get_bounds() if self._get_lifecycle_source(today) else {}
        return [self._judge(row, rules, bounds, today) for row in self._read_customers(scope, rules, today)]

    #=== CLASSIFICATION ===#

    @api.model
    def _classify(self, scope, rules=None, today=None):
        """Bring the classes of a set of customers in line with the rules, and note what changed in their history.

        :param scope: ``Domain`` of the customers
        :param rules: ``ClassRules``; by default those in force
        :return: (number of customers read, ``Counter`` of changes by dimension)
        """
        rules = rules or self._get_rules()
        today = today or self._get_today()
        verdicts = self._judge_all(scope, rules, today)
        changes = Counter()
        if changed := [verdict for verdict in verdicts if verdict.is_changed]:
            changes += self._write_verdicts(changed)
        if verdicts:
            changes += self._classify_tags(scope, rules)
        return len(verdicts), changes

    @api.model
    def _write_verdicts(self, verdicts):
        """Store verdicts that differ, and their history."""
        names = list(verdicts[0].stored_values)
        ids = [verdict.row["id"] for verdict in verdicts]
        partners = self.env["res.partner"].sudo().browse(ids)
        self._update_partners(ids, {name: [v.stored_values[name] for v in verdicts] for name in names})
        self._end_expired([v.row["id"] for v in verdicts if v.expired])
        partners.invalidate_recordset([*names, *self._get_manual_fields()])
        partners.modified(["customer_level_id", "customer_lifecycle"])
        expired = self.env._("The level set by hand has expired.")
        records = [record for verdict in verdicts for record in self._prepare_history(verdict, expired)]
        self.env["customer.classification"]._record(records)
        return Counter(record["dimension"] for record in records)

    @api.model
    def _get_manual_fields(self):
        return (
            "customer_level_manual_id", "customer_level_manual_until", "customer_level_manual_reason",
            "customer_level_manual_by", "customer_level_imported",
        )

    @api.model
    def _update_partners(self, ids, columns):
        """Set columns of contacts row by row in one statement.

        :param columns: dict of column → list of values in the order of ``ids``
        """
        types = {name: self.env["res.partner"]._fields[name].column_type[1] for name in columns}
        arrays = [SQL("%s::int[]", ids)]
        arrays += [SQL("%s::%s[]", columns[name], SQL(types[name].split("(")[0])) for name in columns]
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner p SET %s FROM unnest(%s) AS v(id, %s) WHERE p.id = v.id",
                SQL(", ").join(SQL("%s = v.%s", SQL.identifier(n), SQL.identifier(n)) for n in columns),
                SQL(", ").join(arrays),
                SQL(", ").join(SQL.identifier(name) for name in columns),
            )
        )

    @api.model
    def _end_expired(self, ids):
        """Take away levels set by hand whose time is over."""
        if not ids:
            return
        assignments = SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in self._get_manual_fields())
        self.env.cr.execute(SQL("UPDATE res_partner SET %s WHERE id IN %s", assignments, tuple(ids)))

    @api.model
    def _prepare_history(self, verdict, expired):
        """Records of the history for one verdict: level and life cycle, where they changed for the eye."""
        row = verdict.row
        common = {"partner_id": row["id"], "company_id": row["archive_company_id"]}
        if verdict.effective != row["customer_level_id"]:
            yield {
                **common,
                "dimension": LEVEL,
                "old_level_id": row["customer_level_id"],
                "new_level_id": verdict.effective,
                **(self._prepare_decision(row) if verdict.by_hand else self._prepare_ruling(verdict)),
                **({"reason": expired} if verdict.expired else {}),
            }
        if verdict.stage != row["customer_lifecycle"]:
            yield {
                **common,
                "dimension": LIFECYCLE,
                "old_lifecycle": row["customer_lifecycle"],
                "new_lifecycle": verdict.stage,
            }

    @api.model
    def _prepare_decision(self, row):
        return {"user_id": row["customer_level_manual_by"], "reason": row["customer_level_manual_reason"]}

    @api.model
    def _prepare_ruling(self, verdict):
        return {
            "score": verdict.score.total if verdict.score else None,
            "details": json.dumps(verdict.details),
            "rule_set_id": verdict.rules.id if verdict.rules else None,
        }

    #=== TAGS ===#

    @api.model
    def _classify_tags(self, scope, rules):
        """Set and take away the tags of rules; return a ``Counter``."""
        plan = self._plan_tags(scope, rules)
        if not plan:
            return Counter()
        Assignment = self.env["customer.tag.assignment"].sudo()
        lost = [(partner, tag) for partner, (_gained, lost) in plan.items() for tag in sorted(lost)]
        gained = [(partner, tag, rule) for partner, (new, _lost) in plan.items() for tag, rule in sorted(new.items())]
        Assignment._exchange(gained, lost)
        self.env["customer.classification"]._record_tags(gained, lost)
        return Counter({TAG: len(gained) + len(lost)})

    @api.model
    def _plan_tags(self, scope, rules):
        """What the rules change on the tags of a set of customers, without writing anything.

        :return: dict of partner id → (dict of tag to set → rule, set of tags to take away), of customers that change
        """
        ruled = frozenset(rule.taxonomy for rule in rules.tags)
        held = self._read_held(scope, ruled)
        wishes = self._read_wishes(scope, rules)
        plan = {}
        for partner in sorted(held.keys() | wishes.keys()):
            gained, lost = tagging.settle(wishes.get(partner, ()), held.get(partner, ()), ruled)
            if gained or lost:
                plan[partner] = (gained, lost)
        return plan

    @api.model
    def _read_wishes(self, scope, rules):
        """Which rules match which customers, in one query: dict of partner id → list of ``tools.tagging.Wish``."""
        # sudo: rules see the customer as it is, whoever asks
        partners = self.env["res.partner"].sudo().with_context(tz=self.env["res.company"]._get_class_timezone())
        selects = []
        for place, rule in enumerate(rules.tags):
            chosen = self._get_scope() & scope & Domain(list(rule.domain))
            if rule.company:
                chosen &= Domain("archive_company_id", "=", rule.company)
            elif own := self._get_own_companies(rule, rules):
                chosen &= Domain("archive_company_id", "not in", own)
            query = partners._search(chosen)
            selects.append(query.select(SQL("%s::int", place), SQL.identifier(query.table, "id")))
        if not selects:
            return {}
        found = {}
        for place, partner in self.env.execute_query(SQL(" UNION ALL ").join(selects)):
            rule = rules.tags[place]
            wish = tagging.Wish(rule.id, rule.tag, rule.taxonomy, rule.exclusive, rule.priority)
            found.setdefault(partner, []).append(wish)
        return found

    @api.model
    def _get_own_companies(self, rule, rules):
        """Companies with rules of their own for the taxonomy of a rule for all companies."""
        return sorted({other.company for other in rules.tags if other.taxonomy == rule.taxonomy and other.company})

    @api.model
    def _read_held(self, scope, taxonomies):
        """Tags of these taxonomies on a set of customers: dict of partner id → list of ``tools.tagging.Held``.

        Tags that rules set and that no rules stand for any more are read as well, so that they go.
        """
        partners = self.env["res.partner"].sudo()._search(self._get_scope() & scope)
        rows = self.env.execute_query(
            SQL(
                """SELECT a.partner_id, a.tag_id, t.taxonomy_id, a.rule_id
                     FROM customer_tag_assignment a JOIN customer_tag t ON t.id = a.tag_id
                    WHERE a.partner_id IN %s AND t.taxonomy_id IN %s""",
                partners.subselect(), tuple(taxonomies) or (0,),
            )
        )
        found = {}
        for partner, tag, taxonomy, rule in rows:
            found.setdefault(partner, []).append(tagging.Held(tag, taxonomy, rule))
        return found
