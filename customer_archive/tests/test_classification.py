from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
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
            ("reviewer", False), ("office", False), ("quality", False), ("employee", False),
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
