from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ..const import ERASE, GROUP_AUDITOR, GROUP_MANAGER
from .customer_privacy_request import DONE, FOUND, PLANNED, SEARCH_FIELDS


class CustomerPrivacyRequest(models.Model):
    """Erasure on request: planned by one person, confirmed by another, done in one transaction."""

    _inherit = "customer.privacy.request"
    _name = "customer.privacy.request"

    def action_plan(self):
        """Count anew what an erasure would do, and ask for a second person. Nothing is erased yet."""
        self._check_desk(FOUND)
        if self.kind != ERASE:
            raise UserError(self.env._("Only an erasure is planned: choose “Erasure” under “Asks for”."))
        if not self.identity_check and self.channel != "internal":
            raise UserError(self.env._("Note first how the identity of the person was checked."))
        if not self.partner_ids and not self.finding_ids:
            raise UserError(self.env._("Nothing is held about this person: close the request with this answer."))
        self.env["customer.privacy.eraser"]._check_people(self.partner_ids)
        self._count()
        self._set(state=PLANNED, planned_by=self.env.uid, planned_date=fields.Datetime.now())

    @api.model
    def _get_confirm_groups(self):
        """Hook: groups of which one lets a person confirm what another planned."""
        return (GROUP_MANAGER, GROUP_AUDITOR)

    def _get_confirm_refusal(self):
        """Hook: why the person may not confirm the erasure; empty text when they may."""
        self.ensure_one()
        user = self.env.user
        if not any(user.has_group(group) for group in self._get_confirm_groups()):
            return self.env._("A manager or an auditor confirms an erasure.")
        if self.planned_by == user:
            return self.env._("You planned this erasure yourself: another person confirms it.")
        return ""

    def action_confirm(self):
        """Erase the person for good."""
        self.ensure_one()
        self.check_access("read")
        if refusal := self._get_confirm_refusal():
            raise AccessError(refusal)
        self._check_state(PLANNED)
        try:
            # sudo: an auditor has no right to edit requests
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(self.env._("Somebody else is confirming this erasure right now.")) from error
        self._carry_out()

    def _carry_out(self):
        # sudo: see above; people of any owner are erased on request
        request = self.sudo()
        needles = self._get_search_needles()
        # before the erasure: what it leaves behind must not come back with a later change of the request
        request.write(dict.fromkeys(SEARCH_FIELDS, False))
        proof = self.env["customer.privacy.eraser"]._erase(request.partner_ids, needles)
        request.write(
            {
                "state": DONE,
                "confirmed_by": self.env.uid,
                "done_date": fields.Datetime.now(),
                "proof": proof,
                "answer": request.answer or self._get_erased_answer(proof),
            }
        )

    @api.model
    def _get_erased_answer(self, proof):
        """Hook: what the person is told, for the proof of an erasure."""
        if proof["kept"]:
            return self.env._(
                "Your data was erased, except what is printed on documents that the law wants kept; it is blocked."
            )
        return self.env._("Your data was erased. Backups that still hold it are overwritten in turn.")
