import base64
import hashlib

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import audit_store
from ..const import AUDIT_PURGE
from ..tools import audit, audit_bundle

RETENTION = "customer_archive.audit_retention_months"
# No setting goes below, nor does the trigger of the database: half a year is the least that the law asks.
SHORTEST = 6
_ENTRIES = 20_000


class CustomerAuditBundle(models.Model):
    """A file with old entries of the audit log, which left the log with it: who, what and the proof that both match."""

    _name = "customer.audit.bundle"
    _description = "Bundle of Old Log Entries"
    _order = "position desc"

    name = fields.Char(required=True, readonly=True)
    date_from = fields.Datetime("First Entry", readonly=True)
    date_to = fields.Datetime("Last Entry", readonly=True)
    entry_count = fields.Integer("Entries", readonly=True)
    position = fields.Integer("Up to Place", readonly=True, aggregator=None)
    head = fields.Char("Hash There", readonly=True)
    digest = fields.Char("SHA-256 of the File", readonly=True)
    signed = fields.Boolean(readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    company_ids = fields.Many2many("res.company", string="Companies", readonly=True)

    def action_check(self):
        """Button: check the file against its own digests and signature, and against what the log remembers."""
        self.ensure_one()
        content = base64.b64decode(self.file or b"")
        problems = ["file"] if hashlib.sha256(content).hexdigest() != self._get_anchor_digest() else []
        problems += audit_bundle.check(content, self._get_key()) if content else []
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if problems else "success",
                "message": self.env._("The file is not the one that left the log: %s", ", ".join(problems))
                if problems
                else self.env._("The file is whole and the one that left the log."),
            },
        }

    def _get_anchor_digest(self):
        self.env.cr.execute("SELECT bundle FROM customer_audit.anchor WHERE position = %s", [self.position])
        return (self.env.cr.fetchone() or [None])[0]

    @api.model
    def _get_key(self):
        """The key of signatures, where this database has a key ring."""
        if "customer.key.ring" not in self.env:
            return None
        return self.env["customer.key.ring"]._load().derive("audit-bundle")

    @api.model
    def _cron_bundle(self):
        """Take out what is older than the setting says, in files of limited size."""
        # sudo: a setting of the whole database
        months = int(self.env["ir.config_parameter"].sudo().get_param(RETENTION) or 0)
        if not months:
            return
        before = fields.Datetime.now() - relativedelta(months=max(months, SHORTEST))
        while bundle := self._make(before):
            if not self.env["ir.cron"]._commit_progress(bundle.entry_count):
                break

    @api.model
    def _make(self, before, limit=_ENTRIES):
        """Make one bundle of entries older than ``before``, note it in the log and take the entries out.

        :return: the bundle, empty where nothing is old enough
        :raise UserError: where the log does not hold: evidence stays where it is
        """
        cr = self.env.cr
        after, previous = audit_store.start(cr)
        until = audit_store.purgeable(cr, before, limit)
        if until <= after:
            return self.browse()
        places = list(audit_store.places(cr, after, until))
        if broken := next(audit.breaks(places, after, previous), None):
            raise UserError(
                self.env._(
                    "The log does not hold at place %s, so nothing is taken out of it: verify it first.",
                    broken.position,
                )
            )
        content = audit_bundle.pack(places, after, previous, self._get_facts(), self._get_key())
        bundle = self._store(places, content)
        log_id = self.env["customer.audit.log"]._write_now(AUDIT_PURGE, bundle.ids, len(places))
        audit_store.purge(cr, until, places[-1].hash, bundle.digest, log_id)
        return bundle

    @api.model
    def _get_facts(self):
        # sudo: the number of this database
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return {"database": database, "made": fields.Datetime.to_string(fields.Datetime.now())}

    @api.model
    def _store(self, places, content):
        first, last = places[0].entry, places[-1].entry
        companies = {place.entry.company_id for place in places} - {None}
        # sudo: nobody has the right to make a bundle by hand
        return self.sudo().create(
            {
                "name": f"audit-log-{places[0].position}-{places[-1].position}.zip",
                "date_from": fields.Datetime.to_datetime(first.time[:19].replace("T", " ")),
                "date_to": fields.Datetime.to_datetime(last.time[:19].replace("T", " ")),
                "entry_count": len(places),
                "position": places[-1].position,
                "head": places[-1].hash,
                "digest": hashlib.sha256(content).hexdigest(),
                "signed": bool(self._get_key()),
                "file": base64.b64encode(content),
                "company_ids": [(6, 0, self.env["res.company"].sudo().browse(companies).exists().ids)],
            }
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"
    _name = "res.config.settings"

    audit_retention_months = fields.Integer(
        "Months in the Log",
        config_parameter=RETENTION,
        help="Older entries leave the log with a signed file. 0: they stay for ever.",
    )

    @api.constrains("audit_retention_months")
    def _check_audit_retention_months(self):
        for settings in self:
            if settings.audit_retention_months and settings.audit_retention_months < SHORTEST:
                raise ValidationError(
                    self.env._("Entries stay in the log for %s months at least; 0 keeps them for ever.", SHORTEST)
                )
