from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .import_common import ImportCommon


@tagged("post_install", "-at_install")
class TestImportSecurity(ImportCommon):
    """Who imports, and who sees which import."""

    def test_users_and_leaders_do_not_import(self):
        leader = self.make_user("import_leader", "leader")
        reviewer = self.make_user("import_reviewer", "reviewer")
        run = self.make_run()
        for user in (self.seller, leader, reviewer):
            with self.subTest(user.login):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.env["customer.import.run"].with_user(user).create(
                        {"source_id": self.source.id, "file": self.make_book(), "filename": "x.xlsx"}
                    )
                for button in ("action_trial", "action_import", "action_import_batch", "action_cancel", "action_reset"):
                    with self.assertRaises(AccessError):
                        getattr(run.with_user(user), button)()
                for model in ("run", "row", "source", "column", "map", "key"):
                    self.assertFalse(self.env[f"customer.import.{model}"].with_user(user).has_access("read"))

    def test_who_sees_all_customers_imports(self):
        source = self.env["customer.import.source"].with_user(self.importer).create({"name": "Own"})
        run = self.env["customer.import.run"].with_user(self.importer).create(
            {"source_id": source.id, "file": self.make_book(), "filename": "x.xlsx"}
        )
        self.import_all(run)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.row_ids.mapped("state"), ["created"] * 3)

    def test_own_imports_only(self):
        run = self.make_run()
        run.action_trial()
        mine = run.with_user(self.importer)
        with self.assertRaises(AccessError):
            mine.read(["filename"])
        with self.assertRaises(AccessError):
            mine.action_import()
        self.assertFalse(self.env["customer.import.row"].with_user(self.importer).search([("run_id", "=", run.id)]))

    def test_manager_sees_and_ends_the_imports_of_others(self):
        run = self.env["customer.import.run"].with_user(self.importer).create(
            {"source_id": self.source.id, "file": self.make_book(), "filename": "x.xlsx"}
        )
        run.action_trial()
        run.with_user(self.manager).action_cancel()
        self.assertEqual(run.state, "cancelled")

    def test_state_and_figures_are_set_by_buttons_only(self):
        run = self.make_run()
        for values in (
            {"state": "running"}, {"done_count": 5}, {"counts": {"customer": {"state:created": 1}}},
            {"user_id": self.importer.id}, {"sheets": []},
        ):
            with self.subTest(values), self.assertRaises(AccessError), self.env.cr.savepoint():
                run.write(values)
        for values in ({"state": "running"}, {"user_id": self.importer.id}):
            with self.subTest(values), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.make_run(**values)

    def test_rows_and_keys_are_not_edited(self):
        run = self.import_rows()
        key = self.env["customer.import.key"].search([("source_id", "=", self.source.id)], limit=1)
        for record, values in ((run.row_ids[0], {"state": "pending"}), (key, {"key": "K9"})):
            with self.assertRaises(AccessError):
                record.write(values)
            with self.assertRaises(AccessError):
                record.unlink()

    def test_file_is_not_replaced_after_the_trial(self):
        run = self.make_run()
        run.action_trial()
        with self.assertRaises(UserError):
            run.write({"file": self.make_book(contacts=())})

    def test_companies_are_kept_apart(self):
        # as another user: whoever creates a company gets access to it
        other = self.env(user=SUPERUSER_ID)["res.company"].create({"name": "Import Sister"})
        run = self.make_run()
        self.source.sudo().company_id = other
        run.sudo().company_id = other
        self.env.invalidate_all()
        self.assertFalse(self.env["customer.import.run"].search([("id", "=", run.id)]))
        self.assertFalse(self.env["customer.import.source"].search([("id", "=", self.source.id)]))
        self.assertFalse(self.env["customer.import.column"].search([("source_id", "=", self.source.id)]))
