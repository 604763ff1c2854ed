from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestBackupTour(HttpCase):
    """A system administrator sees that backups fail, reads why, and asks for a new one."""

    def test_administrator_sees_the_alarm(self):
        new_test_user(self.env, "backup_tour", "base.group_system,customer_archive.group_manager")
        date = fields.Datetime.now() - timedelta(days=9)
        failed = self.env["customer.backup"].create(
            {"kind": "schedule", "state": "failed", "problem_kind": "disk_full", "start_date": date}
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_backup SET create_date = %s WHERE id = %s", [date, failed.id])
        self.env.invalidate_all()
        self.start_tour("/odoo/archive-backups", "customer_backup", login="backup_tour")
        self.assertEqual(self.env["customer.backup"].search([]).mapped("state"), ["queued", "failed"])
