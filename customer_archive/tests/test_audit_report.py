import io
from contextlib import contextmanager
from datetime import date, datetime
from unittest.mock import patch

import openpyxl
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..tools.audit_report import Figures, Period, Source
from .audit_common import AuditCase
from .common import ParallelCase


class ReportCase(AuditCase):
    """An archive, entries of this month in the log, and the report of this month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.month = fields.Date.today().replace(day=1)
        cls.archive = cls.create_archive()

    def make(self, month=None):
        self.env.cr.flush()
        return self.env["customer.audit.report"]._make(self.env.company, month or self.month)

    def note(self, login, operation, count=1, model="res.partner", **values):
        log = self.env["customer.audit.log"].with_user(self.users[login])
        log._note(operation, model, [self.archive.id], count=count, **values)
        self.env.cr.flush()

    def numbers(self, key, report=None):
        return (report or self.make()).figures[key]["numbers"]

    def lines(self, key, report=None):
        return (report or self.make()).figures[key]["lines"]


@tagged("post_install", "-at_install")
class TestAuditReport(ReportCase):
    """A month in figures: read once, kept as they were."""

    def test_reading_is_summed_up_by_person(self):
        now = self.read_now()["access"]
        before, lines = now["numbers"], {line[0]: line[1:] for line in now["lines"]}
        requests, records = lines.get("archive_colleague", (0, 0))
        for __ in range(2):
            self.note("colleague", "read", 40)
        report = self.make()
        self.assertEqual(self.numbers("access", report)["read"] - before["read"], 80)
        line = next(line for line in self.lines("access", report) if line[0] == "archive_colleague")
        self.assertEqual(line[1:], [requests + 2, records + 80])

    def read_now(self):
        """What a report would say now."""
        report = self.env["customer.audit.report"]
        period = report._get_period(self.env.company, self.month)
        sources = report._get_sources()
        return {
            key: {"numbers": dict(figures.numbers), "lines": list(figures.lines)}
            for key, source in sources.items()
            if (figures := source.read(period))
        }

    def test_exports_are_listed_with_their_conditions_in_words(self):
        # nobody of quality exports in other tests, whose entries the log of the month holds as well
        domain = [("city", "ilike", "Jinan"), ("archive_state", "=", "formal")]
        self.note("quality", "export", 120, model="res.partner", domain=domain)
        self.note("sales", "print", 2)
        report = self.make()
        line = next(line for line in self.lines("export", report) if line[0] == "archive_quality")
        self.assertEqual(line[1:5], ["Exported", "Contact", 1, 120])
        self.assertIn("City contains Jinan", line[5])
        self.assertIn("Archive Status is", line[5])
        self.assertIn("Formal", line[5])
        self.assertGreaterEqual(self.numbers("export", report)["exported"], 120)

    def test_downloads_are_counted_apart_from_exports(self):
        before = self.read_now().get("export", {}).get("numbers", dict.fromkeys(("download", "exported"), 0))
        self.note("quality", "download", 3)
        report = self.make()
        after = self.numbers("export", report)
        self.assertEqual(after["download"], before["download"] + 1)
        self.assertEqual(after["exported"], before["exported"])
        self.assertIn(["archive_quality", "Downloaded", "Contact", 1, 3, ""], self.lines("export", report))

    def test_what_was_uncovered_is_counted(self):
        self.note("confidential", "reveal")
        report = self.make()
        self.assertGreaterEqual(self.numbers("guard", report)["reveal"], 1)
        self.assertIn(["archive_confidential", "Uncovered", "Contact", 1], self.lines("guard", report))

    def test_the_report_says_whether_the_log_holds(self):
        report = self.make()
        self.assertEqual(self.numbers("chain", report)["gaps"], 0)
        self.assertEqual(self.lines("chain", report)[0][0], "The log holds")
        self.assertIn("Head:", self.lines("chain", report)[0][1])

    def test_merges_are_counted(self):
        before = self.read_now()["merge"]["numbers"]["merge"]
        self.note("manager", "merge")
        self.assertEqual(self.numbers("merge")["merge"], before + 1)

    def test_alerts_and_their_handling_are_counted(self):
        before = self.read_now()["alert"]["numbers"]
        rule = self.env["customer.audit.rule"].search([("kind", "=", "odd_hours")], limit=1)
        now = fields.Datetime.now()
        values = {"rule_id": rule.id, "kind": rule.kind, "company_id": self.env.company.id, "date_to": now}
        Alert = self.env["customer.audit.alert"]
        for login in ("sales", "colleague"):
            start = fields.Datetime.subtract(now, minutes=5)
            Alert.create({**values, "user_id": self.users[login].id, "date_from": start}).create_date = now
        Alert.search([], order="id desc", limit=1).write({"state": "handled", "handled_date": now})
        report = self.make()
        changes = {name: count - before[name] for name, count in self.numbers("alert", report).items()}
        self.assertEqual(changes, {"raised": 2, "handled": 1, "open": 1})
        self.assertIn("Odd hours", [line[0] for line in self.lines("alert", report)])

    def test_backups_stand_with_their_proof(self):
        now = fields.Datetime.now()
        self.env["customer.backup"].create(
            [
                {"kind": "hand", "state": "failed", "start_date": now, "problem_kind": "no_room"},
                {"kind": "hand", "state": "proven", "start_date": now, "table_count": 320, "row_count": 32434},
            ]
        )
        numbers, lines = self.numbers("backup"), self.lines("backup")
        self.assertGreaterEqual(numbers["proven"], 1)
        self.assertGreaterEqual(numbers["failed"], 1)
        self.assertTrue(any("32,434" in line[2] for line in lines if line[1] == "Proven"))

    def test_changes_of_rights_name_who_received_what(self):
        user = new_test_user(self.env, login="audit_new", groups="base.group_user")
        self.env.cr.flush()
        user.write({"group_ids": [Command.link(self.env.ref("customer_archive.group_all").id)]})
        self.env.cr.flush()
        user.write({"group_ids": [Command.unlink(self.env.ref("customer_archive.group_all").id)]})
        self.env.cr.flush()
        lines = [line for line in self.lines("rights") if line[2] == user.name]
        self.assertIn("All customers", " ".join(line[3] for line in lines))
        self.assertIn("All customers", " ".join(line[4] for line in lines))
        self.assertIn("User: own archives", " ".join(line[3] for line in lines), "implied rights are named too")

    def test_members_set_on_the_group_are_noted_as_well(self):
        user = new_test_user(self.env, login="audit_new", groups="base.group_user")
        self.forget()
        self.env.ref("customer_archive.group_reviewer").write({"user_ids": [Command.link(user.id)]})
        entry = self.only_entry(operation="write", model="res.users")
        self.assertEqual((entry["ids"], entry["field_names"]), ([user.id], ["group_ids"]))

    def test_a_new_user_with_rights_is_noted_one_without_is_not(self):
        new_test_user(self.env, login="audit_plain", groups="base.group_user")
        self.assertFalse(self.entries(operation="write", model="res.users"))
        user = new_test_user(self.env, login="audit_right", groups="customer_archive.group_user")
        self.assertEqual(self.only_entry(operation="write", model="res.users")["ids"], [user.id])

    def test_requests_and_consents_are_counted(self):
        before = self.read_now()["privacy"]["numbers"]
        person = self.env["res.partner"].create({"name": "Counted Person", "parent_id": self.archive.id})
        purpose = self.env.ref("customer_archive.customer_consent_purpose_profiling")
        self.env["customer.consent"].create({"partner_id": person.id, "purpose_id": purpose.id})
        request = self.env["customer.privacy.request"].with_user(self.users["manager"]).create(
            {"kind": "erase", "search_name": "Counted Person", "identity_check": "document"}
        )
        request.action_find()
        request.action_plan()
        self.as_user(request, "auditor").action_confirm()
        report = self.make()
        numbers = self.numbers("privacy", report)
        changes = {name: numbers[name] - before[name] for name in numbers}
        self.assertEqual(
            changes, {"received": 1, "answered": 1, "late": 0, "erased": 1, "given": 1, "withdrawn": 0}
        )
        self.assertTrue([line for line in self.lines("privacy", report) if line[0] == "Erasure"])

    def test_figures_stay_as_they_were(self):
        report = self.make()
        figures = report.figures
        self.note("sales", "export", 999)
        self.assertEqual(self.make(), report)
        self.assertEqual(report.figures, figures)

    def test_a_month_stands_beside_the_month_before(self):
        earlier = self.month - relativedelta(months=1)
        self.env["customer.audit.report"].create(
            {"month": earlier, "company_id": self.env.company.id,
             "figures": {"merge": {"numbers": {"merge": 3}, "lines": []}}}
        )
        self.note("manager", "merge")
        report = self.make()
        section = next(section for section in report._get_sections() if section.key == "merge")
        now = self.numbers("merge", report)["merge"]
        self.assertIn(("Merges", now, 3, now - 3), section.lines)
        self.assertIn(("Merges undone", 0, None, None), section.lines)

    def test_a_part_that_is_not_there_is_not_spoken_of(self):
        model = self.registry["customer.audit.report"]
        read = model._get_sources

        def sources(this):
            return {"extra": Source("Extra", lambda period: Figures({"things": 4}), {"things": "Things"}),
                    **{key: source for key, source in read(this).items() if key == "merge"}}

        with patch.object(model, "_get_sources", sources):
            report = self.make()
            self.assertEqual(set(report.figures), {"extra", "merge"})
            self.assertIn(("Things", 4, None, None), report._get_sections()[0].lines)
        self.assertEqual([section.key for section in report._get_sections()], ["merge"])

    def test_an_odd_condition_does_not_stop_the_report(self):
        report = self.env["customer.audit.report"]
        words = report._get_domain_words
        self.assertIn("any of", words("res.partner", ["|", ("name", "ilike", "a"), ("city", "=", False)]))
        self.assertIn("empty", words("res.partner", [("city", "=", False)]))
        self.assertEqual(words("res.partner", "nonsense"), "")
        self.assertIn("foo", words("no.model", [["foo", "in", [1, 2]]]))
        self.assertIn("1, 2", words("no.model", [["foo", "in", [1, 2]]]))
        self.assertIn("bad", words("res.partner", ["bad"]))

    def test_months_begin_by_the_companys_clock(self):
        company = self.env.company
        company.resource_calendar_id = self.env["resource.calendar"].create({"name": "China", "tz": "Asia/Shanghai"})
        period = self.env["customer.audit.report"]._get_period(company, date(2026, 11, 1))
        self.assertEqual(period, Period(datetime(2026, 10, 31, 16), datetime(2026, 11, 30, 16), company.id))

    def test_months_that_are_over_are_due_the_running_one_is_not(self):
        report = self.env["customer.audit.report"]
        with patch.object(self.registry[report._name], "_get_first_time", lambda *args: datetime(2026, 8, 1)):
            with freeze_time("2026-11-24"):
                self.assertEqual([day.month for day in report._get_due(self.env.company)], [8, 9, 10])
            self.make(date(2026, 9, 1))
            with freeze_time("2027-01-02"):
                self.assertEqual([day.month for day in report._get_due(self.env.company)], [10, 11, 12])
        with patch.object(self.registry[report._name], "_get_first_time", lambda *args: None):
            self.assertEqual(report._get_due(self.env.company), [])

    #=== RIGHTS AND FILES ===#

    def test_only_auditors_read_reports(self):
        report = self.make()
        self.assertTrue(self.as_user(report, "auditor").preview)
        for login in ("sales", "leader", "seller_all", "manager", "reviewer", "office", "quality", "employee"):
            with self.assertRaises(AccessError, msg=login):
                self.as_user(report, login).read(["month"])
            with self.assertRaises(AccessError, msg=login):
                self.as_user(report, login)._make_workbook()

    def test_nobody_changes_a_report(self):
        report = self.as_user(self.make(), "auditor")
        for act in (lambda: report.write({"figures": {}}), report.unlink, lambda: report.create({"month": self.month})):
            with self.assertRaises(AccessError):
                act()

    def test_a_report_of_another_company_is_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        report = self.env["customer.audit.report"]._make(other, self.month)
        self.assertFalse(self.env["customer.audit.report"].with_user(self.users["auditor"]).search(
            [("id", "=", report.id)]))

    def test_an_auditor_notes_that_it_was_read(self):
        report = self.make()
        self.as_user(report, "auditor").action_mark_read()
        self.assertEqual(report.read_by, self.users["auditor"])
        with self.assertRaisesRegex(UserError, "read already"):
            self.as_user(report, "auditor").action_mark_read()
        with self.assertRaisesRegex(AccessError, "Only an auditor"):
            self.as_user(report, "manager").action_mark_read()

    def test_the_workbook_holds_the_same_figures(self):
        self.note("sales", "export", 120, domain=[("name", "=", "=1+1")])
        report = self.make()
        name, content = self.as_user(report, "auditor")._make_workbook()
        self.assertTrue(name.endswith(".xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(content))
        self.assertIn("Exports and prints", book.sheetnames)
        cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        self.assertIn("archive_sales", cells)
        self.assertFalse([c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"])
        self.assertEqual(self.only_entry(operation="export", model="customer.audit.report")["ids"], report.ids)

    def test_paper_shows_every_section(self):
        self.note("sales", "export", 120)
        report = self.make()
        html, kind = self.env["ir.actions.report"].with_user(self.users["auditor"])._render_qweb_html(
            "customer_archive.customer_audit_report_report", report.ids
        )
        self.assertEqual(kind, "html")
        for title in ("Logins and reading", "Exports and prints", "archive_sales", "This month"):
            self.assertIn(title, str(html, "utf-8"))

    def test_paper_is_refused_to_others(self):
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.users["manager"])._render_qweb_html(
                "customer_archive.customer_audit_report_report", self.make().ids
            )


@tagged("post_install", "-at_install")
class TestAuditReportDownload(ReportCase, HttpCase):
    """The workbook over the web."""

    def test_auditors_download_others_do_not(self):
        report = self.make()
        action = self.as_user(report, "auditor").action_workbook()
        for login, status in (("archive_auditor", 200), ("archive_sales", 403)):
            self.authenticate(login, login)
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(action["url"]).status_code, status)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/customer_archive/audit/999999").status_code, 404)


@tagged("post_install", "-at_install")
class TestAuditReportWorkers(ParallelCase):
    """One report per month and company, whoever makes it."""

    MONTH = date(2020, 2, 1)

    @contextmanager
    def connect(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def test_two_jobs_at_once_make_one_report(self):
        self.addCleanup(self.clean)
        model = self.registry["customer.audit.report"]
        with patch.object(model, "_get_due", lambda this, company: [self.MONTH]):
            jobs = [lambda env: env["customer.audit.report"]._cron_make()] * 2
            with mute_logger("odoo.sql_db", "odoo.service.model"):
                self.assertFalse(self.run_parallel(jobs))
        with self.connect() as env:
            companies = env["res.company"].search([])
            reports = env["customer.audit.report"].search([("month", "=", self.MONTH)])
            self.assertEqual(reports.company_id, companies)
            self.assertEqual(len(reports), len(companies))

    def clean(self):
        with self.connect() as env:
            env.cr.execute(SQL("DELETE FROM customer_audit_report WHERE month = %s", self.MONTH))
            env.cr.commit()
