from odoo import api, fields, models
from odoo.tools import SQL

from ..const import BIRTHDAY, CONTRACT_END, CONTRACT_RENEWAL, PLANNED, PROMOTION, VISIT
from ..rows import as_relation
from ..tools import followup
from ..tools.contract import ACTIVE, EXPIRED, EXPIRING


class CustomerFollowupRule(models.Model):
    """Where occasions come from: one statement per trigger, whatever the number of customers."""

    _inherit = "customer.followup.rule"
    _name = "customer.followup.rule"

    @api.model
    def _get_occasion_sources(self):
        """Hook: trigger → method of a rule that finds its occasions.

        The method takes the first and the last day and returns ``SQL`` of a query without order and limit:

        - ``partner_id``: the customer; ``contact_id``: one of its contacts, or NULL where it is about the customer
        - ``day``: the day of the occasion, between the two days
        - ``key``: text that is the same whenever the same occasion of the same customer is found again
        - ``source``: the document as text ``model,id``, or NULL
        """
        return {
            VISIT: type(self)._get_visit_occasions,
            BIRTHDAY: type(self)._get_birthday_occasions,
            CONTRACT_END: type(self)._get_contract_end_occasions,
            CONTRACT_RENEWAL: type(self)._get_contract_renewal_occasions,
            PROMOTION: type(self)._get_promotion_occasions,
        }

    def _get_followup_occasions(self, first, last):
        """Occasions of this rule from one day to another, as ``SQL``; see ``_get_occasion_sources``."""
        self.ensure_one()
        return self._get_occasion_sources()[self.trigger](self, first, last)

    #=== VISITS ===#

    def _get_visit_occasions(self, first, last):
        """Customers whose last contact is longer ago than their policy says, and with whom no contact is planned.

        Who was overdue before the first day is overdue on it. The occasion is the last contact: the next one ends it.
        """
        return SQL(
            """SELECT q.id AS partner_id, NULL::int AS contact_id, GREATEST(q.base + q.days, %(first)s) AS day,
                      q.base::text AS key, NULL::varchar AS source
                 FROM (SELECT v.id, v.days, COALESCE(p.archive_last_contact_date, p.create_date)::date AS base
                         FROM (%(intervals)s) v JOIN res_partner p ON p.id = v.id) q
                WHERE q.base + q.days <= %(last)s
                  AND NOT EXISTS (
                      SELECT FROM customer_interaction i JOIN customer_interaction_channel h ON h.id = i.channel_id
                       WHERE i.partner_id = q.id AND i.state = %(planned)s AND h.is_contact
                         AND i.date_start >= %(now)s)""",
            first=first, last=last, planned=PLANNED, now=fields.Datetime.now(), intervals=self._get_visit_intervals(),
        )

    @api.model
    def _get_visit_intervals(self):
        """Customers and the days between two visits that count for them, as ``SQL``: the first policy that says so."""
        # sudo: policies count for every customer, whoever asks
        policies = self.env["customer.policy"].sudo().search([("visit_interval_days", ">", 0)])
        Partner = self.env["res.partner"].sudo()
        selects = []
        for place, policy in enumerate(policies):
            query = Partner._search(policy._get_fit_domain() & self._get_scope())
            ident = SQL.identifier(query.table, "id")
            selects.append(query.select(SQL("%s AS id, %s::int AS place", ident, place),
                                        SQL("%s::int AS days", policy.visit_interval_days)))
        if not selects:
            return SQL("SELECT NULL::int AS id, NULL::int AS days WHERE FALSE")
        union = SQL(" UNION ALL ").join(selects)
        return SQL("SELECT DISTINCT ON (u.id) u.id, u.days FROM (%s) u ORDER BY u.id, u.place", union)

    #=== BIRTHDAYS ===#

    def _get_birthday_occasions(self, first, last):
        """People of customers, and customers that are people; one occasion a year."""
        rows = [
            {"month": str(month), "number": number, "day": day}
            for month, number, day in followup.birthdays(followup.Span(first, last))
        ]
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id,
                      NULLIF(p.id, p.commercial_partner_id) AS contact_id, v.day,
                      extract(year FROM v.day)::text AS key, NULL::varchar AS source
                 FROM %s JOIN res_partner p
                   ON p.customer_birthday_month = v.month AND p.customer_birthday_day = v.number
                WHERE p.active AND NOT p.is_company AND p.archive_scope IS NOT NULL
                  AND p.customer_erased_date IS NULL""",
            as_relation(rows, {"month": "varchar", "number": "int4", "day": "date"}),
        )

    #=== CONTRACTS ===#

    def _get_contract_end_occasions(self, first, last):
        """Contracts that end by their dates; what was terminated or replaced is decided."""
        condition = SQL("c.renewal_months = 0 AND c.state IN %s", (ACTIVE, EXPIRING, EXPIRED))
        return self._get_contract_occasions(SQL("c.period_end"), condition, first, last)

    def _get_contract_renewal_occasions(self, first, last):
        """Contracts that renew themselves, on the last day to give notice."""
        condition = SQL("c.renewal_months > 0 AND c.state IN %s", (ACTIVE, EXPIRING))
        return self._get_contract_occasions(SQL("c.decide_by"), condition, first, last)

    def _get_contract_occasions(self, day, condition, first, last):
        company = SQL("c.company_id = %s", self.company_id.id) if self.company_id else SQL("TRUE")
        return SQL(
            """SELECT c.partner_id, NULLIF(c.contact_id, c.partner_id) AS contact_id, %(day)s AS day,
                      c.id || ':' || %(day)s AS key, 'customer.contract,' || c.id AS source
                 FROM customer_contract c
                WHERE %(day)s BETWEEN %(first)s AND %(last)s AND %(condition)s AND %(company)s""",
            day=day, first=first, last=last, condition=condition, company=company,
        )

    #=== PROMOTIONS ===#

    def _get_promotion_occasions(self, first, last):
        """Every customer of the audience, on the day that a person entered."""
        day = self.promotion_date
        return SQL(
            """SELECT p.id AS partner_id, NULL::int AS contact_id, %(day)s::date AS day, %(day)s::text AS key,
                      NULL::varchar AS source
                 FROM res_partner p WHERE p.archive_state IS NOT NULL AND %(day)s BETWEEN %(first)s AND %(last)s""",
            day=day, first=first, last=last,
        )
