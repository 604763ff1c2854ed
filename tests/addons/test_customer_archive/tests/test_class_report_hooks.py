from freezegun import freeze_time
from odoo.addons.customer_archive.tests.test_class_report import NOW, ClassHistoryCase
from odoo.tests import tagged

from ..report.customer_classification_report import UNCOUNTED


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestClassReportHooks(ClassHistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write_history(cls.own, "level", ("2020-01-01", cls.gold))

    def rows(self, **context):
        domain = [("partner_id", "=", self.own.id), ("dimension", "=", "level")]
        return self.report().with_context(**context).search(domain)

    def test_number_of_months(self):
        self.assertEqual((len(self.rows()), len(self.rows(consulted=True))), (24, 36))
        self.assertEqual(self.rows(consulted=True)[-1].action_open_customer()["res_id"], self.own.id)

    def test_columns_and_tables(self):
        self.assertEqual(self.count("manager", [("dimension", "=", "level")], ["consultant_country"]), {("CN",): 24})

    def test_customers_who_count(self):
        self.own.name = UNCOUNTED
        self.assertFalse(self.rows())
        movement = self.env["customer.movement"].with_user(self.users["manager"]).create({})
        domain = movement.action_open_cell(False, self.gold.id)["domain"]
        self.assertFalse(self.env["res.partner"].with_env(movement.env).search(domain))
