from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.res_partner_control import APPROVED_CHANGE
from .verification_common import VerificationCase


@tagged("post_install", "-at_install")
class TestConfirmedFacts(VerificationCase):
    """Every fact carries its source, who confirmed it and when; a change takes the confirmation away."""

    def change(self, **values):
        """Let an approved change arrive on the archive by whatever way."""
        self.archive.sudo().with_context(archive_pass=APPROVED_CHANGE).write(values)

    def test_an_approval_confirms_every_fact_that_is_there(self):
        archive = self.create_formal()
        facts = self.get_facts(archive)
        self.assertEqual(facts.keys(), {"name", "vat", "country_id", "state_id", "city", "phone"})
        self.assertEqual({fact.source for fact in facts.values()}, {"staff"})
        self.assertEqual({fact.verifier_id for fact in facts.values()}, {self.users["reviewer"].partner_id})
        self.assertEqual(archive.archive_verified_date, facts["name"].date)

    def test_where_an_archive_came_from_is_the_source(self):
        for entered, source in (("import", "import"), ("manual", "staff")):
            archive = self.create_formal(archive_source=entered)
            with self.subTest(entered):
                self.assertEqual(self.get_facts(archive)["vat"].source, source)

    def test_an_approved_change_is_confirmed_by_who_approved_it(self):
        archive = self.as_user(self.archive, "sales")
        archive.with_context(archive_propose=True).write({"city": "苏州市"})
        self.assertFalse(self.get_facts()["city"].lapsed_date, "what is only proposed changes nothing")
        before = self.archive.archive_verified_date
        self.as_user(self.archive.archive_change_ids, "reviewer").action_approve_all()
        fact = self.get_facts()["city"]
        self.assertEqual((fact.source, fact.verifier_id), ("staff", self.users["reviewer"].partner_id))
        self.assertGreater(fact.date, before)
        self.assertFalse(fact.lapsed_date)
        self.assertEqual(self.archive.archive_verified_date, before, "the oldest of the facts counts")

    def test_a_fact_edited_afterwards_loses_its_confirmation(self):
        self.change(phone="021-58308888")
        self.assertTrue(self.get_facts()["phone"].lapsed_date)
        self.assertFalse(self.get_facts()["city"].lapsed_date)
        self.assertFalse(self.archive.archive_verified_date)
        self.as_user(self.archive, "sales").action_confirm_by_phone()
        self.assertFalse(self.get_facts()["phone"].lapsed_date)
        self.assertTrue(self.archive.archive_verified_date)

    def test_writing_the_same_in_another_form_takes_nothing_away(self):
        self.change(phone="０２１-５０５９２０６１", vat=self.archive.vat.lower(), city=self.archive.city)
        self.assertFalse(any(fact.lapsed_date for fact in self.get_facts().values()))

    def test_a_change_that_is_taken_back_brings_the_confirmation_back(self):
        before = self.archive.archive_verified_date
        self.change(phone="021-58308888", state_id=False)
        self.assertFalse(self.archive.archive_verified_date)
        self.change(phone="021-50592061", state_id=self.shanghai.id)
        self.assertFalse(any(fact.lapsed_date for fact in self.get_facts().values()))
        self.assertEqual(self.archive.archive_verified_date, before)

    def test_a_new_fact_has_to_be_confirmed_as_well(self):
        self.assertTrue(self.archive.archive_verified_date)
        self.change(website="www.daheng.example")
        self.assertFalse(self.archive.archive_verified_date)
        self.change(website=False)
        self.assertTrue(self.archive.archive_verified_date)

    def test_an_address_handed_up_by_a_contact_is_a_proposal_and_takes_nothing_away(self):
        self.contact.write({"street": "Other Road 5"})
        self.assertFalse(self.get_facts()["street"].lapsed_date)

    def test_an_encrypted_fact_of_a_person_lapses_and_is_never_shown(self):
        person, _contact = self.create_customer(
            name="Wang Fang", is_company=False, vat=False, customer_identity_number="11010519491231002X"
        )
        fact = self.get_facts(person)["customer_identity_number"]
        self.assertNotIn("19491231", fact.text)
        archive = person.sudo().with_context(archive_pass=APPROVED_CHANGE)
        archive.write({"customer_identity_number": "440524188001010014"})
        self.assertTrue(fact.lapsed_date)

    def test_nobody_writes_confirmations_by_hand(self):
        fact = self.get_facts()["city"]
        now = fields.Datetime.now()
        for login in ("sales", "manager", "reviewer"):
            row = self.as_user(fact, login)
            for act in (
                lambda row=row: row.write({"date": now}),
                lambda row=row: row.create({"partner_id": self.archive.id, "field_name": "zip", "source": "customer",
                                            "date": now}),
                lambda row=row: row.unlink(),
                lambda row=row: self.as_user(self.archive, row.env.user.login[8:]).write(
                    {"archive_verified_date": now}
                ),
                lambda row=row: self.as_user(self.archive, row.env.user.login[8:]).write({"archive_asked_date": now}),
            ):
                with self.subTest(login), self.assertRaises(AccessError):
                    act()

    def test_confirming_by_phone_takes_the_right_to_edit_and_a_formal_archive(self):
        with self.assertRaises(AccessError):
            self.as_user(self.archive, "office").action_confirm_by_phone()
        with self.assertRaises(AccessError):
            self.as_user(self.archive, "colleague").action_confirm_by_phone()
        draft = self.create_archive()
        with self.assertRaises(UserError):
            draft.action_confirm_by_phone()
        before = self.archive.archive_verified_date
        self.as_user(self.archive, "sales").action_confirm_by_phone()
        fact = self.get_facts()["phone"]
        self.assertEqual((fact.source, fact.verifier_id), ("staff", self.users["sales"].partner_id))
        self.assertGreater(self.archive.archive_verified_date, before)

    def test_many_archives_are_confirmed_in_as_many_queries_as_few(self):
        archives = [self.create_customer(email=False)[0] for _number in range(6)]
        few = self.env["res.partner"].union(*archives[:2]).with_user(self.users["sales"])
        many = self.env["res.partner"].union(*archives[2:]).with_user(self.users["sales"])
        few.action_confirm_by_phone()
        warm = self.count_queries(few.action_confirm_by_phone)
        self.age(many, 7)
        many.action_confirm_by_phone()
        self.assertLessEqual(self.count_queries(many.action_confirm_by_phone), warm)
