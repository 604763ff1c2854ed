from odoo.exceptions import AccessError
from odoo.tests import tagged

from .case_common import CaseCase


@tagged("post_install", "-at_install")
class TestCaseAccess(CaseCase):
    """Cases are as hidden as their customer."""

    def test_each_role_sees_the_cases_of_customers_that_it_sees(self):
        case = self.create_complaint()
        seeing = {"sales", "leader", "seller_all", "manager", "reviewer", "reviewer_two", "office", "quality"}
        for login in self.users:
            with self.subTest(login):
                found = self.as_user(case, login).search([("id", "=", case.id)])
                self.assertEqual(bool(found), login in seeing)
                self.assertEqual(self.as_user(case, login).has_access("read"), login in seeing)

    def test_a_case_of_a_hidden_customer_is_refused_without_its_name(self):
        for values in ({"partner_id": self.archive.id}, {"partner_id": False, "contact_id": self.gu.id}):
            with self.assertRaises(AccessError) as caught:
                self.create_case("colleague", **values)
            self.assertNotIn(self.archive.name, str(caught.exception))
        mine = self.create_case("colleague", partner_id=self.create_archive("colleague", name="Mine").id)
        with self.assertRaises(AccessError) as caught:
            mine.write({"partner_id": self.archive.id})
        self.assertNotIn(self.archive.name, str(caught.exception))

    def test_other_companies_do_not_see_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        case = self.create_case()
        manager = self.users["manager"]
        manager.write({"company_ids": [(4, other.id)]})
        there = case.with_user(manager).with_context(allowed_company_ids=[other.id])
        self.assertFalse(there.search([("id", "=", case.id)]))
        with self.assertRaises(AccessError):
            there.read(["name"])

    def test_people_of_another_company_do_not_answer_for_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.users["seller_all"].write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.pain.user_id = self.users["seller_all"]
        self.assertEqual(self.create_complaint().user_id, self.users["sales"])

    def test_settings_of_cases_are_the_managers(self):
        for record in (self.pain, self.department, self.env["customer.case.function"].search([], limit=1)):
            with self.assertRaises(AccessError):
                self.as_user(record, "seller_all").write({"name": "x"})
            self.as_user(record, "manager").write({"name": "x"})
