import re

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.res_partner_control import APPROVED_CHANGE
from .audit_common import AuditCase
from .verification_common import VerificationCase

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="([^"]+)"')
SCRIPT = "<script>alert(1)</script><b onclick=x>Wuxi</b>"


class PageCase(VerificationCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.request, self.path = self.ask()
        self.env.flush_all()

    def open(self, path=None, status=200):
        response = self.url_open(path or self.path, allow_redirects=False)
        self.assertEqual(response.status_code, status, response.text[:300])
        return response

    def send(self, path=None, page=None, **values):
        """Open the page and send the form with these answers."""
        page = page or self.open(path).text
        found = {"csrf_token": CSRF.search(page)[1], "version": VERSION.search(page)[1]}
        return self.url_open(path or self.path, data={**found, **values}, allow_redirects=False)

    def reload(self):
        self.env.invalidate_all()
        return self.request


@tagged("post_install", "-at_install")
class TestVerificationPage(PageCase):
    """What the customer sees and does behind the link of the mail, over real requests."""

    def test_the_page_shows_what_is_asked_masked_and_changes_nothing(self):
        page = self.open()
        self.assertIn("上海市", page.text)
        self.assertIn("021*", page.text)
        for secret in (self.archive.vat, self.archive.phone, "Nanjing Road 100", "li.na@example.com"):
            self.assertNotIn(secret, page.text)
        for _times in range(3):
            self.open()
        self.assertEqual((self.reload().state, self.request.version), ("sent", 1))
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertIn("noindex", page.headers["X-Robots-Tag"])

    def test_everything_is_right(self):
        before = self.archive.archive_verified_date
        response = self.send(all="1")
        self.assertEqual(response.status_code, 303)
        self.assertIn("Thank you", self.open(response.headers["Location"]).text)
        self.assertEqual((self.reload().state, self.request.answered_by_id), ("answered", self.contact))
        fact = self.get_facts()["phone"]
        self.assertEqual((fact.source, fact.verifier_id), ("customer", self.contact))
        self.assertGreater(self.archive.archive_verified_date, before)
        self.assertFalse(self.archive.archive_change_ids)

    def test_a_correction_becomes_a_proposal_with_old_and_new(self):
        self.send(
            choice_phone="wrong", value_phone="021-58308888", choice_city="right", choice_street="wrong",
            value_street="Nanjing Road 200",
        )
        change = self.reload().change_id
        self.assertEqual((change.source, change.state, change.partner_id), ("portal", "pending", self.archive))
        texts = {line.field_name: (line.old_text, line.new_text) for line in change.line_ids}
        self.assertEqual(texts, {
            "phone": ("021-50592061", "021-58308888"), "street": ("Nanjing Road 100", "Nanjing Road 200"),
        })
        self.assertEqual(self.archive.phone, "021-50592061", "nothing is changed before somebody approves")
        facts = self.get_facts()
        self.assertEqual((facts["city"].source, facts["phone"].source), ("customer", "staff"))
        outcomes = {line.field_name: line.outcome for line in self.request.line_ids}
        self.assertEqual((outcomes["phone"], outcomes["city"], outcomes["name"]), ("corrected", "confirmed", "open"))
        self.as_user(change, "reviewer").action_approve_all()
        fact = self.get_facts()["phone"]
        self.assertEqual((fact.source, fact.verifier_id), ("customer", self.contact))
        self.assertEqual(self.archive.phone, "021-58308888")
        self.assertIn("Li Na", " ".join(self.request.message_ids.mapped("body")))

    def test_the_same_value_typed_again_is_a_confirmation(self):
        self.send(choice_phone="wrong", value_phone="０２１-50592061")
        self.assertFalse(self.reload().change_id)
        self.assertEqual(self.get_facts()["phone"].source, "customer")

    def test_a_missing_fact_is_filled_in(self):
        self.archive.sudo().archive_template_id.line_ids.requirement = "recommended"
        missing = self.request.line_ids.filtered(lambda line: not self.archive[line.field_name])[:1]
        if not missing:
            self.request.sudo().line_ids = [(0, 0, {"field_name": "website"})]
        self.env.flush_all()
        self.send(value_website="www.daheng.example")
        self.assertEqual(self.reload().change_id.line_ids.field_name, "website")

    def test_country_and_province_are_chosen(self):
        zhejiang = self.env.ref("base.state_cn_ZJ")
        self.send(choice_state_id="wrong", value_state_id=str(zhejiang.id))
        self.assertEqual(self.reload().change_id.line_ids.new_value, zhejiang.id)

    def test_a_province_leaves_with_its_country(self):
        germany = self.env.ref("base.de")
        self.send(choice_country_id="wrong", value_country_id=str(germany.id))
        values = {line.field_name: line.new_value for line in self.reload().change_id.line_ids}
        self.assertEqual(values, {"country_id": germany.id, "state_id": False})

    def test_what_is_wrong_is_said_and_everything_typed_is_kept(self):
        page = self.send(
            choice_phone="wrong", value_phone="12", choice_city="wrong", value_city="", choice_name="wrong",
            value_name="Daheng Shipping",
        )
        self.assertEqual(page.status_code, 200)
        for text in ("cannot be dialled", "Please enter what is right", "Daheng Shipping"):
            self.assertIn(text, page.text)
        self.assertEqual((self.reload().state, self.archive.archive_change_ids.ids), ("sent", []))
        self.assertEqual(self.send(page=page.text, all="1").status_code, 303)

    def test_an_empty_answer_is_none(self):
        for values in ({}, {"choice_phone": "maybe"}, {"value_phone": "021-58308888"}, {"all": "yes"}):
            with self.subTest(values):
                self.assertIn("at least one fact", self.send(**values).text)
        self.assertEqual(self.reload().state, "sent")

    def test_the_page_speaks_the_language_of_who_was_asked(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.contact.lang = "zh_CN"
        self.env.flush_all()
        self.assertIn('lang="zh-CN"', self.open().text)
        # a language that was switched off meanwhile
        self.env.cr.execute("UPDATE res_partner SET lang = 'fr_FR' WHERE id = %s", [self.contact.id])
        self.assertIn('lang="en-US"', self.open().text)

    def test_an_identity_number_is_not_on_the_page(self):
        person, _contact = self.create_customer(
            name="Wang Fang", is_company=False, vat=False, customer_identity_number="11010519491231002X",
            email="wang@example.com",
        )
        request, path = self.ask(person)
        self.env.flush_all()
        page = self.open(path).text
        self.assertIn("1101**", page)
        self.assertNotIn("11010519491231002X", page)
        self.send(path, choice_customer_identity_number="wrong", value_customer_identity_number="440524188001010014")
        self.env.invalidate_all()
        line = request.change_id.line_ids
        self.assertEqual((line.field_name, line.new_value), ("customer_identity_number", False))
        self.assertNotIn("440524188001010014", f"{line.new_text} {line.old_text} {request.message_ids.mapped('body')}")


@tagged("post_install", "-at_install")
class TestVerificationPageAbuse(PageCase):
    """Links that are made up, old, used or somebody else's; answers nobody asked for."""

    def gone(self, path):
        """A link opens nothing, in the same words as every other bad one; return the words."""
        page = self.open(path, 404).text
        self.assertIn("This link does not work", page)
        posted = self.url_open(path, data={"csrf_token": self.csrf, "all": "1"}, allow_redirects=False)
        self.assertEqual(posted.status_code, 404)
        strip = re.compile(r'csrf_token: "[^"]*"|"[^"]*session[^"]*": ?"?[^",]*"?|[\w-]{43}')
        self.assertEqual(strip.sub("", posted.text), strip.sub("", page))
        return strip.sub("", page)

    @property
    def csrf(self):
        return re.search(r'csrf_token: "([^"]+)"', self.url_open("/web/login").text)[1]

    def test_every_bad_link_gets_the_same_answer(self):
        words = {self.gone(f"/customer/confirm/{token}") for token in (
            "x", "A" * 43, self.get_token(self.path)[:-1], self.get_token(self.path) + "A", "%00", "0" * 5000,
            self.request.sudo().token_hash,
        )}
        self.send(all="1")
        words.add(self.gone(self.path))
        self.assertEqual(len(words), 1)

    def test_links_end_with_their_time_their_archive_their_person_and_their_address(self):
        soon = self.request.link_until
        gone = [
            (self.request, {"link_until": "2026-01-01 00:00:00"}, {"link_until": soon}),
            (self.request, {"state": "cancelled"}, {"state": "sent"}),
            (self.contact, {"email": "other@example.com"}, {"email": "li.na@example.com"}),
            (self.contact, {"active": False}, {"active": True}),
            (self.contact, {"parent_id": False}, {"parent_id": self.archive.id}),
        ]
        for record, values, back in gone:
            with self.subTest(values):
                record.sudo().write(values)
                self.env.flush_all()
                self.gone(self.path)
                record.sudo().write(back)
                self.env.flush_all()
                self.open()
        self.archive.sudo().archive_state = "closed"
        self.env.flush_all()
        self.gone(self.path)

    def test_links_of_merged_and_erased_customers_open_nothing(self):
        kept, _contact = self.create_customer(email="kept@example.com")
        self.merge(kept)
        self.env.flush_all()
        self.gone(self.path)
        person, _contact = self.create_customer(
            name="Wang Fang", is_company=False, vat=False, email="wang@example.com"
        )
        _request, path = self.ask(person)
        self.env.flush_all()
        self.open(path)
        self.env["customer.privacy.eraser"].sudo()._erase(person.sudo())
        self.env.flush_all()
        self.gone(path)

    def test_a_form_without_its_token_is_refused(self):
        version = VERSION.search(self.open().text)[1]
        with mute_logger("odoo.http"):
            response = self.url_open(self.path, data={"all": "1", "version": version}, allow_redirects=False)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.reload().state, "sent")

    def test_tags_and_scripts_are_plain_text_or_nothing(self):
        self.send(choice_city="wrong", value_city=SCRIPT)
        [line] = self.reload().change_id.line_ids
        self.assertEqual(line.new_value, "alert(1)Wuxi")

    def test_a_huge_answer_is_refused(self):
        self.assertEqual(self.send(choice_city="wrong", value_city="x" * 70000).status_code, 413)
        self.assertIn("no more than 64", self.send(choice_city="wrong", value_city="x" * 65).text)
        self.assertEqual(self.reload().state, "sent")

    def test_facts_that_were_not_asked_are_not_taken(self):
        line = self.request.line_ids.filtered(lambda item: item.field_name == "vat")
        line.sudo().unlink()
        self.env.flush_all()
        self.send(
            choice_vat="wrong", value_vat="91370102M60267738B", choice_user_id="wrong", value_user_id="2",
            choice_archive_state="wrong", value_archive_state="closed", choice_credit_limit="wrong",
            value_credit_limit="9", choice_city="right", partner_id=str(self.contact.id), state="cancelled",
        )
        self.assertEqual((self.reload().state, self.request.change_id.id), ("answered", False))
        self.assertEqual(self.archive.archive_state, "formal")

    def test_choices_that_were_not_offered_are_not_taken(self):
        tokyo = self.env["res.country.state"].search([("country_id.code", "=", "JP")], limit=1)
        for value in (str(tokyo.id), "-1", "1; DROP TABLE", "９", "0x1"):
            with self.subTest(value):
                self.assertIn("choose from the list", self.send(choice_state_id="wrong", value_state_id=value).text)
        self.assertEqual(self.reload().state, "sent")

    def test_a_page_from_before_a_change_is_shown_again(self):
        page = self.open().text
        self.archive.sudo().with_context(archive_pass=APPROVED_CHANGE).city = "Wuxi"
        self.env.flush_all()
        self.assertIn("changed in the meantime", self.send(page=page, all="1").text)
        self.assertEqual(self.reload().state, "sent")
        self.assertEqual(self.send(all="1").status_code, 303)


@tagged("post_install", "-at_install")
class TestVerificationLog(PageCase, AuditCase):
    """Whoever looks and answers is in the log."""

    def test_who_looked_and_what_came_of_the_answer(self):
        self.forget()
        page = self.open().text
        self.env.cr.flush()
        seen = [entry for entry in self.entries() + self.entries_apart() if entry["operation"] == "read"]
        self.assertTrue([entry for entry in seen if self.archive.id in (entry["ids"] or [])], seen)
        self.assertEqual({(entry["channel"], entry["login"]) for entry in seen}, {("portal", "public")})
        self.forget()
        stored = self.request.sudo().token_hash
        self.assertEqual(len(stored), 64)
        self.send(page=page, choice_city="wrong", value_city="Suzhou")
        self.env.cr.flush()
        made = {(entry["operation"], entry["model"]) for entry in self.entries()}
        self.assertLessEqual({("create", "customer.archive.change"), ("write", "customer.verification")}, made)
        for secret in (self.get_token(self.path), stored):
            self.assertNotIn(secret, str(self.entries()))


@tagged("post_install", "-at_install")
class TestFactsOnPortal(VerificationCase, HttpCase):
    """The same facts for somebody of the customer who is logged in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, login="facts_portal", groups="base.group_portal", name="Zhao Min")
        cls.portal.partner_id.write({"parent_id": cls.archive.id, "lang": "en_US"})

    def setUp(self):
        super().setUp()
        self.authenticate("facts_portal", "facts_portal")

    def send(self, **values):
        page = self.url_open("/my/facts").text
        found = {"csrf_token": CSRF.search(page)[1], "version": VERSION.search(page)[1]}
        return self.url_open("/my/facts", data={**found, **values}, allow_redirects=False)

    def test_facts_are_shown_in_full_and_confirmed(self):
        page = self.url_open("/my/facts").text
        for text in (self.archive.phone, "Nanjing Road 100", self.archive.vat):
            self.assertIn(text, page)
        self.assertEqual(self.send(all="1").status_code, 303)
        self.env.invalidate_all()
        request = self.archive.sudo().archive_verification_ids
        self.assertEqual((request.state, request.source), ("answered", "portal"))
        self.assertEqual(self.get_facts()["vat"].verifier_id, self.portal.partner_id)

    def test_a_correction_answers_the_request_that_is_waiting(self):
        request, path = self.ask()
        self.env.flush_all()
        self.send(choice_city="wrong", value_city="Suzhou")
        self.env.invalidate_all()
        self.assertEqual((request.state, request.answered_by_id), ("answered", self.portal.partner_id))
        self.assertEqual(request.change_id.line_ids.new_value, "Suzhou")
        self.assertEqual(self.url_open(path).status_code, 404, "the link of the mail ends with the answer")

    def test_who_belongs_to_no_formal_archive_sees_nothing(self):
        self.archive.sudo().archive_state = "closed"
        self.env.flush_all()
        response = self.url_open("/my/facts", allow_redirects=False)
        self.assertEqual((response.status_code, response.headers["Location"].endswith("/my")), (303, True))
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/facts", allow_redirects=False).headers["Location"])

    def test_the_portal_has_no_right_on_the_models(self):
        for model in ("customer.verification", "customer.verification.line", "customer.fact.verification"):
            self.assertFalse(self.env[model].with_user(self.portal).has_access("read"), model)
