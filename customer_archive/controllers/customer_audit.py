import json

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.addons.web.controllers.json import WebJsonController
from odoo.addons.web.controllers.pivot import TableExporter
from odoo.addons.web.controllers.vcard import Partner
from odoo.http import request, route
from werkzeug.datastructures import FileStorage

from ..acting import acting
from ..const import AUDIT_EXPORT


def exporting(data):
    """Say that a list is being exported, and by which condition; ``data`` is what the client sends."""
    params = json.loads(data)
    names = [field["name"] for field in params["fields"]]
    domain = [("id", "in", params["ids"])] if params.get("ids") else params.get("domain")
    return acting(AUDIT_EXPORT, params["model"], names, domain)


class AuditedCSVExport(CSVExport):
    @route()
    def web_export_csv(self, data):
        with exporting(data):
            return super().web_export_csv(data)


class AuditedExcelExport(ExcelExport):
    @route()
    def web_export_xlsx(self, data):
        with exporting(data):
            return super().web_export_xlsx(data)


class AuditedTableExporter(TableExporter):
    @route()
    def export_xlsx(self, data, **kw):
        """The client sends the numbers that it shows: they are taken as exported under their headings."""
        text = data.read() if isinstance(data, FileStorage) else data
        table = json.loads(text) or {}
        model = table.get("model")
        if model in request.env and request.env[model]._is_audited():
            headings = [heading["title"] for heading in table.get("measure_headers", ())]
            request.env["customer.audit.log"]._note(
                AUDIT_EXPORT, model, count=len(table.get("rows", ())), field_names=["pivot", *headings]
            )
        return super().export_xlsx(text, **kw)


class AuditedPartner(Partner):
    @route()
    def download_vcard(self, partner_ids=None, partner=None, **kwargs):
        # the names of the files are read, too
        with acting(AUDIT_EXPORT, "res.partner", ["vcard"]):
            return super().download_vcard(partner_ids, partner, **kwargs)


class AuditedWebJson(WebJsonController):
    @route()
    def web_json_1(self, subpath, **kwargs):
        # which model it is about is known only further down: what is read there is exported
        with acting(AUDIT_EXPORT, ""):
            return super().web_json_1(subpath, **kwargs)


class AuditedAttachment(AttachmentController):
    def _get_pdf_first_page_response(self, attachment):
        request.env["customer.audit.log"]._note_download(attachment, "raw")
        return super()._get_pdf_first_page_response(attachment)
