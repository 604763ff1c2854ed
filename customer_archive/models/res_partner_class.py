from odoo import api, fields, models

from ..const import SIZES
from ..tools import size_class


class ResPartner(models.Model):
    """What kind of customer: the machine's result, a person's decision, and the effective value of each."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_origin = fields.Selection(
        [("domestic", "Domestic"), ("foreign", "Foreign")], "Origin", compute="_compute_customer_origin", store=True
    )
    customer_scope = fields.Text("Business Scope")
    customer_staff_count = fields.Integer("Staff", aggregator=False)
    customer_revenue = fields.Float("Annual Revenue (10,000 CNY)", digits=(16, 2), aggregator=False)
    customer_assets = fields.Float("Total Assets (10,000 CNY)", digits=(16, 2), aggregator=False)
    customer_size_computed = fields.Selection(
        SIZES, "Size by the Standard", compute="_compute_customer_size_computed", store=True
    )
    customer_size_manual = fields.Selection(
        SIZES, "Size Set by Hand", tracking=True, help="Wins over the size by the standard."
    )
    customer_size = fields.Selection(
        SIZES, "Size", compute="_compute_customer_size", store=True, index="btree_not_null"
    )
    customer_size_reason = fields.Char("Why This Size", compute="_compute_customer_size_reason")
    customer_region_computed_id = fields.Many2one(
        "customer.region",
        "Region by Address",
        compute="_compute_customer_region_computed_id",
        store=True,
        ondelete="set null",
    )
    customer_region_manual_id = fields.Many2one(
        "customer.region", "Region Set by Hand", ondelete="set null", tracking=True, help="Wins over the address."
    )
    customer_region_id = fields.Many2one(
        "customer.region",
        "Region",
        compute="_compute_customer_region_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("archive_state", "country_id", "archive_company_id.country_id")
    def _compute_customer_origin(self):
        for partner in self:
            domestic = "domestic" if partner._is_domestic() else "foreign"
            partner.customer_origin = domestic if partner.archive_state else False

    @api.model
    def _get_size_fields(self):
        """Hook: fields that ``_get_size_result`` reads, for the dependencies of the size."""
        return [
            "archive_state",
            "is_company",
            "industry_id.code",
            "customer_staff_count",
            "customer_revenue",
            "customer_assets",
        ]

    def _get_size_result(self):
        """Hook: the size class of one customer as a ``tools.size_class.SizeResult``.

        Zero in the form means that nothing was entered, so it is passed as missing.
        """
        self.ensure_one()
        return size_class.size_class(
            self.industry_id.code or None,
            self.customer_staff_count or None,
            self.customer_revenue or None,
            self.customer_assets or None,
        )

    @api.depends(lambda self: self._get_size_fields())
    def _compute_customer_size_computed(self):
        for partner in self:
            classed = partner.archive_state and partner.is_company
            partner.customer_size_computed = classed and partner._get_size_result().size

    @api.depends("customer_size_computed", "customer_size_manual")
    def _compute_customer_size(self):
        for partner in self:
            partner.customer_size = partner.customer_size_manual or partner.customer_size_computed

    @api.depends(lambda self: self._get_size_fields() + ["customer_size_manual"])
    @api.depends_context("lang")
    def _compute_customer_size_reason(self):
        for partner in self:
            partner.customer_size_reason = partner._describe_size()

    def _describe_size(self):
        """The sentence that explains the size class of one customer."""
        self.ensure_one()
        if self.customer_size_manual:
            return self.env._("Set by hand.")
        if not self.archive_state or not self.is_company:
            return False
        result = self._get_size_result()
        return self._get_size_reasons().get(result.reason) or self.env._("Not determined.")

    @api.model
    def _get_size_reasons(self):
        """Hook: reason code of ``tools.size_class`` → sentence."""
        return {
            "ok": self.env._("By the national standard of 2017, from industry, staff, revenue and assets."),
            "missing_industry": self.env._("Enter the industry to have the size determined."),
            "unknown_industry": self.env._("The industry has no code of GB/T 4754-2017."),
            "ambiguous_industry": self.env._("The standard needs a finer industry here, such as K7010 or K702."),
            "not_classed": self.env._("The standard does not class this industry."),
            "missing_staff": self.env._("Enter the number of staff to have the size determined."),
            "missing_revenue": self.env._("Enter the annual revenue to have the size determined."),
            "missing_assets": self.env._("Enter the total assets to have the size determined."),
        }

    @api.depends("archive_state", "country_id", "state_id", "city")
    def _compute_customer_region_computed_id(self):
        archives = self.filtered("archive_state")
        (self - archives).customer_region_computed_id = False
        if archives:
            index = self.env["customer.region"]._get_index()
            for partner in archives:
                partner.customer_region_computed_id = index.match(
                    country=partner.country_id.id, state=partner.state_id.id, city=partner.city or None
                )

    @api.depends("customer_region_computed_id", "customer_region_manual_id")
    def _compute_customer_region_id(self):
        for partner in self:
            partner.customer_region_id = partner.customer_region_manual_id or partner.customer_region_computed_id
