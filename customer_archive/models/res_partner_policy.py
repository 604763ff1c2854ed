from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import policy


class ResPartner(models.Model):
    """What the policies say about an archive. They answer a question; nothing is written."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_policy_lines = fields.Json(
        "Policies", compute="_compute_customer_policy_lines", exportable=False, groups="base.group_user"
    )

    @api.depends(
        "archive_state", "archive_company_id", "customer_level_id", "customer_lifecycle", "customer_tag_ids",
        "is_company",
    )
    @api.depends_context("uid", "lang")
    def _compute_customer_policy_lines(self):
        found = self._origin._customer_policy()
        Policy = self.env["customer.policy"]
        used = {value.policy for values in found.values() for value in values.values()}
        # sudo: names of policies that count for the archive
        names = {record.id: record.name for record in Policy.sudo().browse(used)}
        for partner in self:
            partner.customer_policy_lines = Policy._prepare_policy_lines(found.get(partner._origin.id, {}), names)

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
        return self.customer_policy_lines or []

    def _get_class_sections(self):
        sections = super()._get_class_sections()
        if rows := self._get_policy_lines():
            sections.append({"title": self.env._("What Policies Say"), "rows": rows})
        return sections
