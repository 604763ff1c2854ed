from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..const import CELL_ANY, CELL_OTHER, CLASS_DIMENSIONS, LEVEL, LIFECYCLE, TAG
from ..tools import matrix

# Column of the history that holds the class, by dimension.
_COLUMNS = {LEVEL: "new_level_id", LIFECYCLE: "new_lifecycle", TAG: "new_tag_id"}


class CustomerMovement(models.TransientModel):
    """How many customers went from which class to which between two days: of those that the person may read."""

    _name = "customer.movement"
    _inherit = ["customer.cell.mixin"]
    _description = "Movement between Classes"

    date_from = fields.Date("From Day", required=True, default=lambda self: self._get_today() - relativedelta(months=3))
    date_to = fields.Date("To Day", required=True, default=lambda self: self._get_today())
    dimension = fields.Selection(CLASS_DIMENSIONS, "Class", required=True, default=LEVEL)
    taxonomy_id = fields.Many2one(
        "customer.taxonomy", compute="_compute_taxonomy_id", store=True, readonly=False, ondelete="cascade",
        domain="[('is_exclusive', '=', True)]", help="Taxonomies with one tag per customer.",
    )
    region_id = fields.Many2one("customer.region", ondelete="cascade")
    team_id = fields.Many2one("crm.team", "Responsible Team", ondelete="cascade")
    user_id = fields.Many2one("res.users", "Owner", ondelete="cascade")
    fault = fields.Char(compute="_compute_movement")
    movement = fields.Json(compute="_compute_movement", exportable=False)
    sizes = fields.Json("Before and After", compute="_compute_movement", exportable=False)

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for movement in self:
            days = [format_date(self.env, day) if day else "…" for day in (movement.date_from, movement.date_to)]
            movement.display_name = " – ".join(days)

    @api.depends("dimension")
    def _compute_taxonomy_id(self):
        for movement in self:
            if movement.dimension != TAG:
                movement.taxonomy_id = False
            elif not movement.taxonomy_id:
                movement.taxonomy_id = self.env["customer.taxonomy"].search([("is_exclusive", "=", True)], limit=1)

    @api.depends("date_from", "date_to", "dimension", "taxonomy_id", "region_id", "team_id", "user_id")
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_movement(self):
        for movement in self:
            movement.fault = movement._get_fault()
            movement.movement = False if movement.fault else movement._get_matrix()
            movement.sizes = movement.movement and movement._get_sizes(movement.movement)

    #=== CHECKS ===#

    @api.model
    def _get_today(self):
        return fields.Date.context_today(self)

    def _get_fault(self):
        """Why there is no movement to show, as a sentence; an empty text where there is one."""
        self.ensure_one()
        if not (self.date_from and self.date_to and self.dimension):
            return self.env._("Choose two days and a class.")
        if self.date_from > self.date_to:
            return self.env._(
                "The first day (%(first)s) is later than the last one (%(last)s).",
                first=format_date(self.env, self.date_from),
                last=format_date(self.env, self.date_to),
            )
        if self.date_to > self._get_today():
            day = format_date(self.env, self.date_to)
            return self.env._("%s is still to come: choose today or an earlier day.", day)
        if self.dimension == TAG and not self.taxonomy_id.is_exclusive:
            return self.env._("Choose a taxonomy with one tag per customer.")
        return ""

    @api.constrains("date_from", "date_to", "dimension", "taxonomy_id")
    def _check_fault(self):
        for movement in self:
            if fault := movement._get_fault():
                raise ValidationError(fault)

    #=== FIGURES ===#

    def _get_customer_domain(self):
        """Hook: the customers that are looked at, as a ``Domain``; those that the person may not read are left out."""
        self.ensure_one()
        domain = Domain("archive_state", "!=", False)
        if self.region_id:
            domain &= Domain("customer_region_id", "child_of", self.region_id.id)
        if self.team_id:
            domain &= Domain("archive_team_id", "=", self.team_id.id)
        if self.user_id:
            domain &= Domain("user_id", "=", self.user_id.id)
        return domain

    def _get_history_domain(self, first, last):
        """The rows of the history that held at one of two moments at least, as a ``Domain``."""
        customers = self.env["res.partner"]._search(self._get_customer_domain())
        tags = Domain("taxonomy_id", "=", self.taxonomy_id.id) if self.dimension == TAG else Domain.TRUE
        return (
            Domain("dimension", "=", self.dimension)
            & tags
            & Domain("partner_id", "in", customers)
            & Domain("date_from", "<", last)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", first))
        )

    def _get_moves(self) -> SQL:
        """Relation of ``partner_id``, ``old`` and ``new`` class at the end of both days, NULL for none.

        Both searches are the person's own, so that no row counts that they may not read. Customers without a class on
        both days are left out.
        """
        first, last = (self._get_end(day) for day in (self.date_from, self.date_to))
        history = self.env["customer.classification"]
        query = history._search(self._get_history_domain(first, last))
        table = query.table
        held = [
            # one row at most holds at a time; only a taxonomy that had several tags per customer once has more
            SQL(
                "max(%s) FILTER (WHERE %s < %s AND (%s IS NULL OR %s >= %s))",
                SQL.identifier(table, _COLUMNS[self.dimension]), SQL.identifier(table, "date_from"), moment,
                SQL.identifier(table, "date_end"), SQL.identifier(table, "date_end"), moment,
            )
            for moment in (first, last)
        ]
        query.groupby = SQL.identifier(table, "partner_id")
        query.having = SQL("%s IS NOT NULL OR %s IS NOT NULL", *held)
        history.flush_model()
        return query.select(
            SQL.identifier(table, "partner_id"), SQL("%s AS old", held[0]), SQL("%s AS new", held[1])
        )

    @api.model
    def _get_end(self, day):
        return self.env["customer.classification"]._get_day_end(day, self.env.tz)

    def _get_matrix(self):
        """The movement in the form of ``tools.matrix``."""
        rows = self.env.execute_query(
            SQL("SELECT old, new, count(*) FROM (%s) AS moves GROUP BY old, new", self._get_moves())
        )
        pairs = {(old or matrix.NONE, new or matrix.NONE): number for old, new, number in rows}
        # stages of the life cycle and tags are no ladder
        return matrix.matrix(pairs, self._get_classes(), ordered=self.dimension == LEVEL)

    def _get_classes(self):
        """Classes as rows and columns of the table, the best first."""
        if self.dimension == LIFECYCLE:
            stages = self.env["customer.classification"]._fields["new_lifecycle"]._description_selection(self.env)
            classes = [{"key": key, "name": name, "color": 0} for key, name in stages]
        else:
            classes = [{"key": r.id, "name": r.display_name, "color": r.color} for r in self._get_class_records()]
        return [*classes, {"key": matrix.NONE, "name": self.env._("None"), "color": 0}]

    def _get_class_records(self):
        # sudo and inactive ones: classes of old, or of another company, may still stand on customers
        if self.dimension == LEVEL:
            return self.env["customer.level"].sudo().with_context(active_test=False).search([])
        return self.taxonomy_id.sudo().with_context(active_test=False).tag_ids

    def _get_sizes(self, table):
        """How many customers each class had before and after, as a table for the screen."""
        sizes = zip(table["rows"], table["row_totals"], table["column_totals"], strict=True)
        rows = [
            {"key": entry["key"], "name": entry["name"], "cells": [before, after, after - before]}
            for entry, before, after in sizes
            if entry["key"] != matrix.NONE
        ]
        columns = [self.env._("Before"), self.env._("After"), self.env._("Difference")]
        return {"columns": columns, "rows": rows, "totals": False}

    #=== CUSTOMERS ===#

    def action_open_cell(self, old_key, new_key):
        """Open the customers that went from one class to another.

        :param old_key: key of the class before, 0 for none, False for any
        :param new_key: key of the class after
        """
        self.ensure_one()
        self._raise_fault()
        return self._open_cell(*self._read_keys(old_key, new_key))

    def action_view_moved(self):
        """Open the customers whose class changed."""
        self.ensure_one()
        self._raise_fault()
        return self._open_cell(CELL_ANY, CELL_OTHER, self.env._("Customers Who Moved"))

    def _raise_fault(self):
        if fault := self._get_fault():
            raise UserError(fault)

    def _get_cell_domain(self, old, new):
        self._raise_fault()
        condition = SQL(" AND ").join(
            SQL("%s IS NOT DISTINCT FROM %s", SQL.identifier(name), key or None)
            for name, key in (("old", old), ("new", new))
            if key not in (CELL_ANY, CELL_OTHER)
        )
        others = SQL("old IS DISTINCT FROM new") if new == CELL_OTHER else SQL("TRUE")
        moves = SQL(
            "SELECT partner_id FROM (%s) AS moves WHERE %s AND %s", self._get_moves(), condition or others, others
        )
        return Domain.custom(to_sql=lambda _model, alias, _query: SQL("%s IN (%s)", SQL.identifier(alias, "id"), moves))

    @api.model
    def action_open(self):
        """Open the movement of the last quarter."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Movement"),
            "res_model": "customer.movement",
            "res_id": self.create({}).id,
            "views": [(False, "form")],
            "context": {**self.env.context, "create": False},
        }
