from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchive(ArchiveCase):
    def test_defaults_of_a_new_archive(self):
        self.env.company.archive_default_access = "team"
        archive = self.create_archive()
        self.assertRecordValues(
            archive,
            [
                {
                    "archive_access": "team",
                    "user_id": self.users["sales"].id,
                    "archive_team_id": self.team.id,
                    "archive_company_id": self.env.company.id,
                    "archive_source": "manual",
                    "customer_lifecycle": "potential",
                }
            ],
        )

    def test_form_of_the_app_enters_an_archive(self):
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        context = dict(eval(action["context"]))  # noqa: S307 - the literal context of our own action
        Partner = self.env["res.partner"].with_user(self.users["sales"]).with_context(**context)
        values = Partner.default_get(["archive_state", "user_id", "archive_access", "is_company", "country_id"])
        self.assertEqual(values["archive_state"], "draft")
        self.assertEqual(values["user_id"], self.users["sales"].id)
        archive = Partner.create({"name": "Entered in the app"})
        self.assertEqual((archive.archive_state, archive.is_company), ("draft", True))

    def test_number_and_contact_find_the_archive(self):
        archive = self.create_formal(name="Findable")
        found = self.env["res.partner"].with_user(self.users["sales"]).name_search(archive.archive_number)
        self.assertEqual(found[0][0], archive.id)

    def test_default_archive_state_makes_no_archives_of_contacts(self):
        archive = self.create_archive()
        Partner = self.env["res.partner"].with_context(default_archive_state="draft")
        contact = Partner.create({"name": "C", "parent_id": archive.id})
        self.assertFalse(contact.archive_state)
        archive.with_context(default_archive_state="draft").child_ids = [(0, 0, {"name": "D", "type": "contact"})]
        self.assertEqual(archive.child_ids.mapped("archive_state"), [False, False])

    def test_every_change_of_a_fact_is_recorded(self):
        archive = self.create_archive()
        self.env.flush_all()
        self.env.cr.flush()
        changes = {
            "phone": "021-50592062",
            "customer_size_manual": "small",
            "customer_scope": "Bolts and nuts",
            "customer_staff_count": 12,
            "website": "http://example.com",
            "customer_since": "2020-02-29",
        }
        archive.write(changes)
        self.env.flush_all()
        self.env.cr.flush()
        values = archive.message_ids.sudo().tracking_value_ids
        self.assertLessEqual(changes.keys(), set(values.mapped("field_id.name")))
        self.assertEqual(values.filtered(lambda v: v.field_id.name == "customer_staff_count").new_value_integer, 12)

    def test_chatter_of_other_contacts_stays_the_hosts(self):
        contact = self.env["res.partner"].create({"name": "X"})
        self.env.flush_all()
        self.env.cr.flush()
        contact.write({"customer_scope": "Bolts", "website": "http://example.com"})
        self.env.flush_all()
        self.env.cr.flush()
        self.assertFalse(contact.message_ids.sudo().tracking_value_ids)
