import logging
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CANCELLED, DONE, FAILED, FOLLOWUP_MENDABLE, GONE, MISSED, PLANNED, SKIPPED

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200
# How long a plan counts, and after how long what was skipped is tried again.
PLAN_AGAIN = timedelta(minutes=50)
TRY_AGAIN = timedelta(hours=4)


class CustomerFollowup(models.Model):
    """The job: plan, note what was missed, and do what is due; rule by rule and batch by batch.

    An activity or a mail is made in the transaction that notes that it was made: a job that is killed leaves whole
    batches, and the next one goes on. Rows are taken under a lock; a second worker takes others.
    """

    _inherit = "customer.followup"
    _name = "customer.followup"

    @api.model
    def _get_batch_size(self):
        """Number of follow-ups that one transaction of the job takes."""
        return BATCH_SIZE

    @api.model
    def _cron_follow_up(self):
        """Plan each rule and do what is due."""
        cron = self.env["ir.cron"]
        # sudo: the job serves every company
        rules = self.env["customer.followup.rule"].sudo().search([], order="planned_date NULLS FIRST, id")
        cron._commit_progress(remaining=len(rules) + self._count_due(rules))
        for rule_id in rules.ids:
            rule = rules.browse(rule_id)
            self._plan_rule(rule)
            if not cron._commit_progress(1):
                return
            while records := self._take_due(rule):
                records._work_off()
                if not cron._commit_progress(len(records)):
                    return

    @api.model
    def _plan_rule(self, rule):
        """Plan one rule, unless somebody did so lately or is doing it; a rule that cannot be planned says why."""
        rule = rule.try_lock_for_update().filtered("active")
        now = fields.Datetime.now()
        if not rule or (rule.planned_date and now - PLAN_AGAIN < rule.planned_date <= now):
            return
        try:
            with self.env.cr.savepoint():
                rule._plan(fields.Date.today())
                self._mark_missed(rule)
        except psycopg2.OperationalError:
            raise  # a rival was faster, or the connection is gone: not the rule's fault
        except Exception as error:
            _logger.exception("Follow-up rule %s cannot be planned", rule.id)
            self.env.invalidate_all(flush=False)
            rule.write({"problem": str(error), "planned_date": now})

    @api.model
    def _mark_missed(self, rule):
        """Note what is too late now as missed; occasions that last are not."""
        if rule._is_lasting():
            return
        self.env.cr.execute(
            SQL(
                "UPDATE customer_followup SET state = %s WHERE rule_id = %s AND state = %s AND planned_date < %s",
                MISSED, rule.id, PLANNED, self._get_deadline(rule),
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _get_deadline(self, rule):
        """What was planned for an earlier moment than this is too late."""
        return fields.Datetime.now() - timedelta(days=rule.grace_days)

    #=== TAKING ===#

    @api.model
    def _get_due_sql(self, rules):
        """Follow-ups ``f`` of rules that are to be worked off now, as ``SQL``."""
        parts = [self._get_rule_due_sql(rule) for rule in rules]
        return SQL("(%s)", SQL(" OR ").join(parts)) if parts else SQL("FALSE")

    @api.model
    def _get_rule_due_sql(self, rule):
        now = fields.Datetime.now()
        # what was skipped is over when its time is; where an occasion lasts, the occasion says so
        again = SQL("TRUE") if rule._is_lasting() else SQL("f.planned_date >= %s", self._get_deadline(rule))
        return SQL(
            """(f.rule_id = %s AND f.planned_date <= %s AND (
                    f.state = %s OR f.state = %s AND f.reason IN %s AND f.tried_date <= %s AND %s))""",
            rule.id, now, PLANNED, SKIPPED, tuple(self._get_mendable_reasons()), now - TRY_AGAIN, again,
        )

    @api.model
    def _get_mendable_reasons(self):
        """Hook: reasons of skipping that somebody can mend, as a set of keys: such follow-ups are tried again."""
        return set(FOLLOWUP_MENDABLE)

    @api.model
    def _count_due(self, rules):
        return self.env.execute_query(
            SQL("SELECT count(*) FROM customer_followup f WHERE %s", self._get_due_sql(rules))
        )[0][0]

    @api.model
    def _take_due(self, rule):
        """Lock the next follow-ups of a rule that are due; those that a rival or a person has wait."""
        self.env.flush_all()
        if not rule.exists().active or rule.problem:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """SELECT f.id FROM customer_followup f WHERE %s ORDER BY f.planned_date, f.id LIMIT %s
                      FOR UPDATE SKIP LOCKED""",
                self._get_due_sql(rule), self._get_batch_size(),
            )
        )
        # sudo: the job serves every company
        return self.sudo().browse([row[0] for row in rows])

    #=== WORKING OFF ===#

    def _work_off(self):
        """Do what these follow-ups of one rule ask for, or note why not; one that fails does not stop the others."""
        self.invalidate_recordset()
        now = fields.Datetime.now()
        standing = self.rule_id._find_standing(self)
        gone = self.filtered(
            lambda record: (record.partner_id.id, record.contact_id.id or None, record.occasion_key) not in standing
        )
        gone.write({"state": CANCELLED, "reason": GONE})
        left = self - gone
        refusals = left._get_refusals()
        for reason in set(refusals.values()):
            refused = left.filtered(lambda record: refusals.get(record) == reason)  # noqa: B023
            refused.write({"state": SKIPPED, "reason": reason, "detail": False, "tried_date": now})
        left.filtered(lambda record: record not in refusals)._do_safely()
        self.env.flush_all()

    def _do_safely(self):
        """Do all at once; where that fails, one by one, so that what can be done is done."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._do()
        except psycopg2.OperationalError:
            raise  # the host tries again
        except Exception as error:
            self.env.invalidate_all(flush=False)
            if len(self) > 1:
                for record in self:
                    record._do_safely()
                return
            if isinstance(error, psycopg2.errors.UniqueViolation) and not self.tried_date:
                # a rival made the same row, such as a follower, at the same moment: the next batch sees it
                self.tried_date = fields.Datetime.now()
                return
            _logger.warning("Follow-up %s failed", self.id, exc_info=True)
            self.write({
                "state": SKIPPED, "reason": FAILED, "detail": str(error)[:500], "tried_date": fields.Datetime.now(),
            })

    def _do(self):
        """Carry out the action of the rule, and note it in the same transaction."""
        now = fields.Datetime.now()
        self._get_action_methods()[self.rule_id.action](self)
        self.write({"state": DONE, "reason": False, "detail": False, "done_date": now, "tried_date": now})
        self.env.flush_all()
