from odoo.addons.customer_archive.tests.import_common import ACME, CUSTOMER_TITLES, ImportCommon
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.customer_import import CONSULTED_SOURCE


@tagged("post_install", "-at_install")
class TestImportHooks(ImportCommon):
    """Each hook of the import takes effect where a consultant overrides it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source.name = CONSULTED_SOURCE

    def rows(self, *names):
        titles = [*CUSTOMER_TITLES, "Remark of the consultant"]
        return [[f"K{n}", name, *ACME[2:], "quiet"] for n, name in enumerate(names)], titles

    def test_rows_become_what_the_consultant_wants(self):
        rows, titles = self.rows("Stop me", "Surely a person Ltd")
        run = self.make_run(self.make_book(rows, (), titles=titles))
        run.action_trial()
        stopped = run.row_ids.filtered(lambda row: row.name == "Stop me")
        self.assertEqual(stopped.state, "bad")
        self.assertIn("consultant:kind", stopped.codes)
        self.assertEqual(stopped._get_kind_labels()["consultant"], "Stopped by the consultant")
        line = stopped.with_context(consulted=True)._get_message_lines()[-1]
        self.assertIn("The consultant says no.", line)
        self.assertEqual(line[-1], "seen")
        self.assertIn("consulted", str(run.warnings))
        run.action_import()
        self.assertTrue(run.action_import_batch())
        while run.state == "running":
            run.action_import_batch()
        partner = self.get_partner("XK1")
        self.assertFalse(partner.is_company)
        self.assertEqual((partner.consultant_note, partner.consultant_internal), ("QUIET", "imported"))

    def test_contacts_targets_and_matchers(self):
        run = self.import_rows()
        self.assertEqual(run.row_ids.filtered(lambda r: r.role == "contact").partner_id.consultant_note, "contact")
        targets = self.source._get_import_targets()
        self.assertIn("nick", [target["name"] for target in targets])
        self.assertIn("zip", [target["name"] for target in targets])
        narrowed = self.source.with_context(consulted=True)._get_import_targets()
        self.assertNotIn("zip", [target["name"] for target in narrowed])
        self.assertIn("crm.team", self.env["customer.import.map"]._get_matchers())
        self.assertNotIn(
            "_find_phone_faults", self.env["res.partner"].with_context(consulted=True)._get_import_finders()
        )

    def test_update_of_a_known_customer(self):
        rows, titles = self.rows("Known Ltd")
        self.import_rows(rows, (), titles=titles)
        self.assertEqual(self.get_partner("K0").consultant_internal, "imported")
        rows[0][4] = "青岛市"
        self.import_rows(rows, (), titles=titles)
        self.assertEqual(self.get_partner("K0").consultant_internal, "updated")

    def test_limits_and_running(self):
        Run = self.env["customer.import.run"].with_context(consulted=True)
        with self.assertRaisesRegex(UserError, "Ten bytes"):
            Run.create({"source_id": self.source.id, "file": self.make_book(), "filename": "x.xlsx"}).action_trial()
        self.assertTrue(Run._get_import_context()["consulted_import"])
        self.assertEqual(self.make_run()._get_batch_size(), 1)
        self.assertIn(("source_id.name", "!=", CONSULTED_SOURCE), Run._get_abandoned_domain())
