from odoo import api, models
from odoo.tools import SQL

from ..tools import policy


class ResPartner(models.Model):
    """What the policies say about an archive. They answer a question; nothing is written."""

    _inherit = "res.partner"
    _name = "res.partner"

    def _customer_policy(self):
        """What counts for these archives, in a number of queries that does not grow with them.

        :return: dict of partner id → dict of policy field → ``tools.policy.PolicyValue``; contacts without an archive
            have none
        """
        self.check_access("read")
        Policy = self.env["customer.policy"]
        policies = Policy._get_policies()
        found = {partner_id: {} for partner_id in self._ids}
        for partner_id, customer in self._get_policy_customers().items():
            found[partner_id] = Policy._resolve(customer, policies)
        return found

    def _get_policy_customers(self):
        """What policies ask of these archives, in one query: dict of partner id → ``tools.policy.Customer``."""
        names = ["archive_state", "archive_company_id", "customer_level_id", "customer_lifecycle", "is_company"]
        self.flush_recordset(names)
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, p.archive_company_id, p.customer_level_id, p.customer_lifecycle, p.is_company,
                          (SELECT array_agg(DISTINCT part::int)
                             FROM customer_tag_assignment a
                             JOIN customer_tag t ON t.id = a.tag_id,
                                  unnest(string_to_array(trim(trailing '/' FROM t.parent_path), '/')) AS part
                            WHERE a.partner_id = p.id)
                     FROM res_partner p
                    WHERE p.id IN %s AND p.archive_state IS NOT NULL""",
                self._ids or (0,),
            )
        )
        return {
            partner_id: policy.Customer(company, level, frozenset(tags or ()), stage, not is_company)
            for partner_id, company, level, stage, is_company, tags in rows
        }

    def _get_policy_lines(self):
        """What the policies say about one archive, for the page: list of dict with label, value and source."""
        self.ensure_one()
        return self._describe_policy_values(self._customer_policy()[self.id])

    @api.model
    def _describe_policy_values(self, found):
        """What counts for an archive in words, as in ``_get_policy_lines``; ``found`` as in ``_customer_policy``."""
        Policy = self.env["customer.policy"]
        # sudo: names of policies that count for the archive
        names = {record.id: record.name for record in Policy.sudo().browse({value.policy for value in found.values()})}
        return [
            {
                "label": definition["label"],
                "value": Policy._format_policy_value(name, found[name].value),
                "source": self._get_policy_source(names[found[name].policy], found[name].needs_decision),
            }
            for name, definition in Policy._get_policy_fields().items()
            if name in found
        ]

    @api.model
    def _get_policy_source(self, name, needs_decision):
        if needs_decision:
            return self.env._("Policy “%s”: a proposal that a person decides on", name)
        return self.env._("Policy “%s”", name)
