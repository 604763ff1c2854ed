import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import AUDIT_WRITE
from ..tools.audit_report import Figures

MOST_CHANGES = 200
MOST_CONDITIONS = 5


class CustomerAuditReport(models.Model):
    """What the report takes from the details of the log: changes of rights, and conditions in words."""

    _inherit = "customer.audit.report"
    _name = "customer.audit.report"

    @api.model
    def _read_details(self, period, operations, model=None):
        """Details of entries of a period: list of (time, login, operation, model, record id, content)."""
        where = SQL("AND e.model = %s", model) if model else SQL("")
        rows = self.env.execute_query(
            SQL(
                """SELECT e.time, e.login, e.operation, e.model, d.res_id, d.content
                     FROM customer_audit.entry e JOIN customer_audit.detail d ON d.entry_id = e.id
                    WHERE e.time >= %s AND e.time < %s AND e.operation = ANY(%s)
                      AND (e.company_id = %s OR e.company_id IS NULL) %s
                    ORDER BY e.id, d.part""",
                period.begin,
                period.end,
                list(operations),
                period.company_id,
                where,
            )
        )
        return [(*row[:-1], json.loads(row[-1])) for row in rows]

    #=== RIGHTS ===#

    @api.model
    def _read_rights(self, period):
        changes = [
            (time, login, user_id, content["group_ids"])
            for time, login, __, __, user_id, content in self._read_details(period, [AUDIT_WRITE], "res.users")
            if "group_ids" in content
        ]
        # sudo: the names of colleagues who left stay in the report
        users = self.env["res.users"].sudo().with_context(active_test=False)
        names = {user.id: user.name for user in users.browse({change[2] for change in changes}).exists()}
        lines = []
        for moment, login, user_id, (old, new) in changes[:MOST_CHANGES]:
            old, new = set(old or ()), set(new or ())
            lines.append(
                (
                    self._get_local_text(period, moment),
                    login or "",
                    names.get(user_id, str(user_id)),
                    ", ".join(self._get_group_names(new - old)),
                    ", ".join(self._get_group_names(old - new)),
                )
            )
        return Figures({"changes": len(changes)}, lines)

    @api.model
    def _get_group_names(self, ids):
        # sudo: names of groups are no secret
        groups = self.env["res.groups"].sudo().browse(sorted(ids)).exists()
        return groups.mapped("full_name")

    #=== DAYS ===#

    @api.model
    def _get_local_time(self, period, moment):
        zone = self._get_zone(self.env["res.company"].browse(period.company_id))
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)

    @api.model
    def _get_local_day(self, period, moment):
        """The day of a moment by the company's clock."""
        return self._get_local_time(period, moment).date()

    @api.model
    def _get_local_text(self, period, moment):
        return self._get_local_time(period, moment).strftime("%Y-%m-%d %H:%M")

    #=== CONDITIONS IN WORDS ===#

    @api.model
    def _get_conditions(self, period, operations):
        """By what the rows of exports were chosen: dict of (login, operation, model) → sentence."""
        found = {}
        for __, login, operation, model, res_id, content in self._read_details(period, operations):
            if res_id or not content.get("domain"):
                continue
            known = found.setdefault((login, operation, model), [])
            for domain in content["domain"]:
                words = self._get_domain_words(model, domain)
                if words and words not in known and len(known) < MOST_CONDITIONS:
                    known.append(words)
        return {key: "; ".join(sentences) for key, sentences in found.items()}

    @api.model
    def _get_domain_words(self, model, domain):
        """A domain as people say it, with labels of fields and of choices."""
        try:
            conditions = list(Domain(domain).iter_conditions()) if isinstance(domain, list) else []
        except ValueError:
            return str(domain)
        parts = [self._get_condition_words(model, condition) for condition in conditions]
        return self.env._(" and ").join(parts) if "|" not in domain else self.env._("any of: %s", ", ".join(parts))

    @api.model
    def _get_operators(self):
        """Operator of a domain → how people say it."""
        return {
            "=": self.env._("is"),
            "in": self.env._("is one of"),
            "!=": self.env._("is not"),
            "not in": self.env._("is none of"),
            "ilike": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
            ">": self.env._("is above"),
            ">=": self.env._("is at least"),
            "<": self.env._("is below"),
            "<=": self.env._("is at most"),
        }

    @api.model
    def _get_condition_words(self, model, condition):
        name = condition.field_expr
        field = self.env[model]._fields.get(name) if model in self.env else None
        label = field._description_string(self.env) if field else name
        operator = self._get_operators().get(condition.operator, condition.operator)
        return f"{label} {operator} {self._get_value_words(field, condition.value)}"

    @api.model
    def _get_value_words(self, field, value):
        if hasattr(value, "__iter__") and not isinstance(value, str):
            return ", ".join(self._get_value_words(field, item) for item in value)
        if value is False or value is None:
            return self.env._("empty")
        if field is not None and field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, str(value))
        return str(value)
