from odoo.addons.customer_archive.tests.case_common import CaseCase
from odoo.addons.customer_archive.tools.upload import take
from odoo.tests import tagged

FACTS = {"kind": "service", "name": "Press", "description": "Please look at it"}


@tagged("post_install", "-at_install")
class TestCaseEntryHooks(CaseCase):
    """Each hook of the portal page of cases takes effect."""

    def receive(self, files=(), **post):
        entry = self.env["customer.case.entry"]
        return entry._receive(self.gu, {**FACTS, **post}, [take(*file) for file in files], "203.0.113.9")

    def test_fields_documents_and_values(self):
        facts = {"name": "Frame contract", "partner_id": self.archive.id}
        contract = self.env["customer.contract"].create(facts)
        case, _values, errors = self.receive(machine="M 7", document=f"customer.contract,{contract.id}")
        self.assertFalse(errors)
        self.assertEqual(case.name, "Press M 7")
        self.assertIn(contract.number, case.description)
        self.assertEqual(case.portal_state, "It lies on our desk")
        other = self.create_archive("colleague", name="Others")
        strange = self.env["customer.contract"].create({**facts, "partner_id": other.id})
        case, _values, errors = self.receive(document=f"customer.contract,{strange.id}")
        self.assertFalse(case)
        self.assertEqual(list(errors), ["document"])

    def test_checks_limits_and_company(self):
        self.assertEqual(self.receive(name="damn press")[2], {"name": "Be kind"})
        errors = self.receive(files=[("a.pdf", b"%PDF-1")] * 3)[2]
        self.assertIn("at most 2", errors["files"])
        for _time in range(3):
            self.assertTrue(self.receive()[0])
        self.assertIn("a lot at once", self.receive()[2][""])
        company = self.env["res.company"].create({"name": "Second Works"})
        self.gu.function = company.name
        self.assertEqual(self.env["customer.case.entry"]._get_entry_company(self.gu), company)

    def test_what_is_between_us_is_not_shown(self):
        names = ("Between us", "Open to all")
        for name in names:
            self.create_case(name=name)
        shown = self.env["customer.case"].search(self.env["customer.case"]._get_portal_domain(self.gu))
        self.assertEqual([name for name in names if name in shown.mapped("name")], ["Open to all"])

    def test_what_stands_still_is_not_rated(self):
        for name, is_rated in (("The press stands still", False), ("Press", True)):
            case = self.create_complaint(name=name, contact_id=self.gu.id)
            case.sudo()._resolve("x")
            case.sudo().with_user(self.env.ref("base.user_admin")).sudo()._visit("Runs again")
            self.assertEqual(case._can_be_rated(), is_rated, name)

    def test_a_mail_of_a_machine_is_critical(self):
        message = {"email_from": "alarm@x.example", "subject": "Press", "body": "Hot"}
        self.assertEqual(self.env["customer.case"].message_new(message).severity, "critical")
