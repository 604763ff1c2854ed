from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CLASS_DIMENSIONS, LIFECYCLES, TAG
from ..rows import as_relation
from ..unbound import UnboundMany2one


class CustomerClassification(models.Model):
    """The dated history of a customer's classes: each row holds from one moment to the next.

    Rows are written by the classification alone. A level and a life cycle are open for as long as the customer has one,
    a tag for as long as the customer has it.
    """

    _name = "customer.classification"
    _description = "Class of a Customer over Time"
    _inherit = ["customer.link.mixin"]
    _order = "date_from desc, id desc"
    _log_access = False

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.archive_company_id")
    dimension = fields.Selection(CLASS_DIMENSIONS, "Class", required=True)
    # Neither index nor foreign key on the classes: half a million rows a year are written, and who looks for all rows
    # of a class reads many.
    old_level_id = UnboundMany2one("customer.level", "From Level")
    new_level_id = UnboundMany2one("customer.level", "To Level")
    old_tag_id = UnboundMany2one("customer.tag", "From Tag")
    new_tag_id = UnboundMany2one("customer.tag", "To Tag")
    taxonomy_id = fields.Many2one(related="new_tag_id.taxonomy_id")
    old_lifecycle = fields.Selection(LIFECYCLES, "From Stage")
    new_lifecycle = fields.Selection(LIFECYCLES, "To Stage")
    old_name = fields.Char("Old Class", compute="_compute_names")
    new_name = fields.Char("New Class", compute="_compute_names")
    date_from = fields.Datetime("Since", required=True)
    date_end = fields.Datetime("Until", help="Empty: it holds now.")
    score = fields.Float(aggregator=False, digits=(16, 2))
    details = fields.Json(help="What each criterion brought, as in tools.scoring.Part.", exportable=False)
    rule_set_id = UnboundMany2one("customer.rule.set", "By Rules")
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
    def _record_tags(self, gained, lost):
        """Note tags that the present person set and took away: two lists of (partner id, tag id)."""
        # sudo: taxonomies may be hidden from whoever edits a customer
        tags = self.env["customer.tag"].sudo().browse({tag for _partner, tag in [*gained, *lost]})
        places = {tag.id: tag.taxonomy_id.id for tag in tags if tag.taxonomy_id.is_exclusive}
        before = {(partner, places[tag]): tag for partner, tag in lost if tag in places}
        records = [
            {"partner": partner, "tag": tag, "old": before.get((partner, places.get(tag)))} for partner, tag in gained
        ]
        ended = [{"partner": partner, "tag": tag} for partner, tag in lost]
        self.env.cr.execute(
            SQL(
                """WITH ended AS (UPDATE customer_classification c SET date_end = %(now)s FROM %(ended)s
                                   WHERE c.partner_id = v.partner AND c.dimension = %(tag)s AND c.date_end IS NULL
                                     AND c.new_tag_id = v.tag)
                   INSERT INTO customer_classification
                               (partner_id, new_tag_id, old_tag_id, dimension, user_id, date_from)
                   SELECT v.*, %(tag)s, %(user)s, %(now)s FROM %(records)s""",
                ended=as_relation(ended, {"partner": "int4", "tag": "int4"}),
                records=as_relation(records, {"partner": "int4", "tag": "int4", "old": "int4"}),
                now=fields.Datetime.now(), tag=TAG, user=self.env.uid,
            )
        )
        self._forget(self.env["res.partner"].browse({partner for partner, _tag in [*gained, *lost]}))

    @api.model
    def _forget(self, partners):
        """Read the history of these contacts anew."""
        self.invalidate_model(flush=False)
        partners.invalidate_recordset(["customer_classification_ids"], flush=False)

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
