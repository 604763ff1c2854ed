from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .class_common import ClassCase


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

    def test_a_tag_that_is_offered_names_its_taxonomy_and_stays_short_once_chosen(self):
        self.usual.parent_id = self.key
        tags = self.as_user(self.usual | self.speed, "sales")
        offered = tags.with_context(formatted_display_name=True)
        self.assertEqual(offered.mapped("display_name"), ["--Care:-- Key / Usual", "--Wishes:-- Speed"])
        self.assertEqual(tags.mapped("display_name"), ["Key / Usual", "Speed"])

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

    def test_rules_that_read_contacts_are_evaluated_when_contacts_change(self):
        self.publish(self.draft_tags([(self.key, "[('child_ids.decision_role', '=', 'decider')]")]))
        archive = self.create_archive()
        contact = self.env["res.partner"].with_user(self.users["sales"]).create(
            {"name": "Zhao", "parent_id": archive.id, "decision_role": "decider"}
        )
        self.assertEqual(archive.customer_tag_ids, self.key)
        contact.decision_role = "user"
        self.assertFalse(archive.customer_tag_ids)
        contact.decision_role = "decider"
        self.assertEqual(archive.customer_tag_ids, self.key)
        self.as_user(contact, "manager").unlink()
        self.assertFalse(archive.customer_tag_ids)

    def test_what_retired_rules_set_is_left_to_people(self):
        rules = self.publish(self.draft_tags([(self.key, self.HIGH)]))
        archive = self.create_archive(customer_potential="high")
        rules.action_retire()
        self.classify_all()
        archive.invalidate_recordset()
        self.assertEqual(archive.customer_tag_ids, self.key)
        archive.customer_tag_ids = [Command.unlink(self.key.id)]
        self.assertFalse(archive.customer_tag_ids)
