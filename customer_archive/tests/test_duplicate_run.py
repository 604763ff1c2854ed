from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .duplicate_common import DuplicateCase

CRON = "customer_archive.ir_cron_customer_duplicate_run"


@tagged("post_install", "-at_install")
class TestDuplicateRun(DuplicateCase):
    """The nightly search, and the one that a manager starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls.create_pair()
        cls.Run = cls.env["customer.duplicate.run"]

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(CRON).with_user(SUPERUSER_ID).method_direct_trigger()
        self.env.invalidate_all()
        return self.Run.search([], limit=1)

    def get_pair(self):
        return self.env["customer.duplicate"].search(
            [("partner_id", "=", self.first.id), ("other_id", "=", self.second.id)]
        )

    def test_the_first_night_looks_at_everything(self):
        run = self.run_cron()
        self.assertEqual((run.state, run.is_whole), ("done", True))
        self.assertTrue(self.get_pair())
        self.assertGreaterEqual(run.pair_count, 1)

    def test_a_closed_archive_leaves_the_list_at_night(self):
        self.run_cron()
        self.second.sudo().archive_state = "closed"
        run = self.run_cron()
        self.assertFalse(run.is_whole)
        self.assertFalse(self.get_pair())

    def test_a_decided_pair_stays_decided_at_night(self):
        self.run_cron()
        self.as_user(self.get_pair(), "manager")._reject("Two shops")
        self.first.phone = "021-11112222"
        self.run_cron()
        self.assertEqual(self.get_pair().state, "not_duplicate")

    def test_what_is_passed_over_is_told(self):
        for n in range(3):
            self.create_archive(is_company=False, vat=False, name=f"Person {n}", phone="021-77778888")
        model = type(self.env["customer.duplicate.finder"])
        with patch.object(model, "_get_block_limit", lambda self: 2):
            run = self.run_cron()
        words = self.as_user(run, "manager").crowded_text
        self.assertRegex(words, r"Phone: 1 values are shared by too many archives .* by 3 \(such as “Person")

    def test_managers_start_a_search_of_everything(self):
        self.run_cron()
        self.env["customer.duplicate"].search([]).unlink()
        notice = self.Run.with_user(self.users["manager"]).action_request()
        self.assertEqual(notice["params"]["type"], "success")
        self.Run.with_user(self.users["manager"]).action_request()
        self.assertEqual(self.Run.search_count([("state", "!=", "done")]), 1, "one search at a time")
        self.assertTrue(self.run_cron().is_whole)
        self.assertTrue(self.get_pair())

    def test_others_start_none_and_read_none(self):
        for login in ("sales", "leader", "seller_all", "reviewer", "auditor", "employee"):
            Run = self.Run.with_user(self.users[login])
            with self.subTest(login), self.assertRaises(AccessError):
                Run.action_request()
            with self.subTest(login), self.assertRaises(AccessError):
                Run.search([])
        with self.assertRaises(AccessError):
            self.Run.with_user(self.users["manager"]).create({})

    def test_digests_are_read_by_nobody_and_hold_no_fact(self):
        self.run_cron()
        Key = self.env["customer.duplicate.key"]
        for login in ("sales", "manager", "auditor"):
            with self.subTest(login), self.assertRaises(AccessError):
                Key.with_user(self.users[login]).search([])
        keys = Key.search([("partner_id", "=", self.first.id)])
        self.assertEqual(set(keys.mapped("kind")), {"code", "name", "core", "phone"})
        for key in keys:
            self.assertRegex(key.key, "^[0-9a-f]{16}$")
