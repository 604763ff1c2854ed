from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.case import NEW, PROGRESS

BATCH_SIZE = 200


class CustomerCase(models.Model):
    """Late cases: who leads is told once of each deadline that was missed."""

    _inherit = "customer.case"
    _name = "customer.case"

    escalated_for = fields.Datetime(
        readonly=True, copy=False, exportable=False, help="The missed deadline that was told of last."
    )

    _work_idx = models.Index("(deadline) WHERE state IN ('new', 'progress')")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"escalated_for"}

    @api.model
    def _get_batch_size(self):
        """Number of cases that one transaction of the job takes."""
        return BATCH_SIZE

    @api.model
    def _cron_escalate(self):
        """Tell of late cases, batch by batch."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self._count_missed())
        while records := self._take_missed():
            records._escalate()
            if not cron._commit_progress(len(records)):
                return

    @api.model
    def _get_missed_sql(self):
        """The deadline that case ``c`` has missed, the first one, as ``SQL``; the same as ``_get_missed``."""
        now = fields.Datetime.now()
        unanswered = SQL(
            "CASE WHEN c.date_answered IS NULL AND c.response_deadline < %s THEN c.response_deadline END", now
        )
        # LEAST passes over what is empty
        return SQL("LEAST(%s, CASE WHEN c.deadline < %s THEN c.deadline END)", unanswered, now)

    @api.model
    def _get_missed_domain_sql(self):
        missed = self._get_missed_sql()
        return SQL(
            "c.state IN %s AND %s IS NOT NULL AND c.escalated_for IS DISTINCT FROM %s", (NEW, PROGRESS), missed, missed
        )

    @api.model
    def _count_missed(self):
        self.flush_model()
        query = SQL("SELECT count(*) FROM customer_case c WHERE %s", self._get_missed_domain_sql())
        return self.env.execute_query(query)[0][0]

    @api.model
    def _take_missed(self):
        """Lock the next late cases that nobody was told of; those of a rival or of a person at work wait."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT c.id FROM customer_case c WHERE %s ORDER BY c.id LIMIT %s FOR UPDATE SKIP LOCKED",
                self._get_missed_domain_sql(), self._get_batch_size(),
            )
        )
        # sudo: the job serves every company
        records = self.sudo().browse([row[0] for row in rows])
        records.invalidate_recordset()
        return records

    def _escalate(self):
        """Tell who leads of late cases; the same transaction notes that they were told."""
        now = fields.Datetime.now()
        for record in self:
            record.escalated_for = record._get_missed(now)
            people = record._get_escalation_users().filtered(record._is_open_to)
            for user in people or record.user_id.filtered(record._is_open_to):
                words = record.with_context(lang=user.lang).env
                record._tell(user, words._("Late case"), words._("Late: see that the customer is helped"))
        self.flush_recordset()

    def _get_escalation_users(self):
        """Hook: who leads a case, as ``res.users``: the manager of the department, else the leader of the owner's team.

        Those who may not see the customer are left out; where nobody is left, the person responsible is told again.
        """
        self.ensure_one()
        return self.department_id.manager_id or self.partner_id.archive_team_id.user_id or self.partner_id.user_id
