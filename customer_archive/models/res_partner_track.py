from odoo import api, models

UNTRACKABLE = ("html", "binary", "properties")


class ResPartner(models.Model):
    """Every change of a fact of an archive, or of one of its contacts, is recorded in the chatter."""

    _inherit = "res.partner"
    _name = "res.partner"

    @api.model
    def _get_archive_tracked_fields(self):
        """Hook: facts whose changes the chatter of an archive records, beside the fields that the host tracks.

        :return: set of field names
        """
        names = (name for name in self._get_archive_fact_fields() if name != "archive_contact_ids")
        return {name for name in names if self._fields[name].type not in UNTRACKABLE}

    def _track_get_fields(self):
        return super()._track_get_fields() | self._get_archive_tracked_fields()

    def _mail_track(self, tracked_fields, initial_values):
        # the chatter of contacts without an archive stays as the host wants it
        if not self.commercial_partner_id.archive_state:
            ours = self._get_archive_tracked_fields() - super()._track_get_fields()
            tracked_fields = {name: info for name, info in tracked_fields.items() if name not in ours}
        return super()._mail_track(tracked_fields, initial_values)
