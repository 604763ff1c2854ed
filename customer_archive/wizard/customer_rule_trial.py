from collections import Counter

from markupsafe import Markup
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CELL_ANY, CELL_OTHER, LEVEL
from ..rows import as_relation
from ..tools import matrix, policy

BATCH_SIZE = 10_000
MOVES = [
    ("up", "Better level"),
    ("down", "Worse level"),
    ("new", "Gets a class"),
    ("out", "Loses the class"),
    ("change", "Another tag"),
]


class CustomerRuleTrial(models.TransientModel):
    """What a version of class rules would change: who moves where, by team and region. Customers stay as they are."""

    _name = "customer.rule.trial"
    _inherit = ["customer.cell.mixin"]
    _description = "Try-out of Class Rules"

    rule_set_id = fields.Many2one("customer.rule.set", required=True, ondelete="cascade", readonly=True)
    kind = fields.Selection(related="rule_set_id.kind")
    state = fields.Selection(related="rule_set_id.state")
    line_ids = fields.One2many("customer.rule.trial.line", "trial_id", "Who Moves", readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    move_count = fields.Integer("Would Move", readonly=True)
    held_count = fields.Integer("Held by Hand", readonly=True, help="Customers whose level a person set: they stay.")
    movement = fields.Json(readonly=True)
    by_team = fields.Json(compute="_compute_groups")
    by_region = fields.Json(compute="_compute_groups")
    meaning = fields.Html("What It Means", compute="_compute_meaning", sanitize=False)

    @api.depends("rule_set_id.display_name")
    def _compute_display_name(self):
        for trial in self:
            trial.display_name = self.env._("Try-out of %s", trial.rule_set_id.display_name)

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_groups(self):
        labels = dict(self.env["customer.rule.trial.line"]._fields["move"]._description_selection(self.env))
        for trial in self:
            for name, key in (("by_team", "team_id"), ("by_region", "region_id")):
                trial[name] = trial._count_moves(key, labels)

    def _count_moves(self, key, labels):
        """Moves by team or region as a table for the screen: the names of its columns, and its rows."""
        groups = self.env["customer.rule.trial.line"]._read_group(
            [("trial_id", "=", self.id)], [key, "move"], ["__count"]
        )
        kinds = [move for move, _label in MOVES if move in {move for _record, move, _count in groups}]
        counts = {(record.id, move): count for record, move, count in groups}
        names = {record.id: record.display_name or self.env._("None") for record, _move, _count in groups}
        rows = [
            {"key": record_id, "name": name, "cells": [counts.get((record_id, move), 0) for move in kinds]}
            for record_id, name in names.items()
        ]
        return {"columns": [labels[move] for move in kinds], "rows": rows}

    @api.depends("movement")
    @api.depends_context("lang")
    def _compute_meaning(self):
        for trial in self:
            classes = (trial.movement or {}).get("columns") or []
            lines = [Markup("<li><b>%s</b>: %s</li>") % pair for pair in trial._get_meanings(classes) if pair[1]]
            trial.meaning = lines and Markup("<ul class='mb-0'>%s</ul>") % Markup("").join(lines)

    def _get_meanings(self, classes):
        """What the policies say about each class: list of (name, sentence); ``classes`` as in the table of movement."""
        Policy = self.env["customer.policy"]
        company = self.rule_set_id.company_id.id or self.env.company.id
        keys = [entry["key"] for entry in classes if entry["key"]]
        if self.kind == LEVEL:
            asked = {key: policy.Customer(company, level=key) for key in keys}
        else:
            places = Policy._get_tag_places(self.env["customer.tag"].browse(keys))
            asked = {key: policy.Customer(company, tags=place.line) for key, place in places.items()}
        policies = Policy._get_policies()
        said = {key: Policy._resolve(customer, policies) for key, customer in asked.items()}
        sentences = {
            key: Policy._format_policy_values({name: value.value for name, value in values.items()})
            for key, values in said.items()
        }
        return [(entry["name"], sentences.get(entry["key"], "")) for entry in classes]

    #=== RUN ===#

    def _run(self):
        """Judge every customer that the version decides on, batch by batch, and keep who would move."""
        self.ensure_one()
        classifier = self.env["customer.classifier"]
        rules, scope = self.rule_set_id._get_trial_rules(), self.rule_set_id._get_trial_scope()
        today = classifier._get_today()
        counts, pairs, lines, cursor = Counter(), Counter(), [], 0
        judge = self._judge_levels if self.kind == LEVEL else self._judge_tags
        while ids := self._get_next_ids(scope, cursor):
            window = scope & Domain("id", ">=", ids[0]) & Domain("id", "<=", ids[-1])
            judge(window, rules, today, counts, pairs, lines)
            counts["customers"] += len(ids)
            cursor = ids[-1]
        self._store(counts, pairs, lines)

    @api.model
    def _get_next_ids(self, scope, cursor):
        # sudo: rules decide on every customer; whoever tries them out sees all customers
        partners = self.env["res.partner"].sudo()
        domain = self.env["customer.classifier"]._get_scope() & scope & Domain("id", ">", cursor)
        return partners._search(domain, order="id", limit=BATCH_SIZE).get_result_ids()

    def _judge_levels(self, window, rules, today, counts, pairs, lines):
        places = {level: place for place, level in enumerate(self._get_levels().ids)}
        for verdict in self.env["customer.classifier"]._judge_all(window, rules, today):
            old, new = verdict.row["customer_level_id"], verdict.effective
            pairs[old or 0, new or 0] += 1
            counts["held"] += bool(verdict.by_hand)
            if old != new:
                lines.append(
                    {
                        "partner_id": verdict.row["id"],
                        "old_level_id": old,
                        "new_level_id": new,
                        "move": _get_move(old, new, places),
                        "score": verdict.total,
                        "details": verdict.details,
                    }
                )

    def _judge_tags(self, window, rules, _today, _counts, pairs, lines):
        classifier = self.env["customer.classifier"]
        for partner, (gained, lost) in classifier._plan_tags(window, rules).items():
            # in an exclusive taxonomy one tag takes the place of the other; elsewhere each comes or goes alone
            replaced = self.rule_set_id.taxonomy_id.is_exclusive and gained and lost
            changes = [(min(lost), min(gained))] if replaced else [(None, tag) for tag in sorted(gained)]
            changes += [] if replaced else [(tag, None) for tag in sorted(lost)]
            for old, new in changes:
                pairs[old or 0, new or 0] += 1
                move = "change" if old and new else "new" if new else "out"
                lines.append({"partner_id": partner, "old_tag_id": old, "new_tag_id": new, "move": move})

    def _store(self, counts, pairs, lines):
        self.write(
            {
                "customer_count": counts["customers"],
                "move_count": len({line["partner_id"] for line in lines}),
                "held_count": counts["held"],
                "movement": matrix.matrix(pairs, self._get_classes(), ordered=self.kind == LEVEL),
            }
        )
        self.env["customer.rule.trial.line"]._insert(self, lines)

    @api.model
    def _get_levels(self):
        # archived levels still stand on customers
        return self.env["customer.level"].sudo().with_context(active_test=False).search([])

    def _get_classes(self):
        """Classes as rows and columns of the table, the best first; key 0 stands for none."""
        records = self._get_levels()
        if self.kind != LEVEL:
            records = self.rule_set_id.taxonomy_id.with_context(active_test=False).tag_ids
        classes = [{"key": record.id, "name": record.display_name, "color": record.color} for record in records]
        return [*classes, {"key": 0, "name": self.env._("None"), "color": 0}]

    #=== SCREENS ===#

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try-out"),
            "res_model": "customer.rule.trial",
            "res_id": self.id,
            "views": [(False, "form")],
            "context": {**self.env.context, "form_view_initial_mode": "readonly", "create": False},
        }

    def action_open_cell(self, old_key, new_key):
        """Open who would move from one class to another, or who stays in it.

        :param old_key: id of the class before, 0 for none, False for any
        :param new_key: id of the class after
        """
        self.ensure_one()
        old, new = self._read_keys(old_key, new_key)
        self._get_cell_names(old, new)
        # totals of levels count those who stay; a table of tags counts nobody but those who move
        if (old == new != CELL_ANY) or (self.kind == LEVEL and CELL_ANY in (old, new)):
            return self._open_cell(old, new)
        return self._open_lines(self._get_lines_domain(old, new))

    def _get_lines_domain(self, old, new):
        names = ("old_level_id", "new_level_id") if self.kind == LEVEL else ("old_tag_id", "new_tag_id")
        return Domain.AND(
            Domain(name, "=", key or False)
            for name, key in zip(names, (old, new), strict=True)
            if key not in (CELL_ANY, CELL_OTHER)
        )

    def _get_cell_domain(self, old, new):
        if old == new != CELL_ANY:
            return self._get_stay_domain(old)
        moved = self._get_moved_domain(self._get_lines_domain(old, new))
        if CELL_ANY not in (old, new):
            return moved
        return moved | self._get_stay_domain(new if old == CELL_ANY else old)

    def _get_moved_domain(self, domain):
        """The customers of lines, as a ``Domain``; none of the lines is read."""
        lines = self.env["customer.rule.trial.line"]._search(Domain("trial_id", "=", self.id) & domain)
        chosen = lines.subselect(SQL.identifier(lines.table, "partner_id"))
        return Domain.custom(to_sql=lambda _model, alias, _query: SQL("%s IN %s", SQL.identifier(alias, "id"), chosen))

    def _get_stay_domain(self, key):
        """The customers that were judged and stay in a class, or in any, as a ``Domain``."""
        name = "customer_level_id" if self.kind == LEVEL else "customer_tag_ids"
        judged = self.env["customer.classifier"]._get_scope() & self.rule_set_id._get_trial_scope()
        held = Domain.TRUE if key == CELL_ANY else Domain(name, "=", key or False)
        return judged & held & ~self._get_moved_domain(Domain.TRUE)

    def _open_lines(self, domain):
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_rule_trial_line_action")
        return dict(action, domain=[("trial_id", "=", self.id), *domain], context={"trial_kind": self.kind})

    def action_view_lines(self):
        """Open everybody who would move."""
        self.ensure_one()
        return self._open_lines([])

    def action_publish(self):
        """Publish the version that was tried out."""
        self.ensure_one()
        self.rule_set_id.action_publish()
        return self.rule_set_id.get_formview_action()


