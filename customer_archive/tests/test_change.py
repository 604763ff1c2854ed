from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tests.common import new_test_user

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveChange(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_formal()

    def propose(self, login="sales", archive=None, **values):
        archive = self.as_user(archive or self.archive, login)
        archive.with_context(archive_propose=True).write({**values, "archive_change_reason": "On the phone"})
        return archive.archive_change_ids.sorted("id")[-1:]

    def test_draft_changes_directly(self):
        draft = self.create_archive()
        draft.write({"phone": "021-50592062", "vat": next(self.codes)})
        self.assertEqual(draft.phone, "021-50592062")

    def test_formal_facts_are_closed_to_form_rpc_and_import(self):
        for login in ("sales", "manager"):
            archive = self.as_user(self.archive, login)
            with self.assertRaisesRegex(UserError, "Propose a change"):
                archive.write({"phone": "13800138000"})
            with self.assertRaisesRegex(UserError, "Propose a change"):
                archive.web_save({"city": "Suzhou"}, {})
            with self.assertRaisesRegex(UserError, "Propose a change"):
                archive.write({"company_type": "person"})
        self.env["ir.model.data"]._update_xmlids([{"xml_id": "test.formal_archive", "record": self.archive}])
        manager = self.env["res.partner"].with_user(self.users["manager"])
        result = manager.load(["id", "city"], [["test.formal_archive", "Suzhou"]])
        self.assertFalse(result["ids"])
        self.assertIn("Propose a change", result["messages"][0]["message"])
        self.assertEqual(self.archive.city, "上海市")

    def test_one_formal_archive_refuses_the_whole_mass_edit(self):
        draft = self.create_archive()
        with self.assertRaises(UserError):
            (self.archive | draft).with_user(self.users["manager"]).write({"city": "Suzhou"})
        self.assertEqual(draft.city, "上海市")

    def test_same_value_and_free_facts_need_no_proposal(self):
        archive = self.as_user(self.archive, "sales")
        archive.write({"phone": "０２１ 50592061".replace(" ", "-"), "customer_requirements": "Pallets only"})
        self.assertEqual(archive.customer_requirements, "Pallets only")
        self.assertFalse(archive.archive_change_ids)

    def test_proposal_holds_old_and_new_and_changes_nothing_yet(self):
        industry = self.env["res.partner.industry"].create({"name": "Widgets", "code": "ZZ1"})
        change = self.propose(phone="13800138000", industry_id=industry.id, customer_since="2020-02-29")
        self.assertEqual(self.archive.phone, "021-50592061")
        self.assertRecordValues(
            change,
            [{"state": "pending", "source": "manual", "reason": "On the phone", "user_id": self.users["sales"].id}],
        )
        texts = {line.field_name: (line.old_text, line.new_text) for line in change.line_ids}
        self.assertEqual(texts["phone"], ("021-50592061", "13800138000"))
        self.assertEqual(texts["industry_id"], ("", "ZZ1 Widgets"))
        self.assertEqual(change.activity_ids.user_id & self.users["sales"], self.env["res.users"])

    def test_lines_are_decided_one_by_one(self):
        change = self.as_user(self.propose(phone="13800138000", city="苏州市"), "reviewer")
        phone = change.line_ids.filtered(lambda line: line.field_name == "phone")
        (change.line_ids - phone).action_reject()
        self.assertEqual(change.state, "pending")
        phone.action_approve()
        self.assertRecordValues(self.archive, [{"phone": "13800138000", "city": "上海市"}])
        self.assertRecordValues(change, [{"state": "done", "decided_by": self.users["reviewer"].id}])
        self.assertFalse(change.activity_ids)
        self.assertIn("13800138000", "".join(self.archive.message_ids.mapped("body")))

    def test_proposer_and_salespeople_do_not_decide(self):
        change = self.propose("manager", phone="13800138000")
        with self.assertRaisesRegex(AccessError, "yourself"):
            self.as_user(change, "manager").action_approve_all()
        with self.assertRaisesRegex(AccessError, "reviewer"):
            self.as_user(change, "sales").line_ids.action_approve()
        self.assertEqual(self.archive.phone, "021-50592061")

    def test_values_and_decisions_are_closed_to_write(self):
        change = self.propose(phone="13800138000")
        for login in ("sales", "reviewer"):
            for values in ({"state": "done"}, {"user_id": self.users["colleague"].id}):
                with self.assertRaises(AccessError):
                    self.as_user(change, login).write(values)
            with self.assertRaises(AccessError):
                self.as_user(change, login).line_ids.write({"new_value": "1"})
        with self.assertRaises(AccessError):
            self.env["customer.archive.change"].with_user(self.users["manager"]).create(
                {"partner_id": self.archive.id, "line_ids": [Command.create({"field_name": "phone"})]}
            )

    def test_fact_that_changed_meanwhile_is_not_overwritten(self):
        first = self.propose(phone="13800138000")
        second = self.propose("colleague", phone="13900139000")
        self.as_user(second, "reviewer").action_approve_all()
        line = self.as_user(first, "reviewer").line_ids
        self.assertTrue(line.is_outdated)
        with self.assertRaisesRegex(UserError, "by now"):
            line.action_approve()
        self.assertEqual(self.archive.phone, "13900139000")
        line.action_refresh()
        line.action_approve()
        self.assertEqual(self.archive.phone, "13800138000")

    def test_decided_change_is_not_decided_again(self):
        change = self.as_user(self.propose(phone="13800138000"), "reviewer")
        change.action_approve_all()
        with self.assertRaisesRegex(UserError, "decided already"):
            change.line_ids.action_reject()
        with self.assertRaisesRegex(UserError, "decided already"):
            change.action_reject_all()

    def test_proposer_withdraws(self):
        change = self.propose(phone="13800138000")
        with self.assertRaises(AccessError):
            self.as_user(change, "colleague").action_cancel()
        self.as_user(change, "sales").action_cancel()
        self.assertEqual(change.state, "cancelled")
        with self.assertRaises(UserError):
            self.as_user(change, "reviewer").action_approve_all()

    def test_write_with_superuser_rights_becomes_a_proposal(self):
        portal = new_test_user(self.env, login="archive_portal", groups="base.group_portal")
        self.archive.with_user(portal).sudo().write({"street": "Other road 1", "comment": "kept"})
        self.assertFalse(self.archive.street)
        self.assertIn("kept", self.archive.comment)
        change = self.archive.archive_change_ids
        self.assertRecordValues(change, [{"source": "portal", "user_id": portal.id, "state": "pending"}])
        self.as_user(change, "reviewer").action_approve_all()
        self.assertEqual(self.archive.street, "Other road 1")

    def test_address_of_a_contact_goes_up_as_a_proposal(self):
        contact = self.env["res.partner"].with_user(self.users["sales"]).create(
            {"name": "Zhao", "parent_id": self.archive.id, "type": "contact"}
        )
        self.assertEqual(contact.city, "上海市")
        contact.write({"street": "New street 8"})
        self.assertFalse(self.archive.street)
        self.assertEqual(self.archive.archive_change_ids.line_ids.mapped("new_value"), ["New street 8"])

    def test_tax_code_entered_on_a_contact_goes_up_as_a_proposal(self):
        contact = self.env["res.partner"].with_user(self.users["sales"]).create(
            {"name": "Zhao", "parent_id": self.archive.id, "type": "contact"}
        )
        old, new = self.archive.vat, next(self.codes)
        contact.write({"vat": new})
        self.assertEqual(self.archive.vat, old)
        self.assertEqual(self.archive.archive_change_ids.line_ids.mapped("new_value"), [new])

    def test_company_becomes_a_person_by_proposal(self):
        change = self.propose(company_type="person")
        self.assertEqual(change.line_ids.mapped("field_name"), ["is_company"])
        self.as_user(change, "reviewer").action_approve_all()
        self.assertFalse(self.archive.is_company)
        self.assertEqual(self.archive.archive_template_id.applies_to, "person")

    def test_forms_lock_controlled_facts_of_formal_archives(self):
        for view in ("customer_archive.customer_archive_view_form", "base.view_partner_form"):
            with self.assertRaisesRegex(AssertionError, "readonly"), Form(
                self.as_user(self.archive, "manager"), view=view
            ) as form:
                form.email = "a@example.com"
        draft = self.create_archive("manager")
        with Form(draft, view="customer_archive.customer_archive_view_form") as form:
            form.email = "a@example.com"
        self.assertEqual(draft.email, "a@example.com")

    def test_form_of_the_proposal(self):
        archive = self.as_user(self.archive, "sales").with_context(archive_propose=True)
        with Form(archive, view="customer_archive.customer_archive_view_form_propose") as form:
            form.email = "a@example.com"
            form.archive_change_reason = "Card handed over"
        self.assertRecordValues(
            self.archive.archive_change_ids, [{"reason": "Card handed over", "state": "pending"}]
        )
