import base64
import hashlib
from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .contract_common import TEXT, TODAY, ContractCase


@tagged("post_install", "-at_install")
class TestContract(ContractCase):
    """A contract from the draft to its end, by the people who work on the customer."""

    def test_a_new_contract_takes_the_next_number_and_the_days_of_its_kind(self):
        with Form(self.env["customer.contract"].with_user(self.users["sales"])) as form:
            form.name = "Castings"
            form.partner_id = self.archive
            form.kind_id = self.kind
            self.assertEqual((form.renewal_months, form.notice_days, form.warn_days), (12, 60, 30))
            form.notice_days = 90
        one, two = form.record, self.create_contract()
        self.assertEqual(one.notice_days, 90)
        self.assertEqual(one.currency_id, self.env.company.currency_id)
        self.assertEqual(int(two.number[-4:]) - int(one.number[-4:]), 1)
        self.assertEqual(one.display_name, f"{one.number} Castings")

    def test_a_number_of_its_own_is_kept_and_not_used_twice(self):
        first = self.create_contract(number="2026/7")
        self.assertEqual(first.number, "2026/7")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.create_contract(number="2026/7")

    def test_customers_without_archive_and_contacts_of_others_are_refused(self):
        plain = self.env["res.partner"].create({"name": "No archive", "is_company": True})
        with self.assertRaises(ValidationError) as caught:
            self.create_contract(partner_id=plain.id)
        self.assertIn("No archive", str(caught.exception))
        other = self.env["res.partner"].create({"name": "Somebody", "email": "x@example.com"})
        with self.assertRaises(ValidationError) as caught:
            self.create_contract(contact_id=other.id)
        self.assertIn("Somebody", str(caught.exception))

    def test_days_the_wrong_way_round_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.create_contract(date_end="2025-12-31")

    def test_a_signature_on_paper_fixes_the_terms_and_the_text(self):
        contract = self.create_contract(text_file=TEXT, text_file_name="a.pdf", contact_id=self.contact.id)
        action = contract.action_sign()
        wizard = Form(self.env[action["res_model"]].with_user(self.users["sales"]).with_context(**action["context"]))
        self.assertEqual(wizard.signed_by, "Li Na")
        wizard.date = "2025-12-20"
        wizard.scan = base64.b64encode(b"scan of the signed page")
        window = wizard.save()
        # the browser names the file as it is
        window.scan_name = "signed.png"
        window.action_confirm()
        self.assertEqual((contract.state, contract.signed_by), ("active", "Li Na"))
        self.assertEqual(contract.signed_digest, hashlib.sha256(base64.b64decode(TEXT)).hexdigest())
        [scan] = contract.message_ids.attachment_ids
        self.assertEqual((scan.name, scan.raw), ("signed.png", b"scan of the signed page"))
        for name, value in (("amount", 1), ("date_end", "2030-01-01"), ("text_file", False), ("name", "Other")):
            with self.subTest(name), self.assertRaises(UserError):
                contract.write({name: value})
        contract.write({"amount": 120000, "warn_days": 10, "user_id": self.users["colleague"].id})
        self.assertEqual((contract.warn_days, contract.user_id), (10, self.users["colleague"]))

    def test_nobody_signs_tomorrow_or_twice(self):
        contract = self.create_contract()
        with self.assertRaises(UserError):
            contract._sign("Li Na", TODAY + timedelta(days=1))
        self.assertFalse(contract.signed_date)
        contract._sign("Li Na", TODAY)
        with self.assertRaises(UserError):
            contract._sign("Somebody", TODAY)
        self.assertEqual(contract.signed_by, "Li Na")

    def test_neither_state_nor_signature_is_written_by_hand(self):
        contract = self.create_contract()
        values = {
            "state": "active", "signed_date": TODAY, "signed_by": "Me", "version": 7, "changes_on": TODAY,
            "terminated_date": TODAY, "sent_date": fields.Datetime.now(), "signed_digest": "0", "access_token": "known",
            "previous_id": self.create_contract().id, "warned_for": TODAY, "period_end": TODAY, "decide_by": TODAY,
            "cancelled_date": TODAY, "end_reason": "x",
        }
        for login in ("sales", "manager"):
            for name, value in values.items():
                with self.subTest(login=login, field=name), self.assertRaises(AccessError):
                    self.as_user(contract, login).write({name: value})
        with self.assertRaises(AccessError):
            self.create_contract(signed_date=TODAY)
        made = self.env["customer.contract"].with_user(self.users["sales"]).with_context(default_signed_date=TODAY)
        made = made.create({"name": "x", "partner_id": self.archive.id})
        self.assertEqual(made.state, "draft")

    def test_what_is_known_to_the_customer_is_kept(self):
        signed, draft = self.create_signed(), self.create_contract()
        with self.assertRaises(UserError):
            self.as_user(signed, "manager").unlink()
        with self.assertRaises(AccessError):
            draft.unlink()
        self.as_user(draft, "manager").unlink()
        self.assertFalse(draft.exists())

    def test_a_draft_is_given_up_and_a_signed_one_is_terminated_with_its_reason(self):
        draft, signed = self.create_contract(), self.create_signed()
        draft.action_cancel()
        self.assertEqual(draft.state, "cancelled")
        with self.assertRaises(UserError):
            draft.write({"amount": 1})
        with self.assertRaises(UserError):
            signed.action_cancel()
        with self.assertRaises(UserError):
            draft.action_terminate() and draft._terminate(TODAY, "x")
        with self.assertRaises(UserError):
            signed._terminate(date(2025, 6, 1), "before it began")
        action = signed.action_terminate()
        wizard = Form(self.env[action["res_model"]].with_user(self.users["sales"]).with_context(**action["context"]))
        self.assertEqual(wizard.date, date(2026, 12, 31), "the end of the period is offered")
        wizard.date, wizard.reason = "2026-11-30", "Moved production"
        wizard.save().action_confirm()
        self.assertEqual((signed.state, signed.period_end, signed.decide_by), ("active", date(2026, 11, 30), False))
        self.go_to(date(2026, 12, 1))
        self.env["customer.contract"]._refresh_standing(signed)
        self.assertEqual((signed.state, signed.end_reason), ("terminated", "Moved production"))

    def test_other_terms_are_a_version_that_replaces_on_its_first_day(self):
        first = self.create_signed(number="HT-1", user_id=self.users["colleague"].id)
        draft = self.env["customer.contract"].browse(first.action_amend()["res_id"])
        self.assertEqual((draft.number, draft.version, draft.state), ("HT-1", 2, "draft"))
        self.assertEqual((draft.date_start, draft.date_end), (TODAY, date(2026, 12, 31)))
        self.assertEqual(first.action_amend()["res_id"], draft.id, "the draft there is opened, not a second one made")
        draft = self.as_user(draft, "sales")
        draft.write({"amount": 150000, "date_start": "2026-12-01"})
        self.assertEqual(first.state, "active", "a draft replaces nothing")
        draft._sign("Li Na", TODAY)
        self.assertEqual((first.state, first.period_end, first.changes_on),
                         ("active", date(2026, 11, 30), date(2026, 12, 1)))
        self.assertEqual(draft.state, "upcoming")
        self.go_to(date(2026, 12, 1))
        self.env["customer.contract"]._refresh_standing(first | draft)
        self.assertEqual((first.state, draft.state), ("replaced", "expiring"))
        versions = self.env["customer.contract"].search(first.action_view_versions()["domain"])
        self.assertEqual(versions, first | draft)

    def test_renewal_follows_at_once_and_is_as_long(self):
        first = self.create_signed()
        self.assertEqual(first.state, "active")
        draft = self.env["customer.contract"].browse(first.action_renew()["res_id"])
        self.assertEqual((draft.date_start, draft.date_end), (date(2027, 1, 1), date(2027, 12, 31)))
        self.assertEqual((draft.amount, draft.partner_id), (120000, self.archive))
        with self.assertRaises(UserError):
            self.as_user(draft, "sales").action_renew()

    def test_the_archive_counts_and_opens_its_running_contracts(self):
        self.create_contract()
        running = self.create_signed()
        archive = self.as_user(self.archive, "sales")
        archive.invalidate_recordset()
        self.assertEqual(archive.customer_contract_count, 1)
        action = archive.action_view_contracts()
        found = self.env["customer.contract"].search(action["domain"])
        self.assertIn(running, found)
        self.assertEqual(len(found), 2)
        self.assertEqual(self.as_user(self.archive, "leader").customer_contract_count, 1)
        self.assertEqual(self.as_user(self.archive.sudo(), "employee").customer_contract_count, 0)

    def test_query_count_does_not_grow_with_contracts(self):
        few, many = self.archive, self.env["res.partner"]
        for _number in range(4):
            many |= self.create_archive(vat=False)
        self.env["customer.contract"].create(
            [{"name": "x", "partner_id": archive.id} for archive in many | few for _n in range(3)]
        )
        few, many = self.as_user(few, "leader"), self.as_user(many, "leader")
        few.mapped("customer_contract_count")
        once = self.count_queries(few.mapped, "customer_contract_count")
        self.assertEqual(self.count_queries(many.mapped, "customer_contract_count"), once)


