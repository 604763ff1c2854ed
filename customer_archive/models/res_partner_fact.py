from odoo import api, fields, models
from odoo.tools import ormcache


class ResPartner(models.Model):
    """Which facts of an archive somebody confirmed; a fact that is edited afterwards loses its confirmation."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_fact_ids = fields.One2many("customer.fact.verification", "partner_id", "Confirmed Facts", copy=False)
    archive_verified_date = fields.Datetime(
        "Facts Confirmed", compute="_compute_archive_verified_date", compute_sudo=True, store=True, copy=False,
        help="The oldest confirmation among the facts that customers are asked about; empty while one of them was "
        "never confirmed, or was changed afterwards.",
    )

    _archive_verified_idx = models.Index("(archive_verified_date) WHERE archive_state IS NOT NULL")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"archive_verified_date"}

    @api.model
    def _get_verified_facts(self):
        """Hook: names of the facts that customers are asked to confirm, in the order of the page.

        Only facts that change by proposal (``_get_archive_controlled_fields``) can be asked: answers become proposals.
        """
        return [
            "name", "vat", "customer_identity_number", "country_id", "state_id", "city", "street", "zip", "phone",
            "email", "website", "customer_staff_count",
        ]

    @api.model
    @ormcache(cache="stable")
    def _get_askable_facts(self):
        controlled = set(self._get_archive_controlled_fields())
        return tuple(name for name in self._get_verified_facts() if name in controlled)

    @api.model
    def _get_verified_depends(self):
        own = ["archive_state", "customer_fact_ids.date", "customer_fact_ids.lapsed_date"]
        return own + list(self._get_askable_facts())

    @api.depends(lambda self: self._get_verified_depends())
    def _compute_archive_verified_date(self):
        for partner in self:
            dates = partner.archive_state and partner._get_confirmed_dates()
            filled = partner._get_filled_facts() if dates else []
            complete = filled and dates.keys() >= set(filled)
            partner.archive_verified_date = min(dates[name] for name in filled) if complete else False

    def _get_filled_facts(self):
        """Facts of one archive that can be confirmed, because it has them."""
        self.ensure_one()
        return [name for name in self._get_askable_facts() if self[name]]

    def _get_confirmed_dates(self):
        """When which facts of one archive were confirmed: dict of field name → time, without what changed since."""
        self.ensure_one()
        # sudo: whoever reads the archive may know when its facts were confirmed
        return {fact.field_name: fact.date for fact in self.sudo().customer_fact_ids if not fact.lapsed_date}

    #=== CHANGES ===#

    def write(self, vals):
        facts = self._find_touched_facts(vals)
        lapsing = facts._find_lapsing(vals)
        result = super().write(vals)
        if lapsing:
            lapsing.lapsed_date = fields.Datetime.now()
        (facts - lapsing)._take_up_again()
        return result

    def _find_touched_facts(self, vals):
        """Confirmations of facts that ``vals`` names."""
        # sudo: confirmations follow the facts, whoever changes them
        facts = self.env["customer.fact.verification"].sudo()
        names = list(vals.keys() & set(self._get_askable_facts()))
        return facts.search([("partner_id", "in", self.ids), ("field_name", "in", names)]) if names else facts
