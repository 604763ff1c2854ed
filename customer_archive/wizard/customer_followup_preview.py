from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import DONE
from ..tools.followup import Span

PAGE_SIZE = 40
MOST_DAYS = 92


class CustomerFollowupPreview(models.TransientModel):
    """What a rule will do in the next days: who, when, to whom, or why not. Nothing is planned and nothing goes out."""

    _name = "customer.followup.preview"
    _description = "Preview of a Follow-up Rule"

    rule_id = fields.Many2one("customer.followup.rule", required=True, ondelete="cascade", readonly=True)
    days = fields.Integer("Days Ahead", default=14)
    page = fields.Integer(default=1)
    page_count = fields.Integer("Pages", compute="_compute_lines")
    total = fields.Integer("Follow-ups", compute="_compute_lines")
    lines = fields.Html("What Will Go Out", compute="_compute_lines", sanitize=False)

    @api.depends("rule_id", "days", "page")
    def _compute_lines(self):
        for record in self:
            rule = record.rule_id._origin
            rows, record.total = record._read_rows(rule) if rule else ([], 0)
            record.page_count = -(-record.total // PAGE_SIZE)
            values = {"rows": record._prepare_lines(rule, rows), "rule": rule}
            record.lines = self.env["ir.qweb"]._render("customer_archive.customer_followup_preview_lines", values)

    def _get_span(self, rule):
        """The days that the preview looks at: what is open from before, and the days ahead."""
        today = fields.Date.today()
        span = rule._get_span(today)
        return Span(span.first, max(span.first, today + timedelta(days=min(max(self.days, 0), MOST_DAYS))))

    def _read_rows(self, rule):
        """One page of the plan as the person may see it: rows, and how many there are in all."""
        self.env.flush_all()
        # the person's own rights decide whose customers are looked at
        query = rule._get_plan_query(self._get_span(rule), self.env["res.partner"])
        table = SQL(
            """(%s) n LEFT JOIN customer_followup f ON f.rule_id = %s AND f.partner_id = n.partner_id
                AND COALESCE(f.contact_id, 0) = COALESCE(n.contact_id, 0) AND f.occasion_key = n.occasion_key
                WHERE f.state IS DISTINCT FROM %s AND (f.id IS NOT NULL OR n.planned_date >= %s)""",
            query, rule.id, DONE, self._get_oldest(rule),
        )
        page = max(self.page, 1) - 1
        statement = SQL(
            """SELECT n.*, f.state, f.reason, count(*) OVER () AS total FROM %s
                ORDER BY n.planned_date, n.partner_id, n.contact_id LIMIT %s OFFSET %s""",
            table, PAGE_SIZE, page * PAGE_SIZE,
        )
        with rule._joining_sets():
            rows = self.env.execute_query_dict(statement)
            if rows:
                return rows, rows[0]["total"]
            return rows, self.env.execute_query(SQL("SELECT count(*) FROM %s", table))[0][0]

    def _get_oldest(self, rule):
        """The earliest moment that is still made up for."""
        return datetime.min if rule._is_lasting() else self.env["customer.followup"]._get_deadline(rule)

    def _prepare_lines(self, rule, rows):
        """Rows of the page in words: list of dict for the template."""
        # sudo: the customers were chosen by the person's rights; addresses and consents are judged as the job does
        Followup = self.env["customer.followup"].sudo()
        names = ("partner_id", "contact_id", "occasion_key", "occasion_date", "planned_date", "source")
        drafts = Followup.concat(
            *(Followup.new({"rule_id": rule.id, **{name: row[name] for name in names}}) for row in rows)
        )
        refusals = drafts._get_refusals() if drafts else {}
        reasons = dict(Followup._fields["reason"]._description_selection(self.env))
        states = dict(Followup._fields["state"]._description_selection(self.env))
        return [
            {
                "customer": draft.partner_id.display_name,
                "contact": draft.contact_id.name,
                "link": f"/odoo/res.partner/{draft.partner_id.id}",
                "day": draft.occasion_date,
                "planned": draft.planned_date,
                "to": draft._get_target_name(),
                "state": states.get(row["state"]) if row["state"] not in (False, None, "planned") else "",
                "refusal": reasons.get(row["reason"] or refusals.get(draft), ""),
            }
            for draft, row in zip(drafts, rows, strict=True)
        ]
