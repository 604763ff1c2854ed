from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .duplicate_common import DuplicateCase


@tagged("post_install", "-at_install")
class TestDuplicateSearch(DuplicateCase):
    """Which archives are taken for one customer."""

    def test_like_names_in_one_town_are_a_pair_that_says_why(self):
        first, second = self.create_pair()
        pair = self.search_pairs(first)
        self.assertEqual((pair.partner_id, pair.other_id), (first, second))
        self.assertEqual(pair.signs, [["name", 60], ["city", 10]])
        self.assertEqual(pair.signs_text, "same name but for its form · same town")
        self.assertEqual(pair.score, 70)

    def test_two_valid_codes_that_differ_are_two_customers(self):
        first, second = self.create_pair(other={"vat": next(self.codes)})
        self.assertFalse(self.search_pairs(first, second))

    def test_one_phone_or_one_address_alone_is_no_reason(self):
        first = self.create_archive(name="Jinan Daheng Logistics", street="88 Harbour Road")
        second = self.create_archive(name="Wuhan Trading House", phone="0531-88886666", street="88 Harbour Road")
        third = self.create_archive(name="Suzhou Steel", phone="021-50592061")
        self.assertFalse(self.search_pairs(first, second, third))

    def test_one_phone_and_one_person(self):
        person = {"is_company": False, "vat": False, "name": "Zhou Yong", "phone": "021-50592061"}
        first, second = self.create_archive(**person), self.create_archive(**person)
        stranger = self.create_archive(**{**person, "phone": "0531-88886666"})
        self.assertEqual(self.search_pairs(first, second, stranger).other_id, second)

    def test_contacts_are_never_compared(self):
        archive = self.create_archive()
        twin = {"name": archive.name, "parent_id": archive.id, "phone": archive.phone, "city": archive.city}
        self.env["res.partner"].create([twin, {**twin, "is_company": True}])
        self.assertFalse(self.search_pairs(archive))

    def test_a_company_and_its_parent_are_never_a_pair(self):
        first, second = self.create_pair()
        second.sudo().parent_id = first
        self.assertFalse(self.search_pairs(first, second))

    def test_closed_and_hidden_archives_are_left_out(self):
        first, second = self.create_pair()
        self.assertTrue(self.search_pairs(first))
        second.sudo().archive_state = "closed"
        self.assertFalse(self.search_pairs(second))
        second.sudo().archive_state = "draft"
        self.assertTrue(self.search_pairs(second))
        second.active = False
        self.assertFalse(self.search_pairs(second))

    def test_archives_kept_by_different_companies_are_no_pair(self):
        first, second = self.create_pair()
        second.sudo().archive_company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self.search_pairs(first, second))

    def test_a_pair_goes_when_the_facts_were_corrected(self):
        first, second = self.create_pair()
        self.search_pairs(first)
        second.name = "Wuhan Trading House"
        self.assertFalse(self.search_pairs(second))

    def test_a_search_that_is_repeated_changes_nothing(self):
        first, second = self.create_pair()
        pair = self.search_pairs(first)
        self.assertEqual(self.search_pairs(second), pair)
        self.assertEqual(self.search_pairs(first, second), pair)

    def test_values_that_very_many_share_are_passed_over(self):
        person = {"is_company": False, "vat": False, "name": "Person"}
        archives = [self.create_archive(**person) for _n in range(4)]
        model = type(self.env["customer.duplicate.finder"])
        self.assertEqual(len(self.search_pairs(*archives)), 6)
        with patch.object(model, "_get_block_limit", lambda self: 3):
            self.assertFalse(self.search_pairs(*archives))
            crowded = {item["kind"]: item for item in self.env["customer.duplicate.finder"]._get_crowded()}
        self.assertEqual(crowded["phone"]["examples"][0]["count"], 4)
        self.assertIn(crowded["phone"]["examples"][0]["partner_id"], [archive.id for archive in archives])

    def test_submitting_looks_for_duplicates(self):
        first, second = self.create_pair(other={"vat": next(self.codes), "phone": "021-50592061"})
        second.write({"name": "Jinan Daheng Logistic", "street": "1 Road"})
        first.write({"street": "1 Road"})
        self.as_user(first, "sales").action_archive_submit()
        pairs = self.env["customer.duplicate"].search([("partner_id", "=", first.id)])
        self.assertFalse(pairs, "two valid codes speak against it")
        third = self.create_archive(name="Jinan Daheng Logistics Ltd.", vat=next(self.codes))
        third.sudo().vat = first.vat[:-1] + "0"
        self.env["customer.duplicate.finder"]._refresh_keys(third.ids)
        self.env["customer.duplicate.finder"]._search_partners(first.ids)
        self.assertEqual(self.env["customer.duplicate"].search([("partner_id", "=", first.id)]).other_id, third)

    def test_the_number_of_statements_does_not_grow(self):
        Finder = self.env["customer.duplicate.finder"]

        def cost(count):
            archives = [self.create_archive(vat=False, phone=f"021-5059{n:04}") for n in range(count)]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            Finder._search_partners([archive.id for archive in archives])
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(2), cost(12))
        self.assertLessEqual(cost(2), 8)


