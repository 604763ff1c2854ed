import logging
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import GROUP_MANAGER

_logger = logging.getLogger(__name__)

BATCH_SIZE = 20_000
# A batch that meets people at work is tried again this often before the next call of the job takes it up.
TRIES = 5
# A change that was under way when the last search began may bear an earlier time than the search.
MARGIN = timedelta(hours=1)
KEYS, PAIRS, DONE = "keys", "pairs", "done"


# No record rule: counts and times of a search among all customers, read by managers only
class CustomerDuplicateRun(models.Model):
    """A search for duplicates: batch by batch, each in a transaction of its own, from where the last one ended.

    First what archives are compared by is noted, then they are compared. At night only archives that were changed since
    the last search are looked at; the search that a manager starts looks at all of them.
    """

    _name = "customer.duplicate.run"
    _description = "Search for Duplicates"
    _order = "id desc"

    state = fields.Selection(
        [(KEYS, "Reading the facts"), (PAIRS, "Comparing"), (DONE, "Done")], default=KEYS, required=True, index=True
    )
    is_whole = fields.Boolean("All Archives")
    since = fields.Datetime("Changed Since", help="Empty: all archives.")
    start_date = fields.Datetime("Started", default=fields.Datetime.now)
    end_date = fields.Datetime("Ended")
    cursor = fields.Integer("Last Customer", help="Id of the last contact that was looked at.", aggregator=False)
    customer_count = fields.Integer("Archives")
    pair_count = fields.Integer("Pairs Found")
    crowded = fields.Json("Values Too Common to Compare", exportable=False)
    crowded_text = fields.Text("Passed Over", compute="_compute_crowded_text")

    _running_uniq = models.UniqueIndex("((true)) WHERE state != 'done'", "A search is under way already.")

    @api.depends("start_date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Search %s", fields.Datetime.to_string(run.start_date) or "")

    @api.depends("crowded")
    @api.depends_context("lang", "uid")
    def _compute_crowded_text(self):
        for run in self:
            run.crowded_text = "\n".join(map(self._describe_crowded, run.crowded or []))

    @api.model
    def _describe_crowded(self, item):
        example = item["examples"][0]
        kind = self.env["customer.duplicate"]._get_block_words().get(item["kind"], item["kind"])
        return self.env._(
            "%(kind)s: %(total)s values are shared by too many archives to say anything, the most common one by "
            "%(most)s (such as “%(example)s”).",
            kind=kind,
            total=item["total"],
            most=example["count"],
            example=self.env["res.partner"].browse(example["partner_id"]).exists().display_name or "",
        )

    @api.model
    def _get_batch_size(self):
        """Hook: number of archives that are looked at in one transaction."""
        return BATCH_SIZE

    @api.model
    def action_request(self):
        """Search among all archives as soon as possible."""
        if not self.env.user.has_group(GROUP_MANAGER):
            raise AccessError(self.env._("Searching all customers takes the right “Customer Archive / Manager”."))
        # sudo: managers start the search, which the job alone writes
        if not self.sudo().search_count([("state", "!=", DONE)]):
            self.sudo()._create_run(whole=True)
        # sudo: managers have no right on scheduled actions
        self.env.ref("customer_archive.ir_cron_customer_duplicate_run").sudo()._trigger()
        message = self.env._("All archives are being compared in the background.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": {"type": "ir.actions.act_window_close"}},
        }

    #=== THE JOB ===#

    @api.model
    def _cron_search(self):
        """Search for duplicates, going on with a search that was broken off."""
        cron = self.env["ir.cron"]
        run = self.search([("state", "!=", DONE)]) or self._create_run()
        cron._commit_progress(remaining=run._count_remaining())
        known = {}
        while run and run.state != DONE:
            done = self._attempt(run.id, known)
            run = self.browse(run.id)
            if done is None or not cron._commit_progress(done):
                break

    @api.model
    def _create_run(self, whole=False):
        """Begin a search: of what was changed since the last one, or of everything."""
        last = self.search([("state", "=", DONE)], limit=1)
        since = last.start_date - MARGIN if last and not whole else False
        try:
            with self.env.cr.savepoint():
                return self.create({"since": since, "is_whole": not since})
        except psycopg2.errors.UniqueViolation:
            _logger.info("Another worker has begun to search for duplicates")
            return self.browse()

    @api.model
    def _attempt(self, run_id, known=None):
        """Take one batch of a run, again where it met people at work.

        :param known: facts of archives that earlier batches read; one that is edited meanwhile is changed for the
            next search
        :return: number of archives, or None where another worker has the run
        """
        for attempt in range(1, TRIES + 1):
            try:
                run = self.browse(run_id)
                if not run.try_lock_for_update():
                    return None
                return run._search_batch(known)
            except psycopg2.OperationalError:
                # an archive of the batch was changed by a person meanwhile: read again
                self.env.cr.rollback()
                if attempt == TRIES:
                    raise
                _logger.info("A batch of the search for duplicates met other work, try %s", attempt)
        return None

    def _search_batch(self, known=None):
        """Look at the next archives of this run; return their number."""
        self.ensure_one()
        Finder = self.env["customer.duplicate.finder"]
        ids = list(self._get_next_ids())
        if not ids:
            self._end_phase()
            return 0
        values = {"cursor": ids[-1]}
        if self.state == KEYS:
            Finder._refresh_keys(ids, known)
            values["customer_count"] = self.customer_count + len(ids)
        elif self.state == PAIRS:
            values["pair_count"] = self.pair_count + Finder._pair(ids, whole=self.is_whole, known=known)
        # always an UPDATE of the run: a rival that read before it gets a serialization error and reads again
        self.write(values)
        return len(ids)

    def _end_phase(self):
        if self.state == KEYS:
            self.env.cr.execute("ANALYZE customer_duplicate_key")
            self.write({"state": PAIRS, "cursor": 0})
        elif self.state == PAIRS:
            crowded = self.env["customer.duplicate.finder"]._get_crowded()
            self.write({"state": DONE, "end_date": fields.Datetime.now(), "crowded": crowded})

    def _get_pending_domain(self):
        """The contacts that this run has still to look at, closed archives included: their pairs go."""
        domain = Domain("archive_state", "!=", False) & Domain("id", ">", self.cursor)
        return domain & Domain("write_date", ">=", self.since) if self.since else domain

    def _get_next_ids(self):
        # sudo: the job looks at every archive
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners._search(self._get_pending_domain(), order="id", limit=self._get_batch_size()).get_result_ids()

    def _count_remaining(self):
        # sudo: as in _get_next_ids
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners.search_count(self._get_pending_domain()) if self and self.state != DONE else 0
