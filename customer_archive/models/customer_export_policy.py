import secrets
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, hmac

from ..const import AUDIT_DENIED, AUDIT_EXPORT, GROUP_EXPORT, GROUP_MANAGER
from ..tools import export_mark
from ..tools.spreadsheet import About

# Where a transaction keeps what it takes out: for the writers of files, which get rows and know no records.
MARK_KEY = "customer_archive.export_mark"
FOUND_KEY = "customer_archive.export_found"
NUMBER_KEY = "customer_archive.export_number"
# How many managers a refusal names.
NAMED = 3


# No record rule: settings of the company about groups, not about customers
class CustomerExportPolicy(models.Model):
    """How many customer records a role may take out of the system on one day, and the one gate that exports pass."""

    _name = "customer.export.policy"
    _description = "Export Limit"
    _order = "is_unlimited desc, daily_limit desc, id"
    _rec_name = "group_id"

    group_id = fields.Many2one(
        "res.groups",
        "User Role",
        required=True,
        index=True,
        ondelete="cascade",
        help="Where a person has several roles, the widest limit counts. Who has none of them exports no customers.",
    )
    is_unlimited = fields.Boolean("Without Limit")
    daily_limit = fields.Integer(
        "Customer Records per Day",
        aggregator=False,
        help="Archives, their contacts and whatever belongs to them, counted over all exports of a day in the person's "
        "own time zone. An empty limit stops exports.",
    )
    active = fields.Boolean(default=True)

    _group_uniq = models.UniqueIndex("(group_id)", "This role has a limit already.")
    _not_negative = models.Constraint("CHECK (daily_limit >= 0)", "A limit is not negative.")

    #=== WHAT IS GUARDED ===#

    @api.model
    def _is_guarded_model(self, model_name):
        """Hook: whether records of a model may be customers' data; see ``_get_guarded_ids``."""
        return model_name == "res.partner" or model_name.startswith("customer.")

    @api.model
    def _get_guarded_ids(self, records):
        """Hook: the ids of those records whose export is guarded: of contacts only archives and the people in them."""
        if not self._is_guarded_model(records._name):
            return set()
        if records._name != "res.partner":
            return set(records.ids)
        # sudo: counts only; who may not read one of them is refused by the export itself
        partners = records.sudo().with_context(active_test=False)
        return set(partners.search([("id", "in", records.ids), ("archive_scope", "!=", False)], order="id").ids)

    #=== THE GATE ===#

    @api.model
    def _check(self, model_name, count, *, ids=(), field_names=()):
        """Let the person take records out, and count them; called before a file is made.

        :param model_name: what is taken out
        :param count: number of records; none passes
        :param ids: their ids, and ``field_names`` what is taken of them: for the log, where it is refused
        :raise AccessError: without the right to export
        :raise UserError: when the limit of the day or an alert is in the way, with what to do about it
        """
        if self.env.su or count <= 0:
            return
        if not self.env.user.has_group(GROUP_EXPORT):
            message = self.env._(
                "Exporting customers takes the right “Access to export feature”. %(ask)s", ask=self._get_whom_to_ask()
            )
            self._refuse(model_name, count, AccessError(message), ids, field_names)
        self._take(model_name, count, ids=ids, field_names=field_names)

    @api.model
    def _take(self, model_name, count, *, ids=(), field_names=()):
        """As ``_check`` for what takes no right to export, such as the card or the printed file of one customer."""
        if self.env.su or count <= 0:
            return
        if message := self._get_refusal(model_name, count):
            self._refuse(model_name, count, UserError(message), ids, field_names)
        limit = self._get_daily_limit()
        taken = self.env["customer.export.usage"]._add(self.env.user, count)
        if limit is not None and taken > limit:
            message = self._describe_limit(limit, max(0, limit - taken + count), count)
            self._refuse(model_name, count, UserError(message), ids, field_names)

    @api.model
    def _get_refusal(self, model_name, count):
        """Hook: why the person may not export although the limit allows it, or an empty value."""
        return self.env["customer.audit.rule"]._get_block(count)

    @api.model
    def _refuse(self, model_name, count, error, ids, field_names):
        """Refuse an export. The attempt stays in the log."""
        detail = {0: {"reason": [None, str(error)]}}
        names = [AUDIT_EXPORT, *field_names]
        self.env["customer.audit.log"]._note(AUDIT_DENIED, model_name, ids, count, names, detail=detail)
        raise error

    @api.model
    def _get_daily_limit(self):
        """Hook: how many records the person may take out a day, or None where there is no limit."""
        # sudo: everybody's own limit decides about their export
        policies = self.sudo().search([("group_id", "in", self.env.user.all_group_ids.ids)])
        if policies and policies[0].is_unlimited:
            return None
        return max(policies.mapped("daily_limit"), default=0)

    @api.model
    def _describe_limit(self, limit, left, count):
        return self.env._(
            "You may export %(limit)s customer records a day and have %(left)s left today; this would take %(count)s. "
            "Choose fewer, or wait until tomorrow. %(ask)s",
            limit=limit,
            left=left,
            count=count,
            ask=self._get_whom_to_ask(),
        )

    @api.model
    def _get_whom_to_ask(self):
        """Hook: a sentence that says who decides about exports."""
        # sudo: names of the managers of the archive, for whoever needs them
        managers = self.env.ref(GROUP_MANAGER).sudo().all_user_ids
        people = managers.filtered(lambda user: user.active and not user.share and user != self.env.user)
        people = people.filtered(lambda user: self.env.company in user.company_ids) or people
        if not people:
            return self.env._("Ask an administrator.")
        return self.env._("Ask %(names)s.", names=", ".join(people.sorted("name")[:NAMED].mapped("name")))

    @api.model
    def _take_file(self, records, operation=AUDIT_EXPORT):
        """Let the person take a file about some records: of one customer freely, of several with the right to export.

        A file that is about customers gets a mark; see ``_mark``.
        """
        self._close_mark()
        ids = self._get_guarded_ids(records)
        if len(ids) > 1:
            self._check(records._name, len(ids), ids=ids)
        else:
            self._take(records._name, len(ids), ids=ids)
        if ids and not self.env.su:
            self._mark({records._name: ids}, operation)

    @api.model
    @contextmanager
    def _collect(self):
        """Collect the guarded records that an export reaches through others; see ``_notice``.

        :return: context manager that gives a dict of model name → ids
        """
        outer = self.env.cr.cache.get(FOUND_KEY)
        found = self.env.cr.cache[FOUND_KEY] = {}
        try:
            yield found
        finally:
            self.env.cr.cache[FOUND_KEY] = outer

    @api.model
    def _notice(self, records):
        """Notice records that are written to an export, at its top or through a relation."""
        found = self.env.cr.cache.get(FOUND_KEY)
        if found is not None and self._is_guarded_model(records._name):
            found.setdefault(records._name, set()).update(records.ids)

    @api.model
    def _notice_rows(self, model_name, count):
        """Notice a table of groups in an export: its rows are what is counted, as it holds no records."""
        if self.env.cr.cache.get(FOUND_KEY) is not None and self._is_guarded_model(model_name):
            self._check(model_name, max(1, count))
            self._mark({model_name: max(1, count)})

    #=== THE MARK ===#

    @api.model
    def _mark(self, taken=None, operation=AUDIT_EXPORT):
        """Who takes out a file, when, and the mark that leads back to it in the log.

        The mark of a file is new and noted in the log; writers of files find it by ``_get_open_mark``.

        :param taken: what the file holds, as a dict of model name → ids, or number of rows where no ids are known
        :param operation: as it is logged: ``export`` or ``print``
        :return: dict of texts: ``who``, ``when``, ``mark``
        """
        mark = export_mark.make_mark(secrets.token_bytes(export_mark.RANDOM_BYTES), self._get_key())
        zone = self.env.user.tz or "UTC"
        when = format_datetime(self.env, fields.Datetime.now(), tz=zone, dt_format="yyyy-MM-dd HH:mm:ss")
        who = f"{self.env.user.name} ({self.env.user.login})"
        opened = self.env.cr.cache[MARK_KEY] = {"who": who, "when": f"{when} {zone}", "mark": mark}
        for model_name, records in (taken or {}).items():
            self._note_mark(operation, model_name, records, mark)
        return opened

    @api.model
    def _note_mark(self, operation, model_name, records, mark):
        """Write down where a mark was set; ``records`` as in ``_mark``."""
        # one transaction may make several files, and its notes become one entry
        number = self.env.cr.precommit.data[NUMBER_KEY] = self.env.cr.precommit.data.get(NUMBER_KEY, 0) + 1
        detail = {0: {"mark" if number == 1 else f"mark {number}": [None, mark]}}
        amount = {"count": records} if isinstance(records, int) else {"ids": records}
        self.env["customer.audit.log"]._note(operation, model_name, detail=detail, **amount)

    @api.model
    def _get_key(self):
        # sudo: the key of the check is the secret of the database, which nobody reads
        return hmac(self.env(su=True), "customer_archive.export_mark", "").encode()

    @api.model
    def _close_mark(self):
        """Forget the mark of the file before."""
        self.env.cr.cache.pop(MARK_KEY, None)

    @api.model
    def _get_open_mark(self):
        """The mark of the file that is being made, as ``_mark`` returns it, or None where it holds no customers."""
        return self.env.cr.cache.get(MARK_KEY)

    @api.model
    def _get_mark_facts(self, opened):
        """A mark as a list of pairs of label and text, in the user's language."""
        return [
            (self.env._("Exported by"), opened["who"]),
            (self.env._("Exported on"), opened["when"]),
            (self.env._("Mark"), opened["mark"]),
        ]

    @api.model
    def _describe_mark(self, opened):
        """A mark in one line, in the user's language."""
        return self.env._("Exported by %(who)s on %(when)s, mark %(mark)s", **opened)

    @api.model
    def _get_about(self, opened):
        """A mark as ``tools.spreadsheet.About``, for workbooks."""
        return About(self.env._("About this file"), opened["who"], self._get_mark_facts(opened))
