from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..const import CLOSED, GROUP_LEADER, GROUP_MANAGER, LIFECYCLES, POTENTIALS
from ..unbound import UnboundMany2one


class ResPartner(models.Model):
    """Level and life cycle of an archive: what the rules say, what a person decided, and what counts.

    The three are columns that the classification alone writes (``customer.classifier``).
    """

    _inherit = "res.partner"
    _name = "res.partner"

    customer_potential = fields.Selection(
        POTENTIALS,
        "Buying Potential",
        copy=False,
        tracking=True,
        help="What the customer could buy, as judged by a person.",
    )
    customer_level_id = fields.Many2one(
        "customer.level", "Level", copy=False, index="btree_not_null", ondelete="restrict", readonly=True
    )
    customer_level_computed_id = fields.Many2one(
        "customer.level", "Level by the Rules", copy=False, ondelete="restrict", readonly=True
    )
    customer_level_score = fields.Float("Score", copy=False, readonly=True, digits=(16, 2), aggregator="avg")
    customer_level_rule_set_id = UnboundMany2one("customer.rule.set", "Level Rules", copy=False, readonly=True)
    customer_level_manual_id = fields.Many2one(
        "customer.level", "Level Set by Hand", copy=False, index="btree_not_null", ondelete="restrict", readonly=True
    )
    customer_level_manual_reason = fields.Char("Why Set by Hand", copy=False, readonly=True)
    customer_level_manual_until = fields.Date("Set by Hand Until", copy=False, readonly=True)
    customer_level_manual_by = fields.Many2one("res.users", "Level Set by", copy=False, readonly=True)
    customer_lifecycle = fields.Selection(
        LIFECYCLES, "Life Cycle", copy=False, index="btree_not_null", readonly=True
    )
    customer_lifecycle_computed = fields.Selection(LIFECYCLES, "Life Cycle by the Facts", copy=False, readonly=True)
    customer_lifecycle_manual = fields.Selection(
        LIFECYCLES, "Life Cycle Set by Hand", copy=False, tracking=True, help="Wins over the facts."
    )
    customer_classification_ids = fields.One2many("customer.classification", "partner_id", "Class History")

    _customer_level_manual_whole = models.Constraint(
        "CHECK (customer_level_manual_id IS NULL OR customer_level_manual_reason IS NOT NULL)",
        "A level set by hand has a reason.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "customer_level_id",
            "customer_level_computed_id",
            "customer_level_score",
            "customer_level_rule_set_id",
            "customer_level_manual_id",
            "customer_level_manual_reason",
            "customer_level_manual_until",
            "customer_level_manual_by",
            "customer_lifecycle",
            "customer_lifecycle_computed",
        }

    #=== CLASSED AT ONCE ===#

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._get_archives()._classify()
        return partners

    def write(self, vals):
        if not vals.keys() & self._get_classification_triggers():
            return super().write(vals)
        before = self._get_class_facts()
        result = super().write(vals)
        after = self._get_class_facts()
        changed = self._get_archives().filtered(lambda partner: before.get(partner.id) != after[partner.id])
        (self._get_archives() if self._changes_links(vals) else changed)._classify()
        return result

    @api.model
    def _get_classification_triggers(self):
        """Hook: fields of a contact whose change may class its archive at once, as a set.

        Facts count because they decide on completeness; what rules ask for elsewhere is seen by the nightly job.
        """
        return self._get_archive_check_fields() | self._get_class_fields()

    @api.model
    @tools.ormcache()
    def _get_class_fields(self):
        """Fields that the rules in force read, as a frozenset from the cache that every publication empties."""
        Classifier = self.env["customer.classifier"]
        return frozenset({"customer_tag_ids"} | Classifier._get_watched_fields(Classifier._get_rules()))

    def _get_class_facts(self):
        """What rules read of the archives of these contacts, by id: a fact that changes none of it classes nobody."""
        # sudo: classes do not depend on who asks
        archives = self.sudo()._get_archives()
        names = sorted(name for name in self._get_class_fields() if self._fields[name].column_type)
        return {archive.id: [archive[name] for name in names] for archive in archives}

    def unlink(self):
        remaining = self._get_remaining_archives()
        result = super().unlink()
        remaining._classify()
        return result

    def _changes_links(self, vals):
        """Whether a write sets something that rules read and that is no column: tags, or contacts of an archive."""
        links = [self._fields[name] for name in self._get_class_fields() if not self._fields[name].column_type]
        reads_contacts = any(field.comodel_name == self._name for field in links)
        return any(field.name in vals for field in links) or (reads_contacts and any(p.parent_id for p in self))

    def _classify(self):
        """Class these archives anew, all at once."""
        if self:
            self.env["customer.classifier"]._classify(Domain("id", "in", self.ids))

    #=== A PERSON'S DECISION ===#

    def _get_level_refusal(self):
        """Hook: why the person may not set the level of one archive by hand; empty text when they may."""
        self.ensure_one()
        user = self.env.user
        if not self.archive_state or self.archive_state == CLOSED:
            return self.env._("“%s” has no open archive, so it has no level.", self.display_name)
        if not (user.has_group(GROUP_LEADER) or user.has_group(GROUP_MANAGER)):
            return self.env._("Levels are set by hand by team leaders and managers: ask your team leader.")
        return ""

    def _set_level_by_hand(self, level, reason, until=None):
        """Give archives a level that wins over the rules, until a day or until it is taken back.

        :param level: ``customer.level``; empty lets the rules decide again
        :param reason: text, kept with the level and in the history
        :param until: last day on which it holds
        :raise UserError: where the person may not, or the day is over
        """
        self._check_level_by_hand(until)
        values = {
            "customer_level_manual_id": level.id,
            "customer_level_manual_reason": bool(level) and reason,
            "customer_level_manual_until": bool(level) and until,
            "customer_level_manual_by": bool(level) and self.env.uid,
            "customer_level_imported": False,
        }
        # sudo: the level is set by this method only; the right of the person was checked above
        self.sudo().write(values)
        if not level:
            for partner in self.sudo():
                partner._message_log(body=self.env._("The rules decide on the level again: %s", reason))

    def _check_level_by_hand(self, until):
        self.check_access("write")
        self._check_level_refusal()
        if until and until < self.env["customer.classifier"]._get_today():
            raise UserError(self.env._("The level would be over before it begins: choose a later day."))

    def _check_level_refusal(self):
        for partner in self:
            if refusal := partner._get_level_refusal():
                raise AccessError(refusal)

    def action_set_level(self):
        """Open the window that asks for a level and a reason."""
        self._check_level_refusal()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Level by Hand"),
            "res_model": "customer.level.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }

    def action_view_classifications(self):
        """Open the class history of this archive."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_classification_action")
        return dict(action, domain=[("partner_id", "=", self.id)], context={"archive_history": True})
