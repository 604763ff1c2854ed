from odoo import api, fields, models

from ..tools.case import COMPLAINT, OPEN

ACTIVITY = "customer_archive.mail_activity_type_case"


class CustomerCase(models.Model):
    """Cases of which people are told at once: a policy says of whose customers.

    It is told once, when the case comes in or becomes such a case, and by the same transaction.
    """

    _inherit = "customer.case"
    _name = "customer.case"

    date_alerted = fields.Datetime(
        "Alerted On", readonly=True, copy=False, help="Responsible people and managers were told at once."
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"date_alerted"}

    @api.model
    def _get_alerting_fields(self):
        """Hook: names of fields whose change may make an alert of a case."""
        return {"kind", "partner_id", "category_id", "severity"}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._alert_if_needed()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._get_alerting_fields() & vals.keys():
            self._alert_if_needed()
        return result

    def _alert_if_needed(self):
        # sudo: whether it is an alert does not depend on who enters it
        records = self.sudo().filtered(lambda record: record.state in OPEN and not record.date_alerted)
        policies = records.partner_id._customer_policy()
        for record in records:
            if record._needs_alert(policies.get(record.partner_id.id, {})):
                record._alert()

    def _needs_alert(self, policy):
        """Hook: whether people are told of one case at once.

        :param policy: what counts for the customer, as in ``res.partner._customer_policy``
        """
        self.ensure_one()
        says = policy.get("case_alert")
        return bool(says) and (says.value == "all" or self.kind == COMPLAINT)

    def _alert(self):
        self.ensure_one()
        self.date_alerted = fields.Datetime.now()
        for user in self._get_alert_users().filtered(self._is_open_to):
            words = self.with_context(lang=user.lang).env
            self._tell(user, words._("Alert"), words._("Important customer: look after it at once"))

    def _get_alert_users(self):
        """Hook: who is told of a case at once, as ``res.users``; those who may not see the customer are left out."""
        self.ensure_one()
        return self.user_id | self._get_escalation_users()

    def _is_open_to(self, user):
        """Whether a person is there and sees a case."""
        self.ensure_one()
        if user.share or not user.active or self.company_id not in user.company_ids:
            return False
        return not self.partner_id or self.partner_id.with_user(user).sudo().archive_readable

    def _tell(self, user, title, summary):
        """Give a person an activity for today and a notice on the screen."""
        self.ensure_one()
        self.activity_schedule(ACTIVITY, user_id=user.id, summary=summary, date_deadline=self._get_today_of(user))
        user._bus_send(
            "simple_notification",
            {"type": "danger", "title": title, "message": f"{self.display_name}: {summary}", "sticky": True},
        )

    @api.model
    def _get_today_of(self, user):
        return fields.Date.context_today(self.with_context(tz=user.tz or "UTC"))
