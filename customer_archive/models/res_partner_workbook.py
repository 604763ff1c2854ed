from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..const import GROUP_EXPORT
from ..tools.section_sheets import ArchiveFile, sheets_of_many, sheets_of_one
from ..tools.spreadsheet import write_workbook


class ResPartner(models.Model):
    """Archives as a workbook: the sections of the printed file as sheets."""

    _inherit = "res.partner"
    _name = "res.partner"

    def action_archive_workbook(self):
        """Download these archives as one workbook."""
        archives = self._get_exportable_archives()
        return {
            "type": "ir.actions.act_url",
            "url": "/customer_archive/xlsx/" + ",".join(map(str, archives.ids)),
            "target": "download",
        }

    @api.model
    def _get_archive_workbook_limit(self):
        """Hook: number of archives that one workbook may hold; for more there is the export of the list."""
        return 1000

    def _get_exportable_archives(self):
        """The archives of these contacts, if the person may take all of them out.

        :raise AccessError: without the right to export, or to read one of the archives
        :raise UserError: when there is no archive among them, or too many
        """
        if not self.env.user.has_group(GROUP_EXPORT):
            raise AccessError(self.env._("Downloading archives takes the right “Access to export feature”."))
        archives = self._get_printable_archives()
        limit = self._get_archive_workbook_limit()
        if len(archives) > limit:
            raise UserError(
                self.env._(
                    "A workbook holds up to %(limit)s archives, you chose %(count)s. Choose fewer, or use the export "
                    "of the list.",
                    limit=limit,
                    count=len(archives),
                )
            )
        return archives

    def _make_archive_workbook(self):
        """Write these archives to a workbook.

        Every download passes here: it is counted, logged, and marked with who took it out.

        :return: tuple of the file's name and its bytes
        """
        archives = self._get_exportable_archives()
        Policy = self.env["customer.export.policy"]
        Policy._check(self._name, len(archives), ids=archives.ids)
        about = Policy._get_about(Policy._mark({self._name: archives.ids}))
        name = archives._get_archive_file_name() if len(archives) == 1 else self.env._("Customer Archives")
        return f"{name}.xlsx", write_workbook(archives._get_archive_sheets(), about)

    def _get_archive_sheets(self):
        """Hook: the sheets of the workbook, as a list of ``tools.spreadsheet.SheetData``."""
        identity = (self.env._("Customer Number"), self.env._("Customer"), self.env._("Archive Status"))
        files = [
            ArchiveFile(
                [archive.archive_number or None, archive.name, archive._get_report_value("archive_state")],
                archive._get_archive_report_sections(),
            )
            for archive in self
        ]
        if len(files) == 1:
            return sheets_of_one(
                files[0], self.env._("Archive"), identity, (self.env._("Part"), self.env._("Fact"), self.env._("Value"))
            )
        return sheets_of_many(files, self.env._("Archives"), identity)
