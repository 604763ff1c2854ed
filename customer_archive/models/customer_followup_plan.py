from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CANCELLED, CLOSED, GONE, PLANNED, RULE_OFF
from ..rows import as_relation
from ..tools import followup

HORIZON_DAYS = 14


class CustomerFollowupRule(models.Model):
    """The plan: which occasions are ahead, in three statements per rule, whatever the number of customers."""

    _inherit = "customer.followup.rule"
    _name = "customer.followup.rule"

    @api.model
    def _get_horizon_days(self):
        """Hook: how many days ahead follow-ups are planned and shown."""
        return HORIZON_DAYS

    @api.model
    def _get_scope(self):
        """Hook: customers that rules follow up at all, as a ``Domain``."""
        return Domain("archive_state", "not in", (False, CLOSED)) & Domain("customer_erased_date", "=", False)

    def _is_lasting(self):
        self.ensure_one()
        return self.trigger in self._get_lasting_triggers()

    def _get_shift(self):
        """Days from the occasion to what is done for it."""
        self.ensure_one()
        return self.offset_days if self.offset_when == "after" else -self.offset_days

    def _get_audience(self, partners):
        """The customers that this rule is for, as a query.

        :param partners: ``res.partner`` with the rights by which customers are looked for
        """
        self.ensure_one()
        domain = self._get_scope() & self._parse()
        if self.company_id:
            domain &= Domain("archive_company_id", "=", self.company_id.id)
        zone = self.env["res.company"]._get_class_timezone()
        return partners.with_context(tz=zone, active_test=True)._search(domain)

    def _get_span(self, today):
        """Days on which something may have to be done, as ``tools.followup.Span``."""
        self.ensure_one()
        return followup.span_to_plan(
            today, self.starts_on, self.planned_on or None, self.grace_days, self._get_horizon_days(),
            self._is_lasting(),
        )

    def _get_plan_query(self, span, partners):
        """What is to be done on the days of a span, as ``SQL`` with the columns of ``customer.followup``."""
        self.ensure_one()
        days = span.shifted(-self._get_shift())
        occasions = self._get_followup_occasions(days.first, days.last)
        return SQL(
            """SELECT o.partner_id, o.contact_id, p.archive_company_id AS company_id, p.user_id,
                      o.key AS occasion_key, o.day AS occasion_date, m.moment AS planned_date, o.source
                 FROM (%(occasions)s) o
                 JOIN res_partner p ON p.id = o.partner_id
                 LEFT JOIN res_partner c ON c.id = o.contact_id
                 LEFT JOIN res_company y ON y.id = p.archive_company_id
                 LEFT JOIN res_partner yp ON yp.id = y.partner_id
                 JOIN (SELECT v.* FROM %(moments)s) m
                   ON m.day = o.day AND m.zone = COALESCE(c.tz, p.tz, yp.tz, 'UTC')
                WHERE o.partner_id IN %(audience)s""",
            occasions=occasions, moments=self._get_moments(span),
            audience=self._get_audience(partners).subselect(),
        )

    def _get_moments(self, span):
        """The hour of the rule on each day in each time zone of a customer, as a relation."""
        zones = {"UTC"} | {
            zone for (zone,) in self.env.execute_query(SQL("SELECT DISTINCT tz FROM res_partner WHERE tz IS NOT NULL"))
        }
        shift = timedelta(days=self._get_shift())
        rows = [
            {"day": day - shift, "zone": zone, "moment": moment}
            for day, zone, moment in followup.moments(span, self.hour, sorted(zones))
        ]
        return as_relation(rows, {"day": "date", "zone": "varchar", "moment": "timestamp"})

    #=== PLANNING ===#

    def _plan(self, today):
        """Bring the planned follow-ups of one rule in line with its occasions.

        What is new is planned, what has moved is moved, what is gone is cancelled; what was done, skipped by a person
        or missed stays. The rule's own row is written, so that a second worker with an older picture starts anew.
        """
        self.ensure_one()
        # sudo: rules find all customers, whoever wrote them; set by the job only
        rule = self.sudo()
        span = rule._get_span(today)
        self.env.flush_all()
        rule.write({"planned_on": today, "planned_date": fields.Datetime.now(), "problem": False})
        self.env.flush_all()
        with rule._joining_sets():
            self.env.cr.execute(rule._get_plan_statement(span))
        self.env["customer.followup"].invalidate_model(flush=False)

    @contextmanager
    def _joining_sets(self):
        """Let PostgreSQL join whole sets: it cannot know how many occasions there are, and takes them for a few.

        Row by row the time would grow with the square of the customers.
        """
        self.env.cr.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
        yield
        # after an error the transaction, or its savepoint, is rolled back, and these settings with it
        self.env.cr.execute("SET LOCAL enable_nestloop = on; SET LOCAL jit = on")

    def _get_plan_statement(self, span):
        first, last = (fields.Datetime.to_datetime(day) for day in (span.first, span.last + timedelta(days=1)))
        names = ("partner_id", "contact_id", "company_id", "user_id", "occasion_key", "occasion_date", "planned_date",
                 "source")
        columns = SQL(", ").join(map(SQL.identifier, names))
        return SQL(
            """WITH plan AS MATERIALIZED (%(query)s),
                 gone AS (
                     UPDATE customer_followup f SET state = %(cancelled)s, reason = %(gone)s
                      WHERE f.rule_id = %(rule)s AND f.state = %(planned)s
                        AND f.planned_date BETWEEN %(first)s AND %(last)s
                        AND NOT EXISTS (SELECT FROM plan WHERE %(same)s))
               INSERT INTO customer_followup (rule_id, state, create_uid, write_uid, create_date, write_date,
                      %(columns)s)
               SELECT %(rule)s, %(planned)s, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                      %(columns_of_plan)s
                 FROM plan LEFT JOIN customer_followup f ON f.rule_id = %(rule)s AND %(same)s
                WHERE f.id IS NULL OR %(replanned)s
               ON CONFLICT (rule_id, partner_id, COALESCE(contact_id, 0), occasion_key) DO UPDATE
                  SET state = excluded.state, reason = NULL, planned_date = excluded.planned_date,
                      occasion_date = excluded.occasion_date""",
            query=self._get_plan_query(span, self.env["res.partner"].sudo()), first=first, last=last,
            columns=columns, columns_of_plan=SQL(", ").join(SQL.identifier("plan", name) for name in names),
            rule=self.id, uid=self.env.uid, planned=PLANNED, cancelled=CANCELLED, gone=GONE,
            same=SQL(
                """f.partner_id = plan.partner_id AND f.occasion_key = plan.occasion_key
                   AND COALESCE(f.contact_id, 0) = COALESCE(plan.contact_id, 0)"""
            ),
            replanned=SQL(
                """(f.state = %s AND f.planned_date != plan.planned_date)
                   OR (f.state = %s AND f.reason IN %s)""",
                PLANNED, CANCELLED, (GONE, RULE_OFF),
            ),
        )

    def _find_standing(self, followups):
        """Which of these follow-ups of one rule are still called for: set of (customer, contact, key)."""
        self.ensure_one()
        days = followups.mapped("occasion_date")
        first, last = min(days), max(days)
        rows = self.env.execute_query(
            SQL(
                "SELECT o.partner_id, o.contact_id, o.key FROM (%s) o WHERE o.partner_id IN %s AND o.partner_id IN %s",
                self._get_followup_occasions(first, last), tuple(followups.partner_id.ids),
                self._get_audience(self.env["res.partner"].sudo()).subselect(),
            )
        )
        return set(rows)
