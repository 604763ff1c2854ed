import io

from odoo.tests import HttpCase, tagged
from openpyxl import load_workbook

from .import_common import ACME, ImportCommon

URL = "/customer_archive_test/legacy.xlsx"


@tagged("post_install", "-at_install")
class TestImportScreens(ImportCommon, HttpCase):
    """The pages of an import in the browser, and its downloads."""

    def test_the_legacy_workbook_arrives_as_its_truth_says(self):
        workbook, truth = self.read_legacy()
        self.env["ir.attachment"].sudo().create(
            {"name": "legacy.xlsx", "url": URL, "datas": workbook, "public": True, "type": "binary"}
        )
        self.env.flush_all()
        self.start_tour("/odoo/archive-imports", "customer_archive_import_tour", login="import_manager", timeout=600)
        run = self.env["customer.import.run"].search([("source_id", "=", self.source.id)])
        self.assertEqual((run.state, run.filename), ("done", "legacy.xlsx"))
        states = run.row_ids.grouped("state")
        self.assertEqual(set(states), {"created", "bad"})
        customers = run.row_ids.filtered(lambda row: row.role == "customer")
        self.assertEqual(len(customers), truth["rows"])
        bad = customers.filtered(lambda row: row.state == "bad")
        self.assertEqual(bad.sorted("row_number").mapped("row_number"), truth["missing_name"])

    def test_downloads(self):
        run = self.make_run(self.make_book([["", "", *ACME[2:]]], ()))
        run.action_trial()
        self.env.flush_all()
        self.authenticate("import_manager", "import_manager")
        response = self.url_open(run.action_download_messages()["url"])
        sheet = load_workbook(io.BytesIO(response.content)).active
        self.assertEqual(sheet["E2"].value, "The row has no name: enter it in the workbook.")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        response = self.url_open("/customer_archive/import/template")
        visible = [s for s in load_workbook(io.BytesIO(response.content)).worksheets if s.sheet_state == "visible"]
        self.assertEqual(len(visible), 3, "customers, contacts and a note")

    def test_downloads_are_for_who_may_read_the_import(self):
        run = self.make_run()
        run.action_trial()
        self.env.flush_all()
        url = run.action_download_messages()["url"]
        for login, statuses in (("import_all", {404}), ("import_user", {403, 404})):
            self.authenticate(login, login.ljust(8, "x"))
            self.assertIn(self.url_open(url).status_code, statuses)
        self.assertIn(self.url_open("/customer_archive/import/template").status_code, {403, 404})
