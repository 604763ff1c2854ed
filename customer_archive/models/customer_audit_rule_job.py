import logging
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

from ..const import ALERT_FIRST_EXPORT, ALERT_LEAVING, ALERT_MANY_EXPORTS, ALERT_ODD_HOURS, ALERT_OTHERS
from ..tools.watch import Excess, find_event

_logger = logging.getLogger(__name__)

# Entries of the log that are looked at in one transaction.
BATCH_SIZE = 50_000
# How far each look goes back over what was looked at: entries are written shortly before they can be seen.
OVERLAP = timedelta(minutes=15)


class CustomerAuditRule(models.Model):
    """The job that reads the log on, and the question of the gate whether an export may pass."""

    _inherit = "customer.audit.rule"
    _name = "customer.audit.rule"

    @api.model
    def _get_batch_size(self):
        """Hook: number of entries of the log that are looked at in one transaction."""
        return BATCH_SIZE

    #=== THE JOB ===#

    @api.model
    def _cron_watch(self):
        """Look at what is new in the log, rule by rule and batch by batch, from where the last call ended."""
        cron = self.env["ir.cron"]
        rule_ids = self.search([]).ids
        cron._commit_progress(remaining=len(rule_ids))
        for rule_id in rule_ids:
            done = False
            while not done:
                done = self._attempt(rule_id)
                if not cron._commit_progress(int(done)):
                    return

    @api.model
    def _attempt(self, rule_id):
        """Look at one batch for a rule; return whether the rule is up to date, or another worker at it."""
        try:
            rule = self.browse(rule_id)
            if not rule.try_lock_for_update():
                return True
            return rule._watch_batch()
        except psycopg2.OperationalError:
            # another worker was faster: what it read does not count twice
            self.env.cr.rollback()
            return True
        except Exception:
            # one rule that fails keeps no other from being looked at
            self.env.cr.rollback()
            _logger.exception("Alert rule %s", rule_id)
            return True

    def _watch_batch(self):
        """Look at the next entries; return whether none are left."""
        self.ensure_one()
        now = fields.Datetime.now()
        end = self._get_batch_end(now)
        begin = self.checked_until - OVERLAP
        excesses = self._find_excesses(begin, end)
        # always an UPDATE of the rule: a rival that read before it gets a serialization error and starts over
        self.checked_until = max(end, self.checked_until)
        self.flush_recordset(["checked_until"])
        self.env["customer.audit.alert"]._take_excesses(self, excesses)
        return end >= now

    def _get_batch_end(self, now):
        """Where the batch ends: behind so many entries, on a full second."""
        rows = self.env.execute_query(
            SQL(
                """SELECT time FROM customer_audit.entry WHERE time > %s AND time <= %s
                    ORDER BY time OFFSET %s LIMIT 1""",
                self.checked_until,
                now,
                self._get_batch_size(),
            )
        )
        return rows[0][0].replace(microsecond=0) + timedelta(seconds=1) if rows else now

    def _find_excesses(self, begin, end):
        """Times in which somebody goes over the threshold between begin and end: list of ``tools.watch.Excess``.

        Sums run over the window before each entry, so the entries of one more window are read. Entries over the
        threshold that follow each other within the window are one excess.
        """
        self.env["customer.audit.alert"].flush_model(["rule_id", "user_id", "state", "date_to"])
        users = self._get_watched_ids()
        if users == []:
            return []
        rows = self.env.execute_query(
            SQL(
                """WITH facts AS (%(facts)s),
                        sums AS (
                            SELECT user_id, time,
                                   sum(amount) OVER span AS total,
                                   min(time) OVER span AS begin
                              FROM facts
                            WINDOW span AS (PARTITION BY user_id ORDER BY time
                                            RANGE BETWEEN %(window)s PRECEDING AND CURRENT ROW)),
                        over AS (
                            SELECT user_id, time, begin,
                                   lag(time) OVER (PARTITION BY user_id ORDER BY time) AS before
                              FROM sums WHERE total >= %(threshold)s AND time > %(begin)s),
                        events AS (
                            SELECT user_id, time, begin,
                                   count(*) FILTER (WHERE before IS NULL OR time - before > %(window)s)
                                       OVER (PARTITION BY user_id ORDER BY time) AS event
                              FROM over)
                   SELECT user_id, date_trunc('second', min(begin)), date_trunc('second', max(time)) + interval '1s'
                     FROM events GROUP BY user_id, event ORDER BY 2, 1""",
                facts=self._get_facts(begin - self._get_window(), end, users),
                window=self._get_window(),
                threshold=self.threshold,
                begin=begin,
            )
        )
        return [Excess(*row) for row in rows]

    def _find_event(self, excess, alerts):
        """The alert among these that an excess goes on with, or an empty record."""
        events = [(alert, alert.date_from, alert.date_to) for alert in alerts if alert.user_id.id == excess.user]
        return find_event(excess, events, self._get_window()) or alerts.browse()

    #=== THE GATE ===#

    @api.model
    def _get_block(self, count):
        """Why the present person may not export so many records now, or an empty text."""
        # sudo: rules and alerts are the auditor's, and decide about everybody's exports
        rules = self.sudo().search([("block_export", "=", True)])
        if not rules:
            return ""
        open_alerts = [("rule_id", "in", rules.ids), ("user_id", "=", self.env.uid), ("state", "=", "open")]
        if alert := rules.alert_ids.search(open_alerts, limit=1):
            return self._describe_block(alert.rule_id)
        for rule in rules:
            if rule._would_alert(self.env.user, count):
                return self._describe_block(rule)
        return ""

    @api.model
    def _describe_block(self, rule):
        names = ", ".join(self.env["customer.audit.alert"]._get_auditors(self.env.user.company_id).mapped("name"))
        return self.env._(
            "This export is stopped by the alert rule “%(rule)s” (%(when)s). Ask an auditor to look at it: %(names)s.",
            rule=rule.with_context(lang=self.env.lang).name,
            when=rule.with_context(lang=self.env.lang).summary,
            names=names or self.env._("none is named yet"),
        )

    def _would_alert(self, user, count):
        """Whether an export of so many records now would bring about an alert of this rule."""
        self.ensure_one()
        watched = self._get_watched_ids()
        if watched is not None and user.id not in watched or not self._concerns(user):
            return False
        amount = 1 if self.kind == ALERT_MANY_EXPORTS else count
        return self._sum_facts(user) + amount >= self.threshold

    def _concerns(self, user):
        """Hook: whether what a person exports now is what this rule is about."""
        if self.kind == ALERT_LEAVING:
            # sudo: the date is set by administrators and hidden from the person
            date = user.sudo().customer_leaving_date
            return bool(date) and date <= fields.Date.today()
        if self.kind == ALERT_ODD_HOURS:
            clock = self.with_context(tz=user.tz or self._get_company_zone())
            return self._get_hours().is_odd(fields.Datetime.context_timestamp(clock, fields.Datetime.now()))
        if self.kind == ALERT_FIRST_EXPORT:
            # sudo: see _get_block
            is_known = self.sudo().alert_ids.filtered(lambda alert: alert.user_id == user)
            domain = [("user_id", "=", user.id)]
            return not is_known and not self.env["customer.export.usage"].sudo().search_count(domain, limit=1)
        return self.kind != ALERT_OTHERS

    def _sum_facts(self, user):
        now = fields.Datetime.now() + timedelta(seconds=1)
        self.env["customer.audit.alert"].flush_model(["rule_id", "user_id", "state", "date_to"])
        facts = self._get_facts(now - self._get_window(), now, [user.id])
        [[total]] = self.env.execute_query(SQL("SELECT COALESCE(sum(amount), 0) FROM (%s) facts", facts))
        return int(total)
