from ast import literal_eval

from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The host's own merge deletes rows that collide and knows no way back: it is for contacts, not for archives."""

    _inherit = "base.partner.merge.automatic.wizard"
    _name = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # sudo: an archive is protected whoever may read it
        partners = self.env["res.partner"].sudo().browse(partner_ids) | (dst_partner or self.env["res.partner"]).sudo()
        if archive := partners.exists().filtered("archive_state")[:1]:
            raise UserError(
                self.env._(
                    "“%s” is a customer archive. Merge archives in the app Customer Archive, Data Quality, Duplicates: "
                    "nothing is lost there, and it can be undone.",
                    # sudo: a name that the person may not read is not shown
                    archive.name if archive.sudo(False).has_access("read") else self.env._("One of these contacts"),
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _process_query(self, query):
        """Leave archives out of the groups that the wizard merges one after the other."""
        result = super()._process_query(query)
        for line in self.line_ids:
            # sudo: as in _merge
            contacts = self.env["res.partner"].sudo().browse(literal_eval(line.aggr_ids))
            rest = contacts.filtered(lambda contact: not contact.archive_state)
            if len(rest) < 2:
                line.unlink()
            elif len(rest) < len(contacts):
                line.aggr_ids = str(rest.ids)
        self.number_group = len(self.line_ids)
        return result

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Rows of this product go first: what collides there ends, and the archive is checked anew."""
        # sudo: findings follow their contact, whoever merges
        issues = self.env["customer.data.issue"].sudo().search(
            [("contact_id", "in", (src_partners | dst_partner).ids), ("state", "!=", "resolved")]
        )
        issues.filtered(lambda issue: issue.contact_id in src_partners)._resolve()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _log_merge_operation(self, src_partners, dst_partner):
        result = super()._log_merge_operation(src_partners, dst_partner)
        dst_partner._get_archives()._check_archives()
        return result
