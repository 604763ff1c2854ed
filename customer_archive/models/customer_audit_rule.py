from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import (
    ALERT_FIRST_EXPORT,
    ALERT_KINDS,
    ALERT_LEAVING,
    ALERT_MANY_EXPORTS,
    ALERT_MANY_RECORDS,
    ALERT_ODD_HOURS,
    ALERT_OTHERS,
)
from ..tools.watch import Hours


# No record rule: settings of the company about what is watched, not about customers
class CustomerAuditRule(models.Model):
    """What in the log deserves a look: a kind of event, how much of it within which time, and by whom."""

    _name = "customer.audit.rule"
    _description = "Alert Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, aggregator=False)
    active = fields.Boolean(default=True)
    kind = fields.Selection(ALERT_KINDS, "What Happens", required=True, index=True)
    threshold = fields.Integer(
        "At Least",
        required=True,
        default=1,
        aggregator=False,
        help="Records within the window, or exports where exports are counted.",
    )
    window = fields.Integer("Within (minutes)", required=True, default=60, aggregator=False)
    group_ids = fields.Many2many(
        "res.groups", "customer_audit_rule_group_rel", string="Watched Roles", help="Empty: everybody."
    )
    exempt_group_ids = fields.Many2many(
        "res.groups", "customer_audit_rule_exempt_rel", string="Except", help="Roles whose work this is."
    )
    hour_from = fields.Float("Working Hours from", default=7.0, aggregator=False)
    hour_to = fields.Float("Working Hours to", default=21.0, aggregator=False)
    is_weekend_odd = fields.Boolean("Weekends Are Odd Hours", default=True)
    block_export = fields.Boolean(
        "Stop Exports",
        help="Exports of this person are refused as long as an alert of this rule is open, and an export that would "
        "bring one about is refused at once.",
    )
    checked_until = fields.Datetime(
        "Log Read until",
        default=fields.Datetime.now,
        required=True,
        readonly=True,
        copy=False,
        help="Entries of the log up to here have been looked at.",
    )
    alert_ids = fields.One2many("customer.audit.alert", "rule_id", "Alerts")
    open_count = fields.Integer("Open Alerts", compute="_compute_open_count")
    summary = fields.Char("Alert When", compute="_compute_summary")

    _positive = models.Constraint("CHECK (threshold > 0 AND \"window\" > 0)", "Number and time are above zero.")

    @api.constrains("hour_from", "hour_to")
    def _check_hours(self):
        for rule in self:
            if not 0 <= rule.hour_from < rule.hour_to <= 24:
                raise ValidationError(self.env._("Working hours begin before they end, between 0:00 and 24:00."))

    def _compute_open_count(self):
        groups = self.env["customer.audit.alert"]._read_group(
            [("rule_id", "in", self.ids), ("state", "=", "open")], ["rule_id"], ["__count"]
        )
        counts = {rule.id: count for rule, count in groups}
        for rule in self:
            rule.open_count = counts.get(rule.id, 0)

    @api.model
    def _get_summaries(self):
        """Hook: kind → sentence about when a rule of it speaks up, with ``%(number)s``, ``%(time)s`` and hours."""
        return {
            ALERT_MANY_RECORDS: self.env._("%(number)s records read, exported or printed within %(time)s"),
            ALERT_MANY_EXPORTS: self.env._("%(number)s exports or printed files within %(time)s"),
            ALERT_ODD_HOURS: self.env._(
                "%(number)s records within %(time)s before %(begin)s, after %(end)s or on a day off"
            ),
            ALERT_OTHERS: self.env._("%(number)s customers of other owners looked at within %(time)s"),
            ALERT_FIRST_EXPORT: self.env._("the first export of a person, from %(number)s records on"),
            ALERT_LEAVING: self.env._("%(number)s records within %(time)s by somebody who is leaving"),
        }

    @api.depends("kind", "threshold", "window", "hour_from", "hour_to")
    @api.depends_context("lang")
    def _compute_summary(self):
        summaries = self._get_summaries()
        for rule in self:
            hours = rule._get_hours()
            rule.summary = summaries.get(rule.kind, "") % {
                "number": f"{rule.threshold:,}",
                "time": rule._format_window(),
                "begin": hours.begin_text,
                "end": hours.end_text,
            }

    def _format_window(self):
        if self.window > 60 and not self.window % 60:
            return self.env._("%s hours", self.window // 60)
        return self.env._("%s minutes", self.window)

    def _get_hours(self):
        """The working hours as ``tools.watch.Hours``."""
        return Hours(self.hour_from, self.hour_to, self.is_weekend_odd)

    def _get_watched_ids(self):
        """Ids of the users that this rule watches, or None where it is everybody."""
        self.ensure_one()
        # sudo: the job and the gate watch people whose groups the present person may not read
        rule = self.sudo()
        if not rule.group_ids and not rule.exempt_group_ids:
            return None
        users = rule.group_ids.all_user_ids or self.env["res.users"].sudo().with_context(active_test=False).search([])
        return sorted(set(users.ids) - set(rule.exempt_group_ids.all_user_ids.ids))

    def action_view_alerts(self):
        """Open the alerts of this rule."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_audit_alert_action")
        return dict(action, domain=[("rule_id", "=", self.id)], context={})
