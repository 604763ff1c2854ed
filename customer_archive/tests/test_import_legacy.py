import json
import logging
import time
from collections import Counter

from odoo.tests import tagged

from .import_common import ImportCommon

_logger = logging.getLogger(__name__)

# Kind of fault in the truth → kinds of messages of the import.
KINDS = {
    "bad_uscc": {"vat_length", "vat_alphabet", "vat_organisation_check", "vat_check_digit", "vat_legacy15"},
    "missing_uscc": {"missing:vat"},
    "bad_phone": {"phone_invalid"},
    "bad_email": {"email_invalid"},
    "bad_headcount": {"import_value:customer_staff_count"},
    "bad_date": {"import_value:customer_since"},
    "missing_name": {"missing_name"},
}
# Level → texts of the former system that mean it plainly, and the text that a person maps to it.
PLAIN = {"VIP": ["VIP"], "A": ["A", "A级客户"], "B": ["B", "B级客户"], "C": ["C", "C级客户"]}
CHOSEN = {"A": ["重点客户"], "C": ["普通客户", "一般"]}


class LegacyLevels(ImportCommon):
    """Levels of the legacy workbook: as they are, and as the truth about it wants them."""

    def map_levels(self):
        for name, texts in CHOSEN.items():
            level = self.env["customer.level"].search([("name", "=", name)])
            self.source.map_ids.filtered(lambda m: m.text in texts).res_id = level.id  # noqa: B023

    def get_levels(self):
        keys = self.env["customer.import.key"].search([("source_id", "=", self.source.id), ("role", "=", "customer")])
        return Counter(partner.customer_level_id.name or "" for partner in keys.partner_id)

    def expect_levels(self, *maps):
        """Number of customers by level in the truth, where the texts of ``maps`` are known."""
        counts = Counter()
        for level, texts in ((level, texts) for known in maps for level, texts in known.items()):
            counts[level] += sum(self.truth["levels"][text] for text in texts)
        counts[""] = sum(self.truth["levels"].values()) - counts.total()
        return counts


@tagged("post_install", "-at_install")
class TestImportLegacyLevels(LegacyLevels):
    """The legacy workbook where a person maps the levels before anything arrives."""

    def test_levels_mapped_before_the_import_equal_the_truth(self):
        content, type(self).truth = self.read_legacy()
        run = self.make_run(content, "legacy_customers.xlsx")
        run.action_trial()
        self.map_levels()
        run.action_trial()
        levels = run.map_ids.filtered(lambda m: m.target == "customer.level")
        self.assertEqual(set(levels.mapped("is_mapped")), {True})
        run.action_import()
        while run.state == "running":
            run.action_import_batch()
            self.env.invalidate_all()
        self.assertEqual(self.get_levels(), self.expect_levels(PLAIN, CHOSEN))
        self.assertEqual(self.source.level_pending_count, 0)


