from collections import Counter

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import TAG
from ..tools import tagging


class CustomerClassifier(models.AbstractModel):
    """Tags by rules, on sets of customers."""

    _inherit = "customer.classifier"
    _name = "customer.classifier"

    @api.model
    def _classify_tags(self, scope, rules):
        """Set and take away the tags of rules; return a ``Counter``."""
        plan = self._plan_tags(scope, rules)
        if not plan:
            return Counter()
        known = {rule.id: rule for rule in rules.tags}
        lost = [{"partner": partner, "tag": tag} for partner, (_gained, lost) in plan.items() for tag in sorted(lost)]
        gained = [
            {
                "partner": partner,
                "tag": tag,
                "rule": rule,
                "rule_set": known[rule].rule_set,
                "taxonomy": known[rule].taxonomy if known[rule].exclusive else None,
            }
            for partner, (new, _lost) in plan.items()
            for tag, rule in sorted(new.items())
        ]
        self.env["customer.tag.assignment"]._exchange(gained, lost)
        return Counter({TAG: len(gained) + len(lost)})

    @api.model
    def _plan_tags(self, scope, rules):
        """What the rules change on the tags of a set of customers, without writing anything.

        :return: dict of partner id → (dict of tag to set → rule, set of tags to take away), of customers that change
        """
        ruled = frozenset(rule.taxonomy for rule in rules.tags)
        held = self._read_held(scope, ruled)
        wishes = self._read_wishes(scope, rules)
        plan = {}
        for partner in sorted(held.keys() | wishes.keys()):
            gained, lost = tagging.settle(wishes.get(partner, ()), held.get(partner, ()), ruled)
            if gained or lost:
                plan[partner] = (gained, lost)
        return plan

    @api.model
    def _read_wishes(self, scope, rules):
        """Which rules match which customers, in one query: dict of partner id → list of ``tools.tagging.Wish``."""
        # sudo: rules see the customer as it is, whoever asks
        partners = self.env["res.partner"].sudo().with_context(tz=self.env["res.company"]._get_class_timezone())
        selects = []
        for place, rule in enumerate(rules.tags):
            chosen = self._get_scope() & scope & Domain(list(rule.domain))
            if rule.company:
                chosen &= Domain("archive_company_id", "=", rule.company)
            elif own := self._get_own_companies(rule, rules):
                chosen &= Domain("archive_company_id", "not in", own)
            query = partners._search(chosen)
            selects.append(query.select(SQL("%s::int", place), SQL.identifier(query.table, "id")))
        if not selects:
            return {}
        wishes = [tagging.Wish(r.id, r.tag, r.taxonomy, r.exclusive, r.priority) for r in rules.tags]
        found = {}
        for place, partner in self.env.execute_query(SQL(" UNION ALL ").join(selects)):
            found.setdefault(partner, []).append(wishes[place])
        return found

    @api.model
    def _get_own_companies(self, rule, rules):
        """Companies with rules of their own for the taxonomy of a rule for all companies."""
        return sorted({other.company for other in rules.tags if other.taxonomy == rule.taxonomy and other.company})

    @api.model
    def _read_held(self, scope, taxonomies):
        """Tags of these taxonomies on a set of customers: dict of partner id → list of ``tools.tagging.Held``.

        Tags that rules set and that no rules stand for any more are read as well, so that they go.
        """
        partners = self.env["res.partner"].sudo()._search(self._get_scope() & scope)
        rows = self.env.execute_query(
            SQL(
                """SELECT a.partner_id, a.tag_id, t.taxonomy_id, a.rule_id
                     FROM customer_tag_assignment a JOIN customer_tag t ON t.id = a.tag_id
                    WHERE a.partner_id IN %s AND t.taxonomy_id IN %s""",
                partners.subselect(), tuple(taxonomies) or (0,),
            )
        )
        found = {}
        for partner, *held in rows:
            found.setdefault(partner, []).append(tagging.Held(*held))
        return found
