from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .class_common import ClassCase


@tagged("post_install", "-at_install")
class TestLevel(ClassCase):
    """Levels by rules, by hand, and the one that counts."""

    def history(self, archive, dimension="level"):
        rows = self.env["customer.classification"].search(
            [("partner_id", "=", archive.id), ("dimension", "=", dimension)], order="id"
        )
        return [(row.old_name or "", row.new_name or "", bool(row.date_end)) for row in rows]

    def test_an_edited_customer_is_classed_at_once(self):
        rules = self.publish(self.draft_levels())
        archive = self.create_archive(customer_potential="high")
        self.assertEqual(archive.customer_level_id, self.gold)
        self.assertEqual(archive.customer_level_score, 90)
        archive.customer_potential = "low"
        self.assertEqual(archive.customer_level_id, self.bronze)
        self.assertEqual(self.history(archive), [("", "Gold", True), ("Gold", "Bronze", False)])
        row = archive.customer_classification_ids.filtered(lambda r: r.dimension == "level")[0]
        self.assertEqual((row.rule_set_id, row.score, row.reason), (rules, 20, False))
        self.assertEqual(row.details[0]["points"], 20)

    def test_what_is_not_known_is_left_out_or_holds_the_level_back(self):
        draft = self.draft_levels()
        draft.criterion_ids.write({"missing": "hold"})
        self.publish(draft)
        archive = self.create_archive()
        self.assertFalse(archive.customer_level_id)
        draft = self.draft_levels()
        draft.criterion_ids.write({"missing": "points", "missing_points": 55})
        self.publish(draft)
        self.classify_all()
        archive.invalidate_recordset()
        self.assertEqual((archive.customer_level_id, archive.customer_level_score), (self.silver, 55))

    def test_a_customer_just_under_a_border_keeps_the_level(self):
        draft = self.draft_levels(borders=(91, 50, 0), margin=2)
        band = draft.criterion_ids.band_ids.filtered(lambda b: b.category == "potential.medium")
        band.points = 91
        self.publish(draft)
        archive = self.create_archive(customer_potential="high")
        self.assertEqual(archive.customer_level_id, self.silver)
        archive.customer_potential = "medium"
        self.assertEqual(archive.customer_level_id, self.gold)
        archive.customer_potential = "high"
        self.assertEqual(archive.customer_level_id, self.gold, "90 is within 2 points of 91")
        archive.customer_potential = "low"
        self.assertEqual(archive.customer_level_id, self.bronze)

    def test_tenure_is_counted_in_whole_months(self):
        today = self.env["customer.classifier"]._get_today()
        metrics = self.env["customer.level.criterion"]._get_metrics(today)
        for since, months in (
            (today, 0), (fields.Date.subtract(today, months=12), 12),
            (fields.Date.subtract(today, months=12) + timedelta(days=1), 11), (today + timedelta(days=40), 0),
            (False, None),
        ):
            archive = self.create_archive(customer_since=since, vat=False)
            archive.flush_recordset()
            self.env.cr.execute(
                self.env["customer.level.criterion"]._get_metrics(today)["tenure"]["value"].code.join(
                    ["SELECT (", ")::float FROM res_partner p WHERE id = %s"]
                ),
                [*metrics["tenure"]["value"].params, archive.id],
            )
            self.assertEqual(self.env.cr.fetchone()[0], months, since)

    def test_a_person_decides_and_the_rules_go_on_beside(self):
        self.publish(self.draft_levels())
        archive = self.create_archive(customer_potential="low", archive_team_id=self.team.id)
        until = self.env["customer.classifier"]._get_today() + timedelta(days=30)
        self.as_user(archive, "leader")._set_level_by_hand(self.gold, "Buys for a whole group", until)
        self.assertEqual(
            (archive.customer_level_id, archive.customer_level_computed_id, archive.customer_level_manual_by),
            (self.gold, self.bronze, self.users["leader"]),
        )
        archive.customer_potential = "medium"
        self.assertEqual((archive.customer_level_id, archive.customer_level_computed_id), (self.gold, self.silver))
        row = archive.customer_classification_ids.filtered(lambda r: r.dimension == "level")[0]
        self.assertEqual((row.user_id, row.reason), (self.users["leader"], "Buys for a whole group"))
        self.as_user(archive, "leader")._set_level_by_hand(self.env["customer.level"], "No group any more")
        self.assertEqual((archive.customer_level_id, archive.customer_level_manual_id), (self.silver, self.levels[:0]))

    def test_a_level_set_by_hand_expires_by_itself(self):
        self.publish(self.draft_levels())
        archive = self.create_archive(customer_potential="low", archive_team_id=self.team.id)
        today = self.env["customer.classifier"]._get_today()
        self.as_user(archive, "leader")._set_level_by_hand(self.gold, "For the fair", today)
        self.classify_all()
        self.assertEqual(archive.customer_level_id, self.gold, "the last day counts")
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.classify_all()
        archive.invalidate_recordset()
        self.assertEqual((archive.customer_level_id, archive.customer_level_manual_id), (self.bronze, self.levels[:0]))
        self.assertFalse(archive.customer_level_manual_reason)
        row = archive.customer_classification_ids.filtered(lambda r: r.dimension == "level")[0]
        self.assertIn("expired", row.reason)

    def test_who_sets_levels_by_hand(self):
        self.publish(self.draft_levels())
        archive = self.create_archive(archive_team_id=self.team.id, archive_access="team")
        for login, allowed in (
            ("sales", False), ("colleague", False), ("leader", True), ("seller_all", True), ("manager", True),
            ("reviewer", False), ("office", False), ("employee", False),
        ):
            mine = self.as_user(archive, login)
            with self.subTest(login):
                if allowed:
                    mine._set_level_by_hand(self.gold, "Because")
                else:
                    with self.assertRaises(AccessError):
                        mine._set_level_by_hand(self.gold, "Because")
        for values in (
            {"customer_level_id": self.silver.id}, {"customer_level_manual_id": self.silver.id},
            {"customer_lifecycle": "lost"}, {"customer_level_score": 100},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.as_user(archive, "manager").write(values)
        with self.assertRaises(AccessError):
            self.create_archive(customer_level_id=self.gold.id)

    def test_a_day_that_is_over_is_refused(self):
        archive = self.create_archive(archive_team_id=self.team.id)
        yesterday = self.env["customer.classifier"]._get_today() - timedelta(days=1)
        with self.assertRaises(UserError):
            self.as_user(archive, "leader")._set_level_by_hand(self.gold, "Late", yesterday)

    def test_closed_archives_keep_their_class(self):
        self.publish(self.draft_levels())
        archive = self.create_archive(customer_potential="high", archive_team_id=self.team.id)
        self.as_user(archive, "leader")._take_archive_step("close", "Out of business")
        self.as_user(archive, "manager").customer_potential = "low"
        self.classify_all()
        self.assertEqual(archive.customer_level_id, self.gold)

    def test_a_contact_or_a_plain_partner_has_no_class(self):
        self.publish(self.draft_levels())
        plain = self.env["res.partner"].create({"name": "No archive", "customer_potential": "high"})
        archive = self.create_archive(customer_potential="high")
        contact = self.env["res.partner"].create({"name": "Zhao", "parent_id": archive.id})
        self.classify_all()
        self.assertFalse((plain | contact).customer_level_id)
        self.assertFalse(plain.customer_lifecycle)

    def test_rules_of_its_own_company_count_first(self):
        company = self.env["res.company"].create({"name": "Second", "country_id": self.china.id})
        self.publish(self.draft_levels())
        own = self.draft_levels(borders=(99, 98, 0))
        own.sudo().company_id = company
        own = own.with_context(allowed_company_ids=[self.env.company.id, company.id])
        self.users["manager"].company_ids |= company
        self.publish(own)
        here = self.create_archive(customer_potential="high")
        there = self.create_archive(customer_potential="high")
        there.sudo().archive_company_id = company
        self.classify_all()
        (here | there).invalidate_recordset()
        self.assertEqual((here.customer_level_id, there.customer_level_id), (self.gold, self.bronze))
        self.assertEqual(there.customer_level_rule_set_id.sudo(), own.sudo())

    def test_a_database_equals_the_pure_arithmetic(self):
        draft = self.env.ref("customer_archive.customer_rule_set_level").copy()
        self.publish(self.as_user(draft, "manager"))
        facts = [
            {"customer_potential": "high", "customer_since": "2000-01-01", "customer_size_manual": "large"},
            {"customer_potential": "low", "customer_size_manual": "micro"},
            {"customer_since": "2024-01-01"},
            {},
        ]
        archives = [self.create_archive(**values) for values in facts]
        # size 100×30 + potential 100×30 + tenure 100×25 + completeness of these facts ×15, in percent
        full = archives[0]
        filled = 100 if full.archive_completeness >= 90 else 60 if full.archive_completeness >= 60 else 0
        self.assertEqual(full.customer_level_score, 85 + 0.15 * filled)
        bare = archives[3]
        filled = 100 if bare.archive_completeness >= 90 else 60 if bare.archive_completeness >= 60 else 0
        self.assertAlmostEqual(bare.customer_level_score, (30 * 30 + 0 * 25 + filled * 15) / 70, 2)


@tagged("post_install", "-at_install")
class TestTags(ClassCase):
    """Tags by rules and by people."""

    HIGH = "[('customer_potential', '=', 'high')]"
    ANY = "[]"

    def origin(self, archive, tag):
        row = archive.customer_tag_assignment_ids.filtered(lambda a: a.tag_id == tag)
        return row.origin, row.user_id, row.rule_id.rule_set_id, bool(row.date)

    def test_the_first_rule_that_fits_sets_the_tag_and_says_so(self):
        rules = self.publish(self.draft_tags([(self.key, self.HIGH), (self.usual, self.ANY)]))
        archive = self.create_archive(customer_potential="high")
        self.assertEqual(archive.customer_tag_ids, self.key)
        self.assertEqual(self.origin(archive, self.key), ("rule", self.env["res.users"], rules, True))
        archive.customer_potential = "low"
        self.assertEqual(archive.customer_tag_ids, self.usual)
        rows = archive.customer_classification_ids.filtered(lambda r: r.dimension == "tag").sorted("id")
        self.assertEqual(
            [(r.old_tag_id, r.new_tag_id, bool(r.date_end)) for r in rows],
            [(self.env["customer.tag"], self.key, True), (self.key, self.usual, False)],
        )

    def test_what_a_person_set_stays_whatever_the_rules_say(self):
        self.publish(self.draft_tags([(self.key, self.HIGH)]))
        archive = self.create_archive(customer_potential="high")
        archive.customer_tag_ids = [Command.link(self.watch.id)]
        self.assertEqual(archive.customer_tag_ids, self.watch, "one tag of a kind: the person's takes the place")
        self.assertEqual(self.origin(archive, self.watch)[:2], ("person", self.users["sales"]))
        self.classify_all()
        archive.invalidate_recordset()
        self.assertEqual(archive.customer_tag_ids, self.watch)
        archive.customer_tag_ids = [Command.unlink(self.watch.id)]
        self.assertEqual(archive.customer_tag_ids, self.key, "the rules decide again")

    def test_a_tag_of_a_rule_is_not_taken_away_by_hand(self):
        self.publish(self.draft_tags([(self.key, self.HIGH)]))
        archive = self.create_archive(customer_potential="high")
        with self.assertRaises(AccessError):
            archive.customer_tag_ids = [Command.clear()]

    def test_two_tags_of_an_exclusive_taxonomy_are_refused(self):
        archive = self.create_archive()
        with self.assertRaises(ValidationError):
            archive.customer_tag_ids = [Command.set([self.key.id, self.watch.id])]
        archive.customer_tag_ids = [Command.set([self.speed.id, self.price.id])]
        self.assertEqual(len(archive.customer_tag_ids), 2)
        with self.assertRaises(ValidationError):
            self.wishes.is_exclusive = True

    def test_who_may_set_a_tag(self):
        self.wishes.setter_group_ids = self.env.ref("customer_archive.group_leader")
        archive = self.create_archive(archive_team_id=self.team.id)
        with self.assertRaises(AccessError) as caught:
            archive.customer_tag_ids = [Command.link(self.speed.id)]
        self.assertIn("Wishes", str(caught.exception))
        self.as_user(archive, "leader").customer_tag_ids = [Command.link(self.speed.id)]
        with self.assertRaises(AccessError):
            archive.customer_tag_ids = [Command.unlink(self.speed.id)]
        self.treatment.set_by = "rule"
        with self.assertRaises(AccessError):
            self.as_user(archive, "leader").customer_tag_ids = [Command.link(self.key.id)]
        with self.assertRaises(AccessError):
            self.create_archive(customer_tag_ids=[Command.link(self.key.id)])

    def test_tags_are_for_archives(self):
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create({"name": "Plain", "customer_tag_ids": [Command.link(self.speed.id)]})

    def test_assignments_follow_the_customer_and_are_written_by_nobody(self):
        archive = self.create_archive(archive_access="owner", customer_tag_ids=[Command.link(self.speed.id)])
        row = archive.customer_tag_assignment_ids
        self.assertTrue(row.with_user(self.users["sales"]).has_access("read"))
        self.assertTrue(row.with_user(self.users["office"]).has_access("read"))
        self.assertTrue(row.with_user(self.users["leader"]).has_access("read"))
        for login in ("colleague", "employee"):
            self.assertFalse(row.with_user(self.users[login]).has_access("read"), login)
        for login in ("sales", "manager"):
            with self.assertRaises(AccessError):
                row.with_user(self.users[login]).write({"user_id": self.env.uid})

    def test_the_tree_counts(self):
        self.usual.parent_id = self.key
        archive = self.create_archive(customer_tag_ids=[Command.link(self.usual.id)])
        found = self.env["res.partner"].search([("customer_tag_ids", "child_of", self.key.id)])
        self.assertIn(archive, found)


@tagged("post_install", "-at_install")
class TestRun(ClassCase):
    """The nightly job: batch by batch, taken up where it ended, the same result twice."""

    def setUp(self):
        super().setUp()
        self.publish(self.draft_levels())
        self.publish(self.draft_tags([(self.key, "[('customer_level_id', '=', %s)]" % self.gold.id)]))
        self.archives = [self.create_archive(customer_potential="high", vat=False) for _n in range(5)]

    def count_history(self):
        return self.env["customer.classification"].search_count([])

    def test_twice_the_same_night_changes_nothing(self):
        self.classify_all()
        before = self.count_history()
        run = self.classify_all()
        self.assertEqual((run.level_count, run.lifecycle_count, run.tag_count), (0, 0, 0))
        self.assertGreaterEqual(run.customer_count, 5)
        self.assertEqual(self.count_history(), before)

    def test_a_run_goes_on_where_it_was_broken_off(self):
        Run = self.env["customer.classification.run"]
        with patch.object(type(Run), "_get_batch_size", lambda self: 2):
            run = Run._begin()
            run._classify_batch()
            cursor = run.cursor
            self.assertEqual((run.state, run.customer_count), ("running", 2))
            again = Run._begin()
            self.assertEqual(again, run, "no second run beside one under way")
            again._classify_batch()
            self.assertGreater(run.cursor, cursor)
            while run.state == "running":
                run._classify_batch()
        total = self.env["res.partner"].search_count(self.env["customer.classifier"]._get_scope())
        self.assertEqual(run.customer_count, total)

    def test_new_rules_end_a_run_and_begin_another(self):
        Run = self.env["customer.classification.run"]
        with patch.object(type(Run), "_get_batch_size", lambda self: 2):
            run = Run._begin()
            run._classify_batch()
            self.publish(self.draft_levels(borders=(95, 90, 0)))
            run._classify_batch()
            self.assertEqual(run.state, "stopped")
            self.assertEqual(run.customer_count, 2, "no customer is classed by rules that the run did not begin with")
        other = self.classify_all()
        self.assertNotEqual(other, run)
        self.assertEqual(other.cause, "rules")
        for archive in self.archives:
            archive.invalidate_recordset()
            self.assertEqual(archive.customer_level_id, self.silver)
            self.assertFalse(archive.customer_tag_ids, "tags follow the level in the same pass")

    def test_the_job_runs_through_the_scheduler(self):
        self.env["res.partner"].browse([a.id for a in self.archives]).flush_recordset()
        self.env.cr.execute("UPDATE res_partner SET customer_potential = 'low' WHERE id = %s", [self.archives[0].id])
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_customer_classification_run").method_direct_trigger()
        self.assertEqual(self.archives[0].customer_level_id, self.bronze)
        run = self.env["customer.classification.run"].search([], limit=1)
        self.assertEqual((run.state, run.level_count, run.tag_count), ("done", 1, 1))

    def test_publishing_asks_for_a_run(self):
        cron = self.env.ref("customer_archive.ir_cron_customer_classification_run")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.publish(self.draft_levels())
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_only_managers_ask_for_a_run(self):
        Run = self.env["customer.classification.run"]
        for login in ("sales", "seller_all", "reviewer"):
            with self.subTest(login), self.assertRaises(AccessError):
                Run.with_user(self.users[login]).action_request()
        Run.with_user(self.users["manager"]).action_request()


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
