from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..rows import as_relation


class CustomerTagAssignment(models.Model):
    """A tag on a customer, with who set it and when: the table behind ``res.partner.customer_tag_ids``.

    Rules write it set by set; people write the field, and ``res.partner`` notes their names here.
    """

    _name = "customer.tag.assignment"
    _table = "customer_tag_assignment"
    _description = "Tag on a Customer"
    _order = "partner_id, tag_id"
    _log_access = False

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    tag_id = fields.Many2one("customer.tag", required=True, index=True, ondelete="cascade")
    taxonomy_id = fields.Many2one(related="tag_id.taxonomy_id")
    rule_id = fields.Many2one("customer.tag.rule", "By Rule", ondelete="cascade")
    user_id = fields.Many2one("res.users", "By", ondelete="set null", index="btree_not_null")
    date = fields.Datetime("Since")
    origin = fields.Selection(
        [("rule", "Rule"), ("person", "Person")], compute="_compute_origin", search="_search_origin"
    )

    _tag_uniq = models.Constraint("UNIQUE(partner_id, tag_id)", "The customer has this tag already.")

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
        """Set and take away tags that rules decide on, in two statements whatever the number.

        :param gained: list of (partner id, tag id, rule id)
        :param lost: list of (partner id, tag id)
        """
        if lost:
            rows = [{"partner": partner, "tag": tag} for partner, tag in lost]
            self.env.cr.execute(
                SQL(
                    """DELETE FROM customer_tag_assignment a USING %s
                        WHERE a.partner_id = v.partner AND a.tag_id = v.tag AND a.rule_id IS NOT NULL""",
                    as_relation(rows, {"partner": "int4", "tag": "int4"}),
                )
            )
        if gained:
            rows = [{"partner": partner, "tag": tag, "rule": rule} for partner, tag, rule in gained]
            # People who set tags write the contact: so do rules, and whoever comes second reads what the first one set.
            # Rows that this transaction has written already are as good.
            self.env.cr.execute(
                SQL(
                    """UPDATE res_partner SET write_date = write_date
                        WHERE id IN %s AND xmin <> pg_current_xact_id()::xid""",
                    tuple({partner for partner, *_rest in gained}),
                )
            )
            self.env.cr.execute(
                SQL(
                    """INSERT INTO customer_tag_assignment (partner_id, tag_id, rule_id, date)
                       SELECT v.*, %s FROM %s ON CONFLICT DO NOTHING""",
                    fields.Datetime.now(), as_relation(rows, {"partner": "int4", "tag": "int4", "rule": "int4"}),
                )
            )
        ids = {partner for partner, *_rest in [*gained, *lost]}
        partners = self.env["res.partner"].browse(sorted(ids))
        partners.invalidate_recordset(["customer_tag_ids", "customer_tag_assignment_ids"])
        partners.modified(["customer_tag_ids"])
        self.invalidate_model(flush=False)

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
