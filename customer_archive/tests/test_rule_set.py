from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .class_common import ClassCase


@tagged("post_install", "-at_install")
class TestRuleSet(ClassCase):
    """Drafts are checked before they are tried out and published; versions stay as they were."""

    def assert_fault(self, draft, *texts):
        with self.assertRaises(ValidationError) as caught:
            draft.action_try_out()
        for text in texts:
            self.assertIn(text, str(caught.exception))
        with self.assertRaises(ValidationError):
            draft.action_publish()
        self.assertEqual((draft.state, draft.version), ("draft", 0))

    def test_weights_must_be_100(self):
        draft = self.draft_levels()
        draft.criterion_ids.weight = 99
        self.assert_fault(draft, "99 %")
        self.assertIn("99 %", draft.faults)

    def test_everything_that_is_wrong_is_said_at_once(self):
        draft = self.draft_levels(borders=(50, 50, 0))
        draft.criterion_ids.weight = 90
        draft.criterion_ids.band_ids.unlink()
        self.assert_fault(draft, "90 %", "has no bands", "“Gold” is better than “Silver”")

    def test_rules_without_levels_or_without_rules_are_not_whole(self):
        draft = self.draft_levels()
        draft.threshold_ids.unlink()
        self.assert_fault(draft, "from which score")
        self.assert_fault(self.draft_tags([]), "at least one rule")

    @mute_logger("odoo.sql_db")
    def test_bands_do_not_overlap(self):
        draft = self.draft_levels()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            draft.criterion_ids.band_ids = [Command.create({"category": "potential.low", "points": 5})]
            draft.flush_recordset()
            self.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_weights_and_points_keep_to_their_range(self):
        draft = self.draft_levels()
        for values in ({"weight": 0}, {"weight": 101}, {"missing_points": 101}):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                draft.criterion_ids.write(values)
                self.env.flush_all()

    def test_a_published_version_stays_as_it_is(self):
        published = self.publish(self.draft_levels())
        self.assertEqual((published.state, published.version), ("published", 1))
        self.assertEqual(published.published_by, self.users["manager"])
        spare = self.env["customer.level"].create({"name": "Spare"})
        attempts = [
            lambda rules: rules.write({"margin": 9}),
            lambda rules: rules.write({"criterion_ids": [Command.clear()]}),
            lambda rules: rules.criterion_ids.write({"weight": 50}),
            lambda rules: rules.criterion_ids.band_ids[0].write({"points": 50}),
            lambda rules: rules.criterion_ids.band_ids[0].unlink(),
            lambda rules: rules.threshold_ids[0].write({"lower": 60}),
            lambda rules: rules.threshold_ids.create({"rule_set_id": rules.id, "level_id": spare.id, "lower": 1}),
            lambda rules: rules.unlink(),
        ]
        for who in (published, published.sudo()):
            for number, attempt in enumerate(attempts):
                with self.subTest(number), self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt(who)
        published.name = "The title may be corrected"

    def test_state_and_version_are_set_by_buttons_only(self):
        draft = self.draft_levels()
        for values in ({"state": "published"}, {"version": 7}, {"published_by": self.env.uid}):
            with self.subTest(values), self.assertRaises(AccessError):
                draft.write(values)
        with self.assertRaises(AccessError):
            self.draft_levels(state="published")

    def test_publishing_takes_a_manager(self):
        draft = self.draft_levels("seller_all")
        draft.action_try_out()
        with self.assertRaises(UserError):
            draft.action_publish()
        self.as_user(draft, "manager").action_publish()
        self.assertEqual(draft.state, "published")
        with self.assertRaises(UserError):
            draft.action_retire()

    def test_a_second_click_publishes_nothing(self):
        published = self.publish(self.draft_levels())
        with self.assertRaises(UserError):
            published.action_publish()
        self.assertEqual(published.version, 1)

    def test_a_new_version_replaces_the_old_one_after_a_try_out(self):
        first = self.publish(self.draft_levels())
        draft = self.env["customer.rule.set"].browse(first.action_new_version()["res_id"])
        draft = self.as_user(draft, "manager")
        self.assertEqual(draft.criterion_ids.band_ids.mapped("points"), first.criterion_ids.band_ids.mapped("points"))
        draft.threshold_ids[0].lower = 95
        with self.assertRaises(UserError, msg="not compared with the first version yet"):
            draft.action_publish()
        self.publish(draft)
        self.assertEqual((first.state, draft.state, draft.version), ("retired", "published", 2))
        self.assertEqual(first.threshold_ids.sorted("lower")[-1].lower, 80)

    def test_a_draft_tried_out_against_an_older_version_is_not_published(self):
        self.publish(self.draft_levels())
        one, two = self.draft_levels(), self.draft_levels()
        one.action_try_out()
        two.action_try_out()
        one.action_publish()
        with self.assertRaises(UserError) as caught:
            two.action_publish()
        self.assertIn(one.display_name, str(caught.exception))
        self.assertEqual((one.state, two.state), ("published", "draft"))

    def test_rules_of_a_company_and_for_all_stand_beside_each_other(self):
        general = self.publish(self.draft_levels())
        own = self.publish(self.draft_levels(company_id=self.env.company.id))
        self.assertEqual((general.state, own.state), ("published", "published"))

    def test_levels_and_tags_in_use_are_not_deleted(self):
        self.publish(self.draft_levels())
        self.publish(self.draft_tags([(self.key, "[('customer_potential', '=', 'high')]")]))
        with self.assertRaises(ValidationError) as caught:
            self.as_user(self.gold, "manager").unlink()
        self.assertIn("Levels of the test", str(caught.exception))
        with self.assertRaises(ValidationError):
            self.as_user(self.key, "manager").unlink()
        with self.assertRaises(ValidationError) as caught:
            self.as_user(self.treatment, "manager").unlink()
        self.assertIn("Care of the test", str(caught.exception))
        self.create_archive(customer_tag_ids=[Command.link(self.speed.id)])
        with self.assertRaises(ValidationError) as caught:
            self.as_user(self.wishes, "manager").unlink()
        self.assertIn("Speed", str(caught.exception))
        spare = self.env["customer.level"].create({"name": "Spare"})
        self.as_user(spare, "manager").unlink()
        self.assertFalse(spare.exists())

    def test_what_only_the_history_names_is_not_deleted(self):
        rules = self.publish(self.draft_levels())
        spare = self.env["customer.level"].create({"name": "Spare"})
        archive = self.create_archive(customer_potential="high", customer_tag_ids=[Command.link(self.speed.id)])
        for level in (spare, spare.browse()):
            self.as_user(archive, "leader")._set_level_by_hand(level, "A promise")
        archive.customer_tag_ids = [Command.clear()]
        rules.action_retire()
        history = archive.customer_classification_ids
        named = {*history.new_level_id, *history.new_tag_id, *history.rule_set_id}
        self.assertLessEqual({spare, self.speed, rules}, named)
        for record in (spare, self.speed, rules):
            with self.subTest(record._name), self.assertRaises(UserError):
                self.as_user(record, "manager").unlink()

    def test_a_tree_of_tags_has_no_loop(self):
        self.usual.parent_id = self.key
        with self.assertRaises(ValidationError):
            self.as_user(self.key, "manager").parent_id = self.usual
        with self.assertRaises(ValidationError):
            self.as_user(self.speed, "manager").parent_id = self.key
        self.assertEqual(self.usual.display_name, "Key / Usual")


