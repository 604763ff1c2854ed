from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    CHECKED,
    CLOSED,
    DRAFT,
    ERROR,
    FORMAL,
    GROUP_ALL,
    GROUP_LEADER,
    GROUP_MANAGER,
    GROUP_REVIEWER,
    GROUP_USER,
    SUSPENDED,
)

REVIEW_ACTIVITY = "customer_archive.mail_activity_type_review"


class ResPartner(models.Model):
    """The way of an archive: entry, first check, approval by another person, suspension, closing."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_submitted_by = fields.Many2one("res.users", "Submitted by", copy=False)
    archive_submitted_date = fields.Datetime("Submitted On", copy=False)
    archive_checked_by = fields.Many2one("res.users", "Checked by", copy=False)
    archive_checked_date = fields.Datetime("Checked On", copy=False)
    archive_approved_by = fields.Many2one("res.users", "Approved by", copy=False)
    archive_approved_date = fields.Datetime("Approved On", copy=False)
    archive_is_submitted = fields.Boolean(
        "Waiting for Check", compute="_compute_archive_is_submitted", search="_search_archive_is_submitted"
    )
    archive_steps = fields.Json("Possible Steps", compute="_compute_archive_steps", exportable=False)

    @api.depends("archive_state", "archive_submitted_by")
    def _compute_archive_is_submitted(self):
        for partner in self:
            partner.archive_is_submitted = partner.archive_state == DRAFT and bool(partner.archive_submitted_by)

    def _search_archive_is_submitted(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain("archive_state", "=", DRAFT) & fields.Domain("archive_submitted_by", "!=", False)
        return domain if True in value else ~domain

    @api.depends("archive_state", "archive_submitted_by", "archive_checked_by")
    @api.depends_context("uid")
    def _compute_archive_steps(self):
        for partner in self:
            steps = partner._get_archive_steps() if partner.archive_state else {}
            partner.archive_steps = [name for name in steps if not partner._get_step_refusal(name)]

    @api.model
    def _get_archive_steps(self):
        """Hook: the steps of an archive.

        :return: dict of step: (states it starts from, state it leads to, groups that may take it, needs a reason)
        """
        deciders = (GROUP_REVIEWER, GROUP_MANAGER)
        return {
            "submit": ((DRAFT,), DRAFT, (GROUP_USER,), False),
            "check": ((DRAFT,), CHECKED, (GROUP_LEADER, *deciders), False),
            "approve": ((CHECKED,), FORMAL, deciders, False),
            "reject": ((DRAFT, CHECKED), DRAFT, (GROUP_LEADER, *deciders), True),
            "suspend": ((FORMAL,), SUSPENDED, (GROUP_LEADER, GROUP_ALL, GROUP_MANAGER), True),
            "resume": ((SUSPENDED,), FORMAL, (GROUP_LEADER, GROUP_ALL, GROUP_MANAGER), True),
            "close": ((DRAFT, CHECKED, FORMAL, SUSPENDED), CLOSED, (GROUP_LEADER, GROUP_ALL, GROUP_MANAGER), True),
            "reopen": ((CLOSED,), DRAFT, (GROUP_LEADER, GROUP_ALL, GROUP_MANAGER), True),
        }

    def _get_step_refusal(self, step):
        """Hook: why the person may not take this step now; empty text when they may.

        :param step: key of ``_get_archive_steps``
        """
        self.ensure_one()
        states, __, groups, __ = self._get_archive_steps()[step]
        user = self.env.user
        if self.archive_state not in states:
            return self.env._(
                "“%(name)s” is “%(state)s” by now, so this step does not apply. Reload the page.",
                name=self.display_name,
                state=dict(self._fields["archive_state"]._description_selection(self.env)).get(self.archive_state, ""),
            )
        if not any(user.has_group(group) for group in groups):
            return self.env._("Your rights do not include this step: ask a reviewer or your team leader.")
        refuse = getattr(self, f"_get_{step}_refusal", None)
        return refuse() if refuse else ""

    def _get_submit_refusal(self):
        return self.env._("This archive is submitted already.") if self.archive_submitted_by else ""

    def _get_check_refusal(self):
        return "" if self.archive_submitted_by else self.env._("This archive is not submitted yet.")

    def _get_reject_refusal(self):
        return self._get_check_refusal()

    def _get_approve_refusal(self):
        if self.env.user in self.archive_submitted_by | self.archive_checked_by:
            return self.env._("You submitted or checked “%s” yourself: another person approves it.", self.display_name)
        return ""

    def _check_archive_step(self, step):
        """Refuse a step that the person may not take on one of these archives, with the reason."""
        needs_write = step == "submit"
        for partner in self:
            partner.check_access("write" if needs_write else "read")
            if refusal := partner._get_step_refusal(step):
                raise UserError(refusal)

    def _check_archive_errors(self):
        """Refuse the way to formal while errors are open, and name the mend of each."""
        # sudo: an error counts whoever may read it
        issues = self.env["customer.data.issue"].sudo().search(
            [("partner_id", "in", self.ids), ("state", "=", "open"), ("severity", "=", ERROR)]
        )
        if issues:
            mends = "\n".join(f"• {issue.contact_id.name}: {issue.message}" for issue in issues)
            raise UserError(self.env._("These facts must be put right first:\n%s", mends))

    def _set_archive_state(self, step, **stamps):
        __, state, __, __ = self._get_archive_steps()[step]
        # sudo: status and stamps are set by the buttons only; each one checked the right of the person before
        self.sudo().write({"archive_state": state, **stamps})

    #=== STEPS ===#

    def action_archive_submit(self):
        """Submit drafts for the first check."""
        self._check_archive_step("submit")
        self._check_archives()
        self._check_archive_errors()
        self._set_archive_state(
            "submit", archive_submitted_by=self.env.uid, archive_submitted_date=fields.Datetime.now()
        )
        self._ask_for_review("check", self.env._("Check a customer archive"))

    def action_archive_check(self):
        """Pass the first check."""
        self._check_archive_step("check")
        self._check_archive_errors()
        self._set_archive_state("check", archive_checked_by=self.env.uid, archive_checked_date=fields.Datetime.now())
        self._close_review()
        self._ask_for_review("approve", self.env._("Approve a customer archive"))

    def action_archive_approve(self):
        """Approve checked archives: they become formal and get their numbers.

        A second click finds its own work done and changes nothing.
        """
        done = self.filtered(lambda p: p.archive_state == FORMAL and p.archive_approved_by == self.env.user)
        archives = self - done
        archives._check_archive_step("approve")
        archives._check_archive_errors()
        for partner in archives:
            partner._allot_archive_number()
        archives._set_archive_state(
            "approve", archive_approved_by=self.env.uid, archive_approved_date=fields.Datetime.now()
        )
        archives._close_review()

    def _allot_archive_number(self):
        """Give one archive its number; an archive that was formal before keeps the one it has."""
        self.ensure_one()
        company = self.archive_company_id or self.env.company
        if not self.archive_number:
            number = self.env["customer.archive.number"]._allot(self, company)
            # sudo: the number is set by the approval only, which checked the right of the person
            self.sudo().write({"archive_number": number.name, "archive_company_id": company.id})

    def _take_archive_step(self, step, reason):
        """Take one of the steps that need a reason: reject, suspend, resume, close, reopen.

        :param step: key of ``_get_archive_steps``
        :param reason: text that goes to the chatter and, on rejection, to the submitter
        """
        self._check_archive_step(step)
        submitters = {partner: partner.archive_submitted_by for partner in self}
        self._set_archive_state(step, **self._prepare_step_values(step))
        self._close_review()
        for partner in self:
            # sudo: reviewers have no right to edit the archive that logs their decision
            partner.sudo()._message_log(body=self.env._("Reason: %s", reason))
            if step == "reject":
                partner.sudo().activity_schedule(
                    REVIEW_ACTIVITY,
                    summary=self.env._("Rejected: %s", reason),
                    user_id=(submitters[partner] or partner.user_id or self.env.user).id,
                )

    @api.model
    def _prepare_step_values(self, step):
        """Hook: values that a step with a reason sets beside the status."""
        stamps = ("archive_submitted_by", "archive_submitted_date", "archive_checked_by", "archive_checked_date")
        return dict.fromkeys(stamps, False) if step in ("reject", "reopen") else {}

    def _open_archive_decision(self, step):
        self._check_archive_step(step)
        labels = dict(self.env["customer.archive.decision"]._fields["step"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels[step],
            "res_model": "customer.archive.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_step": step, "default_partner_ids": self.ids},
        }

    def action_archive_reject(self):
        """Ask for the reason and send archives back to draft."""
        return self._open_archive_decision("reject")

    def action_archive_suspend(self):
        """Ask for the reason and suspend formal archives."""
        return self._open_archive_decision("suspend")

    def action_archive_resume(self):
        """Ask for the reason and make suspended archives formal again."""
        return self._open_archive_decision("resume")

    def action_archive_close(self):
        """Ask for the reason and close archives."""
        return self._open_archive_decision("close")

    def action_archive_reopen(self):
        """Ask for the reason and take closed archives back to draft; a number once allotted stays."""
        return self._open_archive_decision("reopen")

    #=== REVIEWERS ===#

    def _ask_for_review(self, step, summary):
        for partner in self:
            reviewer = partner._get_archive_reviewer(step, partner.archive_submitted_by | partner.archive_checked_by)
            # sudo: a submitter may not be allowed to give activities to reviewers
            partner.sudo().activity_schedule(REVIEW_ACTIVITY, summary=summary, user_id=reviewer.id)

    def _close_review(self):
        # sudo: the activity belongs to the reviewer who was asked, another one may have decided
        self.sudo().activity_feedback([REVIEW_ACTIVITY])

    def _get_archive_reviewer(self, step, excluded):
        """Hook: who is asked to check, approve or decide on a change.

        :param step: ``check``, ``approve`` or ``change``
        :param excluded: ``res.users`` who may not decide because they took part
        :return: one user, or an empty recordset: then the activity waits on the record for any reviewer
        """
        self.ensure_one()
        # sudo: settings, teams and groups may be hidden from the submitter
        company = (self.archive_company_id or self.env.company).sudo()
        named = company.archive_checker_id if step == "check" else company.archive_approver_id
        leader = self.sudo().archive_team_id.user_id if step == "check" else named
        reviewers = self.env.ref(GROUP_REVIEWER).sudo().all_user_ids
        leaders = self.env.ref(GROUP_LEADER).sudo().all_user_ids
        candidates = (named & (reviewers | leaders)) + (leader & leaders) + reviewers.sorted("id")
        suitable = candidates.filtered(lambda u: u.active and not u.share and company in u.company_ids) - excluded
        return suitable[:1].sudo(False)

    @api.model
    def _get_archive_kept_states(self):
        """Hook: states in which the contact may not be archived in Odoo's sense (hidden)."""
        return (FORMAL, SUSPENDED)

    @api.constrains("active")
    def _check_archive_active(self):
        kept = self.filtered(lambda p: not p.active and p.archive_state in self._get_archive_kept_states())[:1]
        if kept:
            raise UserError(self.env._("“%s” is a formal archive: close it before you hide the contact.", kept.name))
