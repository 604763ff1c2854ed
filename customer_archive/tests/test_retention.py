from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ParallelCase
from .privacy_common import PrivacyCase


@tagged("post_install", "-at_install")
class TestRetention(PrivacyCase):
    """Rules say how long data is kept; nothing happens before two people stand for a rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["customer.retention.rule"].with_user(cls.users["manager"]).create(
            {"name": "Closed", "subject": "closed", "months": 12, "action": "erase"}
        )

    def age(self, records, months=20):
        """Make records look as if nobody changed them for months."""
        self.env.flush_all()
        then = fields.Datetime.now() - timedelta(days=31 * months)
        table = SQL.identifier(records._table)
        self.env.cr.execute(
            SQL("UPDATE %s SET write_date = %s, create_date = %s WHERE id = ANY(%s)", table, then, then, records.ids)
        )
        self.env.invalidate_all()

    def close(self):
        self.company.sudo().archive_state = "closed"
        self.age(self.company | self.person)

    def due(self, **values):
        rule = self.rule.sudo().copy({**values})
        return rule._get_model().search(rule._get_due_domain())

    def test_nothing_is_switched_on_by_the_installation(self):
        rules = self.env["customer.retention.rule"].search([])
        self.assertGreaterEqual(len(rules), 8)
        self.assertEqual(set(rules.mapped("state")), {"draft"})

    def test_people_of_closed_archives_are_due_after_the_period(self):
        self.assertNotIn(self.person, self.due())
        self.close()
        self.assertIn(self.person, self.due())
        self.assertNotIn(self.company, self.due())
        self.assertNotIn(self.person, self.due(months=60))

    def test_never_approved_archives_are_due(self):
        individual = self.create_archive(name="Never Approved", is_company=False, phone="13544440000", vat=False)
        self.age(individual)
        self.assertIn(individual, self.due(subject="draft"))
        formal = self.create_formal(name="Approved", is_company=False, phone="13544440001", vat=False)
        self.age(formal)
        self.assertNotIn(formal, self.due(subject="draft"))
        self.assertNotIn(individual, self.due(subject="refused"))
        individual.sudo().archive_source = "web"
        self.age(individual)
        self.assertIn(individual, self.due(subject="refused"))

    def test_hidden_contacts_and_individuals_without_documents_are_due(self):
        self.person.active = False
        self.age(self.company | self.person)
        self.assertIn(self.person, self.due(subject="left"))
        individual = self.create_archive(name="Idle Person", is_company=False, phone="13544440002", vat=False)
        self.age(individual)
        self.assertIn(individual, self.due(subject="idle"))
        if "sale.order" in self.env:
            self.env["sale.order"].create({"partner_id": individual.id}).state = "sale"
            self.env.flush_all()
            self.assertNotIn(individual, self.due(subject="idle"))

    def test_names_whose_documents_went_are_due(self):
        self.person.sudo().write({"customer_kept_until": fields.Date.today() - timedelta(days=1),
                                  "customer_erased_date": fields.Datetime.now()})
        self.assertIn(self.person, self.due(subject="kept", months=0))
        self.assertNotIn(self.person, self.due(subject="left"))

    def test_who_can_log_in_is_never_due(self):
        self.users["employee"].partner_id.write({"parent_id": self.company.id})
        self.close()
        self.age(self.users["employee"].partner_id)
        self.assertNotIn(self.users["employee"].partner_id, self.due())

    def test_a_rule_of_one_company_leaves_the_others_alone(self):
        self.close()
        other = self.env["res.company"].create({"name": "Other"})
        self.assertNotIn(self.person, self.due(company_id=other.id))
        self.assertIn(self.person, self.due(company_id=self.env.company.id))

    def test_the_trial_lists_and_writes_nothing(self):
        self.close()
        action = self.rule.action_view_due()
        self.assertIn(self.person.id, action["domain"][0][2])
        self.assertGreaterEqual(self.rule.due_count, 1)
        self.assertEqual(self.person.phone, "13877776666")

    def test_another_person_switches_a_rule_on(self):
        with self.assertRaisesRegex(AccessError, "wrote this rule yourself"):
            self.rule.action_activate()
        with self.assertRaises(AccessError):
            self.as_user(self.rule, "sales").action_activate()
        self.as_user(self.rule, "auditor").action_activate()
        self.assertEqual((self.rule.state, self.rule.activated_by), ("active", self.users["auditor"]))
        self.rule.note = "Why"
        self.assertEqual(self.rule.state, "active")
        self.rule.months = 1
        self.assertEqual(self.rule.state, "draft", "a change is looked at anew")

    def test_a_rule_is_switched_off_by_a_manager(self):
        self.as_user(self.rule, "auditor").action_activate()
        with self.assertRaises(AccessError):
            self.as_user(self.rule, "auditor").action_deactivate()
        self.rule.action_deactivate()
        self.assertEqual(self.rule.state, "draft")

    def test_the_state_is_not_given_by_hand(self):
        with self.assertRaises(AccessError):
            self.rule.state = "active"
        with self.assertRaises(AccessError):
            self.rule.copy({"state": "active"})

    def test_rules_are_the_managers(self):
        for login in ("sales", "leader", "seller_all", "reviewer", "office", "employee"):
            with self.assertRaises(AccessError, msg=login):
                self.as_user(self.rule, login).read(["name"])
        with self.assertRaises(AccessError):
            self.as_user(self.rule, "auditor").months = 1

    def test_a_rule_erases_and_finds_nothing_more(self):
        self.close()
        self.as_user(self.rule, "auditor").action_activate()
        self.assertGreaterEqual(self.rule._attempt(self.rule.id), 1)
        self.env.invalidate_all()
        self.assertFalse(self.person.phone)
        self.assertTrue(self.person.customer_erased_date)
        self.assertEqual(self.rule._attempt(self.rule.id), 0)
        self.assertEqual(self.company.name, "Wuxi Haitian Machinery")

    def test_a_rule_that_is_off_does_nothing(self):
        self.close()
        self.assertEqual(self.rule._attempt(self.rule.id), 0)
        self.assertTrue(self.person.phone)

    def test_a_proposal_waits_for_a_second_person(self):
        self.rule.action = "propose"
        self.close()
        self.as_user(self.rule, "auditor").action_activate()
        self.rule._attempt(self.rule.id)
        request = self.env["customer.privacy.request"].search([("partner_ids", "in", self.person.ids)])
        self.assertEqual((request.state, request.channel), ("planned", "internal"))
        self.assertTrue(self.person.phone)
        self.assertEqual(self.rule._attempt(self.rule.id), 0, "proposed once")
        with self.assertRaises(AccessError):
            self.as_user(request, "auditor").action_confirm()
        self.as_user(request, "manager").action_confirm()
        self.env.invalidate_all()
        self.assertFalse(self.person.phone)

    def test_workbooks_of_finished_imports_and_old_copies_go(self):
        run = self.create_run()
        find = self.env["ir.attachment"].search
        file = find([("res_model", "=", run._name), ("res_id", "=", run.id), ("res_field", "=", "file")])
        self.age(file)
        self.assertNotIn(file, self.due(subject="file"))
        run.sudo().state = "cancelled"
        self.age(file)
        self.assertIn(file, self.due(subject="file"))
        rule = self.rule.sudo().copy({"subject": "file"})
        rule.with_user(self.users["auditor"]).sudo().write({"state": "active"})
        rule._attempt(rule.id)
        self.assertFalse(file.exists())

    def test_files_are_not_proposed(self):
        with self.assertRaisesRegex(ValidationError, "without a proposal"):
            self.rule.write({"subject": "copy", "action": "propose"})


@tagged("post_install", "-at_install")
class TestRetentionWorkers(ParallelCase):
    """The nightly job in two workers, broken off and taken up again, on committed data."""

    PEOPLE = 5

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(self.registry["customer.retention.rule"], "_get_batch_size", lambda self: 2))
        self.addCleanup(self.clean)
        with self.connect() as env:
            company = env["res.partner"].create(
                {"name": "Retention Company", "is_company": True, "archive_state": "draft"}
            )
            people = env["res.partner"].create(
                [{"name": f"Retention Person{n}", "parent_id": company.id, "phone": f"1378888{n:04}"}
                 for n in range(self.PEOPLE)]
            )
            self.company_id, self.people_ids = company.id, people.ids
            company.archive_state = "closed"
            rule = env["customer.retention.rule"].create(
                {"name": "Workers", "subject": "closed", "months": 12, "action": "erase"}
            )
            rule.write({"state": "active"})
            self.rule_id = rule.id
            env.flush_all()
            env.cr.execute(
                SQL("UPDATE res_partner SET write_date = %s WHERE id = ANY(%s)",
                    fields.Datetime.now() - timedelta(days=900), [company.id, *people.ids])
            )
            env.cr.commit()

    def run_job(self, env):
        env["customer.retention.rule"]._cron_apply()

    def assert_all_erased(self):
        with self.connect() as env:
            people = env["res.partner"].browse(self.people_ids)
            self.assertFalse(any(people.mapped("phone")))
            self.assertTrue(all(people.mapped("customer_erased_date")))
            self.assertEqual(env["customer.retention.rule"].browse(self.rule_id).done_count, self.PEOPLE)

    def test_two_jobs_at_once_erase_each_person_once(self):
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            self.assertFalse(self.run_parallel([self.run_job, self.run_job]))
        with self.connect() as env:
            self.run_job(env)
        self.assert_all_erased()

    def test_a_job_that_was_broken_off_goes_on(self):
        with self.connect() as env:
            self.assertEqual(env["customer.retention.rule"]._attempt(self.rule_id), 2)
            env.cr.commit()
        with self.connect() as env:
            env["customer.retention.rule"]._attempt(self.rule_id)
            env.cr.rollback()
            self.run_job(env)
        self.assert_all_erased()

    def test_a_second_worker_leaves_the_rule_to_the_first(self):
        with self.connect() as first, self.connect() as second:
            first["customer.retention.rule"]._attempt(self.rule_id)
            self.assertEqual(second["customer.retention.rule"]._attempt(self.rule_id), 0)
            first.cr.commit()
            with mute_logger("odoo.sql_db"):
                second["customer.retention.rule"]._attempt(self.rule_id)
            second.cr.commit()
            self.run_job(second)
        self.assert_all_erased()

    def clean(self):
        with self.connect() as env:
            env["customer.retention.rule"].browse(self.rule_id).unlink()
            env["res.partner"].with_context(active_test=False).browse([*self.people_ids, self.company_id]).unlink()
            env.cr.commit()
