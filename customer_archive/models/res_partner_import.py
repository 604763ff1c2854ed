from odoo import api, fields, models

from ..tools import text


class ResPartner(models.Model):
    """What imports need to know about contacts."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_import_row_ids = fields.One2many(
        "customer.import.row", "partner_id", "Imported Rows", readonly=True, exportable=False
    )

    @api.model
    def _get_archive_normalizers(self):
        normalizers = super()._get_archive_normalizers()
        if self.env.context.get("archive_import"):
            normalizers["email"] = self._normalize_imported_email
        return normalizers

    @api.model
    def _normalize_imported_email(self, value):
        """Unify an address, but leave one without an ASCII @ as it is.

        Nobody looks at an imported address as at one just typed: it shall be found, not mended silently.
        """
        return text.normalize_email(value) if "@" in value else value

    @api.model
    def _get_import_finders(self):
        """Hook: checks that imports run on rows before they are contacts.

        All of the archive's own (``_get_archive_finders``) except those that compare with other archives.
        """
        return [finder for finder in self._get_archive_finders() if finder != "_find_vat_shared"]

    @api.model
    def _find_import_faults(self, partners):
        """Findings of new records: pairs (record, ``tools.finding.Finding``), one of a kind and fact each."""
        found = {}
        for finder in self._get_import_finders():
            for partner, finding in getattr(partners, finder)():
                found[partner.id, finding.code, finding.field] = (partner, finding)
        return list(found.values())

    def _get_import_label(self):
        """How an archive is named to somebody who imports and may not be allowed to read it."""
        self.ensure_one()
        if self.has_access("read"):
            return self.display_name
        return self.env._("an archive that you may not read")
