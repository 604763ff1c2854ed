import io

from odoo.addons.customer_archive.tests.import_common import ImportCommon
from odoo.tests import new_test_user, tagged
from openpyxl import load_workbook


@tagged("post_install", "-at_install")
class TestBackupAndForm(ImportCommon):
    """Hooks of backups and of the entry form."""

    def test_backups(self):
        backups = self.env["customer.backup"].sudo()
        failed = backups.create({"kind": "hand", "state": "failed", "problem_kind": "consulted"})
        self.assertEqual(failed.problem, "Ask the consultant.")
        self.assertEqual(backups.with_context(consulted=True)._get_retention().monthly, 120)
        self.env.cr.execute("UPDATE customer_backup SET create_date = create_date - interval '9 days'")
        failed.invalidate_recordset()
        told, left = (new_test_user(self.env(su=True), login, "base.group_system") for login in ("told", "consulted"))
        backups._check_alarm()
        self.assertIn(told, failed.activity_ids.user_id)
        self.assertNotIn(left, failed.activity_ids.user_id)

    def test_entry_form(self):
        self.make_user("form_colleague", "user", name="Consulted")
        content = self.env["customer.import.run"]._get_template_workbook()
        book = load_workbook(io.BytesIO(content))
        values = [cell.value for sheet in book.worksheets for row in sheet for cell in row]
        self.assertIn("consulted", values)
        self.assertIn("The consultant helps.", values)
        self.assertNotIn("Consulted", values)
