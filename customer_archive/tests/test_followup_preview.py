from datetime import datetime

from lxml import html
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..wizard.customer_followup_preview import PAGE_SIZE
from .followup_common import NOW, FollowupCase


@tagged("post_install", "-at_install")
class TestFollowupPreview(FollowupCase):
    """What will go out is shown before anything does, and nothing is written for it."""

    def preview(self, rule, login="manager", **values):
        """The window as a person sees it, without saving it."""
        Preview = self.env["customer.followup.preview"].with_user(self.users[login])
        action = self.as_user(rule, login).action_preview()
        Preview = Preview.with_context(**action["context"])
        return Preview.new({**Preview.default_get(["rule_id", "days", "page"]), **values})

    def read_lines(self, preview):
        """Rows of the table as lists of texts."""
        rows = html.fromstring(str(preview.lines)).xpath("//tbody/tr") if "<tbody" in str(preview.lines) else []
        return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]

    def test_who_when_to_whom(self):
        rule = self.create_birthday_rule("mail")
        preview = self.preview(rule)
        [[when, customer, day, to, refusal]] = self.read_lines(preview)
        self.assertIn("11/10/2026", when.replace("Nov 10, 2026", "11/10/2026"))
        self.assertEqual(customer, "Jinan Daheng Logistics: Li Na")
        self.assertTrue(day)
        self.assertEqual((to, refusal), ("Li Na <li.na@example.com>", ""))
        self.assertEqual((preview.total, preview.page_count), (1, 1))

    def test_why_not(self):
        self.env["mail.blacklist"]._add("li.na@example.com")
        rule = self.create_birthday_rule("mail")
        self.assertEqual(self.read_lines(self.preview(rule))[0][-1], "The person wants no messages")
        owner = self.create_birthday_rule()
        self.assertEqual(self.read_lines(self.preview(owner))[0][3:], [self.users["sales"].name, ""])
        self.archive.sudo().user_id = False
        self.assertEqual(self.read_lines(self.preview(owner))[0][3:], ["", "The customer has no owner"])

    def test_nothing_is_written(self):
        rule = self.create_birthday_rule()
        self.env.flush_all()
        written = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
        self.env.cr.execute(written)
        before = self.env.cr.fetchall()
        self.assertEqual(len(self.read_lines(self.preview(rule))), 1)
        self.env.flush_all()
        self.env.cr.execute(written)
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertFalse(self.env["customer.followup.preview"].search([]))
        self.assertFalse(rule.planned_date or self.get_activities())

    def test_it_shows_what_the_job_then_does(self):
        rule = self.create_rule("promotion", promotion_date="2026-11-11")
        for number in range(3):
            self.create_archive(name=f"More {number}")
        shown = [line[1] for line in self.read_lines(self.preview(rule))]
        self.follow_up(datetime(2026, 11, 11, 12))
        self.assertEqual(sorted(shown), sorted(self.find(rule_id=rule.id, state="done").partner_id.mapped("name")))
        self.go_to(NOW)
        self.assertFalse(self.read_lines(self.preview(rule)), "what was done is not ahead any more")

    def test_what_was_skipped_says_so(self):
        rule = self.create_birthday_rule()
        self.follow_up().action_skip()
        self.assertIn("Skipped by hand", self.read_lines(self.preview(rule))[0][-1])

    def test_a_rule_that_is_off_shows_what_it_would_do(self):
        rule = self.create_birthday_rule(active=False)
        preview = self.preview(rule)
        self.assertIn("switched off", str(preview.lines))
        self.assertEqual(len(self.read_lines(preview)), 1)

    def test_days_and_pages(self):
        rule = self.create_birthday_rule()
        self.assertFalse(self.read_lines(self.preview(rule, days=2)))
        self.assertEqual(self.preview(rule, days=2).total, 0)
        self.contact.birthday = "1980-12-24"
        self.assertEqual(len(self.read_lines(self.preview(rule, days=60))), 1)
        self.contact.birthday = "1980-06-24"
        self.assertFalse(self.read_lines(self.preview(rule, days=100000)), "as far as a preview looks")
        self.env["res.partner"].create(
            [{"name": f"P {n}", "parent_id": self.archive.id, "birthday": "1980-11-09"} for n in range(PAGE_SIZE + 5)]
        )
        first, second = self.preview(rule), self.preview(rule, page=2)
        self.assertEqual((first.total, first.page_count), (PAGE_SIZE + 5, 2))
        self.assertEqual([len(self.read_lines(preview)) for preview in (first, second)], [PAGE_SIZE, 5])
        self.assertFalse({tuple(line) for line in self.read_lines(first)}
                         & {tuple(line) for line in self.read_lines(second)})
        for page in (-3, 0, 99):
            self.assertTrue(self.preview(rule, page=page).lines)

    def test_queries_of_a_page_do_not_grow_with_customers(self):
        rule = self.create_birthday_rule("mail")
        few = self.count_queries(lambda: self.preview(rule).lines)
        self.env["res.partner"].create([
            {"name": f"P {n}", "parent_id": self.archive.id, "birthday": "1980-11-09", "email": f"p{n}@example.com"}
            for n in range(60)
        ])
        self.assertLessEqual(self.count_queries(lambda: self.preview(rule).lines), few + 1)

    def test_only_customers_whom_the_person_may_read(self):
        rule = self.create_rule("promotion", promotion_date="2026-11-11")
        with self.assertRaises(AccessError):
            self.env["customer.followup.preview"].with_user(self.users["leader"]).create({"rule_id": rule.id})
        # somebody with the right to rules, and to no customers of others
        group = self.env.ref("customer_archive.group_manager")
        self.env["ir.model.access"].create(
            {"name": "x", "model_id": self.env["ir.model"]._get_id("customer.followup.preview"),
             "group_id": self.env.ref("customer_archive.group_user").id, "perm_read": True, "perm_create": True}
        )
        self.assertNotIn(group, self.users["colleague"].all_group_ids)
        self.assertFalse(self.read_lines(self.preview(rule, "colleague")))
        self.assertEqual(len(self.read_lines(self.preview(rule, "sales"))), 1)

    def test_the_window(self):
        rule = self.create_birthday_rule()
        action = self.as_user(rule, "manager").action_preview()
        Preview = self.env["customer.followup.preview"].with_user(self.users["manager"])
        form = Form(Preview.with_context(**action["context"]))
        self.assertIn("Li Na", str(form.lines))
        form.days = 1
        self.assertNotIn("Li Na", str(form.lines))
