from odoo.addons.customer_archive.tests.alert_common import AlertCase
from odoo.addons.customer_archive.tests.export_common import ExportCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.customer_alert import CONSULTED


@tagged("post_install", "-at_install")
class TestExportHooks(ExportCase, AlertCase):
    """The hooks of exports and alerts take effect where a consultant overrides them."""

    def test_what_is_guarded(self):
        Policy = self.env["customer.export.policy"]
        self.assertTrue(Policy._is_guarded_model("consultant.note"))
        self.assertFalse(Policy._get_guarded_ids(self.env["customer.region"].search([], limit=1)))

    def test_refusal_limit_and_whom_to_ask(self):
        user = new_test_user(self.env, "consultant", "customer_archive.group_user,base.group_allow_export")
        Policy = self.env["customer.export.policy"].with_user(user)
        self.assertEqual(Policy._get_daily_limit(), 501)
        self.assertIn("Or the consultant.", Policy._get_whom_to_ask())
        with self.assertRaisesRegex(UserError, "Thirteen"):
            Policy._check("res.partner", 13)

    def test_alert_of_a_kind_of_its_own(self):
        self.rules["many_records"].active = False
        rule = self.env["customer.audit.rule"].create({"name": CONSULTED, "kind": "consultant", "threshold": 5})
        self.assertIn("the consultant dislikes", rule.summary)
        self.rewind()
        rule.checked_until = self.rules["odd_hours"].checked_until
        self.assertEqual(rule._get_batch_size(), 49_999)
        self.log([("sales", self.at(10), "read", 7)])
        alert = self.only_alert("consultant")
        self.assertIn("7 times", alert.summary)
        self.assertEqual(alert.note, "Ask the consultant.")
        self.assertIn("knows more", alert._get_mail_text())
        self.assertFalse(rule._would_alert(self.users["sales"], 100))

    def test_who_is_told(self):
        second = new_test_user(self.env, "consulted", "customer_archive.group_auditor", name=CONSULTED)
        self.assertNotIn(second, self.env["customer.audit.alert"]._get_auditors(self.env.company))
