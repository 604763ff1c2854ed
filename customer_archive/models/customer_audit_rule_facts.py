from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL, ormcache

from ..const import (
    ALERT_FIRST_EXPORT,
    ALERT_LEAVING,
    ALERT_MANY_EXPORTS,
    ALERT_MANY_RECORDS,
    ALERT_ODD_HOURS,
    ALERT_OTHERS,
    AUDIT_DENIED,
    AUDIT_DOWNLOAD,
    AUDIT_EXPORT,
    AUDIT_PRINT,
    AUDIT_READ,
    CHANNEL_CRON,
)

# A file of a customer is opened in the course of work as its page is: no export, but it counts like reading.
SEEING = (AUDIT_READ, AUDIT_DOWNLOAD)
TAKING_OUT = (AUDIT_EXPORT, AUDIT_PRINT)
# Looking at the log itself is the auditor's work.
OWN_MODELS = ("customer.audit.log", "customer.audit.alert", "customer.audit.rule", "customer.export.usage")


class CustomerAuditRule(models.Model):
    """What a rule counts, as SQL over the log: rows of (id, user_id, time, amount)."""

    _inherit = "customer.audit.rule"
    _name = "customer.audit.rule"

    @api.model
    def _get_fact_sources(self):
        """Hook: kind → method that returns what a rule of it counts in a span of time, as ``SQL``.

        The methods take ``begin`` and ``end`` of the span (the begin excluded) and ``user_ids`` (None: everybody), and
        return a SELECT of the columns id, user_id, time and amount.
        """
        return {
            ALERT_MANY_RECORDS: self._get_record_facts,
            ALERT_MANY_EXPORTS: self._get_file_facts,
            ALERT_ODD_HOURS: self._get_odd_facts,
            ALERT_OTHERS: self._get_others_facts,
            ALERT_FIRST_EXPORT: self._get_first_facts,
            ALERT_LEAVING: self._get_leaving_facts,
        }

    def _get_facts(self, begin, end, user_ids):
        """What this rule counts in a span of time; see ``_get_fact_sources``."""
        return self._get_fact_sources()[self.kind](begin, end, user_ids)

    def _get_entries(self, begin, end, user_ids):
        """Condition on the alias ``e``: entries of people in a span of time that no alert has settled."""
        users = SQL("TRUE") if user_ids is None else SQL("e.user_id = ANY(%s)", list(user_ids))
        return SQL(
            """e.time > %(begin)s AND e.time <= %(end)s AND e.user_id != %(root)s
               AND e.user_id IN (SELECT id FROM res_users)
               AND e.channel != %(cron)s AND e.model NOT IN %(own)s AND %(users)s
               AND NOT EXISTS (SELECT FROM customer_audit_alert settled
                                WHERE settled.rule_id = %(rule)s AND settled.user_id = e.user_id
                                  AND settled.state = 'handled' AND settled.date_to >= e.time)""",
            begin=begin,
            end=end,
            root=SUPERUSER_ID,
            cron=CHANNEL_CRON,
            own=OWN_MODELS,
            users=users,
            rule=self.id,
        )

    @api.model
    def _get_amounts(self):
        """Condition on the alias ``e``: entries by which customers were seen or taken out, or should have been."""
        return SQL(
            "(e.operation IN %s OR e.operation = %s AND e.field_names @> ARRAY[%s])",
            (*SEEING, *TAKING_OUT),
            AUDIT_DENIED,
            AUDIT_EXPORT,
        )

    def _get_record_facts(self, begin, end, user_ids):
        return SQL(
            "SELECT e.id, e.user_id, e.time, e.count AS amount FROM customer_audit.entry e WHERE %s AND %s",
            self._get_entries(begin, end, user_ids),
            self._get_amounts(),
        )

    def _get_file_facts(self, begin, end, user_ids):
        return SQL(
            """SELECT e.id, e.user_id, e.time, 1 AS amount FROM customer_audit.entry e
                WHERE %s AND %s AND e.operation NOT IN %s""",
            self._get_entries(begin, end, user_ids),
            self._get_amounts(),
            SEEING,
        )

    def _get_odd_facts(self, begin, end, user_ids):
        """Records at odd hours; the clock is that of the person, or of the company where the person has none."""
        hours = self._get_hours()
        clock = SQL("(e.time AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(zone.name, %s))", self._get_company_zone())
        return SQL(
            """SELECT e.id, e.user_id, e.time, e.count AS amount
                 FROM customer_audit.entry e
                 JOIN res_users person ON person.id = e.user_id
                 JOIN res_partner contact ON contact.id = person.partner_id
                 LEFT JOIN unnest(%(zones)s) AS zone (name) ON zone.name = contact.tz
                WHERE %(entries)s AND %(amounts)s
                  AND (%(weekends)s AND extract(isodow FROM %(clock)s) > 5
                       OR extract(epoch FROM %(clock)s::time) / 3600 < %(begin)s
                       OR extract(epoch FROM %(clock)s::time) / 3600 >= %(end)s)""",
            zones=self._get_zones(),
            clock=clock,
            entries=self._get_entries(begin, end, user_ids),
            amounts=self._get_amounts(),
            weekends=hours.free_weekends,
            begin=hours.begin,
            end=hours.end,
        )

    @api.model
    def _get_company_zone(self):
        zone = self.env.company.resource_calendar_id.tz
        return zone if zone in self._get_zones() else "UTC"

    @api.model
    def _get_zones(self):
        """Time zones of people and working hours that the database knows: an unknown one would break the statement."""
        self.env["res.partner"].flush_model(["tz"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT contact.tz FROM res_users person
                     JOIN res_partner contact ON contact.id = person.partner_id
                    UNION SELECT tz FROM resource_calendar"""
            )
        )
        return sorted({name for [name] in rows} & self._get_known_zones())

    @api.model
    @ormcache()
    def _get_known_zones(self):
        return frozenset(name for [name] in self.env.execute_query(SQL("SELECT name FROM pg_timezone_names")))

    def _get_others_facts(self, begin, end, user_ids):
        """Archives of other owners, each once within the window."""
        return SQL(
            """SELECT id, user_id, time, count(*) AS amount
                 FROM (SELECT e.id, e.user_id, e.time,
                              lag(e.time) OVER (PARTITION BY e.user_id, seen.customer ORDER BY e.time) AS before
                         FROM customer_audit.entry e
                        CROSS JOIN LATERAL (
                              SELECT DISTINCT p.commercial_partner_id AS customer
                                FROM unnest(e.ids) AS i (id) JOIN res_partner p ON p.id = i.id
                               WHERE p.archive_owner_id != e.user_id) seen
                        WHERE %(entries)s AND e.model = 'res.partner' AND e.operation IN %(operations)s) each_one
                WHERE before IS NULL OR time - before > %(window)s
                GROUP BY id, user_id, time""",
            entries=self._get_entries(begin, end, user_ids),
            operations=(*SEEING, *TAKING_OUT),
            window=self._get_window(),
        )

    def _get_first_facts(self, begin, end, user_ids):
        """Exports of people who had never exported before, and had no alert of this rule."""
        return SQL(
            """SELECT e.id, e.user_id, e.time, e.count AS amount
                 FROM customer_audit.entry e
                WHERE %(entries)s AND %(amounts)s AND e.operation IN (%(export)s, %(denied)s)
                  AND NOT EXISTS (SELECT FROM customer_audit_alert known
                                   WHERE known.rule_id = %(rule)s AND known.user_id = e.user_id
                                     AND known.date_to < e.time)
                  AND NOT EXISTS (SELECT FROM customer_audit.entry earlier
                                   WHERE earlier.user_id = e.user_id AND earlier.operation = %(export)s
                                     AND earlier.time < e.time)""",
            entries=self._get_entries(begin, end, user_ids),
            amounts=self._get_amounts(),
            export=AUDIT_EXPORT,
            denied=AUDIT_DENIED,
            rule=self.id,
        )

    def _get_leaving_facts(self, begin, end, user_ids):
        self.env["res.users"].flush_model(["customer_leaving_date"])
        return SQL(
            """SELECT e.id, e.user_id, e.time, e.count AS amount
                 FROM customer_audit.entry e
                 JOIN res_users person ON person.id = e.user_id AND person.customer_leaving_date <= e.time::date
                WHERE %s AND %s""",
            self._get_entries(begin, end, user_ids),
            self._get_amounts(),
        )

    def _get_window(self):
        return timedelta(minutes=self.window)
