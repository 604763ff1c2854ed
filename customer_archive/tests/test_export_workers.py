from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..const import GROUP_EXPORT
from .common import ParallelCase

GROUPS = f"customer_archive.group_user,{GROUP_EXPORT}"


@tagged("post_install", "-at_install")
class TestExportWorkers(ParallelCase):
    """Exports of one person at the same time share one limit."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = self.make_env(cr)
            self.user_id = new_test_user(env, "export_parallel", GROUPS).id
            values = {"archive_state": "draft", "is_company": True, "user_id": self.user_id}
            self.partner_ids = env["res.partner"].create([{"name": f"P{n}", **values} for n in range(10)]).ids
            self.limits = {policy.id: policy.daily_limit for policy in env["customer.export.policy"].search([])}
            env["customer.export.policy"].browse(self.limits).daily_limit = 25
        self.addCleanup(self.clean)

    def make_env(self, cr):
        from odoo import SUPERUSER_ID, api  # noqa: PLC0415

        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True})

    def clean(self):
        with self.registry.cursor() as cr:
            env = self.make_env(cr)
            for policy_id, limit in self.limits.items():
                env["customer.export.policy"].browse(policy_id).daily_limit = limit
            env["res.partner"].browse(self.partner_ids).unlink()
            user = env["res.users"].browse(self.user_id)
            partner = user.partner_id
            user.unlink()
            partner.unlink()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_parallel_exports_stay_within_the_limit(self):
        errors = self.run_parallel([self.export] * 4)
        self.assertEqual(len(errors), 2, errors)
        for error in errors:
            self.assertIsInstance(error, UserError)
            self.assertIn("have 5 left today", str(error))
        with self.registry.cursor() as cr:
            env = self.make_env(cr)
            self.assertEqual(env["customer.export.usage"]._get_taken(env["res.users"].browse(self.user_id)), 20)

    def export(self, env):
        partners = env["res.partner"].with_user(self.user_id).browse(self.partner_ids)
        partners.export_data(["name"])
