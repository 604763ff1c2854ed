from odoo import api, fields, models


class ResPartnerIndustry(models.Model):
    _inherit = "res.partner.industry"
    _name = "res.partner.industry"
    _order = "code, name, id"
    _rec_names_search = ["name", "full_name", "code"]
    _parent_store = True

    code = fields.Char(
        index="btree_not_null",
        help="Code of GB/T 4754-2017: section, division, group or class, such as C, C36 or K7010.",
    )
    parent_id = fields.Many2one("res.partner.industry", "Part of", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "An industry with this code exists.")

    @api.depends("name", "code")
    def _compute_display_name(self):
        for industry in self:
            industry.display_name = " ".join(filter(None, [industry.code, industry.name]))
