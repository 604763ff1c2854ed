import json

from odoo.tests import tagged

from .audit_common import AuditCase
from .case_common import CaseCase
from .privacy_common import PERSON, PrivacyCase
from .test_case_part import PIXEL


@tagged("post_install", "-at_install")
class TestCaseErasure(PrivacyCase):
    """Cases of a person keep their figures and lose their words and pictures."""

    def create_case(self, **values):
        Case = self.env["customer.case"].with_user(self.users["sales"])
        return Case.create({"name": "Crane", "description": "<p>Hook bent</p>", **values})

    def erase(self, name):
        request = self.plan(search_name=name)
        self.assertIn("case", request.finding_ids.mapped("key"))
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()

    def test_cases_of_an_individual_are_emptied(self):
        person = self.create_archive(name="Sima Guang", is_company=False, vat=False)
        photo = self.env["ir.attachment"].with_user(self.users["sales"]).create(
            {"name": "face.png", "datas": PIXEL, "res_model": "customer.case", "res_id": 0}
        )
        case = self.create_case(
            partner_id=person.id, photo_ids=[(4, photo.id)], cause="<p>Old age</p>",
            work_ids=[(0, 0, {"name": "Went to the house", "duration": 2})],
            measure_ids=[(0, 0, {"name": "Give a new one"})],
        )
        case.message_post(body="He is angry")
        case._sign("Sima Guang", PIXEL)
        number = case.number
        self.erase("Sima Guang")
        self.assertEqual((case.name, case.number, case.work_hours), ("Erased", number, 2))
        for name in ("description", "cause", "signed_by", "signature", "photo_ids"):
            self.assertFalse(case[name], name)
        self.assertFalse(photo.exists())
        self.assertEqual(case.work_ids.name, "Erased")
        self.assertNotIn("He is angry", " ".join(case.sudo().message_ids.mapped("body")))

    def test_a_case_that_a_person_reported_forgets_the_person(self):
        case = self.create_case(partner_id=self.company.id, contact_id=self.person.id, name="Called: Ouyang Qingqing")
        self.erase(PERSON["name"])
        self.assertNotIn("Ouyang", f"{case.name} {case.description}")


@tagged("post_install", "-at_install")
class TestCaseLog(AuditCase, CaseCase):
    """The audit log sees cases, and merging customers takes them along."""

    def test_reading_and_changing_are_noted(self):
        case = self.create_case(description="<p>First words</p>")
        self.forget()
        self.as_user(case, "office").web_search_read([("id", "=", case.id)], {"description": {}})
        entry = self.only_entry(model="customer.case", operation="read")
        self.assertEqual((entry["user_id"], entry["ids"]), (self.users["office"].id, case.ids))
        self.forget()
        case.description = "<p>Second words</p>"
        [changes] = map(json.loads, self.only_entry(model="customer.case", operation="write")["contents"])
        self.assertIn("First words", changes["description"][0])

    def test_rows_of_cases_count_as_read_and_settings_do_not(self):
        models = self.env["customer.audit.log"]._get_audited_models()
        for name in ("case", "case.work", "case.measure", "case.document"):
            self.assertTrue(models[f"customer.{name}"], name)
        for name in ("case.category", "case.department", "case.function", "case.solution"):
            self.assertFalse(models[f"customer.{name}"], name)
