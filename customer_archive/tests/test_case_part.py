import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .case_common import CaseCase

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SCRIPT = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>').decode()


@tagged("post_install", "-at_install")
class TestCaseWork(CaseCase):
    """Who did what for a case, why it happened, and what is done about it."""

    def add_work(self, case, login="sales", **values):
        facts = {"case_id": case.id, "name": "Looked at the mould", "duration": 1.5}
        return self.env["customer.case.work"].with_user(self.users[login]).create({**facts, **values})

    def test_work_is_noted_with_who_when_and_how_long(self):
        case = self.create_complaint()
        one, two = self.add_work(case), self.add_work(case, "quality", duration=2)
        self.assertEqual((one.user_id, two.user_id), (self.users["sales"], self.users["quality"]))
        self.assertEqual((case.work_hours, one.partner_id), (3.5, self.archive))

    def test_what_a_colleague_noted_stays(self):
        case = self.create_complaint()
        row = self.add_work(case)
        with self.assertRaises(AccessError):
            self.as_user(row, "quality").name = "Something else"
        with self.assertRaises(AccessError):
            self.as_user(row, "quality").unlink()
        row.name = "Looked at the moulds"
        self.as_user(row, "manager").unlink()

    def test_work_takes_no_negative_time(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.add_work(self.create_case(), duration=-1)

    def test_nothing_is_added_to_a_closed_case(self):
        case = self.create_case()
        row = self.add_work(case)
        case._cancel("x")
        for act in (lambda: self.add_work(case), lambda: row.write({"name": "x"}), row.unlink):
            with self.assertRaises(UserError):
                act()

    def test_who_does_not_work_on_the_case_adds_nothing(self):
        self.archive.sudo().archive_access = "internal"
        case, mine = self.create_case(), self.create_case("colleague", partner_id=self.create_archive("colleague").id)
        with self.assertRaises(AccessError):
            self.add_work(case, "colleague")
        row = self.add_work(mine, "colleague")
        with self.assertRaises(AccessError):
            row.case_id = case

    def test_a_complaint_is_resolved_with_cause_and_corrective_measure_alone(self):
        case = self.create_complaint(cause=False, measure_ids=False)
        with self.assertRaises(UserError) as caught:
            case._resolve("x")
        self.assertIn("cause", str(caught.exception))
        case.cause = "<p><br></p>"
        with self.assertRaises(UserError):
            case._resolve("x")
        case.cause = "<p>Wet sand</p>"
        case.measure_ids = [(0, 0, {"name": "Dry the sand", "kind": "preventive"})]
        with self.assertRaises(UserError) as caught:
            case._resolve("x")
        self.assertIn("corrective", str(caught.exception))
        self.assertEqual(case.state, "new")
        case.measure_ids = [(0, 0, {"name": "Cast again", "kind": "corrective"})]
        case._resolve("x")
        self.assertEqual(case.state, "resolved")

    def test_the_person_of_a_measure_gets_an_activity_that_moves_and_ends_with_it(self):
        case = self.create_complaint(measure_ids=False)
        measure = self.env["customer.case.measure"].with_user(self.users["sales"]).create(
            {"case_id": case.id, "name": "Dry", "user_id": self.users["quality"].id, "date_deadline": "2026-12-01"}
        )
        activity = measure.sudo().activity_id
        self.assertEqual((activity.user_id, str(activity.date_deadline)), (self.users["quality"], "2026-12-01"))
        measure.date_deadline = "2026-12-08"
        self.assertEqual(str(activity.date_deadline), "2026-12-08")
        self.as_user(measure, "quality").action_done()
        self.assertEqual((measure.state, str(measure.date_done)), ("done", "2026-11-02"))
        self.assertFalse(activity.exists().filtered("active"))

    def test_prevention_is_carried_out_after_the_case_was_closed(self):
        case = self.create_complaint()
        case._resolve("x")
        self.as_user(case, "quality")._visit("Fine")
        case.action_close()
        case.measure_ids.action_done()
        self.assertEqual(case.measure_ids.state, "done")

    def test_nobody_gets_a_measure_about_a_customer_that_they_may_not_see(self):
        case = self.create_complaint()
        with self.assertRaises(UserError) as caught:
            case.measure_ids = [(0, 0, {"name": "x", "user_id": self.users["colleague"].id})]
        self.assertIn("archive_colleague", str(caught.exception))

    def test_whether_a_measure_is_done_is_not_written_by_hand(self):
        measure = self.create_complaint().measure_ids
        for values in ({"state": "done"}, {"date_done": "2026-11-02"}):
            with self.assertRaises(AccessError):
                measure.write(values)


@tagged("post_install", "-at_install")
class TestCaseProof(CaseCase):
    """Photos, the customer's signature, and what the case is about."""

    def upload(self, login="sales", **values):
        facts = {"name": "hole.png", "datas": PIXEL, "res_model": "customer.case", "res_id": 0}
        return self.env["ir.attachment"].with_user(self.users[login]).create({**facts, **values})

    def test_the_customer_signs_for_what_was_done(self):
        case = self.create_case()
        self.press(case, "sales", "action_sign", signed_by="Gu Wei", signature=PIXEL)
        self.assertEqual(case.signed_by, "Gu Wei")
        self.assertTrue(case.signature and case.date_signed)

    def test_what_is_no_picture_or_too_large_is_no_signature(self):
        case = self.create_case()
        large = base64.b64encode(base64.b64decode(PIXEL) + b"\0" * (2 * 1024 * 1024)).decode()
        text = base64.b64encode(b"no picture").decode()
        for name, content in ((None, PIXEL), ("Gu", ""), ("Gu", SCRIPT), ("Gu", text), ("Gu", "%%"), ("Gu", large)):
            with self.subTest(name=name, content=(content or "")[:10]), self.assertRaises(UserError):
                case._sign(name, content)
        self.assertFalse(case.signature)
        case._cancel("x")
        with self.assertRaises(UserError):
            case._sign("Gu", PIXEL)

    def test_a_signature_is_not_written_by_hand(self):
        with self.assertRaises(AccessError):
            self.create_case().write({"signature": PIXEL})

    def test_photos_are_seen_by_who_sees_the_case_and_go_with_being_taken_off(self):
        photo = self.upload()
        case = self.create_case(photo_ids=[(4, photo.id)])
        self.assertEqual((photo.res_model, photo.res_id), ("customer.case", case.id))
        self.assertTrue(self.as_user(photo, "office").datas)
        with self.assertRaises(AccessError):
            self.as_user(photo, "colleague").read(["datas"])
        case.photo_ids = [(3, photo.id)]
        self.assertFalse(photo.exists())

    def test_files_that_are_no_photos_and_files_of_other_documents_are_refused(self):
        text = self.upload(name="a.txt", datas=base64.b64encode(b"words"))
        with self.assertRaises(UserError) as caught:
            self.create_case(photo_ids=[(4, text.id)])
        self.assertIn("a.txt", str(caught.exception))
        other = self.create_case()
        taken = self.upload(res_id=other.id)
        with self.assertRaises(AccessError):
            self.create_case(photo_ids=[(4, taken.id)])

    def test_a_document_of_someone_else_is_refused_without_its_name(self):
        Document = self.env["customer.case.document"]
        self.patch(type(Document), "_select_models", lambda model: [("customer.contract", "Contract")])
        Contract = self.env["customer.contract"].with_user(self.users["sales"])
        ours = Contract.create({"name": "Ours", "partner_id": self.archive.id})
        theirs = Contract.create({"name": "Theirs", "partner_id": self.create_archive(name="Other").id})
        case = self.create_case(document_ids=[(0, 0, {"document": f"customer.contract,{ours.id}"})])
        self.assertTrue(case.has_documents)
        self.assertEqual((case.document_ids.res_name, case.document_ids.kind_name), (ours.display_name, "Contract"))
        self.assertEqual(case.document_ids.action_open()["res_id"], ours.id)
        with self.assertRaises(ValidationError) as caught:
            case.document_ids = [(0, 0, {"document": f"customer.contract,{theirs.id}"})]
        self.assertNotIn("Theirs", str(caught.exception))
        with self.assertRaises(ValidationError):
            case.partner_id = theirs.partner_id
        hidden = Contract.sudo().create(
            {"name": "Hidden", "partner_id": self.create_archive("colleague", archive_access="owner").id}
        )
        with self.assertRaises(ValidationError) as caught:
            case.document_ids = [(0, 0, {"document": f"customer.contract,{hidden.id}"})]
        self.assertNotIn("Hidden", str(caught.exception))

    def test_a_document_that_one_may_not_read_is_not_linked(self):
        Document = self.env["customer.case.document"]
        self.patch(type(Document), "_select_models", lambda model: [("customer.case.solution", "Solution")])
        Solution = self.env["customer.case.solution"].with_user(self.users["quality"])
        draft = Solution.create({"name": "Draft", "solution": "<p>x</p>"})
        case = self.create_complaint()
        with self.assertRaises(AccessError):
            case.document_ids = [(0, 0, {"document": f"customer.case.solution,{draft.id}"})]
        row = Document.with_user(self.users["quality"]).create(
            {"case_id": case.id, "document": f"customer.case.solution,{draft.id}"}
        )
        self.assertEqual(row.res_name, "Draft")
        self.assertEqual(self.as_user(row, "sales").res_name, "Not visible to you")
        with self.assertRaises(AccessError):
            self.as_user(row, "sales").action_open()

    def test_without_an_app_there_is_nothing_to_link(self):
        Document = self.env["customer.case.document"]
        with patch.object(type(Document), "_select_models", lambda model: []):
            self.assertFalse(self.create_case().has_documents)
        installed = [name for name, _label in Document._select_models()]
        self.assertEqual([name for name in installed if name not in self.env], [])
