import json

from odoo.addons.web.controllers import export, pivot, report, vcard
from odoo.addons.web.controllers import json as web_json
from odoo.http import request, route
from werkzeug.datastructures import FileStorage

from ..tools.formula import escape_formula, is_live
from ..tools.pivot_file import finish_pivot, protect_titles
from ..tools.spreadsheet import add_about


def _counted(*args):
    """Whether a route may run where nothing can be written: it counts what it hands out."""
    return False


class TextXlsxWriter(export.ExportXlsxWriter):
    """The host's writer, in whose files text stays text, with the sheet that says who made a file about customers."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str) and is_live(cell_value):
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)

    def close(self):
        Policy = request.env["customer.export.policy"]
        if opened := Policy._get_open_mark():
            add_about(self.workbook, Policy._get_about(opened))
        return super().close()


class TextGroupXlsxWriter(TextXlsxWriter, export.GroupExportXlsxWriter):
    pass


class ExcelExport(export.ExcelExport):
    def base(self, data):
        request.env["customer.export.policy"]._close_mark()
        return super().base(data)

    def from_group_data(self, fields, columns_headers, groups):
        with TextGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value

    def from_data(self, fields, columns_headers, rows):
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    writer.write_cell(number, column, value)
        return writer.value


class CSVExport(export.CSVExport):
    def base(self, data):
        request.env["customer.export.policy"]._close_mark()
        return super().base(data)

    def from_data(self, fields, columns_headers, rows):
        """Text that would be a formula gets an apostrophe; a last column without values says who made the file.

        A column that no field has is left out by every import, where a line of its own would become a customer.
        """
        header = [escape_formula(title) for title in columns_headers]
        rows = [[self._get_text(value) for value in row] for row in rows]
        Policy = request.env["customer.export.policy"]
        if opened := Policy._get_open_mark():
            header.append(Policy._describe_mark(opened))
            rows = [[*row, ""] for row in rows]
        return super().from_data(fields, header, rows)

    def _get_text(self, value):
        value = value.decode() if isinstance(value, bytes) else value
        return escape_formula(value) if isinstance(value, str) else value


class TableExporter(pivot.TableExporter):
    @route(readonly=_counted)
    def export_xlsx(self, data, **kw):
        """A pivot table of customers passes the gate; its rows are what is counted, as the browser holds no records."""
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        if not table:
            return super().export_xlsx(json.dumps(table), **kw)
        about = self._check_pivot(table)
        response = super().export_xlsx(json.dumps(protect_titles(table)), **kw)
        response.set_data(finish_pivot(response.get_data(), about))
        return response

    def _check_pivot(self, table):
        """Let the person take out a pivot table; return what its file says about itself, if it is about customers."""
        Policy = request.env["customer.export.policy"]
        if not Policy._is_guarded_model(table["model"]):
            return None
        count = max(1, len(table["rows"]))
        Policy._check(table["model"], count)
        # where the log notes the table itself, its rows are not to be noted twice
        noted = table["model"] in request.env and request.env[table["model"]]._is_audited()
        return Policy._get_about(Policy._mark({table["model"]: 0 if noted else count}))


class WebJson(web_json.WebJsonController):
    @route(readonly=_counted)
    def web_json_1(self, subpath, **kwargs):
        """A list as JSON is an export like any other: it counts, and says who took it out."""
        Policy = request.env["customer.export.policy"]
        Policy._close_mark()
        with Policy._collect() as found:
            response = super().web_json_1(subpath, **kwargs)
        request.env["res.partner"]._check_found(set(), found)
        opened = Policy._get_open_mark()
        return self._mark(response, opened) if opened else response

    def _mark(self, response, opened):
        """The mark stands in the answer's head, and in a list or table beside its rows."""
        content = json.loads(response.get_data())
        if "length" in content and content.keys() & {"records", "groups"}:
            mark = request.env["customer.export.policy"]._describe_mark(opened)
            response = request.make_json_response({**content, "export_mark": mark})
        response.headers["X-Export-Mark"] = opened["mark"]
        return response


class Partner(vcard.Partner):
    @route()
    def download_vcard(self, partner_ids=None, partner=None, **kwargs):
        """Cards pass the gate: one is free, several take the right to export."""
        numbers = [int(number) for number in (partner_ids or "").split(",") if number.isdecimal()]
        partners = request.env["res.partner"].browse(numbers) or partner or request.env["res.partner"]
        request.env["customer.export.policy"]._take_file(partners)
        response = super().download_vcard(partner_ids=partner_ids, partner=partner, **kwargs)
        if len(partners) > 1:
            # the host announces the length of the last card as that of all
            response.content_length = len(response.get_data())
        return response


class ReportController(report.ReportController):
    @route(readonly=_counted)
    def report_routes(self, reportname, docids=None, converter=None, **data):
        return super().report_routes(reportname, docids=docids, converter=converter, **data)
