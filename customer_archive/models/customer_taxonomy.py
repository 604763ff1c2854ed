from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import BY_BOTH, BY_HAND, TAG, TAG_SETTERS


class CustomerTaxonomy(models.Model):
    _name = "customer.taxonomy"
    _description = "Taxonomy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    description = fields.Char(translate=True, help="What the tags are for.")
    is_exclusive = fields.Boolean("One Tag per Customer")
    set_by = fields.Selection(
        TAG_SETTERS,
        default=BY_HAND,
        required=True,
        help="Who decides. Where both do, the tag that a person set stays whatever the rules say.",
    )
    setter_group_ids = fields.Many2many(
        "res.groups", string="Set by Hand by", help="Empty: whoever may edit the archive."
    )
    tag_ids = fields.One2many("customer.tag", "taxonomy_id", "Tags")
    tag_count = fields.Integer(compute="_compute_tag_count")

    @api.depends("tag_ids")
    def _compute_tag_count(self):
        groups = self.env["customer.tag"]._read_group([("taxonomy_id", "in", self.ids)], ["taxonomy_id"], ["__count"])
        counts = {taxonomy.id: count for taxonomy, count in groups}
        for taxonomy in self:
            taxonomy.tag_count = counts.get(taxonomy.id, 0)

    @api.constrains("is_exclusive")
    def _check_is_exclusive(self):
        self.filtered("is_exclusive").flush_recordset()
        # sudo: tags of archives that the person may not read count as well
        groups = self.env["customer.tag.assignment"].sudo()._read_group(
            [("taxonomy_id", "in", self.filtered("is_exclusive").ids)],
            ["taxonomy_id", "partner_id"],
            having=[("__count", ">", 1)],
        )
        if groups:
            taxonomy, partner = groups[0]
            raise ValidationError(
                self.env._(
                    "“%(taxonomy)s” cannot have one tag per customer: %(count)s customers have several, among them "
                    "“%(customer)s”. Take away the others first.",
                    taxonomy=taxonomy.name,
                    count=len(groups),
                    customer=partner.name if partner.with_user(self.env.user).has_access("read") else partner.id,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: rules of companies that the person does not work for count as well
        if rule_set := self.env["customer.rule.set"].sudo().search([("taxonomy_id", "in", self.ids)], limit=1):
            raise ValidationError(
                self.env._(
                    "“%(taxonomy)s” has rules: “%(rules)s”. Delete them while they are drafts, or archive the "
                    "taxonomy.",
                    taxonomy=rule_set.taxonomy_id.name,
                    rules=rule_set.display_name,
                )
            )
        self.with_context(active_test=False).tag_ids._unlink_except_used()

    def _can_be_set_by_hand(self):
        """Hook: whether the person may set and take away tags of this taxonomy on archives they may edit."""
        self.ensure_one()
        # sudo: groups may be hidden from the person
        groups = self.sudo().setter_group_ids
        return self.set_by in (BY_HAND, BY_BOTH) and (not groups or bool(groups & self.env.user.all_group_ids))

    def action_view_rule_sets(self):
        """Open the rules that set tags of this taxonomy, in all versions."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_rule_set_action")
        context = {"default_kind": TAG, "default_taxonomy_id": self.id, "default_name": self.name}
        return dict(action, domain=[("taxonomy_id", "=", self.id)], context=context)
