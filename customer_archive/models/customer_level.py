from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerLevel(models.Model):
    _name = "customer.level"
    _description = "Customer Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The best level comes first.")
    color = fields.Integer(aggregator=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    description = fields.Char(translate=True, help="Whom it is meant for, in words.")
    former_names = fields.Char(
        help="Texts of former systems that mean this level, separated by commas, such as A级客户. Imports then know "
        "them."
    )
    partner_count = fields.Integer("Archives", compute="_compute_partner_count")

    @api.depends_context("uid")
    def _compute_partner_count(self):
        groups = self.env["res.partner"]._read_group(
            [("customer_level_id", "in", self.ids)], ["customer_level_id"], ["__count"]
        )
        counts = {level.id: count for level, count in groups}
        for level in self:
            level.partner_count = counts.get(level.id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for level in self:
            if users := level._find_users():
                raise ValidationError(
                    self.env._(
                        "Level “%(level)s” is in use: %(users)s. Archive it instead: it then stays where it is and is "
                        "no longer offered.",
                        level=level.name,
                        users=", ".join(users),
                    )
                )

    def _find_users(self):
        """Hook: what uses this level, as a list of phrases; a level in use is not deleted."""
        self.ensure_one()
        # sudo: what the person may not read counts as well
        partners = self.env["res.partner"].sudo().with_context(active_test=False).search_count(
            ["|", ("customer_level_id", "=", self.id), ("customer_level_manual_id", "=", self.id)]
        )
        sets = self.env["customer.level.threshold"].sudo().search([("level_id", "=", self.id)]).rule_set_id
        policies = self.env["customer.policy"].sudo().with_context(active_test=False)
        policies = policies.search([("level_ids", "in", self.ids)], limit=3)
        past = self.env["customer.classification"].sudo().search_count(
            ["|", ("old_level_id", "=", self.id), ("new_level_id", "=", self.id)], limit=1
        )
        users = [self.env._("%s archives", partners)] if partners else []
        users += [self.env._("rules “%s”", rule_set.display_name) for rule_set in sets[:3]]
        users += [self.env._("policy “%s”", policy.name) for policy in policies]
        return users or ([self.env._("the history of classes")] if past else [])

    def action_view_archives(self):
        """Open the archives of this level."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=[("customer_level_id", "=", self.id)])