class CustomerRuleTrialLine(models.TransientModel):
    """A customer that would move, and why."""

    _name = "customer.rule.trial.line"
    _description = "Customer That Would Move"
    _order = "trial_id, move, partner_id"

    trial_id = fields.Many2one("customer.rule.trial", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Owner", ondelete="cascade")
    team_id = fields.Many2one("crm.team", ondelete="cascade")
    region_id = fields.Many2one("customer.region", ondelete="cascade")
    move = fields.Selection(MOVES)
    old_level_id = fields.Many2one("customer.level", "From Level", ondelete="cascade")
    new_level_id = fields.Many2one("customer.level", "To Level", ondelete="cascade")
    old_tag_id = fields.Many2one("customer.tag", "From Tag", ondelete="cascade")
    new_tag_id = fields.Many2one("customer.tag", "To Tag", ondelete="cascade")
    score = fields.Float(digits=(16, 2), aggregator="avg")
    details = fields.Json(exportable=False)
    reason = fields.Char("Why", compute="_compute_reason")

    @api.depends("details")
    @api.depends_context("lang")
    def _compute_reason(self):
        Criterion = self.env["customer.level.criterion"]
        for line in self:
            line.reason = Criterion._explain(line.details or [])

    @api.model
    def _insert(self, trial, lines):
        """Store lines in one statement, with team, owner and region of their customers."""
        if not lines:
            return
        self.env["res.partner"].flush_model(["user_id", "archive_team_id", "customer_region_id"])
        types = {
            "partner_id": "int4", "old_level_id": "int4", "new_level_id": "int4", "old_tag_id": "int4",
            "new_tag_id": "int4", "move": "varchar", "score": "float8", "details": "jsonb",
        }
        names = SQL(", ").join(map(SQL.identifier, types))
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_rule_trial_line
                          (trial_id, create_uid, write_uid, create_date, write_date, user_id, team_id, region_id, %s)
                   SELECT %s, %s, %s, %s, %s, p.user_id, p.archive_team_id, p.customer_region_id, v.*
                     FROM %s JOIN res_partner p ON p.id = v.partner_id""",
                names, trial.id, self.env.uid, self.env.uid, self.env.cr.now(), self.env.cr.now(),
                as_relation(lines, types),
            )
        )
        trial.invalidate_recordset(["line_ids", "by_team", "by_region"])

    def action_open_customer(self):
        """Open the archive of the customer."""
        self.ensure_one()
        return self.partner_id.action_open_archive()


def _get_move(old, new, places):
    if not old:
        return "new"
    if not new:
        return "out"
    return "up" if places[new] < places[old] else "down"
