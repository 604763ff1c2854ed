import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CODES, WRONG_CODE, ArchiveCase

PATH = "/customer/apply"
CHROME = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/120"}


class ApplyCase(HttpCase, ArchiveCase):
    """The page is switched on; a form may be sent without the pause that a person needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write({"archive_apply_enabled": True, "archive_apply_consent": False})
        cls.company.archive_checker_id = cls.users["leader"]
        # The language of the page without cookie or browser header, whatever the database was set up with.
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.env["res.lang"]._activate_lang("en_US")

    def setUp(self):
        super().setUp()
        self.patch_hook("_get_apply_min_seconds", 0)
        self.seen = self.env["res.partner"].search([]).ids

    def patch_hook(self, name, value):
        patcher = patch.object(self.registry["customer.application"], name, lambda *args: value)
        patcher.start()
        self.addCleanup(patcher.stop)

    def open_page(self, url=PATH, **kwargs):
        """Read the page as a browser does, and remember its hidden fields."""
        page = self.url_open(url, headers={**CHROME, **kwargs.pop("headers", {})}, **kwargs)
        hidden = dict(re.findall(r'type="hidden" name="(csrf_token|token)" value="([^"]+)"', page.text))
        self.token, self.csrf_token = hidden.get("token"), hidden.get("csrf_token")
        return page

    def facts(self, **values):
        return {
            "kind": "company",
            "name": "Suzhou Hengli Precision",
            "vat": CODES[0],
            "phone": "0512-62881234",
            "country_id": self.china.id,
            "state_id": self.shanghai.id,
            "city": "Shanghai",
            "street": "Nanjing Road 1",
            "contact_name": "Wang Min",
            "contact_function": "Buyer",
            "contact_phone": "13812345678",
            "contact_email": "wang.min@example.com",
            "needs": "1000 shafts\nby May",
            "consent": "yes",
            **values,
        }

    def send(self, url=PATH, **values):
        """Open the page and send it, as a browser without script does."""
        self.open_page(url)
        data = {"csrf_token": self.csrf_token, "token": self.token, **self.facts(**values)}
        return self.url_open(url, data=data, headers=CHROME)

    def entries(self):
        self.env.invalidate_all()
        return self.env["res.partner"].search([("id", "not in", self.seen), ("archive_state", "!=", False)])

    def let_pass(self, **delta):
        """Make the counters look as old as this."""
        for counter in self.env["customer.application.log"].search([]):
            counter.window_start -= timedelta(**delta)
        self.env.flush_all()

    def assertThanked(self, response):
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.url.endswith("/thanks"), response.url)

    def assertRefused(self, response, *messages):
        self.assertIn('id="apply_errors"', response.text)
        for message in messages:
            self.assertIn(message, response.text)
        self.assertFalse(self.entries())


@tagged("post_install", "-at_install")
class TestApply(ApplyCase):
    def test_entry_of_a_company_becomes_a_draft_without_owner(self):
        self.assertThanked(self.send())
        entry = self.entries()
        self.assertRecordValues(
            entry,
            [
                {
                    "name": "Suzhou Hengli Precision",
                    "is_company": True,
                    "vat": CODES[0],
                    "archive_state": "draft",
                    "archive_source": "web",
                    "archive_company_id": self.company.id,
                    "archive_access": self.company.archive_default_access,
                    "archive_submitted_by": False,
                    "archive_number": False,
                    "user_id": False,
                    "state_id": self.shanghai.id,
                    "customer_lifecycle": "potential",
                    "customer_requirements": "1000 shafts\nby May",
                }
            ],
        )
        self.assertRecordValues(
            entry.archive_contact_ids,
            [{"name": "Wang Min", "function": "Buyer", "email": "wang.min@example.com", "parent_id": entry.id}],
        )
        self.assertAlmostEqual(entry.archive_consent_date, fields.Datetime.now(), delta=timedelta(minutes=1))
        self.assertIn(self.company.name, entry.archive_consent_text)
        self.assertIn("separate consent", entry.archive_consent_text)

    def test_somebody_is_asked_and_the_message_is_in_the_chatter(self):
        self.send()
        entry = self.entries()
        self.assertRecordValues(
            entry.activity_ids, [{"user_id": self.users["leader"].id, "summary": "New entry from the public page"}]
        )
        note = entry.message_ids.filtered(lambda m: "1000 shafts" in m.body)
        self.assertEqual(note.author_id, entry.archive_contact_ids)
        self.assertTrue(note.is_internal or note.message_type == "notification")

    def test_receiver_without_checker_may_hand_the_draft_over(self):
        self.company.archive_checker_id = False
        self.send()
        self.assertTrue(self.entries().activity_ids.user_id.has_group("customer_archive.group_all"))

    def test_entry_of_an_individual(self):
        self.assertThanked(self.send(kind="person", name="Li Na", vat="11010519491231002X", contact_name=""))
        entry = self.entries()
        self.assertRecordValues(
            entry, [{"name": "Li Na", "is_company": False, "vat": False, "email": "wang.min@example.com"}]
        )
        self.assertFalse(entry.child_ids)

    def test_consent_is_neither_given_in_advance_nor_dispensable(self):
        page = self.open_page()
        box = re.search(r'<input type="checkbox" name="consent"[^>]*>', page.text)[0]
        self.assertNotIn("checked", box)
        response = self.send(consent="")
        self.assertRefused(response, "Without your consent")
        self.assertIn('value="Suzhou Hengli Precision"', response.text)

    def test_wrong_values_are_named_and_nothing_typed_is_lost(self):
        script = "javascript:alert(1)"
        response = self.send(vat=WRONG_CODE, contact_email="wang.min@", contact_phone="12", website=script)
        self.assertRefused(
            response, "The last place of", "This is no e-mail address", "This number cannot be dialled",
            "This is no web address",
        )
        for kept in (WRONG_CODE, "wang.min@", 'value="12"', "1000 shafts", f'value="{self.shanghai.id}" selected'):
            self.assertIn(kept, response.text)

    def test_what_is_required(self):
        response = self.send(name=" ", contact_name="", contact_phone="", contact_email="", phone="", country_id="")
        self.assertRefused(
            response, "Please enter the name as on the business licence", "Please say whom we may talk to",
            "Please enter a phone number or an e-mail address",
        )

    def test_code_printed_so_on_the_licence_becomes_a_finding(self):
        self.assertThanked(self.send(vat=WRONG_CODE, vat_as_printed="yes"))
        self.assertIn("vat_check_digit", self.entries().archive_issue_ids.mapped("code"))

    def test_identity_number_is_never_taken_as_tax_code(self):
        self.assertRefused(self.send(vat="11010519491231002X", vat_as_printed="yes"), "identity number")

    def test_choices_that_are_not_on_the_page_are_refused(self):
        foreign = self.env["res.country.state"].search([("country_id", "!=", self.china.id)], limit=1)
        self.assertRefused(self.send(state_id=foreign.id), "Please choose from the list")
        self.assertRefused(self.send(state_id="1 OR 1=1"), "Please choose from the list")
        self.assertRefused(self.send(kind="admin"), "Please choose from the list")

    def test_fields_that_are_not_on_the_page_are_dropped(self):
        self.send(archive_state="formal", archive_number="X-1", user_id=2, comment="x")
        self.assertRecordValues(
            self.entries(), [{"archive_state": "draft", "archive_number": False, "user_id": False, "comment": False}]
        )

    def test_no_html_is_kept(self):
        needs = "<img src=x onerror=alert(2)>one\n<i>two</i> 3 < 4"
        self.send(name="<b>Hengli</b> <script>alert(1)</script>", needs=needs)
        entry = self.entries()
        self.assertEqual(entry.name, "Hengli alert(1)")
        self.assertEqual(entry.customer_requirements, "one\ntwo 3 < 4")
        self.assertNotIn("<img", "".join(entry.message_ids.mapped("body")))

    def test_html_is_escaped_when_the_page_is_shown_again(self):
        response = self.send(name='"><script>alert(1)</script', consent="")
        self.assertNotIn("<script>alert(1)", response.text)

    def test_oversized_values_are_refused(self):
        self.assertRefused(self.send(needs="x" * 2001), "no more than 2000 characters")
        self.assertEqual(self.send(needs="x" * 70000).status_code, 413)
        self.assertFalse(self.entries())

    def test_program_that_fills_the_trap_is_thanked_and_forgotten(self):
        trap = self.env["customer.application"]._get_apply_trap()
        self.assertThanked(self.send(**{trap: "buy now"}))
        self.assertFalse(self.entries())

    def test_form_without_csrf_token_is_refused(self):
        with mute_logger("odoo.http"):
            response = self.url_open(PATH, data=self.facts(), headers=CHROME)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.entries())

    def test_page_that_is_sent_at_once_or_too_late_or_forged_is_shown_again(self):
        self.patch_hook("_get_apply_min_seconds", 3)
        self.assertRefused(self.send(), "That was quick")
        self.assertRefused(self.send(token="AQ" + "x" * 80), "The page was open for a long time")
        with freeze_time(fields.Datetime.now() - timedelta(days=2)):
            token = self.env["customer.application"]._make_token("text")
        self.assertRefused(self.send(token=token), "The page was open for a long time")

    def test_text_that_changed_meanwhile_must_be_read_again(self):
        self.open_page()
        token = self.token
        self.company.archive_apply_consent = "<p>Other words</p>"
        self.assertRefused(self.send(token=token), "The text changed", "Other words")

    def test_own_consent_text_is_stored_as_shown(self):
        self.company.archive_apply_consent = "<p>Our own words</p>"
        self.send()
        self.assertEqual(self.entries().archive_consent_text, "<p>Our own words</p>")

    def test_page_that_is_not_switched_on_does_not_exist(self):
        self.open_page()
        self.company.archive_apply_enabled = False
        for url in (PATH, f"{PATH}/{self.company.id}", f"{PATH}/{self.company.id}/thanks", f"{PATH}/99999999"):
            self.assertEqual(self.url_open(url, headers=CHROME).status_code, 404, url)
        self.assertEqual(self.url_open(PATH, data={"csrf_token": self.csrf_token}).status_code, 404)

    def test_page_of_another_company(self):
        company = self.env["res.company"].create({"name": "Hengli Trade", "archive_apply_enabled": True})
        self.assertThanked(self.send(f"{PATH}/{company.id}"))
        self.assertEqual(self.entries().archive_company_id, company)

    def test_same_entry_again_is_thanked_and_not_stored_twice(self):
        self.assertThanked(self.send())
        self.assertThanked(self.send(name="Hengli", contact_email="else@example.com", contact_phone="13912345678"))
        self.assertEqual(len(self.entries()), 1)
        self.assertThanked(self.send(vat="", name="Hengli"))
        self.assertEqual(len(self.entries()), 1, "the same mail address counts where no tax code is given")

    def test_same_person_enters_another_company(self):
        self.send()
        self.assertThanked(self.send(vat=CODES[1], name="Hengli Trade"))
        self.assertEqual(len(self.entries()), 2)

    def test_same_entry_after_a_day_is_stored(self):
        self.send()
        self.let_pass(days=1, seconds=1)
        self.send()
        self.assertEqual(len(self.entries()), 2)

    def test_known_customer_gets_the_same_answer(self):
        self.create_archive(vat=CODES[0], email="wang.min@example.com")
        self.seen = self.env["res.partner"].search([]).ids
        self.assertThanked(self.send())
        self.assertIn("vat_shared", self.entries().archive_issue_ids.mapped("code"))

    def test_refusal_of_another_app_is_not_repeated_to_strangers(self):
        def refuse(partner, vals_list):
            raise ValidationError("This belongs to customer Geheim")

        logger = "odoo.addons.customer_archive.models.customer_application"
        with patch.object(self.registry["res.partner"], "create", refuse), self.assertLogs(logger, "WARNING") as logs:
            response = self.send()
        self.assertNotIn("Geheim", "".join(logs.output))
        self.assertRefused(response, "could not be stored")
        self.assertNotIn("Geheim", response.text)
        self.assertThanked(self.send())
        self.assertEqual(len(self.entries()), 1, "the refused entry does not count as entered")

    def test_too_many_forms_from_one_address(self):
        self.patch_hook("_get_apply_limits", {"post": (2, 3600), "entry": (10, 86400), "same": (1, 86400)})
        self.send(consent="")
        self.send(consent="")
        response = self.send()
        self.assertEqual(response.status_code, 429)
        self.assertRefused(response, "Too many entries", 'value="Suzhou Hengli Precision"')
        self.let_pass(hours=1, seconds=1)
        self.assertThanked(self.send())

    def test_too_many_entries_from_one_address(self):
        self.patch_hook("_get_apply_limits", {"post": (40, 3600), "entry": (1, 86400), "same": (1, 86400)})
        self.assertThanked(self.send())
        self.assertEqual(self.send(vat=CODES[1], contact_email="b@example.com").status_code, 429)
        self.assertEqual(len(self.entries()), 1)

    def test_counters_hold_no_address_and_nothing_that_was_entered(self):
        self.send()
        log = self.env["customer.application.log"].search([])
        self.assertEqual(set(log.mapped("kind")), {"post", "entry", "same"})
        for key in log.mapped("key"):
            self.assertRegex(key, r"^[0-9a-f]{64}$")

    def test_provinces_without_script(self):
        self.open_page()
        usa = self.env.ref("base.us")
        data = {"csrf_token": self.csrf_token, "token": self.token, "step": "country"}
        response = self.url_open(PATH, data={**self.facts(country_id=usa.id, state_id=""), **data}, headers=CHROME)
        self.assertIn("Texas", response.text)
        self.assertNotIn('id="apply_errors"', response.text)
        self.assertIn('value="Suzhou Hengli Precision"', response.text)
        self.assertFalse(self.entries())

    def test_provinces_for_the_script(self):
        provinces = self.url_open(f"{PATH}/provinces/{self.china.id}").json()
        self.assertIn(self.shanghai.id, [province for province, __ in provinces])
        self.assertEqual(self.url_open(f"{PATH}/provinces/99999999").json(), [])

    def test_industries_are_sections_and_divisions(self):
        industries = self.env["res.partner.industry"]
        division, finer = (industries.search([("code", "=", code)]) for code in ("C36", "C3670"))
        page = self.open_page()
        self.assertIn(f'value="{division.id}">C36 ', page.text)
        self.assertNotIn(f'value="{finer.id}">C3670 ', page.text)
        self.assertRefused(self.send(industry_id=finer.id), "Please choose from the list")
        self.send(industry_id=division.id)
        self.assertEqual(self.entries().industry_id, division)

    def test_language_of_the_browser_and_of_the_link(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.company.archive_apply_consent = "<p>English words</p>"
        self.company.with_context(lang="zh_CN").archive_apply_consent = "<p>中文同意书</p>"
        by_browser = self.open_page(headers={"Accept-Language": "zh-CN,zh;q=0.9"})
        self.assertIn('lang="zh-CN"', by_browser.text)
        self.assertIn("中文同意书", by_browser.text)
        self.opener.cookies.clear()
        by_link = self.open_page(f"{PATH}?lang=zh", headers={"Accept-Language": "en-US"})
        self.assertIn("中文同意书", by_link.text)
        self.assertThanked(self.send("/zh_CN" + PATH, name="苏州恒力精密机械有限公司", city="上海市"))
        entry = self.entries()
        self.assertEqual((entry.name, entry.lang), ("苏州恒力精密机械有限公司", "zh_CN"))
        self.assertEqual(entry.archive_consent_text, "<p>中文同意书</p>")


@tagged("post_install", "-at_install")
class TestApplyLog(ArchiveCase):
    def test_nobody_but_administrators_reads_and_nobody_writes(self):
        log = self.env["customer.application.log"]
        log._count_sender("post", "203.0.113.7", 60)
        with self.assertRaises(AccessError):
            self.as_user(log, "manager").search([])
        admin = log.with_user(self.env.ref("base.user_admin"))
        self.assertTrue(admin.search([]))
        with self.assertRaises(AccessError):
            admin.search([]).unlink()

    def test_one_network_of_the_sixth_version_is_one_sender(self):
        log = self.env["customer.application.log"]
        self.assertEqual(log._count_sender("post", "2001:db8::1", 60), 1)
        self.assertEqual(log._count_sender("post", "2001:db8::2", 60), 2)
        self.assertEqual(log._count_sender("post", "2001:db8:0:1::2", 60), 1)
        self.assertEqual(log._count_sender("entry", "2001:db8::1", 60), 1)

    def test_outdated_counters_are_deleted(self):
        log = self.env["customer.application.log"]
        log._count_sender("post", "203.0.113.7", 60)
        log._count_sender("post", "203.0.113.8", 60)
        old = log.search([], order="id", limit=1)
        old.window_start -= timedelta(days=2)
        kept = log.search([]) - old
        log._gc_counters()
        self.assertEqual(log.search([]), kept)
