from odoo import api, fields, models
from odoo.fields import Domain

from ..const import CLOSED


class ResPartner(models.Model):
    """Archives that are closed in bulk, and what speaks against it."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_stale_ids = fields.One2many("customer.stale", "partner_id", "Why It Is Stale", copy=False)
    archive_stale_run_id = fields.Many2one(
        "customer.stale.run", "Closed in Bulk", copy=False, readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"archive_stale_run_id"}

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"archive_state", "active"}:
            # sudo: notes of the machine follow the archive, whoever changes it
            archives = self.sudo()
            if "archive_stale_run_id" not in vals:
                archives.filtered("archive_stale_run_id").archive_stale_run_id = False
            if vals.get("archive_state") == CLOSED or vals.get("active", True) is False:
                archives.archive_stale_ids.unlink()
        return result

    @api.model
    def _get_open_documents(self):
        """Hook: documents that keep an archive from being closed in bulk.

        :return: list of tuples: model, field that names the customer, domain (list), what is said. Models that are not
            installed are left out by the caller.
        """
        due = ("not_paid", "partial", "in_payment")
        binding = ("sent", "upcoming", "active", "expiring")
        return [
            ("customer.contract", "partner_id", [("state", "in", binding)], self.env._("a contract binds both sides")),
            ("customer.archive.change", "partner_id", [("state", "=", "pending")],
             self.env._("a change is to be decided")),
            ("customer.interaction", "partner_id", [("state", "=", "planned")],
             self.env._("an interaction is planned")),
            ("customer.promise", "partner_id", [("state", "=", "open")], self.env._("a promise is open")),
            ("sale.order", "partner_id", [("state", "in", ("draft", "sent")), ("validity_date", ">=", "today")],
             self.env._("a quotation is open")),
            ("sale.order", "partner_id", [("state", "=", "sale"), ("invoice_status", "in", ("no", "to invoice"))],
             self.env._("an order is open")),
            ("stock.picking", "partner_id", [("state", "not in", ("done", "cancel"))],
             self.env._("a delivery is open")),
            ("account.move", "partner_id", [
                ("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund")),
                ("payment_state", "in", due),
            ], self.env._("an invoice is open")),
        ]

    def _get_bulk_refusals(self):
        """Why archives are not closed in bulk: dict of id → text, in as many queries for many as for one."""
        refusals = {}
        for partner in self:
            if refusal := partner._get_step_refusal("close"):
                refusals[partner.id] = refusal
        for model, name, domain, words in self._get_open_documents():
            if model not in self.env:
                continue
            # sudo: what is open counts whoever may see it; no more is told than that
            records = self.env[model].sudo()
            path = f"{name}.commercial_partner_id"
            rows = records._read_group(Domain(domain) & Domain(path, "in", self.ids), [path], ["__count"])
            for partner, _count in rows:
                refusals.setdefault(partner.id, words)
        return refusals
