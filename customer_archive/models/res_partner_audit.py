from odoo import models

from ..acting import acting
from ..const import AUDIT_EXPORT


class ResPartner(models.Model):
    """Files that hold contacts are exports, whatever makes them; auditors get from a customer to its log."""

    _inherit = "res.partner"
    _name = "res.partner"

    def _get_vcard_file(self):
        with acting(AUDIT_EXPORT, self._name, ["vcard"]):
            self._note_file(AUDIT_EXPORT, ["vcard"])
            return super()._get_vcard_file()

    def _make_archive_workbook(self):
        with acting(AUDIT_EXPORT, self._name, ["workbook"]):
            self._note_file(AUDIT_EXPORT, ["workbook"])
            return super()._make_archive_workbook()

    def _note_file(self, operation, names):
        if self._is_audited():
            self.env["customer.audit.log"]._note_records(operation, self, names)

    def action_open_audit_log(self):
        """Button: what the log says about this customer and its contacts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_audit_log_action")
        return {**action, "domain": [("partner_id", "in", self.ids)], "context": {}}
