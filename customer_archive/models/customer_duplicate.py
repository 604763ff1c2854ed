from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import DUPLICATE_STATES, GROUP_LEADER, NOT_DUPLICATE, OPEN


class CustomerDuplicate(models.Model):
    """Two archives that may be one customer, why they may be, and what a person decided.

    A pair is decided once: “not a duplicate” holds for good, also when facts change, until a person opens it again.
    (Two archives that get the same tax code have a finding of their own.)
    """

    _name = "customer.duplicate"
    _description = "Possible Duplicate"
    _inherit = ["customer.guard.mixin", "customer.link.mixin"]
    _order = "score desc, id"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    other_id = fields.Many2one("res.partner", "Like Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null", ondelete="set null")
    score = fields.Integer(aggregator="max", help="How much speaks for one customer: 0 to 100.")
    signs = fields.Json(help="What they have in common and what tells them apart: list of [sign, points].")
    signs_text = fields.Char("Why", compute="_compute_signs_text")
    state = fields.Selection(DUPLICATE_STATES, default=OPEN, required=True, index=True)
    decided_by = fields.Many2one("res.users", index="btree_not_null")
    decided_date = fields.Datetime("Decided On")
    reason = fields.Char("Why Not")
    survivor_id = fields.Many2one(
        "res.partner", "Archive to Keep", index="btree_not_null", ondelete="set null",
        help="Empty: the one that is formal, more complete or older.",
    )
    choices = fields.Json("Chosen Facts", help="Field → id of the archive whose value stays.", exportable=False)

    _pair_uniq = models.UniqueIndex("(partner_id, other_id)", "This pair is on the list already.")
    _pair_order = models.Constraint("CHECK (partner_id < other_id)", "A pair names its older archive first.")

    @api.model
    def _get_customer_fields(self):
        return ["partner_id", "other_id"]

    @api.depends("partner_id.name", "other_id.name")
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = f"{pair.partner_id.name} / {pair.other_id.name}"

    @api.depends("signs")
    @api.depends_context("lang")
    def _compute_signs_text(self):
        words = self._get_sign_words()
        for pair in self:
            pair.signs_text = " · ".join(words.get(code, code) for code, points in pair.signs or [] if points > 0)

    @api.model
    def _get_sign_words(self):
        """Hook: sign of ``tools.duplicate.POINTS`` → words."""
        return {
            "code": self.env._("same tax code"),
            "organisation": self.env._("same organisation number in the tax code"),
            "code_alike": self.env._("tax codes differ by a slip"),
            "code_differs": self.env._("different tax codes, both valid"),
            "code_doubtful": self.env._("different tax codes"),
            "name": self.env._("same name but for its form"),
            "core": self.env._("same name without the town"),
            "name_alike": self.env._("like names"),
            "person": self.env._("same name"),
            "name_differs": self.env._("different names"),
            "branch_differs": self.env._("one is a branch or a group"),
            "phone": self.env._("same phone"),
            "mail": self.env._("same e-mail"),
            "address": self.env._("same address"),
            "city": self.env._("same town"),
            "city_differs": self.env._("different towns"),
        }

    @api.model
    def _get_block_words(self):
        """Hook: kind of value that archives are compared by → words."""
        return {
            "code": self.env._("Tax code"),
            "name": self.env._("Name"),
            "core": self.env._("Name and town"),
            "phone": self.env._("Phone"),
            "mail": self.env._("E-mail"),
            "address": self.env._("Address"),
        }

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "partner_id", "other_id", "company_id", "score", "signs", "state", "decided_by", "decided_date", "reason",
        }

    @api.constrains("survivor_id")
    def _check_survivor(self):
        for pair in self:
            if pair.survivor_id and pair.survivor_id not in pair.partner_id | pair.other_id:
                raise UserError(self.env._("The archive to keep is one of the two."))

    def _get_survivor(self):
        """The archive to keep."""
        return self.survivor_id or self._get_suggested_survivor()

    def _get_suggested_survivor(self):
        """Hook: the archive to keep where nobody chose: formal before draft, then the more complete, then the older."""
        self.ensure_one()
        ranks = {"formal": 0, "suspended": 1, "checked": 2}

        def rank(partner):
            return ranks.get(partner.archive_state, 3), -partner.archive_completeness, partner.id

        return min(self.partner_id | self.other_id, key=rank)

    def action_open(self):
        """Open the two side by side."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Possible Duplicate"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("customer_archive.customer_duplicate_view_form").id, "form")],
        }

    #=== DECISIONS ===#

    def _check_decidable(self, states=(OPEN,)):
        self.check_access("read")
        if not self.env.user.has_group(GROUP_LEADER):
            raise AccessError(self.env._("Team leaders and managers decide on duplicates."))
        for pair in self:
            if not (pair.partner_id._can_merge() and pair.other_id._can_merge()):
                raise AccessError(
                    self.env._("Who sees all customers, or the leader of the team of both, decides on duplicates.")
                )
        if self.filtered(lambda pair: pair.state not in states):
            raise UserError(self.env._("This pair is decided already: reload the page to see by whom."))

    def action_not_duplicate(self):
        """Open the window that asks why the two are different customers."""
        self._check_decidable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not a Duplicate"),
            "res_model": "customer.duplicate.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_duplicate_ids": self.ids},
        }

    def _reject(self, reason):
        """Decide that these pairs are different customers, for good.

        :param reason: text, not empty
        """
        self._check_decidable()
        # sudo: decisions are noted by these methods only
        self.sudo().write(
            {
                "state": NOT_DUPLICATE, "reason": reason,
                "decided_by": self.env.uid, "decided_date": fields.Datetime.now(),
            }
        )

    def action_decide_anew(self):
        """Take “not a duplicate” back."""
        self._check_decidable((NOT_DUPLICATE,))
        # sudo: as in _reject
        self.sudo().write({"state": OPEN, "reason": False, "decided_by": False, "decided_date": False})

    def action_merge(self):
        """Make the two archives one, as chosen on the page; return to the archive that stays."""
        self.ensure_one()
        self._check_decidable()
        survivor = self._get_survivor()
        other = (self.partner_id | self.other_id) - survivor
        self.env["customer.merge"]._merge(survivor, other, self.choices)
        return survivor.action_open_archive()
