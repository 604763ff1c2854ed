import logging
from collections import Counter
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CONTACT, CUSTOMER, STOP, WARNING
from ..tools.finding import Finding
from .customer_import_row import BAD, CREATED, PENDING, PROPOSED, UPDATED
from .customer_import_run import DONE, DRAFT, RUNNING, TRIED

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200
# After this time without progress the scheduled job goes on with an import that somebody left.
IDLE_MINUTES = 3


class CustomerImportRun(models.Model):
    """Trial and import of the rows, in batches that can be broken off and taken up again."""

    _inherit = "customer.import.run"
    _name = "customer.import.run"

    @api.model
    def _get_batch_size(self):
        """Hook: number of rows that are imported in one transaction."""
        return BATCH_SIZE

    #=== TRIAL ===#

    def action_trial(self):
        """Find out what the workbook would bring, without writing a contact."""
        self._check_step(DRAFT, TRIED)
        self._drop_trial()
        if not self._create_rows():
            raise UserError(self.env._("The workbook has titles but no rows."))
        # sudo: rows of a run are written by its buttons only
        rows = self.sudo().row_ids
        Map = self.env["customer.import.map"]
        Map._collect(self.source_id, self._count_texts(rows))
        findings = self._try_rows(rows)
        texts = self._count_texts(rows.filtered(lambda row: row.state != BAD))
        # sudo: see customer.import.map._collect
        self.source_id.sudo().map_ids._count(texts)
        self._set(
            state=TRIED, trial_date=fields.Datetime.now(), total_count=len(rows), findings=findings, texts=texts,
            counts=self._get_row_counts("planned"),
        )

    def _try_rows(self, rows):
        """Prepare all rows and keep what was found out.

        :return: dict of role → dict of kind of message → number of rows
        """
        memory, findings = {}, {}
        size = self._get_batch_size()
        for role in (CUSTOMER, CONTACT):
            of_role = rows.filtered(lambda row: row.role == role)  # noqa: B023
            kinds = Counter()
            for start in range(0, len(of_role), size):
                for item in self._prepare_rows(of_role[start : start + size], memory):
                    stopped = item.row._is_stopped(item.messages)
                    state = BAD if stopped else PENDING
                    item.row.write(item.row._prepare_state(state, item.messages, planned=item.plan))
                    kinds.update({item.row._get_message_kind(message) for message in item.messages})
            findings[role] = dict(kinds.most_common())
        return findings

    def _count_texts(self, rows):
        """How often each text of a mapped fact stands in these rows: dict of target key → Counter of texts."""
        targets = self.env["customer.import.map"]._get_mapped_targets()
        counts = {}
        mappings = {
            sheet["name"]: [
                (header, self._get_target_key(target))
                for header, target in self.source_id._get_mapping(sheet["role"], sheet["headers"]).items()
                if self._get_target_key(target) in targets
            ]
            for sheet in self.sheets
            if sheet["role"]
        }
        for row in rows:
            cells = row.values
            for header, key in mappings[row.sheet]:
                if text := self._get_cell_text(cells.get(header)):
                    counts.setdefault(key, Counter())[text] += 1
        return counts

    @api.model
    def _get_target_key(self, target):
        """The key by which columns and values store a target."""
        return f"{target['role']}.{target['name']}"

    #=== IMPORT ===#

    def action_import(self):
        """Start the import; the page, or the scheduled job, then asks for one batch after the other."""
        self._check_step(TRIED)
        now = fields.Datetime.now()
        self._set(state=RUNNING, start_date=now, batch_date=now, done_count=0, counts=self._get_row_counts("state"))

    def action_import_batch(self):
        """Import the next rows.

        :return: dict for the progress bar: ``state``, ``done``, ``total``, ``progress``, and ``busy`` when another
            worker is at it
        """
        self._check_step(RUNNING, DONE)
        # sudo: the lock needs no right; it keeps a second worker from taking the same rows
        if self.state == DONE or not self.sudo().try_lock_for_update(allow_referencing=True):
            return self._get_progress(busy=self.state != DONE)
        self._import_batch()
        return self._get_progress()

    def _get_progress(self, busy=False):
        return {
            "state": self.state,
            "done": self.done_count,
            "total": self.total_count,
            "progress": self.progress,
            "busy": busy,
        }

    def _import_batch(self):
        """Import the next rows of one kind, customers first; the last batch ends the import."""
        # sudo: rows of a run are written by its buttons only
        rows = self.env["customer.import.row"].sudo().search(
            [("run_id", "=", self.id), ("state", "=", PENDING)], limit=self._get_batch_size()
        )
        rows = rows.filtered(lambda row: row.role == rows[:1].role)
        if rows:
            self._import_rows(rows)
        done = self.env["customer.import.row"].sudo().search_count([("run_id", "=", self.id), ("state", "!=", PENDING)])
        values = {"done_count": done, "batch_date": fields.Datetime.now(), "counts": self._get_row_counts("state")}
        if done >= self.total_count:
            values.update(state=DONE, end_date=fields.Datetime.now())
        # Always an UPDATE of the run: a rival that read before it gets a serialization error and reads again.
        self._set(**values)

    def _import_rows(self, rows):
        """Import a set of rows of one kind together and, when that fails, one by one, so that a bad row stays alone."""
        try:
            with self.env.cr.savepoint():
                self._write_rows(self._prepare_rows(rows, {}))
        except psycopg2.OperationalError:
            # a rival: the whole transaction is tried again
            raise
        except Exception:
            _logger.info("Import %s: a batch of %s rows failed, going on row by row", self.id, len(rows), exc_info=True)
            for row in rows:
                self._import_row(row)

    def _import_row(self, row):
        try:
            with self.env.cr.savepoint():
                self._write_rows(self._prepare_rows(row, {}))
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            text = "".join(str(error).strip().splitlines()[:1])
            message = row._prepare_message("row_failed", STOP, error=row._cover_text(text) or type(error).__name__)
            row.write(row._prepare_state(BAD, [*(row.messages or []), message]))

    def _write_rows(self, prepared):
        """Carry out what was planned for rows of one kind."""
        new = [item for item in prepared if item.plan == CREATED]
        created = self._create_partners(new)
        for item, partner in zip(new, created, strict=True):
            item.partner = partner
        for item in prepared:
            if item.plan in (UPDATED, PROPOSED):
                self._update_partner(item)
        self._store_keys(prepared)
        self._store_unread([item for item in prepared if item.plan in (CREATED, UPDATED, PROPOSED)])
        for item in prepared:
            item.row.write(
                item.row._prepare_state(item.plan or BAD, item.messages, planned=item.plan, partner_id=item.partner.id)
            )

    def _create_partners(self, items):
        """Create the contacts of these rows at once."""
        if not items:
            return self.env["res.partner"]
        context = self._get_import_context()
        if items[0].row.role == CUSTOMER:
            templates = {"templates": {}}
            return self._get_import_partners().with_context(**context).create(
                [self._prepare_customer(item, templates) for item in items]
            )
        contacts = self._get_import_partners().with_context(**context).create(
            [self._prepare_contact(item) for item in items]
        )
        self._hand_down_company_facts(contacts)
        return contacts

    def _hand_down_company_facts(self, contacts):
        """Give new contacts of earlier customers what their companies hold per company of the database.

        Customers of this import hold nothing of the kind yet.
        """
        # sudo: rows of a run, and facts that the host hands down whoever enters a contact
        new = self.env["customer.import.row"].sudo().search(
            [("run_id", "=", self.id), ("state", "=", CREATED), ("partner_id", "in", contacts.parent_id.ids)]
        )
        for contact in contacts.filtered(lambda c: c.parent_id not in new.partner_id).sudo():
            contact._company_dependent_commercial_sync()

    @api.model
    def _get_import_context(self):
        """Hook: context in which new contacts are created: no mails, no log of the creation.

        A contact gets address and commercial facts of its company from ``_prepare_contact``: the host's own way
        costs several queries for each.
        """
        return {
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
            "no_vat_validation": True,
            "_partners_skip_fields_sync": True,
        }

    def _prepare_contact(self, item):
        """Hook: values of a new contact from one row, in write format."""
        parent = item.parent
        # sudo: as the host does, a contact holds the commercial facts of its company whoever enters it
        inherited = {**parent._get_address_values(), **parent.sudo()._get_commercial_values()}
        return {
            **inherited,
            **{name: value for name, value in item.values.items() if value},
            "parent_id": parent.id,
            "type": "contact",
            "lang": parent.lang or self.env.lang,
        }

    def _update_partner(self, item):
        """Write what a known row has new; on a formal archive controlled facts become a proposal."""
        changes = self._prepare_update(item)
        if item.plan == PROPOSED:
            controlled = [name for name in item.partner._get_archive_controlled_fields() if name in changes]
            reason = self.env._("Import %(name)s, row %(row)s", name=self.name, row=item.row.row_number)
            facts = {name: changes.pop(name) for name in controlled}
            # The activities are there; thousands of mails about them would be no help.
            Change = self.env["customer.archive.change"].with_context(mail_activity_quick_update=True)
            Change._propose(item.partner, facts, reason=reason, source="import")
        if changes:
            item.partner.with_context(archive_import=True, mail_auto_subscribe_no_notify=True).write(changes)

    def _prepare_update(self, item):
        """Hook: values that one row changes on a known contact, in write format."""
        return dict(item.changes)

    def _store_keys(self, prepared):
        """Remember which contact each row became, and its values for the next import."""
        # sudo: keys are written by imports only
        Key = self.env["customer.import.key"].sudo()
        Key.create(
            [
                {
                    "source_id": self.source_id.id,
                    "role": item.row.role,
                    "key": item.row.key,
                    "partner_id": item.partner.id,
                    **Key._split_values(item.values),
                }
                for item in prepared
                if item.plan == CREATED
            ]
        )
        for item in prepared:
            if item.known and item.plan in (UPDATED, PROPOSED):
                read = {name: value for name, value in item.values.items() if name not in item.unread}
                item.known.write(Key._split_values({**item.known._open_values(), **read}))

    def _store_unread(self, items):
        """Keep each text that could not be read as a finding, until somebody fills the fact."""
        # sudo: findings are written by checks only
        Issue = self.env["customer.data.issue"].sudo()
        partners = self.env["res.partner"].union(*(item.partner for item in items if item.unread))
        live = Issue.search(
            [("contact_id", "in", partners.ids), ("code", "=", "import_value"), ("state", "!=", "resolved")]
        )
        present = {(issue.contact_id.id, issue.field_name) for issue in live}
        Issue.create(
            [
                Issue._prepare_issue(item.partner, Finding("import_value", name, WARNING, item.get_text(name)))
                for item in items
                for name in sorted(item.unread)
                if not item.partner[name] and (item.partner.id, name) not in present
            ]
        )

    #=== SCHEDULED JOB ===#

    @api.model
    def _cron_import(self):
        """Go on with imports whose page was closed."""
        runs = self.search(self._get_abandoned_domain(), order="batch_date")
        self.env["ir.cron"]._commit_progress(remaining=len(runs))
        for run in runs:
            try:
                finished = self._continue_abandoned(run.id)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Import %s could not be continued", run.id)
                finished = True
            if not self.env["ir.cron"]._commit_progress(int(finished)):
                break

    @api.model
    def _get_abandoned_domain(self):
        """Hook: running imports that nobody is at."""
        idle = fields.Datetime.now() - timedelta(minutes=IDLE_MINUTES)
        return [("state", "=", RUNNING), ("batch_date", "<", idle)]

    @api.model
    def _continue_abandoned(self, run_id):
        """Import batches of one run as the person who started it, until it is done or time is over.

        :return: whether it is done
        """
        run = self.browse(run_id)
        run = run.with_user(run.user_id).with_company(run.company_id).with_context(lang=run.user_id.lang)
        while run.state == RUNNING:
            progress = run.action_import_batch()
            if progress["busy"] or not self.env["ir.cron"]._commit_progress():
                break
        return run.state != RUNNING
