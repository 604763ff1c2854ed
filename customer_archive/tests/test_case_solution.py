from odoo.exceptions import AccessError
from odoo.tests import tagged

from .case_common import CaseCase


@tagged("post_install", "-at_install")
class TestCaseSolution(CaseCase):
    """Solutions that are worth knowing, and what is offered while somebody types."""

    def create_solution(self, login="quality", publish=True, **values):
        facts = {"name": "Sand holes on castings", "problem": "铸件表面有砂眼", "solution": "<p>Dry the sand</p>"}
        solution = self.env["customer.case.solution"].with_user(self.users[login]).create({**facts, **values})
        if publish:
            self.as_user(solution, "quality").action_publish()
        return solution

    def find(self, text, login="sales", **values):
        return self.env["customer.case"].with_user(self.users[login]).find_similar(text, **values)

    def titles(self, *args, **values):
        return [item["title"] for item in self.find(*args, **values)]

    def test_users_draft_and_quality_publishes(self):
        draft = self.create_solution("sales", publish=False)
        with self.assertRaises(AccessError):
            draft.action_publish()
        with self.assertRaises(AccessError):
            draft.write({"is_published": True})
        draft.name = "Sand holes"
        self.assertFalse(self.as_user(draft, "colleague").search([("id", "=", draft.id)]), "a draft of somebody else")
        self.as_user(draft, "quality").action_publish()
        self.assertTrue(self.as_user(draft, "employee").name)
        with self.assertRaises(AccessError):
            draft.name = "Changed"
        self.as_user(draft, "quality").action_withdraw()
        draft.name = "Changed"

    def test_a_solved_case_is_written_down_as_a_solution(self):
        case = self.create_complaint()
        case._resolve("Dry the sand <below> 1 %")
        action = case.action_draft_solution()
        Solution = self.env[action["res_model"]].with_user(self.users["sales"]).with_context(**action["context"])
        solution = Solution.create({})
        self.assertEqual((solution.name, solution.category_id, solution.is_published), (case.name, self.pain, False))
        self.assertIn("Dry the sand &lt;below&gt; 1 %", solution.solution)

    def test_published_solutions_are_offered_in_chinese_and_english(self):
        self.create_solution()
        self.create_solution(publish=False, name="Sand holes again")
        self.assertEqual(self.titles("sand HOLES at the edge"), ["Sand holes on castings"])
        self.assertEqual(self.titles("第三批铸件有砂眼"), ["Sand holes on castings"])
        self.assertEqual(self.titles("the invoice is wrong"), [])
        for nothing in ("", "x", "的", None, 7, ["sand"]):
            self.assertEqual(self.find(nothing), [])

    def test_solved_cases_are_offered_with_what_solved_them_but_not_the_one_itself(self):
        solved, still = self.create_complaint(), self.create_complaint()
        solved._resolve("Cast again with dry sand")
        [found] = self.find("sand holes")
        self.assertEqual((found["model"], found["id"]), ("customer.case", solved.id))
        self.assertEqual(found["text"], "Cast again with dry sand")
        self.assertEqual(self.find("sand holes", except_id=solved.id), [])
        self.assertEqual(still.state, "new")

    def test_the_same_category_comes_first(self):
        other = self.env["customer.case.category"].create({"name": "Other", "kind": "service"})
        first = self.create_complaint()
        first._resolve("One")
        second = self.create_case(category_id=other.id)
        second._resolve("Two")
        for category, case in ((self.pain, first), (other, second)):
            self.assertEqual(self.find("sand holes", category_id=category.id)[0]["id"], case.id)

    def test_cases_of_hidden_customers_are_offered_to_nobody_who_does_not_see_them(self):
        case = self.create_complaint()
        case._resolve("Dry the sand")
        self.assertTrue(self.find("sand holes"))
        for login in ("colleague", "employee"):
            self.assertEqual(self.find("sand holes", login), [])

    def test_signs_of_a_search_are_taken_as_they_are(self):
        self.create_solution(name="100% dry_sand \\ 'quoted'")
        self.assertEqual(len(self.find("100% dry_sand \\ 'quoted'")), 1)
        self.assertEqual(self.find("%%% ___ '''"), [])

    def test_query_count_does_not_grow_with_what_is_found(self):
        def make(count):
            for _number in range(count):
                self.create_complaint()._resolve("Dry the sand")
                self.create_solution()

        user = self.users["sales"]
        make(1)
        few = self.count_queries(self.env["customer.case"].with_user(user).find_similar, "sand holes")
        make(9)
        many = self.count_queries(self.env["customer.case"].with_user(user).find_similar, "sand holes")
        self.assertLessEqual(many, few)
        self.assertEqual(len(self.find("sand holes")), 10, "five of each")
