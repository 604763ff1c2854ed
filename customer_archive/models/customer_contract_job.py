from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.contract import EXPIRING
from .customer_contract_act import ACTIVITY

BATCH_SIZE = 500


class CustomerContract(models.Model):
    """The passing of time: states that dates change, and the warning before the last day for a decision."""

    _inherit = "customer.contract"
    _name = "customer.contract"

    warned_for = fields.Date(
        readonly=True, copy=False, exportable=False,
        help="The last day for a decision that the person in charge was warned of.",
    )

    @api.model
    def _get_batch_size(self):
        """Number of contracts that one transaction of the job takes."""
        return BATCH_SIZE

    @api.model
    def _cron_follow_dates(self):
        """Bring states up to the day and warn of what is to be decided, batch by batch."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self._count_due())
        for take, act in ((self._take_changing, self._refresh_standing), (self._take_unwarned, self._warn)):
            while records := take():
                act(records)
                if not cron._commit_progress(len(records)):
                    return

    @api.model
    def _count_due(self):
        return sum(
            self.env.execute_query(SQL("SELECT count(*) FROM customer_contract c WHERE %s", due))[0][0]
            for due in (self._get_changing_sql(), self._get_unwarned_sql())
        )

    @api.model
    def _get_changing_sql(self):
        """The day at the company of contract ``c`` has come on which it changes, as ``SQL``."""
        # first the day where it comes first on earth, which the index serves
        return SQL(
            """c.changes_on <= (now() AT TIME ZONE 'UTC' + interval '14 hours')::date
                AND c.changes_on <= (now() AT TIME ZONE COALESCE((
                    SELECT p.tz FROM res_company o JOIN res_partner p ON p.id = o.partner_id WHERE o.id = c.company_id
                ), 'UTC'))::date"""
        )

    @api.model
    def _get_unwarned_sql(self):
        return SQL("c.state = %s AND c.decide_by IS NOT NULL AND c.warned_for IS DISTINCT FROM c.decide_by", EXPIRING)

    @api.model
    def _take(self, condition):
        """Lock the next contracts that a condition holds for; those of a rival or of a person at work wait."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT c.id FROM customer_contract c WHERE %s ORDER BY c.id LIMIT %s FOR UPDATE SKIP LOCKED",
                condition, self._get_batch_size(),
            )
        )
        # sudo: the job serves every company
        return self.sudo().browse([row[0] for row in rows])

    @api.model
    def _take_changing(self):
        return self._take(self._get_changing_sql())

    @api.model
    def _take_unwarned(self):
        return self._take(self._get_unwarned_sql())

    @api.model
    def _refresh_standing(self, records):
        records.invalidate_recordset()
        for name in ("state", "period_end", "decide_by", "changes_on"):
            self.env.add_to_compute(self._fields[name], records)
        records._recompute_recordset()
        records.flush_recordset()

    @api.model
    def _warn(self, records):
        """Give the person in charge an activity; the same transaction notes that it was given."""
        for record in records:
            if user := record._get_warned_user():
                record.activity_schedule(
                    ACTIVITY, date_deadline=record.decide_by, user_id=user.id,
                    summary=record._get_warning(user),
                )
            record.warned_for = record.decide_by
        records.flush_recordset()

    def _get_warned_user(self):
        """Hook: who is warned of the end of a contract, as ``res.users``; empty: nobody is there to be warned."""
        self.ensure_one()
        people = (self.user_id, self.partner_id.user_id, self.create_uid)
        return next((user for user in people if user.active and not user.share), self.env["res.users"])

    def _get_warning(self, user):
        words = self.with_context(lang=user.lang).env
        if self.renewal_months:
            return words._("Renews itself on %s: give notice or let it go on", self._format_day(self.period_end, words))
        return words._("Ends on %s: renew it or let it end", self._format_day(self.period_end, words))

    @api.model
    def _format_day(self, day, env):
        return env["ir.qweb.field.date"].value_to_html(day, {})
