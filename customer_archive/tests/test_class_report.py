from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .class_common import ClassCase
from .test_access import READS

NOW = "2026-05-20 08:00:00"
COLUMNS = {"level": "new_level_id", "lifecycle": "new_lifecycle", "tag": "new_tag_id"}
# The last moments of months, with the first day of the month.
MONTH_ENDS = {
    "2024-12-01": "2024-12-31 23:59:59",
    "2026-01-01": "2026-01-31 23:59:59",
    "2026-03-01": "2026-03-31 23:59:59",
    "2026-05-01": "2026-05-31 23:59:59",
}


class ClassHistoryCase(ClassCase):
    """Four archives of different access, whose history is written with explicit times."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.main_company").partner_id.tz = "UTC"
        cls.archives = {
            "own": cls.create_archive("sales", archive_access="owner", name="Own"),
            "team": cls.create_archive("sales", archive_access="team", name="Team"),
            "internal": cls.create_archive("colleague", archive_access="internal", name="Internal"),
            "foreign": cls.create_archive("colleague", archive_access="owner", name="Foreign"),
        }
        cls.own, cls.in_team, cls.internal, cls.foreign = cls.archives.values()
        (cls.own | cls.in_team).sudo().archive_team_id = cls.team
        cls.everybody = cls.own | cls.in_team | cls.internal | cls.foreign

    @classmethod
    def write_history(cls, archive, dimension, *steps, **values):
        """Replace what an archive went through: pairs of a moment and a class, False for none."""
        History = cls.env["customer.classification"]
        domain = [("partner_id", "=", archive.id), ("dimension", "=", dimension)]
        History.search(domain).unlink()
        ends = [*(moment for moment, _class in steps[1:]), False]
        for (moment, held), end in zip(steps, ends, strict=True):
            History.create(
                {
                    "partner_id": archive.id,
                    "dimension": dimension,
                    COLUMNS[dimension]: getattr(held, "id", held),
                    "date_from": moment,
                    "date_end": end,
                    **values,
                }
            )

    def report(self, login="manager"):
        return self.env["customer.classification.report"].with_user(self.users[login])

    def count(self, login, domain, groupby):
        """Numbers of the report by group, of the archives of the test."""
        domain = Domain("partner_id", "in", self.everybody.ids) & Domain(domain)
        rows = self.report(login)._read_group(domain, groupby, ["__count"])
        return {tuple(getattr(value, "id", value) for value in row[:-1]): row[-1] for row in rows}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestClassSizes(ClassHistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write_history(cls.own, "level", ("2023-01-01", cls.bronze), ("2026-01-31 23:59:59", cls.silver),
                          ("2026-04-01", cls.gold))
        cls.write_history(cls.in_team, "level", ("2026-02-01", cls.gold), ("2026-03-15", False))
        cls.write_history(cls.internal, "level", ("2024-12-31 23:59:59", cls.silver))
        cls.write_history(cls.foreign, "level", ("2026-05-20 07:59", cls.gold))
        cls.write_history(cls.own, "lifecycle", ("2025-01-01", "active"), ("2026-03-31 12:00", "dormant"))
        cls.write_history(cls.internal, "lifecycle", ("2024-06-01", "potential"))
        cls.write_history(cls.in_team, "tag", ("2025-06-01", cls.key), ("2026-02-01", cls.watch))
        cls.write_history(cls.foreign, "tag", ("2025-06-01", cls.speed))

    def expect(self, archives, dimension, moment):
        """What the history says, row by row, of the classes at one moment."""
        rows = self.env["customer.classification"].search(
            [("partner_id", "in", archives.ids), ("dimension", "=", dimension)]
        )
        moment, counts = datetime.fromisoformat(moment), {}
        for row in rows:
            if row.date_from <= moment and (not row.date_end or row.date_end > moment):
                held = row[COLUMNS[dimension]]
                if held and (dimension != "tag" or row.taxonomy_id.is_exclusive):
                    key = getattr(held, "id", held)
                    counts[key] = counts.get(key, 0) + 1
        return counts

    def test_report_says_what_the_history_says_at_the_end_of_each_month(self):
        for dimension, field in (("level", "level_id"), ("lifecycle", "lifecycle"), ("tag", "tag_id")):
            for month, moment in MONTH_ENDS.items():
                with self.subTest(dimension=dimension, month=month):
                    domain = [("dimension", "=", dimension), ("month", "=", month)]
                    expected = self.expect(self.everybody, dimension, moment)
                    found = self.count("manager", domain, [field])
                    self.assertEqual({key: number for (key,), number in found.items()}, expected)

    def test_change_in_the_last_second_of_a_month_counts_in_it(self):
        domain = [("partner_id", "=", self.own.id), ("dimension", "=", "level")]
        held = {row.month.isoformat(): row.level_id for row in self.report().search(domain)}
        self.assertEqual(held["2025-12-01"], self.bronze)
        self.assertEqual(held["2026-01-01"], self.silver)
        self.assertEqual(held["2026-03-01"], self.silver)
        self.assertEqual(held["2026-04-01"], self.gold)

    def test_months_end_at_midnight_of_the_company(self):
        self.env.ref("base.main_company").partner_id.tz = "Asia/Shanghai"
        # eight in the morning of the first of April in Shanghai, and before midnight of the 31st of January
        self.write_history(self.own, "level", ("2026-01-31 15:59", self.silver), ("2026-04-01", self.gold))
        self.write_history(self.internal, "level", ("2026-01-31 16:00", self.silver))
        found = self.count("manager", [("level_id", "=", self.silver.id)], ["partner_id", "month:month"])
        first = {partner: min(month for holder, month in found if holder == partner) for partner, _month in found}
        self.assertEqual(first[self.own.id].isoformat(), "2026-01-01")
        self.assertEqual(first[self.internal.id].isoformat(), "2026-02-01")

    def test_twenty_four_months_are_shown_the_running_one_as_it_is_now(self):
        domain = [("partner_id", "=", self.own.id), ("dimension", "=", "level")]
        rows = self.report().search(domain)
        self.assertEqual(len(rows), 24)
        self.assertEqual((rows[-1].month.isoformat(), rows[0].month.isoformat()), ("2024-06-01", "2026-05-01"))
        self.assertEqual(rows.filtered("is_present"), rows[0])
        present = self.count("manager", [("dimension", "=", "level"), ("is_present", "=", True)], ["level_id"])
        self.assertEqual(present, {(self.gold.id,): 2, (self.silver.id,): 1})

    def test_customer_without_a_class_is_in_no_class(self):
        months = self.report().search([("partner_id", "=", self.in_team.id), ("dimension", "=", "level")])
        self.assertEqual([month.isoformat() for month in months.mapped("month")], ["2026-02-01"])

    def test_only_taxonomies_with_one_tag_per_customer_have_sizes(self):
        self.assertFalse(self.report().search([("tag_id", "=", self.speed.id)]))
        self.assertTrue(self.report().search([("tag_id", "=", self.key.id)]))

    def test_every_row_keeps_an_id_of_its_own_from_month_to_month(self):
        rows = self.report().search([("partner_id", "in", self.everybody.ids)])
        self.assertEqual(len(set(rows.ids)), len(rows))
        old = {(row.partner_id, row.dimension, row.tag_id, row.month): row.id for row in rows}
        with freeze_time("2026-07-01 08:00:00"):
            self.env.invalidate_all()
            new = self.report().search([("partner_id", "in", self.everybody.ids)])
            self.assertEqual(len(set(new.ids)), len(new))
            kept = {(row.partner_id, row.dimension, row.tag_id, row.month): row.id for row in new}
        shared = old.keys() & kept.keys()
        self.assertGreater(len(shared), 20)
        self.assertEqual([old[key] for key in shared], [kept[key] for key in shared])

    def test_groups_show_to_each_role_what_it_may_read(self):
        domain = [("dimension", "=", "level"), ("is_present", "=", True)]
        levels = {"own": self.gold, "internal": self.silver, "foreign": self.gold}
        for login, names in READS.items():
            with self.subTest(login):
                expected = {}
                for name in names:
                    if level := levels.get(name):
                        expected[level.id] = expected.get(level.id, 0) + 1
                found = self.count(login, domain, ["level_id"])
                self.assertEqual({key: number for (key,), number in found.items()}, expected)
                groups = self.report(login).formatted_read_group(
                    [*domain, ("partner_id", "in", self.everybody.ids)], ["month:month", "level_id"], ["__count"]
                )
                self.assertEqual({group["level_id"][0]: group["__count"] for group in groups}, expected)
                rows = self.report(login).search([("partner_id", "in", self.everybody.ids)])
                self.assertLessEqual(rows.partner_id, self.everybody.browse(self.archives[name].id for name in names))

    def test_named_viewer_sees_the_customer_in_the_report(self):
        domain = [("partner_id", "=", self.foreign.id)]
        self.assertFalse(self.report("sales").search(domain))
        self.foreign.sudo().archive_viewer_ids = self.users["sales"]
        self.assertTrue(self.report("sales").search(domain))

    def test_report_follows_the_companies_that_are_chosen(self):
        other = self.env["res.company"].create({"name": "Other"})
        manager = self.users["manager"]
        manager.company_ids |= other
        self.internal.sudo().archive_company_id = other
        self.write_history(self.internal, "level", ("2026-01-01", self.gold))
        report, home = self.report(), self.env.company
        domain = [("dimension", "=", "level"), ("is_present", "=", True), ("partner_id", "in", self.everybody.ids)]

        def read(companies):
            chosen = report.with_context(allowed_company_ids=companies.ids)
            return {partner for [partner] in chosen._read_group(domain, ["partner_id"])}

        self.assertEqual(read(home), {self.own, self.foreign})
        self.assertEqual(read(other), {self.internal})
        self.assertEqual(read(home | other), {self.own, self.foreign, self.internal})

    def test_present_facts_group_the_past(self):
        found = self.count("manager", [("month", "=", "2025-01-01"), ("dimension", "=", "level")], ["user_id"])
        self.assertEqual(found, {(self.users["sales"].id,): 1, (self.users["colleague"].id,): 1})
        found = self.count("manager", [("customer_region_id", "child_of", self.own.customer_region_id.parent_id.id)],
                           ["customer_origin"])
        self.assertEqual(list(found), [("domestic",)])

    def test_customer_who_is_gone_is_not_counted(self):
        self.own.sudo().active = False
        self.foreign.sudo().unlink()
        found = self.count("manager", [("dimension", "=", "level"), ("is_present", "=", True)], ["partner_id"])
        self.assertEqual(found, {(self.internal.id,): 1})

    def test_row_opens_the_archive(self):
        row = self.report("sales").search([("partner_id", "=", self.own.id)], limit=1)
        action = row.action_open_customer()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.own.id))
        hidden = self.report().search([("partner_id", "=", self.foreign.id)], limit=1)
        with self.assertRaises(AccessError):
            hidden.with_user(self.users["sales"]).action_open_customer()

    def test_reports_are_read_only(self):
        row = self.report().search([("partner_id", "=", self.own.id)], limit=1)
        for change in (lambda: row.write({"level_id": self.gold.id}), row.unlink, lambda: row.create({})):
            with self.assertRaises(AccessError):
                change()
