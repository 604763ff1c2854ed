from odoo.exceptions import AccessError
from odoo.tests import tagged

from .class_common import ClassCase


@tagged("post_install", "-at_install")
class TestTrial(ClassCase):
    """A try-out says who would move and why, and touches no customer."""

    def try_out(self, draft):
        action = draft.action_try_out()
        return self.env[action["res_model"]].with_user(draft.env.user).browse(action["res_id"])

    def test_movement_of_levels(self):
        self.publish(self.draft_levels())
        high = [self.create_archive(customer_potential="high", archive_team_id=self.team.id) for _n in range(2)]
        self.create_archive(customer_potential="low")
        by_hand = self.create_archive(customer_potential="high", archive_team_id=self.team.id)
        self.as_user(by_hand, "leader")._set_level_by_hand(self.gold, "Promised")
        before = self.env["customer.classification"].search_count([])
        trial = self.try_out(self.draft_levels("seller_all", borders=(95, 50, 0)))
        self.assertEqual(trial.move_count, 2)
        self.assertEqual(trial.held_count, 1)
        matrix = trial.movement
        keys = [row["key"] for row in matrix["rows"]]
        cell = matrix["cells"][keys.index(self.gold.id)][keys.index(self.silver.id)]
        self.assertEqual((cell, matrix["down"], matrix["up"]), (2, 2, 0))
        self.assertEqual(set(trial.line_ids.partner_id.ids), {archive.id for archive in high})
        self.assertEqual(set(trial.line_ids.mapped("move")), {"down"})
        self.assertIn("Potential as judged: High → 90 × 100 %", trial.line_ids[0].reason)
        east = next(row for row in trial.by_team["rows"] if row["key"] == self.team.id)
        self.assertEqual((trial.by_team["columns"], east["cells"]), (["Worse level"], [2]))
        region = high[0].customer_region_id
        self.assertEqual([(row["key"], row["cells"]) for row in trial.by_region["rows"]], [(region.id, [2])])
        self.assertEqual(self.env["customer.classification"].search_count([]), before)
        for archive in high:
            archive.invalidate_recordset()
            self.assertEqual(archive.customer_level_id, self.gold, "customers are as they were")

    def test_movement_equals_what_the_publication_does(self):
        self.publish(self.draft_levels())
        archives = [self.create_archive(customer_potential=key, vat=False) for key in ("high", "medium", "low", False)]
        draft = self.draft_levels(borders=(90, 20, 10))
        trial = self.try_out(draft)
        expected = {line.partner_id.id: line.new_level_id for line in trial.line_ids}
        before = {archive.id: archive.customer_level_id for archive in archives}
        draft.action_publish()
        self.classify_all()
        for archive in archives:
            archive.invalidate_recordset()
            self.assertEqual(archive.customer_level_id, expected.get(archive.id, before[archive.id]))

    def test_movement_of_tags(self):
        self.publish(self.draft_tags([(self.usual, "[]")]))
        high, low = (self.create_archive(customer_potential=key, vat=False) for key in ("high", "low"))
        trial = self.try_out(self.draft_tags([(self.key, "[('customer_potential', '=', 'high')]"), (self.usual, "[]")]))
        line = trial.line_ids.filtered(lambda l: l.partner_id == high)  # noqa: E741
        self.assertEqual((line.old_tag_id, line.new_tag_id, line.move), (self.usual, self.key, "change"))
        self.assertNotIn(low, trial.line_ids.partner_id)
        self.assertEqual(high.customer_tag_ids, self.usual)

    def test_cells_lead_to_their_customers(self):
        self.publish(self.draft_levels())
        archive = self.create_archive(customer_potential="high")
        stays = self.create_archive(customer_potential="low")
        trial = self.try_out(self.draft_levels(borders=(95, 50, 0)))
        action = trial.action_open_cell(self.gold.id, self.silver.id)
        found = self.env[action["res_model"]].with_user(self.users["manager"]).search(action["domain"])
        self.assertEqual(found.partner_id, archive)
        action = trial.action_open_cell(self.bronze.id, self.bronze.id)
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertIn(stays, found)
        self.assertNotIn(archive, found)

    def test_try_outs_are_their_owners(self):
        trial = self.try_out(self.draft_levels("seller_all"))
        with self.assertRaises(AccessError):
            self.as_user(trial, "manager").read(["movement"])
        with self.assertRaises(AccessError):
            self.as_user(trial.rule_set_id, "sales").action_try_out()
