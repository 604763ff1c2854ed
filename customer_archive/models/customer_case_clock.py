from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import case
from ..tools.case import CANCELLED, MODERATE, NEW, OPEN, PROGRESS, SETTLED, WAITING

# For how long ahead a calendar is asked first, and for how long at most.
SPAN, LONGEST_SPAN = timedelta(days=30), timedelta(days=1000)


class CustomerCase(models.Model):
    """When a case is due, in the working time of the company, and how long is left.

    Both deadlines follow from what policy, category and severity say; time in which we waited for the customer does not
    count. A day agreed with the customer takes the place of the calculated one.
    """

    _inherit = "customer.case"
    _name = "customer.case"

    clock_start = fields.Datetime(
        "Counted From", required=True, readonly=True, copy=False, default=fields.Datetime.now, exportable=False
    )
    response_deadline = fields.Datetime(
        "First Answer Until", compute="_compute_deadlines", compute_sudo=True, store=True
    )
    deadline_computed = fields.Datetime(
        "To Be Solved Until", compute="_compute_deadlines", compute_sudo=True, store=True
    )
    deadline_agreed = fields.Datetime(
        "Agreed With the Customer", copy=False, tracking=True, help="Takes the place of the calculated deadline."
    )
    deadline = fields.Datetime("Solution Until", compute="_compute_deadline", store=True, index=True)
    date_answered = fields.Datetime("First Answer", readonly=True, copy=False)
    waiting_since = fields.Datetime(readonly=True, copy=False)
    waited_hours = fields.Float(
        "Waited for the Customer (working hours)", readonly=True, copy=False, help="Does not count for the deadline."
    )
    date_resolved = fields.Datetime("Resolved On", readonly=True, copy=False)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late", exportable=False)
    clock = fields.Char("Time Left", compute="_compute_clock", exportable=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "clock_start", "response_deadline", "deadline_computed", "deadline", "date_answered", "waiting_since",
            "waited_hours", "date_resolved",
        }

    @api.model
    def _get_settled_fields(self):
        return super()._get_settled_fields() | {"deadline_agreed"}

    #=== DEADLINES ===#

    @api.depends(
        "clock_start", "waited_hours", "severity", "category_id.response_hours", "category_id.resolve_hours",
        "partner_id", "company_id",
    )
    def _compute_deadlines(self):
        # figures of a settled case do not change with the rules
        kept = self.filtered(lambda record: record.state not in OPEN)
        found = (self - kept)._get_case_deadlines()
        for record in self:
            if record in found:
                record.response_deadline, record.deadline_computed = found[record]
            else:
                record.response_deadline = record.response_deadline
                record.deadline_computed = record.deadline_computed

    def _get_case_deadlines(self):
        """Hook: by when cases are to be answered and solved: dict of case → pair of datetimes."""
        policies = self.partner_id._origin._customer_policy()
        found = {}
        for company, records in self.grouped("company_id").items():
            plans = []
            for record in records:
                response, resolve = record._get_case_hours(policies.get(record.partner_id._origin.id, {}))
                start = record.clock_start or fields.Datetime.now()
                plans += [(start, response), (start, resolve + record.waited_hours)]
            ends = self._plan_working_hours(company or self.env.company, plans)
            found.update(zip(records, zip(ends[::2], ends[1::2], strict=True), strict=True))
        return found

    def _get_case_hours(self, policy):
        """Hook: working hours until the first answer and until the solution of one case, as a pair.

        :param policy: what counts for the customer, as in ``res.partner._customer_policy``
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        share = self._get_severity_shares()[self.severity or MODERATE]

        def allowed(name, usual):
            says = policy.get(f"service_{name}")
            return case.allowed_hours([says.value if says else 0, self.category_id[name]], usual, share)

        return (
            allowed("response_hours", company.customer_case_response_hours),
            allowed("resolve_hours", company.customer_case_resolve_hours),
        )

    @api.model
    def _get_severity_shares(self):
        """Hook: what of the promised time a case may take, dict of severity → share."""
        return case.SHARES

    @api.depends("deadline_computed", "deadline_agreed")
    def _compute_deadline(self):
        for record in self:
            record.deadline = record.deadline_agreed or record.deadline_computed

    #=== WORKING TIME ===#

    @api.model
    def _get_case_calendar(self, company):
        """Hook: the ``resource.calendar`` by which deadlines of a company are counted; empty: around the clock."""
        # sudo: working hours count for whoever works on a case
        return company.sudo().resource_calendar_id

    @api.model
    def _get_working_time(self, company, start, end):
        """Working time of a company between two moments in UTC, as pairs for ``tools.case``."""
        start, end = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
        calendar = self._get_case_calendar(company)
        if not calendar or not calendar.attendance_ids:
            return [(start, end)]
        # the host would count the holidays of other companies that name no calendar
        holidays = [("time_type", "=", "leave"), ("company_id", "in", [False, company.id])]
        work = calendar._work_intervals_batch(start, end, domain=holidays)[False]
        return [(begin, finish) for begin, finish, _records in work]

    @api.model
    def _plan_working_hours(self, company, plans):
        """The moments at which working hours have passed, in a number of queries that does not grow with the plans.

        :param plans: list of pairs (start, hours)
        :return: list of datetimes; where a calendar has no working time for years, hours of the clock count
        """
        if not plans:
            return []
        first, last = min(start for start, _hours in plans), max(start for start, _hours in plans)
        span = SPAN
        while True:
            work = self._get_working_time(company, first, last + span)
            ends = [case.due(start.replace(tzinfo=UTC), hours, work) for start, hours in plans]
            if all(ends) or span > LONGEST_SPAN:
                break
            span *= 4
        return [
            end.replace(tzinfo=None, microsecond=0) if end else start + timedelta(hours=hours)
            for end, (start, hours) in zip(ends, plans, strict=True)
        ]

    @api.model
    def _count_working_hours(self, company, start, end):
        """Working hours between two moments; 0 where the second one is the earlier."""
        if end <= start:
            return 0.0
        work = self._get_working_time(company, start, end)
        return case.worked(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC), work)

    #=== LATE ===#

    @api.depends("state", "deadline", "response_deadline", "date_answered", "waiting_since")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for record in self:
            record.is_late = bool(record._get_missed(now))

    def _get_missed(self, now):
        """The deadline that an open case has missed, the first one; or False."""
        self.ensure_one()
        until = self.waiting_since if self.state == WAITING else now
        return min((moment for moment in self._get_running_deadlines() if until and moment < until), default=False)

    def _get_running_deadlines(self):
        """The deadlines that are still to be met; nobody answers a case any more that waits for the customer."""
        self.ensure_one()
        moments = [self.deadline] if self.state in OPEN else []
        if self.state in (NEW, PROGRESS) and not self.date_answered:
            moments.append(self.response_deadline)
        return [moment for moment in moments if moment]

    def _search_is_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        now = fields.Datetime.now()
        unanswered = Domain("date_answered", "=", False) & Domain("response_deadline", "<", now)
        late = Domain("state", "in", (NEW, PROGRESS)) & (unanswered | Domain("deadline", "<", now))
        return late | (Domain("state", "=", WAITING) & self._get_waiting_late_domain())

    @api.model
    def _get_waiting_late_domain(self):
        """Cases that were late already when we began to wait for the customer."""

        def to_sql(model, alias, query):
            names = ("deadline", "waiting_since")
            return SQL("%s < %s", *(model._field_to_sql(alias, name, query) for name in names))

        def is_late(record):
            return bool(record.deadline and record.waiting_since and record.deadline < record.waiting_since)

        return Domain.custom(to_sql=to_sql, predicate=is_late)

    #=== WORDS ===#

    @api.depends("state", "deadline", "response_deadline", "date_answered", "waiting_since", "date_resolved")
    @api.depends_context("lang")
    def _compute_clock(self):
        now = fields.Datetime.now()
        work = {company: records._get_clock_work(now) for company, records in self.grouped("company_id").items()}
        for record in self:
            record.clock = record._describe_clock(now, work[record.company_id])

    def _get_clock_work(self, now):
        """Working time between now and the next deadlines of open cases of one company."""
        moments = [moment for record in self if (moment := record._get_next_deadline()[0])]
        if not moments:
            return []
        first, last = min(now, *moments), min(max(now, *moments), now + LONGEST_SPAN)
        # beyond this nobody counts hours
        return self._get_working_time(self.company_id or self.env.company, max(first, now - LONGEST_SPAN), last)

    def _get_next_deadline(self):
        """The next deadline of a case that is ours to work on, and whether it is for the first answer."""
        self.ensure_one()
        moments = self._get_running_deadlines() if self.state in (NEW, PROGRESS) else []
        moment = min(moments, default=False)
        return moment, moment != self.deadline

    def _describe_clock(self, now, work):
        """How a case stands with its time, in words."""
        self.ensure_one()
        if self.state == CANCELLED:
            return False
        if self.state in SETTLED:
            in_time = not self.deadline or not self.date_resolved or self.date_resolved <= self.deadline
            return self.env._("Solved in time") if in_time else self.env._("Solved late")
        if self.state == WAITING:
            late = self.is_late
            return self.env._("Late, waits for the customer") if late else self.env._("Waits for the customer")
        moment, is_answer = self._get_next_deadline()
        return self._describe_left(now, moment, is_answer, work) if moment else False

    def _describe_left(self, now, moment, is_answer, work):
        start, end = (now, moment) if moment >= now else (moment, now)
        length = self._format_hours(case.worked(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC), work))
        if moment < now:
            return (
                self.env._("First answer late by %s of working time", length) if is_answer
                else self.env._("Late by %s of working time", length)
            )
        return (
            self.env._("%s of working time left for the first answer", length) if is_answer
            else self.env._("%s of working time left", length)
        )

    @api.model
    def _format_hours(self, length):
        hours, minutes = case.hours_and_minutes(length)
        if not hours:
            return self.env._("%s min", minutes)
        if hours >= 10 or not minutes:
            return self.env._("%s h", hours)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