@tagged("post_install", "-at_install")
class TestTagRuleDomain(ClassCase):
    """Domains are read before they are saved, and reach only what their editor may read."""

    def assert_refused(self, domain, text, login="manager"):
        with self.assertRaises(ValidationError) as caught:
            self.draft_tags([(self.key, domain)], login)
        self.assertIn(text, str(caught.exception))

    def test_what_is_no_domain_is_refused(self):
        for domain in ("[(", "__import__('os')", "[('name', '=', uid)]", "[('name', 'is', 'x')]", "{}", "7",
                       "[('no_such_field', '=', 1)]", "['|']", "[('customer_potential', '=')]"):
            with self.subTest(domain):
                self.assert_refused(domain, "cannot be read")
        self.assert_refused("[('user_id.password', '!=', False)]", "not stored")

    def test_tags_do_not_depend_on_tags(self):
        self.assert_refused("[('customer_tag_ids', 'in', [1])]", "Customer Tags")
        self.assert_refused("['!', ('customer_tag_ids.name', '=', 'x')]", "Customer Tags")
        self.assert_refused("[('child_ids', 'any', [('customer_tag_ids', '!=', False)])]", "Customer Tags")

    def test_fields_that_the_editor_may_not_read_are_out_of_reach(self):
        for domain in (
            "[('user_ids.totp_secret', '!=', False)]",
            "[('user_ids', 'any', [('totp_secret', '!=', False)])]",
            "[('message_ids.tracking_value_ids.new_value_char', 'ilike', 'x')]",
        ):
            with self.subTest(domain):
                self.assert_refused(domain, "you may not read")

    def test_dates_that_move_and_paths_are_fine(self):
        draft = self.draft_tags(
            [
                (self.key, "[('create_date', '>=', 'today -30d')]"),
                (self.usual, "[('industry_id.code', '=like', 'C%'), ('child_ids.birthday.month_number', '=', 3)]"),
                (self.watch, "[('customer_level_id.name', '=', 'Gold')]"),
            ]
        )
        self.assertFalse(draft.faults)

    def test_a_tag_of_another_taxonomy_is_refused(self):
        with self.assertRaises(ValidationError):
            self.draft_tags([(self.speed, "[]")])

    def test_taxonomies_set_by_hand_have_no_rules(self):
        draft = self.draft_tags([(self.key, "[]")])
        self.treatment.set_by = "hand"
        self.assertIn("set by hand", draft._get_faults()[0])
