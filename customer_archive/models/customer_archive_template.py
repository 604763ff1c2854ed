from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import RECOMMENDED, REQUIREMENTS


class CustomerArchiveTemplate(models.Model):
    _name = "customer.archive.template"
    _description = "Archive Template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    applies_to = fields.Selection(
        [("company", "Companies"), ("person", "Individuals"), ("any", "Companies and individuals")],
        default="company",
        required=True,
        help="A new archive gets the first template that fits.",
    )
    origin = fields.Selection(
        [("domestic", "Domestic"), ("foreign", "Foreign"), ("any", "Domestic and foreign")],
        default="any",
        required=True,
    )
    line_ids = fields.One2many("customer.archive.template.line", "template_id", "Facts", copy=True)
    custom_requirement = fields.Selection(
        [("none", "Not counted"), *REQUIREMENTS],
        "Custom Facts Are",
        default="none",
        required=True,
        help="Whether the custom facts of this template count in the completeness.",
    )
    properties_definition = fields.PropertiesDefinition("Custom Facts")
    partner_count = fields.Integer("Archives", compute="_compute_partner_count")

    @api.depends_context("uid")
    def _compute_partner_count(self):
        groups = self.env["res.partner"]._read_group(
            [("archive_template_id", "in", self.ids)], ["archive_template_id"], ["__count"]
        )
        counts = {template.id: count for template, count in groups}
        for template in self:
            template.partner_count = counts.get(template.id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: archives the person may not read count as well
        used = self.env["res.partner"].sudo().with_context(active_test=False)._read_group(
            [("archive_template_id", "in", self.ids)], ["archive_template_id"], ["__count"]
        )
        if used:
            template, count = used[0]
            raise ValidationError(
                self.env._(
                    "“%(template)s” is the template of %(count)s archives. Archive it instead: it then stays on these "
                    "archives and is no longer offered for new ones.",
                    template=template.name,
                    count=count,
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"line_ids", "custom_requirement", "properties_definition"}:
            self._refresh_archives()
        return result

    @api.model
    @tools.ormcache("template_id")
    def _get_requirements(self, template_id):
        """What a template asks for, as a tuple of (name of the fact, requirement).

        A custom fact is named ``archive_properties.<key>``.
        """
        # sudo: templates may be restricted to administrators, what is missing is not
        template = self.sudo().browse(template_id)
        asked = [(line.field_name, line.requirement) for line in template.line_ids]
        facts = [(name, requirement) for name, requirement in asked if name in self.env["res.partner"]._fields]
        custom = template.properties_definition or [] if template.custom_requirement != "none" else []
        return (
            *facts,
            *(
                (f"archive_properties.{definition['name']}", template.custom_requirement)
                for definition in custom
                if definition["type"] != "separator"
            ),
        )

    def _refresh_archives(self):
        """Recompute completeness and findings of the archives that use these templates."""
        self.env.registry.clear_cache()
        # sudo: a rule of the administrator counts for every archive
        archives = self.env["res.partner"].sudo().search([("archive_template_id", "in", self.ids)])
        self.env.add_to_compute(archives._fields["archive_completeness"], archives)
        archives.invalidate_recordset(["archive_missing"])
        archives._check_archives()

    @api.model
    def _match(self, is_company, is_domestic, company):
        """First template that fits a kind of customer.

        :param is_company: company or individual
        :param is_domestic: in the country of the company that keeps the archive
        :param company: ``res.company`` that keeps the archive
        :return: a template, or an empty recordset
        """
        return self.search(self._get_match_domain(is_company, is_domestic, company), limit=1)

    @api.model
    def _get_match_domain(self, is_company, is_domestic, company):
        """Hook: domain of the templates that fit a kind of customer (see ``_match``)."""
        return Domain(
            [
                ("applies_to", "in", ["any", "company" if is_company else "person"]),
                ("origin", "in", ["any", "domestic" if is_domestic else "foreign"]),
                ("company_id", "in", [False, company.id]),
            ]
        )

    def action_view_archives(self):
        """Open the archives that use this template."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=[("archive_template_id", "=", self.id)])


class CustomerArchiveTemplateLine(models.Model):
    _name = "customer.archive.template.line"
    _description = "Fact of an Archive Template"
    _order = "sequence, id"

    template_id = fields.Many2one("customer.archive.template", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    field_id = fields.Many2one(
        "ir.model.fields",
        "Fact",
        required=True,
        ondelete="cascade",
        domain="[('model', '=', 'res.partner'), ('name', 'in', fact_names)]",
    )
    field_name = fields.Char(related="field_id.name", store=True)
    requirement = fields.Selection(REQUIREMENTS, default=RECOMMENDED, required=True)
    fact_names = fields.Json(compute="_compute_fact_names", exportable=False)

    _field_uniq = models.Constraint("UNIQUE(template_id, field_id)", "This fact is already on the template.")

    def _compute_fact_names(self):
        self.fact_names = self.env["res.partner"]._get_archive_fact_fields()

    @api.constrains("field_id")
    def _check_field(self):
        facts = self.env["res.partner"]._get_archive_fact_fields()
        for line in self:
            if line.field_id.model != "res.partner" or line.field_id.name not in facts:
                raise ValidationError(
                    self.env._("“%s” is no fact that an archive can ask for.", line.field_id.field_description)
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.template_id._refresh_archives()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"field_id", "requirement", "template_id"}:
            self.template_id._refresh_archives()
        return result

    def unlink(self):
        templates = self.template_id
        result = super().unlink()
        templates.exists()._refresh_archives()
        return result