@tagged("post_install", "-at_install")
class TestDuplicateDecision(DuplicateCase):
    """Decided once, by whom, and who sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls.create_pair()
        cls.pair = cls.search_pairs(cls.first)

    def reject(self, login="manager"):
        action = self.as_user(self.pair, login).action_not_duplicate()
        Wizard = self.env["customer.duplicate.reject"].with_user(self.users[login])
        Wizard.with_context(action["context"]).create({"reason": "Two shops of one family"}).action_confirm()

    def test_not_a_duplicate_is_remembered(self):
        self.reject()
        self.assertEqual((self.pair.state, self.pair.reason), ("not_duplicate", "Two shops of one family"))
        self.assertEqual(self.pair.decided_by, self.users["manager"])
        self.assertFalse(self.search_pairs(self.first, self.second))
        self.second.sudo().write({"phone": self.first.phone, "vat": self.first.vat})
        self.assertFalse(self.search_pairs(self.first, self.second), "also when more speaks for it")
        self.assertEqual(self.pair.exists().state, "not_duplicate")

    def test_a_decision_is_taken_back_by_hand(self):
        self.reject()
        self.as_user(self.pair, "manager").action_decide_anew()
        self.assertEqual((self.pair.state, self.pair.reason, self.pair.decided_by.id), ("open", False, False))

    def test_a_pair_is_decided_once(self):
        self.reject()
        with self.assertRaisesRegex(UserError, "decided already"):
            self.reject()
        with self.assertRaisesRegex(UserError, "decided already"):
            self.as_user(self.pair, "manager").action_merge()

    def test_who_sees_the_pair(self):
        self.second.sudo().write(
            {"archive_access": "owner", "archive_team_id": False, "user_id": self.users["colleague"].id}
        )
        self.env.flush_all()
        expected = {
            "sales": False,
            "colleague": True,
            "leader": False,
            "seller_all": True,
            "manager": True,
            "reviewer": True,
            "office": True,
            "quality": True,
            "employee": False,
            "auditor": False,
        }
        seen = {
            login: bool(self.env["customer.duplicate"].with_user(self.users[login]).search([("id", "=", self.pair.id)]))
            for login in expected
        }
        self.assertEqual(seen, expected)
        with self.assertRaises(AccessError):
            self.as_user(self.pair, "sales").read(["display_name", "signs_text"])

    def test_the_strip_names_no_archive_that_the_person_may_not_read(self):
        shown = self.as_user(self.first, "sales").archive_duplicates
        self.assertEqual([item["name"] for item in shown], [self.second.display_name])
        self.assertEqual(self.as_user(self.first, "sales").archive_duplicate_count, 1)
        self.second.sudo().write({"archive_access": "owner", "user_id": self.users["colleague"].id})
        self.env.invalidate_all()
        self.assertFalse(self.as_user(self.first, "sales").archive_duplicates)
        self.assertEqual(self.as_user(self.first, "sales").archive_duplicate_count, 0)

    def test_leaders_decide_on_their_teams_archives_only(self):
        self.second.sudo().archive_team_id = False
        with self.assertRaisesRegex(AccessError, "leader of the team"):
            self.reject("leader")
        (self.first | self.second).sudo().archive_team_id = self.team
        self.reject("leader")
        self.assertEqual(self.pair.decided_by, self.users["leader"])

    def test_others_do_not_decide(self):
        for login in ("sales", "reviewer", "office", "quality", "employee", "auditor"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.reject(login)

    def test_decisions_are_closed_to_forms_and_interfaces(self):
        for values in ({"state": "merged"}, {"score": 1}, {"other_id": self.first.id}, {"decided_by": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.as_user(self.pair, "manager").write(values)
        with self.assertRaises(AccessError):
            self.env["customer.duplicate"].with_user(self.users["manager"]).create(
                {"partner_id": self.first.id, "other_id": self.second.id}
            )

    def test_the_archive_to_keep_is_one_of_the_two(self):
        with self.assertRaisesRegex(UserError, "one of the two"):
            self.as_user(self.pair, "manager").survivor_id = self.create_archive()

    def test_the_page_compares_facts_and_says_what_moves(self):
        self.env["res.partner"].create({"name": "Zhou Yong", "parent_id": self.second.id})
        pair = self.as_user(self.pair, "manager")
        comparison = pair.comparison
        facts = {fact["name"]: fact for fact in comparison["facts"]}
        self.assertTrue(facts["name"]["differs"] and facts["phone"]["differs"])
        self.assertFalse(facts["city"]["differs"])
        self.assertEqual(facts["phone"]["texts"], ["021-50592061", "0531-88886666"])
        first, second = str(self.first.id), str(self.second.id)
        self.assertEqual(facts["vat"]["defaults"], {first: self.first.id, second: self.first.id})
        self.assertEqual(comparison["suggested"], self.first.id)
        self.assertIn("Contact: 1", comparison["moves"][first])
        self.assertFalse(pair.refusal)

    def test_the_page_says_why_a_pair_cannot_be_merged(self):
        self.second.sudo().write({"is_company": False})
        self.assertIn("a person", self.as_user(self.pair, "manager").refusal)
        self.assertIn("leader of the team", self.as_user(self.pair, "office").refusal)

    def test_merging_by_the_page(self):
        self.as_user(self.pair, "manager").write({"survivor_id": self.second.id, "choices": {"phone": self.first.id}})
        action = self.as_user(self.pair, "manager").action_merge()
        self.assertEqual(action["res_id"], self.second.id)
        self.assertEqual((self.second.phone, self.second.vat), ("021-50592061", self.first.vat))
        self.assertEqual((self.pair.state, self.pair.decided_by), ("merged", self.users["manager"]))

    def test_opening_the_pairs_of_an_archive(self):
        action = self.as_user(self.first, "manager").action_view_archive_duplicates()
        self.assertEqual((action["res_model"], action["res_id"]), ("customer.duplicate", self.pair.id))
        third = self.create_archive(name="Jinan Daheng Logistics Ltd", vat=False)
        self.search_pairs(third)
        action = self.as_user(self.first, "manager").action_view_archive_duplicates()
        pairs = self.env["customer.duplicate"].search(action["domain"])
        self.assertEqual(len(pairs), 2)
