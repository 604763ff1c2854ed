from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .class_common import ClassCase


class ClassScreenCase(ClassCase):
    """Gold from 80, Silver from 50, Bronze from 10, margin 5: the potential counts 60 %, the tenure 40 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.silver.color = 7
        cls.rules = cls.env["customer.rule.set"].with_user(cls.users["manager"]).create(cls.prepare_rules())

    @classmethod
    def prepare_rules(cls, **values):
        points = {"low": 10, "medium": 60, "high": 100}
        potential = [Command.create({"category": f"potential.{k}", "points": v}) for k, v in points.items()]
        tenure = [Command.create({"lower": 0, "points": 0}), Command.create({"lower": 12, "points": 100})]
        borders = [(cls.gold, 80), (cls.silver, 50), (cls.bronze, 10)]
        return {
            "name": "Ladder",
            "kind": "level",
            "margin": 5,
            "criterion_ids": [
                Command.create(
                    {
                        "metric": "potential", "weight": 60, "missing": "points", "missing_points": 30,
                        "band_ids": potential,
                    }
                ),
                Command.create({"metric": "tenure", "weight": 40, "missing": "skip", "band_ids": tenure}),
            ],
            "threshold_ids": [Command.create({"level_id": level.id, "lower": lower}) for level, lower in borders],
            **values,
        }

    def explain(self, archive, login="sales"):
        """The explanation as a person reads it."""
        archive.invalidate_recordset()
        return self.as_user(archive, login).customer_classes

    def create_medium(self, **values):
        """Score 76: 36 from the potential and 40 from the tenure."""
        return self.create_archive(**{"customer_potential": "medium", "customer_since": "2010-01-01", **values})


@tagged("post_install", "-at_install")
class TestClassExplanation(ClassScreenCase):
    """The tab “Classes” says in words why a customer is classed as it is."""

    def test_level_by_rules_says_which_rules_and_how_far_the_next_level_is(self):
        self.publish(self.rules)
        classes = self.explain(self.create_medium())
        self.assertEqual(classes["level"]["name"], "Silver")
        self.assertEqual(classes["level"]["color"], 7)
        self.assertEqual(classes["level"]["reasons"], ["By the rules “Ladder (version 1)”."])
        self.assertRegex(classes["level"]["since"], "^Since ")
        self.assertEqual(classes["score"], 76)
        self.assertEqual(classes["ladder"]["sentences"], ["4 points to Gold."])
        self.assertEqual(classes["notice"], "")

    def test_criteria_show_value_points_weight_and_what_they_bring(self):
        self.publish(self.rules)
        potential, tenure = self.explain(self.create_medium())["criteria"]
        self.assertEqual((potential["label"], potential["value"]), ("Potential as judged", "Moderate"))
        self.assertEqual((potential["points"], potential["weight"], potential["brings"]), (60, 60, 36))
        self.assertRegex(tenure["value"], r"^\d+ months$")
        self.assertEqual((tenure["points"], tenure["share"], tenure["brings"]), (100, 40, 40))
        self.assertEqual(potential["note"], "")

    def test_missing_value_says_what_becomes_of_it(self):
        self.publish(self.rules)
        classes = self.explain(self.create_archive(customer_since=False))
        potential, tenure = classes["criteria"]
        self.assertEqual(potential["note"], "Not known: counts with 30 points")
        self.assertEqual((potential["share"], potential["brings"]), (100, 30), "it takes the weight of the other one")
        self.assertEqual((tenure["note"], tenure["points"]), ("Not known: the others share its weight", None))
        self.assertEqual(classes["level"]["name"], "Bronze")

    def test_value_that_holds_the_level_back_is_named(self):
        self.rules.criterion_ids.filtered(lambda c: c.metric == "tenure").missing = "hold"
        self.publish(self.rules)
        classes = self.explain(self.create_archive(customer_potential="high", customer_since=False))
        self.assertEqual(classes["level"]["name"], "No level")
        self.assertEqual(classes["level"]["reasons"], ["There is no level until this is known: Tenure (months)."])
        self.assertIsNone(classes["ladder"])
        self.assertEqual(classes["criteria"][1]["note"], "Not known: no level until it is")

    def test_ladder_shows_every_level_and_marks_the_present_one(self):
        self.publish(self.rules)
        rungs = self.explain(self.create_medium())["ladder"]["rungs"]
        self.assertEqual([rung["name"] for rung in rungs], ["No level", "Bronze", "Silver", "Gold"])
        self.assertEqual([(rung["lower"], rung["upper"]) for rung in rungs][-2:], [(50, 80), (80, 100)])
        self.assertEqual([rung["name"] for rung in rungs if rung["is_present"]], ["Silver"])

    def test_margin_that_keeps_a_level_is_explained(self):
        self.publish(self.rules)
        archive = self.create_medium(customer_potential="high")
        archive.customer_potential = "medium"
        classes = self.explain(archive)
        self.assertEqual((classes["level"]["name"], classes["score"]), ("Gold", 76))
        self.assertEqual(
            classes["ladder"]["sentences"],
            ["The score is below the border of Gold; the margin keeps the level down to 75."],
        )

    def test_score_below_the_lowest_border_gives_no_level(self):
        self.publish(self.rules)
        archive = self.create_archive(customer_potential="low", customer_since=date.today())
        classes = self.explain(archive)
        self.assertEqual(classes["level"]["reasons"], ["The score is below the border of the lowest level."])
        self.assertEqual(classes["ladder"]["sentences"], ["4 points to Bronze."])

    def test_level_by_hand_names_the_person_the_reason_and_what_the_rules_say(self):
        self.publish(self.rules)
        archive = self.create_medium()
        self.as_user(archive, "leader")._set_level_by_hand(self.gold, "Board decision")
        level = self.explain(archive)["level"]
        self.assertEqual(level["name"], "Gold")
        person = self.users["leader"].name
        self.assertEqual(
            level["reasons"],
            [
                f"Set by hand by {person}: Board decision",
                "It holds until somebody lets the rules decide again.",
                "By the rules it would be Silver.",
            ],
        )

    def test_level_by_hand_says_until_when_it_holds(self):
        archive = self.create_archive()
        self.as_user(archive, "leader")._set_level_by_hand(self.gold, "Fair", date(2100, 12, 31))
        reasons = self.explain(archive)["level"]["reasons"]
        self.assertEqual(reasons[1], "It holds until 12/31/2100; then the rules decide again.")
        self.assertEqual(reasons[2], "By the rules there would be no level.")

    def test_without_rules_nothing_is_made_up(self):
        classes = self.explain(self.create_medium())
        self.assertEqual(classes["level"]["reasons"], ["No rules for levels are in force yet."])
        self.assertEqual((classes["criteria"], classes["ladder"], classes["tags"]), ([], None, []))

    def test_new_rules_that_were_not_applied_yet_are_announced(self):
        archive = self.create_medium()
        self.publish(self.rules)
        self.assertRegex(self.explain(archive)["notice"], "the level would be Silver.*at the latest tonight")
        archive._classify()
        self.assertEqual(self.explain(archive)["notice"], "")

    def test_score_of_other_rules_that_keeps_the_level_is_announced(self):
        archive = self.create_medium()
        self.publish(self.rules)
        archive._classify()
        draft = self.rules.copy()
        draft.margin = 1
        self.publish(draft)
        self.assertRegex(self.explain(archive)["notice"], "differs from what is stored")

    def test_retired_rules_leave_the_level_and_say_so(self):
        self.publish(self.rules)
        archive = self.create_medium()
        self.rules.action_retire()
        reasons = ["By the rules “Ladder (version 1)”.",
                   "These rules are retired: the level stays until other rules or a person decide."]
        self.assertEqual(self.explain(archive)["level"]["reasons"], reasons)
        archive._classify()
        self.assertEqual(self.explain(archive)["level"]["reasons"], reasons, "the history knows them still")

    def test_closed_archive_keeps_what_it_had(self):
        self.publish(self.rules)
        archive = self.create_medium()
        self.as_user(archive, "manager")._take_archive_step("close", "Dissolved")
        level = self.explain(archive)["level"]
        self.assertEqual(level["name"], "Silver")
        self.assertEqual(level["reasons"], ["The archive is closed or hidden: it keeps the classes that it had."])

    def test_contact_without_archive_has_no_explanation(self):
        contact = self.env["res.partner"].create({"name": "Somebody"})
        self.assertFalse(contact.with_user(self.users["employee"]).customer_classes)


@tagged("post_install", "-at_install")
class TestTagAndStageExplanation(ClassScreenCase):
    """Tags say who set them; the life cycle says what it stands on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key.color = 5
        cls.treatment.sequence, cls.wishes.sequence = -2, -1
        cls.tag_rules = cls.draft_tags([(cls.key, "[('customer_potential', '=', 'high')]")], name="Who is key")

    def test_tags_are_grouped_by_taxonomy_with_who_set_them(self):
        self.publish(self.tag_rules)
        archive = self.create_archive(customer_potential="high")
        archive.customer_tag_ids = [Command.link(self.speed.id)]
        care, wishes = self.explain(archive)["tags"]
        self.assertEqual((care["taxonomy"], wishes["taxonomy"]), ("Care", "Wishes"))
        self.assertEqual((care["tags"][0]["name"], care["tags"][0]["color"]), ("Key", 5))
        self.assertRegex(care["tags"][0]["source"], r"^By the rules “Who is key \(version 1\)” since ")
        self.assertIn(f"By {self.users['sales'].name} since ", wishes["tags"][0]["source"])

    def test_person_without_a_right_on_rules_is_told_their_name(self):
        self.publish(self.tag_rules)
        archive = self.create_archive(customer_potential="high")
        self.assertFalse(self.env["customer.tag.rule"].with_user(self.users["employee"]).has_access("read"))
        classes = self.explain(archive, "employee")
        self.assertIn("Who is key (version 1)", classes["tags"][0]["tags"][0]["source"])

    def test_stage_by_hand_and_stage_that_nobody_set(self):
        archive = self.create_archive()
        stage = self.explain(archive)["lifecycle"]
        self.assertEqual(stage["name"], "Potential")
        self.assertEqual(stage["reasons"], ["Nobody has set it, and no purchases are known here."])
        archive.customer_lifecycle_manual = "dormant"
        stage = self.explain(archive)["lifecycle"]
        self.assertEqual((stage["name"], stage["reasons"]), ("Dormant", ["Set by hand."]))
        self.assertRegex(stage["since"], "^Since ")

    def test_policies_of_the_customer_are_listed_with_their_names(self):
        self.publish(self.rules)
        archive = self.create_medium()
        self.assertNotIn("Silver service", str(self.explain(archive)["sections"]))
        self.env["customer.policy"].create(
            {"name": "Silver service", "sequence": 0, "level_ids": self.silver.ids, "visit_interval_days": 30}
        )
        [section] = self.explain(archive, "employee")["sections"]
        self.assertEqual(section["title"], "What Policies Say")
        row = {"label": "Visit", "value": "every 30 days", "source": "Policy “Silver service”"}
        self.assertIn(row, section["rows"])

    def test_trial_of_tags_says_that_they_have_no_order(self):
        self.create_archive(customer_potential="high")
        self.tag_rules.action_try_out()
        trial = self.env["customer.rule.trial"].with_user(self.users["manager"]).search([], limit=1)
        self.assertFalse(trial.movement["ordered"])
        self.assertEqual(trial.action_open_cell(0, self.key.id)["context"], {"trial_kind": "tag"})


