from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .case_common import CaseCase


@tagged("post_install", "-at_install")
class TestCase(CaseCase):
    """What a case is about and who answers for it."""

    def test_a_new_case_takes_the_next_number_of_the_year(self):
        one, two = self.create_case(), self.create_case()
        self.assertRegex(one.number, r"^CS2026-\d{5}$")
        self.assertEqual(int(two.number[-5:]) - int(one.number[-5:]), 1)
        self.assertEqual(one.display_name, f"{one.number} Sand holes")

    def test_the_form_takes_kind_severity_department_and_person_from_the_category(self):
        self.pain.write({"severity": "serious", "user_id": self.users["seller_all"].id})
        with Form(self.env["customer.case"].with_user(self.users["sales"])) as form:
            form.name = "Sand holes"
            form.partner_id = self.archive
            self.assertEqual((form.kind, form.severity, form.user_id), ("service", "moderate", self.users["sales"]))
            form.category_id = self.pain
            self.assertEqual((form.kind, form.severity), ("complaint", "serious"))
            self.assertEqual((form.department_id, form.user_id), (self.department, self.users["seller_all"]))
            form.severity = "critical"
            form.user_id = self.users["sales"]
        record = form.record
        self.assertEqual((record.severity, record.user_id), ("critical", self.users["sales"]))
        self.assertEqual(record.priority, "3")

    def test_a_part_of_a_category_goes_where_the_whole_goes_unless_it_says_otherwise(self):
        function = self.env["customer.case.function"].create({"name": "Casting shop"})
        self.pain.write({"function_id": function.id, "user_id": self.users["seller_all"].id})
        part = self.env["customer.case.category"].create({"name": "Sand", "parent_id": self.pain.id})
        case = self.create_case(category_id=part.id)
        self.assertEqual((case.department_id, case.user_id), (self.department, self.users["seller_all"]))
        self.assertEqual(case.function_id, function)
        self.assertEqual(part.display_name, "Casting / Sand")
        other = self.env["customer.case.department"].create({"name": "Sand shop"})
        part.department_id = other
        self.assertEqual(self.create_case(category_id=part.id).department_id, other)

    def test_a_category_is_no_part_of_itself(self):
        part = self.env["customer.case.category"].create({"name": "Sand", "parent_id": self.pain.id})
        with self.assertRaises(ValidationError) as caught:
            self.pain.parent_id = part
        self.assertIn("Casting", str(caught.exception))

    def test_without_a_person_of_the_category_the_owner_answers_then_the_manager_of_the_department(self):
        self.assertEqual(self.create_complaint("manager").user_id, self.users["sales"])
        self.archive.sudo().user_id = False
        case = self.create_complaint("manager")
        self.assertEqual(case.user_id, self.users["quality"])

    def test_nobody_answers_for_a_customer_that_they_may_not_see(self):
        self.pain.user_id = self.users["colleague"]
        case = self.create_complaint()
        self.assertEqual(case.user_id, self.users["sales"], "the colleague does not see this customer")
        with self.assertRaises(ValidationError) as caught:
            case.user_id = self.users["colleague"]
        self.assertIn("archive_colleague", str(caught.exception))
        for login in ("employee", "auditor"):
            with self.subTest(login), self.assertRaises(ValidationError):
                case.user_id = self.users[login]
        self.archive.sudo().archive_viewer_ids = self.users["colleague"]
        case.user_id = self.users["colleague"]
        self.assertEqual(case.user_id, self.users["colleague"])

    def test_another_category_of_a_new_case_sends_it_elsewhere_but_not_once_somebody_works_on_it(self):
        self.pain.user_id = self.users["seller_all"]
        case = self.create_case()
        self.assertEqual(case.user_id, self.users["sales"])
        case.category_id = self.pain
        self.assertEqual((case.user_id, case.kind), (self.users["seller_all"], "complaint"))
        begun = self.create_case()
        begun.action_start()
        begun.category_id = self.pain
        self.assertEqual((begun.user_id, begun.department_id), (self.users["sales"], self.department))

    def test_a_contact_stands_for_its_archive(self):
        case = self.create_case(partner_id=self.gu.id)
        self.assertEqual((case.partner_id, case.contact_id), (self.archive, self.gu))

    def test_customers_without_archive_and_contacts_of_others_are_refused(self):
        plain = self.env["res.partner"].create({"name": "No archive", "is_company": True})
        with self.assertRaises(ValidationError) as caught:
            self.create_case(partner_id=plain.id)
        self.assertIn("No archive", str(caught.exception))
        with self.assertRaises(ValidationError) as caught:
            self.create_case(contact_id=plain.id)
        self.assertIn("No archive", str(caught.exception))

    def test_a_case_from_outside_may_be_without_a_customer_until_it_is_resolved(self):
        case = self.create_case(partner_id=False, category_id=self.pain.id)
        with self.assertRaises(UserError) as caught:
            case._resolve("x")
        self.assertIn("customer", str(caught.exception))
        case.partner_id = self.archive
        case._resolve("x")
        self.assertEqual(case.state, "resolved")

    def test_scripts_in_descriptions_are_taken_out(self):
        case = self.create_case(description="<p onclick='x()'>Broken</p><script>steal()</script>")
        self.assertIn("Broken", case.description)
        self.assertNotIn("script", case.description)
        self.assertNotIn("onclick", case.description)

    def test_neither_number_state_nor_times_are_written_by_hand(self):
        case = self.create_case()
        values = {
            "number": "CS1", "state": "closed", "date_open": "2020-01-01 00:00:00", "priority": "3",
            "function_id": self.env["customer.case.function"].search([], limit=1).id,
            "clock_start": "2030-01-01 00:00:00", "response_deadline": "2030-01-01 00:00:00",
            "deadline_computed": "2030-01-01 00:00:00", "deadline": "2030-01-01 00:00:00",
            "date_answered": "2026-11-02 00:00:00", "waiting_since": "2026-11-02 00:00:00", "waited_hours": 99,
            "date_resolved": "2026-11-02 00:00:00", "resolution": "x", "resolver_id": self.users["sales"].id,
            "visit_date": "2026-11-02 00:00:00", "visitor_id": self.users["sales"].id, "visit_result": "x",
            "date_closed": "2026-11-02 00:00:00", "reopen_count": 7, "reopen_reason": "x", "cancel_reason": "x",
        }
        for login in ("sales", "manager"):
            for name, value in values.items():
                with self.subTest(login=login, field=name), self.assertRaises(AccessError):
                    self.as_user(case, login).write({name: value})
        for name, value in values.items():
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.create_case(**{name: value})
        Case = self.env["customer.case"].with_user(self.users["sales"]).with_context(default_state="closed")
        self.assertEqual(Case.create({"name": "x", "partner_id": self.archive.id}).state, "new")

    def test_what_somebody_worked_on_is_kept(self):
        fresh, begun = self.create_case(), self.create_case()
        begun.action_start()
        with self.assertRaises(UserError):
            self.as_user(begun, "manager").unlink()
        with self.assertRaises(AccessError):
            fresh.unlink()
        self.as_user(fresh, "manager").unlink()
        self.assertFalse(fresh.exists())

    def test_the_archive_shows_open_and_late_cases(self):
        self.create_case()
        self.create_case().action_start()
        done = self.create_case(category_id=self.pain.id)
        done._resolve("x")
        archive = self.as_user(self.archive, "sales")
        self.assertEqual((archive.customer_case_count, archive.customer_case_late_count), (2, 0))
        self.go_to("2026-11-20 01:00:00")
        self.assertEqual((archive.customer_case_count, archive.customer_case_late_count), (2, 2))
        action = archive.action_view_cases()
        self.assertEqual(self.env["customer.case"].search(action["domain"]), self.archive.customer_case_ids)

    def test_query_count_of_new_cases_does_not_grow_beyond_their_rows(self):
        def create(count):
            values = {"name": "Sand holes", "partner_id": self.archive.id, "category_id": self.pain.id}
            self.env["customer.case"].with_context(tracking_disable=True).create([dict(values) for _n in range(count)])

        create(1)
        few, many = self.count_queries(create, 2), self.count_queries(create, 22)
        # each case takes its number from the sequence: nothing else is done case by case
        self.assertLessEqual((many - few) / 20, 3)
