from odoo.addons.customer_archive.tests.audit_common import AuditCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestAuditHooks(AuditCase):
    """Each hook of the audit log takes effect where a consultant overrides it."""

    def test_accounts_of_banks_are_logged_without_their_numbers(self):
        archive = self.create_archive()
        self.forget()
        bank = self.env["res.partner.bank"].create({"partner_id": archive.id, "acc_number": "6222 0200 1234"})
        created = self.only_entry(model="res.partner.bank")
        self.assertEqual((created["operation"], created["ids"]), ("create", bank.ids))
        self.assertIn("•••", created["contents"][0])
        self.assertNotIn("6222", created["contents"][0])

    def test_what_is_out_of_scope_is_not_logged(self):
        archive = self.create_archive()
        bank = self.env["res.partner.bank"].create({"partner_id": archive.id, "acc_number": "6222 0200 1234"})
        bank.active = False
        self.forget()
        bank.write({"note": "closed"})
        self.assertEqual(self.entries(model="res.partner.bank"), [])

    def test_small_pictures_count_where_a_consultant_says_so(self):
        archive, log = self.create_archive(), self.as_user(self.env["customer.audit.log"], "sales")
        bank = self.env["res.partner.bank"].create({"partner_id": archive.id, "acc_number": "6222 0200 1234"})
        self.forget()
        log._note_download(archive, "avatar_128")
        self.assertEqual(self.entries(operation="download"), [])
        log._note_download(bank, "avatar_128")
        self.assertEqual(self.only_entry(operation="download")["ids"], bank.ids)

    def test_pages_show_what_a_consultant_says(self):
        archive, log = self.create_archive(), self.env["customer.audit.log"]
        bank = self.env["res.partner.bank"].create({"partner_id": archive.id, "acc_number": "6222 0200 1234"})
        self.assertEqual(log._get_shown_records(bank), [])
        self.assertEqual(log._get_shown_records(archive), [archive])

    def test_what_is_trivial_is_no_event(self):
        bank = self.env["res.partner.bank"].create({"partner_id": self.create_archive().id, "acc_number": "6222 0200"})
        self.forget()
        bank.sequence = 7
        self.assertEqual(self.entries(model="res.partner.bank"), [])
        bank.write({"sequence": 8, "note": "first"})
        self.assertEqual(self.only_entry(model="res.partner.bank")["field_names"], ["sequence", "note"])
