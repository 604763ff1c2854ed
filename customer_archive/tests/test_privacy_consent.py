from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestConsent(ArchiveCase):
    """Who consented to what: a history, of which the last word counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.create_archive(archive_access="owner")
        cls.person = cls.env["res.partner"].with_user(cls.users["sales"]).create(
            {"name": "Zhao Ting", "parent_id": cls.company.id, "email": "zhao.ting@example.com",
             "phone": "13911112222", "country_id": cls.china.id}
        )
        cls.mail = cls.env.ref("customer_archive.customer_consent_purpose_marketing_mail")
        cls.phone = cls.env.ref("customer_archive.customer_consent_purpose_marketing_phone")
        cls.sensitive = cls.env.ref("customer_archive.customer_consent_purpose_sensitive")

    def note(self, purpose=None, login="sales", person=None, **values):
        return self.env["customer.consent"].with_user(self.users[login]).create(
            {"partner_id": (person or self.person).id, "purpose_id": (purpose or self.mail).id, **values}
        )

    def test_a_form_that_is_not_saved_yet_has_no_consents(self):
        self.assertEqual(self.env["res.partner"].new({"name": "New"}).customer_consent_count, 0)
        self.assertEqual(self.env["res.partner"].new({"name": "New", "is_company": True}).customer_consent_count, 0)

    def test_a_consent_keeps_the_words_of_its_day(self):
        consent = self.note()
        self.mail.write({"wording": "Other words", "version": "2"})
        self.assertIn("e-mails about our products", consent.wording)
        self.assertEqual((consent.wording_version, consent.user_id), ("1", self.users["sales"]))
        self.assertEqual(self.note().wording_version, "2")

    def test_the_last_word_counts(self):
        self.note(date=date(2026, 1, 5))
        self.assertTrue(self.person._has_consent("marketing_mail"))
        self.note(date=date(2026, 1, 6), decision="withdrawn")
        self.assertFalse(self.person._has_consent("marketing_mail"))
        self.assertEqual(self.person.customer_consent_ids.mapped("in_force"), [False, False])
        self.note(date=date(2026, 1, 7))
        newest_first = self.env["customer.consent"].search([("partner_id", "=", self.person.id)])
        self.assertEqual(newest_first.mapped("in_force"), [True, False, False])
        self.assertNotIn("marketing_phone", self.person._customer_consents()[self.person.id])

    def test_a_consent_runs_out(self):
        self.mail.months_valid = 2
        consent = self.note(date=fields.Date.today() - timedelta(days=100))
        self.assertLess(consent.valid_until, fields.Date.today())
        self.assertFalse(self.person._has_consent("marketing_mail"))

    def test_a_consent_of_tomorrow_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "before it was given"):
            self.note(date=fields.Date.today() + timedelta(days=2))

    def test_companies_do_not_consent(self):
        with self.assertRaisesRegex(ValidationError, "People consent"):
            self.note(person=self.company)

    def test_a_separate_consent_takes_a_proof(self):
        with self.assertRaisesRegex(ValidationError, "separate consent"):
            self.note(self.sensitive)
        self.note(self.sensitive, proof=b"c2lnbmVk", proof_name="signed.txt")
        self.assertTrue(self.person._has_consent("sensitive"))

    def test_history_is_neither_changed_nor_deleted(self):
        consent = self.note()
        with self.assertRaisesRegex(AccessError, "history"):
            consent.decision = "withdrawn"
        for login in ("sales", "manager"):
            with self.assertRaises(AccessError):
                self.as_user(consent, login).unlink()

    def test_words_and_author_are_not_given_by_hand(self):
        for values in ({"wording": "Mine"}, {"user_id": self.users["manager"].id}, {"valid_until": "2030-01-01"}):
            with self.assertRaises(AccessError):
                self.note(**values)

    def test_withdrawing_takes_one_click_and_reaches_the_hosts_lists(self):
        consents = self.note() | self.note(self.phone)
        consents.action_withdraw()
        self.assertFalse(self.person._has_consent("marketing_mail"))
        self.assertTrue(self.env["mail.blacklist"].search([("email", "=", "zhao.ting@example.com")]))
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", "+8613911112222")]))
        with self.assertRaisesRegex(UserError, "withdrawn already"):
            consents[0].action_withdraw()

    def test_all_consents_are_withdrawn_at_once(self):
        self.note()
        self.note(self.phone)
        self.as_user(self.person, "sales").action_withdraw_consents()
        self.assertFalse([c for c in self.person._customer_consents()[self.person.id].values() if c.given])
        with self.assertRaisesRegex(UserError, "nothing to withdraw"):
            self.as_user(self.person, "sales").action_withdraw_consents()

    def test_consents_follow_the_archive(self):
        consent = self.note()
        for login, count in {"sales": 1, "colleague": 0, "leader": 1, "manager": 1, "office": 1, "auditor": 0,
                             "employee": 0}.items():
            found = self.env["customer.consent"].with_user(self.users[login]).search([("id", "=", consent.id)])
            self.assertEqual(len(found), count, login)

    def test_who_may_not_edit_the_person_notes_no_consent(self):
        for login in ("colleague", "office", "reviewer", "employee", "auditor"):
            with self.assertRaises(AccessError, msg=login):
                self.note(login=login)

    def test_the_company_shows_the_consents_of_its_contacts(self):
        self.note()
        company = self.as_user(self.company, "sales")
        self.assertEqual((company.customer_consent_count, self.person.customer_consent_count), (1, 1))
        self.assertEqual(
            self.env["customer.consent"].search(company.action_view_consents()["domain"]).partner_id, self.person
        )
        self.assertEqual(self.person.action_view_consents()["context"], {"default_partner_id": self.person.id})

    def test_the_standing_of_many_takes_one_pass(self):
        people = self.env["res.partner"].create([{"name": f"Person {n}"} for n in range(20)])
        for person in people:
            self.note(person=person, login="manager")
        self.env.invalidate_all()
        people[:1]._customer_consents()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            consents = people._customer_consents()
        self.assertTrue(all(consents[person.id]["marketing_mail"].given for person in people))

    def test_a_purpose_in_use_stays(self):
        self.note()
        manager = self.as_user(self.mail, "manager")
        with self.assertRaisesRegex(UserError, "keep its code"):
            manager.code = "other"
        manager.write({"code": "marketing_mail", "name": "News"})
        with self.assertRaisesRegex(UserError, "instead of deleting"):
            manager.unlink()
        self.as_user(self.phone, "manager").unlink()

    def test_purposes_are_the_managers(self):
        with self.assertRaises(AccessError):
            self.as_user(self.mail, "sales").name = "Mine"
