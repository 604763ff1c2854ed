from odoo import api, fields, models
from odoo.fields import Domain

from ..const import DONE_STATES, ERASE, GIVEN, WITHDRAWN
from ..tools.audit_report import Figures, Source

# Lines of a table; the numbers above it count everything.
MOST_LINES = 20


class CustomerAuditReport(models.Model):
    """Where the figures of a report come from."""

    _inherit = "customer.audit.report"
    _name = "customer.audit.report"

    @api.model
    def _get_sources(self):
        """Hook: the parts of the report in their order: dict of key → ``tools.audit_report.Source``.

        Each part of the archive adds its own, so that a report never speaks of what is not there::

            return super()._get_sources() | {"alert": Source(self.env._("Alerts"), self._read_alerts, labels, columns)}
        """
        return {
            "access": Source(
                self.env._("Logins and reading"),
                self._read_access,
                {
                    "login": self.env._("Logins"),
                    "login_failed": self.env._("Failed logins"),
                    "readers": self.env._("People who read archives"),
                    "read": self.env._("Archives read"),
                },
                (self.env._("Person"), self.env._("Requests"), self.env._("Archives read")),
            ),
            "export": Source(
                self.env._("Exports and prints"),
                self._read_exports,
                {
                    "export": self.env._("Exports"),
                    "exported": self.env._("Records exported"),
                    "print": self.env._("Prints"),
                    "printed": self.env._("Records printed"),
                    "download": self.env._("Downloads of files"),
                },
                (self.env._("Person"), self.env._("Operation"), self.env._("What"), self.env._("Times"),
                 self.env._("Records"), self.env._("Chosen by")),
            ),
            "guard": Source(
                self.env._("Uncovered and denied"),
                self._read_guards,
                {
                    "reveal": self.env._("Confidential facts uncovered"),
                    "denied": self.env._("Requests denied"),
                },
                (self.env._("Person"), self.env._("Operation"), self.env._("What"), self.env._("Times")),
            ),
            "rights": Source(
                self.env._("Rights"),
                self._read_rights,
                {"changes": self.env._("Changes of rights")},
                (self.env._("On"), self.env._("Changed by"), self.env._("Person"), self.env._("Received"),
                 self.env._("Lost")),
            ),
            "merge": Source(
                self.env._("Duplicates"),
                self._read_merges,
                {"merge": self.env._("Merges"), "unmerge": self.env._("Merges undone")},
            ),
            "privacy": self._get_privacy_source(),
        }

    @api.model
    def _get_privacy_source(self):
        return Source(
            self.env._("Rights of the people"),
            self._read_privacy,
            {
                "received": self.env._("Requests received"),
                "answered": self.env._("Requests answered"),
                "late": self.env._("Answered or open after the deadline"),
                "erased": self.env._("People erased"),
                "given": self.env._("Consents given"),
                "withdrawn": self.env._("Consents withdrawn"),
            },
            (self.env._("Asked for"), self.env._("Received"), self.env._("Answered")),
        )

    #=== THE LOG ===#

    @api.model
    def _get_log_domain(self, period, operations):
        """Entries of the log of a period; failed logins belong to nobody, so they stand in every company's report."""
        domain = Domain("time", ">=", period.begin) & Domain("time", "<", period.end)
        domain &= Domain("operation", "in", operations)
        return domain & Domain("company_id", "in", [period.company_id, False])

    @api.model
    def _sum_log(self, period, operations, groupby):
        """Groups of entries of the log with their number and the sum of records, the largest first."""
        log = self.env["customer.audit.log"].sudo()
        groups = log._read_group(self._get_log_domain(period, operations), groupby, ["__count", "record_count:sum"])
        return sorted(groups, key=lambda group: (-group[-1], -group[-2], str(group[:-2])))

    @api.model
    def _get_log_label(self, name, value):
        field = self.env["customer.audit.log"]._fields[name]
        return dict(field._description_selection(self.env)).get(value, value)

    @api.model
    def _get_model_label(self, name):
        # sudo: the name of a model is no secret
        return self.env["ir.model"].sudo()._get(name).name or name

    @api.model
    def _read_access(self, period):
        logins = {operation: count for operation, count, __ in self._sum_log(period, ["login", "login_failed"],
                                                                             ["operation"])}
        log = self.env["customer.audit.log"].sudo()
        domain = self._get_log_domain(period, ["read"]) & Domain("model", "=", "res.partner")
        groups = log._read_group(domain, ["login"], ["__count", "record_count:sum"])
        readers = sorted(groups, key=lambda group: -group[2])
        numbers = {
            "login": logins.get("login", 0),
            "login_failed": logins.get("login_failed", 0),
            "readers": len(readers),
            "read": sum(records for __, __, records in readers),
        }
        return Figures(numbers, [(login or "", count, records) for login, count, records in readers[:MOST_LINES]])

    @api.model
    def _read_exports(self, period):
        groups = self._sum_log(period, ["export", "print", "download"], ["login", "operation", "model"])
        words = self._get_conditions(period, ["export", "print"])
        numbers = dict.fromkeys(("export", "exported", "print", "printed", "download"), 0)
        for __, operation, __, count, records in groups:
            numbers[operation] += count
            if operation != "download":
                numbers["exported" if operation == "export" else "printed"] += records
        lines = [
            (login or "", self._get_log_label("operation", operation), self._get_model_label(model), count, records,
             words.get((login, operation, model), ""))
            for login, operation, model, count, records in groups[:MOST_LINES]
        ]
        return Figures(numbers, lines)

    @api.model
    def _read_guards(self, period):
        groups = self._sum_log(period, ["reveal", "denied"], ["login", "operation", "model"])
        numbers = {
            name: sum(group[3] for group in groups if group[1] == name) for name in ("reveal", "denied")
        }
        # denials are many and mostly harmless: they must not push out what was uncovered
        groups.sort(key=lambda group: group[1] != "reveal")
        lines = [
            (login or "", self._get_log_label("operation", operation), self._get_model_label(model), count)
            for login, operation, model, count, __ in groups[:MOST_LINES]
        ]
        return Figures(numbers, lines)

    @api.model
    def _read_merges(self, period):
        counts = {operation: count for operation, count, __ in self._sum_log(period, ["merge", "unmerge"],
                                                                             ["operation"])}
        return Figures({name: counts.get(name, 0) for name in ("merge", "unmerge")})

    #=== REQUESTS AND CONSENTS ===#

    @api.model
    def _read_privacy(self, period):
        # sudo: figures only
        Request = self.env["customer.privacy.request"].sudo()
        mine = Domain("company_id", "=", period.company_id)
        # sudo: the zone of the company says on which day a moment was
        begin, end = period.begin, period.end
        first = fields.Date.to_date(self._get_local_day(period, begin))
        after = fields.Date.to_date(self._get_local_day(period, end))
        received = mine & Domain("date_received", ">=", first) & Domain("date_received", "<", after)
        answered = mine & Domain("done_date", ">=", begin) & Domain("done_date", "<", end)
        done = Request.search(answered & Domain("state", "in", DONE_STATES))
        came = dict(Request._read_group(received, ["kind"], ["__count"]))
        late = done.filtered(lambda r: r.deadline and r.done_date.date() > r.deadline)
        open_late = mine & Domain("state", "not in", DONE_STATES) & Domain("deadline", "<", after)
        consents = self.env["customer.consent"].sudo()._read_group(
            mine & Domain("date", ">=", first) & Domain("date", "<", after), ["decision"], ["__count"]
        )
        decisions = dict(consents)
        numbers = {
            "received": sum(came.values()),
            "answered": len(done),
            "late": len(late) + Request.search_count(open_late),
            "erased": sum((r.proof or {}).get("people", 0) for r in done if r.kind == ERASE),
            "given": decisions.get(GIVEN, 0),
            "withdrawn": decisions.get(WITHDRAWN, 0),
        }
        lines = [
            (label, came.get(kind, 0), len(done.filtered(lambda r: r.kind == kind)))  # noqa: B023
            for kind, label in Request._fields["kind"]._description_selection(self.env)
            if came.get(kind) or done.filtered(lambda r: r.kind == kind)  # noqa: B023
        ]
        return Figures(numbers, lines)
