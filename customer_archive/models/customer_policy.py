from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import LIFECYCLES, MARKETING_TREATMENTS
from ..tools import policy


class CustomerPolicy(models.Model):
    """How customers of a class are to be treated. Policies answer questions; nothing is ever written because of one."""

    _name = "customer.policy"
    _description = "Customer Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        "Priority",
        default=10,
        aggregator=False,
        help="The policy with the lowest number comes first. For each value the first policy that fits the customer "
        "and says something counts.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    level_ids = fields.Many2many(
        "customer.level", string="Levels", check_company=True, ondelete="restrict", help="Empty: every level."
    )
    tag_ids = fields.Many2many(
        "customer.tag",
        string="Customer Tags",
        check_company=True,
        ondelete="restrict",
        help="One of them is enough; the parts of a tag count as well. Empty: whatever the tags.",
    )
    lifecycle = fields.Selection(LIFECYCLES, "Life Cycle", help="Empty: every stage.")
    service_response_hours = fields.Float(
        "First Answer Within (working hours)", digits=(16, 2), help="Empty: this policy says nothing about it."
    )
    service_resolve_hours = fields.Float(
        "Solved Within (working hours)", digits=(16, 2), help="Empty: this policy says nothing about it."
    )
    visit_interval_days = fields.Integer("Visit Every (days)", help="Empty: this policy says nothing about it.")
    marketing_treatment = fields.Selection(
        MARKETING_TREATMENTS, "Marketing", help="Empty: this policy says nothing about it."
    )
    summary = fields.Char("What It Says", compute="_compute_summary")
    overlap_text = fields.Text("Overlaps", compute="_compute_overlap_text")
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    _not_negative = models.Constraint(
        "CHECK (service_response_hours >= 0 AND service_resolve_hours >= 0 AND visit_interval_days >= 0)",
        "Hours and days are not negative.",
    )

    @api.model
    def _get_policy_fields(self):
        """Hook: the fields of a policy that say something, by name.

        :return: dict of field name → dict with

            - ``label`` and ``unit`` (a sentence with ``%s``): how a value is shown, in the user's language
            - ``proposed``: True where a value is proposed to a person and never used by itself
            - ``persons``: False where a person has to decide before the value is used for a natural person, as for
              prices and other terms of trade that a machine may not set for people (PIPL, article 24)
        """
        hours = self.env._("within %s working hours")
        return {
            "visit_interval_days": self._prepare_policy_field(self.env._("Visit"), self.env._("every %s days")),
            "service_response_hours": self._prepare_policy_field(self.env._("First answer"), hours),
            "service_resolve_hours": self._prepare_policy_field(self.env._("Solved"), hours),
            "marketing_treatment": self._prepare_policy_field(self.env._("Marketing"), persons=False),
        }

    @api.model
    def _prepare_policy_field(self, label, unit="%s", *, proposed=False, persons=True):
        """One entry of ``_get_policy_fields``."""
        return {"label": label, "unit": unit, "proposed": proposed, "persons": persons}

    @api.constrains("service_response_hours", "service_resolve_hours")
    def _check_service_hours(self):
        for record in self:
            if 0 < record.service_resolve_hours < record.service_response_hours:
                raise ValidationError(
                    self.env._(
                        "“%s”: a case cannot be solved before it is answered. Change one of the two.", record.name
                    )
                )

    @api.depends(lambda self: list(self._get_policy_fields()))
    @api.depends_context("lang")
    def _compute_summary(self):
        for record in self:
            values = self._get_policy_values(record)
            record.summary = self._format_policy_values(values)

    @api.depends(
        lambda self: ["sequence", "company_id", "level_ids", "tag_ids", "lifecycle", "active"]
        + list(self._get_policy_fields())
    )
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_overlap_text(self):
        rivals = self.search([("sequence", "in", self.mapped("sequence"))])
        places = self._get_tag_places(rivals.tag_ids | self.tag_ids._origin)
        for record in self:
            same = rivals.filtered(lambda r: r.sequence == record.sequence) - record._origin  # noqa: B023
            record.overlap_text = record.active and record._describe_overlaps(same, places)

    def _describe_overlaps(self, others, places):
        """Sentences about policies of the same priority that say something else to the same customers."""
        found = policy.disagreements(self._compile(), [other._compile() for other in others], places)
        labels = {name: definition["label"] for name, definition in self._get_policy_fields().items()}
        lines = [
            self.env._(
                "“%(policy)s” has the same priority and says something else about: %(values)s.",
                policy=self.browse(key).name,
                values=", ".join(labels[name] for name in names),
            )
            for key, names in found.items()
        ]
        return "\n".join(lines)

    @api.depends_context("uid")
    def _compute_customer_count(self):
        for record in self:
            domain = record._get_customer_domain() if record._origin else Domain.FALSE
            record.customer_count = self.env["res.partner"].search_count(domain)

    #=== RESOLVING ===#

    @api.model
    def _get_policies(self):
        """The policies in force in their order, as a list of ``tools.policy.Policy``."""
        # sudo: policies count for every customer, whoever asks
        return [record._compile() for record in self.sudo().search([])]

    def _compile(self):
        """This policy as a ``tools.policy.Policy``."""
        self.ensure_one()
        return policy.Policy(
            id=self._origin.id,
            values=self._get_policy_values(self),
            company=self.company_id._origin.id or None,
            levels=frozenset(self.level_ids._origin.ids),
            tags=frozenset(self.tag_ids._origin.ids),
            stage=self.lifecycle or None,
        )

    @api.model
    def _get_policy_values(self, record):
        """What a policy says: dict of field name → value, an id where it is a record; what is empty is left out."""
        values = {name: record[name] for name in self._get_policy_fields()}
        return {
            name: value._origin.id if isinstance(value, models.BaseModel) else value
            for name, value in values.items()
            if value
        }

    @api.model
    def _get_tag_places(self, tags):
        """Where tags stand in their taxonomies: dict of id → ``tools.policy.TagPlace``."""
        return {
            tag.id: policy.TagPlace(
                frozenset(map(int, tag.parent_path.split("/")[:-1])),
                tag.taxonomy_id.id if tag.taxonomy_id.is_exclusive else None,
            )
            for tag in tags
        }

    @api.model
    def _resolve(self, customer, policies):
        """What counts for a ``tools.policy.Customer``: dict of field name → ``tools.policy.PolicyValue``."""
        definitions = self._get_policy_fields()
        proposed = frozenset(name for name, definition in definitions.items() if definition["proposed"])
        not_for_persons = frozenset(name for name, definition in definitions.items() if not definition["persons"])
        return policy.resolve(customer, policies, proposed, not_for_persons)

    #=== WORDS ===#

    @api.model
    def _format_policy_value(self, name, value):
        """A value as people read it, in their language."""
        policy_field = self._fields[name]
        if policy_field.relational:
            # sudo: the name of what a policy grants, such as a payment term, is no secret of the record
            text = self.env[policy_field.comodel_name].sudo().browse(value).display_name
        elif policy_field.type == "selection":
            text = dict(policy_field._description_selection(self.env))[value]
        else:
            text = f"{value:g}" if isinstance(value, float | int) else str(value)
        return self._get_policy_fields()[name]["unit"] % text

    @api.model
    def _format_policy_values(self, values):
        """What a policy says in one line; ``values`` as in ``_get_policy_values``."""
        definitions = self._get_policy_fields()
        return "; ".join(
            f"{definitions[name]['label']}: {self._format_policy_value(name, values[name])}"
            for name in definitions
            if name in values
        )

    @api.model
    def _prepare_policy_lines(self, found, names):
        """What counts for a customer, line by line for the page: list of dict with label, value and source.

        :param found: dict of field name → ``tools.policy.PolicyValue``
        :param names: dict of policy id → name
        """
        return [
            {
                "label": definition["label"],
                "value": self._format_policy_value(name, found[name].value),
                "source": self._get_policy_source(names[found[name].policy], found[name].needs_decision),
            }
            for name, definition in self._get_policy_fields().items()
            if name in found
        ]

    @api.model
    def _get_policy_source(self, name, needs_decision):
        if needs_decision:
            return self.env._("Policy “%s”: a proposal that a person decides on", name)
        return self.env._("Policy “%s”", name)

    #=== CUSTOMERS ===#

    def _get_fit_domain(self):
        """The customers that a policy is for, as a ``Domain``."""
        self.ensure_one()
        domain = Domain.TRUE
        if self.company_id:
            domain &= Domain("archive_company_id", "=", self.company_id.id)
        if self.level_ids:
            domain &= Domain("customer_level_id", "in", self.level_ids.ids)
        if self.tag_ids:
            domain &= Domain("customer_tag_ids", "child_of", self.tag_ids.ids)
        if self.lifecycle:
            domain &= Domain("customer_lifecycle", "=", self.lifecycle)
        return domain

    def _get_customer_domain(self):
        """The customers for whom something that this policy says counts, as a ``Domain``: no earlier one says it."""
        self.ensure_one()
        if not self.active:
            return Domain.FALSE
        # sudo: earlier policies count even where the person may not see them
        policies = self.sudo().search([])
        earlier = policies[: policies.ids.index(self._origin.id)]
        counts = [
            ~Domain.OR(record._get_fit_domain() for record in earlier if record[name])
            for name in self._get_policy_values(self)
        ]
        return self.env["customer.classifier"]._get_scope() & self._get_fit_domain() & Domain.OR(counts)

    def action_view_customers(self):
        """Open the customers for whom this policy counts."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=list(self._get_customer_domain()))
