import json
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .privacy_common import PERSON, PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacyRequest(PrivacyCase):
    """The desk: who asks, who is found, what is handed out and answered."""

    def find(self, **terms):
        request = self.create_request(**{"search_name": False, **terms})
        request.action_find()
        return request

    def test_a_person_is_found_however_they_write_themselves(self):
        self.env["res.partner"].create({"name": "Somebody Else", "phone": "13877770000"})
        for terms in (
            {"search_name": "ouyang"},
            {"search_phone": "+86 138 7777 6666"},
            {"search_phone": "138-7777-6666"},
            {"search_email": "OUYANG.qingqing@example.com"},
            {"search_number": "qingqing1990"},
        ):
            request = self.find(**terms)
            self.assertEqual(request.partner_ids, self.person, terms)
            self.assertEqual(request.state, "found")

    def test_an_individual_is_found_by_the_customer_number(self):
        individual = self.create_formal(name="Ren Bo", is_company=False, phone="13512340000", vat=False)
        request = self.find(search_number=individual.archive_number)
        self.assertEqual(request.partner_ids, individual)

    def test_who_may_uncover_facts_searches_them_as_well(self):
        self.users["manager"].write({"group_ids": [(4, self.env.ref("customer_archive.group_confidential").id)]})
        self.assertEqual(self.find(search_phone=PERSON["phone"]).partner_ids, self.person)
        self.assertEqual(self.find(search_number=PERSON["customer_wechat"]).partner_ids, self.person)

    def test_hidden_contacts_are_found_companies_are_not(self):
        self.person.active = False
        self.assertEqual(self.find(search_name="Ouyang Qingqing").partner_ids, self.person)
        self.assertFalse(self.find(search_name="Wuxi Haitian").partner_ids)

    def test_what_is_held_is_counted_by_place(self):
        request = self.find(search_email=PERSON["email"])
        counts = {line.key: line.count for line in request.finding_ids if line.key != "mention"}
        self.assertEqual(counts["people"], 1)
        self.assertGreaterEqual(counts["message"], 1)
        mentions = request.finding_ids.filtered(lambda line: line.key == "mention")
        self.assertIn("mail.message", mentions.mapped("model_name"))

    def test_a_search_needs_something_to_look_for(self):
        with self.assertRaisesRegex(UserError, "Enter a name"):
            self.find()
        with self.assertRaisesRegex(UserError, "too short"):
            self.find(search_phone="12")

    def test_a_search_that_finds_half_the_town_is_refused(self):
        self.env["res.partner"].create([{"name": f"Namesake {n}"} for n in range(51)])
        with self.assertRaisesRegex(UserError, "More than 50"):
            self.find(search_name="Namesake")

    def test_queries_do_not_grow_with_what_is_held(self):
        request = self.create_request()
        request.action_find()
        few = self.count_queries(request)
        for number in range(30):
            self.person.message_post(body=f"Ouyang Qingqing, call {number}")
        self.assertLessEqual(self.count_queries(request), few)

    def count_queries(self, request):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        request._count()
        return self.env.cr.sql_log_count - before

    def test_the_answer_is_due_within_fifteen_working_days(self):
        self.env.company.resource_calendar_id = self.env["resource.calendar"].create({"name": "Office"})
        request = self.create_request(date_received=date(2026, 11, 2))
        self.assertEqual(request.deadline, date(2026, 11, 23))
        self.env.company.resource_calendar_id = False
        self.assertEqual(self.create_request(date_received=date(2026, 11, 2)).deadline, date(2026, 11, 23))

    def test_an_unanswered_request_is_late(self):
        request = self.create_request(date_received=date(2026, 1, 5))
        self.assertTrue(request.is_late)
        request.write({"answer": "No person of ours"})
        request.action_refuse()
        self.assertFalse(request.is_late)

    def test_the_copy_holds_everything_in_three_forms(self):
        self.env["customer.consent"].create(
            {"partner_id": self.person.id,
             "purpose_id": self.env.ref("customer_archive.customer_consent_purpose_marketing_mail").id}
        )
        request = self.find(search_email=PERSON["email"], kind="copy")
        request.action_copy()
        files = {attachment.name.rpartition(".")[2]: attachment.raw for attachment in request.attachment_ids}
        self.assertEqual(set(files), {"html", "xlsx", "json"})
        page = files["html"].decode()
        for fact in ("Ouyang Qingqing", "13877776666", "ouyang.qingqing@example.com", "Marketing by e-mail",
                     "asked for a price"):
            self.assertIn(fact, page)
        parts = {part["part"] for part in json.loads(files["json"])}
        self.assertIn("Consents", parts)
        self.assertEqual(files["xlsx"][:2], b"PK")
        self.assertNotIn("will call back", page, "what others wrote elsewhere is theirs")

    def test_a_second_copy_replaces_the_first(self):
        request = self.find(search_email=PERSON["email"], kind="copy")
        request.action_copy()
        request.action_copy()
        self.assertEqual(len(request.attachment_ids), 3)

    def test_the_copy_of_an_individual_is_the_archive_file(self):
        individual = self.create_archive(name="Ren Bo", is_company=False, phone="13512340000", vat=False,
                                         customer_requirements="Calls after six")
        request = self.find(search_phone="13512340000", kind="copy")
        self.assertEqual(request.partner_ids, individual)
        titles = [section.title for section in request._get_copy_sections()]
        self.assertIn("Who They Are", titles)
        self.assertIn("Remarks", titles)

    def test_html_of_a_customer_stays_text_in_the_copy(self):
        self.person.name = "<script>alert(1)</script> Ouyang"
        request = self.find(search_email=PERSON["email"], kind="copy")
        request.action_copy()
        page = next(a.raw.decode() for a in request.attachment_ids if a.name.endswith("html"))
        self.assertNotIn("<script>alert", page)

    def test_no_copy_before_it_is_known_who_asks(self):
        request = self.find(search_email=PERSON["email"], kind="copy", identity_check=False)
        with self.assertRaisesRegex(UserError, "identity"):
            request.action_copy()
        request.identity_check = "document"
        request.partner_ids = False
        with self.assertRaisesRegex(UserError, "nothing to copy"):
            request.action_copy()

    def test_a_correction_opens_the_person_or_a_proposal(self):
        request = self.find(search_email=PERSON["email"], kind="correct")
        self.assertEqual(request.action_correct()["res_id"], self.person.id)
        draft = self.create_archive(name="Draft Person", is_company=False, phone="13512340001", vat=False)
        request = self.find(search_name="Draft Person", kind="correct")
        self.assertEqual(request.action_correct()["res_id"], draft.id)
        formal = self.create_formal(name="Formal Person", is_company=False, phone="13512340002", vat=False)
        request = self.find(search_name="Formal Person", kind="correct")
        action = request.action_correct()
        self.assertTrue(action["context"]["archive_propose"])
        request.partner_ids |= draft
        with self.assertRaisesRegex(UserError, "exactly one"):
            request.action_correct()
        self.assertTrue(formal.archive_locked)

    def test_an_objection_withdraws_every_consent(self):
        purpose = self.env.ref("customer_archive.customer_consent_purpose_profiling")
        self.env["customer.consent"].create({"partner_id": self.person.id, "purpose_id": purpose.id})
        request = self.find(search_email=PERSON["email"], kind="object")
        request.action_withdraw()
        self.assertFalse(self.person._has_consent("profiling"))
        self.assertEqual(self.person.customer_consent_ids[:1].source, "email")

    def test_a_request_is_answered_once(self):
        request = self.find(search_email=PERSON["email"], kind="copy")
        with self.assertRaisesRegex(UserError, "what was done"):
            request.action_finish()
        request.answer = "Copy sent by registered letter"
        request.action_finish()
        self.assertEqual((request.state, request.confirmed_by), ("done", self.users["manager"]))
        with self.assertRaisesRegex(UserError, "reload"):
            request.action_finish()
        with self.assertRaisesRegex(UserError, "go back"):
            request.kind = "erase"
        with self.assertRaisesRegex(UserError, "stays as the proof"):
            request.unlink()

    def test_a_refusal_says_why_and_may_be_taken_back(self):
        request = self.find(search_email=PERSON["email"], kind="copy")
        with self.assertRaisesRegex(UserError, "why it is refused"):
            request.action_refuse()
        request.answer = "Could not prove who they are"
        request.action_refuse()
        request.action_reopen()
        self.assertEqual(request.state, "found")

    def test_an_erasure_is_not_closed_by_hand(self):
        request = self.find(search_email=PERSON["email"])
        request.answer = "Done"
        with self.assertRaisesRegex(UserError, "Plan the erasure"):
            request.action_finish()

    def test_only_managers_keep_the_desk_and_auditors_look_on(self):
        request = self.create_request()
        for login in ("sales", "leader", "seller_all", "reviewer", "office", "quality", "employee"):
            with self.assertRaises(AccessError, msg=login):
                self.create_request(login=login)
            with self.assertRaises(AccessError, msg=login):
                self.as_user(request, login).read(["kind"])
        auditor = self.as_user(request, "auditor")
        self.assertEqual(auditor.kind, "erase")
        for act in (auditor.action_find, auditor.action_plan, auditor.action_refuse, auditor.action_copy):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            auditor.answer = "Mine"

    def test_stamps_are_not_given_by_hand(self):
        request = self.create_request()
        for values in ({"state": "planned"}, {"planned_by": self.users["sales"].id}, {"proof": {"people": 1}}):
            with self.assertRaises(AccessError):
                request.write(values)
        with self.assertRaises(AccessError):
            self.create_request(state="done")

    def test_requests_of_another_company_are_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        request = self.env["customer.privacy.request"].create({"company_id": other.id})
        found = self.env["customer.privacy.request"].with_user(self.users["manager"]).search([("id", "=", request.id)])
        self.assertFalse(found)

    def test_the_log_does_not_hold_whom_was_looked_for(self):
        self.find(search_name="Ouyang Qingqing")
        self.env.cr.flush()
        self.env.cr.execute(
            """SELECT count(*) FROM customer_audit.detail d JOIN customer_audit.entry e ON e.id = d.entry_id
                WHERE e.model = 'customer.privacy.request' AND d.content LIKE '%Ouyang%'"""
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