@tagged("post_install", "-at_install")
class TestClassExplanationReaders(ClassScreenCase):
    """Who reads the archive reads why it is classed so, in their language, at a bounded cost."""

    def test_everybody_who_reads_the_archive_reads_the_explanation(self):
        self.publish(self.rules)
        archive = self.create_medium()
        expected = self.explain(archive, "sales")
        for login in ("colleague", "leader", "seller_all", "manager", "reviewer", "office", "quality", "employee"):
            self.assertEqual(self.explain(archive, login), expected, login)

    def test_whoever_may_not_read_the_archive_reads_no_explanation(self):
        archive = self.create_archive()
        self.as_user(archive, "leader").archive_access = "owner"
        with self.assertRaises(AccessError):
            self.explain(archive, "employee")

    def test_customers_themselves_do_not_read_their_class(self):
        portal = new_test_user(self.env, "archive_class_portal", groups="base.group_portal")
        field = self.env["res.partner"]._fields["customer_classes"]
        self.assertFalse(self.env["res.partner"].with_user(portal)._has_field_access(field, "read"))

    def test_explanation_speaks_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.silver.with_context(lang="zh_CN").name = "银牌"
        self.rules.with_context(lang="zh_CN").name = "阶梯"
        self.publish(self.rules)
        archive = self.create_medium()
        chinese = self.as_user(archive, "sales").with_context(lang="zh_CN").customer_classes
        self.assertEqual(chinese["level"]["name"], "银牌")
        self.assertIn("阶梯", chinese["level"]["reasons"][0])
        self.assertEqual(self.explain(archive)["level"]["name"], "Silver")

    def test_a_hundred_explanations_cost_as_many_queries_as_ten(self):
        self.publish(self.rules)
        values = [
            {"name": f"C{n}", "archive_state": "draft", "customer_potential": "medium", "customer_since": "2010-01-01"}
            for n in range(110)
        ]
        archives = self.env["res.partner"].with_user(self.users["sales"]).create(values)
        archives[::3].sudo().write(
            {
                "customer_level_manual_id": self.gold.id,
                "customer_level_manual_reason": "Fair",
                "customer_level_manual_by": self.users["leader"].id,
            }
        )
        archives.customer_tag_ids = self.speed
        self.env["customer.policy"].create({"name": "Visits", "level_ids": self.gold.ids, "visit_interval_days": 30})
        self.count_queries(archives)  # fills the caches of the registry
        few = self.count_queries(archives[:10])
        many = self.count_queries(archives[10:])
        self.assertEqual((few, many), (20, 20))

    def count_queries(self, archives):
        self.env.flush_all()
        self.env.invalidate_all()
        archives.mapped("name")
        before = self.env.cr.sql_log_count
        self.assertTrue(all(archives.mapped("customer_classes")))
        return self.env.cr.sql_log_count - before
