from odoo import models

from ..tools.spreadsheet import SheetData, write_workbook


class CustomerImportRun(models.Model):
    """Workbooks that an import gives back. The writer never makes a formula of a text."""

    _inherit = "customer.import.run"
    _name = "customer.import.run"

    def _get_message_workbook(self):
        """The rows with messages as an XLSX file: one line per message, in the user's language.

        Whoever imports has these rows already: the file is marked and logged, and not counted against a limit.
        """
        self.ensure_one()
        header = [
            self.env._("Row"),
            self.env._("Sheet"),
            self.env._("Column"),
            self.env._("Value"),
            self.env._("Reason"),
            self.env._("Arrives"),
            self.env._("Key in the Source"),
        ]
        rows = self.env["customer.import.row"].search([("run_id", "=", self.id), ("codes", "!=", False)])
        lines = [line for row in rows for line in row._get_message_lines()]
        Policy = self.env["customer.export.policy"]
        about = Policy._get_about(Policy._mark({rows._name: rows.ids}))
        return write_workbook([SheetData(self.env._("Rows to check"), header, lines)], about)
