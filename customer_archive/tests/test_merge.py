from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..const import UNDO_DAYS
from .duplicate_common import DuplicateCase

TAXONOMY = "customer_archive.customer_taxonomy_treatment"


@tagged("post_install", "-at_install")
class TestMerge(DuplicateCase):
    """Two archives become one."""

    def test_the_archive_that_is_not_kept_is_closed_and_points_to_the_other(self):
        kept, gone = self.create_pair()
        self.merge(kept, gone)
        self.assertEqual((gone.archive_state, gone.active, gone.archive_merged_into_id), ("closed", False, kept))
        self.assertEqual((kept.archive_state, kept.active), ("draft", True))

    def test_gaps_are_filled_and_entered_facts_stay(self):
        kept, gone = self.create_pair(
            {"email": False}, {"email": "office@daheng.example", "website": "https://d.example"}
        )
        self.merge(kept, gone)
        self.assertEqual(kept.email, "office@daheng.example")
        self.assertEqual(kept.phone, "021-50592061")
        self.assertEqual(gone.phone, "0531-88886666", "the closed archive keeps its facts")

    def test_a_person_chooses_the_survivor_of_each_fact(self):
        kept, gone = self.create_pair()
        self.merge(kept, gone, {"phone": gone.id, "name": kept.id})
        self.assertEqual((kept.phone, kept.name), ("0531-88886666", "Jinan Daheng Logistics"))

    def test_a_choice_of_something_else_is_refused(self):
        kept, gone = self.create_pair()
        for choices in ({"archive_state": gone.id}, {"archive_number": gone.id}, {"phone": 1}, {"child_ids": gone.id}):
            with self.subTest(choices), self.assertRaisesRegex(UserError, "no fact"):
                self.merge(kept, gone, choices)
        self.assertEqual(gone.archive_state, "draft")

    def test_contacts_move_and_follow_their_new_company(self):
        kept, gone = self.create_pair()
        contact = self.env["res.partner"].create({"name": "Zhou Yong", "parent_id": gone.id, "phone": "13502593627"})
        hidden = self.env["res.partner"].create({"name": "Left", "parent_id": gone.id, "active": False})
        branch = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": gone.id, "is_company": True, "type": "other", "street": "1 Harbour"}
        )
        self.merge(kept, gone)
        self.assertEqual((contact | hidden | branch).parent_id, kept)
        self.assertEqual(len((contact | hidden).commercial_partner_id), 1)
        self.assertEqual(contact.commercial_partner_id, kept)
        self.assertEqual(contact.vat, kept.vat)
        self.assertEqual((branch.commercial_partner_id, branch.street), (branch, "1 Harbour"))
        self.assertIn(contact, kept.child_ids)

    def test_both_numbers_find_the_customer(self):
        kept = self.create_formal()
        gone = self.create_formal(name="Jinan Daheng Logistics Ltd")
        number, former = kept.archive_number, gone.archive_number
        self.merge(kept, gone)
        self.assertEqual((kept.archive_number, kept.archive_former_numbers), (number, former))
        self.assertEqual(set(kept.archive_number_ids.mapped("name")), {number, former})
        for text in (number, former):
            found = self.env["res.partner"].with_user(self.users["sales"]).name_search(text)
            self.assertEqual([key for key, _name in found], [kept.id])
        self.assertEqual(gone.archive_number, former, "the closed archive keeps its number")

    def test_numbers_stay_findable_over_two_merges(self):
        archives = [self.create_formal(name=f"Jinan Daheng Logistics {suffix}") for suffix in ("A", "B", "C")]
        numbers = [archive.archive_number for archive in archives]
        self.merge(archives[1], archives[0])
        self.merge(archives[2], archives[1])
        self.assertEqual(archives[2].archive_former_numbers.split(), [numbers[1], numbers[0]])
        self.assertEqual((archives[0] | archives[1]).archive_merged_into_id, archives[2])

    def test_facts_of_an_approved_archive_are_taken_at_once(self):
        kept = self.create_formal(email=False)
        gone = self.create_formal(
            name="Jinan Daheng Logistics Ltd", email="office@daheng.example", phone="0531-88886666"
        )
        self.merge(kept, gone, {"phone": gone.id})
        self.assertEqual((kept.phone, kept.email), ("0531-88886666", "office@daheng.example"))
        self.assertFalse(kept.archive_change_ids)

    def test_facts_that_nobody_approved_become_a_proposal(self):
        kept = self.create_formal(email=False, customer_requirements=False)
        _first, gone = self.create_pair(other={"phone": "0531-88886666", "customer_requirements": "Call first"})
        self.merge(kept, gone, {"phone": gone.id})
        self.assertEqual(kept.phone, "021-50592061")
        self.assertEqual(kept.customer_requirements, "Call first", "no approved fact")
        [change] = kept.archive_change_ids
        self.assertIn("phone", change.line_ids.mapped("field_name"))
        self.assertIn(gone.name, change.reason)
        self.assertEqual((change.state, change.user_id), ("pending", self.users["manager"]))

    def test_who_sees_the_archive_stays_as_it_was_unless_chosen(self):
        kept, gone = self.create_pair()
        viewer = self.users["colleague"]
        gone.sudo().write({"archive_viewer_ids": [Command.link(viewer.id)], "user_id": viewer.id})
        kept.sudo().archive_access = "owner"
        self.merge(kept, gone)
        self.assertEqual((kept.user_id, kept.archive_access), (self.users["sales"], "owner"))
        self.assertFalse(kept.archive_viewer_ids)
        self.assertFalse(kept.with_user(viewer).has_access("read"))

    def test_viewers_are_taken_where_a_person_says_so(self):
        kept, gone = self.create_pair()
        viewer = self.users["colleague"]
        gone.sudo().archive_viewer_ids = viewer
        kept.sudo().archive_access = "owner"
        merge = self.merge(kept, gone, {"archive_viewer_ids": gone.id})
        self.assertEqual(kept.archive_viewer_ids, viewer)
        self.assertTrue(kept.with_user(viewer).has_access("read"))
        merge.action_undo()
        self.assertFalse(kept.archive_viewer_ids)

    def test_followers_who_may_not_read_the_archive_do_not_follow_it(self):
        kept, gone = self.create_pair()
        kept.sudo().write({"archive_access": "owner", "archive_team_id": False})
        blind, seeing = self.users["colleague"].partner_id, self.users["seller_all"].partner_id
        gone.sudo().message_subscribe((blind | seeing).ids)
        self.merge(kept, gone)
        self.assertIn(seeing, kept.sudo().message_partner_ids)
        self.assertNotIn(blind, kept.sudo().message_partner_ids)
        self.assertIn(blind, gone.sudo().message_partner_ids)

    def test_tags_set_by_people_are_taken_where_there_is_none_of_the_kind(self):
        taxonomy = self.env["customer.taxonomy"].create({"name": "Trade", "is_exclusive": True})
        other = self.env["customer.taxonomy"].create({"name": "Interests"})
        Tag = self.env["customer.tag"]
        retail, factory = Tag.create([{"name": n, "taxonomy_id": taxonomy.id} for n in ("Retail", "Factory")])
        golf = Tag.create({"name": "Golf", "taxonomy_id": other.id})
        kept, gone = self.create_pair()
        kept.sudo().customer_tag_ids = retail
        gone.sudo().customer_tag_ids = factory | golf
        merge = self.merge(kept, gone)
        self.assertEqual(kept.customer_tag_ids, retail | golf)
        self.assertEqual(gone.customer_tag_ids, factory | golf)
        merge.action_undo()
        self.assertEqual(kept.customer_tag_ids, retail)

    def test_values_of_single_companies_fill_gaps(self):
        field = next(f for f in self.env["res.partner"]._fields.values() if f.company_dependent and f.type == "char")
        company = self.env["res.company"].create({"name": "Second"})
        kept, gone = self.create_pair()
        kept.sudo()[field.name] = "kept"
        gone.sudo()[field.name] = "gone"
        gone.sudo().with_company(company)[field.name] = "second"
        merge = self.merge(kept, gone)
        self.assertEqual(kept.sudo()[field.name], "kept")
        self.assertEqual(kept.sudo().with_company(company)[field.name], "second")
        merge.action_undo()
        self.assertFalse(kept.sudo().with_company(company)[field.name])

    def test_custom_facts_fill_gaps(self):
        kept, gone = self.create_pair()
        self.assertEqual(kept.archive_template_id, gone.archive_template_id)
        kept.archive_template_id.sudo().properties_definition = [
            {"name": name, "string": name, "type": "char"} for name in ("dock", "gate")
        ]
        kept.archive_properties = {"dock": "North", "gate": False}
        gone.archive_properties = {"dock": "South", "gate": "7"}
        merge = self.merge(kept, gone)
        self.assertEqual((kept.archive_properties["dock"], kept.archive_properties["gate"]), ("North", "7"))
        merge.action_undo()
        self.assertEqual((kept.archive_properties["dock"], kept.archive_properties["gate"]), ("North", False))

    def test_what_was_decided_on_the_closed_archive_holds_for_the_other(self):
        kept, gone = self.create_pair()
        stranger = self.create_archive(name="Jinan Daheng Logistics GmbH", vat=False)
        pairs = self.search_pairs(kept, gone, stranger)
        self.assertEqual(len(pairs), 3)
        decided = pairs.filtered(lambda p: stranger in p.other_id and gone in p.partner_id)
        self.as_user(decided, "manager")._reject("A shop of that name")
        self.merge(kept, gone)
        self.assertFalse(self.search_pairs(kept, stranger))
        pair = self.env["customer.duplicate"].search([("partner_id", "=", kept.id), ("other_id", "=", stranger.id)])
        self.assertEqual((pair.state, pair.reason), ("not_duplicate", "A shop of that name"))

    def test_the_merge_is_told_on_both_archives(self):
        kept, gone = self.create_pair()
        self.merge(kept, gone)
        self.assertIn(gone.name, kept.message_ids[0].body)
        bodies = " ".join(gone.with_context(active_test=False).message_ids.mapped("body"))
        self.assertIn(f"Merged into “{kept.name}", bodies)

    def test_the_log_names_both_archives_and_keeps_no_former_facts(self):
        def look(operation):
            self.env.cr.flush()
            return self.env["customer.audit.log"].search([("operation", "=", operation)], order="id desc", limit=1)

        kept, gone = self.create_pair(other={"customer_requirements": "Former secret"})
        merge = self.merge(kept, gone)
        entry = look("merge")
        self.assertEqual((entry.user_id, entry.model, entry.record_count), (self.users["manager"], "res.partner", 2))
        merge.action_undo()
        self.assertEqual(look("unmerge").record_count, 2)
        log = self.env["customer.audit.log"]
        self.assertIn("payload", log._hidden_fields("customer.merge"))

    def test_the_number_of_statements_does_not_grow(self):
        def cost(count):
            kept, gone = self.create_pair({"vat": False})
            for n in range(count):
                gone.message_post(body=f"Message {n}")
                self.env["ir.attachment"].create({"name": f"{n}", "res_model": "res.partner", "res_id": gone.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.merge(kept, gone)
            return self.env.cr.sql_log_count - before

        cost(1)
        few, many = cost(2), cost(30)
        self.assertLessEqual(many, few + 3)


@tagged("post_install", "-at_install")
class TestMergeRefusals(DuplicateCase):
    """What cannot be merged, and by whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.gone = cls.create_pair()

    def assert_refused(self, text, kept=None, gone=None, login="manager", error=UserError):
        kept, gone = kept or self.kept, gone or self.gone
        before = gone.archive_state
        with self.assertRaisesRegex(error, text):
            self.merge(kept, gone, login=login)
        self.assertEqual(gone.archive_state, before)

    def test_only_leaders_and_who_sees_all_customers(self):
        (self.kept | self.gone).sudo().archive_team_id = False
        for login in (
            "sales",
            "colleague",
            "leader",
            "reviewer",
            "office",
            "quality",
            "confidential",
            "auditor",
            "employee",
        ):
            with self.subTest(login):
                self.assert_refused("leader of the team", login=login)
        for login in ("seller_all", "manager"):
            kept, gone = self.create_pair({"vat": False})
            self.merge(kept, gone, login=login)
            self.assertEqual(gone.archive_merged_into_id, kept)

    def test_leaders_merge_what_is_their_teams_on_both_sides(self):
        self.gone.sudo().archive_team_id = False
        self.assert_refused("leader of the team", login="leader")
        self.gone.sudo().archive_team_id = self.team
        self.merge(self.kept, self.gone, login="leader")
        self.assertEqual(self.gone.archive_merged_into_id, self.kept)

    def test_an_archive_with_itself_or_with_a_contact(self):
        self.assert_refused("two different", gone=self.kept)
        self.assert_refused("two different", gone=self.env["res.partner"].create({"name": "Contact"}))

    def test_a_company_and_its_parent_or_grandparent(self):
        between = self.env["res.partner"].create({"name": "Holding", "is_company": True, "parent_id": self.kept.id})
        self.gone.sudo().parent_id = between
        self.assert_refused("parent")
        self.assert_refused("parent", self.gone, self.kept)

    def test_a_company_and_a_person(self):
        self.gone.sudo().is_company = False
        self.assert_refused("a person")

    def test_closed_and_merged_ones(self):
        third = self.create_archive(vat=False)
        self.merge(self.kept, self.gone)
        self.assert_refused("merged into “Jinan Daheng Logistics” already", third, self.gone)
        self.assert_refused("merged into", self.gone, third)
        third.sudo().archive_state = "closed"
        with self.assertRaisesRegex(UserError, "reopen it"):
            self.merge(self.kept, third)

    def test_archives_of_different_companies(self):
        self.gone.sudo().archive_company_id = self.env["res.company"].create({"name": "Other"})
        self.users["manager"].company_ids += self.gone.archive_company_id
        self.assert_refused("different companies")

    def test_the_contact_of_a_user(self):
        portal = self.env.ref("base.group_portal")
        self.env["res.users"].create(
            {"name": "P", "login": "portal_person", "partner_id": self.gone.id, "group_ids": [Command.set(portal.ids)]}
        )
        self.assert_refused("the user portal_person")
        self.merge(self.gone, self.kept)
        self.assertEqual(self.kept.archive_merged_into_id, self.gone)

    def test_one_of_the_own_companies(self):
        self.env["res.company"].create({"name": "Own", "partner_id": self.gone.id})
        self.assert_refused("own companies")

    def test_a_formal_archive_into_a_draft(self):
        formal = self.create_formal(name="Jinan Daheng Logistics Inc")
        self.assert_refused("formal archive: keep this one", gone=formal)

    def test_while_changes_wait_for_a_decision(self):
        formal = self.create_formal(name="Jinan Daheng Logistics Inc")
        self.as_user(formal, "sales").with_context(archive_propose=True).write({"phone": "021-11112222"})
        self.assert_refused("proposed changes", kept=formal)

    def test_a_merged_archive_is_not_reopened_nor_shown_again(self):
        self.merge(self.kept, self.gone)
        with self.assertRaisesRegex(UserError, "undo the merge"):
            self.as_user(self.gone, "manager")._take_archive_step("reopen", "Why not")
        with self.assertRaisesRegex(ValidationError, "Undo the merge"):
            self.as_user(self.gone, "manager").active = True
        with self.assertRaises(AccessError):
            self.as_user(self.gone, "manager").archive_merged_into_id = False
        with self.assertRaises(AccessError):
            self.as_user(self.kept, "manager").archive_former_numbers = "X-1"

    def test_rows_that_the_database_refuses_stop_the_whole_merge(self):
        self.env.cr.execute(
            SQL(
                "ALTER TABLE customer_import_key ADD CONSTRAINT customer_import_key_test CHECK (partner_id <> %s)",
                self.kept.id,
            )
        )
        source = self.env["customer.import.source"].create({"name": "ERP"})
        self.env["customer.import.key"].create(
            {"source_id": source.id, "role": "customer", "key": "K1", "partner_id": self.gone.id}
        )
        contact = self.env["res.partner"].create({"name": "Zhou Yong", "parent_id": self.gone.id})
        with mute_logger("odoo.sql_db"):
            self.assert_refused("“Imported Record” do not go together")
        self.assertEqual(contact.parent_id, self.gone)
        self.assertTrue(self.gone.active)

    def test_merges_are_made_by_buttons_only(self):
        merge = self.merge(self.kept, self.gone)
        for login in ("manager", "sales"):
            with self.subTest(login), self.assertRaises(AccessError):
                merge.with_user(self.users[login]).write({"state": "undone"})
            with self.subTest(login), self.assertRaises(AccessError):
                self.env["customer.merge"].with_user(self.users[login]).create({})
            with self.subTest(login), self.assertRaises(AccessError):
                merge.with_user(self.users[login]).read(["payload"])
        self.assertEqual(UNDO_DAYS, 30)
