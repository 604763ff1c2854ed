from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger
from psycopg2 import IntegrityError

from .common import ArchiveCase

TODAY = date(2026, 6, 30)


@tagged("post_install", "-at_install")
class TestLifecycle(ArchiveCase):
    """The life cycle by the facts, given by an SQL relation over notes about customers, as an upper addon would."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write({"customer_dormant_days": 180, "customer_lost_days": 365})
        cls.env.cr.execute(
            "CREATE TEMPORARY TABLE lifecycle_facts"
            " (partner_id int PRIMARY KEY, last_date date, dormant_days int, lost_days int) ON COMMIT DROP"
        )

    def setUp(self):
        super().setUp()
        Classifier = type(self.env["customer.classifier"])
        self.startPatcher(
            patch.object(Classifier, "_get_lifecycle_source", lambda self, today: SQL("SELECT * FROM lifecycle_facts"))
        )
        self.startPatcher(patch.object(Classifier, "_get_today", lambda self: TODAY))

    def buy(self, archive, days, dormant=None, lost=None):
        """The last purchase was so many days ago; class the archive as the nightly job does."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO lifecycle_facts VALUES (%s, %s, %s, %s)
                   ON CONFLICT (partner_id) DO UPDATE SET last_date = excluded.last_date""",
                archive.id, TODAY - timedelta(days=days), dormant, lost,
            )
        )
        archive._classify()
        return archive.customer_lifecycle

    def history(self, archive):
        records = archive.customer_classification_ids.filtered(lambda c: c.dimension == "lifecycle").sorted("id")
        return [(c.old_lifecycle, c.new_lifecycle, bool(c.date_end)) for c in records]

    def test_who_never_bought_is_potential(self):
        self.assertEqual(self.create_archive().customer_lifecycle, "potential")

    def test_stages_change_exactly_at_the_borders(self):
        archive = self.create_archive()
        stages = {days: self.buy(archive, days) for days in (0, 179, 180, 364, 365, 4000)}
        self.assertEqual(
            stages, {0: "active", 179: "active", 180: "dormant", 364: "dormant", 365: "lost", 4000: "lost"}
        )

    def test_purchase_of_tomorrow_is_active(self):
        self.assertEqual(self.buy(self.create_archive(), -1), "active")

    def test_rhythm_of_the_customer_comes_before_the_company(self):
        archive = self.create_archive()
        self.assertEqual(self.buy(archive, 40, dormant=30, lost=60), "dormant")
        self.assertEqual(self.buy(archive, 60), "lost")

    def test_each_company_has_its_own_days(self):
        other = self.env["res.company"].create(
            {"name": "Other", "customer_dormant_days": 10, "customer_lost_days": 20, "country_id": self.china.id}
        )
        here, there = self.create_archive(), self.create_archive()
        there.sudo().archive_company_id = other
        self.assertEqual([self.buy(here, 15), self.buy(there, 15)], ["active", "dormant"])

    def test_stage_set_by_hand_wins_and_the_facts_are_kept_beside_it(self):
        archive = self.create_archive()
        self.buy(archive, 400)
        archive.customer_lifecycle_manual = "active"
        self.assertRecordValues(archive, [{"customer_lifecycle": "active", "customer_lifecycle_computed": "lost"}])
        self.buy(archive, 200)
        self.assertRecordValues(archive, [{"customer_lifecycle": "active", "customer_lifecycle_computed": "dormant"}])
        archive.customer_lifecycle_manual = False
        self.assertEqual(archive.customer_lifecycle, "dormant")

    def test_stage_by_the_facts_is_not_edited(self):
        archive = self.create_archive()
        for name in ("customer_lifecycle", "customer_lifecycle_computed"):
            with self.assertRaises(AccessError):
                archive[name] = "active"

    def test_history_has_each_change_once(self):
        archive = self.create_archive()
        for days in (0, 10, 180, 180, 365, 1):
            self.buy(archive, days)
        archive.customer_lifecycle_manual = "lost"
        self.assertEqual(
            self.history(archive),
            [
                (False, "potential", True),
                ("potential", "active", True),
                ("active", "dormant", True),
                ("dormant", "lost", True),
                ("lost", "active", True),
                ("active", "lost", False),
            ],
        )

    def test_without_purchases_a_person_sets_the_stage(self):
        Classifier = type(self.env["customer.classifier"])
        self.startPatcher(patch.object(Classifier, "_get_lifecycle_source", lambda self, today: None))
        archive = self.create_archive()
        self.assertRecordValues(archive, [{"customer_lifecycle": "potential", "customer_lifecycle_computed": False}])
        archive.customer_lifecycle_manual = "dormant"
        self.assertEqual(archive.customer_lifecycle, "dormant")
        archive.customer_lifecycle_manual = False
        self.assertEqual(archive.customer_lifecycle, "potential")

    def test_nightly_job_finds_who_became_dormant_over_night(self):
        archives = self.create_archive() | self.create_archive()
        for archive in archives:
            self.buy(archive, 179)
        with patch.object(
            type(self.env["customer.classifier"]), "_get_today", lambda self: TODAY + timedelta(days=1)
        ), self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_customer_classification_run").method_direct_trigger()
        self.assertEqual(set(archives.mapped("customer_lifecycle")), {"dormant"})

    #=== SETTINGS ===#

    def test_manager_sets_the_days_in_the_settings(self):
        self.users["manager"].group_ids += self.env.ref("base.group_system")
        form = Form(self.env["res.config.settings"].with_user(self.users["manager"]))
        form.customer_dormant_days, form.customer_lost_days = 90, 200
        form.save().execute()
        company = self.env.company
        self.assertEqual((company.customer_dormant_days, company.customer_lost_days), (90, 200))

    def test_dormant_comes_before_lost(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.company.write({"customer_dormant_days": 365, "customer_lost_days": 365})
            self.env.flush_all()
