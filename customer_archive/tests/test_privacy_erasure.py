from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .privacy_common import PERSON, SPELLINGS, PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacyErasure(PrivacyCase):
    """An erasure: planned, confirmed by another person, done everywhere or not at all."""

    def erase(self, **values):
        request = self.plan(**values)
        request.with_user(self.create_second()).action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        return request

    def search_log(self, text):
        self.env.cr.flush()
        self.env.cr.execute("SELECT count(*) FROM customer_audit.detail WHERE content ILIKE %s", [f"%{text}%"])
        return self.env.cr.fetchone()[0]

    #=== FOUR EYES ===#

    def test_a_plan_writes_nothing(self):
        request = self.plan()
        self.assertEqual(request.state, "planned")
        self.assertEqual((self.person.name, self.person.phone), (PERSON["name"], PERSON["phone"]))
        self.assertTrue(self.person.message_ids)
        self.assertFalse(request.can_confirm)

    def test_what_was_planned_is_what_is_confirmed(self):
        request = self.plan()
        for values in ({"search_name": "Somebody Else"}, {"partner_ids": False}, {"kind": "copy"}):
            with self.assertRaisesRegex(UserError, "go back"):
                request.write(values)

    def test_who_planned_does_not_confirm(self):
        with self.assertRaisesRegex(AccessError, "planned this erasure yourself"):
            self.plan().action_confirm()

    def test_a_second_manager_or_an_auditor_confirms_nobody_else(self):
        request = self.plan()
        for login in ("sales", "leader", "seller_all", "reviewer", "office", "employee"):
            with self.assertRaises(AccessError, msg=login):
                self.as_user(request, login).action_confirm()
        auditor = self.as_user(request, "auditor")
        self.assertTrue(auditor.can_confirm)
        auditor.action_confirm()
        self.assertEqual((request.state, request.confirmed_by), ("done", self.users["auditor"]))

    def test_it_runs_once(self):
        request = self.erase()
        with self.assertRaisesRegex(UserError, "reload"):
            self.as_user(request, "auditor").action_confirm()

    def test_a_plan_may_be_taken_back(self):
        request = self.plan()
        request.action_reopen()
        with self.assertRaises(UserError):
            self.as_user(request, "auditor").action_confirm()
        self.assertEqual(self.person.name, PERSON["name"])

    def test_what_cannot_be_planned(self):
        request = self.create_request(identity_check=False)
        request.action_find()
        with self.assertRaisesRegex(UserError, "identity"):
            request.action_plan()
        request.identity_check = "document"
        request.kind = "copy"
        with self.assertRaisesRegex(UserError, "Only an erasure"):
            request.action_plan()
        nobody = self.create_request(search_name="Nobody Of This Name")
        nobody.action_find()
        with self.assertRaisesRegex(UserError, "Nothing is held"):
            nobody.action_plan()

    #=== WHAT GOES ===#

    def test_the_contact_is_empty_and_the_company_is_not(self):
        facts = ("name", "phone", "email", "street", "city", "vat")
        before = self.company.read(facts)
        self.person.write({"image_1920": "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="})
        self.erase()
        for name in PERSON:
            self.assertNotEqual(self.person[name], PERSON[name], name)
        self.assertFalse(self.person.birthday or self.person.phone_sanitized or self.person.email_normalized)
        self.assertFalse(self.person.image_1920 or self.person.active)
        self.assertTrue(self.person.customer_erased_date)
        self.assertEqual(self.company.read(facts), before)

    def test_no_spelling_is_left_in_any_text(self):
        self.leave_traces()
        self.erase()
        for name, fields in self.env["customer.privacy.sweep"]._get_sweep_fields().items():
            table = SQL.identifier(self.env[name]._table)
            for spelling in SPELLINGS:
                wanted = f"%{spelling}%"
                where = SQL(" OR ").join(SQL("%s::text ILIKE %s", SQL.identifier(field), wanted) for field in fields)
                [(count,)] = self.env.execute_query(SQL("SELECT count(*) FROM %s WHERE %s", table, where))
                self.assertEqual(count, 0, f"{name}: {spelling}")

    def leave_traces(self):
        env = self.env
        env["ir.filters"].create(
            {"name": "Calls of Ouyang Qingqing", "model_id": "res.partner", "user_ids": [],
             "domain": "[('name', 'ilike', 'Ouyang Qingqing'), ('phone', '=', '138 7777 6666')]"}
        )
        env["ir.attachment"].create(
            {"name": "Offer for Ouyang Qingqing.txt", "raw": b"x", "res_model": "res.partner",
             "res_id": self.company.id, "description": "Sent to Ouyang.Qingqing@Example.com"}
        )
        env["ir.attachment"].create(
            {"name": "Card.txt", "raw": b"Ouyang Qingqing", "res_model": "res.partner", "res_id": self.person.id}
        )
        self.company.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call Ouyang Qingqing", note="<p>qingqing1990</p>"
        )
        self.person.activity_schedule("mail.mail_activity_data_todo", summary="Birthday")
        self.company.message_post(body="Mail me at ouyang.qingqing@example.com", author_id=self.person.id)
        env["mail.mail"].create({"subject": "Hello", "body_html": "Dear Ouyang Qingqing", "email_to": PERSON["email"]})
        env["mail.blacklist"]._add(PERSON["email"])
        env["phone.blacklist"]._add(["+8613877776666"])
        env["res.partner.bank"].create({"partner_id": self.person.id, "acc_number": "6222020000000001"})
        env["bus.bus"]._sendone("test", "notification", {"message": "Ouyang Qingqing"})
        self.company.comment = "<p>Ask for Ouyang&nbsp;Qingqing, +86 138-7777-6666</p>"
        self.person.write({"function": "Director", "phone": "13877776666"})
        self.env.flush_all()
        self.env.cr.flush()

    def test_the_log_keeps_that_it_happened_and_no_facts(self):
        self.leave_traces()
        found = self.env["res.partner"].with_user(self.users["sales"]).search([("name", "ilike", "Ouyang Qingqing")])
        found.mapped("name")
        self.env.cr.flush()
        self.assertTrue(self.search_log("Ouyang Qingqing"))
        request = self.erase()
        for spelling in ("ouyang", "13877776666", "qingqing"):
            self.assertEqual(self.search_log(spelling), 0, spelling)
        self.assertGreater(request.proof["log"], 0)
        self.env.cr.execute("SELECT count(*) FROM customer_audit.entry WHERE %s = ANY(ids) AND model = 'res.partner'",
                            [self.person.id])
        self.assertGreater(self.env.cr.fetchone()[0], 0, "that it happened is still there")
        self.assertFalse(self.env["customer.audit.log"]._verify().breaks, "and the chain holds")

    def test_the_request_itself_forgets_whom_it_was_about(self):
        request = self.erase(search_email=PERSON["email"], search_phone=PERSON["phone"])
        self.assertFalse(request.search_name or request.search_email or request.search_phone)
        self.assertTrue(request.proof_text)
        self.assertNotIn("Ouyang", str(request.proof))
        self.assertEqual(request.proof["people"], 1)

    def test_copies_that_were_handed_out_go_too(self):
        copy = self.create_request("copy")
        copy.action_find()
        copy.action_copy()
        self.assertTrue(copy.attachment_ids)
        self.erase()
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "=", copy._name), ("res_id", "=", copy.id)]))

    def test_proposals_and_rows_of_imports_are_emptied(self):
        run = self.create_run()
        row = self.env["customer.import.row"].create(
            {"run_id": run.id, "role": "contact", "partner_id": self.person.id, "name": PERSON["name"],
             "key": "13877776666", "values": {"Phone": PERSON["phone"]}}
        )
        key = self.env["customer.import.key"].create(
            {"source_id": run.source_id.id, "role": "contact", "key": "13877776666", "partner_id": self.person.id,
             "values": {"name": PERSON["name"]}}
        )
        change = self.env["customer.archive.change"].create(
            {"partner_id": self.person.id, "reason": "Ouyang Qingqing called",
             "line_ids": [(0, 0, {"field_name": "phone", "old_value": "1", "new_value": "13877776666"})]}
        )
        proof = self.erase().proof
        self.assertEqual((proof["import_row"], proof["import_key"], proof["change_line"]), (1, 1, 1))
        self.assertFalse(row.values or row.key or row.name)
        self.assertFalse(key.exists())
        self.assertFalse(change.reason or change.line_ids.new_value)

    def test_an_individual_archive_is_closed_without_facts(self):
        individual = self.create_formal(name="Shangguan Yue", is_company=False, phone="13533334444", vat=False,
                                        street="Lane 12 House 7")
        request = self.plan(search_name="Shangguan Yue")
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        self.assertEqual((individual.archive_state, individual.active), ("closed", False))
        self.assertTrue(individual.archive_number, "the number is never used again")
        self.assertFalse(individual.phone or individual.street or individual.vat)
        self.assertEqual(self.search_log("Shangguan"), 0)

    def test_a_person_without_contact_is_taken_out_of_texts(self):
        self.company.message_post(body="Sima Zhao rang from 13544445555")
        request = self.plan(search_name="Sima Zhao", search_phone="13544445555")
        self.assertFalse(request.partner_ids)
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        body = self.company.message_ids[:1].body
        self.assertNotIn("Sima", body)
        self.assertNotIn("13544445555", body)

    #=== WHAT STAYS ===#

    def test_what_others_share_stays_in_texts(self):
        self.company.phone = "0510-82345678"
        self.person.phone = "0510-82345678"
        self.company.message_post(body="Switchboard 0510-82345678, ask for qingqing1990")
        namesake = self.env["res.partner"].create({"name": PERSON["name"], "phone": "13100001111"})
        self.company.message_post(body="The other Ouyang Qingqing")
        request = self.create_request(search_name=False, search_email=PERSON["email"])
        request.action_find()
        request.action_plan()
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        bodies = " ".join(self.company.message_ids.mapped("body"))
        self.assertIn("0510-82345678", bodies)
        self.assertIn("The other Ouyang Qingqing", bodies)
        self.assertNotIn("qingqing1990", bodies)
        self.assertEqual((namesake.name, self.company.phone), (PERSON["name"], "0510-82345678"))

    def test_companies_logins_and_own_contacts_are_refused(self):
        eraser = self.env["customer.privacy.eraser"]
        with self.assertRaisesRegex(UserError, "is a company"):
            eraser._erase(self.company)
        user = new_test_user(self.env, login="privacy_portal", groups="base.group_portal")
        with self.assertRaisesRegex(UserError, "can log in"):
            eraser._erase(user.partner_id)
        user.active = False
        eraser._erase(user.partner_id)
        self.assertEqual(user.login, f"erased-{user.id}")
        own = self.env.company.partner_id
        own.is_company = False
        with self.assertRaisesRegex(UserError, "own companies"):
            eraser._erase(own)

    def test_documents_of_the_law_keep_the_name_until_their_day(self):
        if "sale.order" not in self.env:
            self.skipTest("no app with documents is installed")
        order = self.env["sale.order"].create({"partner_id": self.person.id})
        order.state = "sale"
        request = self.plan()
        kept = request.finding_ids.filtered(lambda line: line.key == "kept")
        self.assertEqual((kept.count, kept.action), (1, "keep"))
        self.assertIn("E-Commerce Law", kept.reason)
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.person.name, PERSON["name"])
        self.assertFalse(self.person.phone or self.person.email or self.person.birthday)
        self.assertEqual(self.person.customer_kept_until, kept.until)
        self.assertEqual(request.proof["kept"], 1)
        self.assertIn("law", request.answer)
        swept = self.env["customer.privacy.sweep"]._get_sweep_fields()
        self.assertFalse([name for name in swept if name.startswith(("sale.order", "account."))])

    def test_what_is_still_there_afterwards_undoes_everything(self):
        sweep = self.registry["customer.privacy.sweep"]
        self.patch(sweep, "_replace_mentions", lambda *args: None)
        request = self.plan()
        with self.assertRaisesRegex(UserError, "nothing was erased"), self.env.cr.savepoint():
            self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        self.assertEqual((request.state, self.person.name), ("planned", PERSON["name"]))

    def test_erasing_many_takes_no_sweep_of_its_own_for_each(self):
        people = self.env["res.partner"].create(
            [{"name": f"Duanmu Person{n}", "phone": f"1350000{n:04}", "parent_id": self.company.id} for n in range(6)]
        )
        one = self.count_queries(lambda: self.env["customer.privacy.eraser"]._plan(people[:1]))
        all_six = self.count_queries(lambda: self.env["customer.privacy.eraser"]._plan(people))
        self.assertLessEqual(all_six, one + 6)

    def count_queries(self, job):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        job()
        return self.env.cr.sql_log_count - before
