from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ..const import CUSTOMER
from .customer_import_row import CREATED, PROPOSED, UPDATED

# Archives that get their levels in one statement.
BATCH_SIZE = 2_000
LEVEL_TARGET = "customer.level"


class CustomerImportSource(models.Model):
    """Levels of a former system: texts that a person maps before the import or afterwards."""

    _inherit = "customer.import.source"
    _name = "customer.import.source"

    level_until = fields.Date(
        "Imported Levels Hold Until",
        help="Levels of imported customers count as set by hand until this day. Empty: until somebody takes them back.",
    )
    level_pending_count = fields.Integer("Levels to Set", compute="_compute_level_pending_count")

    @api.depends("map_ids.res_id")
    def _compute_level_pending_count(self):
        for source in self:
            source.level_pending_count = len(source._get_pending_levels()) if source._origin else 0

    def _get_pending_levels(self):
        """Customers of this source whose text stands for a level by now, without a level set by hand so far.

        Who had an imported level that a person took back is left alone.

        :return: list of (partner id, level id, text)
        """
        self.ensure_one()
        self.env["customer.import.map"].flush_model(["target", "text", "res_id", "source_id"])
        # sudo: which archives came from the source does not depend on who asks
        partners = self.env["res.partner"].sudo()
        partners.flush_model(["customer_level_text", "customer_level_manual_id"])
        chosen = partners._search(self.env["customer.classifier"]._get_scope())
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (p.id) p.id, m.res_id, m.text
                     FROM customer_import_key k
                     JOIN res_partner p ON p.id = k.partner_id
                     JOIN customer_import_map m ON m.source_id = k.source_id AND m.text = p.customer_level_text
                     JOIN customer_level l ON l.id = m.res_id
                    WHERE k.source_id = %s AND k.role = %s AND m.target = %s AND p.customer_level_manual_id IS NULL
                      AND COALESCE(k."values"->>'customer_level_manual_id', 'false') = 'false'
                      AND p.id IN %s
                    ORDER BY p.id""",
                self._origin.id, CUSTOMER, LEVEL_TARGET, chosen.subselect(),
            )
        )

    def action_set_levels(self):
        """Give customers that were imported before their texts were mapped the levels that these stand for."""
        self.ensure_one()
        self._check_importer()
        self.check_access("write")
        pending = self._get_pending_levels()
        for batch in split_every(BATCH_SIZE, pending):
            decisions = {
                partner: (level, self.env._("Import %(name)s: %(text)s", name=self.name, text=text))
                for partner, level, text in batch
            }
            self.env["res.partner"]._set_imported_levels(decisions, self.level_until)
            self._note_levels(batch)
        self.invalidate_recordset(["level_pending_count"])
        message = self.env._("Levels set for %s customers.", len(pending))
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": reload},
        }

    def _note_levels(self, batch):
        """Remember levels as values of the last import; ``batch`` as in ``_get_pending_levels``."""
        partners, levels, _texts = zip(*batch, strict=True)
        self.env["customer.import.key"].flush_model(["values"])
        self.env.cr.execute(
            SQL(
                """UPDATE customer_import_key k
                      SET "values" = COALESCE(k."values", '{}')
                                     || jsonb_build_object('customer_level_manual_id', v.level)
                     FROM unnest(%s::int[], %s::int[]) AS v(partner, level)
                    WHERE k.source_id = %s AND k.role = %s AND k.partner_id = v.partner""",
                list(partners), list(levels), self.id, CUSTOMER,
            )
        )
        self.env["customer.import.key"].invalidate_model(["values"])

    def _check_level_until(self):
        """Refuse to import levels that would be over before they begin."""
        today = self.env["customer.classifier"]._get_today()
        if self.level_until and self.level_until < today and LEVEL_TARGET in self.column_ids.mapped("target"):
            raise UserError(
                self.env._(
                    "“%s”: the day until which imported levels hold is over. Choose a later one on the import source, "
                    "or none.",
                    self.name,
                )
            )


class CustomerImportRun(models.Model):
    """The level that a row brings: a fact like others until it is written, as levels set by hand are."""

    _inherit = "customer.import.run"
    _name = "customer.import.run"

    def action_trial(self):
        self.source_id._check_level_until()
        return super().action_trial()

    def action_import(self):
        self.source_id._check_level_until()
        return super().action_import()

    def _complete_customer(self, item, context):
        if item.get_column("customer_level_text"):
            levels = context["lookup"].get(LEVEL_TARGET, {})
            item.values["customer_level_manual_id"] = levels.get(item.values.get("customer_level_text"), False)
        return super()._complete_customer(item, context)

    def _get_row_changes(self, item):
        changes = super()._get_row_changes(item)
        present = item.partner.customer_level_manual_id
        if "customer_level_manual_id" in changes and present and not item.partner.customer_level_imported:
            # a person decided since: their level stays
            del changes["customer_level_manual_id"]
            self._add_message(item, "level_kept", field="customer_level_text", level=present.name)
        return changes

    def _prepare_customer(self, item, context):
        values = super()._prepare_customer(item, context)
        values.pop("customer_level_manual_id", None)
        return values

    def _prepare_update(self, item):
        values = super()._prepare_update(item)
        values.pop("customer_level_manual_id", None)
        return values

    def _write_rows(self, prepared):
        result = super()._write_rows(prepared)
        decisions = {
            item.partner.id: self._get_row_level(item)
            for item in prepared
            if self._brings_level(item)
        }
        if decisions:
            # the button of the import checked the right of the person, and each archive is asked again there
            self.env["res.partner"]._set_imported_levels(decisions, self.source_id.level_until)
        return result

    def _brings_level(self, item):
        if item.plan == CREATED:
            return bool(item.values.get("customer_level_manual_id"))
        return item.plan in (UPDATED, PROPOSED) and "customer_level_manual_id" in item.changes

    def _get_row_level(self, item):
        """Level and reason that a row brings, for ``res.partner._set_imported_levels``."""
        text = item.values.get("customer_level_text") or self.env._("no level")
        reason = self.env._("Import %(name)s: %(text)s", name=self.name, text=text)
        return item.values["customer_level_manual_id"] or None, reason
