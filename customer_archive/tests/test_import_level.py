from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .import_common import ImportCommon

TITLES = ["客户编码", "客户名称", "客户等级", "电话"]


@tagged("post_install", "-at_install")
class TestImportLevel(ImportCommon):
    """Levels of a former system become levels by hand, before the import or afterwards; a person's own level stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level_a = cls.env.ref("customer_archive.customer_level_a")
        cls.level_b = cls.env.ref("customer_archive.customer_level_b")
        cls.vip = cls.env.ref("customer_archive.customer_level_vip")
        cls.leader = cls.make_user("import_leader", "leader")
        cls.env = cls.env(user=cls.importer)
        cls.source = cls.source.with_user(cls.importer)

    @classmethod
    def import_levels(cls, *texts, phone="0531-80000000"):
        """Import a customer for each text of a level."""
        rows = [[f"K{n}", f"Customer {n} Ltd", text, phone] for n, text in enumerate(texts, start=1)]
        return cls.import_all(cls.make_run(cls.make_book(rows, (), TITLES), "levels.xlsx"))

    def map_text(self, text, level):
        self.source.map_ids.filtered(lambda m: m.text == text).res_id = level.id

    def levels(self, *keys):
        return [self.get_partner(key).customer_level_id.name for key in keys]

    #=== WHAT TEXTS STAND FOR ===#

    def test_plain_texts_are_known_and_others_are_reported_with_their_counts(self):
        texts = ["A", "a级客户", "ＶＩＰ", "VIP客户", "B类客户", "重点客户", "重点客户", "一般", ""]
        run = self.import_levels(*texts)
        maps = self.source.map_ids.filtered(lambda m: m.target == "customer.level")
        self.assertEqual({m.text for m in maps if not m.is_mapped}, {"重点客户", "一般"})
        self.assertEqual({m.text: m.count for m in run.map_ids if not m.is_mapped}, {"重点客户": 2, "一般": 1})
        self.assertEqual(run.unmapped_count, 2)
        self.assertFalse(any(m.is_kept for m in maps))
        self.assertEqual(
            self.levels(*(f"K{n}" for n in range(1, 10))), ["A", "A", "VIP", "VIP", "B", False, False, False, False]
        )
        partners = [self.get_partner(f"K{n}") for n in range(1, 10)]
        self.assertEqual([partner.customer_level_text or "" for partner in partners], texts)

    def test_text_of_two_levels_stays_unknown(self):
        self.vip.sudo().former_names = "VIP客户, 大客户"
        self.level_a.sudo().former_names = "大客户；A级"
        self.import_levels("大客户", "A级")
        self.assertEqual(self.levels("K1", "K2"), [False, "A"])

    def test_level_of_another_company_is_not_meant(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        self.env["customer.level"].sudo().create({"name": "Gold", "company_id": other.id})
        self.import_levels("Gold")
        self.assertEqual(self.levels("K1"), [False])

    #=== LEVEL OF THE NEW ARCHIVE ===#

    def test_level_has_reason_person_and_day(self):
        self.source.level_until = date.today() + timedelta(days=90)
        self.import_levels("A级客户")
        partner = self.get_partner("K1")
        self.assertRecordValues(
            partner,
            [
                {
                    "customer_level_id": self.level_a.id,
                    "customer_level_manual_id": self.level_a.id,
                    "customer_level_manual_reason": "Import Former ERP / levels.xlsx: A级客户",
                    "customer_level_manual_until": self.source.level_until,
                    "customer_level_manual_by": self.importer.id,
                    "customer_level_text": "A级客户",
                }
            ],
        )
        history = partner.customer_classification_ids.filtered(lambda c: c.dimension == "level")
        self.assertEqual(
            (history.new_level_id, history.user_id, history.reason),
            (self.level_a, self.importer, "Import Former ERP / levels.xlsx: A级客户"),
        )

    def test_day_that_is_over_is_told_before_anything_arrives(self):
        run = self.make_run(self.make_book([["K1", "X Ltd", "A", ""]], (), TITLES))
        self.source.level_until = date.today() - timedelta(days=2)
        with self.assertRaisesRegex(UserError, "is over"):
            run.action_trial()

    def test_trial_sets_no_level(self):
        before = self.env["customer.classification"].search_count([])
        self.make_run(self.make_book([["K1", "X Ltd", "A", ""]], (), TITLES)).action_trial()
        self.assertEqual(self.env["customer.classification"].search_count([]), before)

    def test_level_is_still_not_imported_by_form_or_rpc(self):
        with self.assertRaises(AccessError):
            self.env["res.partner"].create(
                {"name": "X", "archive_state": "draft", "customer_level_manual_id": self.vip.id}
            )
        self.import_levels("A")
        with self.assertRaises(AccessError):
            self.get_partner("K1").customer_level_imported = False

    #=== THE NEXT WORKBOOK ===#

    def test_imported_level_follows_the_workbook(self):
        self.import_levels("A")
        run = self.import_levels("B")
        self.assertEqual((self.levels("K1"), run.row_ids.state), (["B"], "updated"))
        self.assertFalse(self.get_kinds(run) & {"level_kept", "overwritten"})
        run = self.import_levels("")
        self.assertEqual((self.levels("K1"), run.row_ids.state), ([False], "updated"))
        self.assertFalse(self.get_partner("K1").customer_level_manual_reason)

    def test_level_of_a_person_stays_and_is_reported(self):
        self.import_levels("A")
        partner = self.get_partner("K1")
        partner.with_user(self.manager)._set_level_by_hand(self.vip, "Best customer of the east")
        run = self.import_levels("B")
        self.assertEqual((self.levels("K1"), partner.customer_level_text), (["VIP"], "B"))
        self.assertEqual(partner.customer_level_manual_reason, "Best customer of the east")
        self.assertEqual(self.get_kinds(run) & {"level_kept", "overwritten"}, {"level_kept"})
        self.assertIn("A person set the level “VIP” meanwhile", run.row_ids.message_text)
        self.assertEqual(self.import_levels("B").row_ids.state, "unchanged")

    def test_same_workbook_leaves_a_level_that_was_taken_back(self):
        self.import_levels("A")
        partner = self.get_partner("K1")
        partner.with_user(self.manager)._set_level_by_hand(self.env["customer.level"], "Not any more")
        self.assertEqual(self.import_levels("A").row_ids.state, "unchanged")
        self.assertEqual((self.levels("K1"), self.source.level_pending_count), ([False], 0))

    def test_text_mapped_later_arrives_with_the_next_workbook(self):
        self.import_levels("重点客户")
        self.map_text("重点客户", self.level_a)
        self.assertEqual(self.import_levels("重点客户").row_ids.state, "updated")
        self.assertEqual(self.levels("K1"), ["A"])

    def test_closed_archive_keeps_its_level(self):
        self.import_levels("A")
        self.get_partner("K1").sudo().archive_state = "closed"
        run = self.import_levels("B")
        self.assertEqual((run.row_ids.state, self.levels("K1")), ("skipped", ["A"]))

    def test_level_of_a_formal_archive_is_set_beside_the_proposal(self):
        self.import_levels("A")
        self.make_formal(self.get_partner("K1"))
        run = self.import_levels("B", phone="0531-81111111")
        self.assertEqual((run.row_ids.state, self.levels("K1")), ("proposed", ["B"]))

    #=== SET AFTERWARDS ===#

    def test_button_sets_levels_that_were_mapped_after_the_import(self):
        self.import_levels("重点客户", "一般", "重点客户", "重点客户", "A")
        self.get_partner("K3").with_user(self.manager)._set_level_by_hand(self.vip, "My own customer")
        self.get_partner("K4").sudo().archive_state = "closed"
        self.assertEqual(self.source.level_pending_count, 0)
        self.map_text("重点客户", self.level_a)
        self.assertEqual(self.source.level_pending_count, 1)
        self.source.level_until = date.today() + timedelta(days=9)
        message = self.source.action_set_levels()["params"]["message"]
        self.assertEqual(message, "Levels set for 1 customers.")
        self.assertEqual(self.levels("K1", "K2", "K3", "K4", "K5"), ["A", False, "VIP", False, "A"])
        partner = self.get_partner("K1")
        self.assertEqual(partner.customer_level_manual_reason, "Import Former ERP: 重点客户")
        self.assertEqual(partner.customer_level_manual_until, self.source.level_until)
        self.assertEqual(self.source.level_pending_count, 0)

    def test_button_twice_changes_nothing_and_respects_who_takes_a_level_back(self):
        self.import_levels("重点客户")
        self.map_text("重点客户", self.level_a)
        self.source.action_set_levels()
        partner = self.get_partner("K1")
        history = partner.customer_classification_ids
        self.source.action_set_levels()
        self.assertEqual(partner.customer_classification_ids, history)
        partner.with_user(self.manager)._set_level_by_hand(self.env["customer.level"], "Not any more")
        self.source.action_set_levels()
        self.assertEqual(self.levels("K1"), [False])
        self.assertEqual(self.import_levels("重点客户").row_ids.state, "unchanged")

    def test_button_takes_the_right_to_import(self):
        self.import_levels("重点客户")
        self.map_text("重点客户", self.level_a)
        for user in (self.leader, self.seller):
            with self.assertRaises(AccessError):
                self.source.with_user(user).action_set_levels()

    def test_queries_of_the_button_do_not_grow_with_customers(self):
        counts = []
        for number, size in enumerate((3, 5, 60)):
            text = f"重点{number}"
            rows = [[f"{number}-{n}", f"Customer {number} {n} Ltd", text, ""] for n in range(size)]
            self.import_all(self.make_run(self.make_book(rows, (), TITLES)))
            self.map_text(text, self.level_a)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.source.action_set_levels()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 1)

    def test_nothing_pending_is_no_error(self):
        self.assertEqual(self.source.action_set_levels()["params"]["message"], "Levels set for 0 customers.")


@tagged("post_install", "-at_install")
class TestImportTag(ImportCommon):
    """A column of tags: what a text stands for comes to the tags that a customer has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Taxonomy = cls.env["customer.taxonomy"]
        cls.wishes = Taxonomy.create({"name": "Wishes"})
        cls.ways = Taxonomy.create({"name": "Ways", "is_exclusive": True})
        cls.ruled = Taxonomy.create({"name": "Ruled", "set_by": "rule"})
        cls.fast, cls.cheap, cls.shop, cls.web, cls.machine = cls.env["customer.tag"].create(
            [
                {"name": name, "taxonomy_id": taxonomy.id}
                for name, taxonomy in (
                    ("Very fast", cls.wishes), ("Very cheap", cls.wishes), ("By shop", cls.ways),
                    ("By web", cls.ways), ("By machine", cls.ruled),
                )
            ]
        )

    def import_tags(self, *texts):
        rows = [[f"K{n}", f"Customer {n} Ltd", text] for n, text in enumerate(texts, start=1)]
        return self.import_all(self.make_run(self.make_book(rows, (), ["客户编码", "客户名称", "客户标签"])))

    def test_known_tags_arrive_and_unknown_ones_are_reported(self):
        run = self.import_tags("very fast", "Ways: By shop", "Quiet", "", "By machine")
        tags = [self.get_partner(f"K{n}").customer_tag_ids for n in range(1, 6)]
        none = self.env["customer.tag"]
        self.assertEqual(tags, [self.fast, self.shop, none, none, none])
        self.assertEqual({m.text: m.count for m in run.map_ids if not m.is_mapped}, {"Quiet": 1, "By machine": 1})
        assignment = self.get_partner("K1").customer_tag_assignment_ids
        self.assertEqual((assignment.origin, assignment.user_id), ("person", self.env.user))

    def test_next_workbook_adds_its_tag_and_keeps_those_of_people(self):
        self.import_tags("Very fast")
        partner = self.get_partner("K1")
        partner.customer_tag_ids += self.shop
        self.assertEqual(self.import_tags("Very fast").row_ids.state, "unchanged")
        self.import_tags("Very cheap")
        self.assertEqual(partner.customer_tag_ids, self.fast | self.cheap | self.shop)
        self.import_tags("By web")
        self.assertEqual(partner.customer_tag_ids, self.fast | self.cheap | self.web, "one way per customer")

    def test_text_cannot_stand_for_a_tag_that_rules_set(self):
        self.import_tags("Machines")
        value = self.source.map_ids.filtered(lambda m: m.text == "Machines")
        with self.assertRaisesRegex(ValidationError, "you may not set tags of “Ruled”"):
            value.res_id = self.machine.id

    def test_emptied_cell_takes_no_tag_away(self):
        self.import_tags("Very fast")
        self.import_tags("")
        self.assertEqual(self.get_partner("K1").customer_tag_ids, self.fast)
