from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import (
    BY_HAND,
    DRAFT,
    GROUP_MANAGER,
    LEVEL,
    PUBLISHED,
    RETIRED,
    RULE_SET_KINDS,
    RULE_SET_STATES,
)


class CustomerRuleSet(models.Model):
    """One version of the rules that set levels, or the tags of one taxonomy: drafted, tried out, published, retired."""

    _name = "customer.rule.set"
    _inherit = ["mail.thread", "customer.guard.mixin"]
    _description = "Class Rules"
    _order = "kind, taxonomy_id, company_id, state, version desc, id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True, translate=True)
    kind = fields.Selection(RULE_SET_KINDS, "Sets", required=True, default=LEVEL)
    taxonomy_id = fields.Many2one(
        "customer.taxonomy", index=True, ondelete="cascade", check_company=True,
        domain=[("set_by", "!=", BY_HAND)],
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Empty: for all companies. A company's own rules replace those for all.",
    )
    state = fields.Selection(RULE_SET_STATES, default=DRAFT, required=True, index=True, tracking=True, copy=False)
    version = fields.Integer(
        default=0, required=True, readonly=True, copy=False, aggregator=False, help="Counted at publication."
    )
    note = fields.Text("Why", translate=True, help="What this version is meant to change.")
    margin = fields.Float(
        default=3.0,
        help="A customer keeps a level until the score is more than this many points below its border, so that nobody "
        "close to a border goes up and down.",
    )
    criterion_ids = fields.One2many("customer.level.criterion", "rule_set_id", "Criteria", copy=True)
    threshold_ids = fields.One2many("customer.level.threshold", "rule_set_id", "Levels", copy=True)
    tag_rule_ids = fields.One2many("customer.tag.rule", "rule_set_id", "Rules", copy=True)
    weight_total = fields.Integer("Sum of Weights (%)", compute="_compute_weight_total")
    faults = fields.Text("To Be Put Right", compute="_compute_faults")
    replaces_id = fields.Many2one(
        "customer.rule.set",
        "Compared With",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The published version that the last try-out compared this draft with.",
    )
    published_by = fields.Many2one("res.users", readonly=True, copy=False)
    published_date = fields.Datetime("Published On", readonly=True, copy=False)
    retired_date = fields.Datetime("Retired On", readonly=True, copy=False)

    _published_uniq = models.UniqueIndex(
        "(kind, COALESCE(taxonomy_id, 0), COALESCE(company_id, 0)) WHERE state = 'published'",
        "Another version was published at the same moment. Reload the page and try your draft out again.",
    )
    _version_uniq = models.UniqueIndex(
        "(kind, COALESCE(taxonomy_id, 0), COALESCE(company_id, 0), version) WHERE version > 0",
        "Another version was published at the same moment. Reload the page and try your draft out again.",
    )
    _taxonomy_kind = models.Constraint(
        "CHECK ((kind = 'tag') = (taxonomy_id IS NOT NULL))",
        "Rules for tags name their taxonomy, rules for levels none.",
    )
    _margin_positive = models.Constraint("CHECK (margin >= 0 AND margin <= 100)", "The margin is between 0 and 100.")

    @api.depends("name", "version", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            version = self.env._("version %s", record.version) if record.version else self.env._("draft")
            record.display_name = f"{record.name} ({version})" if record.name else False

    @api.depends("criterion_ids.weight")
    def _compute_weight_total(self):
        for record in self:
            record.weight_total = sum(record.criterion_ids.mapped("weight"))

    @api.depends("kind", "criterion_ids", "threshold_ids", "tag_rule_ids", "weight_total", "state")
    @api.depends_context("lang")
    def _compute_faults(self):
        for record in self:
            record.faults = "\n".join(record._get_faults()) if record.state == DRAFT else False

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "state", "version", "replaces_id", "published_by", "published_date", "retired_date",
        }

    @api.model
    def _get_guarded_create_values(self):
        return {"state": (DRAFT,)}

    @api.model
    def _get_draft_fields(self):
        """Hook: fields that change with a draft only."""
        return {"kind", "taxonomy_id", "company_id", "margin", "criterion_ids", "threshold_ids", "tag_rule_ids"}

    def write(self, vals):
        if vals.keys() & self._get_draft_fields() and (fixed := self.filtered(lambda s: s.state != DRAFT)[:1]):
            raise UserError(fixed._get_fixed_message())
        return super().write(vals)

    def _get_fixed_message(self):
        self.ensure_one()
        return self.env._(
            "“%s” is published or retired and stays as it is. Use “New version” to change the rules.", self.display_name
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if fixed := self.filtered(lambda record: record.state != DRAFT)[:1]:
            raise UserError(
                self.env._(
                    "“%s” has set classes of customers and is kept. Publish another version.", fixed.display_name
                )
            )

    #=== FAULTS ===#

    def _get_faults(self):
        """Hook: what keeps this draft from being tried out and published, as sentences that say the mend."""
        self.ensure_one()
        return self._get_level_faults() if self.kind == LEVEL else self._get_tag_faults()

    def _get_level_faults(self):
        faults = []
        if self.weight_total != 100:
            faults.append(
                self.env._("The weights add up to %s %%: change them until they are 100 %%.", self.weight_total)
            )
        bare = self.criterion_ids.filtered(lambda criterion: not criterion.band_ids)
        faults += [self.env._("“%s” has no bands: enter which value gets which points.", c.label) for c in bare]
        return faults + self._get_threshold_faults()

    def _get_threshold_faults(self):
        steps = self.threshold_ids.sorted(lambda step: (step.level_id.sequence, step.level_id.id))
        if not steps:
            return [self.env._("Enter from which score on a customer reaches which level.")]
        return [
            self.env._(
                "“%(better)s” is better than “%(worse)s”, so it has to start at a higher score.",
                better=better.level_id.name,
                worse=worse.level_id.name,
            )
            for better, worse in zip(steps, steps[1:], strict=False)
            if better.lower <= worse.lower
        ]

    def _get_tag_faults(self):
        faults = []
        if not self.tag_rule_ids:
            faults.append(self.env._("Enter at least one rule."))
        if self.taxonomy_id.set_by == BY_HAND:
            name = self.taxonomy_id.name
            faults.append(self.env._("Tags of “%s” are set by hand: let rules set them as well.", name))
        return faults + [fault for rule in self.tag_rule_ids if (fault := rule._get_fault())]

    def _check_faults(self):
        """Refuse a draft that is not whole, with everything that is to be put right."""
        self.ensure_one()
        if faults := self._get_faults():
            raise ValidationError(
                self.env._("These rules are not whole yet:\n%s", "\n".join(f"• {fault}" for fault in faults))
            )

    #=== VERSIONS ===#

    def _get_published(self):
        """The published version that this draft would replace, or an empty recordset."""
        self.ensure_one()
        return self.search(
            [
                ("kind", "=", self.kind),
                ("taxonomy_id", "=", self.taxonomy_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", PUBLISHED),
            ]
        )

    def action_new_version(self):
        """Open a draft that starts from this version."""
        self.ensure_one()
        draft = self.copy({"name": self.name})
        return draft.get_formview_action()

    def action_publish(self):
        """Publish a draft: it replaces the version it was compared with, and every customer is classed again."""
        self.ensure_one()
        self._check_publisher()
        if self.state != DRAFT:
            raise UserError(self.env._("“%s” is published already: reload the page.", self.display_name))
        self._check_faults()
        present = self._get_published()
        if present != self.replaces_id:
            raise UserError(
                self.env._(
                    "Try the draft out first: only then you see what it changes in comparison with “%s”.",
                    present.display_name,
                )
                if present
                else self.env._("The version that this draft was compared with is gone: try it out again.")
            )
        self._publish(present)

    @api.model
    def _check_publisher(self):
        if not self.env.user.has_group(GROUP_MANAGER):
            raise UserError(self.env._("Publishing class rules takes the right “Customer Archive / Manager”."))

    def _publish(self, present):
        now = fields.Datetime.now()
        # sudo: state and stamps are set by this button only; the right was checked above
        present.sudo().write({"state": RETIRED, "retired_date": now})
        present.flush_recordset()
        last = self.sudo().search(
            [
                ("kind", "=", self.kind),
                ("taxonomy_id", "=", self.taxonomy_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            order="version desc",
            limit=1,
        )
        self.sudo().write(
            {
                "state": PUBLISHED,
                "version": last.version + 1,
                "published_by": self.env.uid,
                "published_date": now,
            }
        )
        self.flush_recordset()
        self.env.registry.clear_cache()
        self.env["customer.classification.run"]._request()

    def action_retire(self):
        """Take published rules out of use: what they set stays until other rules or a person decide."""
        self.ensure_one()
        self._check_publisher()
        if self.state != PUBLISHED:
            raise UserError(self.env._("Only published rules are retired."))
        # sudo: as in _publish
        self.sudo().write({"state": RETIRED, "retired_date": fields.Datetime.now()})
        self.env.registry.clear_cache()
        self.env["customer.classification.run"]._request()

    def action_view_history(self):
        """Open what these rules have decided."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_classification_action")
        return dict(action, domain=[("rule_set_id", "=", self.id)], context={})
