from datetime import timedelta

from odoo import Command
from odoo.addons.customer_archive.tests.class_common import ClassCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..models.customer_class import CONSULTED_NAME, FIXED, NOT_CLASSED


@tagged("post_install", "-at_install")
class TestClassHooks(ClassCase):
    """Each hook of classes and policies takes effect where a consultant overrides it."""

    def draft_marks(self, **values):
        """A draft of level rules that counts the consultant's mark alone."""
        draft = self.draft_levels(**values)
        draft.criterion_ids = [
            Command.clear(),
            Command.create(
                {
                    "metric": "consultant",
                    "weight": 100,
                    "missing": "hold",
                    "band_ids": [Command.create({"lower": n, "points": 10 * n}) for n in (1, 5, 9)],
                }
            ),
        ]
        return draft

    def test_own_metric_sets_levels_and_is_explained(self):
        self.publish(self.draft_marks())
        archive = self.create_archive(consultant_mark=9)
        self.assertEqual(archive.customer_level_id, self.gold)
        archive.consultant_mark = 6
        self.assertEqual((archive.customer_level_id, archive.customer_level_score), (self.silver, 50))
        details = archive.customer_classification_ids.filtered(lambda c: c.new_level_id == self.silver).details
        reason = self.env["customer.level.criterion"]._explain(details)
        self.assertEqual(reason, "Consultant's mark: mark 6 → 50 × 100 %")
        self.assertFalse(self.create_archive().customer_level_id)

    def test_own_scope(self):
        self.publish(self.draft_marks())
        archive = self.create_archive(consultant_mark=9)
        self.as_user(archive, "manager").write({"consultant_internal": NOT_CLASSED, "consultant_mark": 1})
        self.classify_all()
        self.assertEqual(archive.customer_level_id, self.gold)
        self.as_user(archive, "manager").consultant_internal = False
        self.classify_all()
        archive.invalidate_recordset()
        self.assertEqual(archive.customer_level_id, self.bronze)

    def test_own_purchases_set_the_life_cycle_at_once(self):
        archive = self.create_archive()
        consulted = archive.with_context(consulted=True)
        today = consulted.env["customer.classifier"]._get_today()
        stages = {}
        for days in (29, 31, 61):
            consulted.consultant_purchase = today - timedelta(days=days)
            stages[days] = archive.customer_lifecycle
        self.assertEqual(stages, {29: "active", 31: "dormant", 61: "lost"})

    @freeze_time("2026-03-01 11:00:00")
    def test_own_time_zone_decides_on_the_day(self):
        Classifier = self.env["customer.classifier"]
        self.env.ref("base.main_company").partner_id.tz = "UTC"
        self.assertEqual(str(Classifier._get_today()), "2026-03-01")
        self.assertEqual(str(Classifier.with_context(consulted=True)._get_today()), "2026-03-02")
        archive = self.create_archive()
        manager = self.as_user(archive, "manager")
        manager._set_level_by_hand(self.gold, "Best of the day", Classifier._get_today())
        archive._classify()
        self.assertEqual(archive.customer_level_id, self.gold)
        archive.with_context(consulted=True)._classify()
        self.assertFalse(archive.customer_level_id, "the day is over where the consultant is")

    def test_own_size_of_a_batch(self):
        archives = self.create_archive() | self.create_archive()
        run = self.env["customer.classification.run"]._begin().with_context(consulted=True)
        run.cursor = min(archives.ids) - 1
        self.assertEqual([run._classify_batch(), run.cursor], [1, min(archives.ids)])
        self.assertEqual([run._classify_batch(), run.cursor], [1, max(archives.ids)])

    def test_own_use_of_a_level(self):
        self.bronze.name = CONSULTED_NAME
        with self.assertRaisesRegex(ValidationError, "the consultant's heart"):
            self.as_user(self.bronze, "manager").unlink()

    def test_own_refusal_to_set_a_level(self):
        archive = self.create_archive(consultant_internal=FIXED)
        with self.assertRaisesRegex(AccessError, "The consultant guards this level"):
            self.as_user(archive, "manager")._set_level_by_hand(self.gold, "Why not")

    def test_own_right_to_set_tags(self):
        archive = self.create_archive()
        archive.customer_tag_ids = self.speed
        self.wishes.name = CONSULTED_NAME
        with self.assertRaises(AccessError):
            archive.customer_tag_ids += self.price

    def test_own_fault_and_own_field_of_rules(self):
        draft = self.draft_levels(name=CONSULTED_NAME)
        with self.assertRaisesRegex(ValidationError, "Tell the consultant why"):
            draft.action_try_out()
        draft.consultant_reason = "Because"
        published = self.publish(draft)
        with self.assertRaisesRegex(UserError, "is published"):
            published.consultant_reason = "Changed my mind"

    def test_own_field_that_no_rule_may_ask_for(self):
        with self.assertRaisesRegex(ValidationError, "rules cannot depend on “Consultant Grade”"):
            self.draft_tags([(self.key, "[('consultant_grade', '=', 'new')]")])

    def test_own_fields_of_policies(self):
        self.env["customer.policy"].search([]).active = False
        self.env["customer.policy"].create(
            {"name": "Sweet", "consultant_gift": "tea", "consultant_country_id": self.china.id}
        )
        company, person = self.create_archive(), self.create_archive(is_company=False, vat=False, name="Wang Fang")
        asked = {
            archive: {name: value.needs_decision for name, value in archive._customer_policy()[archive.id].items()}
            for archive in (company, person)
        }
        self.assertEqual(asked[company], {"consultant_gift": False, "consultant_country_id": True})
        self.assertEqual(asked[person], {"consultant_gift": True, "consultant_country_id": True})
        lines = {line["label"]: line["value"] for line in self.as_user(company, "sales")._get_policy_lines()}
        self.assertEqual(lines, {"Gift": "a box of tea", "Journey": "to China"})