@tagged("post_install", "-at_install")
class TestContractRights(ContractCase):
    """Contracts are as hidden as their customer, and changed by who edits it."""

    def test_who_reads_and_who_changes(self):
        contract = self.create_signed()
        table = {
            "sales": "rw", "leader": "rw", "seller_all": "rw", "manager": "rw",
            "reviewer": "r", "office": "r", "quality": "r",
            "colleague": "", "confidential": "", "auditor": "", "employee": "",
        }
        for login, letters in table.items():
            record = self.as_user(contract, login)
            record.invalidate_recordset()
            with self.subTest(login):
                self.assertEqual(record.has_access("read"), "r" in letters)
                self.assertEqual(record.has_access("write"), "w" in letters)
                if record.browse().has_access("read"):
                    self.assertEqual(bool(record.search([("id", "=", contract.id)])), "r" in letters)
                    groups = record._read_group([("partner_id", "=", self.archive.id)], [], ["amount:sum"])
                    self.assertEqual(groups[0][0] or 0, 120000 if "r" in letters else 0)

    def test_who_does_not_edit_the_customer_presses_no_button(self):
        contract, draft = self.create_signed(), self.create_contract()
        for login in ("colleague", "office", "employee"):
            for record, button in (
                (contract, "action_terminate"), (contract, "action_renew"), (contract, "action_amend"),
                (draft, "action_sign"), (draft, "action_send"), (draft, "action_cancel"),
            ):
                with self.subTest(login=login, button=button), self.assertRaises(AccessError):
                    getattr(self.as_user(record, login), button)()

    def test_a_contract_with_a_hidden_customer_is_refused_without_its_name(self):
        for values in ({"partner_id": self.archive.id}, {"partner_id": self.archive.id, "contact_id": self.contact.id}):
            with self.assertRaises(AccessError) as caught:
                self.create_contract("colleague", **values)
            self.assertNotIn(self.archive.name, str(caught.exception))
        mine = self.create_contract("colleague", partner_id=self.create_archive("colleague").id)
        with self.assertRaises(AccessError) as caught:
            mine.write({"partner_id": self.archive.id})
        self.assertNotIn(self.archive.name, str(caught.exception))

    def test_other_companies_do_not_see_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        contract = self.create_signed()
        manager = self.users["manager"]
        manager.write({"company_ids": [(4, other.id)]})
        there = contract.with_user(manager).with_context(allowed_company_ids=[other.id])
        self.assertFalse(there.search([("id", "=", contract.id)]))
        with self.assertRaises(AccessError):
            there.read(["amount"])

    def test_the_address_of_the_signer_is_for_the_auditor(self):
        contract = self.create_contract()
        contract._sign("Li Na", TODAY, address="192.0.2.7")
        with self.assertRaises(AccessError):
            contract.read(["signed_address"])


