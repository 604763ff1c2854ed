import json
import logging

from odoo import api, models
from odoo.tools import SQL
from psycopg2 import errors

from .. import audit_store
from ..const import AUDIT_ERASE, GROUP_AUDITOR
from .customer_audit_note import ERASED

_logger = logging.getLogger(__name__)


class CustomerAuditLog(models.Model):
    """The chain of the log: sealed in the background, verified by a button and every night."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    #=== SEALING ===#

    @api.model
    def _cron_seal(self):
        """Seal what was written since. The head goes to the text log of the server, which can be kept elsewhere."""
        cron = self.env["ir.cron"]
        cron._commit_progress(0)  # a fresh view of what the others sealed
        try:
            while sealed := audit_store.seal(self.env.cr):
                position, hash_ = audit_store.head(self.env.cr)
                if not cron._commit_progress(sealed):
                    break
                _logger.info("Audit log sealed up to place %s: %s", position, hash_)
        except errors.SerializationFailure:
            # another connection was faster and has sealed the same entries
            self.env.cr.rollback()

    #=== VERIFYING ===#

    @api.model
    def _cron_verify(self):
        """Verify the whole chain; where it does not hold, every auditor gets an activity."""
        audit_store.seal(self.env.cr)
        verdict = self._verify()
        if verdict.breaks:
            _logger.error("The audit log does not hold: %s", verdict.breaks[0])
            self._warn_auditors(self._describe(verdict))

    @api.model
    def _warn_auditors(self, text):
        activity_type = self.env.ref("mail.mail_activity_data_warning", raise_if_not_found=False)
        auditors = self.env.ref(GROUP_AUDITOR).all_user_ids
        self.env["mail.activity"].create(
            [
                {
                    "user_id": user.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "summary": user.with_context(lang=user.lang).env._("The audit log does not hold"),
                    "note": text,
                }
                for user in auditors
            ]
        )

    def action_verify(self):
        """Button: verify the log and say what was found."""
        self.browse().check_access("read")
        audit_store.seal(self.env.cr)
        verdict = self._verify()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if verdict.breaks else "success",
                "sticky": True,
                "title": self.env._("The log does not hold") if verdict.breaks else self.env._("The log holds"),
                "message": self._describe(verdict),
            },
        }

    @api.model
    def _verify(self, known_head=None):
        """Verify the chain and note that; see ``audit_store.verify``."""
        verdict = audit_store.verify(self.env.cr, known_head)
        values = {"result": [None, self._describe(verdict)]}
        self._note("job", self._name, count=verdict.count, field_names=["verify"], detail={0: values})
        return verdict

    @api.model
    def _describe(self, verdict):
        """A verdict in words: the first gap by name, and the head."""
        words = [
            self.env._(
                "%(count)s sealed entries, %(waiting)s not yet sealed, %(erased)s details erased. Head: %(head)s",
                count=verdict.count, waiting=verdict.waiting, erased=verdict.erased, head=verdict.head,
            )
        ]
        if verdict.breaks:
            first = verdict.breaks[0]
            reason = self._get_break_reasons()[first.reason]
            words.insert(
                0,
                self.env._(
                    "%(total)s gaps. The first is at place %(position)s, entry %(entry)s: %(reason)s.",
                    total=len(verdict.breaks), position=first.position, entry=first.entry_id, reason=reason,
                ),
            )
        return " ".join(words)

    @api.model
    def _get_break_reasons(self):
        return {
            "missing": self.env._("it is missing"),
            "changed": self.env._("it was changed, or another stands in its place"),
            "detail": self.env._("its details were changed or removed without an entry that says so"),
            "unsealed": self.env._("it was added past the log"),
            "head": self.env._("the head that was kept elsewhere is no longer part of the log"),
        }

    #=== ERASING A PERSON ===#

    @api.model
    def _erase(self, model_name, ids, texts=()):
        """Take everything about erased persons out of the log: old and new values, and searches that found them.

        The entries stay, and with them who did what to which number; so does the digest of what was erased, so that
        the chain still holds. Nothing is deleted by this method: it adds an entry and the erasures it names, and the
        trigger of the database does the rest. Call it last, when the person's records are empty or gone.

        :param str model_name: model of the records
        :param ids: ids of the records
        :param texts: names, numbers and addresses of the person, which are looked for in every detail
        :return: number of erased details
        """
        self._write_waiting()
        self.env.cr.cache.setdefault(ERASED, set()).update((model_name, id_) for id_ in ids)
        parts = self._find_details(model_name, list(ids), texts)
        if parts:
            entries = sorted({entry_id for entry_id, _part in parts})
            log_id = self._write_now(AUDIT_ERASE, entries, len(parts))
            self.env.cr.execute(
                SQL(
                    """INSERT INTO customer_audit.erasure (entry_id, part, log_id)
                       SELECT entry_id, part, %s FROM unnest(%s::bigint[], %s::integer[]) AS e (entry_id, part)""",
                    log_id,
                    *map(list, zip(*parts, strict=True)),
                )
            )
        return len(parts)

    @api.model
    def _find_details(self, model_name, ids, texts):
        """Details about records, of searches that found them, and those in which one of the texts stands."""
        needles = [json.dumps(text, ensure_ascii=False)[1:-1] for text in texts if text and len(text.strip()) > 1]
        rows = self.env.execute_query(
            SQL(
                """SELECT d.entry_id, d.part
                     FROM customer_audit.detail d JOIN customer_audit.entry e ON e.id = d.entry_id
                    WHERE e.model = %(model)s
                          AND (d.res_id = ANY(%(ids)s) OR d.res_id = 0 AND e.ids && %(ids)s::bigint[])
                       OR EXISTS (SELECT FROM unnest(%(needles)s::text[]) AS n WHERE position(n IN d.content) > 0)
                    ORDER BY d.entry_id, d.part""",
                model=model_name, ids=ids, needles=needles,
            )
        )
        return rows
