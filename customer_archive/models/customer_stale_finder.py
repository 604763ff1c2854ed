from odoo import api, models
from odoo.tools import SQL

from ..const import BOUNCED, CONTROLLED_STATES, INACTIVE, UNREACHABLE, UNVERIFIED


class CustomerStale(models.Model):
    """What makes an archive stale, as SQL: one statement for each reason, however many archives there are."""

    _inherit = "customer.stale"
    _name = "customer.stale"

    @api.model
    def _cron_find(self):
        """Bring the queue up to the day, one transaction for each reason; the same again changes nothing."""
        cron = self.env["ir.cron"]
        reasons = self._get_stale_reasons()
        cron._commit_progress(remaining=len(reasons))
        for reason in reasons:
            self._find_reason(reason)
            if not cron._commit_progress(1):
                return

    @api.model
    def _find(self, partners):
        """Look at these archives only."""
        for reason in self._get_stale_reasons():
            self._find_reason(reason, partners)

    @api.model
    def _get_stale_reasons(self):
        """Hook: why archives are stale.

        :return: dict of key of ``reason``: ``SQL`` of a relation of ``partner_id`` and ``since`` (a date). Take the
            archives from ``_select_archives(since, joins, condition)``, where they are ``p`` and their company ``o``.
        """
        return {
            UNVERIFIED: self._select_unverified(),
            BOUNCED: self._select_bounced(),
            UNREACHABLE: self._select_unreachable(),
            INACTIVE: self._select_inactive(),
        }

    @api.model
    def _find_reason(self, reason, partners=None):
        """Bring the rows of one reason in line with what its relation says, in one statement.

        A rival that is at it already does the same: then there is nothing to do.
        """
        self.env.flush_all()
        lock = SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", f"customer_stale_{reason}")
        [(free,)] = self.env.execute_query(lock)
        if not free:
            return
        scope = SQL("partner_id IN %s", tuple(partners.ids) or (0,)) if partners is not None else SQL("TRUE")
        self.env.cr.execute(
            SQL(
                """WITH found AS MATERIALIZED (SELECT partner_id, since FROM (%(source)s) x WHERE %(scope)s),
                        gone AS (DELETE FROM customer_stale s
                                  WHERE reason = %(reason)s AND %(scope)s
                                    AND NOT EXISTS (SELECT FROM found f WHERE f.partner_id = s.partner_id))
                   INSERT INTO customer_stale (partner_id, company_id, user_id, reason, since, create_uid, write_uid,
                                               create_date, write_date)
                   SELECT p.id, p.archive_company_id, p.user_id, %(reason)s, f.since, %(uid)s, %(uid)s,
                          now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                     FROM found f JOIN res_partner p ON p.id = f.partner_id
                       ON CONFLICT (partner_id, reason) DO UPDATE SET since = excluded.since
                    WHERE excluded.since < customer_stale.since""",
                source=self._get_stale_reasons()[reason], scope=scope, reason=reason, uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)

    #=== REASONS ===#

    @api.model
    def _select_archives(self, since, joins, condition):
        """Archives in use that a condition holds for, with the day since when."""
        return SQL(
            """SELECT p.id AS partner_id, (%s)::date AS since
                 FROM res_partner p JOIN res_company o ON o.id = p.archive_company_id %s
                WHERE p.archive_state IN %s AND p.active AND %s""",
            since, joins, CONTROLLED_STATES, condition,
        )

    @api.model
    def _select_unverified(self):
        until = SQL(
            """COALESCE(p.archive_verified_date, p.archive_approved_date, p.create_date)
                + make_interval(months => o.customer_stale_unverified_months)"""
        )
        return self._select_archives(until, SQL(), SQL("%s <= now() AT TIME ZONE 'UTC'", until))

    @api.model
    def _get_ways(self):
        """By which ways the contacts of each customer can be reached: one row per customer."""
        return SQL(
            """SELECT c.commercial_partner_id AS id,
                      bool_or(c.email_normalized IS NOT NULL) AS mail,
                      bool_or(c.email_normalized IS NOT NULL AND COALESCE(c.message_bounce, 0) = 0
                              AND b.id IS NULL) AS works,
                      bool_or(COALESCE(c.phone, '') <> '' OR c.customer_private_phone IS NOT NULL) AS phone
                 FROM res_partner c
                 LEFT JOIN mail_blacklist b ON b.email = c.email_normalized AND b.active
                WHERE c.active AND c.archive_scope IS NOT NULL
                GROUP BY c.commercial_partner_id"""
        )

    @api.model
    def _select_bounced(self):
        ways = SQL("JOIN (%s) w ON w.id = p.id", self._get_ways())
        return self._select_archives(SQL("now() AT TIME ZONE 'UTC'"), ways, SQL("w.mail AND NOT w.works"))

    @api.model
    def _select_unreachable(self):
        """Neither phone nor mail, or the last question stayed without an answer and nobody has talked since."""
        joins = SQL(
            """LEFT JOIN (%s) w ON w.id = p.id
               LEFT JOIN (SELECT DISTINCT ON (partner_id) partner_id, state, write_date FROM customer_verification
                           WHERE state <> 'cancelled' ORDER BY partner_id, id DESC) v
                      ON v.partner_id = p.id AND v.state = 'expired'
                     AND COALESCE(p.archive_last_contact_date, '-infinity') < v.write_date""",
            self._get_ways(),
        )
        unheard = SQL("NOT COALESCE(w.mail OR w.phone, FALSE)")
        return self._select_archives(
            SQL("COALESCE(v.write_date, now() AT TIME ZONE 'UTC')"), joins,
            SQL("(%s OR v.partner_id IS NOT NULL)", unheard),
        )

    @api.model
    def _get_activity_sources(self):
        """Hook: by what a customer shows to be active, beside interactions.

        :return: list of ``SQL`` of relations with at most one row per customer: ``partner_id``, ``last_date``
        """
        source = self.env["customer.classifier"]._get_lifecycle_source(self.env.cr.now().date())
        return [source] if source else []

    @api.model
    def _select_inactive(self):
        sources = self._get_activity_sources()
        names = [SQL.identifier(f"a{place}") for place in range(len(sources))]
        joins = SQL(" ").join(
            SQL("LEFT JOIN (%s) %s ON %s.partner_id = p.id", source, name, name)
            for source, name in zip(sources, names, strict=True)
        )
        dates = [SQL("p.archive_last_contact_date"), SQL("COALESCE(p.archive_approved_date, p.create_date)")]
        dates += [SQL("%s.last_date::timestamp", name) for name in names]
        until = SQL(
            "GREATEST(%s) + make_interval(months => o.customer_stale_inactive_months)", SQL(", ").join(dates)
        )
        return self._select_archives(until, joins, SQL("%s <= now() AT TIME ZONE 'UTC'", until))
