from odoo.tests import tagged

from .common import ParallelCase


@tagged("post_install", "-at_install")
class TestStaleWorkers(ParallelCase):
    """The search for stale archives in two workers, on real connections."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        with self.connect() as env:
            archives = env["res.partner"].create(
                [{"name": f"Stale {number}", "is_company": True, "archive_state": "draft"} for number in range(6)]
            )
            for archive in archives:
                archive.write({"archive_state": "formal", "archive_number": f"STALE-{archive.id}"})
            env.flush_all()
            self.ids = archives.ids
            env.cr.execute("UPDATE res_partner SET create_date = create_date - interval '3 years' WHERE id IN %s",
                           [tuple(self.ids)])
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            env["customer.stale.run"].search([("closed_count", "<=", 6)]).unlink()
            env.flush_all()
            env.cr.execute("UPDATE res_partner SET archive_number = NULL, archive_state = 'draft' WHERE id IN %s",
                           [tuple(self.ids)])
            env.invalidate_all()
            env["res.partner"].browse(self.ids).unlink()
            env.cr.commit()

    def find(self, env):
        for reason in env["customer.stale"]._get_stale_reasons():
            env["customer.stale"]._find_reason(reason)
            env.cr.commit()

    def test_two_workers_make_each_row_once(self):
        self.assertFalse(self.run_parallel([self.find, self.find, self.find]))
        with self.connect() as env:
            rows = env["customer.stale"].search([("partner_id", "in", self.ids)])
            self.assertEqual(len(rows), len(set(rows.mapped(lambda row: (row.partner_id.id, row.reason)))))
            self.assertEqual(set(rows.mapped("reason")), {"unverified", "unreachable", "inactive"})
            self.assertEqual(len(rows), 18)

    def test_two_people_who_undo_at_once_put_back_once(self):
        with self.connect() as env:
            self.find(env)
            rows = env["customer.stale"].search([("partner_id", "in", self.ids), ("reason", "=", "inactive")])
            run_id = env["customer.stale.run"]._archive(rows).id
            env.cr.commit()

        def undo(env):
            env["customer.stale.run"].browse(run_id).action_undo()
            env.cr.commit()

        errors = self.run_parallel([undo, undo])
        self.assertEqual(len(errors), 1, errors)
        self.assertIn("nothing to put back", str(errors[0]))
        with self.connect() as env:
            self.assertEqual(env["customer.stale.run"].browse(run_id).restored_count, 6)
