from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import CLOSED, CONTROLLED_STATES, GROUP_ALL, GROUP_LEADER, OPEN

# The strip on the archive names this many.
SHOWN = 5


class ResPartner(models.Model):
    """Archives that may be one customer, and those that became one."""

    _inherit = "res.partner"
    _name = "res.partner"
    # a number that a merged archive had still finds the customer
    _rec_names_search = [
        "complete_name", "email", "ref", "vat", "company_registry", "archive_number", "archive_former_numbers",
    ]

    archive_merged_into_id = fields.Many2one(
        "res.partner", "Merged into", copy=False, readonly=True, index="btree_not_null", ondelete="restrict",
        help="The archive that this one was merged into; it is closed and hidden, and its facts are kept.",
    )
    # No index: who searches for a number searches names and codes as well, by parts, which reads the table anyway.
    archive_former_numbers = fields.Char(
        "Former Numbers", copy=False, readonly=True, help="Numbers of archives merged into this one."
    )
    archive_duplicates = fields.Json("Possibly the Same", compute="_compute_archive_duplicates", exportable=False)
    archive_duplicate_count = fields.Integer("Possible Duplicates", compute="_compute_archive_duplicates")

    @api.depends("archive_state", "active")
    @api.depends_context("uid", "lang")
    def _compute_archive_duplicates(self):
        """Open pairs that the person may read, as data for the strip: both archives must be readable."""
        domain = [("state", "=", OPEN), "|", ("partner_id", "in", self.ids), ("other_id", "in", self.ids)]
        found = {}
        for pair in self.env["customer.duplicate"].search(domain):
            for mine, other in ((pair.partner_id, pair.other_id), (pair.other_id, pair.partner_id)):
                item = {"id": pair.id, "name": other.display_name, "score": pair.score, "words": pair.signs_text}
                found.setdefault(mine.id, []).append(item)
        for partner in self:
            pairs = found.get(partner._origin.id, [])
            partner.archive_duplicate_count = len(pairs)
            partner.archive_duplicates = pairs[:SHOWN]

    @api.constrains("active", "archive_state")
    def _check_archive_merged(self):
        for partner in self.filtered("archive_merged_into_id"):
            if partner.active or partner.archive_state != CLOSED:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” was merged into “%(kept)s”. Undo the merge instead: Data Quality, Merges.",
                        name=partner.name,
                        kept=partner.archive_merged_into_id.name,
                    )
                )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"archive_merged_into_id", "archive_former_numbers"}

    def _get_reopen_refusal(self):
        if self.archive_merged_into_id:
            return self.env._("This archive was merged into another one: undo the merge instead.")
        return ""

    def action_archive_submit(self):
        """Submit drafts for the first check; whoever checks sees which archives may be the same customer."""
        result = super().action_archive_submit()
        self.env["customer.duplicate.finder"]._search_partners(self.ids)
        return result

    def action_view_archive_duplicates(self):
        """Open the pairs of this archive."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_duplicate_action")
        domain = ["|", ("partner_id", "=", self.id), ("other_id", "=", self.id)]
        pairs = self.env["customer.duplicate"].search([*domain, ("state", "=", OPEN)])
        if len(pairs) == 1:
            return pairs.action_open()
        return dict(action, domain=domain)

    #=== WHO MERGES WHAT ===#

    def _can_merge(self):
        """Hook: whether the person may merge one archive: who sees all customers, or a leader whose own it is."""
        self.ensure_one()
        user = self.env.user
        # a hidden archive is no secret: who may edit it may undo its merge
        if not (user.has_group(GROUP_LEADER) and self.has_access("write")):
            return False
        # sudo: the team in charge may be hidden from the person
        led = self.sudo().archive_scope_team_id.user_id == user
        return user.has_group(GROUP_ALL) or led or self.archive_owner_id == user

    def _get_merge_refusal(self, other):
        """Hook: why ``other`` cannot be merged into this archive by the person; empty text when it can."""
        self.ensure_one()
        both = self | other
        if not all(partner._can_merge() for partner in both):
            return self.env._(
                "Archives are merged by who sees all customers, or by the leader of the team that both belong to."
            )
        # sudo: what stands against a merge does so whoever asks
        return self.sudo()._get_pair_refusal(other.sudo()) or self.sudo()._get_keep_refusal(other.sudo())

    def _get_pair_refusal(self, other):
        """Why these two archives cannot become one at all."""
        both = self | other
        if len(both) < 2 or not all(partner.archive_state for partner in both):
            return self.env._("Choose two different customer archives.")
        for partner in both:
            if target := partner.archive_merged_into_id:
                return self.env._("“%(name)s” was merged into “%(kept)s” already.", name=partner.name, kept=target.name)
            if partner.archive_state == CLOSED or not partner.active:
                return self.env._("“%s” is closed: reopen it before you merge.", partner.name)
        if self in self._get_ancestors(other) or other in self._get_ancestors(self):
            return self.env._("“%(one)s” and “%(two)s” are a company and its parent.", one=self.name, two=other.name)
        if self.is_company != other.is_company:
            return self.env._("One is a company and the other a person: correct one of them first.")
        companies = both.archive_company_id
        if len(companies) > 1 or len(both.company_id) > 1:
            return self.env._("The two are kept by different companies, each of which has its own archive.")
        return ""

    def _get_keep_refusal(self, other):
        """Why this one cannot be the archive that stays."""
        if user := other.with_context(active_test=False).user_ids[:1]:
            return self.env._(
                "“%(name)s” is the contact of the user %(user)s: keep this one, and merge the other into it.",
                name=other.name,
                user=user.login,
            )
        if self.env["res.company"].search_count([("partner_id", "=", other.id)], limit=1):
            return self.env._("“%s” is one of your own companies.", other.name)
        if other.archive_state in CONTROLLED_STATES and self.archive_state not in CONTROLLED_STATES:
            return self.env._("“%s” is a formal archive: keep this one, and merge the other into it.", other.name)
        if pending := (self | other).filtered("archive_change_count")[:1]:
            return self.env._("Decide on the proposed changes of “%s” first.", pending.name)
        return ""

    @api.model
    def _get_ancestors(self, partner):
        found = self.browse()
        while partner.parent_id and partner.parent_id not in found:
            partner = partner.parent_id
            found |= partner
        return found

    #=== FACTS TO CHOOSE ===#

    @api.model
    def _get_merge_fact_names(self):
        """Hook: facts of which a person chooses when two archives become one, in the order in which they are shown.

        Facts that only some people may see are chosen without being shown.
        """
        first = ["name", "vat", "phone", "email", "street", "street2", "zip", "city", "state_id", "country_id"]
        access = ["user_id", "archive_team_id", "archive_access", "archive_viewer_ids", "archive_editor_ids"]
        rest = [*self._get_archive_controlled_fields(), *self._get_archive_fact_fields(), "ref", "comment"]
        hidden = [
            name for name, field in self._fields.items()
            if field.groups and field.store and not field.compute and name.startswith("customer_")
        ]
        names = dict.fromkeys([*first, *rest, *hidden, *access])
        plain = [name for name in names if self._is_merge_fact(self._fields[name]) or name in access]
        return [name for name in plain if name != "is_company"]

    @api.model
    def _is_merge_fact(self, field):
        """Whether a value of a field can be handed over."""
        return field.type not in ("one2many", "many2many", "binary") and field.groups != fields.NO_ACCESS

    def _get_merge_value(self, name):
        """Hook: a fact of the archive that is closed as the other one takes it over, in write format."""
        return self._get_fact(name)

    def _get_default_owner(self, other, name):
        """Which of two archives keeps a fact where nobody chose: this one, unless it has none."""
        # sudo: gaps are filled whoever may see the fact
        if name in self._get_archive_access_fields() or self.sudo()[name] or not other._can_hand_over(name):
            return self
        return other

    def _can_hand_over(self, name):
        """Whether this archive has a fact that another one can take."""
        # sudo: as in _get_default_owner
        return bool(self.sudo()[name])

    def _takes_merge_value(self, other, name):
        """Whether taking a fact of another archive changes anything."""
        # sudo: as in _get_default_owner
        return self.sudo()._get_fact(name) != other.sudo()._get_merge_value(name)

    def _get_taken_facts(self, other, choices):
        """Names of the facts that come from ``other``.

        :param choices: dict of field name: id of one of the two
        :raise UserError: where a choice names no fact, or neither of the two
        """
        names = self._get_merge_fact_names()
        odd = [name for name, key in choices.items() if name not in names or key not in (self.id, other.id)]
        if odd:
            raise UserError(self.env._("“%s” is no fact that can be chosen here. Reload the page.", odd[0]))
        taken = []
        for name in names:
            owner = choices.get(name) or self._get_default_owner(other, name).id
            if owner == other.id and self._takes_merge_value(other, name):
                taken.append(name)
        return taken
