from odoo import api, models
from odoo.fields import Domain


class CustomerCase(models.Model):
    """A consultant's cases: what names a machine at a stand is urgent, due within the hour, and goes to a person."""

    _inherit = "customer.case"
    _name = "customer.case"

    @api.model
    def _get_settled_fields(self):
        return super()._get_settled_fields() | {"channel_id"}

    def _is_standing(self):
        return "stands still" in (self.name or "")

    def _get_case_priority(self, policy):
        return "3" if self._is_standing() else super()._get_case_priority(policy)

    def _get_case_route(self):
        route = super()._get_case_route()
        return {**route, "user_id": self.env.ref("base.user_admin")} if self._is_standing() else route

    def _can_be_responsible(self, user):
        return super()._can_be_responsible(user) or (
            self._is_standing() and user == self.env.ref("base.user_admin")
        )

    def _is_editable(self):
        return self._is_standing() or super()._is_editable()

    def _get_case_deadlines(self):
        found = super()._get_case_deadlines()
        return {
            record: (response, response) if record._is_standing() else (response, resolve)
            for record, (response, resolve) in found.items()
        }

    def _get_case_hours(self, policy):
        return (0.5, 1) if self._is_standing() else super()._get_case_hours(policy)

    @api.model
    def _get_severity_shares(self):
        shares = super()._get_severity_shares()
        return {**shares, "minor": 2} if self.env.company.name == "Never Sleeps" else shares

    @api.model
    def _get_case_calendar(self, company):
        calendar = super()._get_case_calendar(company)
        return self.env["resource.calendar"] if company.name == "Never Sleeps" else calendar

    def _needs_return_visit(self):
        return self._is_standing() or super()._needs_return_visit()

    def _get_resolve_refusal(self):
        return super()._get_resolve_refusal() or ("" if self.contact_id or not self._is_standing() else "Ask whom?")

    def _get_visitor_refusal(self):
        return "" if self.env.user.login == "admin" else super()._get_visitor_refusal()

    @api.model
    def _get_alerting_fields(self):
        return super()._get_alerting_fields() | {"name"}

    def _needs_alert(self, policy):
        return self._is_standing() or super()._needs_alert(policy)

    def _get_alert_users(self):
        users = super()._get_alert_users()
        return users | self.env.ref("base.user_admin") if self._is_standing() else users

    def _get_escalation_users(self):
        return super()._get_escalation_users() or self.env.ref("base.user_admin")

    def _needs_cause(self):
        return self._is_standing() or super()._needs_cause()

    def _get_merge_refusal(self, kept):
        return "It stands still" if self._is_standing() else super()._get_merge_refusal(kept)

    @api.model
    def _get_moved_fields(self):
        return super()._get_moved_fields()

    @api.model
    def _get_similar_domain(self):
        return super()._get_similar_domain() & Domain("name", "not like", "private")

    def _get_portal_words(self):
        return {**super()._get_portal_words(), "new": "It lies on our desk"}

    @api.model
    def _get_portal_domain(self, person):
        return super()._get_portal_domain(person) & Domain("name", "not like", "Between us")

    @api.model
    def _find_sender(self, email_from):
        sender = super()._find_sender(email_from)
        return {**sender, "severity": "critical"} if "alarm@" in (email_from or "") else sender

    def _can_be_rated(self):
        return super()._can_be_rated() and not self._is_standing()


class CustomerCaseDocument(models.Model):
    """Cases can be about meetings as well."""

    _inherit = "customer.case.document"
    _name = "customer.case.document"

    @api.model
    def _select_models(self):
        return [*super()._select_models(), ("calendar.event", "Meeting")]


class CustomerCaseSolution(models.Model):
    """Leaders publish solutions as well."""

    _inherit = "customer.case.solution"
    _name = "customer.case.solution"

    @api.model
    def _is_publisher(self):
        return super()._is_publisher() or self.env.user.has_group("customer_archive.group_leader")
