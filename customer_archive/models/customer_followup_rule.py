from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import (
    ACTIVITY,
    DONE,
    FOLLOWUP_TRIGGERS,
    MAIL,
    PLANNED,
    PROMOTION,
    RULE_OFF,
    SMS,
    VISIT,
)


class CustomerFollowupRule(models.Model):
    """What calls for a follow-up, for which customers, when and how it is done.

    A trigger is a ``selection_add`` on ``trigger`` and an entry in ``_get_occasion_sources()``.
    """

    _name = "customer.followup.rule"
    _description = "Follow-up Rule"
    _inherit = ["customer.guard.mixin", "customer.domain.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean("Switched On", default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    trigger = fields.Selection(FOLLOWUP_TRIGGERS, "Occasion", required=True, default=VISIT)
    promotion_date = fields.Date("Day of the Promotion")
    domain = fields.Char("Customers", required=True, default="[]", help="Empty: every customer that has an archive.")
    action = fields.Selection(selection="_select_actions", required=True, default=ACTIVITY)
    activity_type_id = fields.Many2one(
        "mail.activity.type", ondelete="restrict", domain="[('res_model', 'in', [False, 'res.partner'])]",
        help="Empty: a to-do.",
    )
    mail_template_id = fields.Many2one(
        "mail.template", "Mail", ondelete="restrict", domain="[('model', '=', 'customer.followup')]"
    )
    sms_text = fields.Text(
        "Text Message", translate=True,
        help="{name} stands for the person's name, {customer} for the customer, {owner} for who is in charge, "
        "{company} for your company and {date} for the day of the occasion.",
    )
    purpose_id = fields.Many2one(
        "customer.consent.purpose", "Takes a Consent to", ondelete="restrict",
        compute="_compute_purpose_id", store=True, readonly=False, precompute=True,
        help="People who did not consent to it, or withdrew their consent, are passed over. Companies need not.",
    )
    offset_days = fields.Integer("Days", aggregator=False)
    offset_when = fields.Selection(
        [("before", "before the day"), ("after", "after the day")], "Before or After", required=True, default="before"
    )
    hour = fields.Float("Time of Day", default=9.0, aggregator=False, help="In the customer's time zone.")
    grace_days = fields.Integer(
        "Not Later Than (days)", default=7, aggregator=False,
        help="What could not be done so many days after its moment is noted as missed. For as long, what was skipped "
        "is tried again. Overdue visits are not missed: they stay overdue.",
    )
    starts_on = fields.Date(
        "In Force From", required=True, default=fields.Date.context_today, copy=False,
        help="Nothing is done for occasions before this day.",
    )
    note = fields.Text("Why", translate=True)
    planned_on = fields.Date(readonly=True, copy=False, exportable=False)
    planned_date = fields.Datetime("Last Planned", readonly=True, copy=False)
    problem = fields.Text(readonly=True, copy=False, help="Why the last plan could not be made.")
    followup_ids = fields.One2many("customer.followup", "rule_id", "Follow-ups")
    followup_count = fields.Integer("Number of Follow-ups", compute="_compute_followup_count")

    _days_positive = models.Constraint("CHECK (offset_days >= 0)", "Enter days as a positive number, before or after.")
    _grace_days = models.Constraint(
        "CHECK (grace_days BETWEEN 1 AND 60)", "What is late can be done for 1 to 60 days: mend the number of days."
    )
    _hour_range = models.Constraint("CHECK (hour >= 0 AND hour < 24)", "The hour lies between 0:00 and 23:59.")

    @api.model
    def _select_actions(self):
        """Hook: what rules can do, as a list of (key, label); text messages where their app is installed.

        Each one has its entry in ``customer.followup._get_action_methods()``.
        """
        actions = [(ACTIVITY, self.env._("Activity for the owner")), (MAIL, self.env._("Mail to the customer"))]
        if "sms.sms" in self.env:
            actions.append((SMS, self.env._("Text message to the customer")))
        return actions

    @api.model
    def _get_lasting_triggers(self):
        """Hook: triggers whose occasion lasts until somebody acts, as a set of keys: it is late, but never missed."""
        return {VISIT}

    @api.model
    def _get_promotion_triggers(self):
        """Hook: triggers that advertise, as a set of keys: policies that rule out campaigns count for them."""
        return {PROMOTION}

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"planned_on", "planned_date", "problem", "followup_ids"}

    @api.depends("trigger", "action")
    def _compute_purpose_id(self):
        code = {MAIL: "marketing_mail", SMS: "marketing_sms", ACTIVITY: "marketing_phone"}
        purposes = {purpose.code: purpose for purpose in self.env["customer.consent.purpose"].search([])}
        for rule in self:
            is_promotion = rule.trigger in self._get_promotion_triggers()
            none = self.env["customer.consent.purpose"]
            rule.purpose_id = purposes.get(code.get(rule.action), none) if is_promotion else rule.purpose_id

    @api.depends_context("uid")
    def _compute_followup_count(self):
        rows = self.env["customer.followup"]._read_group([("rule_id", "in", self.ids)], ["rule_id"], ["__count"])
        counts = {rule.id: count for rule, count in rows}
        for rule in self:
            rule.followup_count = counts.get(rule._origin.id, 0)

    #=== CHECKS ===#

    @api.constrains("domain")
    def _check_domain(self):
        # the host checks constraints as superuser, and the superuser may read everything
        for rule in self.sudo(False):
            if fault := rule._get_fault():
                raise ValidationError(fault)

    @api.constrains("trigger", "promotion_date", "action", "mail_template_id", "sms_text", "purpose_id")
    def _check_whole(self):
        for rule in self:
            if lack := rule._get_lack():
                raise ValidationError(lack)

    def _get_lack(self):
        """Hook: what the rule needs and does not say, as a sentence; an empty text where it is whole."""
        self.ensure_one()
        is_promotion = self.trigger in self._get_promotion_triggers()
        if self.trigger == PROMOTION and not self.promotion_date:
            return self.env._("“%s”: enter the day of the promotion.", self.name)
        if self.action == MAIL and self.mail_template_id.model != "customer.followup":
            return self.env._("“%s”: choose a mail that is made for follow-ups.", self.name)
        if self.action == SMS and not (self.sms_text or "").strip():
            return self.env._("“%s”: enter the text message.", self.name)
        if is_promotion and self.action in (MAIL, SMS) and not self.purpose_id:
            return self.env._("“%s” advertises: choose the consent that people must have given to it.", self.name)
        return ""

    @api.model
    def _get_settled_fields(self):
        """Hook: fields that make up the occasion: they stay as they are once a follow-up was done.

        With another day or trigger the same customers would be followed up again for the same thing.
        """
        return {"trigger", "promotion_date"}

    def _check_settled(self, vals):
        names = self._get_settled_fields() & vals.keys()
        changed = self.filtered(lambda rule: any(rule._is_guarded_change(name, vals[name]) for name in names))
        # sudo: what was done counts, whoever may see it
        done = self.env["customer.followup"].sudo().search(
            [("rule_id", "in", changed.ids), ("state", "=", DONE)], limit=1
        )
        if done:
            raise UserError(
                self.env._(
                    "“%s” was carried out for customers already, who would get it twice: duplicate it and change the "
                    "copy.",
                    done.rule_id.name,
                )
            )

    #=== WRITING ===#

    def write(self, vals):
        self._check_settled(vals)
        switched = self.filtered(lambda rule: rule.active != vals["active"]) if "active" in vals else self.browse()
        if vals.get("active") and switched and "starts_on" not in vals:
            # what happened while it was off is over
            super(CustomerFollowupRule, switched).write({"starts_on": fields.Date.context_today(self)})
        result = super().write(vals)
        if switched and not vals["active"]:
            switched._cancel_planned()
        return result

    def _cancel_planned(self):
        """What is planned will not be done: the rule is off. Switched on again, it plans anew."""
        # sudo: set by the rules only
        planned = self.env["customer.followup"].sudo().search([("rule_id", "in", self.ids), ("state", "=", PLANNED)])
        planned.write({"state": "cancelled", "reason": RULE_OFF})

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [dict(vals, name=self.env._("%s (copy)", rule.name)) for rule, vals in zip(self, vals_list, strict=True)]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: follow-ups count, whoever may see them
        used = self.env["customer.followup"].sudo().search([("rule_id", "in", self.ids)], limit=1).rule_id
        if used:
            raise UserError(
                self.env._("“%s” has follow-ups, which are kept: switch it off instead of deleting it.", used.name)
            )

    #=== ACTIONS ===#

    def action_view_followups(self):
        """Open the follow-ups of this rule."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_followup_action")
        return dict(action, domain=[("rule_id", "=", self.id)], context={"active_test": False})

    def action_preview(self):
        """Show what will go out, and to whom, without writing anything."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Will Go Out"),
            "res_model": "customer.followup.preview",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_rule_id": self.id, "dialog_size": "large"},
        }
