from odoo import api, fields, models
from odoo.tools import SQL

from ..rows import as_relation
from ..tools import text


class ResPartner(models.Model):
    """What imports need to know about contacts."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_import_row_ids = fields.One2many(
        "customer.import.row", "partner_id", "Imported Rows", readonly=True, exportable=False
    )

    customer_level_imported = fields.Boolean(
        "Level Set by an Import",
        copy=False,
        readonly=True,
        exportable=False,
        help="The level set by hand came with an import: the next one may change it. A person's own decision stays.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"customer_level_imported"}

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

    @api.model
    def _set_imported_levels(self, decisions, until):
        """Set or take back levels that an import brings, in a number of queries that does not grow with them.

        They win over the rules like levels set by hand, and take the same rights.

        :param decisions: dict of partner id → (level id, None to take the level back; reason)
        :param until: last day on which the levels hold, or False
        """
        partners = self.browse(decisions)
        partners._check_level_by_hand(until)
        rows = [self._prepare_imported_level(*decision, until) for decision in decisions.items()]
        names = [name for name in rows[0] if name != "id"]
        partners.flush_recordset(names)
        # one statement for all, as the classification writes; the right of the person was checked above
        types = {name: self._fields[name].column_type[0] for name in rows[0]}
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner p SET %s FROM %s WHERE p.id = v.id",
                SQL(", ").join(SQL("%s = v.%s", name, name) for name in map(SQL.identifier, names)),
                as_relation(rows, types),
            )
        )
        partners.invalidate_recordset(names)
        partners.modified(names)
        partners._classify()

    @api.model
    def _prepare_imported_level(self, partner_id, decision, until):
        """Columns of one archive for ``_set_imported_levels``."""
        level, reason = decision
        return {
            "id": partner_id,
            "customer_level_manual_id": level,
            "customer_level_manual_reason": reason if level else None,
            "customer_level_manual_until": fields.Date.to_string(until) if level and until else None,
            "customer_level_manual_by": self.env.uid if level else None,
            "customer_level_imported": bool(level),
        }
