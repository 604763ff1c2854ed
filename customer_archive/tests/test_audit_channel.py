from odoo.tests import HttpCase, new_test_user, tagged

from .audit_common import AuditCase


@tagged("post_install", "-at_install")
class TestAuditChannel(AuditCase, HttpCase):
    """An entry says which way somebody came, and nobody can say otherwise."""

    def test_scheduled_actions_are_named(self):
        archive = self.create_archive(name="Alpha Trading")
        cron = self.env["ir.cron"].create(
            {
                "name": "Change",
                "model_id": self.env["ir.model"]._get("res.partner").id,
                "state": "code",
                "code": f"model.browse({archive.id}).write({{'city': 'Wuhan'}})",
                "interval_number": 1,
                "interval_type": "days",
            }
        )
        with self.enter_registry_test_mode():
            self.forget()
            cron.method_direct_trigger()
        entry = self.only_entry(model="res.partner", operation="write")
        self.assertEqual((entry["channel"], entry["address"]), ("cron", None))

    def test_the_portal_is_named(self):
        archive = self.create_archive(name="Alpha Trading")
        user = new_test_user(self.env, login="archive_portal", groups="base.group_portal")
        user.partner_id.parent_id = archive
        self.env.flush_all()
        self.authenticate("archive_portal", "archive_portal")
        self.forget()
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/read",
            {
                "model": "res.partner", "method": "read", "args": [user.partner_id.ids, ["name"]],
                "kwargs": {"context": {"cron_id": 1}},
            },
        )
        entries = self.entries_apart(model="res.partner", user_id=user.id)
        [entry] = entries + self.entries(model="res.partner", user_id=user.id)
        self.assertEqual((entry["channel"], entry["operation"]), ("portal", "read"))
        self.assertEqual((entry["ids"], entry["address"]), (user.partner_id.ids, "127.0.0.1"))
