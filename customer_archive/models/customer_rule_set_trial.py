from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import LEVEL, PUBLISHED, RETIRED
from ..tools.ruling import ClassRules


class CustomerRuleSet(models.Model):
    """What rules would change, found out without touching a customer."""

    _inherit = "customer.rule.set"
    _name = "customer.rule.set"

    def action_try_out(self):
        """Find out who would move where, and open the result."""
        self.ensure_one()
        self.check_access("write")
        if self.state == RETIRED:
            raise UserError(self.env._("“%s” is retired: make a new version of it to try it out.", self.display_name))
        self._check_faults()
        trial = self.env["customer.rule.trial"].create({"rule_set_id": self.id})
        trial._run()
        # sudo: set by this button only; it says what the publication is compared with
        self.sudo().replaces_id = self._get_published() - self
        return trial._get_action()

    def _get_trial_rules(self):
        """The rules as they would be with this version, as ``customer.classifier``'s ``ClassRules``."""
        self.ensure_one()
        classifier = self.env["customer.classifier"]
        present = classifier._read_rules()
        draft = classifier._compile(self.sudo())
        if self.kind == LEVEL:
            return ClassRules({**present.levels, **draft.levels})
        others = [
            rule
            for rule in present.tags
            if rule.taxonomy == self.taxonomy_id.id and rule.company != self.company_id.id
        ]
        return ClassRules(tags=(*draft.tags, *others))

    def _get_trial_scope(self):
        """The customers that this version decides on, as a ``Domain``."""
        self.ensure_one()
        if self.company_id:
            return Domain("archive_company_id", "=", self.company_id.id)
        # sudo: rules of companies that the person does not work for count as well
        own = self.sudo().search(
            [
                ("kind", "=", self.kind),
                ("taxonomy_id", "=", self.taxonomy_id.id),
                ("company_id", "!=", False),
                ("state", "=", PUBLISHED),
            ]
        ).company_id
        return Domain("archive_company_id", "not in", own.ids)
