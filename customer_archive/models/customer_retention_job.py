import logging

import psycopg2
from odoo import api, fields, models
from odoo.fields import Domain

from ..const import ERASE
from .customer_privacy_request import PLANNED
from .customer_retention_rule import ACTIVE

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50
# A batch that meets people at work is tried again this often before the next night.
TRIES = 5


class CustomerRetentionRule(models.Model):
    """The nightly job: batch by batch, each in a transaction of its own. What is erased is no longer due, so a job
    that was broken off goes on where it ended, and a second worker finds the rule taken."""

    _inherit = "customer.retention.rule"
    _name = "customer.retention.rule"

    @api.model
    def _get_batch_size(self):
        """Hook: number of people or files that one transaction works off."""
        return BATCH_SIZE

    @api.model
    def _cron_apply(self):
        """Apply the rules that are switched on."""
        cron = self.env["ir.cron"]
        rules = self.search([("state", "=", ACTIVE)])
        cron._commit_progress(remaining=sum(rules.mapped("due_count")))
        for rule_id in rules.ids:
            while done := self._attempt(rule_id):
                if not cron._commit_progress(done):
                    return

    @api.model
    def _attempt(self, rule_id):
        """Work off one batch of a rule, again where it met people at work.

        :return: number of people or files; nothing where the rule is done, off, or another worker has it
        """
        for attempt in range(1, TRIES + 1):
            try:
                rule = self.browse(rule_id)
                if not rule.try_lock_for_update() or rule.state != ACTIVE:
                    return 0
                return rule._apply_batch()
            except psycopg2.OperationalError:
                # a row of the batch was changed by a person meanwhile: read again
                self.env.cr.rollback()
                if attempt == TRIES:
                    raise
                _logger.info("A batch of a retention rule met other work, try %s", attempt)
        return 0

    def _apply_batch(self):
        """Erase or propose what is due next; return the number of rows."""
        self.ensure_one()
        # sudo: the job reaches every archive, by a rule that two people stand for
        rule = self.sudo()
        domain = rule._get_due_domain()
        if rule.action == "propose":
            domain &= rule._get_unproposed_domain()
        due = rule._get_model().sudo().search(domain, order="id", limit=rule._get_batch_size())
        if due:
            rule._apply(due)
        # always an UPDATE: a rival that read before it gets a serialization error and reads again
        erased = len(due) if rule.action != "propose" else 0
        rule.write({"last_run": fields.Datetime.now(), "done_count": rule.done_count + erased})
        return len(due)

    def _apply(self, due):
        """Hook: do what the rule says with these people or files."""
        if due._name == "ir.attachment":
            due.unlink()
        elif self.action == "propose":
            self._propose(due)
        else:
            self.env["customer.privacy.eraser"]._erase(due)

    def _get_unproposed_domain(self):
        """People whose erasure nobody proposed yet."""
        requests = self.env["customer.privacy.request"].search([("kind", "=", ERASE), ("channel", "=", "internal")])
        return Domain("id", "not in", requests.partner_ids.ids)

    def _propose(self, people):
        """Requests, one per company, that wait for a second person: another one than who switched the rule on."""
        groups = people.grouped(lambda person: person.commercial_partner_id.archive_company_id or self.env.company)
        requests = self.env["customer.privacy.request"].create(
            [
                {
                    "kind": ERASE,
                    "channel": "internal",
                    "company_id": company.id,
                    "user_id": self.activated_by.id,
                    "partner_ids": [fields.Command.set(members.ids)],
                    "answer": self.env._("By the retention rule “%s”.", self.name),
                    "planned_by": self.activated_by.id,
                    "planned_date": fields.Datetime.now(),
                    "state": PLANNED,
                }
                for company, members in groups.items()
            ]
        )
        for request in requests:
            request._count()
