import contextlib
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common import ParallelCase
from .verification_common import LINK

NUMBER = 8


@tagged("post_install", "-at_install")
class TestVerificationWorkers(ParallelCase):
    """Jobs and answers at the same moment, on real connections."""

    def setUp(self):
        super().setUp()
        model = self.registry["customer.verification"]
        self.enterContext(patch.object(model, "_get_verification_batch", lambda records: 2))
        self.addCleanup(self.clean)
        with self.connect() as env:
            env.company.customer_verification_enabled = True
            archives = env["res.partner"].create([
                {"name": f"Worker {number}", "is_company": True, "archive_state": "draft", "city": "Jinan",
                 "email": f"worker{number}@example.com"}
                for number in range(NUMBER)
            ])
            for archive in archives:
                archive.write({"archive_state": "formal", "archive_number": f"WORKER-{archive.id}"})
            self.ids, self.company_id = archives.ids, env.company.id
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            env.company.customer_verification_enabled = False
            archives = env["res.partner"].browse(self.ids)
            env["mail.mail"].search([("recipient_ids", "in", self.ids)]).unlink()
            archives.archive_change_ids.unlink()
            archives.archive_verification_ids.unlink()
            env.flush_all()
            env.cr.execute("UPDATE res_partner SET archive_number = NULL, archive_state = 'draft' WHERE id IN %s",
                           [tuple(self.ids)])
            env.invalidate_all()
            archives.unlink()
            env.cr.commit()

    def ask(self, env):
        """What a worker of the job does, batch by batch, each with its own transaction."""
        requests = env["customer.verification"].sudo()
        company = env["res.company"].browse(self.company_id)
        while partners := requests._take_due(company):
            requests._ask(partners)
            env.cr.commit()

    def get_counts(self):
        """Number of requests, and of mails, for each customer."""
        with self.connect() as env:
            requests = env["customer.verification"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
            mails = [env["mail.mail"].search_count([("recipient_ids", "in", [one])]) for one in self.ids]
            return [count for _partner, count in requests], mails

    def test_two_workers_ask_each_customer_once(self):
        self.assertFalse(self.run_parallel([self.ask, self.ask]))
        self.assertEqual(self.get_counts(), ([1] * NUMBER, [1] * NUMBER))

    def test_a_job_that_breaks_off_is_taken_up_where_it_stopped(self):
        with contextlib.suppress(ZeroDivisionError), self.connect() as env:
            requests, company = env["customer.verification"], env["res.company"].browse(self.company_id)
            for _batch in range(2):
                requests._ask(requests._take_due(company))
                env.cr.commit()
            requests._ask(requests._take_due(company))
            raise ZeroDivisionError
        self.assertEqual(self.get_counts(), ([1] * 4, [1] * 4 + [0] * 4))
        with self.connect() as env:
            self.ask(env)
        self.assertEqual(self.get_counts(), ([1] * NUMBER, [1] * NUMBER))

    def test_two_workers_remind_each_customer_once(self):
        with self.connect() as env:
            self.ask(env)
            env["customer.verification"].search([("partner_id", "in", self.ids)]).next_date = "2026-01-01"
            env.cr.commit()

        def remind(env):
            while waiting := env["customer.verification"]._take_waiting():
                waiting._follow_up()
                env.cr.commit()

        self.assertFalse(self.run_parallel([remind, remind]))
        self.assertEqual(self.get_counts(), ([1] * NUMBER, [2] * NUMBER))

    def prepare_answer(self):
        with self.connect() as env:
            self.ask(env)
            request = env["customer.verification"].search([("partner_id", "=", self.ids[0])])
            mail = env["mail.mail"].search([("recipient_ids", "in", self.ids[:1])])
            token = LINK.search(mail.body_html).group().rpartition("/")[2]
            return token, request._get_page_version(request.partner_id, request._get_open_names())

    def test_of_three_people_with_one_link_one_answers(self):
        token, version = self.prepare_answer()
        done = []

        def answer(city):
            def act(env):
                post = {"version": version, "choice_city": "wrong", "value_city": city}
                request, errors = env["customer.verification"]._receive_by_link(token, post)
                env.cr.commit()
                done.append((bool(request), errors))

            return act

        self.assertFalse(self.run_parallel([answer("Wuxi"), answer("Suzhou"), answer("Ningbo")]))
        self.assertEqual(sorted(done, key=str), [(False, {}), (False, {}), (True, {})])
        with self.connect() as env:
            [change] = env["res.partner"].browse(self.ids[0]).archive_change_ids
            self.assertIn(change.line_ids.new_value, ("Wuxi", "Suzhou", "Ningbo"))

    def test_an_answer_on_the_portal_and_one_by_the_link_are_one(self):
        token, version = self.prepare_answer()
        done = []

        def by_link(env):
            Verification = env["customer.verification"]
            done.append(bool(Verification._receive_by_link(token, {"version": version, "all": "1"})[0]))
            env.cr.commit()

        def by_portal(env):
            partner = env["res.partner"].browse(self.ids[0])
            version = env["customer.verification"]._get_page_version(partner, partner._get_portal_facts())
            post = {"version": version, "all": "1"}
            self.assertFalse(env["customer.verification"]._receive_from_portal(partner, partner, post))
            env.cr.commit()

        self.assertFalse(self.run_parallel([by_link, by_portal]))
        with self.connect() as env:
            requests = env["res.partner"].browse(self.ids[0]).archive_verification_ids
            self.assertEqual(set(requests.mapped("state")), {"answered"})
            self.assertEqual(len(requests), 2 if done[-1] else 1)

    def test_two_buttons_at_once_make_one_request(self):
        def ask(env):
            env["res.partner"].browse(self.ids[0]).action_ask_confirmation()
            env.cr.commit()

        self.assertFalse(self.run_parallel([ask, ask, ask]))
        self.assertEqual(self.get_counts()[0], [1])
        with self.connect() as env:
            asked = env["res.partner"].browse(self.ids[0]).archive_asked_date
            self.assertEqual(asked.date(), fields.Date.today())
