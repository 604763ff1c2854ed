from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import WRONG_CODE, ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveQuality(ArchiveCase):
    def open_codes(self, archive):
        return sorted(archive.sudo().archive_issue_ids.filtered(lambda i: i.state == "open").mapped("code"))

    def make_template(self, **requirements):
        fields = self.env["ir.model.fields"]
        return self.env["customer.archive.template"].create(
            {
                "name": "Own",
                "applies_to": "any",
                "sequence": -1,
                "line_ids": [
                    Command.create({"field_id": fields._get("res.partner", name).id, "requirement": requirement})
                    for name, requirement in requirements.items()
                ],
            }
        )

    # === FORMATS ===#

    def test_formats_are_unified_not_refused(self):
        archive = self.create_archive(
            name="　上海ＡＢＣ有限公司 ",
            vat=" 9137 0102m60267738b",
            phone="０２１－５０５９２０６１",
            email="Info＠Example.COM ",
        )
        self.assertRecordValues(
            archive,
            [
                {
                    "name": "上海ABC有限公司",
                    "vat": "91370102M60267738B",
                    "phone": "021-50592061",
                    "email": "Info@example.com",
                }
            ],
        )
        archive.write({"phone": "（021） 50592062"})
        self.assertEqual(self.open_codes(archive), [])

    def test_contacts_of_an_archive_are_unified_as_well(self):
        archive = self.create_archive()
        contact = self.env["res.partner"].create({"name": "赵", "parent_id": archive.id, "phone": "１３５ 02593627"})
        self.assertEqual(contact.phone.replace(" ", ""), "13502593627")

    # === COMPLETENESS ===#

    def test_what_the_host_links_to_a_contact_is_no_fact_of_the_customer(self):
        facts = self.env["res.partner"]._get_archive_fact_fields()
        self.assertLessEqual({"vat", "phone", "industry_id", "category_id", "birthday"}, set(facts))
        bookkeeping = {"meeting_ids", "channel_ids", "calendar_last_notif_ack", "user_id", "tz"}
        self.assertFalse(bookkeeping & set(facts))

    def test_completeness_follows_every_change(self):
        self.make_template(vat="required", phone="required", email="recommended", archive_contact_ids="recommended")
        archive = self.create_archive()
        # two required facts weigh two each, two recommended ones weigh one each: 4 of 6
        self.assertEqual(archive.archive_completeness, 66)
        self.assertEqual([m["name"] for m in archive.archive_missing], ["email", "archive_contact_ids"])
        archive.email = "a@example.com"
        self.assertEqual(archive.archive_completeness, 83)
        contact = self.env["res.partner"].create({"name": "C", "parent_id": archive.id})
        self.assertEqual(archive.archive_completeness, 100)
        self.assertFalse(archive.archive_missing)
        contact.active = False
        self.assertEqual(archive.archive_completeness, 83)
        archive.phone = False
        self.assertEqual(archive.archive_completeness, 50)

    def test_completeness_follows_the_template(self):
        template = self.make_template(vat="required", email="recommended")
        archive = self.create_archive()
        self.assertEqual(archive.archive_completeness, 66)
        template.line_ids.filtered(lambda line: line.field_name == "email").unlink()
        self.assertEqual(archive.archive_completeness, 100)
        field = self.env["ir.model.fields"]._get("res.partner", "website")
        template.line_ids = [Command.create({"field_id": field.id, "requirement": "required"})]
        self.assertEqual(archive.archive_completeness, 50)
        self.assertEqual(self.open_codes(archive), ["missing"])

    def test_custom_facts_count_when_the_template_says_so(self):
        template = self.make_template(vat="required")
        template.properties_definition = [{"name": "cert", "string": "Certificate", "type": "char"}]
        archive = self.create_archive()
        self.assertEqual(archive.archive_completeness, 100)
        template.custom_requirement = "required"
        self.assertEqual(archive.archive_completeness, 50)
        self.assertEqual(archive.archive_missing[0]["label"], "Certificate")
        self.assertEqual(self.open_codes(archive), ["missing"])
        archive.archive_properties = {"cert": "ISO 9001"}
        self.assertEqual(archive.archive_completeness, 100)
        self.assertEqual(self.open_codes(archive), [])

    def test_custom_facts_arrive_with_the_archive(self):
        template = self.make_template(vat="required")
        template.properties_definition = [{"name": "cert", "string": "Certificate", "type": "char"}]
        archive = self.create_archive(archive_properties={"cert": "ISO 9001"})
        self.assertEqual(archive.archive_template_id, template)
        self.assertEqual(archive.archive_properties["cert"], "ISO 9001")

    def test_template_fits_the_kind_of_customer(self):
        ref = self.env.ref
        self.assertEqual(self.create_archive().archive_template_id, ref("customer_archive.template_company_domestic"))
        foreign = self.create_archive(vat=False, country_id=ref("base.de").id, state_id=False, email="a@example.com")
        self.assertEqual(foreign.archive_template_id, ref("customer_archive.template_company_foreign"))
        self.assertEqual(foreign.customer_origin, "foreign")
        person = self.create_archive(vat=False, is_company=False)
        self.assertEqual(person.archive_template_id, ref("customer_archive.template_person"))
        person.is_company = True
        self.assertEqual(person.archive_template_id, ref("customer_archive.template_company_domestic"))

    def test_template_in_use_is_archived_not_deleted(self):
        template = self.create_archive().archive_template_id.with_user(self.users["manager"])
        with self.assertRaisesRegex(ValidationError, "Archive it instead"):
            template.unlink()
        template.action_archive()
        self.assertNotEqual(self.create_archive().archive_template_id, template)

    def test_template_asks_for_facts_only(self):
        with self.assertRaisesRegex(ValidationError, "no fact"):
            self.make_template(archive_state="required")

    # === FINDINGS ===#

    def test_each_fault_is_found_and_goes_when_it_is_mended(self):
        archive = self.create_archive(vat=WRONG_CODE, phone="021-123", email="nobody")
        self.assertEqual(self.open_codes(archive), ["email_invalid", "phone_invalid", "vat_check_digit"])
        self.assertEqual((archive.archive_issue_count, archive.archive_error_count), (3, 2))
        archive.write({"vat": next(self.codes), "phone": "021-50592061", "email": "a@example.com"})
        self.assertEqual(self.open_codes(archive), [])
        self.assertEqual(set(archive.sudo().archive_issue_ids.mapped("state")), {"resolved"})

    def test_traps_of_the_tax_code(self):
        for vat, code in (
            ("9137010", "vat_length"),
            ("91370102I60267738B", "vat_alphabet"),
            ("11010519491231002X", "vat_resident_id"),
        ):
            with self.subTest(vat):
                self.assertIn(code, self.open_codes(self.create_archive(vat=vat)))

    def test_identity_number_of_a_person_does_not_belong_in_the_tax_code(self):
        person = self.create_archive(is_company=False, vat="11010519491231002X")
        self.assertEqual(self.open_codes(person), ["vat_resident_id"])

    def test_foreign_tax_codes_are_not_measured_by_the_chinese_rule(self):
        archive = self.create_archive(
            vat="DE136695976", country_id=self.env.ref("base.de").id, state_id=False, email="a@example.com"
        )
        self.assertEqual(self.open_codes(archive), [])
        self.assertEqual(archive.vat, "DE136695976")

    def test_shared_tax_code_is_found_on_both(self):
        first = self.create_archive()
        second = self.create_archive("colleague", name="Secret buyer", vat=first.vat, archive_access="owner")
        self.assertEqual(self.open_codes(second), ["vat_shared"])
        self.assertEqual(self.open_codes(first), ["vat_shared"])
        issue = self.as_user(first, "sales").archive_issue_ids
        self.assertNotIn("Secret", issue.message)
        second.vat = next(self.codes)
        self.assertEqual(self.open_codes(first), [])

    @freeze_time("2026-11-23 04:00:00")
    def test_odd_values(self):
        archive = self.create_archive(customer_staff_count=-5, customer_since="2026-11-24")
        self.assertEqual(self.open_codes(archive), ["date_odd", "negative"])
        archive.write({"customer_staff_count": 5, "customer_since": "2026-11-23"})
        self.assertEqual(self.open_codes(archive), [])

    def test_faults_of_contacts_stand_on_the_archive(self):
        archive = self.create_archive()
        contact = self.env["res.partner"].create({"name": "C", "parent_id": archive.id, "email": "nobody"})
        issue = archive.archive_issue_ids
        self.assertRecordValues(issue, [{"contact_id": contact.id, "code": "email_invalid", "severity": "error"}])
        with self.assertRaisesRegex(UserError, "C: nobody"):
            archive.action_archive_submit()
        contact.unlink()
        self.assertEqual(self.open_codes(archive), [])

    def test_moved_contact_takes_its_findings_along(self):
        first, second = self.create_archive(), self.create_archive()
        contact = self.env["res.partner"].create({"name": "C", "parent_id": first.id, "email": "nobody"})
        contact.parent_id = second
        self.assertEqual(self.open_codes(first), [])
        self.assertEqual(self.open_codes(second), ["email_invalid"])

    def test_warnings_do_not_refuse_the_way_to_formal(self):
        archive = self.create_archive(phone="021-123")
        self.assertEqual(self.open_codes(archive), ["phone_invalid"])
        self.assertEqual(self.make_formal(archive).archive_state, "formal")

    def test_reviewer_waives_with_a_reason_and_the_value_counts(self):
        archive = self.create_archive(vat=WRONG_CODE)
        issue = archive.archive_issue_ids
        for login in ("sales", "leader", "office"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.as_user(issue, login).action_waive()
        action = self.as_user(issue, "reviewer").action_waive()
        wizard = self.env[action["res_model"]].with_user(self.users["reviewer"]).with_context(action["context"])
        wizard.create({"reason": "Licence from 2008 seen"}).action_confirm()
        self.assertRecordValues(issue, [{"state": "waived", "waived_by": self.users["reviewer"].id}])
        archive.city = "苏州市"
        self.assertEqual(issue.state, "waived")
        archive.action_archive_submit()
        self.as_user(archive, "reviewer").action_archive_reject()
        self.as_user(archive, "reviewer")._take_archive_step("reject", "again")
        archive.vat = WRONG_CODE[:-1] + "D"
        self.assertEqual(self.open_codes(archive), ["vat_check_digit"], "another value is another fault")

    def test_nobody_waives_errors_of_what_they_submitted(self):
        archive = self.create_archive("manager", phone="021-123")
        archive.action_archive_submit()
        archive.vat = WRONG_CODE
        issues = archive.archive_issue_ids
        with self.assertRaisesRegex(UserError, "yourself"):
            self.as_user(issues, "manager").action_waive()
        self.as_user(issues.filtered(lambda i: i.code == "phone_invalid"), "manager").action_waive()

    def test_state_of_a_finding_is_closed_to_write(self):
        archive = self.create_archive(vat=WRONG_CODE)
        issue = archive.archive_issue_ids
        with self.assertRaisesRegex(AccessError, "buttons"):
            self.as_user(issue, "reviewer").write({"state": "waived"})
        self.as_user(issue, "sales").user_id = self.users["colleague"]
        self.assertEqual(issue.user_id, self.users["colleague"])

    def test_closed_archives_are_not_checked(self):
        archive = self.create_archive(vat=WRONG_CODE)
        self.as_user(archive, "manager")._take_archive_step("close", "never bought")
        self.assertEqual(self.open_codes(archive), [])

    def test_texts_are_in_the_readers_language(self):
        archive = self.create_archive(vat=WRONG_CODE)
        self.assertIn("compare with the licence", archive.archive_issue_ids.message)
