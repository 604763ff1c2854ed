from odoo import api, models
from odoo.tools import SQL

from ..const import CASE_VISIT, CONFIRMATION, FORMAL, OPEN_VERIFICATIONS
from ..tools.case import COMPLAINT, RESOLVED


class CustomerFollowupRule(models.Model):
    """Return visits of cases and confirmations of facts as occasions."""

    _inherit = "customer.followup.rule"
    _name = "customer.followup.rule"

    @api.model
    def _get_occasion_sources(self):
        return {
            **super()._get_occasion_sources(),
            CASE_VISIT: type(self)._get_case_visit_occasions,
            CONFIRMATION: type(self)._get_confirmation_occasions,
        }

    @api.model
    def _get_lasting_triggers(self):
        return super()._get_lasting_triggers() | {CASE_VISIT, CONFIRMATION}

    def _get_case_visit_occasions(self, first, last):
        """Cases that are solved and wait for another person to ask the customer; each solution is an occasion."""
        company = SQL("c.company_id = %s", self.company_id.id) if self.company_id else SQL("TRUE")
        return SQL(
            """SELECT c.partner_id, NULLIF(c.contact_id, c.partner_id) AS contact_id,
                      GREATEST(d.day, %(first)s) AS day, c.id || ':' || COALESCE(c.reopen_count, 0) AS key,
                      'customer.case,' || c.id AS source
                 FROM customer_case c
                 JOIN res_partner p ON p.id = c.partner_id
                 LEFT JOIN customer_case_category k ON k.id = c.category_id
                CROSS JOIN LATERAL (
                      SELECT timezone(COALESCE(p.tz, 'UTC'), timezone('UTC', c.date_resolved))::date) d(day)
                WHERE c.state = %(resolved)s AND d.day <= %(last)s
                  AND (c.kind = %(complaint)s OR k.needs_return_visit) AND %(company)s""",
            first=first, last=last, resolved=RESOLVED, complaint=COMPLAINT, company=company,
        )

    def _get_confirmation_occasions(self, first, last):
        """Formal archives whose facts nobody confirmed for as long as the company's settings say.

        Customers who were asked and may still answer are left out.
        """
        return SQL(
            """SELECT q.id AS partner_id, NULL::int AS contact_id, GREATEST(q.due, %(first)s) AS day,
                      q.base::text AS key, NULL::varchar AS source
                 FROM (SELECT p.id, b.base,
                              (b.base + make_interval(months => y.customer_verification_months))::date AS due
                         FROM res_partner p
                         JOIN res_company y ON y.id = p.archive_company_id
                        CROSS JOIN LATERAL (SELECT COALESCE(p.archive_verified_date, p.create_date)::date) b(base)
                        WHERE p.archive_state = %(formal)s) q
                WHERE q.due <= %(last)s
                  AND NOT EXISTS (
                      SELECT FROM customer_verification v WHERE v.partner_id = q.id AND v.state IN %(open)s)""",
            first=first, last=last, formal=FORMAL, open=OPEN_VERIFICATIONS,
        )


class CustomerFollowup(models.Model):
    """Follow-ups about a case."""

    _inherit = "customer.followup"
    _name = "customer.followup"

    @api.model
    def _select_sources(self):
        return [*super()._select_sources(), ("customer.case", self.env._("Case"))]

    def _get_owner(self):
        owner = super()._get_owner()
        case = self.source
        if not case or case._name != "customer.case" or owner != case.resolver_id:
            return owner
        # who solved a case does not ask whether it is solved
        return (case._get_escalation_users().filtered(case._is_open_to) - owner)[:1]
