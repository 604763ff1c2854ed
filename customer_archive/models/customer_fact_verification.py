from odoo import api, fields, models
from odoo.tools import hmac

from ..const import FACT_SOURCES
from ..encrypted import Encrypted


class CustomerFactVerification(models.Model):
    """Who confirmed a fact of an archive last, from which source, and when."""

    _name = "customer.fact.verification"
    _description = "Confirmed Fact"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "partner_id, date desc, id"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    field_name = fields.Char(required=True, readonly=True)
    field_label = fields.Char("Fact", compute="_compute_texts")
    text = fields.Char("Value", compute="_compute_texts")
    source = fields.Selection(FACT_SOURCES, "Source of the Fact", required=True, readonly=True)
    verifier_id = fields.Many2one("res.partner", "Confirmed by", readonly=True, index="btree_not_null")
    date = fields.Datetime("Confirmed On", required=True, readonly=True)
    lapsed_date = fields.Datetime("Changed Since", readonly=True, help="The fact was changed after it was confirmed.")

    value_digest = fields.Char(
        "Fingerprint of the Value", groups=fields.NO_ACCESS, copy=False, exportable=False,
        help="A keyed hash of what was confirmed: when an undone change brings it back, it is confirmed again.",
    )

    _fact_uniq = models.UniqueIndex("(partner_id, field_name)", "A fact has one confirmation: its last one.")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "partner_id", "field_name", "source", "verifier_id", "date", "lapsed_date", "value_digest",
        }

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_texts(self):
        for fact in self:
            fact.field_label = fact.partner_id._get_fact_label(fact.field_name)
            fact.text = fact.partner_id._get_fact_text(fact.field_name)

    @api.depends("field_name", "partner_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for fact in self:
            fact.display_name = f"{fact.partner_id.name}: {fact.field_label}"

    @api.model
    def _note(self, facts, source, verifier, date=None):
        """Note that facts were confirmed; the confirmation before is replaced.

        :param facts: dict of archive → names of its facts
        :param source: key of ``FACT_SOURCES``
        :param verifier: ``res.partner`` of who says that they are right
        :param date: when that was; by default now
        """
        values = {
            "source": source, "verifier_id": verifier.id, "date": date or fields.Datetime.now(), "lapsed_date": False,
        }
        wanted = {(partner.id, name) for partner, names in facts.items() for name in names}
        # sudo: confirmations are noted by the buttons and pages that checked who may
        known = self.sudo().search([("partner_id", "in", [partner.id for partner in facts])])
        repeated = known.filtered(lambda fact: (fact.partner_id.id, fact.field_name) in wanted)
        repeated.write(values)
        for fact in repeated:
            fact.value_digest = fact._digest(fact.partner_id, fact.field_name)
        missing = wanted - {(fact.partner_id.id, fact.field_name) for fact in repeated}
        Partner = self.env["res.partner"].sudo()
        return repeated + self.sudo().create([
            {
                "partner_id": partner_id, "field_name": name, **values,
                "value_digest": self._digest(Partner.browse(partner_id), name),
            }
            for partner_id, name in sorted(missing)
        ])

    @api.model
    def _digest(self, partner, name):
        """Fingerprint of a fact; of encrypted ones there is none."""
        if isinstance(partner._fields[name], Encrypted):
            return False
        # sudo: the key is the secret of the database: nobody computes the fact from it
        return hmac(self.env(su=True), "customer_archive.fact", repr((partner.id, name, partner._get_fact(name))))

    #=== CHANGES ===#

    def _find_lapsing(self, vals):
        """Those of these confirmations whose facts ``vals`` changes."""
        facts = self.filtered(lambda fact: not fact.lapsed_date)
        vals = self.env["res.partner"]._normalize_archive_vals(vals) if facts else vals
        return facts.filtered(lambda fact: fact.partner_id._is_guarded_change(fact.field_name, vals[fact.field_name]))

    def _take_up_again(self):
        """Confirmations whose facts are what was confirmed once more, as after a merge that was undone, hold again."""
        returned = self.filtered(
            lambda fact: fact.lapsed_date and fact.value_digest == fact._digest(fact.partner_id, fact.field_name)
            and fact.value_digest
        )
        if returned:
            returned.lapsed_date = False
