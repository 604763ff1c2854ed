from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .verification_common import VerificationCase


@tagged("post_install", "-at_install")
class TestVerification(VerificationCase):
    """Requests by hand: whom and what they ask, and the mail."""

    def test_only_what_is_stale_or_missing_is_asked(self):
        website = self.env["ir.model.fields"].sudo()._get("res.partner", "website")
        template = self.archive.archive_template_id.sudo()
        template.line_ids.filtered(lambda line: line.field_id == website).unlink()
        template.line_ids = [(0, 0, {"field_id": website.id, "requirement": "recommended"})]
        self.get_facts()["city"].date = fields.Datetime.now()
        request, _path = self.ask()
        asked = set(request.line_ids.mapped("field_name"))
        self.assertNotIn("city", asked)
        self.assertLessEqual({"name", "vat", "phone", "website"}, asked)
        self.assertNotIn("customer_identity_number", asked, "a company has none")

    def test_the_mail_goes_to_the_buyer_once_and_only_there_is_the_link(self):
        request, path = self.ask()
        [mail] = self.get_mails()
        self.assertEqual((request.state, request.email), ("sent", "li.na@example.com"))
        self.assertEqual(mail.reply_to, self.users["sales"].email_formatted)
        token = self.get_token(path)
        self.assertEqual(len(token), 43, "256 random bits")
        self.env.cr.execute("SELECT row_to_json(v)::text FROM customer_verification v WHERE id = %s", [request.id])
        self.assertNotIn(token, self.env.cr.fetchone()[0])
        self.assertNotIn(token, " ".join(request.message_ids.mapped(lambda message: message.body or "")))
        for login in self.users:
            found = self.env["mail.message"].with_user(self.users[login]).search([("body", "like", token)])
            self.assertFalse(found, f"{login} would hold the link of the customer")
        self.assertTrue(mail.auto_delete)

    def test_a_client_cannot_make_the_mail_carry_another_link(self):
        request, _path = self.ask()
        bad = request.with_context(customer_verification_links={request.id: "https://evil.example"})
        self.assertEqual((bad._get_link(), bad.display_name), ("", request.display_name))

    def test_a_reminder_is_a_new_link_and_the_old_one_ends(self):
        request, path = self.ask()
        self.as_user(request, "sales").action_remind()
        self.assertEqual((request.reminder_count, request.version), (1, 2))
        self.assertEqual(len(self.get_mails()), 2)
        find = self.env["customer.verification"]._find_by_token
        self.assertFalse(find(self.get_token(path)))
        self.assertEqual(find(self.get_token(self.get_path(request))), request)

    def test_a_customer_is_asked_once_at_a_time(self):
        request, _path = self.ask()
        action = self.as_user(self.archive, "sales").action_ask_confirmation()
        self.assertEqual(action["res_id"], request.id)
        self.as_user(request, "sales").action_cancel()
        action = self.as_user(self.archive, "sales").action_ask_confirmation()
        self.assertNotEqual(action["res_id"], request.id)

    def test_nothing_is_asked_of_drafts_or_of_what_was_confirmed_lately(self):
        with self.assertRaises(UserError):
            self.create_archive().action_ask_confirmation()
        fresh = self.create_formal(street="Road 1", email="info@fresh.example", website="www.fresh.example", zip="1")
        if fresh._get_missing_facts():
            fresh.archive_template_id.sudo().line_ids.requirement = "recommended"
        asked = fresh._get_asked_facts()
        self.assertFalse(set(asked) & set(fresh._get_filled_facts()))

    def test_the_recipient_is_changed_before_sending_and_not_afterwards(self):
        other = self.env["res.partner"].create(
            {"name": "Zhao Min", "parent_id": self.archive.id, "email": "zhao@example.com"}
        )
        action = self.as_user(self.archive, "sales").action_ask_confirmation()
        request = self.as_user(self.env["customer.verification"].browse(action["res_id"]), "sales")
        self.assertEqual(request.contact_id, self.contact)
        request.contact_id = other
        request.action_send()
        self.assertEqual(request.email, "zhao@example.com")
        with self.assertRaises(UserError):
            request.contact_id = self.contact
        with self.assertRaises(ValidationError):
            request.sudo().contact_id = self.users["sales"].partner_id

    def test_who_cannot_be_mailed_is_not_asked_by_mail(self):
        for values in ({"email": False}, {"email": "no address"}, {"message_bounce": 2}):
            archive, contact = self.create_customer()
            contact.write(values)
            with self.subTest(values):
                self.assertFalse(archive._get_verification_contact())
        archive, contact = self.create_customer(email="stop@example.com")
        self.env["mail.blacklist"]._add("stop@example.com")
        contact.invalidate_recordset()
        self.assertFalse(archive._get_verification_contact())
        action = self.as_user(archive, "sales").action_ask_confirmation()
        request = self.as_user(self.env["customer.verification"].browse(action["res_id"]), "sales")
        with self.assertRaises(UserError):
            request.action_send()

    def test_buttons_take_the_right_to_edit_and_the_right_state(self):
        request, _path = self.ask()
        for login in ("office", "reviewer", "quality"):
            for name in ("action_send", "action_remind", "action_cancel", "action_confirm_by_phone"):
                with self.subTest(login=login, button=name), self.assertRaises(AccessError):
                    getattr(self.as_user(request, login), name)()
        mine = self.as_user(request, "sales")
        with self.assertRaises(UserError):
            mine.action_send()
        mine.action_cancel()
        for name in ("action_send", "action_remind", "action_cancel", "action_confirm_by_phone"):
            with self.subTest(name), self.assertRaises(UserError):
                getattr(mine, name)()

    def test_neither_state_nor_link_is_written_by_hand(self):
        request, _path = self.ask()
        values = {
            "state": "answered", "token_hash": "0" * 64, "email": "me@example.com", "reminder_count": 5,
            "answered_by_id": self.contact.id, "link_until": fields.Datetime.now(), "next_date": False,
            "partner_id": self.create_archive().id, "change_id": 1, "line_ids": [(5,)], "sent_date": False,
        }
        for name, value in values.items():
            with self.subTest(name), self.assertRaises(AccessError):
                self.as_user(request, "sales").write({name: value})
        with self.assertRaises(AccessError):
            self.as_user(request.line_ids[:1], "sales").write({"outcome": "confirmed"})
        with self.assertRaises(AccessError):
            self.as_user(request, "manager").read(["token_hash"])

    def test_facts_are_confirmed_by_phone_line_by_line(self):
        request, path = self.ask()
        lines = self.as_user(request.line_ids, "sales")
        phone = lines.filtered(lambda line: line.field_name == "phone")
        phone.action_confirm_by_phone()
        self.assertEqual((phone.outcome, request.state), ("confirmed", "sent"))
        self.assertEqual(self.get_facts()["phone"].source, "staff")
        with self.assertRaises(UserError):
            phone.action_confirm_by_phone()
        (lines - phone).filtered("can_confirm").action_confirm_by_phone()
        missing = lines.filtered(lambda line: line.outcome == "open")
        self.assertFalse(any(self.archive[name] for name in missing.mapped("field_name")))
        self.assertEqual(request.state, "answered")
        self.assertFalse(self.env["customer.verification"]._find_by_token(self.get_token(path)))

    def test_confirming_the_archive_by_phone_answers_the_request(self):
        request, _path = self.ask()
        self.as_user(self.archive, "sales").action_confirm_by_phone()
        filled = request.line_ids.filtered(lambda line: self.archive[line.field_name])
        self.assertEqual(set(filled.mapped("outcome")), {"confirmed"})

    def test_closing_the_archive_ends_the_request(self):
        request, path = self.ask()
        self.archive.sudo().archive_state = "closed"
        self.assertEqual(request.state, "cancelled")
        self.assertFalse(self.env["customer.verification"]._find_by_token(self.get_token(path)))

    def test_a_mail_that_comes_back_is_noted_once_and_somebody_calls(self):
        request, _path = self.ask()
        self.contact._message_receive_bounce("li.na@example.com", self.contact)
        self.assertTrue(request.bounced_date)
        self.assertEqual(self.get_activities(request).user_id, self.users["sales"])
        self.contact._message_receive_bounce("li.na@example.com", self.contact)
        self.assertEqual(len(self.get_activities(request)), 1)
        self.assertEqual(self.contact.message_bounce, 2)

    def test_a_condition_that_cannot_be_searched_is_refused(self):
        for bad in ("[('nothing', '=', 1)]", "[(", "__import__('os')", "{'a': 1}"):
            with self.subTest(bad), self.assertRaises(ValidationError), self.cr.savepoint():
                self.company.customer_verification_domain = bad
                self.env.flush_all()
        self.company.customer_verification_domain = "[('city', '=', 'Suzhou')]"

    def test_erasing_the_buyer_takes_the_address_and_the_link(self):
        request, path = self.ask()
        request.sudo()._close("cancelled")
        request.sudo().contact_id.email  # noqa: B018 - the address is read while it is there
        self.env["customer.privacy.eraser"].sudo()._erase(self.contact)
        self.assertFalse(request.email)
        self.assertFalse(self.env["customer.verification"]._find_by_token(self.get_token(path)))

    def test_a_merge_leaves_confirmations_with_the_closed_archive(self):
        request, path = self.ask()
        kept, _contact = self.create_customer(email="kept@example.com")
        mine = self.get_facts(kept)["city"]
        self.merge(kept)
        self.assertEqual((self.archive.archive_state, request.state), ("closed", "cancelled"))
        self.assertEqual(request.partner_id, self.archive)
        self.assertEqual(self.get_facts(kept)["city"], mine)
        self.assertFalse(self.env["customer.verification"]._find_by_token(self.get_token(path)))
