from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import WRONG_CODE, ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveState(ArchiveCase):
    def test_three_people_take_a_draft_to_formal(self):
        archive = self.create_archive()
        self.assertEqual(archive.archive_state, "draft")
        self.assertEqual(archive.archive_steps, ["submit"])
        archive.action_archive_submit()
        self.assertTrue(archive.archive_is_submitted)
        self.as_user(archive, "reviewer_two").action_archive_check()
        self.assertEqual(archive.archive_state, "checked")
        self.as_user(archive, "reviewer").action_archive_approve()
        self.assertRecordValues(
            archive,
            [
                {
                    "archive_state": "formal",
                    "archive_submitted_by": self.users["sales"].id,
                    "archive_checked_by": self.users["reviewer_two"].id,
                    "archive_approved_by": self.users["reviewer"].id,
                }
            ],
        )
        self.assertTrue(archive.archive_number)
        self.assertTrue(archive.archive_submitted_date <= archive.archive_checked_date <= archive.archive_approved_date)

    def test_submitter_does_not_approve(self):
        archive = self.create_archive("manager")
        archive.action_archive_submit()
        self.as_user(archive, "reviewer").action_archive_check()
        with self.assertRaisesRegex(UserError, "another person approves"):
            self.as_user(archive, "manager").action_archive_approve()

    def test_checker_does_not_approve(self):
        archive = self.create_archive()
        archive.action_archive_submit()
        self.as_user(archive, "reviewer").action_archive_check()
        self.assertNotIn("approve", self.as_user(archive, "reviewer").archive_steps)
        with self.assertRaisesRegex(UserError, "another person approves"):
            self.as_user(archive, "reviewer").action_archive_approve()

    def test_salesperson_neither_checks_nor_approves(self):
        archive = self.create_archive()
        archive.action_archive_submit()
        with self.assertRaisesRegex(UserError, "ask a reviewer"):
            archive.action_archive_check()
        self.as_user(archive, "reviewer").action_archive_check()
        with self.assertRaisesRegex(UserError, "ask a reviewer"):
            archive.action_archive_approve()

    def test_colleague_may_not_submit_what_is_not_theirs(self):
        archive = self.create_archive()
        with self.assertRaises(AccessError):
            self.as_user(archive, "colleague").action_archive_submit()

    def test_state_number_and_stamps_are_closed_to_write(self):
        archive = self.create_archive("manager")
        for values in (
            {"archive_state": "formal"},
            {"archive_number": "C1"},
            {"archive_approved_by": self.users["reviewer"].id},
            {"archive_submitted_date": "2026-01-01 00:00:00"},
        ):
            with self.assertRaisesRegex(AccessError, "buttons"):
                archive.write(values)

    def test_state_is_closed_to_create_import_and_mass_edit(self):
        Partner = self.env["res.partner"].with_user(self.users["manager"])
        with self.assertRaisesRegex(AccessError, "buttons"):
            Partner.create({"name": "X", "archive_state": "formal"})
        result = Partner.load(["name", "archive_state"], [["Imported", "Formal"]])
        self.assertFalse(result["ids"])
        self.assertIn("buttons", result["messages"][0]["message"])
        drafts = self.create_archive("manager") | self.create_archive("manager")
        with self.assertRaises(AccessError):
            drafts.web_save({"archive_state": "formal"}, {})

    def test_import_that_repeats_the_state_changes_nothing(self):
        archive = self.create_archive("manager")
        archive.write({"archive_state": "draft", "city": "Suzhou"})
        self.assertEqual(archive.city, "Suzhou")

    def test_context_opens_no_guard(self):
        archive = self.create_archive("manager")
        for key in ("archive_pass", "install_mode", "import_file", "tracking_disable"):
            with self.assertRaises(AccessError):
                archive.with_context(**{key: True}).write({"archive_state": "formal"})

    def test_errors_refuse_every_step_and_name_the_mend(self):
        archive = self.create_archive(vat=WRONG_CODE)
        with self.assertRaisesRegex(UserError, "(?s)put right first.*last place.*licence"):
            archive.action_archive_submit()
        archive.vat = next(self.codes)
        archive.action_archive_submit()
        archive.vat = WRONG_CODE
        with self.assertRaisesRegex(UserError, "put right first"):
            self.as_user(archive, "reviewer").action_archive_check()

    def test_rejection_tells_the_submitter_why(self):
        archive = self.create_archive()
        archive.action_archive_submit()
        reviewer = self.as_user(archive, "reviewer")
        action = reviewer.action_archive_reject()
        wizard = self.env[action["res_model"]].with_user(self.users["reviewer"]).with_context(action["context"])
        wizard.create({"reason": "The phone rings elsewhere"}).action_confirm()
        self.assertEqual(archive.archive_state, "draft")
        self.assertFalse(archive.archive_submitted_by)
        self.assertIn("The phone rings elsewhere", "".join(archive.message_ids.mapped("body")))
        activity = archive.activity_ids.filtered(lambda a: a.user_id == self.users["sales"])
        self.assertIn("The phone rings elsewhere", activity.summary)
        archive.action_archive_submit()
        self.assertTrue(archive.archive_is_submitted)

    def test_reviewers_get_an_activity_and_it_ends_with_the_decision(self):
        archive = self.create_archive(archive_team_id=self.team.id)
        archive.action_archive_submit()
        self.assertEqual(archive.activity_ids.user_id, self.users["leader"], "the leader of the team checks")
        self.as_user(archive, "leader").action_archive_check()
        approver = archive.activity_ids.user_id
        self.assertTrue(approver.has_group("customer_archive.group_reviewer"))
        self.as_user(archive, "reviewer").action_archive_approve()
        self.assertFalse(archive.activity_ids)

    def test_named_reviewers_of_the_company_are_asked_unless_they_took_part(self):
        self.env.company.archive_checker_id = self.users["reviewer_two"]
        self.env.company.archive_approver_id = self.users["reviewer_two"]
        archive = self.create_archive()
        archive.action_archive_submit()
        self.assertEqual(archive.activity_ids.user_id, self.users["reviewer_two"])
        self.as_user(archive, "reviewer_two").action_archive_check()
        self.assertNotEqual(archive.activity_ids.user_id, self.users["reviewer_two"])

    def test_suspend_resume_close_reopen(self):
        archive = self.create_formal()
        number = archive.archive_number
        manager = self.as_user(archive, "manager")
        for step, state in (("suspend", "suspended"), ("resume", "formal"), ("close", "closed"), ("reopen", "draft")):
            manager._take_archive_step(step, "because")
            self.assertEqual(archive.archive_state, state)
        self.make_formal(archive)
        self.assertEqual(archive.archive_number, number, "a number once allotted stays")

    def test_step_from_a_wrong_state_is_refused(self):
        archive = self.create_archive()
        for step in ("suspend", "resume", "reopen", "reject"):
            with self.assertRaises(UserError):
                self.as_user(archive, "manager")._take_archive_step(step, "because")
        with self.assertRaises(UserError):
            self.as_user(archive, "manager").action_archive_approve()

    def test_second_click_on_approve_changes_nothing(self):
        archive = self.create_formal()
        before = (archive.archive_number, archive.archive_approved_date, len(archive.archive_number_ids))
        self.as_user(archive, "reviewer").action_archive_approve()
        self.assertEqual(
            before, (archive.archive_number, archive.archive_approved_date, len(archive.archive_number_ids))
        )
        with self.assertRaisesRegex(UserError, "by now"):
            self.as_user(archive, "manager").action_archive_approve()

    def test_numbered_archive_is_not_deleted_nor_hidden(self):
        archive = self.create_formal()
        manager = self.as_user(archive, "manager")
        with self.assertRaisesRegex(UserError, "Close it instead"):
            manager.unlink()
        with self.assertRaisesRegex(UserError, "close it before"):
            manager.action_archive()
        manager._take_archive_step("close", "gone")
        manager.action_archive()
        self.assertFalse(archive.active)
        with self.assertRaisesRegex(UserError, "Close it instead"):
            manager.unlink()

    def test_draft_can_be_deleted_by_who_sees_all(self):
        archive = self.create_archive()
        self.as_user(archive, "manager").unlink()
        self.assertFalse(archive.exists())

    def test_copy_starts_anew(self):
        archive = self.create_formal()
        copy = self.as_user(archive, "manager").copy()
        self.assertFalse(copy.archive_state or copy.archive_number or copy.archive_approved_by)

    def test_archive_belongs_to_the_commercial_entity(self):
        company, other = self.create_archive(), self.create_archive()
        person = self.create_archive(is_company=False, vat=False)
        with self.assertRaisesRegex(ValidationError, "archive of its own"):
            self.as_user(person, "manager").parent_id = company
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create({"name": "P", "parent_id": other.id, "archive_state": "draft"})

    def test_archive_of_an_existing_contact(self):
        contact = self.env["res.partner"].create({"name": "Known", "is_company": True})
        with self.assertRaises(AccessError):
            self.as_user(contact, "employee").action_archive_start()
        action = self.as_user(contact, "sales").action_archive_start()
        self.assertEqual(action["res_id"], contact.id)
        self.assertRecordValues(
            contact, [{"archive_state": "draft", "user_id": self.users["sales"].id, "archive_scope": "internal"}]
        )

    def test_employee_without_the_right_enters_no_archive(self):
        user = self.users["employee"]
        user.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaisesRegex(AccessError, "User: own archives"):
            self.env["res.partner"].with_user(user).create({"name": "X", "archive_state": "draft"})
