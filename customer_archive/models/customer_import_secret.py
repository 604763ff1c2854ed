import json
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..encrypted import Encrypted, reveal, sealed_values
from ..rows import as_relation
from ..tools import legacy
from ..tools.sealed_value import is_masked, mask
from .customer_import_column import COVER
from .customer_import_row import PENDING
from .customer_import_run_file import COVERED


class CustomerImportRow(models.Model):
    """Cells that become encrypted facts: encrypted from the moment the row is stored; all else shows their masks."""

    _inherit = ["customer.import.row", "customer.encrypted.mixin"]
    _name = "customer.import.row"

    # JSON of title → text
    secret_values = Encrypted("Encrypted Values", groups=fields.NO_ACCESS)

    def _open_secrets(self):
        """Dict of title → text of the cells that are stored encrypted."""
        return json.loads(reveal(self, "secret_values") or "{}")

    def _cover_text(self, text):
        """A text about one row without what its encrypted cells hold: messages of errors may repeat a value."""
        for secret in sorted(self._open_secrets().values(), key=len, reverse=True):
            text = text.replace(secret, mask(secret, *COVER))
        return text


    def _cover_column(self, header):
        """Take one column out of the values of rows that were stored while it became something else.

        What is still to be imported is kept encrypted.
        """
        covered = []
        for row in self:
            cells = row.values
            text = str(cells[header])
            if not is_masked(text):
                covered.append({"id": row.id, "cells": json.dumps({**cells, header: mask(text, *COVER)})})
                if row.state == PENDING:
                    row.secret_values = json.dumps({**row._open_secrets(), header: text})
        self.flush_recordset()
        if covered:
            # by SQL: the log would note the former values
            relation = as_relation(covered, {"id": "int", "cells": "text"})
            self.env.cr.execute(
                SQL('UPDATE customer_import_row t SET "values" = v.cells::jsonb FROM %s WHERE t.id = v.id', relation)
            )
            self.invalidate_recordset(["values"])


class CustomerImportColumn(models.Model):
    """Columns that a person makes encrypted facts of when rows are there already."""

    _inherit = "customer.import.column"
    _name = "customer.import.column"

    def _cover_secrets(self):
        columns = super()._cover_secrets()
        self.env["customer.import.row"].flush_model(["values", "role", "run_id"])
        for column in columns:
            rows = self.env.execute_query(
                SQL(
                    """SELECT r.id FROM customer_import_row r JOIN customer_import_run i ON i.id = r.run_id
                        WHERE i.source_id = %s AND r.role = %s AND r."values" ? %s ORDER BY r.id""",
                    column.source_id.id, column.role, column.header,
                )
            )
            # sudo: rows of every import from the source
            self.env["customer.import.row"].sudo().browse(key for (key,) in rows)._cover_column(column.header)
        return columns


class CustomerImportKey(models.Model):
    """Encrypted facts of the last import, for the next one to compare with."""

    _inherit = ["customer.import.key", "customer.encrypted.mixin"]
    _name = "customer.import.key"

    # JSON of field name → text
    secret_values = Encrypted("Encrypted Values", groups=fields.NO_ACCESS)

    @api.model
    def _split_values(self, values):
        """Columns of a key for the facts that a row brought."""
        columns = self.env["res.partner"]._fields
        secret = {name: value for name, value in values.items() if isinstance(columns.get(name), Encrypted)}
        plain = {name: value for name, value in values.items() if name not in secret}
        return {"values": plain, "secret_values": json.dumps(secret) if any(secret.values()) else False}

    def _open_values(self):
        """The facts that the last import brought; none where the row never arrived."""
        if not self:
            return {}
        return {**(self.values or {}), **json.loads(reveal(self, "secret_values") or "{}")}


class CustomerImportRun(models.Model):
    """Identity numbers and private phones on their way from a workbook to encrypted facts."""

    _inherit = "customer.import.run"
    _name = "customer.import.run"

    def _drop_index(self):
        """The host keeps the words of text files to search them: plain text beside the file."""
        domain = [("res_model", "=", self._name), ("res_field", "=", "file"), ("res_id", "in", self.ids)]
        # sudo: files of imports that this person may edit
        self.env["ir.attachment"].sudo().search([*domain, ("index_content", "!=", False)]).index_content = False

    def _cover_rows(self, info, vals_list):
        """Take out of the values of rows what must not be stored in plain text.

        Cells of columns that become encrypted facts are kept encrypted. Cells of columns that become nothing, but look
        like such facts, are kept as masks alone: a new trial reads the file again.

        :param info: one of ``sheets``
        :param vals_list: values of the rows of that sheet, which are changed
        :return: list of warnings (see ``_prepare_warnings``), one at most
        """
        mapping = self.source_id._get_mapping(info["role"], info["headers"])
        titles = self.env["customer.import.column"]._get_secret_titles(info["role"], info["headers"])
        secret = {h: t for h, t in mapping.items() if self.source_id._is_secret_target(t)}
        counts = Counter()
        for vals in vals_list:
            cells = vals["values"]
            texts = {header: self._get_cell_text(cell) for header, cell in cells.items() if header not in mapping}
            doubtful = {h: text for h, text in texts.items() if h in titles or legacy.is_identity_number(text)}
            kept = {header: self._get_cell_text(cells[header]) for header in secret.keys() & cells.keys()}
            cells.update({header: self._mask_cell(text, COVER) for header, text in doubtful.items()})
            cells.update({h: self._mask_cell(text, self._get_mask(secret[h])) for h, text in kept.items()})
            kept = {header: text for header, text in kept.items() if not is_masked(text)}
            if kept:
                vals["secret_values"] = json.dumps(kept)
            counts.update(doubtful.keys())
        if not counts:
            return []
        return [{"code": COVERED, "sheet": info["name"], "cells": ", ".join(counts), "count": counts.total()}]

    @api.model
    def _get_mask(self, target):
        return self.env["res.partner"]._fields[target["field"]].mask

    @api.model
    def _mask_cell(self, text, shown):
        return text if is_masked(text) else mask(text, *shown)

    def _read_secrets(self, rows, known):
        """Read the encrypted values of a set of rows, and of those of earlier imports, at once."""
        for records in (rows, self.env["customer.import.key"].union(*known.values())):
            sealed_values(records, records._fields["secret_values"])

    @api.model
    def _drop_secrets(self, item):
        """Encrypted facts are facts of people: those of a company belong to somebody else."""
        for target in item.mapping.values():
            if self.source_id._is_secret_target(target) and item.values.pop(target["field"], False):
                self._add_message(item, "company_secret", field=target["field"])

    @api.model
    def _was_changed_since(self, partner, name, old):
        if not isinstance(partner._fields[name], Encrypted):
            return super()._was_changed_since(partner, name, old)
        try:
            # whether it was changed is told, not what it is
            return reveal(partner, name) != (old or "")
        except UserError:
            # damaged: what the workbook has is the better value
            return False
