from datetime import date

from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .verification_common import VerificationCase


class StaleCase(VerificationCase):
    """A formal archive of three years ago that was confirmed, and talked to, last month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settle(cls.archive)

    @classmethod
    def settle(cls, archive):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_partner SET create_date = %(old)s, archive_approved_date = %(old)s WHERE id = %(id)s",
            {"old": fields.Datetime.now() - relativedelta(years=3), "id": archive.id},
        )
        cls.env.invalidate_all()
        cls.age(archive, 1)
        cls.talk(archive, 1)

    @classmethod
    def talk(cls, archive, months):
        """Let the last talk with a customer be so many months ago."""
        interactions = archive.sudo().archive_interaction_ids
        if not interactions:
            interactions = cls.env["customer.interaction"].create({
                "name": "Call", "partner_id": archive.id, "channel_id":
                cls.env.ref("customer_archive.customer_interaction_channel_phone").id,
            })
            interactions.sudo().state = "done"
        interactions.sudo().date_start = fields.Datetime.now() - relativedelta(months=months)
        cls.env.flush_all()

    def find(self):
        for reason in self.env["customer.stale"]._get_stale_reasons():
            self.env["customer.stale"]._find_reason(reason)
        return self.get_rows()

    def get_rows(self, archive=None):
        return self.env["customer.stale"].search([("partner_id", "=", (archive or self.archive).id)])

    def get_reasons(self, archive=None):
        self.find()
        return set(self.get_rows(archive).mapped("reason"))


@tagged("post_install", "-at_install")
class TestStale(StaleCase):
    """Each reason, found where it holds, and gone where it does not."""

    def test_a_customer_that_is_cared_for_is_not_stale(self):
        self.assertEqual(self.get_reasons(), set())

    def test_facts_that_nobody_confirmed(self):
        self.age(self.archive, 13)
        self.assertEqual(self.get_reasons(), {"unverified"})
        row = self.get_rows()
        self.assertEqual(row.since, (self.archive.archive_verified_date + relativedelta(months=12)).date())
        self.assertEqual((row.user_id, row.company_id), (self.users["sales"], self.archive.archive_company_id))
        self.company.customer_stale_unverified_months = 14
        self.assertEqual(self.get_reasons(), set())
        self.company.customer_stale_unverified_months = 12
        self.find()
        self.as_user(self.archive, "sales").action_confirm_by_phone()
        self.assertEqual(self.get_reasons(), set())

    def test_mail_that_comes_back_from_every_address(self):
        self.contact.message_bounce = 1
        self.assertEqual(self.get_reasons(), {"bounced"})
        other = self.env["res.partner"].create(
            {"name": "Zhao", "parent_id": self.archive.id, "email": "zhao@example.com"}
        )
        self.assertEqual(self.get_reasons(), set(), "one address works")
        self.env["mail.blacklist"]._add("zhao@example.com")
        self.assertEqual(self.get_reasons(), {"bounced"})
        other.active = self.contact.active = False
        self.assertEqual(self.get_reasons(), set())

    def test_neither_phone_nor_mail(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET phone = NULL WHERE id = %s", [self.archive.id])
        self.contact.email = False
        self.env.invalidate_all()
        self.assertEqual(self.get_reasons(), {"unreachable"})
        self.contact.phone = "13800138000"
        self.assertEqual(self.get_reasons(), set())
        self.contact.write({"phone": False, "customer_private_phone": "13800138000"})
        self.assertEqual(self.get_reasons(), set(), "the private phone rings as well")

    def test_a_question_that_stayed_without_an_answer(self):
        request, _path = self.ask()
        request.sudo()._close("expired")
        self.assertEqual(self.get_reasons(), {"unreachable"})
        self.env.cr.execute(
            "UPDATE customer_verification SET write_date = write_date - interval '2 months' WHERE id = %s", [request.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.get_reasons(), set(), "somebody has talked to the customer since")

    def test_no_contact_for_long(self):
        self.talk(self.archive, 25)
        self.assertEqual(self.get_reasons(), {"inactive"})
        self.company.customer_stale_inactive_months = 36
        self.assertEqual(self.get_reasons(), set())

    def test_a_new_archive_is_not_inactive(self):
        fresh = self.create_formal()
        self.assertEqual(self.get_reasons(fresh), set())

    def test_drafts_and_closed_archives_are_not_listed(self):
        self.age(self.archive, 13)
        self.find()
        self.archive.sudo().archive_state = "closed"
        self.assertFalse(self.get_rows())
        self.assertEqual(self.get_reasons(), set())

    def test_the_same_again_changes_nothing(self):
        self.age(self.archive, 13)
        self.contact.message_bounce = 1
        before = self.find().read(["reason", "since", "write_date"])
        self.assertEqual(len(before), 2)
        self.assertEqual(self.find().read(["reason", "since", "write_date"]), before)

    def test_a_bounce_keeps_the_day_it_was_found(self):
        self.contact.message_bounce = 1
        row = self.find()
        self.env.cr.execute("UPDATE customer_stale SET since = '2026-01-05' WHERE id = %s", [row.id])
        self.env.invalidate_all()
        self.assertEqual(self.find().since, date(2026, 1, 5))

    def test_the_number_of_queries_does_not_follow_the_number_of_archives(self):
        one = self.count_queries(self.find)
        for _number in range(5):
            self.age(self.create_customer()[0], 20)
        self.assertLessEqual(self.count_queries(self.find), one + 1)
        self.assertLessEqual(one, 14)


@tagged("post_install", "-at_install")
class TestStaleWork(StaleCase):
    """The queue is worked off: asked, called, kept, closed in bulk, and put back."""

    def setUp(self):
        super().setUp()
        self.age(self.archive, 13)
        self.other, _contact = self.create_customer(email=False)
        self.settle(self.other)
        self.age(self.other, 13)
        self.find()
        self.rows = self.get_rows() | self.get_rows(self.other)

    def as_manager(self, rows=None):
        return self.as_user(rows or self.rows, "manager")

    def test_customers_are_asked_by_mail_or_by_phone(self):
        self.as_user(self.rows, "sales").action_ask()
        states = [archive.archive_verification_ids.state for archive in (self.archive, self.other)]
        self.assertEqual(states, ["sent", "call"])
        with self.assertRaises(UserError):
            self.as_user(self.rows, "sales").action_ask()

    def test_owners_get_one_call_to_make(self):
        rows = self.as_user(self.rows, "sales")
        rows.action_call()
        rows.action_call()
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", (self.archive | self.other).ids)]
        )
        self.assertEqual(activities.mapped("user_id"), self.users["sales"])
        self.assertEqual(len(activities), 2)

    def test_what_is_kept_is_remembered_until_a_day(self):
        row = self.as_user(self.get_rows(), "sales")
        row.action_keep()
        months = self.env["customer.stale"]._get_keep_months()
        self.assertEqual(row.kept_until, fields.Date.today() + relativedelta(months=months))
        self.assertEqual(row.kept_by_id, self.users["sales"])
        self.find()
        self.assertTrue(self.get_rows().kept_until)
        row.kept_until = False
        self.assertFalse(row.kept_by_id)

    def test_looking_again_takes_rows_away_at_once(self):
        self.as_user(self.archive, "sales").action_confirm_by_phone()
        self.as_user(self.rows, "sales").action_check_again()
        self.assertFalse(self.get_rows())
        self.assertTrue(self.get_rows(self.other))

    def test_rows_are_made_by_the_machine_and_seen_with_the_customer(self):
        for name, value in (("reason", "bounced"), ("since", "2020-01-01"), ("kept_by_id", 2), ("partner_id", 1)):
            with self.subTest(name), self.assertRaises(AccessError):
                self.as_user(self.rows[:1], "sales").write({name: value})
        with self.assertRaises(AccessError):
            self.as_user(self.rows, "office").action_keep()
        with self.assertRaises(AccessError):
            self.as_user(self.rows, "colleague").action_keep()
        self.assertFalse(self.env["customer.stale"].with_user(self.users["colleague"]).search(
            [("id", "in", self.rows.ids)]
        ))

    def close(self, login="manager", rows=None):
        action = self.as_user(rows or self.rows, login).action_archive()
        return self.env["customer.stale.run"].browse(action["res_id"])

    def test_closing_in_bulk_and_back(self):
        self.other.sudo().archive_state = "suspended"
        request, _path = self.ask()
        run = self.close()
        both = self.archive | self.other
        self.assertEqual((run.closed_count, run.kept_count, run.left_count), (2, 0, 2))
        self.assertEqual(set(both.mapped("archive_state")), {"closed"})
        self.assertFalse(any(both.mapped("active")))
        self.assertEqual(request.state, "cancelled")
        self.assertFalse(self.rows.exists())
        self.assertIn("bulk", self.archive.message_ids[:1].body)
        self.as_user(run, "manager").action_undo()
        self.assertEqual([self.archive.archive_state, self.other.archive_state], ["formal", "suspended"])
        self.assertTrue(all(both.mapped("active")))
        self.assertEqual((run.restored_count, run.left_count), (2, 0))
        with self.assertRaises(UserError):
            self.as_user(run, "manager").action_undo()

    def test_undoing_leaves_alone_what_somebody_touched_since(self):
        run = self.close()
        self.archive.sudo().write({"archive_state": "draft", "active": True})
        self.archive.sudo().write({"archive_state": "closed", "active": False})
        self.assertEqual(run.left_count, 1)
        self.as_user(run, "manager").action_undo()
        self.assertEqual((self.archive.archive_state, self.other.archive_state), ("closed", "formal"))

    def test_archives_in_use_are_left_alone_and_told(self):
        self.env["customer.interaction"].create({"name": "Visit", "partner_id": self.archive.id})
        run = self.close()
        self.assertEqual((run.closed_count, run.kept_count), (1, 1))
        self.assertIn("an interaction is planned", run.kept_text)
        self.assertEqual(self.archive.archive_state, "formal")
        self.env["customer.contract"].create({"name": "Frame", "partner_id": self.other.id})._sign(
            "Li Na", date(2026, 1, 1)
        )
        self.as_user(run, "manager").action_undo()
        self.find()
        with self.assertRaises(UserError), self.cr.savepoint():
            self.close(rows=self.get_rows() | self.get_rows(self.other))

    def test_closing_takes_the_right_to_close(self):
        with self.assertRaises(UserError), self.cr.savepoint():
            self.close("sales")
        run = self.close("leader")
        for login in ("sales", "seller_all", "office"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.as_user(run, login).action_undo()
        with self.assertRaises(AccessError):
            self.as_user(run, "leader").write({"closed_count": 9})
        with self.assertRaises(AccessError):
            self.as_user(run, "manager").read(["former_states"])
        self.as_user(run, "leader").action_undo()

    def test_a_further_archive_costs_no_more_than_what_the_host_does_for_each_contact(self):
        archives = [self.create_customer(email=False)[0] for _number in range(8)]
        for archive in archives:
            self.age(archive, 20)
        self.find()
        few = self.env["customer.stale"].search([("partner_id", "in", [a.id for a in archives[:2]])])
        many = self.env["customer.stale"].search([("partner_id", "in", [a.id for a in archives[2:]])])
        first = self.count_queries(self.close, "manager", few)
        self.assertLessEqual(self.count_queries(self.close, "manager", many), first + 4 * 5)
