from odoo import api, models

from ..tools.audit_report import Figures, Source


class CustomerAuditReport(models.Model):
    """Whether the log of the month can be trusted: the chain is verified when the report is made."""

    _inherit = "customer.audit.report"
    _name = "customer.audit.report"

    @api.model
    def _get_sources(self):
        chain = Source(
            self.env._("The log itself"),
            self._read_chain,
            {
                "sealed": self.env._("Entries in the chain"),
                "waiting": self.env._("Entries not yet sealed"),
                "erased": self.env._("Details erased for people"),
                "gaps": self.env._("Gaps"),
            },
            (self.env._("Verification"), self.env._("Result")),
        )
        return {**super()._get_sources(), "chain": chain}

    @api.model
    def _read_chain(self, period):
        # sudo: the job verifies, the report shows the verdict
        log = self.env["customer.audit.log"].sudo()
        verdict = log._verify()
        numbers = {
            "sealed": verdict.count,
            "waiting": verdict.waiting,
            "erased": verdict.erased,
            "gaps": len(verdict.breaks),
        }
        holds = self.env._("The log does not hold") if verdict.breaks else self.env._("The log holds")
        return Figures(numbers, [(holds, log._describe(verdict))])
