from odoo import api, fields, models

from ..tools import region


# No record rule: the tree of regions is the same for everybody, and names no customer
class CustomerRegion(models.Model):
    _name = "customer.region"
    _inherit = ["customer.tree.mixin"]
    _description = "Sales Region"
    _parent_store = True
    _order = "parent_path, sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    parent_id = fields.Many2one("customer.region", "Part of", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("customer.region", "parent_id", "Parts")
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    country_group_ids = fields.Many2many("res.country.group", string="Country Groups")
    city_names = fields.Char(
        "Cities",
        help="Names of cities, separated by commas. With provinces given as well, a city counts inside them only. The "
        "finer description of an address wins: city, province, country, country group.",
    )
    partner_count = fields.Integer(
        "Archives", compute="_compute_partner_count", help="Archives of this region and of its parts."
    )

    @api.depends_context("uid")
    def _compute_partner_count(self):
        groups = self.env["res.partner"]._read_group(
            [("customer_region_id", "child_of", self.ids)], ["customer_region_id"], ["__count"]
        )
        for record in self:
            path = record.parent_path or "-"
            record.partner_count = sum(count for part, count in groups if part.parent_path.startswith(path))

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._refresh_archives()
        return records

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & self._get_rule_fields():
            self._refresh_archives()
        return result

    def unlink(self):
        result = super().unlink()
        self._refresh_archives()
        return result

    @api.model
    def _get_rule_fields(self):
        """Hook: fields of a region that decide which addresses fall into it."""
        return {"country_ids", "state_ids", "country_group_ids", "city_names", "active", "sequence", "parent_id"}

    @api.model
    def _refresh_archives(self):
        """Assign the regions of all archives anew after the tree changed."""
        # sudo: the tree of the administrator counts for every archive
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        archives = partners.search([("archive_state", "!=", False)])
        for name in ("customer_region_computed_id", "customer_region_id"):
            self.env.add_to_compute(archives._fields[name], archives)

    @api.model
    def _get_index(self):
        """The active regions as an index that answers ``match(country, state, city)`` with a region id or None."""
        # sudo: regions may be restricted, the region of an address is the same for everybody
        return region.RegionIndex([record._get_rule() for record in self.sudo().search([])])

    def _get_rule(self):
        """Hook: the region as a ``tools.region.RegionRule``."""
        self.ensure_one()
        return region.RegionRule(
            id=self.id,
            country_ids=frozenset(self.country_ids.ids),
            state_ids=frozenset(self.state_ids.ids),
            group_country_ids=frozenset(self.country_group_ids.country_ids.ids),
            state_country_ids=frozenset(self.state_ids.country_id.ids),
            city_names=region.split_cities(self.city_names or ""),
            depth=self.parent_path.count("/"),
            sequence=self.sequence,
        )

    def action_view_archives(self):
        """Open the archives of this region and its parts."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=[("customer_region_id", "child_of", self.id)])
