from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.case import (
    CANCELLED,
    CLOSED,
    COMPLAINT,
    NEW,
    OPEN,
    PROGRESS,
    RESOLVED,
    SETTLED,
    VISITED,
    WAITING,
)


class CustomerCase(models.Model):
    """What people do with a case: answer, wait, resolve, visit, close, open again, cancel."""

    _inherit = "customer.case"
    _name = "customer.case"

    resolution = fields.Text(readonly=True, copy=False, help="What solved it, for the customer and for the next time.")
    resolver_id = fields.Many2one(
        "res.users", "Resolved By", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    visit_date = fields.Datetime("Return Visit", readonly=True, copy=False)
    visitor_id = fields.Many2one(
        "res.users", "Return Visit By", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    visit_result = fields.Text("What the Customer Says", readonly=True, copy=False)
    date_closed = fields.Datetime("Closed On", readonly=True, copy=False)
    reopen_count = fields.Integer("Times Opened Again", readonly=True, copy=False)
    reopen_reason = fields.Char("Why It Was Opened Again", readonly=True, copy=False, tracking=True)
    cancel_reason = fields.Char("Why It Was Cancelled", readonly=True, copy=False, tracking=True)
    needs_visit = fields.Boolean("Return Visit Needed", compute="_compute_needs_visit", exportable=False)

    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "resolution", "resolver_id", "visit_date", "visitor_id", "visit_result", "date_closed", "reopen_count",
            "reopen_reason", "cancel_reason",
        }

    def _compute_needs_visit(self):
        for record in self:
            record.needs_visit = record._needs_return_visit()

    def _needs_return_visit(self):
        """Hook: whether somebody else asks the customer before one case is closed."""
        self.ensure_one()
        return self.kind == COMPLAINT or self.category_id.needs_return_visit

    #=== WORKING ON IT ===#

    def action_start(self):
        """Take cases up; one that nobody is responsible for is one's own."""
        self._check_act((NEW,), self.env._("Only a new case is taken up."))
        for record in self:
            # sudo: set by the buttons only
            record.sudo().write({"state": PROGRESS, "user_id": (record.user_id or self.env.user).id})

    def action_answer(self):
        """Note that the customer has had a first answer, such as by phone."""
        self._check_act((NEW, PROGRESS), self.env._("The first answer is noted while somebody works on the case."))
        self._note_answer()

    def _note_answer(self):
        for record in self.filtered(lambda record: not record.date_answered):
            values = {"date_answered": fields.Datetime.now()}
            if record.state == NEW:
                values["state"] = PROGRESS
            # sudo: set by the buttons and by messages to the customer only
            record.sudo().write(values)

    def _message_post_after_hook(self, message, msg_vals):
        # what an employee writes to the outside is an answer
        is_public = message.subtype_id and not message.subtype_id.internal and not message.is_internal
        if is_public and message.message_type in ("comment", "email") and self._is_answered_by(message.author_id):
            self.filtered(lambda record: record.state in OPEN)._note_answer()
        return super()._message_post_after_hook(message, msg_vals)

    def _is_answered_by(self, author):
        # sudo: users of other companies may answer as well
        return any(not user.share for user in author.sudo().user_ids)

    def action_wait(self):
        """Stop the clock until the customer has done their part."""
        self._check_act((PROGRESS,), self.env._("Only a case that somebody works on waits for the customer."))
        self._note_answer()
        # sudo: set by the buttons only
        self.sudo().write({"state": WAITING, "waiting_since": fields.Datetime.now()})

    def action_resume(self):
        """Go on: the time that was waited does not count."""
        self._check_act((WAITING,), self.env._("This case does not wait for the customer."))
        self._stop_waiting(PROGRESS)

    def _stop_waiting(self, state):
        now = fields.Datetime.now()
        for record in self:
            waited = self._count_working_hours(record.company_id, record.waiting_since, now)
            # sudo: set by the buttons only
            record.sudo().write(
                {"state": state, "waiting_since": False, "waited_hours": record.waited_hours + waited}
            )

    #=== RESOLVING AND CLOSING ===#

    def action_resolve(self):
        """Ask for what solved it."""
        return self._open_decision("resolve", self.env._("Resolve"))

    def _resolve(self, resolution):
        """Note what solved a case.

        :param resolution: text
        """
        self.ensure_one()
        self._check_act(OPEN, self.env._("“%s” is not open any more.", self.display_name))
        if refusal := self._get_resolve_refusal():
            raise UserError(refusal)
        if self.state == WAITING:
            self._stop_waiting(PROGRESS)
        self._note_answer()
        # deadlines stay as they are from now on
        self.flush_recordset()
        # sudo: set by the buttons only, after the checks above
        self.sudo().write(
            {
                "state": RESOLVED, "resolution": resolution, "resolver_id": self.env.uid,
                "date_resolved": fields.Datetime.now(), "visit_date": False, "visitor_id": False, "visit_result": False,
            }
        )

    def _get_resolve_refusal(self):
        """Hook: why one case cannot be resolved yet, as a sentence, or nothing."""
        self.ensure_one()
        if not self.partner_id:
            return self.env._("Say whose case it is first: choose the customer.")
        if not self.category_id:
            return self.env._("Say what it was about first: choose the category.")
        return ""

    def action_return_visit(self):
        """Ask for what the customer says about the solution."""
        return self._open_decision("visit", self.env._("Return Visit"))

    def _visit(self, result):
        """Note that the customer was asked whether it is solved; by another person than who solved it.

        :param result: text
        """
        self.ensure_one()
        self._check_act((RESOLVED,), self.env._("“%s” is not waiting for a return visit.", self.display_name))
        if refusal := self._get_visitor_refusal():
            raise UserError(refusal)
        # sudo: set by the buttons only, after the checks above
        self.sudo().write(
            {
                "state": VISITED, "visit_date": fields.Datetime.now(), "visitor_id": self.env.uid,
                "visit_result": result,
            }
        )

    def _get_visitor_refusal(self):
        """Hook: why the person may not make the return visit, as a sentence, or nothing."""
        self.ensure_one()
        if self.resolver_id == self.env.user:
            return self.env._("You resolved it yourself: somebody else asks the customer whether it is solved.")
        return ""

    def action_close(self):
        """Close what is settled."""
        for record in self:
            record._check_act(
                (RESOLVED, VISITED),
                self.env._("“%s” was closed or opened again meanwhile, or is not resolved yet.", record.display_name),
            )
            if record.state == RESOLVED and record._needs_return_visit():
                raise UserError(
                    self.env._("Before “%s” is closed, another person asks the customer.", record.display_name)
                )
            # sudo: set by the buttons only
            record.sudo().write({"state": CLOSED, "date_closed": fields.Datetime.now()})

    #=== OPENING AGAIN, CANCELLING ===#

    def action_reopen(self):
        """Ask for the reason."""
        return self._open_decision("reopen", self.env._("Open Again"))

    def _reopen(self, reason):
        """Work on a settled case again; it counts, and the clock starts anew.

        :param reason: text
        """
        self.ensure_one()
        self._check_act((*SETTLED, CANCELLED), self.env._("“%s” is open.", self.display_name))
        # sudo: set by the buttons only
        self.sudo().write(
            {
                "state": PROGRESS, "reopen_reason": reason, "reopen_count": self.reopen_count + 1,
                "date_resolved": False, "date_closed": False, "cancel_reason": False, "deadline_agreed": False,
                "waited_hours": 0, "clock_start": fields.Datetime.now(),
            }
        )

    def action_cancel(self):
        """Ask for the reason."""
        return self._open_decision("cancel", self.env._("Cancel Case"))

    def _cancel(self, reason):
        """Give up a case that turned out to be none.

        :param reason: text
        """
        self.ensure_one()
        self._check_act(OPEN, self.env._("“%s” is not open any more.", self.display_name))
        # sudo: set by the buttons only
        self.sudo().write({"state": CANCELLED, "cancel_reason": reason, "waiting_since": False})

    #=== CHECKS ===#

    def _check_act(self, states, refusal):
        """Check that the person works on the cases and that they are in one of these states."""
        self.check_access("write")
        self._check_editable()
        if self.filtered(lambda record: record.state not in states):
            raise UserError(refusal)

    def _open_decision(self, decision, name):
        self.ensure_one()
        self.check_access("write")
        self._check_editable()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "customer.case.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_case_id": self.id, "default_decision": decision},
        }
