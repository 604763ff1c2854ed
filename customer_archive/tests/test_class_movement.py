from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import OUTSIDERS
from .test_access import READS
from .test_class_report import NOW, ClassHistoryCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMovement(ClassHistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # before, inside and after the time from the 1st of February to the 30th of April
        cls.write_history(cls.own, "level", ("2025-01-01", cls.bronze), ("2026-02-10", cls.silver),
                          ("2026-03-10", cls.gold), ("2026-05-01", cls.bronze))
        cls.write_history(cls.in_team, "level", ("2026-03-01", cls.gold))
        cls.write_history(cls.internal, "level", ("2025-01-01", cls.silver), ("2026-04-15", False))
        cls.write_history(cls.foreign, "level", ("2025-01-01", cls.silver))

    def movement(self, login="manager", **values):
        Movement = self.env["customer.movement"].with_user(self.users[login])
        values = {"date_from": "2026-02-01", "date_to": "2026-04-30", **values}
        return Movement.create(values)

    def read_pairs(self, movement):
        table = movement.movement
        return {
            (row["key"], column["key"]): number
            for row, numbers in zip(table["rows"], table["cells"], strict=True)
            for column, number in zip(table["columns"], numbers, strict=True)
            if number
        }

    def open_cell(self, movement, old, new):
        action = movement.action_open_cell(old, new)
        self.assertEqual(action["res_model"], "res.partner")
        return self.env["res.partner"].with_env(movement.env).search(action["domain"])

    def test_where_customers_went(self):
        movement = self.movement()
        gold, silver, bronze = self.levels.ids
        self.assertEqual(
            self.read_pairs(movement), {(bronze, gold): 1, (0, gold): 1, (silver, 0): 1, (silver, silver): 1}
        )
        table = movement.movement
        self.assertEqual(
            {name: table[name] for name in ("total", "up", "down", "same", "new", "out")},
            {"total": 4, "up": 1, "down": 0, "same": 1, "new": 1, "out": 1},
        )
        self.assertEqual([row["name"] for row in table["rows"]], ["Gold", "Silver", "Bronze", "None"])

    def test_sizes_before_and_after(self):
        rows = {row["name"]: row["cells"] for row in self.movement().sizes["rows"]}
        self.assertEqual(rows, {"Gold": [0, 2, 2], "Silver": [2, 1, -1], "Bronze": [1, 0, -1]})

    def test_class_that_came_and_went_in_between_is_no_movement(self):
        self.write_history(self.in_team, "level", ("2026-03-01", self.gold), ("2026-03-02", False))
        self.assertEqual(self.movement().movement["total"], 3)

    def test_cells_open_their_customers(self):
        movement = self.movement()
        gold, silver, bronze = self.levels.ids
        self.assertEqual(self.open_cell(movement, bronze, gold), self.own)
        self.assertEqual(self.open_cell(movement, 0, gold), self.in_team)
        self.assertEqual(self.open_cell(movement, silver, 0), self.internal)
        self.assertEqual(self.open_cell(movement, silver, silver), self.foreign)
        self.assertFalse(self.open_cell(movement, gold, bronze))

    def test_totals_open_the_customers_before_and_after(self):
        movement = self.movement()
        gold, silver, _bronze = self.levels.ids
        self.assertEqual(self.open_cell(movement, silver, False), self.internal | self.foreign)
        self.assertEqual(self.open_cell(movement, False, gold), self.own | self.in_team)
        self.assertEqual(self.open_cell(movement, 0, False), self.in_team)
        self.assertEqual(self.open_cell(movement, False, False), self.everybody)
        self.assertEqual(movement.action_open_cell(0, False)["name"], "None → Any")

    def test_who_moved_is_one_list(self):
        action = self.movement().action_view_moved()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.everybody - self.foreign)

    def test_every_cell_opens_as_many_customers_as_it_says(self):
        for login in READS.keys() - OUTSIDERS:
            for values in ({}, {"dimension": "lifecycle", "date_to": "2026-05-20"}):
                movement = self.movement(login, **values)
                for (old, new), number in self.read_pairs(movement).items():
                    with self.subTest(login=login, old=old, new=new):
                        self.assertEqual(len(self.open_cell(movement, old, new)), number)

    def test_unknown_class_is_refused(self):
        with self.assertRaisesRegex(UserError, "no class"):
            self.movement().action_open_cell("gold", 0)

    def test_days_end_at_midnight_of_the_person(self):
        self.write_history(self.foreign, "level", ("2025-01-01", self.silver), ("2026-04-30 20:00", self.gold))
        gold, silver, _bronze = self.levels.ids
        self.assertIn((silver, gold), self.read_pairs(self.movement()))
        there = self.movement().with_context(tz="Asia/Shanghai")
        self.assertNotIn((silver, gold), self.read_pairs(there), "it was May there")
        there.date_to = "2026-05-01"
        self.assertIn((silver, gold), self.read_pairs(there))

    def test_same_day_shows_no_movement(self):
        table = self.movement(date_from="2026-05-20", date_to="2026-05-20").movement
        self.assertEqual((table["same"], table["change"], table["new"], table["out"]), (3, 0, 0, 0))

    def test_stages_of_the_life_cycle_have_texts_for_keys(self):
        self.write_history(self.own, "lifecycle", ("2025-01-01", "active"), ("2026-03-01", "lost"))
        self.write_history(self.foreign, "lifecycle", ("2026-03-01", "active"))
        movement = self.movement(dimension="lifecycle")
        self.assertEqual(self.read_pairs(movement), {("active", "lost"): 1, (0, "active"): 1})
        self.assertEqual((movement.movement["change"], movement.movement["up"]), (1, None))
        self.assertEqual(self.open_cell(movement, "active", "lost"), self.own)
        self.assertEqual(self.open_cell(movement, 0, "active"), self.foreign)

    def test_tags_of_a_taxonomy_with_one_per_customer(self):
        self.write_history(self.own, "tag", ("2025-01-01", self.key), ("2026-03-01", self.watch))
        self.write_history(self.foreign, "tag", ("2025-01-01", self.speed))
        movement = self.movement(dimension="tag", taxonomy_id=self.treatment.id)
        self.assertEqual(self.read_pairs(movement), {(self.key.id, self.watch.id): 1})
        self.assertEqual(self.open_cell(movement, self.key.id, self.watch.id), self.own)
        with self.assertRaisesRegex(ValidationError, "one tag per customer"):
            self.movement(dimension="tag", taxonomy_id=self.wishes.id)

    def test_part_of_the_customers(self):
        sales = self.movement(user_id=self.users["sales"].id)
        self.assertEqual(self.open_cell(sales, False, False), self.own | self.in_team)
        team = self.movement(team_id=self.team.id)
        self.assertEqual(self.open_cell(team, False, False), self.own | self.in_team)
        self.foreign.sudo().customer_region_manual_id = self.env["customer.region"].create({"name": "Moon"})
        region = self.movement(region_id=self.own.customer_region_id.parent_id.id)
        self.assertEqual(self.open_cell(region, False, False), self.everybody - self.foreign)

    def test_each_role_sees_the_movement_of_whom_it_may_read(self):
        for login, names in READS.items():
            if login in OUTSIDERS:
                continue
            with self.subTest(login):
                expected = self.everybody.browse(self.archives[name].id for name in names)
                movement = self.movement(login)
                self.assertEqual(movement.movement["total"], len(names))
                self.assertEqual(self.open_cell(movement, False, False), expected)

    def test_employee_without_a_right_on_archives_has_no_movement(self):
        with self.assertRaises(AccessError):
            self.movement("employee")

    def test_movement_is_its_makers_own(self):
        movement = self.movement("sales")
        with self.assertRaises(AccessError):
            movement.with_user(self.users["manager"]).read(["movement"])

    def test_movement_follows_the_companies_that_are_chosen(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.users["manager"].company_ids |= other
        self.foreign.sudo().archive_company_id = other
        self.write_history(self.foreign, "level", ("2025-01-01", self.silver))
        movement, home = self.movement(), self.env.company
        for companies, expected in (
            (home, self.everybody - self.foreign), (other, self.foreign), (home | other, self.everybody)
        ):
            chosen = movement.with_context(allowed_company_ids=companies.ids)
            self.assertEqual(chosen.movement["total"], len(expected))
            self.assertEqual(self.open_cell(chosen, False, False), expected)

    def test_customer_who_is_gone_is_not_counted(self):
        self.own.sudo().active = False
        self.foreign.sudo().unlink()
        self.assertEqual(self.movement().movement["total"], 2)

    def test_archived_level_still_has_its_row(self):
        self.silver.active = False
        self.assertIn("Silver", [row["name"] for row in self.movement().movement["rows"]])

    def test_menu_opens_the_last_quarter_at_once(self):
        action = self.env["customer.movement"].with_user(self.users["sales"]).action_open()
        movement = self.env["customer.movement"].with_user(self.users["sales"]).browse(action["res_id"])
        self.assertEqual((str(movement.date_from), str(movement.date_to)), ("2026-02-20", "2026-05-20"))
        self.assertEqual(self.read_pairs(movement)[self.silver.id, self.bronze.id], 1)
        self.assertTrue(movement.action_view_moved()["domain"])

    def test_other_days_and_classes_change_the_matrix_at_once(self):
        movement = self.movement()
        with Form(movement) as form:
            self.assertEqual(form.movement["total"], 4)
            form.date_from = "2025-06-01"
            form.date_to = "2026-02-20"
            self.assertEqual(form.movement["change"], 1)
            form.dimension = "tag"
            self.assertTrue(form.taxonomy_id.is_exclusive)
            form.dimension = "level"
            self.assertFalse(form.taxonomy_id)
        self.assertEqual(self.read_pairs(movement)[self.bronze.id, self.silver.id], 1)

    def test_wrong_days_are_told_in_words(self):
        form = Form(self.movement())
        form.date_from = "2026-05-01"
        self.assertIn("later than the last one", form.fault)
        self.assertFalse(form.movement)
        form.date_from = False
        self.assertEqual(form.fault, "Choose two days and a class.")
        form.date_from = "2026-05-01"
        with self.assertRaisesRegex(ValidationError, "later than the last one"):
            form.save()
        with self.assertRaisesRegex(ValidationError, "still to come"):
            self.movement(date_to="2026-05-21")

    def test_movement_takes_one_statement_whatever_the_number(self):
        movement = self.movement()
        movement.movement  # noqa: B018 - fills the caches of rules and levels

        def count():
            movement.invalidate_recordset(["movement"])
            movement.date_from  # noqa: B018 - the record itself is read
            before = self.env.cr.sql_log_count
            movement._get_matrix()
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(20):
            archive = self.create_archive(name=f"Another {number}", vat=False)
            self.write_history(archive, "level", ("2025-01-01", self.gold), ("2026-03-01", self.silver))
        movement._get_matrix()
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 3, "the movement, and the levels with their names")
