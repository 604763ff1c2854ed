from odoo import http
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound

from ..tools.spreadsheet import CONTENT_TYPE


class CustomerArchiveWorkbook(http.Controller):
    """Download of archives as a workbook; who may take what out is decided by the model."""

    @http.route("/customer_archive/xlsx/<string:ids>", type="http", auth="user", methods=["GET"])
    def download(self, ids, **kwargs):
        """The workbook of the archives whose ids are given, separated by commas."""
        numbers = ids.split(",")
        if not all(number.isdecimal() and len(number) < 10 for number in numbers):
            raise NotFound()
        archives = request.env["res.partner"].browse(dict.fromkeys(map(int, numbers))).exists()
        name, content = archives._make_archive_workbook()
        headers = [("Content-Type", CONTENT_TYPE), ("Content-Disposition", content_disposition(name))]
        return request.make_response(content, headers=headers)
