import logging

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.gc import disabling_gc

from ..const import GROUP_MANAGER, LEVEL, LIFECYCLE, TAG

_logger = logging.getLogger(__name__)

BATCH_SIZE = 10_000
# A batch that meets people at work is tried again this often before the next call of the job takes it up.
TRIES = 5
RUNNING, DONE, STOPPED = "running", "done", "stopped"


# No record rule: counts and times of a pass over all customers, read by managers only
class CustomerClassificationRun(models.Model):
    """A pass over all customers: batch by batch, each in a transaction of its own, from where the last one ended.

    A run keeps to the rules it began with; when they are replaced meanwhile it ends, and a new one begins.
    """

    _name = "customer.classification.run"
    _description = "Run of the Classification"
    _order = "id desc"

    state = fields.Selection(
        [(RUNNING, "Running"), (DONE, "Done"), (STOPPED, "Stopped by newer rules")],
        default=RUNNING, required=True, index=True,
    )
    cause = fields.Selection(
        [("night", "Nightly"), ("rules", "New rules"), ("manual", "By hand")], default="night", required=True
    )
    rule_version = fields.Char("Rules", help="Ids of the rule sets that were applied.")
    today = fields.Date("Day")
    start_date = fields.Datetime("Started", default=fields.Datetime.now)
    end_date = fields.Datetime("Ended")
    cursor = fields.Integer("Last Customer", help="Id of the last contact that was classed.", aggregator=False)
    customer_count = fields.Integer("Customers")
    level_count = fields.Integer("Levels Changed")
    lifecycle_count = fields.Integer("Life Cycles Changed")
    tag_count = fields.Integer("Tags Changed")

    _running_uniq = models.UniqueIndex("(state) WHERE state = 'running'", "A run is under way already.")

    @api.model
    def _get_batch_size(self):
        """Hook: number of customers that are classed in one transaction."""
        return BATCH_SIZE

    @api.model
    def _request(self):
        """Have all customers classed as soon as possible, after the present transaction."""
        # sudo: whoever publishes rules has no right on scheduled actions
        self.env.ref("customer_archive.ir_cron_customer_classification_run").sudo()._trigger()

    def action_request(self):
        """Have all customers classed now."""
        if not self.env.user.has_group(GROUP_MANAGER):
            raise AccessError(self.env._("Classing all customers takes the right “Customer Archive / Manager”."))
        self._request()
        message = self.env._("All customers are being classed in the background.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": {"type": "ir.actions.act_window_close"}},
        }

    #=== THE JOB ===#

    @api.model
    def _cron_classify(self):
        """Class all customers, going on with a run that was broken off."""
        cron = self.env["ir.cron"]
        run = self._begin()
        cron._commit_progress(remaining=run._count_remaining())
        while run.state == RUNNING:
            done = self._attempt(run.id)
            run = self.browse(run.id)
            if done is None or not cron._commit_progress(done):
                break
            if run.state != RUNNING and run.rule_version != self.env["customer.classifier"]._read_rules().version:
                # rules were published while the last batch was at work
                run = self._begin("rules")

    @api.model
    def _begin(self, cause=None):
        """The run to go on with: the one under way while its rules hold, else a new one."""
        rules = self.env["customer.classifier"]._read_rules()
        run = self.search([("state", "=", RUNNING)])
        if run and run.rule_version == rules.version:
            return run
        run._end(STOPPED)
        last = self.search([], limit=1)
        if not cause:
            cause = "rules" if last and last.rule_version != rules.version else "night"
        today = self.env["customer.classifier"]._get_today()
        try:
            with self.env.cr.savepoint():
                return self.create({"rule_version": rules.version, "cause": cause, "today": today})
        except psycopg2.errors.UniqueViolation:
            _logger.info("Another worker has begun to class all customers")
            return self.browse()

    @api.model
    def _attempt(self, run_id):
        """Class one batch of a run, again where it met people at work.

        :return: number of customers, or None where another worker has the run
        """
        for attempt in range(1, TRIES + 1):
            try:
                run = self.browse(run_id)
                if not run.try_lock_for_update():
                    return None
                # a batch makes a million small objects and no cycles: walking through them takes time and finds nothing
                with disabling_gc():
                    return run._classify_batch()
            except psycopg2.OperationalError:
                # a row of the batch was changed by a person meanwhile: read again
                self.env.cr.rollback()
                if attempt == TRIES:
                    raise
                _logger.info("A batch of the classification met other work, try %s", attempt)
        return None

    def _classify_batch(self):
        """Class the next customers of this run; return their number."""
        self.ensure_one()
        Classifier = self.env["customer.classifier"]
        rules = Classifier._read_rules()
        ids = self._get_next_ids() if rules.version == self.rule_version else ()
        if not ids:
            self._end(DONE if rules.version == self.rule_version else STOPPED)
            return 0
        window = Domain("id", ">=", ids[0]) & Domain("id", "<=", ids[-1])
        count, changes = Classifier._classify(window, rules, self.today)
        # always an UPDATE of the run: a rival that read before it gets a serialization error and reads again
        self.write(
            {
                "cursor": ids[-1],
                "customer_count": self.customer_count + count,
                "level_count": self.level_count + changes[LEVEL],
                "lifecycle_count": self.lifecycle_count + changes[LIFECYCLE],
                "tag_count": self.tag_count + changes[TAG],
            }
        )
        return count

    def _end(self, state):
        self.write({"state": state, "end_date": fields.Datetime.now()})

    def _get_pending_domain(self):
        return self.env["customer.classifier"]._get_scope() & Domain("id", ">", self.cursor)

    def _get_next_ids(self):
        # sudo: the job classes every customer
        partners = self.env["res.partner"].sudo()
        return partners._search(self._get_pending_domain(), order="id", limit=self._get_batch_size()).get_result_ids()

    def _count_remaining(self):
        return self.env["res.partner"].sudo().search_count(self._get_pending_domain()) if self.state == RUNNING else 0
