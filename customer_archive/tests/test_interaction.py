from datetime import date, timedelta

from freezegun import freeze_time
from lxml import etree
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .interaction_common import InteractionCase


@tagged("post_install", "-at_install")
class TestInteraction(InteractionCase):
    """What people note about being in touch with a customer."""

    def test_a_call_is_noted_in_two_clicks_from_the_archive(self):
        action = self.as_user(self.archive, "sales").action_log_interaction()
        self.assertEqual(action["target"], "new")
        Interaction = self.env["customer.interaction"].with_user(self.users["sales"])
        form = Form(Interaction.with_context(**action["context"]), view=action["view_id"][0])
        self.assertEqual(form.partner_id, self.archive)
        form.name = "Asked for prices"
        call = form.save()
        self.assertRecordValues(
            call,
            [{
                "state": "done", "source": "hand", "direction": "out", "user_id": self.users["sales"].id,
                "channel_id": self.channel("phone").id, "user_ids": self.users["sales"].ids,
            }],
        )
        self.assertEqual(self.archive.archive_last_contact_date, call.date_start)

    def test_a_contact_stands_for_its_archive_and_is_one_of_the_people(self):
        call = self.create_interaction(partner_id=self.gu.id)
        self.assertEqual((call.partner_id, call.contact_ids), (self.archive, self.gu))
        self.assertEqual(call.participant_ids.role, "partner")
        action = self.gu.action_log_interaction()
        self.assertEqual(action["context"]["default_contact_ids"], self.gu.ids)

    def test_people_of_both_sides_with_roles(self):
        call = self.create_interaction(contact_ids=[Command.set((self.gu | self.shen).ids)])
        call.participant_ids.filtered(lambda line: line.partner_id == self.shen).role = "decider"
        call.contact_ids = self.shen
        self.assertEqual([(line.partner_id, line.role) for line in call.participant_ids], [(self.shen, "decider")])
        found = self.env["customer.interaction"].search([("contact_ids", "in", self.shen.ids)])
        self.assertEqual(found, call)

    def test_people_of_somebody_else_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "contacts of the customer"):
            self.create_interaction(contact_ids=[Command.set(self.stranger.ids)])
        call = self.create_interaction(contact_ids=[Command.set(self.gu.ids)])
        other = self.create_archive(name="Other")
        with self.assertRaisesRegex(ValidationError, "contacts of the customer"):
            call.partner_id = other

    def test_who_has_no_archive_has_no_interactions(self):
        with self.assertRaisesRegex(ValidationError, "create the archive first"):
            self.create_interaction(partner_id=self.stranger.id)
        with self.assertRaisesRegex(ValidationError, "that have an archive"):
            self.env["customer.promise"].create({"name": "Samples", "partner_id": self.stranger.id})

    def test_what_lies_in_the_future_is_planned(self):
        tomorrow = self.now + timedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "“Prices” lies in the future"):
            self.create_interaction(date_start=tomorrow)
        planned = self.create_interaction(date_start=tomorrow, state="planned")
        planned.action_done()
        self.assertEqual(planned.state, "done")
        self.assertLess(planned.date_start, tomorrow, "it took place now")

    def test_the_end_follows_the_length_and_the_other_way_round(self):
        call = self.create_interaction(date_start="2026-03-02 08:00:00", duration=1.5)
        self.assertEqual(fields.Datetime.to_string(call.date_stop), "2026-03-02 09:30:00")
        call.date_stop = "2026-03-02 08:20:00"
        self.assertAlmostEqual(call.duration, 1 / 3)
        self.assertEqual(fields.Datetime.to_string(call.date_stop), "2026-03-02 08:20:00")

    def test_scripts_in_the_content_do_not_stay(self):
        call = self.create_interaction(content='<p onclick="x()">Hello<script>steal()</script></p>')
        self.assertIn("Hello", call.content)
        self.assertNotIn("steal", call.content)
        self.assertNotIn("onclick", call.content)

    def test_states_and_sources_are_set_by_buttons(self):
        call = self.create_interaction()
        for values in ({"state": "cancelled"}, {"source": "mail"}, {"check_in_date": self.now}):
            with self.subTest(values), self.assertRaises(AccessError):
                call.write(values)
        with self.assertRaises(AccessError):
            self.create_interaction(source="event")
        call.action_cancel()
        self.assertEqual(call.state, "cancelled")
        call.action_plan_again()
        self.assertEqual(call.state, "planned")

    #=== LAST CONTACT ===#

    def test_the_last_contact_counts_what_took_place(self):
        self.create_interaction(date_start="2026-03-02 08:00:00")
        later = self.create_interaction(date_start="2026-04-02 08:00:00")
        self.create_interaction(date_start="2026-05-02 08:00:00", channel_id=self.channel("other").id)
        self.create_interaction(date_start="2026-06-02 08:00:00", state="planned")
        self.assertEqual(self.archive.archive_last_contact_date.date(), date(2026, 4, 2))
        later.action_cancel()
        self.assertEqual(self.archive.archive_last_contact_date.date(), date(2026, 3, 2))
        self.channel("other").is_contact = True
        self.assertEqual(self.archive.archive_last_contact_date.date(), date(2026, 5, 2))
        with self.assertRaises(AccessError):
            self.as_user(self.archive, "sales").archive_last_contact_date = self.now

    @freeze_time("2026-07-15 03:00:00")
    def test_lists_of_archives_sort_and_filter_by_it(self):
        quiet = self.create_archive(name="Quiet")
        self.create_interaction(date_start="2026-07-02 08:00:00")
        view = self.env.ref("customer_archive.customer_archive_view_search_interaction")
        self.assertIn("today -30d", view.arch)
        domain = [("archive_last_contact_date", "<", "today -30d")]
        both = self.archive | quiet
        found = both.search(["|", ("archive_last_contact_date", "=", False), *domain, ("id", "in", both.ids)])
        self.assertEqual(found, quiet)
        ordered = both.search([("id", "in", both.ids)], order="archive_last_contact_date desc nulls last")
        self.assertEqual(ordered[0], self.archive)

    def test_every_filter_finds_its_rows(self):
        call = self.create_interaction(
            promise_ids=[Command.create({"name": "Samples", "date_deadline": "2026-03-01"})]
        )
        for view, record, names in (
            (
                "customer_interaction_view_search", call,
                {"mine", "team", "done", "this_week", "today", "overdue_promises"},
            ),
            ("customer_promise_view_search", call.promise_ids, {"mine", "team", "open", "overdue", "ours"}),
        ):
            arch = etree.fromstring(self.env.ref(f"customer_archive.{view}").arch)
            filters = {node.get("name"): node.get("domain") for node in arch.iter("filter") if node.get("domain")}
            found = {
                name
                for name, domain in filters.items()
                if record in record.search(safe_eval(domain, {"uid": self.users["sales"].id}))
            }
            self.assertEqual(found - {"not_cancelled", "to_report"}, names)

    def test_counts_of_many_archives_take_one_query(self):
        self.create_interaction()
        archives = (self.archive | self.hidden | self.create_archive(name="Third")).sudo()
        self.assertEqual(self.archive.archive_interaction_count, 1)
        self.assertEqual(self.gu.archive_interaction_count, 1, "a contact shows those of its archive")

        def read(records):
            return records.mapped("archive_interaction_count")

        read(archives)
        self.assertEqual(self.count_queries(read, archives), self.count_queries(read, archives[0]))

    #=== NEXT STEP ===#

    def test_the_next_step_becomes_an_activity_of_its_person(self):
        leader = self.users["leader"]
        call = self.create_interaction(
            next_step="Send the offer", next_step_date="2026-12-01", next_step_user_id=leader.id
        )
        activity = call.next_activity_id
        self.assertRecordValues(
            activity,
            [{
                "summary": "Send the offer", "date_deadline": date(2026, 12, 1), "user_id": leader.id,
                "res_model": "res.partner", "res_id": self.archive.id,
            }],
        )
        call.next_step_date = "2026-12-05"
        self.assertEqual((call.next_activity_id, activity.date_deadline), (activity, date(2026, 12, 5)))
        call.next_step = False
        self.assertFalse(activity.exists())

    def test_the_next_step_is_for_who_may_see_the_customer(self):
        with self.assertRaisesRegex(UserError, "may not see this customer"):
            self.create_interaction(
                "colleague", partner_id=self.hidden.id, next_step="Call", next_step_date="2026-12-01",
                next_step_user_id=self.users["sales"].id,
            )

    def test_a_done_next_step_is_an_interaction_of_its_own(self):
        call = self.create_interaction(next_step="Send the offer", next_step_date="2026-12-01")
        call.next_activity_id.action_feedback(feedback="Sent")
        self.assertEqual((self.get_interactions() - call).mapped("name"), ["Send the offer"])

    #=== FILES ===#

    def test_files_are_read_with_the_interaction_and_shown_on_the_customer(self):
        File = self.env["ir.attachment"].with_user(self.users["sales"])
        file = File.create({"name": "photo.png", "raw": b"x", "res_model": "customer.interaction", "res_id": 0})
        call = self.create_interaction(attachment_ids=[Command.set(file.ids)])
        self.assertEqual((file.res_model, file.res_id), ("customer.interaction", call.id))
        self.assertTrue(self.as_user(file, "leader").has_access("read"))
        self.assertIn(file, self.as_user(self.archive, "leader")._get_mail_thread_data_attachments())
        call.attachment_ids = [Command.unlink(file.id)]
        self.assertFalse(file.exists())

    def test_files_of_hidden_customers_stay_hidden(self):
        File = self.env["ir.attachment"].with_user(self.users["colleague"])
        file = File.create({"name": "photo.png", "raw": b"x"})
        self.create_interaction("colleague", partner_id=self.hidden.id, attachment_ids=[Command.set(file.ids)])
        self.assertFalse(self.as_user(file, "sales").has_access("read"))
        with self.assertRaises(AccessError):
            self.create_interaction(attachment_ids=[Command.set(file.ids)])

    def test_a_file_of_another_document_is_not_taken(self):
        File = self.env["ir.attachment"].with_user(self.users["sales"])
        values = {"name": "a.txt", "raw": b"x", "res_model": "res.partner", "res_id": self.archive.id}
        with self.assertRaisesRegex(AccessError, "belongs to another document"):
            self.create_interaction(attachment_ids=[Command.set(File.create(values).ids)])

    #=== RIGHTS ===#

    def test_a_hidden_customer_is_refused_without_its_name(self):
        for values in ({"partner_id": self.hidden.id}, {"contact_ids": [Command.set(self.hidden.ids)]}):
            with self.subTest(values), self.assertRaises(AccessError) as caught:
                self.create_interaction(**values)
            self.assertNotIn("Hidden", str(caught.exception))
        contact = self.env["res.partner"].create({"name": "Secret", "parent_id": self.hidden.id})
        with self.assertRaises(AccessError) as caught:
            self.create_interaction(partner_id=contact.id)
        self.assertNotIn("Secret", str(caught.exception))
        with self.assertRaises(AccessError):
            self.env["customer.promise"].with_user(self.users["sales"]).create(
                {"name": "Samples", "partner_id": self.hidden.id}
            )

    def test_interactions_are_as_hidden_as_the_customer(self):
        call = self.create_interaction("colleague", partner_id=self.hidden.id, name="Secret")
        self.assertFalse(self.as_user(call, "sales").has_access("read"))
        self.assertTrue(self.as_user(call, "manager").has_access("read"))
        self.assertFalse(self.env["customer.interaction"].with_user(self.users["sales"]).search([("id", "=", call.id)]))

    def test_who_took_part_or_edits_the_archive_changes_it(self):
        call = self.create_interaction()
        with self.assertRaisesRegex(AccessError, "an interaction of archive_sales"):
            self.as_user(call, "colleague").name = "Mine now"
        with self.assertRaises(AccessError):
            self.as_user(call, "colleague").action_cancel()
        line = {"interaction_id": call.id, "partner_id": self.gu.id}
        with self.assertRaises(AccessError):
            self.env["customer.interaction.participant"].with_user(self.users["colleague"]).create(line)
        participant = self.env["customer.interaction.participant"].create(line)
        with self.assertRaises(AccessError):
            self.as_user(participant, "colleague").role = "guest"
        with self.assertRaises(AccessError):
            self.as_user(participant, "colleague").unlink()
        call.user_ids += self.users["colleague"]
        self.as_user(call, "colleague").name = "Prices and terms"
        self.as_user(call, "seller_all").name = "Prices, terms"
        with self.assertRaises(AccessError):
            self.as_user(call, "sales").unlink()
        self.as_user(call, "manager").unlink()
        self.assertFalse(call.exists())

    def test_a_colleague_notes_a_call_of_a_customer_that_is_open_to_all(self):
        call = self.create_interaction("colleague")
        self.assertEqual(self.archive.archive_last_contact_date, call.date_start)
        self.assertTrue(self.create_interaction("quality"))
        with self.assertRaises(AccessError):
            self.create_interaction("employee")

    def test_companies_see_their_own(self):
        company = self.env["res.company"].create({"name": "Elsewhere", "country_id": self.china.id})
        call = self.create_interaction()
        self.archive.sudo().archive_company_id = company
        self.assertEqual(call.company_id, company)
        self.assertFalse(self.as_user(call, "manager").has_access("read"))
        abroad = new_test_user(
            self.env, login="abroad", groups="customer_archive.group_all", company_id=company.id,
            company_ids=company.ids,
        )
        self.assertTrue(call.with_user(abroad).has_access("read"))

    #=== PROMISES ===#

    def test_promises_are_kept_or_broken_with_the_day(self):
        call = self.create_interaction(
            promise_ids=[Command.create({"name": "Samples", "date_deadline": "2026-03-01", "promised_by": "us"})]
        )
        promise = call.promise_ids
        self.assertEqual((promise.partner_id, promise.state, promise.user_id),
                         (self.archive, "open", self.users["sales"]))
        overdue = self.env["customer.interaction"].search(
            [("promise_ids", "any", [("state", "=", "open"), ("date_deadline", "<", "today")])]
        )
        self.assertIn(call, overdue)
        with self.assertRaises(AccessError):
            promise.state = "kept"
        promise.action_keep()
        self.assertEqual((promise.state, promise.date_settled), ("kept", fields.Date.context_today(promise)))
        with self.assertRaisesRegex(UserError, "reopen it first"):
            promise.action_break()
        promise.action_reopen()
        self.assertEqual((promise.state, promise.date_settled), ("open", False))
        promise.action_break()
        self.assertEqual(promise.state, "broken")

    def test_promises_of_others_are_left_alone(self):
        promise = self.create_interaction(promise_ids=[Command.create({"name": "Samples"})]).promise_ids
        alone = self.env["customer.promise"].with_user(self.users["sales"]).create(
            {"name": "Call back", "partner_id": self.archive.id}
        )
        for record in (promise, alone):
            with self.assertRaises(AccessError):
                self.as_user(record, "colleague").action_keep()
            with self.assertRaises(AccessError):
                self.as_user(record, "colleague").note = "x"
        promise.user_id = self.users["colleague"]
        self.as_user(promise, "colleague").action_keep()
        self.assertEqual(promise.state, "kept")
        other = self.create_archive(name="Other")
        with self.assertRaisesRegex(ValidationError, "customer of its interaction"):
            promise.partner_id = other