@tagged("post_install", "-at_install")
class TestContractDates(ContractCase):
    """What passing days do: states, and one warning for each last day."""

    def run_job(self):
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 10**6):
            self.env["customer.contract"]._cron_follow_dates()

    def let_pass(self, contract, days):
        """Move everything that is dated into the past: the job asks the clock of the database."""
        self.env.flush_all()
        for name in ("date_start", "date_end", "decide_by", "changes_on", "period_end", "warned_for"):
            self.env.cr.execute(
                f"UPDATE customer_contract SET {name} = {name} - %s WHERE id IN %s", [days, tuple(contract.ids)]
            )
        contract.invalidate_recordset()

    def create_ending(self, days, **values):
        """A signed contract that ends in so many days."""
        self.go_to(fields.Date.today())
        today = fields.Date.today()
        start, end = today - timedelta(days=400), today + timedelta(days=days)
        return self.create_signed(date_start=start, date_end=end, **values)

    def test_the_person_in_charge_is_warned_once(self):
        contract = self.create_ending(31)
        self.run_job()
        self.assertEqual((contract.state, contract.activity_ids), ("active", self.env["mail.activity"]))
        self.let_pass(contract, 2)
        self.run_job()
        self.assertEqual(contract.state, "expiring")
        [activity] = contract.activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.users["sales"], contract.decide_by))
        self.assertIn("Ends on", activity.summary)
        self.run_job()
        self.assertEqual(contract.activity_ids, activity, "the same night again")
        self.let_pass(contract, 40)
        self.run_job()
        self.assertEqual(contract.state, "expired")

    def test_a_renewal_that_is_signed_settles_the_warning(self):
        contract = self.create_ending(10)
        self.run_job()
        self.assertTrue(contract.activity_ids)
        draft = self.env["customer.contract"].browse(contract.action_renew()["res_id"])
        self.as_user(draft, "sales")._sign("Li Na", fields.Date.today())
        self.assertFalse(contract.activity_ids)
        self.assertEqual((contract.state, draft.state), ("active", "upcoming"))

    def test_a_contract_that_renews_itself_warns_of_the_last_day_for_notice_in_every_period(self):
        contract = self.create_ending(70, kind_id=self.kind.id, notice_days=60, renewal_months=12)
        self.run_job()
        [first] = contract.activity_ids
        self.assertEqual(first.date_deadline, contract.period_end - timedelta(days=60))
        self.assertIn("Renews itself", first.summary)
        end = contract.period_end
        self.go_to(end - timedelta(days=50))
        self.env["customer.contract"]._refresh_standing(contract)
        self.assertEqual(contract.state, "active", "the last day for notice is over")
        self.go_to(end + timedelta(days=300))
        self.env["customer.contract"]._refresh_standing(contract)
        self.run_job()
        self.assertEqual(contract.state, "expiring")
        self.assertEqual(len(contract.activity_ids), 2)

    def test_whoever_is_there_is_warned(self):
        contract = self.create_ending(10)
        self.users["sales"].active = False
        self.archive.sudo().user_id = self.users["leader"]
        self.run_job()
        self.assertEqual(contract.sudo().activity_ids.user_id, self.users["leader"])

    def test_query_count_of_the_job_does_not_grow_with_contracts_that_change(self):
        def due(count):
            contracts = self.env["customer.contract"]
            for _number in range(count):
                contracts |= self.create_ending(400)
            self.let_pass(contracts, 401)
            return contracts

        due(2)
        few = self.count_queries(self.run_job)
        contracts = due(12)
        many = self.count_queries(self.run_job)
        self.assertEqual(set(contracts.mapped("state")), {"expired"})
        self.assertLessEqual(many, few)
