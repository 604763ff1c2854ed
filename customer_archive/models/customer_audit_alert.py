from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ..const import (
    ALERT_FIRST_EXPORT,
    ALERT_LEAVING,
    ALERT_MANY_EXPORTS,
    ALERT_MANY_RECORDS,
    ALERT_ODD_HOURS,
    ALERT_OTHERS,
    AUDIT_DENIED,
    AUDIT_DOWNLOAD,
    AUDIT_EXPORT,
    AUDIT_PRINT,
    AUDIT_READ,
    GROUP_AUDITOR,
)

OPEN, HANDLED = "open", "handled"
ACTIVITY = "customer_archive.mail_activity_type_alert"


class CustomerAuditAlert(models.Model):
    """Something in the log that an auditor should look at: one alert per event, made by the job alone."""

    _name = "customer.audit.alert"
    _description = "Alert"
    _inherit = ["mail.thread", "mail.activity.mixin", "customer.guard.mixin"]
    _order = "state desc, date_to desc, id desc"
    _rec_name = "summary"

    rule_id = fields.Many2one(
        "customer.audit.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection("_get_kinds", "What Happened", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    date_from = fields.Datetime("Started", required=True, readonly=True)
    date_to = fields.Datetime("Until", required=True, readonly=True)
    count = fields.Integer("How Many", readonly=True, aggregator=None)
    state = fields.Selection(
        [(OPEN, "Not handled"), (HANDLED, "Handled")], default=OPEN, required=True, readonly=True, index=True
    )
    note = fields.Text("What Was Found Out", readonly=True)
    handled_by = fields.Many2one("res.users", "Handled by", readonly=True)
    handled_date = fields.Datetime("Handled on", readonly=True)
    is_blocking = fields.Boolean("Stops Exports", related="rule_id.block_export")
    summary = fields.Char(compute="_compute_summary")

    # of one rule and person a second can be open only when the first is no longer about the same time
    _event_uniq = models.UniqueIndex("(rule_id, user_id, date_from)", "This event has an alert already.")

    @api.model
    def _get_kinds(self):
        """The kinds of rules, those of upper addons included."""
        return self.env["customer.audit.rule"]._fields["kind"]._description_selection(self.env)

    @api.model
    def _get_guarded_fields(self):
        own = {name for name, field in self._fields.items() if field.store and field.readonly and not field.inherited}
        return super()._get_guarded_fields() | own - {"id", "create_uid", "create_date", "write_uid", "write_date"}

    @api.model
    def _get_sentences(self):
        """Hook: kind → sentence that says what happened, with ``%(who)s`` and ``%(number)s``."""
        return {
            ALERT_MANY_RECORDS: self.env._("%(who)s saw or took out %(number)s records in a short time"),
            ALERT_MANY_EXPORTS: self.env._("%(who)s exported or printed %(number)s times in a short time"),
            ALERT_ODD_HOURS: self.env._("%(who)s saw or took out %(number)s records at odd hours"),
            ALERT_OTHERS: self.env._("%(who)s looked at %(number)s customers of other owners"),
            ALERT_FIRST_EXPORT: self.env._("%(who)s exported for the first time: %(number)s records"),
            ALERT_LEAVING: self.env._("%(who)s, who is leaving, saw or took out %(number)s records"),
        }

    @api.depends("kind", "user_id", "count")
    @api.depends_context("lang")
    def _compute_summary(self):
        sentences = self._get_sentences()
        for alert in self:
            # sudo: names of colleagues, for whoever may read the alert
            who = alert.user_id.sudo().name
            words = {"who": who, "number": f"{alert.count:,}"}
            alert.summary = sentences.get(alert.kind, "%(who)s: %(number)s") % words

    #=== MADE BY THE JOB ===#

    @api.model
    def _take_excesses(self, rule, excesses):
        """Make an alert of each excess of a rule, or draw out the open one about the same event."""
        if not excesses:
            return
        known = self.search([("rule_id", "=", rule.id), ("user_id", "in", [excess.user for excess in excesses])])
        fresh = touched = self.browse()
        for excess in excesses:
            alert = rule._find_event(excess, known.filtered(lambda record: record.state == OPEN))
            if alert:
                alert._draw_out(excess)
            else:
                alert = self.create(self._prepare_alert(rule, excess))
                fresh |= alert
                known |= alert
            touched |= alert
        touched._count_facts(rule)
        fresh._tell_auditors()

    def _draw_out(self, excess):
        values = {"date_from": min(self.date_from, excess.begin), "date_to": max(self.date_to, excess.end)}
        if (self.date_from, self.date_to) != tuple(values.values()):
            self.write(values)

    @api.model
    def _prepare_alert(self, rule, excess):
        """Hook: the values of a new alert about a ``tools.watch.Excess`` of a rule."""
        user = self.env["res.users"].browse(excess.user)
        return {
            "rule_id": rule.id,
            "kind": rule.kind,
            "user_id": user.id,
            "company_id": user.company_id.id,
            "date_from": excess.begin,
            "date_to": excess.end,
        }

    def _count_facts(self, rule):
        """How much the alerts of a rule are about by now."""
        for alert in self:
            # begin is left out of a span, and stands on a full second
            begin = fields.Datetime.subtract(alert.date_from, seconds=1)
            facts = rule._get_facts(begin, alert.date_to, alert.user_id.ids)
            query = SQL("SELECT COALESCE(sum(amount), 0) FROM (%s) facts WHERE time >= %s", facts, alert.date_from)
            [[total]] = self.env.execute_query(query)
            if total != alert.count and total:
                alert.count = total

    #=== TOLD TO AUDITORS ===#

    @api.model
    def _get_auditors(self, company):
        """Hook: who is told about alerts in a company, as users."""
        # sudo: the job and the gate look up people, whoever asks
        users = self.env.ref(GROUP_AUDITOR).sudo().all_user_ids
        people = users.filtered(lambda user: user.active and not user.share)
        return people.filtered(lambda user: not company or company in user.company_ids) or people

    def _tell_auditors(self):
        """An activity and a mail to each auditor but the one whom it is about, once per alert."""
        for alert in self:
            auditors = self._get_auditors(alert.company_id)
            auditors = auditors - alert.user_id or auditors
            for auditor in auditors:
                words = alert.with_context(lang=auditor.lang, tz=auditor.tz)
                # the mail below says it already
                words.with_context(mail_activity_quick_update=True).activity_schedule(
                    ACTIVITY, user_id=auditor.id, summary=words.summary
                )
                alert.message_notify(
                    partner_ids=auditor.partner_id.ids,
                    subject=words.env._("Alert: %s", words.summary),
                    body=words._get_mail_text(),
                    email_layout_xmlid="mail.mail_notification_light",
                )

    def _get_mail_text(self):
        """Hook: the text of the mail to an auditor, in the language of the context."""
        self.ensure_one()
        return self.env._(
            "%(summary)s, from %(begin)s to %(end)s. The rule: %(rule)s. Look at the entries of the log, then say what "
            "you found out.",
            summary=self.summary,
            begin=format_datetime(self.env, self.date_from, dt_format="short"),
            end=format_datetime(self.env, self.date_to, dt_format="short"),
            rule=self.rule_id.summary,
        )

    #=== BUTTONS ===#

    def action_view_log(self):
        """Open the entries of the log that an alert is about."""
        self.ensure_one()
        operations = [AUDIT_EXPORT, AUDIT_PRINT, AUDIT_DENIED]
        if self.kind not in (ALERT_MANY_EXPORTS, ALERT_FIRST_EXPORT):
            operations += [AUDIT_READ, AUDIT_DOWNLOAD]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log: %s", self.summary),
            "res_model": "customer.audit.log",
            "view_mode": "list,form",
            "domain": [
                ("user_id", "=", self.user_id.id),
                ("time", ">=", fields.Datetime.to_string(self.date_from)),
                ("time", "<=", fields.Datetime.to_string(self.date_to)),
                ("operation", "in", operations),
            ],
        }

    def action_handle(self):
        """Ask what was found out, and close these alerts."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handled"),
            "res_model": "customer.audit.alert.handle",
            "view_mode": "form",
            "target": "new",
            "context": {"default_alert_ids": self.ids},
        }

    def _handle(self, note):
        """Close alerts with what was found out.

        :raise AccessError: unless the person is an auditor, and not the one whom an alert is about
        """
        if not self.env.user.has_group(GROUP_AUDITOR):
            raise AccessError(self.env._("Alerts are handled by auditors. Ask one of them."))
        if not (note or "").strip():
            raise UserError(self.env._("Say in a few words what you found out."))
        for alert in self.filtered(lambda alert: alert.state == OPEN):
            alert._check_handler()
            values = {"state": HANDLED, "note": note, "handled_by": self.env.uid, "handled_date": fields.Datetime.now()}
            # sudo: fields that only this button sets; the right was checked above
            alert.sudo().write(values)
            alert.sudo().activity_feedback([ACTIVITY], feedback=note)

    def _check_handler(self):
        """Nobody closes an alert about themselves where somebody else can."""
        self.ensure_one()
        others = self._get_auditors(self.company_id) - self.env.user
        if self.user_id == self.env.user and others:
            raise AccessError(
                self.env._(
                    "This alert is about you, so somebody else has to look at it: %s.",
                    ", ".join(others.sudo().mapped("name")),
                )
            )
