import base64
import io

from odoo.tests import HttpCase, tagged
from openpyxl import Workbook, load_workbook

from .import_common import ACME, ImportCommon

URL = "/customer_archive_test/legacy.xlsx"


@tagged("post_install", "-at_install")
class TestImportScreens(ImportCommon, HttpCase):
    """The pages of an import in the browser, and its downloads."""

    def cut_legacy(self, rows):
        """The legacy workbook with the first customers and their contacts."""
        source = load_workbook(io.BytesIO(base64.b64decode(self.read_legacy()[0])), read_only=True)
        cut = Workbook()
        cut.remove(cut.active)
        for sheet in source:
            target = cut.create_sheet(sheet.title)
            for row in sheet.iter_rows(values_only=True):
                if row[0] == "客户编码" or int(row[0][1:]) < rows:
                    target.append(row)
        # Texts that look like formulas are texts in the original; openpyxl would write them as formulas.
        for row in cut["客户"].iter_rows():
            for cell in row:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
        stream = io.BytesIO()
        cut.save(stream)
        return stream.getvalue()

    def test_tour(self):
        self.env["ir.attachment"].sudo().create(
            {"name": "legacy.xlsx", "url": URL, "raw": self.cut_legacy(150), "public": True, "type": "binary"}
        )
        self.env.flush_all()
        self.start_tour("/odoo/archive-imports", "customer_archive_import_tour", login="import_manager", timeout=180)
        run = self.env["customer.import.run"].search([("source_id", "=", self.source.id)])
        self.assertEqual((run.state, run.filename), ("done", "legacy.xlsx"))
        states = run.row_ids.grouped("state")
        self.assertEqual(set(states), {"created", "bad"})
        customers = run.row_ids.filtered(lambda row: row.role == "customer")
        self.assertEqual(len(customers), 149)
        self.assertEqual(customers.filtered(lambda row: row.state == "bad").mapped("row_number"), [29, 86])

    def test_downloads(self):
        run = self.make_run(self.make_book([["", "", *ACME[2:]]], ()))
        run.action_trial()
        self.env.flush_all()
        self.authenticate("import_manager", "import_manager")
        response = self.url_open(run.action_download_messages()["url"])
        sheet = load_workbook(io.BytesIO(response.content)).active
        self.assertEqual(sheet["E2"].value, "The row has no name: enter it in the workbook.")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        response = self.url_open(run.action_download_template()["url"])
        self.assertEqual(len(load_workbook(io.BytesIO(response.content)).sheetnames), 2)

    def test_downloads_are_for_who_may_read_the_import(self):
        run = self.make_run()
        run.action_trial()
        self.env.flush_all()
        url = run.action_download_messages()["url"]
        for login, statuses in (("import_all", {404}), ("import_user", {403, 404})):
            self.authenticate(login, login.ljust(8, "x"))
            self.assertIn(self.url_open(url).status_code, statuses)
        self.assertIn(self.url_open("/customer_archive/import/template").status_code, {403, 404})
