from odoo.tests.common import HttpCase, tagged

from .common import ArchiveCase

# As in static/tests/tours/customer_archive_tour.js.
CUSTOMER = "Tour Precision Machinery"


class ArchiveTourCase(ArchiveCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        for user in cls.users.values():
            user.lang = "en_US"
        cls.env.company.archive_sequence_id.prefix = "TOUR-"

    def start(self, tour, login):
        """Run one tour in a browser as one of the users of ``ROLES``."""
        self.start_tour("/odoo", tour, login=self.users[login].login)

    def get_customer(self):
        return self.env["res.partner"].search([("name", "=", CUSTOMER)])


@tagged("post_install", "-at_install")
class TestArchiveTour(ArchiveTourCase):
    def test_entry_check_and_approval_by_three_people(self):
        self.start("customer_archive_enter", "sales")
        archive = self.get_customer()
        self.assertEqual(archive.archive_submitted_by, self.users["sales"])
        self.start("customer_archive_missing", "sales")
        archive.archive_team_id = self.team
        self.start("customer_archive_check", "leader")
        self.assertEqual(archive.archive_state, "checked")
        self.start("customer_archive_approve", "reviewer")
        self.assertRecordValues(
            archive, [{"archive_state": "formal", "archive_approved_by": self.users["reviewer"].id}]
        )
        self.assertTrue(archive.archive_number.startswith("TOUR-"))

    def test_proposal_is_decided_line_by_line(self):
        archive = self.create_formal(name=CUSTOMER, phone="021-50592061", city="上海市")
        self.start("customer_archive_propose", "sales")
        self.assertEqual(archive.phone, "021-50592061")
        self.start("customer_archive_decide", "reviewer")
        self.assertRecordValues(archive, [{"phone": "021-58308888", "city": "上海市"}])


@tagged("post_install", "-at_install")
class TestArchivePhoneTour(ArchiveTourCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_salesperson_reads_and_notes_on_a_phone(self):
        archive = self.create_archive(name=CUSTOMER, phone="021-50592061")
        self.start("customer_archive_phone", "sales")
        self.assertIn("Met the buyer at the gate", archive.message_ids[:1].body)
