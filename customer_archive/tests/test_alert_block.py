from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .alert_common import ZONE, AlertCase
from .export_common import ExportCase


@tagged("post_install", "-at_install")
class TestAlertBlock(AlertCase, ExportCase):
    """Alerts that stop the exports of a person until somebody has looked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log_earlier_exports(cls.users.values())
        cls.now = datetime.now().replace(microsecond=0)

    def export(self, login="sales", records=None):
        return self.as_user(records or self.archive, login).export_data(["name"])

    def assert_stopped(self, words, login="sales"):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.export(login)

    def log_now(self, *rows):
        """Entries of a few minutes ago."""
        self.log([(login, self.now - timedelta(minutes=ago), *rest) for login, ago, *rest in rows])

    def test_open_alert_stops_exports_until_it_is_handled(self):
        self.log([("sales", self.at(10), "read", 4000)])
        alert = self.only_alert("many_records")
        self.export()
        self.rules["many_records"].block_export = True
        self.assert_stopped("alert rule “Many records in a short time”.*Ask an auditor.*archive_auditor")
        self.export("leader")
        alert.with_user(self.auditor)._handle("Prepared the fair.")
        self.export()

    def test_export_that_would_bring_about_an_alert_is_stopped_at_once(self):
        self.rules["many_records"].write({"block_export": True, "threshold": 100})
        self.log_now(("sales", 10, "read", 98), ("colleague", 10, "read", 500), ("sales", 90, "read", 500))
        self.export()
        self.log_now(("sales", 5, "read", 1))
        self.assert_stopped("3,000|100 records")

    def test_many_small_exports_are_stopped(self):
        self.rules["many_exports"].write({"block_export": True, "threshold": 5})
        self.log_now(*[("sales", n, "export", 1) for n in range(1, 4)])
        self.export()
        self.log_now(("sales", 1, "export", 1))
        self.assert_stopped("Many small exports")

    def test_first_export_waits_for_the_auditor(self):
        self.users["newcomer"] = new_test_user(
            self.env, "newcomer", "customer_archive.group_user,base.group_allow_export", tz=ZONE
        )
        self.addCleanup(self.users.pop, "newcomer")
        rule = self.rules["first_export"]
        rule.write({"block_export": True, "threshold": 1})
        self.assert_stopped("First export", "newcomer")
        self.log([("newcomer", self.at(10), "denied", 1)])
        self.only_alert("first_export", "newcomer").with_user(self.auditor)._handle("That is fine.")
        self.export("newcomer")
        self.assertEqual(self.taken("newcomer"), 1)

    def test_export_at_odd_hours_is_stopped(self):
        self.rules["odd_hours"].write({"block_export": True, "threshold": 1, "is_weekend_odd": False})
        with freeze_time(datetime(2026, 11, 24, 4, 0)):  # noon in Shanghai
            self.export()
        with freeze_time(datetime(2026, 11, 24, 18, 0)):
            self.assert_stopped("odd hours")

    def test_export_after_notice_of_leaving_is_stopped(self):
        self.rules["leaving"].write({"block_export": True, "threshold": 1})
        self.export()
        self.users["sales"].customer_leaving_date = self.now.date() - timedelta(days=1)
        self.assert_stopped("leaving")
        self.export("leader")

    def test_rule_of_other_roles_or_none_stops_nobody(self):
        self.rules["leaving"].write({"block_export": True, "threshold": 1})
        self.users["sales"].customer_leaving_date = self.now.date() - timedelta(days=1)
        self.rules["leaving"].exempt_group_ids = self.env.ref("customer_archive.group_user")
        self.export()
        self.rules["leaving"].exempt_group_ids = False
        self.rules["leaving"].active = False
        self.export()

    def test_customers_of_others_stop_by_an_open_alert_only(self):
        self.rules["others"].write({"block_export": True, "threshold": 1})
        self.export()

    def test_card_of_one_customer_is_stopped_too(self):
        self.rules["leaving"].write({"block_export": True, "threshold": 1})
        self.users["sales"].customer_leaving_date = self.now.date() - timedelta(days=1)
        with self.assertRaises(UserError):
            self.as_user(self.env["customer.export.policy"], "sales")._take_file(self.archive)
