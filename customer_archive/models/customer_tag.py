from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CustomerTag(models.Model):
    _name = "customer.tag"
    _inherit = ["customer.tree.mixin"]
    _description = "Customer Tag"
    _parent_store = True
    _order = "taxonomy_id, parent_path, sequence, id"

    name = fields.Char(required=True, translate=True)
    taxonomy_id = fields.Many2one("customer.taxonomy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="taxonomy_id.company_id", store=True, index="btree_not_null")
    parent_id = fields.Many2one(
        "customer.tag", "Part of", index=True, ondelete="restrict", domain="[('taxonomy_id', '=', taxonomy_id)]"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("customer.tag", "parent_id", "Parts")
    sequence = fields.Integer(default=10)
    color = fields.Integer(aggregator=False)
    active = fields.Boolean(default=True)
    description = fields.Char(translate=True)
    partner_count = fields.Integer("Archives", compute="_compute_partner_count")
    display_name = fields.Char(recursive=True)

    _name_uniq = models.UniqueIndex(
        "(taxonomy_id, COALESCE(parent_id, 0), (name->>'en_US'))", "This taxonomy has a tag of that name."
    )

    @api.depends("name", "parent_id.display_name", "taxonomy_id.name")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        # what is offered is told apart by its taxonomy; what is chosen stays short
        is_offer = self.env.context.get("formatted_display_name")
        for tag in self:
            parent = tag.parent_id.with_context(formatted_display_name=False)
            name = f"{parent.display_name} / {tag.name}" if parent else tag.name
            tag.display_name = f"--{tag.taxonomy_id.name}:-- {name}" if is_offer and tag.taxonomy_id else name

    @api.model
    def _search_display_name(self, operator, value):
        # Imports name a tag by its taxonomy where two taxonomies have one of the same name: “Needs: Packing”.
        domain = super()._search_display_name(operator, value)
        if operator not in ("in", "=", "ilike", "=ilike"):
            return domain
        texts = [value] if isinstance(value, str) else [text for text in value or () if isinstance(text, str)]
        named = [
            Domain("taxonomy_id.name", "=ilike", taxonomy.strip()) & Domain("name", "=ilike", name.strip())
            for taxonomy, colon, name in (text.partition(":") for text in texts)
            if colon and name.strip()
        ]
        return Domain.OR([domain, *named])

    @api.depends_context("uid")
    def _compute_partner_count(self):
        groups = self.env["res.partner"]._read_group(
            [("customer_tag_ids", "in", self.ids)], ["customer_tag_ids"], ["__count"]
        )
        counts = {tag.id: count for tag, count in groups}
        for tag in self:
            tag.partner_count = counts.get(tag.id, 0)

    @api.constrains("parent_id", "taxonomy_id")
    def _check_parent_id(self):
        if odd := (self | self.child_ids).filtered(lambda t: t.parent_id and t.parent_id.taxonomy_id != t.taxonomy_id):
            tag = odd[0]
            raise ValidationError(
                self.env._(
                    "“%(tag)s” belongs to “%(taxonomy)s” and cannot be a part of a tag of “%(other)s”.",
                    tag=tag.name,
                    taxonomy=tag.taxonomy_id.name,
                    other=tag.parent_id.taxonomy_id.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: tags of archives and rules that the person may not read count as well
        held = self.env["customer.tag.assignment"].sudo()._read_group(
            [("tag_id", "in", self.ids)], ["tag_id"], ["__count"]
        )
        ruled = self.env["customer.tag.rule"].sudo().search([("tag_id", "in", self.ids)], limit=1)
        past = self.env["customer.classification"].sudo().search(
            ["|", ("new_tag_id", "in", self.ids), ("old_tag_id", "in", self.ids)], limit=1
        )
        policies = self.env["customer.policy"].sudo().with_context(active_test=False)
        treated = policies.search([("tag_ids", "in", self.ids)], limit=1).tag_ids & self
        tag = held[0][0] if held else ruled.tag_id or past.new_tag_id or past.old_tag_id or treated[:1]
        if tag:
            raise ValidationError(
                self.env._(
                    "Tag “%(tag)s” is in use: by %(count)s archives, by rules, policies or in the history of classes. "
                    "Archive it instead: it then stays where it is and is no longer offered.",
                    tag=tag.name,
                    count=held[0][1] if held else 0,
                )
            )

    def action_view_archives(self):
        """Open the archives that have this tag."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=[("customer_tag_ids", "in", self.ids)])
