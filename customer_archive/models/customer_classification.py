from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CLASS_DIMENSIONS, LIFECYCLES, TAG
from ..rows import as_relation

_COLUMNS = {
    "partner_id": "int4",
    "dimension": "varchar",
    "old_level_id": "int4",
    "new_level_id": "int4",
    "old_tag_id": "int4",
    "new_tag_id": "int4",
    "old_lifecycle": "varchar",
    "new_lifecycle": "varchar",
    "score": "numeric",
    "details": "jsonb",
    "rule_set_id": "int4",
    "user_id": "int4",
    "reason": "varchar",
}


class CustomerClassification(models.Model):
    """The dated history of a customer's classes: each row holds from one moment to the next.

    Rows are written by the classification alone. A level and a life cycle are open for as long as the customer has one,
    a tag for as long as the customer has it.
    """

    _name = "customer.classification"
    _description = "Class of a Customer over Time"
    _order = "date_from desc, id desc"
    _log_access = False

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.archive_company_id")
    dimension = fields.Selection(CLASS_DIMENSIONS, "Class", required=True)
    # An index is worth its price on the classes that hold: half a million rows a year are written, few are looked up.
    old_level_id = fields.Many2one("customer.level", "From Level", ondelete="restrict")
    new_level_id = fields.Many2one("customer.level", "To Level", index="btree_not_null", ondelete="restrict")
    old_tag_id = fields.Many2one("customer.tag", "From Tag", ondelete="restrict")
    new_tag_id = fields.Many2one("customer.tag", "To Tag", index="btree_not_null", ondelete="restrict")
    taxonomy_id = fields.Many2one(related="new_tag_id.taxonomy_id")
    old_lifecycle = fields.Selection(LIFECYCLES, "From Stage")
    new_lifecycle = fields.Selection(LIFECYCLES, "To Stage")
    old_name = fields.Char("Old Class", compute="_compute_names")
    new_name = fields.Char("New Class", compute="_compute_names")
    date_from = fields.Datetime("Since", required=True)
    date_end = fields.Datetime("Until", help="Empty: it holds now.")
    score = fields.Float(aggregator=False, digits=(16, 2))
    details = fields.Json(help="What each criterion brought, as in tools.scoring.Part.", exportable=False)
    rule_set_id = fields.Many2one("customer.rule.set", "By Rules", ondelete="restrict")
    user_id = fields.Many2one("res.users", "By", index="btree_not_null", ondelete="set null")
    reason = fields.Char(help="Empty: the rules decided.")

    _open_uniq = models.UniqueIndex(
        "(partner_id, dimension, COALESCE(new_tag_id, 0)) WHERE date_end IS NULL",
        "A customer has one present class of a kind.",
    )

    @api.depends("dimension", "old_level_id", "new_level_id", "old_tag_id", "new_tag_id", "old_lifecycle")
    @api.depends_context("lang")
    def _compute_names(self):
        stages = dict(self._fields["new_lifecycle"]._description_selection(self.env))
        for record in self:
            record.old_name = (
                record.old_level_id.name or record.old_tag_id.display_name or stages.get(record.old_lifecycle)
            )
            record.new_name = (
                record.new_level_id.name or record.new_tag_id.display_name or stages.get(record.new_lifecycle)
            )

    @api.depends("new_name", "partner_id.display_name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.partner_id.display_name}: {record.new_name or '–'}"

    @api.model
    def _record(self, records):
        """End what held so far and note what holds from now on, in two statements whatever the number.

        :param records: list of dict by the columns of the history
        """
        if not records:
            return
        self._end([(r["partner_id"], r["dimension"], r.get("old_tag_id") or 0) for r in records])
        self._insert(records)

    @api.model
    def _insert(self, records):
        """Note what holds from now on; ``records`` as in ``_record``."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO customer_classification (%s, date_from) SELECT v.*, %s FROM %s",
                SQL(", ").join(map(SQL.identifier, _COLUMNS)), fields.Datetime.now(), as_relation(records, _COLUMNS),
            )
        )
        self._forget(records)

    @api.model
    def _end(self, ended):
        """End rows that are open: list of (partner id, dimension, tag id or 0)."""
        names = {"partner": "int4", "dimension": "varchar", "tag": "int4"}
        rows = [dict(zip(names, row, strict=True)) for row in ended]
        self.env.cr.execute(
            SQL(
                """UPDATE customer_classification c SET date_end = %s FROM %s
                    WHERE c.partner_id = v.partner AND c.dimension = v.dimension AND c.date_end IS NULL
                      AND COALESCE(c.new_tag_id, 0) = v.tag""",
                fields.Datetime.now(), as_relation(rows, names),
            )
        )

    @api.model
    def _forget(self, records):
        self.invalidate_model(flush=False)
        partners = self.env["res.partner"].browse({record["partner_id"] for record in records})
        partners.invalidate_recordset(["customer_classification_ids"], flush=False)

    @api.model
    def _record_tags(self, gained, lost, reason=None):
        """Note tags that rules or a person set and took away.

        :param gained: list of (partner id, tag id, rule id or None)
        :param lost: list of (partner id, tag id)
        """
        # sudo: rules may be hidden from whoever edits a customer
        tags = self.env["customer.tag"].sudo().browse({tag for _partner, tag, *_rule in [*gained, *lost]})
        taxonomies = {tag.id: tag.taxonomy_id.id for tag in tags}
        exclusive = {tag.id for tag in tags if tag.taxonomy_id.is_exclusive}
        rules = self.env["customer.tag.rule"].sudo().browse({rule for *_both, rule in gained if rule})
        rule_sets = {rule.id: rule.rule_set_id.id for rule in rules}
        before = {(partner, taxonomies[tag]): tag for partner, tag in lost if tag in exclusive}
        if lost:
            self._end([(partner, TAG, tag) for partner, tag in lost])
        records = [
            {
                "partner_id": partner,
                "dimension": TAG,
                "old_tag_id": before.get((partner, taxonomies[tag])),
                "new_tag_id": tag,
                "rule_set_id": rule_sets.get(rule),
                "user_id": None if rule else self.env.uid,
                "reason": reason,
            }
            for partner, tag, rule in gained
        ]
        if records:
            self._insert(records)
        elif lost:
            self._forget([{"partner_id": partner} for partner, _tag in lost])

    @api.model
    def _get_day_end(self, day, zone):
        """First moment after a day, in UTC and without zone as the database keeps it: a class of the day began before.

        :param zone: time zone of the day, as of ``pytz``
        """
        midnight = datetime.combine(day + timedelta(days=1), time.min)
        return zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)

    def action_open_customer(self):
        """Open the archive that the row is about."""
        self.ensure_one()
        return self.partner_id.action_open_archive()
