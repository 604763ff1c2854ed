from odoo.tests import tagged

from .class_common import ClassCase
from .test_tour_archive import ArchiveTourCase

# As in static/tests/tours/customer_class_tour.js.
RULES = "Tour levels"
CUSTOMER = "Tour Precision Machinery"


@tagged("post_install", "-at_install")
class TestClassTour(ArchiveTourCase, ClassCase):
    """A manager defines level rules, tries them out and publishes them; a salesperson reads what for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.best, _rest = cls.env["customer.level"].create([{"name": "Tour A"}, {"name": "Tour C", "sequence": 90}])

    def define_and_read(self):
        archive = self.create_archive(name=CUSTOMER, customer_potential="high")
        self.assertFalse(archive.customer_level_id)
        self.start("customer_class_define", "manager")
        rules = self.env["customer.rule.set"].search([("name", "=", RULES)])
        self.assertRecordValues(
            rules, [{"state": "published", "version": 1, "published_by": self.users["manager"].id}]
        )
        self.assertFalse(archive.customer_level_id, "a try-out and a publication class nobody by themselves")
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_customer_classification_run").method_direct_trigger()
        self.assertEqual(archive.customer_level_id, self.best)
        self.start("customer_class_read", "sales")

    def test_in_english(self):
        self.define_and_read()

    def test_in_chinese(self):
        chinese = self.env["res.lang"]._activate_lang("zh_CN")
        self.env["base.language.install"].create({"lang_ids": chinese.ids, "overwrite": False}).lang_install()
        for login in ("manager", "sales"):
            self.users[login].lang = "zh_CN"
        self.define_and_read()
        archive = self.env["res.partner"].search([("name", "=", CUSTOMER)]).with_user(self.users["sales"])
        words = str(archive.with_context(lang="zh_CN").customer_classes)
        for word in ("评估潜力", "高", "第 1 版"):
            self.assertIn(word, words)
