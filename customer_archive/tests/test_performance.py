from odoo.tests import tagged, warmup

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchivePerformance(ArchiveCase):
    """Queries per batch: a hundred archives cost as many statements as ten, beside the rows themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})

    def make(self, count):
        return self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {n}", "is_company": True, "archive_state": "draft", "city": "上海市",
                    "country_id": self.china.id, "state_id": self.shanghai.id, "phone": "021-50592061",
                    "vat": f"9137{n:05}", "email": "broken" if n % 2 else "a@example.com",
                }
                for n in range(count)
            ]
        )

    @warmup
    def test_checks_do_not_grow_with_records(self):
        ten, hundred = self.make(10), self.make(100)
        ten._check_archives()
        hundred._check_archives()
        few = self.count_queries(ten._check_archives)
        many = self.count_queries(hundred._check_archives)
        self.assertLessEqual(many, few)

    @warmup
    def test_list_figures_do_not_grow_with_records(self):
        ten, hundred = self.make(10), self.make(100)
        spec = {
            name: {}
            for name in ("name", "archive_state", "archive_completeness", "archive_issue_count", "archive_error_count",
                         "archive_documents", "archive_missing")
        }
        ten.web_read(spec)
        few = self.count_queries(ten.web_read, spec)
        many = self.count_queries(hundred.web_read, spec)
        self.assertLessEqual(many, few)

    @warmup
    def test_region_and_owner_changes_reach_all_archives_in_bounded_queries(self):
        ten, hundred = self.make(10), self.make(100)
        few = self.count_queries(ten.write, {"customer_requirements": "x", "city": "北京市"})
        many = self.count_queries(hundred.write, {"customer_requirements": "x", "city": "天津市"})
        self.assertLessEqual(many, few + 90 * 2, "the host itself synchronises each contact's address")
