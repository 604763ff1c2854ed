import uuid

from freezegun import freeze_time
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArchiveCase, ParallelCase

APPROVALS = 50


@tagged("post_install", "-at_install")
class TestArchiveNumber(ArchiveCase):
    def _set_format(self, **values):
        """A numbering of its own for the test: the company's may have been used before."""
        sequence = self.env["ir.sequence"].create({"name": "Test", "prefix": "K-", "padding": 3, **values})
        self.env.company.archive_sequence_id = sequence

    def test_format_is_set_by_the_company(self):
        self._set_format(number_next=7)
        self.assertEqual(self.create_formal().archive_number, "K-007")
        self.assertEqual(self.create_formal().archive_number, "K-008")

    def test_every_company_has_its_own_numbers(self):
        self._set_format(number_next=1)
        first = self.create_formal()
        other = self.env["res.company"].create({"name": "Other", "country_id": self.china.id})
        other.archive_sequence_id.write({"prefix": "K-", "padding": 3})
        for user in self.users.values():
            user.company_ids += other
        second = self.create_archive()
        second.sudo().archive_company_id = other
        self.make_formal(second)
        self.assertEqual(first.archive_number, second.archive_number)
        self.assertNotEqual(first.archive_company_id, second.archive_company_id)

    def test_rolled_back_number_is_given_to_the_next(self):
        self._set_format(number_next=1)
        archive = self.create_archive()
        archive.action_archive_submit()
        self.as_user(archive, "reviewer_two").action_archive_check()
        Number = self.env["customer.archive.number"]
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.assertEqual(Number._allot(archive, self.env.company).name, "K-001")
            raise ZeroDivisionError
        self.assertEqual(self.create_formal().archive_number, "K-001")
        self.as_user(archive, "reviewer").action_archive_approve()
        self.assertEqual(archive.archive_number, "K-002")

    def test_numbers_of_deleted_customers_are_never_used_again(self):
        self._set_format(number_next=1)
        archive = self.create_formal()
        archive.sudo().write({"archive_state": "draft", "archive_number": False})
        archive.sudo().unlink()
        self.env.company.archive_sequence_id.number_next_actual = 1
        self.assertEqual(self.create_formal().archive_number, "K-002")

    def test_numbering_that_repeats_itself_says_so(self):
        self._set_format(number_next=1)
        Number = self.env["customer.archive.number"].sudo()
        taken = [{"name": f"K-{n:03}", "company_id": self.env.company.id} for n in range(1, 60)]
        Number.create(taken)
        with self.assertRaisesRegex(UserError, "next number"):
            self.create_formal()

    def test_yearly_numbering_starts_again(self):
        self._set_format(use_date_range=True, prefix="K%(range_year)s-")
        with freeze_time("2026-12-31 08:00:00"):
            self.assertEqual(self.create_formal().archive_number, "K2026-001")
            self.assertEqual(self.create_formal().archive_number, "K2026-002")
        with freeze_time("2027-01-01 08:00:00"):
            self.assertEqual(self.create_formal().archive_number, "K2027-001")


@tagged("post_install", "-at_install", "archive_concurrency")
class TestParallelApprovals(ParallelCase):
    def setUp(self):
        super().setUp()
        self.prefix = uuid.uuid4().hex
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "mail_notrack": True})
            sequence = env["ir.sequence"].create(
                {"name": "Parallel approvals", "prefix": f"{self.prefix}-", "padding": 3}
            )
            self.sequence_id = sequence.id
            self.company_sequence_id = env.company.archive_sequence_id.id
            env.company.archive_sequence_id = sequence
            partners = env["res.partner"].create(
                [
                    {"name": f"Parallel {n}", "archive_state": "checked", "phone": "021-50592061"}
                    for n in range(APPROVALS)
                ]
            )
            self.partner_ids = partners.ids
        self.addCleanup(self._clean)

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["customer.archive.number"].search([("name", "=like", f"{self.prefix}-%")]).unlink()
            partners = env["res.partner"].browse(self.partner_ids)
            partners.write({"archive_state": "draft", "archive_number": False})
            partners.unlink()
            env.company.archive_sequence_id = self.company_sequence_id
            env["ir.sequence"].browse(self.sequence_id).unlink()

    def _read_numbers(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            numbers = env["res.partner"].browse(self.partner_ids).mapped("archive_number")
            return sorted(int(number.rpartition("-")[2]) for number in numbers if number)

    def test_fifty_parallel_approvals_leave_no_gap(self):
        def approve(partner_id):
            return lambda env: env["res.partner"].browse(partner_id).action_archive_approve()

        errors = self.run_parallel([approve(partner_id) for partner_id in self.partner_ids])
        self.assertEqual(errors, [])
        self.assertEqual(self._read_numbers(), list(range(1, APPROVALS + 1)))

    def test_parallel_approvals_that_fail_leave_no_gap(self):
        def approve(partner_id, fail):
            def job(env):
                env["res.partner"].browse(partner_id).action_archive_approve()
                env.flush_all()
                if fail:
                    raise UserError("fails after its number")

            return job

        jobs = [approve(partner_id, fail=n % 3 == 0) for n, partner_id in enumerate(self.partner_ids[:24])]
        errors = self.run_parallel(jobs)
        self.assertEqual(len(errors), 8)
        self.assertEqual(self._read_numbers(), list(range(1, 17)))

    def test_double_click_gives_one_number(self):
        job = lambda env: env["res.partner"].browse(self.partner_ids[0]).action_archive_approve()  # noqa: E731
        with mute_logger("odoo.sql_db"):  # the loser is retried by the host, which logs the collision
            errors = self.run_parallel([job, job])
        self.assertEqual(errors, [])
        self.assertEqual(self._read_numbers(), [1])
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM customer_archive_number WHERE name LIKE %s", [f"{self.prefix}-%"])
            self.assertEqual(cr.fetchone()[0], 1)

    def test_people_who_edit_one_draft_at_once_lose_nothing(self):
        partner_id = self.partner_ids[0]

        def edit(**values):
            return lambda env: env["res.partner"].browse(partner_id).write(values)

        with mute_logger("odoo.sql_db"):
            errors = self.run_parallel([edit(city="Suzhou"), edit(street="Road 1"), edit(phone="021-50592062")])
        self.assertEqual(errors, [])
        with self.registry.cursor() as cr:
            partner = api.Environment(cr, SUPERUSER_ID, {})["res.partner"].browse(partner_id)
            self.assertEqual((partner.city, partner.street, partner.phone), ("Suzhou", "Road 1", "021-50592062"))
