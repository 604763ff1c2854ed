import ast

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import ASKED, FORMAL, OPEN_VERIFICATIONS, UNANSWERED
from ..tools import verification
from ..tools.verification import REMIND

BATCH_SIZE = 50


class CustomerVerification(models.Model):
    """The passing of time: customers who are due are asked, those who do not answer are reminded, then called."""

    _inherit = "customer.verification"
    _name = "customer.verification"

    @api.model
    def _get_verification_batch(self):
        """Hook: number of customers whom one transaction of the job takes."""
        return BATCH_SIZE

    @api.model
    def _cron_verify(self):
        """Remind of or give up what was not answered, then ask customers who are due, batch by batch."""
        cron = self.env["ir.cron"]
        companies = self._get_asking_companies()
        cron._commit_progress(remaining=sum(self._count_due(company) for company in companies))
        while waiting := self._take_waiting():
            waiting._follow_up()
            if not cron._commit_progress(len(waiting)):
                return
        for company in companies:
            while partners := self._take_due(company):
                self._ask(partners)
                if not cron._commit_progress(len(partners)):
                    return

    #=== WHO IS DUE ===#

    @api.model
    def _get_asking_companies(self):
        # sudo: the job serves every company
        return self.env["res.company"].sudo().search(
            [("customer_verification_enabled", "=", True), ("customer_verification_months", ">", 0)]
        )

    @api.model
    def _get_due_domain(self, company):
        """Hook: the archives of a company whose facts are due to be confirmed, as a domain on ``res.partner``."""
        before = fields.Datetime.now() - relativedelta(months=company.customer_verification_months)
        chosen = Domain(ast.literal_eval(company.customer_verification_domain or "[]"))
        return Domain.AND([
            Domain("archive_state", "=", FORMAL) & Domain("archive_company_id", "=", company.id) & chosen,
            Domain("archive_verified_date", "=", False) | Domain("archive_verified_date", "<=", before),
            Domain("archive_asked_date", "=", False) | Domain("archive_asked_date", "<=", before),
            Domain("archive_verification_ids", "not any", [("state", "in", OPEN_VERIFICATIONS)]),
        ])

    @api.model
    def _get_room(self, company):
        """How many customers the rule may still ask today: a flood of answers helps nobody."""
        midnight = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        asked = self.sudo().search_count(
            [("company_id", "=", company.id), ("source", "=", "rule"), ("create_date", ">=", midnight)]
        )
        return max(company.customer_verification_daily - asked, 0)

    @api.model
    def _count_due(self, company):
        # sudo: the job serves every company
        due = self.env["res.partner"].sudo().search_count(self._get_due_domain(company))
        return min(due, self._get_room(company))

    @api.model
    def _take_due(self, company):
        """Lock the next archives whose customers are asked; those of a rival or of a person at work wait.

        What was asked is noted on the row that is locked, so that a rival's older view of it cannot pass.
        """
        # sudo: the job serves every company
        Partner = self.env["res.partner"].sudo()
        Partner.flush_model()
        self.flush_model()
        due = Partner._search(self._get_due_domain(company))
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM res_partner WHERE id IN %s ORDER BY archive_verified_date NULLS FIRST, id LIMIT %s
                      FOR NO KEY UPDATE SKIP LOCKED""",
                due.subselect(), min(self._get_verification_batch(), self._get_room(company)),
            )
        )
        return Partner.browse([row[0] for row in rows]).with_company(company)

    @api.model
    def _ask(self, partners, source="rule"):
        """Ask these customers, by mail where one reaches them; return the requests."""
        requests = self._begin(partners, source)
        mailed = requests.filtered(lambda record: record._get_address())
        mailed._send()
        (requests - mailed)._ask_by_phone()
        requests.flush_recordset()
        return requests

    #=== WHO DID NOT ANSWER ===#

    @api.model
    def _take_waiting(self):
        """Lock the next requests whose reminder, or whose end, has come."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM customer_verification WHERE state = %s AND next_date <= %s
                    ORDER BY next_date, id LIMIT %s FOR UPDATE SKIP LOCKED""",
                ASKED, fields.Datetime.now(), self._get_verification_batch(),
            )
        )
        # sudo: the job serves every company
        return self.sudo().browse([row[0] for row in rows])

    def _follow_up(self):
        """Remind, or give up and let who is in charge call; the same transaction notes that it was done."""
        remind = self.filtered(lambda record: record._is_to_remind())
        remind._send()
        for record in self - remind:
            record._close(UNANSWERED)
            record._schedule_call(lambda env: env._("No answer to the mails: ask by phone"))
        self.flush_recordset()

    def _is_to_remind(self):
        self.ensure_one()
        step = verification.next_step(
            self.sent_date, self.reminder_count, self._get_remind_days(), self.link_until
        )
        return step.act == REMIND and not self.bounced_date and bool(self._get_address())
