from odoo import http
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound

from ..tools.spreadsheet import CONTENT_TYPE


class CustomerImport(http.Controller):
    @http.route("/customer_archive/import/<int:run_id>/messages", type="http", auth="user", methods=["GET"])
    def download_messages(self, run_id):
        """The rows of an import that something was found out about, for whoever may read the import."""
        run = request.env["customer.import.run"].browse(run_id).exists()
        if not run or not run.has_access("read"):
            raise NotFound
        name = request.env._("Rows to check %(file)s.xlsx", file=(run.filename or "").rpartition(".")[0])
        return self._make_workbook(name, run._get_message_workbook())

    @http.route("/customer_archive/import/template", type="http", auth="user", methods=["GET"])
    def download_template(self):
        """An empty workbook with the titles that imports understand."""
        source = request.env["customer.import.source"]
        source._check_importer()
        name = request.env._("Customers to import.xlsx")
        return self._make_workbook(name, request.env["customer.import.run"]._get_template_workbook())

    def _make_workbook(self, name, data):
        headers = [
            ("Content-Type", CONTENT_TYPE),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(data, headers=headers)
