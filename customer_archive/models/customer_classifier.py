from collections import Counter

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CLOSED, LEVEL, LIFECYCLE, PUBLISHED, TAG
from ..rows import as_relation
from ..tools import lifecycle, scoring
from ..tools.ruling import ClassRules, LevelRules, TagRule, Verdict

# Beside the columns of the contact: what the history of a verdict tells.
_HISTORY = {
    "old_level": "int4",
    "old_stage": "varchar",
    "score": "numeric",
    "details": "jsonb",
    "rule_set": "int4",
    "user_id": "int4",
    "reason": "varchar",
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
            *self._get_manual_fields(),
            "customer_lifecycle_computed", "customer_lifecycle_manual", "customer_lifecycle",
        )

    @api.model
    def _get_watched_fields(self, rules):
        """Hook: fields of the contact whose change classes a customer anew, as a set.

        Whoever extends ``_get_lifecycle_source`` by facts on the contact names their fields here.

        :param rules: ``ClassRules`` in force
        """
        definitions = self.env["customer.level.criterion"]._get_metrics(fields.Date.today())
        names = {name for metric in rules.metrics for name in definitions[metric]["fields"]}
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
        metrics = sorted(rules.metrics)
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
        values, total, computed = {}, None, row["customer_level_computed_id"]
        if level:
            values = {c.metric: row["metric", c.metric] for c in level.criteria}
            total = scoring.total(values, level.criteria)
            computed = level.ladder.level(total, computed)
        until = row["customer_level_manual_until"]
        expired = bool(row["customer_level_manual_id"] and until and until < today)
        by_hand = None if expired else row["customer_level_manual_id"]
        stage = self._judge_stage(row, bounds, today)
        return Verdict(
            row, level, values, total, computed, by_hand, expired, stage,
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
        rows = self._read_customers(scope, rules, today)
        bounds = self._get_bounds() if rows and "last_date" in rows[0] else {}
        return [self._judge(row, rules, bounds, today) for row in rows]

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
        """Store verdicts that differ, and their history; return a ``Counter``."""
        expired = self.env._("The level set by hand has expired.")
        self._store([self._prepare_row(verdict, expired) for verdict in verdicts])
        self._end_expired([v.row["id"] for v in verdicts if v.expired])
        # sudo: as in _read_customers
        partners = self.env["res.partner"].sudo().browse([verdict.row["id"] for verdict in verdicts])
        partners.invalidate_recordset([*verdicts[0].stored_values, *self._get_manual_fields()], flush=False)
        partners.modified(["customer_level_id", "customer_lifecycle"])
        self.env["customer.classification"]._forget(partners)
        return Counter(
            {
                LEVEL: sum(verdict.moves_level for verdict in verdicts),
                LIFECYCLE: sum(verdict.moves_stage for verdict in verdicts),
            }
        )

    @api.model
    def _get_manual_fields(self):
        return (
            "customer_level_manual_id", "customer_level_manual_until", "customer_level_manual_reason",
            "customer_level_manual_by", "customer_level_imported",
        )

    @api.model
    def _store(self, rows):
        """Write what verdicts say on the contacts, end the classes they had, and note the new ones, in one statement.

        :param rows: list of dict as in ``_prepare_row``
        """
        columns = {name: self.env["res.partner"]._fields[name].column_type[0] for name in Verdict.STORED}
        assignments = [SQL("%s = v.%s", name, name) for name in map(SQL.identifier, columns)]
        # The rows are ended before others open: one of a kind is open at any time.
        self.env.cr.execute(
            SQL(
                """WITH v AS MATERIALIZED (SELECT v.* FROM %(rows)s),
                        written AS (UPDATE res_partner p SET %(assignments)s FROM v WHERE p.id = v.id),
                        moved AS (SELECT id, %(level)s AS dimension, score, details, rule_set, user_id, reason,
                                         old_level, customer_level_id AS new_level,
                                         NULL AS old_stage, NULL AS new_stage
                                    FROM v WHERE old_level IS DISTINCT FROM customer_level_id
                               UNION ALL
                                  SELECT id, %(lifecycle)s, NULL, NULL, NULL, NULL, NULL,
                                         NULL, NULL, old_stage, customer_lifecycle
                                    FROM v WHERE old_stage IS DISTINCT FROM customer_lifecycle),
                        ended AS (UPDATE customer_classification c SET date_end = %(now)s FROM moved m
                                   WHERE c.partner_id = m.id AND c.dimension = m.dimension AND c.date_end IS NULL
                               RETURNING 1)
                   INSERT INTO customer_classification
                               (partner_id, dimension, score, details, rule_set_id, user_id, reason,
                                old_level_id, new_level_id, old_lifecycle, new_lifecycle, date_from)
                   SELECT m.*, %(now)s FROM moved m WHERE (SELECT count(*) FROM ended) >= 0""",
                rows=as_relation(rows, {"id": "int4", **columns, **_HISTORY}),
                assignments=SQL(", ").join(assignments), now=fields.Datetime.now(), level=LEVEL, lifecycle=LIFECYCLE,
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
    def _prepare_row(self, verdict, expired):
        """What is stored of one verdict: columns of the contact, classes so far, and why the level is another."""
        row = verdict.row
        stored = {
            "id": row["id"], **verdict.stored_values,
            "old_level": row["customer_level_id"], "old_stage": row["customer_lifecycle"],
        }
        if not verdict.moves_level:
            return stored
        if verdict.by_hand:
            return {
                **stored, "user_id": row["customer_level_manual_by"], "reason": row["customer_level_manual_reason"]
            }
        return {
            **stored,
            "score": verdict.total,
            "details": verdict.details,
            "rule_set": verdict.rules.id if verdict.rules else None,
            "reason": expired if verdict.expired else None,
        }