@tagged("post_install", "-at_install")
class TestImportLegacy(LegacyLevels):
    """The whole legacy workbook against the truth about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        content, cls.truth = cls.read_legacy()
        cls.industry = cls.make_industry("G59")
        cls.shandong = cls.env["res.country.state"].search([("name", "=like", "山东%")])
        cls.make_region("East", cls.shandong)
        cls.run_1 = cls.make_run(content, "legacy_customers.xlsx")
        cls.count_before = cls.env["res.partner"].search_count([])
        started = time.monotonic()
        cls.run_1.action_trial()
        cls.seconds_trial = time.monotonic() - started
        cls.count_after_trial = cls.env["res.partner"].search_count([])
        cls.trial_kinds = cls.get_rows_by_kind(cls.run_1)
        cls.trial_levels = {m.text: m.count for m in cls.source.map_ids if m.target == "customer.level"}
        cls.trial_overview = json.dumps(cls.run_1.overview)
        started = time.monotonic()
        cls.run_1.action_import()
        while cls.run_1.state == "running":
            cls.run_1.action_import_batch()
            cls.env.invalidate_all()
        _logger.info("legacy workbook: trial %.1f s, import %.1f s", cls.seconds_trial, time.monotonic() - started)
        cls.partners = {row.row_number: row.partner_id for row in cls.run_1.row_ids if row.role == "customer"}
        cls.stopped = set(cls.truth["missing_name"])

    @classmethod
    def get_rows_by_kind(cls, run, role="customer"):
        """Dict of ``code`` and ``code:field`` → numbers of the rows that have such a message."""
        found = {}
        for row in run.row_ids.filtered(lambda row: row.role == role):
            for message in row.messages or []:
                for kind in (message["code"], f"{message['code']}:{message['field']}"):
                    found.setdefault(kind, set()).add(row.row_number)
        return found

    def get_found(self, kinds, fault):
        return set().union(*(kinds.get(kind, set()) for kind in KINDS[fault]))

    def test_trial_finds_exactly_the_planted_faults(self):
        for fault in KINDS:
            with self.subTest(fault):
                self.assertEqual(self.get_found(self.trial_kinds, fault), set(self.truth[fault]))

    def test_trial_finds_no_other_kind(self):
        known = set().union(*KINDS.values()) | {"duplicate_code"}
        known_codes = {kind.partition(":")[0] for kind in known}
        self.assertLessEqual({kind.partition(":")[0] for kind in self.trial_kinds}, known_codes)

    def test_trial_tells_rows_of_one_code(self):
        proven = {int(row) for row, other in self.truth["duplicate_of"].items() if other["same_uscc"]}
        self.assertEqual(self.trial_kinds["duplicate_code"], proven)
        for row in self.run_1.row_ids.filtered(lambda r: r.role == "customer" and r.row_number in proven):
            message = next(m for m in row.messages if m["code"] == "duplicate_code")
            self.assertEqual(message["params"]["row"], self.truth["duplicate_of"][str(row.row_number)]["row"])

    def test_trial_writes_no_contact(self):
        self.assertEqual(self.count_before, self.count_after_trial)

    def test_contacts_of_rows_that_stop_are_reported_with_them(self):
        bad = {row.key for row in self.run_1.row_ids if row.role == "customer" and row.row_number in self.stopped}
        contacts = self.run_1.row_ids.filtered(lambda row: row.role == "contact")
        self.assertEqual(len(contacts), self.truth["contacts"])
        self.assertTrue(bad)
        for row in contacts:
            self.assertEqual(row.state, "bad" if row.parent_key in bad else "created")
            codes = {message["code"] for message in row.messages or []}
            self.assertEqual(codes, {"parent_bad"} if row.parent_key in bad else set())

    def test_all_other_rows_arrive(self):
        self.assertEqual({number for number, partner in self.partners.items() if not partner}, self.stopped)
        self.assertEqual(len(self.partners), self.truth["rows"])
        self.assertEqual(set(self.partners[2].mapped("archive_state")), {"draft"})

    def test_findings_in_the_database_equal_the_truth(self):
        numbers = {partner.id: number for number, partner in self.partners.items()}
        found = {}
        issues = self.env["customer.data.issue"].search([("partner_id", "in", list(numbers))])
        for issue in issues:
            for kind in (issue.code, f"{issue.code}:{issue.field_name}"):
                found.setdefault(kind, set()).add(numbers[issue.contact_id.id])
        for fault in KINDS.keys() - {"missing_name"}:
            with self.subTest(fault):
                self.assertEqual(self.get_found(found, fault), set(self.truth[fault]) - self.stopped)
        pairs = [(int(row), other["row"]) for row, other in self.truth["duplicate_of"].items() if other["same_uscc"]]
        self.assertEqual(found["vat_shared"], {number for pair in pairs for number in pair})

    def test_text_of_lost_values_is_kept(self):
        issue = self.env["customer.data.issue"].search(
            [("partner_id", "=", self.partners[271].id), ("code", "=", "import_value")]
        )
        self.assertEqual((issue.field_name, issue.value, issue.severity), ("customer_staff_count", "约50人", "warning"))
        self.assertFalse(self.partners[271].customer_staff_count)
        self.partners[271].customer_staff_count = 50
        self.assertEqual(issue.state, "resolved")

    def test_individuals_are_told_from_companies(self):
        people = {number for number, partner in self.partners.items() if partner and not partner.is_company}
        self.assertEqual(people, set(self.truth["individuals"]) - self.stopped)

    def test_levels_are_kept_as_text_and_listed_with_counts(self):
        levels = Counter(partner.customer_level_text or "" for partner in self.partners.values() if partner)
        self.assertEqual(levels, self.truth["levels"])
        self.assertEqual(self.trial_levels, {text: n for text, n in self.truth["levels"].items() if text})

    def test_levels_of_unknown_texts_are_reported_with_counts_and_not_guessed(self):
        unknown = self.source.map_ids.filtered(lambda m: m.target == "customer.level" and not m.is_mapped)
        expected = {text: self.truth["levels"][text] for texts in CHOSEN.values() for text in texts}
        self.assertEqual({m.text: m.count for m in unknown}, expected)
        self.assertEqual(self.get_levels(), self.expect_levels(PLAIN))

    def test_levels_mapped_after_the_import_equal_the_truth(self):
        self.map_levels()
        pending = sum(self.truth["levels"][text] for texts in CHOSEN.values() for text in texts)
        self.assertEqual(self.source.level_pending_count, pending)
        started = time.monotonic()
        self.source.action_set_levels()
        _logger.info("levels of %s customers set in %.1f s", pending, time.monotonic() - started)
        self.assertEqual(self.get_levels(), self.expect_levels(PLAIN, CHOSEN))
        self.assertEqual(self.source.level_pending_count, 0)

    def test_remarks_that_look_like_formulas_stay_text(self):
        for number in set(self.truth["formula_names"]) - self.stopped:
            self.assertEqual(self.partners[number].customer_requirements, '=HYPERLINK("http://example.com","点击")')

    def test_messy_codes_and_phones_are_unified(self):
        for number in set(self.truth["messy_but_valid_uscc"]) - self.stopped:
            self.assertRegex(self.partners[number].vat, r"^[0-9A-Z]{18}$")
        self.assertEqual(self.partners[258].phone, "13532718761")

    def test_provinces_dates_and_regions(self):
        self.assertEqual(self.partners[2].state_id, self.shandong)
        self.assertEqual(self.partners[12].state_id, self.shandong)
        index = self.env["customer.region"]._get_index()
        for partner in (self.partners[2], self.partners[12]):
            place = {"country": partner.country_id.id, "state": partner.state_id.id, "city": partner.city}
            self.assertTrue(partner.customer_region_id)
            self.assertEqual(partner.customer_region_id.id, index.match(**place))
        self.assertEqual(str(self.partners[74].customer_since), "2018-08-02")
        self.assertEqual(str(self.partners[91].customer_since), "2013-09-02")
        arrived = [partner for partner in self.partners.values() if partner]
        self.assertTrue(all(partner.state_id and partner.country_id.code == "CN" for partner in arrived))

    def test_industries_by_code_and_unknown_salespeople_are_listed(self):
        self.assertEqual(self.partners[2].industry_id, self.industry)
        self.assertEqual(self.partners[5].user_id, self.seller)
        self.assertFalse(self.partners[2].user_id)
        unknown = self.source.map_ids.filtered(lambda m: m.target == "customer.salesperson" and not m.is_mapped)
        self.assertEqual(set(unknown.mapped("text")), {"刘洋", "李强", "陈静", "王芳"})

    def test_contacts_are_linked(self):
        contact = self.partners[6].child_ids.filtered(lambda c: c.name == "冯霞")
        self.assertEqual((contact.function, contact.phone, contact.type), ("采购经理", "13865557406", "contact"))
        self.assertEqual(contact.commercial_partner_id, self.partners[6])
        self.assertEqual((contact.vat, contact.city), (self.partners[6].vat, "南京市"))
        self.assertEqual(len(self.partners[6].child_ids), 3)

    def test_counts_for_the_screen(self):
        overview = {sheet["role"]: sheet for sheet in json.loads(self.trial_overview)}
        counts = {count["key"]: count["count"] for count in overview["customer"]["counts"]}
        self.assertEqual(counts, {"planned:created": 2983, "state:bad": 17})
        findings = {finding["key"]: finding["count"] for finding in overview["customer"]["findings"]}
        self.assertEqual(findings["phone_invalid:phone"], len(self.truth["bad_phone"]))
        self.assertEqual((self.run_1.state, self.run_1.progress), ("done", 100.0))

    def test_same_workbook_twice_changes_nothing(self):
        person = self.partners[5]
        person.phone = "0755-11112222"
        content = self.run_1.with_context(bin_size=False).file
        before = self.env["res.partner"].search_count([])
        again = self.import_all(self.make_run(content, "again.xlsx"))
        states = Counter(again.row_ids.mapped("state"))
        self.assertEqual(states, {"unchanged": 2983 + 4182, "bad": 17 + 28})
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertEqual(person.phone, "0755-11112222")
        self.assertEqual(self.get_rows_by_kind(again), self.trial_kinds)
