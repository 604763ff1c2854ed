import base64
import hashlib

from dateutil.relativedelta import relativedelta
from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import contract
from ..tools.contract import ACTIVE, DRAFT, EXPIRED, EXPIRING, RUNNING, SENT, UPCOMING

ACTIVITY = "customer_archive.mail_activity_type_contract"


class CustomerContract(models.Model):
    """What people do with a contract: send, sign, terminate, cancel, follow up by another version."""

    _inherit = "customer.contract"
    _name = "customer.contract"

    #=== SIGNING ===#

    def action_send(self):
        """Open a mail to the customer with the link to the page on which to sign."""
        self.ensure_one()
        self._check_act((DRAFT, SENT), self.env._("Only what is not signed yet is sent for signature."))
        template = self.env.ref("customer_archive.customer_contract_mail_template", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send for Signature"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment",
                "force_email": True,
                "customer_contract_send": True,
            },
        }

    def _message_post_after_hook(self, message, msg_vals):
        # the composer of action_send; opening the page to the customer takes the right to edit the contract
        if self.env.context.get("customer_contract_send") and self.state in (DRAFT, SENT) and self.has_access("write"):
            self._open_signing()
        return super()._message_post_after_hook(message, msg_vals)

    def _open_signing(self):
        """Let the customer sign on the portal."""
        self._portal_ensure_token()
        # sudo: set by the buttons only
        self.sudo().sent_date = fields.Datetime.now()

    def action_sign(self):
        """Ask for what a signature on paper says."""
        return self._open_decision("sign", self.env._("Signed on Paper"))

    def _sign(self, signed_by, signed_date, signature=None, address=None):
        """Note a signature; the terms stay as they are from now on.

        :param signed_by: name of the person who signed for the customer
        :param signed_date: day of the signature
        :param signature: picture as base64, from the portal
        :param address: network address of the person, from the portal
        :raise UserError: where it was signed or cancelled meanwhile, or the day is to come
        """
        self.ensure_one()
        self._check_act((DRAFT, SENT), self.env._("“%s” was signed or cancelled meanwhile.", self.display_name))
        if signed_date > self._get_today():
            raise UserError(self.env._("A contract is not signed in the future: mend the day of the signature."))
        text = self.with_context(bin_size=False).text_file
        # sudo: set by the buttons and the portal page only
        self.sudo().write(
            {
                "signed_by": signed_by,
                "signed_date": signed_date,
                "signature": signature,
                "signed_address": address,
                "signed_digest": hashlib.sha256(base64.b64decode(text)).hexdigest() if text else False,
            }
        )
        self.previous_id.sudo().activity_unlink([ACTIVITY])

    #=== ENDING ===#

    def action_terminate(self):
        """Ask for the last day and the reason."""
        return self._open_decision("terminate", self.env._("Terminate"))

    def _terminate(self, last_day, reason):
        """Note a notice.

        :param last_day: last day of the contract
        :param reason: text
        :raise UserError: where the contract does not run, or the day is before its first one
        """
        self.ensure_one()
        running = (UPCOMING, ACTIVE, EXPIRING)
        self._check_act(running, self.env._("Only a signed contract that has not ended is terminated."))
        if last_day < self.date_start - relativedelta(days=1):
            raise UserError(self.env._("The last day comes before the contract begins."))
        # sudo: set by the buttons only
        self.sudo().write({"terminated_date": last_day, "end_reason": reason})
        self.activity_unlink([ACTIVITY])

    def action_cancel(self):
        """Give up contracts that were not signed."""
        for record in self:
            record._check_act((DRAFT, SENT), self.env._("What was signed is terminated, not cancelled."))
            # sudo: set by the buttons only
            record.sudo().write({"cancelled_date": record._get_today(), "access_token": False})

    #=== VERSIONS ===#

    def action_renew(self):
        """Draft the contract that follows this one, as long as this one."""
        self.ensure_one()
        running = (*RUNNING, EXPIRED, UPCOMING)
        self._check_act(running, self.env._("Only a signed contract is renewed."))
        start, end = contract.successor(self._get_terms(), self._get_today())
        return self._draft_version(date_start=start, date_end=end)

    def action_amend(self):
        """Draft a version with other terms that takes the place of this one."""
        self.ensure_one()
        self._check_act((*RUNNING, UPCOMING), self.env._("Only a signed contract that has not ended is amended."))
        return self._draft_version(date_start=max(self._get_today(), self.date_start), date_end=self.period_end)

    def _draft_version(self, **values):
        if draft := self.next_ids.filtered(lambda record: record.state in (DRAFT, SENT))[:1]:
            return draft._get_form_action()
        line = self.search([("company_id", "=", self.company_id.id), ("number", "=", self.number)])
        # sudo: number, version and what is replaced are set here only; the person's right was checked
        version = self.sudo().copy(
            {
                **values,
                "number": self.number,
                "version": max(line.mapped("version")) + 1,
                "previous_id": self.id,
                "user_id": self.user_id.id or self.env.uid,
            }
        )
        return version.sudo(False)._get_form_action()

    def action_view_versions(self):
        """Open all versions of this number."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_contract_action")
        domain = [("number", "=", self.number), ("company_id", "=", self.company_id.id)]
        return dict(action, domain=domain, context={}, name=self.number)

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "views": [(False, "form")]
        }

    #=== CHECKS ===#

    def _check_act(self, states, refusal):
        """Check that the person may edit the contract and that it is in one of these states."""
        self.check_access("write")
        if self.state not in states:
            raise UserError(refusal)

    def _open_decision(self, decision, name):
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "customer.contract.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_contract_id": self.id, "default_decision": decision},
        }

    def action_preview(self):
        """Open the page as the customer sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}
