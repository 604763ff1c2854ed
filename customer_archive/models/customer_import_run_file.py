import base64
from dataclasses import replace
from datetime import date

from odoo import api, models
from odoo.exceptions import UserError

from ..const import CONTACT, CUSTOMER
from ..tools.entry_form import is_part_of_form
from ..tools.export_mark import find_mark, is_about
from ..tools.text import normalize_name
from ..tools.workbook import Limits, WorkbookError, read_workbook
from ..tools.workbook_model import column_letters
from .customer_import_run import DRAFT

# A warning about cells that are kept as masks.
COVERED = "covered"
# Rows from the top among which the titles are looked for.
HEADER_ROWS = 10


class CustomerImportRun(models.Model):
    """How a workbook is read: refused before anything is stored, its titles found, its rows kept as they are."""

    _inherit = "customer.import.run"
    _name = "customer.import.run"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["customer.import.source"]._check_importer()
        books = [self._read_workbook(vals.get("file"), vals.get("filename")) for vals in vals_list]
        runs = super().create(vals_list)
        for run, book in zip(runs, books, strict=True):
            run._take_workbook(book)
        runs._drop_index()
        return runs

    def write(self, vals):
        if not vals.keys() & {"file", "source_id"} or self.env.su:
            return super().write(vals)
        self._check_step(DRAFT)
        book = self._read_workbook(vals.get("file", self.file), vals.get("filename", self.filename))
        result = super().write(vals)
        self._take_workbook(book)
        self._drop_index()
        return result

    @api.model
    def _get_import_limits(self):
        """Hook: how much of a file is read, as ``tools.workbook.Limits``."""
        return Limits(max_rows=50_000)

    @api.model
    def _read_workbook(self, content, filename):
        """The workbook in a binary field.

        :param content: base64, as binary fields hold it
        :raise UserError: when it is no workbook that can be read, with what to do about it
        """
        limits = self._get_import_limits()
        try:
            # Before decoding: a file far over the limit shall not be in memory twice.
            if len(content or "") * 3 // 4 > limits.max_bytes + 3:
                raise WorkbookError("too_large", limit=limits.max_bytes)
            return read_workbook(base64.b64decode(content or ""), filename or "", limits=limits)
        except WorkbookError as error:
            raise UserError(self._describe_workbook_error(error)) from error

    @api.model
    def _describe_workbook_error(self, error):
        """The message for a file that cannot be read."""
        details = dict(error.details, limit=error.details.get("limit", ""), sheet=error.details.get("sheet", ""))
        if error.code == "too_large":
            details["limit"] = error.details["limit"] // 1024**2
        default = self.env._("This file cannot be read. Save it as an Excel workbook (.xlsx) and try again.")
        return self._get_workbook_messages().get(error.code, default) % details

    @api.model
    def _get_workbook_messages(self):
        """Hook: code of a ``WorkbookError`` → sentence that says the mend."""
        return {
            "too_large": self.env._(
                "The file is larger than %(limit)s MB. Remove pictures and other sheets, or split it."
            ),
            "empty_file": self.env._("The file is empty. Export it again from the former system."),
            "unknown_type": self.env._("This is not a workbook. Save the list as .xlsx, .xls, .ods or .csv."),
            "not_a_workbook": self.env._(
                "The file is damaged or not a workbook. Open it in Excel or WPS and save it as .xlsx."
            ),
            "password_protected": self.env._(
                "The workbook is protected by a password. Save it without one and try again."
            ),
            "macro": self.env._("The workbook holds macros, which are not accepted. Save it as .xlsx, without macros."),
            "zip_bomb": self.env._(
                "The file unpacks to far more than a list of customers. Copy the list into a new workbook."
            ),
            "bad_xml": self.env._(
                "The file holds parts that no spreadsheet program writes. Copy the list into a new workbook."
            ),
            "no_rows": self.env._("The workbook has no rows. Check that the list is in it and saved."),
            "too_many_rows": self.env._(
                "Sheet “%(sheet)s” has more than %(limit)s rows. Split it into several workbooks."
            ),
            "too_many_columns": self.env._(
                "Sheet “%(sheet)s” has more than %(limit)s columns. Delete those not needed."
            ),
            "too_many_sheets": self.env._("The workbook has more than %(limit)s sheets. Keep the lists only."),
        }

    def _take_workbook(self, book):
        """Keep what the sheets are, and suggest what their columns become."""
        self.ensure_one()
        lists = [sheet for sheet in book.sheets if not (is_part_of_form(sheet.rows) or is_about(sheet.rows))]
        sheets = [self._prepare_sheet(sheet) for sheet in lists if sheet.rows and not sheet.hidden]
        if not any(sheet["role"] for sheet in sheets):
            raise UserError(self._describe_unknown_titles(sheets))
        for info in sheets:
            if info["role"]:
                # sudo: whoever imports completes the columns of the source
                Column = self.env["customer.import.column"].sudo()
                Column._complete(self.source_id.sudo(), info["role"], info["headers"], info.pop("samples"))
        self._set(sheets=sheets, warnings=self._prepare_warnings(replace(book, sheets=lists), sheets))
        self.invalidate_recordset(["customer_column_ids", "contact_column_ids"])

    def _describe_unknown_titles(self, sheets):
        titles = ", ".join(title for sheet in sheets for title in sheet["headers"][:8])
        return self.env._(
            "No title of a column is known (found: %(titles)s). The first row holds the titles, such as 客户编码 or "
            "客户名称; the empty workbook shows all of them. Other titles can be entered before, on the import source.",
            titles=titles or self.env._("none"),
        )

    def _prepare_sheet(self, sheet):
        """What is kept about one sheet: name, kind of rows, titles, place of the titles, examples."""
        Column = self.env["customer.import.column"]
        tops = [self._get_headers(sheet.rows, top) for top in range(min(HEADER_ROWS, len(sheet.rows)))]
        known = {
            top: max(len(Column._suggest(role, headers)) for role in (CUSTOMER, CONTACT))
            for top, headers in enumerate(tops)
        }
        own = {column.header for column in self.source_id.column_ids}
        top = max(known, key=lambda top: (max(known[top], len(own & set(tops[top]))), -top))
        headers = tops[top]
        below = sheet.rows[top + 1 :]
        samples = {
            header: next((self._get_cell_text(row[place]) for row in below if row[place] is not None), False)
            for place, header in enumerate(headers)
        }
        role = Column._get_role(self.source_id, headers)
        return {
            "name": sheet.name,
            "role": role,
            "top": top,
            "headers": [header for header in headers if header],
            "samples": Column._cover_samples(role, samples),
        }

    @api.model
    def _get_headers(self, rows, top):
        """Titles of the columns, unlike each other; a column without a title but with values gets its letters.

        The column that says who exported a file, and holds nothing else, is none.
        """
        headers = []
        for place, cell in enumerate(rows[top]):
            title = normalize_name(self._get_cell_text(cell))
            if find_mark(title):
                title = ""
            if not title and any(row[place] is not None for row in rows[top + 1 :]):
                title = column_letters(place)
            if title and title in headers:
                title = f"{title} ({column_letters(place)})"
            headers.append(title)
        return headers

    @api.model
    def _prepare_warnings(self, book, sheets):
        """Hook: circumstances of the file that a person should know, as a list of dict with ``code`` and details."""
        roles = {sheet["name"]: sheet["role"] for sheet in sheets}
        found = [{"code": "unknown_sheet", "sheet": name} for name, role in roles.items() if not role]
        for sheet in book.sheets:
            if sheet.hidden:
                found.append({"code": "hidden", "sheet": sheet.name})
            elif roles.get(sheet.name):
                found += self._prepare_sheet_warnings(sheet)
        return found

    @api.model
    def _prepare_sheet_warnings(self, sheet):
        places = {
            "merged": list(sheet.merged),
            "formulas": [f"{column_letters(column)}{row + 1}" for row, column in sheet.formulas],
            "imprecise": [f"{column_letters(column)}{row + 1}" for row, column in sheet.imprecise],
        }
        return [
            {"code": code, "sheet": sheet.name, "cells": ", ".join(cells[:10]), "count": len(cells)}
            for code, cells in places.items()
            if cells
        ]

    @api.depends("warnings")
    @api.depends_context("lang")
    def _compute_warning_text(self):
        texts = {
            "unknown_sheet": self.env._("Sheet “%(sheet)s” is left out: no title of a column is known."),
            "hidden": self.env._("Sheet “%(sheet)s” is hidden and left out."),
            "merged": self.env._(
                "Sheet “%(sheet)s”: %(count)s merged ranges (%(cells)s); only the first cell of each counts."
            ),
            "formulas": self.env._(
                "Sheet “%(sheet)s”: %(count)s formulas without a result (%(cells)s) count as empty cells."
            ),
            "imprecise": self.env._(
                "Sheet “%(sheet)s”: %(count)s numbers have lost their last digits (%(cells)s). Format such columns as "
                "text in the former system."
            ),
            COVERED: self.env._(
                "Sheet “%(sheet)s”: identity numbers or private phones stand in columns that become nothing "
                "(%(cells)s; cells: %(count)s). The rows keep their masks only. To import them encrypted, choose what "
                "these columns become."
            ),
        }
        for run in self:
            run.warning_text = "\n".join(texts[warning["code"]] % warning for warning in run.warnings or [])

    def _create_rows(self):
        """Store the rows of the workbook as they are, with the keys that link them."""
        book = self._read_workbook(self.with_context(bin_size=False).file, self.filename)
        by_name = {sheet.name: sheet for sheet in book.sheets}
        vals_list, covered = [], []
        for info in self.sheets:
            if info["role"]:
                of_sheet = self._prepare_rows_of_sheet(info, by_name[info["name"]].rows)
                covered += self._cover_rows(info, of_sheet)
                vals_list += of_sheet
        self._set(warnings=[w for w in self.warnings or [] if w["code"] != COVERED] + covered)
        # sudo: rows are written by the buttons of the run only
        self.env["customer.import.row"].sudo().create(vals_list)
        return len(vals_list)

    def _prepare_rows_of_sheet(self, info, rows):
        """Values of the records for the rows of one sheet."""
        headers = self._get_headers(rows, info["top"])
        mapping = self.source_id._get_mapping(info["role"], info["headers"])
        self._check_mapping(info, mapping)
        titles = {target["name"]: header for header, target in mapping.items()}
        seen = {}
        vals_list = []
        for number, row in enumerate(rows[info["top"] + 1 :], info["top"] + 2):
            values = {
                header: cell.isoformat() if isinstance(cell, date) else cell
                for header, cell in zip(headers, row, strict=True)
                if header and cell is not None
            }
            texts = {name: self._get_cell_text(values.get(title)) for name, title in titles.items()}
            if values and not self._is_form_example(info["role"], texts):
                links = self._prepare_row_links(info["role"], texts, seen)
                vals_list.append(
                    {
                        "run_id": self.id,
                        "role": info["role"],
                        "sheet": info["name"],
                        "row_number": number,
                        "values": values,
                        **links,
                    }
                )
        return vals_list

    def _check_mapping(self, info, mapping):
        """Refuse columns with which no row could arrive."""
        names = [target["name"] for target in mapping.values()]
        needed = {"name"} | ({"parent"} if info["role"] == CONTACT else set())
        labels = {t["name"]: t["label"] for t in self.source_id._get_import_targets() if t["role"] == info["role"]}
        for name in sorted(needed - set(names)):
            raise UserError(
                self.env._(
                    "Sheet “%(sheet)s”: choose the column that is the “%(fact)s”.",
                    sheet=info["name"],
                    fact=labels[name],
                )
            )
        for name in {name for name in names if names.count(name) > 1}:
            raise UserError(
                self.env._(
                    "Sheet “%(sheet)s”: two columns are the “%(fact)s”; keep one.",
                    sheet=info["name"],
                    fact=labels[name],
                )
            )

    @api.model
    def _prepare_row_links(self, role, texts, seen):
        """Hook: the values by which one row is recognised and linked.

        A customer without a key column is known by its name. Contacts have no key of their own: their name within
        the customer is it, with a number when a customer has two contacts of one name.

        :param texts: dict of target name → text of the row's cell
        :param seen: dict that lives as long as the sheet is read
        :return: dict with ``key``, ``parent_key``, ``name``, ``code`` of ``customer.import.row``
        """
        name = normalize_name(texts["name"])
        if role == CUSTOMER:
            code = self.env["res.partner"]._normalize_vat(texts.get("code", ""))
            return {"key": texts.get("key") or name or False, "name": name, "code": code or False}
        parent = texts["parent"]
        place = seen[parent, name] = seen.get((parent, name), 0) + 1
        key = f"{parent}|{name}" + (f"|{place}" if place > 1 else "")
        return {"key": key, "parent_key": parent or False, "name": name}

    @api.model
    def _get_cell_text(self, cell):
        """A cell as text, as a person reads it in the sheet."""
        if cell is None:
            return ""
        return (cell.isoformat() if isinstance(cell, date) else str(cell)).strip()
