import json

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .class_common import ClassCase
from .test_class_report import NOW, ClassHistoryCase


def read_numbers(table):
    """Every number of a table that is no zero by the keys that the screen sends, its totals included."""
    keys = [entry["key"] for entry in table["rows"]]
    numbers = {(False, False): table["total"]}
    for row, old in enumerate(keys):
        numbers |= {(old, new): table["cells"][row][column] for column, new in enumerate(keys)}
        numbers |= {(old, False, "row"): table["row_totals"][row], (False, old, "column"): table["column_totals"][row]}
    return [(key[0], key[1], number) for key, number in numbers.items() if number]


@tagged("post_install", "-at_install")
class TestTrialCells(ClassCase):
    """Every number of a try-out opens the customers that it counts, at the same cost for one as for all."""

    def try_out(self, draft):
        action = draft.action_try_out()
        return self.env[action["res_model"]].with_user(draft.env.user).browse(action["res_id"])

    def find(self, action, login="manager"):
        return self.env[action["res_model"]].with_user(self.users[login]).search(action["domain"])

    def create_all(self):
        self.publish(self.draft_levels())
        for potential in ("high", "high", "medium", "low"):
            self.create_archive(customer_potential=potential, vat=False)
        by_hand = self.create_archive(customer_potential="high", vat=False)
        self.as_user(by_hand, "leader")._set_level_by_hand(self.gold, "Promised")
        closed = self.create_archive(customer_potential="high", vat=False)
        self.as_user(closed, "manager")._take_archive_step("close", "Dissolved")
        return closed

    def test_every_number_opens_as_many_customers_as_it_says(self):
        closed = self.create_all()
        trial = self.try_out(self.draft_levels(borders=(95, 70, 0)))
        numbers = read_numbers(trial.movement)
        self.assertGreater(len(numbers), 8)
        for old, new, number in numbers:
            with self.subTest(old=old, new=new):
                self.assertEqual(len(self.find(trial.action_open_cell(old, new))), number)
        self.assertNotIn(closed, self.find(trial.action_open_cell(self.gold.id, False)), "it is not judged")

    def test_total_holds_who_moves_and_who_stays(self):
        self.publish(self.draft_levels())
        moves, stays = (self.create_archive(customer_potential=key, vat=False) for key in ("high", "medium"))
        trial = self.try_out(self.draft_levels(borders=(95, 50, 0)))
        silver = self.find(trial.action_open_cell(False, self.silver.id))
        self.assertEqual(silver & (moves | stays), moves | stays)
        self.assertEqual(self.find(trial.action_open_cell(self.gold.id, False)) & (moves | stays), moves)

    def test_rules_of_one_company_count_its_customers_only(self):
        self.publish(self.draft_levels())
        own = self.create_archive(customer_potential="low", archive_company_id=self.env.company.id)
        foreign = self.create_archive(customer_potential="low", vat=False, archive_company_id=False)
        trial = self.try_out(self.draft_levels(company_id=self.env.company.id))
        found = self.find(trial.action_open_cell(self.bronze.id, self.bronze.id))
        self.assertIn(own, found)
        self.assertNotIn(foreign, found)

    def test_totals_of_tags_open_who_moves(self):
        self.publish(self.draft_tags([(self.usual, "[]")]))
        high = self.create_archive(customer_potential="high")
        trial = self.try_out(self.draft_tags([(self.key, "[('customer_potential', '=', 'high')]"), (self.usual, "[]")]))
        for keys in ((self.usual.id, False), (False, self.key.id), (False, False)):
            lines = self.find(trial.action_open_cell(*keys))
            self.assertEqual(lines._name, "customer.rule.trial.line")
            self.assertIn(high, lines.partner_id)

    def test_action_is_as_small_for_many_customers_as_for_one(self):
        self.publish(self.draft_levels())
        self.create_archive(customer_potential="high")
        few = self.try_out(self.draft_levels())
        for number in range(30):
            self.create_archive(name=f"Another {number}", customer_potential="high", vat=False)
        many = self.try_out(self.draft_levels())
        self.assertGreaterEqual(many.movement["total"] - few.movement["total"], 30)
        for keys in ((self.gold.id, self.gold.id), (self.gold.id, False), (False, False)):
            sizes = {len(json.dumps(trial.action_open_cell(*keys)["domain"])) for trial in (few, many)}
            self.assertLess(max(sizes), 80 + len(str(many.id)))
            self.assertLessEqual(max(sizes) - min(sizes), len(str(many.id)) - len(str(few.id)))

    def test_class_that_is_not_in_the_table_is_refused(self):
        trial = self.try_out(self.draft_levels())
        for keys in ((0, "gold"), (True, 0), (self.key.id + 10**6, 0), ([1], 0), (None, 0)):
            with self.subTest(keys), self.assertRaisesRegex(UserError, "no class"):
                trial.action_open_cell(*keys)

    def test_rules_cannot_ask_for_a_number_of_somebody_s_table(self):
        with self.assertRaisesRegex(ValidationError, "cannot depend on"):
            self.draft_tags([(self.key, "[('customer_cell', '=', 'x')]")])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMovementCells(ClassHistoryCase):
    """The list behind a number of the movement is read as whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for archive in cls.everybody:
            cls.write_history(archive, "level", ("2025-01-01", cls.bronze), ("2026-03-10", cls.gold))

    def movement(self, login):
        Movement = self.env["customer.movement"].with_user(self.users[login])
        return Movement.create({"date_from": "2026-02-01", "date_to": "2026-04-30"})

    def search(self, domain, login):
        return self.env["res.partner"].with_user(self.users[login]).search(domain)

    def test_salesperson_and_leader_open_their_own_customers_only(self):
        expected = {
            "sales": self.own | self.in_team | self.internal,
            "leader": self.own | self.in_team | self.internal,
            "manager": self.everybody,
        }
        for login, archives in expected.items():
            action = self.movement(login).action_open_cell(self.bronze.id, self.gold.id)
            self.assertEqual(self.search(action["domain"], login), archives, login)

    def test_number_of_another_person_s_table_is_refused(self):
        domain = self.movement("manager").action_open_cell(False, False)["domain"]
        for login in ("sales", "leader", "seller_all"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.search(domain, login)

    def test_action_is_as_small_for_many_customers_as_for_one(self):
        movement = self.movement("manager")
        actions = [movement.action_open_cell(self.bronze.id, self.gold.id), movement.action_view_moved()]
        sizes = [len(json.dumps(action["domain"])) for action in actions]
        for number in range(30):
            archive = self.create_archive(name=f"Another {number}", vat=False)
            self.write_history(archive, "level", ("2025-01-01", self.bronze), ("2026-03-10", self.gold))
        again = [movement.action_open_cell(self.bronze.id, self.gold.id), movement.action_view_moved()]
        self.assertEqual([len(json.dumps(action["domain"])) for action in again], sizes)
        for action in again:
            self.assertEqual(len(self.search(action["domain"], "manager")), 34)

    def test_number_goes_with_other_conditions_and_can_be_turned_round(self):
        [condition] = self.movement("manager").action_open_cell(False, self.gold.id)["domain"]
        mine = [("user_id", "=", self.users["sales"].id), condition]
        self.assertEqual(self.search(mine, "manager"), self.own | self.in_team)
        others = [("id", "in", self.everybody.ids), "!", condition]
        self.assertFalse(self.search(others, "manager"))

    def test_what_is_no_number_is_refused_in_words(self):
        movement = self.movement("sales")
        table = ("customer.movement", movement.id)
        cells = [
            "", "x", "5", "{}", "[1, 2]",
            json.dumps(["res.users", 2, 0, 0]), json.dumps(["customer.movement", True, 0, 0]),
        ]
        for cell in [*cells, False]:
            with self.subTest(cell), self.assertRaisesRegex(UserError, "no number"):
                self.search([("customer_cell", "=", cell)], "sales")
        for keys in ((True, 0), ([1], 0), ({}, 0), (None, 0), ("!", 0), (10**9, 0)):
            with self.subTest(keys), self.assertRaisesRegex(UserError, "no class"):
                self.search([("customer_cell", "=", json.dumps([*table, *keys]))], "sales")

    def test_table_that_is_gone_says_how_to_go_on(self):
        movement = self.movement("sales")
        domain = movement.action_view_moved()["domain"]
        movement.sudo().unlink()
        with self.assertRaisesRegex(UserError, "make it once more"):
            self.search(domain, "sales")

    def test_table_with_wrong_days_has_no_customers(self):
        movement = self.movement("sales")
        domain = movement.action_view_moved()["domain"]
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_movement SET date_to = '2100-01-01' WHERE id = %s", [movement.id])
        movement.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "still to come"):
            self.search(domain, "sales")

    def test_month_of_a_class_size_is_named_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        report = self.env["customer.classification.report"].with_user(self.users["sales"])
        row = report.search([("partner_id", "=", self.own.id), ("month", "=", "2026-01-01")], limit=1)
        self.assertEqual(row.month_name, "January 2026")
        self.assertIn("2026", row.with_context(lang="zh_CN").month_name)
        self.assertEqual(row.month, fields.Date.to_date("2026-01-01"))
