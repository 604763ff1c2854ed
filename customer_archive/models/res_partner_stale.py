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
        invoices = [("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund"))]
        offered = [("state", "in", ("draft", "sent")), ("validity_date", ">=", "today")]
        ordered = [("state", "=", "sale"), ("invoice_status", "in", ("no", "to invoice"))]
        contract = self.env._("a contract binds both sides")
        change = self.env._("a change is to be decided")
        interaction = self.env._("an interaction is planned")
        promise = self.env._("a promise is open")
        case = self.env._("a case is open")
        quotation = self.env._("a quotation is open")
        order = self.env._("an order is open")
        delivery = self.env._("a delivery is open")
        invoice = self.env._("an invoice is open")
        return [
            ("customer.contract", "partner_id", [("state", "in", binding)], contract),
            ("customer.archive.change", "partner_id", [("state", "=", "pending")], change),
            ("customer.interaction", "partner_id", [("state", "=", "planned")], interaction),
            ("customer.promise", "partner_id", [("state", "=", "open")], promise),
            ("customer.case", "partner_id", [("state", "not in", ("closed", "cancelled"))], case),
            ("sale.order", "partner_id", offered, quotation),
            ("sale.order", "partner_id", ordered, order),
            ("stock.picking", "partner_id", [("state", "not in", ("done", "cancel"))], delivery),
            ("account.move", "partner_id", [*invoices, ("payment_state", "in", due)], invoice),
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
