from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestHostKeepsWorking(ArchiveCase):
    """A restricted archive hides itself and nothing of the host."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = cls.create_archive("colleague", archive_access="owner", name="Hidden", email="hidden@example.com")
        cls.employee = cls.users["employee"]

    def test_own_and_company_contact(self):
        self.employee.partner_id.with_user(self.employee).read(["name", "email"])
        self.env.company.partner_id.with_user(self.employee).read(["name", "street"])

    def test_company_contact_that_became_an_archive_stays_readable_by_colleagues(self):
        user = new_test_user(self.env, login="archive_colleague_contact", groups="base.group_user")
        user.partner_id.sudo().write({"archive_state": "draft", "archive_access": "owner"})
        self.assertTrue(user.partner_id.with_user(self.employee).has_access("read"))

    def test_employees_are_created_as_before(self):
        user = new_test_user(
            self.env, login="archive_new_employee", groups="base.group_user", notification_type="inbox"
        )
        self.assertFalse(user.share)
        self.assertEqual(user.notification_type, "inbox")

    def test_users_list_and_mentions(self):
        users = self.env["res.users"].with_user(self.employee).search([("share", "=", False)])
        self.assertGreaterEqual(len(users), len(self.users))
        users.mapped("partner_id.name")
        suggestions = self.env["res.partner"].with_user(self.employee).get_mention_suggestions("archive_", limit=80)
        self.assertTrue(suggestions["res.partner"])
        hidden = self.env["res.partner"].with_user(self.employee).get_mention_suggestions("Hidden")
        self.assertNotIn(self.hidden.id, [p["id"] for p in hidden.get("res.partner", [])])

    def test_chatter_of_a_visible_document_by_a_hidden_author(self):
        document = self.env["res.partner"].create({"name": "No archive"})
        document.message_post(body="From outside", author_id=self.hidden.id, message_type="comment")
        messages = document.with_user(self.employee).message_ids
        self.assertTrue(messages.filtered(lambda m: m.author_id == self.hidden))
        fetched = self.env["mail.message"].with_user(self.employee)._message_fetch(None, thread=document)
        self.assertTrue(fetched["messages"])

    def test_contacts_without_archive_stay_as_they_were(self):
        user = new_test_user(
            self.env, login="archive_contacts_only", groups="base.group_user,base.group_partner_manager"
        )
        partner = (
            self.env["res.partner"]
            .with_user(user)
            .create({"name": "Ｆｕｌｌ width", "is_company": True, "phone": "０２１", "vat": "anything"})
        )
        self.assertEqual(partner.name, "Ｆｕｌｌ width", "nothing of the archive applies to other contacts")
        partner.write({"phone": "123", "user_id": user.id})
        contact = partner.create({"name": "Ｆｕｌｌ", "parent_id": partner.id, "phone": "+32 499 00 00 00"})
        contact.write({"phone": "+32 477 00 00 00"})
        self.assertEqual((contact.name, contact.phone), ("Ｆｕｌｌ", "+32 477 00 00 00"))
        self.assertFalse(partner.archive_issue_ids)
        partner.unlink()

    def test_portal_user_reads_their_own_company_only(self):
        contact = self.env["res.partner"].create({"name": "Portal", "parent_id": self.hidden.id})
        portal = new_test_user(self.env, login="archive_portal_user", groups="base.group_portal")
        portal.partner_id = contact
        self.assertTrue(self.hidden.with_user(portal).has_access("read"))
        other = self.create_archive("colleague", name="Another")
        self.assertFalse(other.with_user(portal).has_access("read"))
        self.assertFalse(self.hidden.with_user(portal).has_access("write"))

    def test_quotation_for_a_hidden_customer(self):
        if "sale.order" not in self.env:
            self.skipTest("needs the sales app")
        seller = new_test_user(
            self.env, login="archive_seller", groups="base.group_user,sales_team.group_sale_salesman_all_leads"
        )
        order = self.env["sale.order"].create({"partner_id": self.hidden.id})
        order = order.with_user(seller)
        order.web_read({"partner_id": {"fields": {"display_name": {}}}, "amount_total": {}})
        order.note = "Saved"
        order.message_post(body="Posted")
        self.assertTrue(self.env["sale.order"].with_user(seller).search([("id", "=", order.id)]))
        groups = (
            self.env["sale.order"].with_user(seller)._read_group([("id", "=", order.id)], ["partner_id"], ["__count"])
        )
        self.assertEqual(len(groups), 1)

    def test_vat_module_of_the_host_takes_valid_codes_it_would_refuse(self):
        partner = self.env["res.partner"].create({"name": "Army factory", "is_company": True})
        self.assertTrue(partner.check_vat_cn("91370102M60267738B"))
        self.assertFalse(partner.check_vat_cn("91370102M60267738C"))
        self.assertTrue(self.hidden.check_vat_cn("91370102M60267738C"), "an archive gets a finding instead")
