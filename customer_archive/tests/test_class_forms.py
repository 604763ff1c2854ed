from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .test_class_screens import ClassScreenCase

RULE_FORM = "customer_archive.customer_rule_set_view_form"
ARCHIVE_FORM = "customer_archive.customer_archive_view_form"


@tagged("post_install", "-at_install")
class TestLevelByHandScreen(ClassScreenCase):
    """The window that asks for a level and a reason, for one archive and for several."""

    def decide(self, archives, login, level, **values):
        action = self.as_user(archives, login).action_set_level()
        context = {**action["context"], "active_model": "res.partner"}
        form = Form(self.env[action["res_model"]].with_user(self.users[login]).with_context(**context))
        form.level_id = level
        for name, value in {"reason": "Agreed", **values}.items():
            setattr(form, name, value)
        form.save().action_confirm()

    def test_leader_sets_the_level_of_several(self):
        archives = self.create_archive() + self.create_archive(name="Second")
        self.decide(archives, "leader", self.gold, reason="Framework contract")
        self.assertEqual(archives.customer_level_id, self.gold)
        self.assertEqual(set(archives.mapped("customer_level_manual_reason")), {"Framework contract"})

    def test_empty_level_lets_the_rules_decide_again(self):
        self.publish(self.rules)
        archive = self.create_medium()
        self.decide(archive, "manager", self.bronze)
        self.decide(archive, "manager", self.env["customer.level"], reason="Over")
        self.assertEqual(archive.customer_level_id, self.silver)

    def test_reason_is_asked_for(self):
        with self.assertRaisesRegex(AssertionError, "reason"):
            self.decide(self.create_archive(), "leader", self.gold, reason=False)

    def test_salesperson_is_told_who_may(self):
        archive = self.create_archive()
        with self.assertRaisesRegex(UserError, "ask your team leader"):
            archive.action_set_level()
        with self.assertRaises(AccessError):
            self.env["customer.level.decision"].with_user(self.users["sales"]).create({})

    def test_closed_archive_gets_no_level(self):
        archive = self.create_archive()
        self.as_user(archive, "manager")._take_archive_step("close", "Dissolved")
        with self.assertRaisesRegex(UserError, "no open archive"):
            self.as_user(archive, "manager").action_set_level()

    def test_button_is_offered_to_those_who_may(self):
        view = self.env["res.partner"]
        for login, offered in (("sales", False), ("leader", True), ("manager", True), ("reviewer", False)):
            arch = view.with_user(self.users[login]).get_view(self.env.ref(ARCHIVE_FORM).id)["arch"]
            self.assertEqual("action_set_level" in arch, offered, login)

    def test_judgement_and_tags_of_a_formal_archive_stay_editable(self):
        self.publish(self.rules)
        archive = self.create_formal(customer_since="2010-01-01")
        with Form(archive, ARCHIVE_FORM) as form:
            form.customer_potential = "high"
            form.customer_lifecycle_manual = "active"
            form.customer_tag_ids.add(self.speed)
        self.assertEqual((archive.customer_level_id, archive.customer_lifecycle), (self.gold, "active"))
        self.assertEqual(archive.customer_tag_ids.mapped("name"), ["Speed"])

    def test_history_of_one_archive_leaves_out_its_name(self):
        action = self.create_archive().action_view_classifications()
        self.assertEqual(action["context"], {"archive_history": True})


@tagged("post_install", "-at_install")
class TestRuleSetForm(ClassScreenCase):
    """A manager drafts rules in the form, is told what is missing, tries them out and publishes them."""

    def form(self, record=None):
        rules = record or self.env["customer.rule.set"]
        return Form(rules.with_user(self.users["manager"]), RULE_FORM)

    def test_rules_for_levels_are_made_in_the_form(self):
        with self.form() as form:
            form.name = "By size"
            with form.criterion_ids.new() as criterion:
                self.assertEqual(criterion.weight, 100, "the weight that is left")
                criterion.metric = "size"
            with form.threshold_ids.new() as threshold:
                threshold.level_id = self.gold
                threshold.lower = 75
        rules = form.save()
        self.assertFalse(rules.faults)
        self.publish(rules)
        self.assertEqual(rules.display_name, "By size (version 1)")

    def test_new_criterion_starts_with_the_categories_of_its_metric(self):
        with self.form(self.rules.copy()) as form:
            with form.criterion_ids.new() as criterion:
                criterion.metric = "size"
                criterion.weight = 10
                keys = [band["category"] for band in criterion.band_ids._records]
        self.assertEqual(keys, ["size.micro", "size.small", "size.medium", "size.large"])
        criterion = form.save().criterion_ids.filtered(lambda c: c.metric == "size")
        self.assertEqual(criterion.band_ids.mapped("lower"), [1, 2, 3, 4])
        self.assertEqual(criterion.band_text, "Micro: 25; Small: 50; Medium: 75; Large: 100")

    def test_other_metric_replaces_the_bands(self):
        draft = self.rules.copy()
        with self.form(draft) as form:
            with form.criterion_ids.edit(0) as criterion:
                criterion.metric = "completeness"
        criterion = draft.criterion_ids.filtered(lambda c: c.metric == "completeness")
        self.assertRecordValues(criterion.band_ids, [{"lower": 0, "points": 0, "category": False}])
        self.assertEqual(criterion.band_text, "≥ 0 %: 0")

    def test_choice_of_bands_is_that_of_the_metric(self):
        criterion = self.rules.criterion_ids.filtered(lambda c: c.metric == "potential")
        self.assertEqual(criterion.categories, ["potential.low", "potential.medium", "potential.high"])
        self.assertEqual(criterion.band_ids[0].categories, criterion.categories)
        tenure = self.rules.criterion_ids - criterion
        self.assertEqual((tenure.categories, tenure.missing_text), (False, "the others share its weight"))

    def test_numbers_are_written_as_people_write_them(self):
        Criterion = self.env["customer.level.criterion"]
        self.assertEqual(Criterion._format_number(1234567), "1,234,567")
        self.assertEqual([Criterion._format_number(n) for n in (12.0, 12.5, 12.345)], ["12", "12.5", "12.34"])

    def test_what_is_missing_stands_above_the_form(self):
        with self.form() as form:
            form.name = "Half done"
            self.assertIn("The weights add up to 0 %", form.faults)
        rules = form.save()
        with self.assertRaisesRegex(ValidationError, "not whole yet"):
            rules.action_try_out()

    def test_unsaved_rules_have_no_odd_name(self):
        self.assertFalse(self.env["customer.rule.set"].new().display_name)

    def test_rules_for_tags_ask_for_their_taxonomy(self):
        with self.form() as form:
            form.name, form.kind = "Who is key", "tag"
            form.taxonomy_id = self.treatment
            with form.tag_rule_ids.new() as rule:
                rule.tag_id = self.key
                rule.domain = "[('customer_potential', '=', 'high')]"
        rules = form.save()
        self.assertFalse(rules.faults)
        self.assertEqual(rules.tag_rule_ids.taxonomy_id, self.treatment)

    def test_published_rules_are_read_only_in_the_form(self):
        self.publish(self.rules)
        with self.assertRaisesRegex(AssertionError, "readonly"), self.form(self.rules) as form:
            form.margin = 9
