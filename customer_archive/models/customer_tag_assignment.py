from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..const import TAG
from ..rows import as_relation

_GAINED = {"partner": "int4", "tag": "int4", "rule": "int4", "rule_set": "int4", "taxonomy": "int4"}
_LOST = {"partner": "int4", "tag": "int4"}


class CustomerTagAssignment(models.Model):
    """A tag on a customer, with who set it and when: the table behind ``res.partner.customer_tag_ids``.

    Rules write it set by set; people write the field, and ``res.partner`` notes their names here.
    """

    _name = "customer.tag.assignment"
    _table = "customer_tag_assignment"
    _description = "Tag on a Customer"
    _inherit = ["customer.link.mixin"]
    _order = "partner_id, tag_id"
    _log_access = False

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    tag_id = fields.Many2one("customer.tag", required=True, ondelete="restrict")
    taxonomy_id = fields.Many2one(related="tag_id.taxonomy_id")
    rule_id = fields.Many2one("customer.tag.rule", "By Rule", ondelete="cascade")
    user_id = fields.Many2one("res.users", "By", ondelete="set null", index="btree_not_null")
    date = fields.Datetime("Since")
    origin = fields.Selection(
        [("rule", "Rule"), ("person", "Person")], compute="_compute_origin", search="_search_origin"
    )

    # serves the look-up by tag as well
    _tag_uniq = models.Constraint("UNIQUE(tag_id, partner_id)", "The customer has this tag already.")

    @api.depends("rule_id")
    def _compute_origin(self):
        for record in self:
            record.origin = "rule" if record.rule_id else "person"

    def _search_origin(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = {"rule": fields.Domain("rule_id", "!=", False), "person": fields.Domain("rule_id", "=", False)}
        return fields.Domain.OR(domains[key] for key in value if key in domains)

    def _explain(self):
        """This tag with who set it and when, as data for the screen."""
        self.ensure_one()
        return {
            "id": self.tag_id.id,
            "name": self.tag_id.display_name,
            "color": self.tag_id.color,
            "source": self._get_source(),
        }

    def _get_source(self):
        date = format_date(self.env, self.date)
        if self.rule_id:
            return self.env._(
                "By the rules “%(rules)s” since %(date)s", rules=self.rule_id.rule_set_id.display_name, date=date
            )
        if not (self.user_id and date):
            return self.env._("By hand")
        return self.env._("By %(person)s since %(date)s", person=self.user_id.name, date=date)

    @api.model
    def _exchange(self, gained, lost):
        """Set and take away tags that rules decide on, and note it in their history, in one statement for any number.

        People who set tags write the contact: so do rules, and whoever comes second reads what the first one set. Rows
        that this transaction has written already are as good.

        :param gained: list of dict by ``_GAINED``; ``taxonomy`` where one tag takes the place of another
        :param lost: list of dict by ``_LOST``
        """
        self.env.cr.execute(
            SQL(
                """WITH gained AS MATERIALIZED (SELECT v.* FROM %(gained)s),
                        gone AS (DELETE FROM customer_tag_assignment a USING %(lost)s
                                  WHERE a.partner_id = v.partner AND a.tag_id = v.tag AND a.rule_id IS NOT NULL
                              RETURNING a.partner_id, a.tag_id),
                        ended AS (UPDATE customer_classification c SET date_end = %(now)s FROM gone g
                                   WHERE c.partner_id = g.partner_id AND c.dimension = %(tag)s AND c.date_end IS NULL
                                     AND c.new_tag_id = g.tag_id),
                        touched AS (UPDATE res_partner SET write_date = write_date
                                     WHERE id IN (SELECT partner FROM gained) AND xmin <> pg_current_xact_id()::xid),
                        come AS (INSERT INTO customer_tag_assignment (partner_id, tag_id, rule_id, date)
                                 SELECT partner, tag, rule, %(now)s FROM gained
                            ON CONFLICT DO NOTHING RETURNING partner_id, tag_id),
                        replaced AS (SELECT g.partner_id, t.taxonomy_id, min(g.tag_id) AS tag_id
                                       FROM gone g JOIN customer_tag t ON t.id = g.tag_id GROUP BY 1, 2)
                   INSERT INTO customer_classification
                               (partner_id, dimension, old_tag_id, new_tag_id, rule_set_id, date_from)
                   SELECT v.partner, %(tag)s, r.tag_id, v.tag, v.rule_set, %(now)s
                     FROM gained v JOIN come c ON c.partner_id = v.partner AND c.tag_id = v.tag
                LEFT JOIN replaced r ON r.partner_id = v.partner AND r.taxonomy_id = v.taxonomy""",
                gained=as_relation(gained, _GAINED), lost=as_relation(lost, _LOST), now=fields.Datetime.now(), tag=TAG,
            )
        )
        partners = self.env["res.partner"].browse(sorted({row["partner"] for row in [*gained, *lost]}))
        partners.invalidate_recordset(["customer_tag_ids", "customer_tag_assignment_ids"])
        partners.modified(["customer_tag_ids"])
        self.invalidate_model(flush=False)
        self.env["customer.classification"]._forget(partners)

    @api.model
    def _sign(self, partners):
        """Note the person and the time on tags that were set by writing the field of these contacts."""
        self.env.cr.execute(
            SQL(
                """UPDATE customer_tag_assignment SET user_id = %s, date = %s
                    WHERE partner_id IN %s AND rule_id IS NULL AND date IS NULL""",
                self.env.uid, fields.Datetime.now(), tuple(partners.ids),
            )
        )
        self.invalidate_model(flush=False)
