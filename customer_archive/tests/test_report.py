import io
from datetime import date
from unittest.mock import patch

from lxml import html
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from openpyxl import load_workbook

from ..tools.section import Section
from .common import CODES, WRONG_CODE, ArchiveCase

REPORT = "customer_archive.report_customer_archive"


class ReportCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        export = cls.env.ref("base.group_allow_export")
        for login in ("sales", "reviewer"):
            cls.users[login].group_ids |= export
        # The database may speak another language, and may not even have English.
        cls.env["res.lang"]._activate_lang("en_US")
        for user in cls.users.values():
            user.lang = "en_US"

    @classmethod
    def create_full_archive(cls):
        """A formal archive with every kind of section, as the salesperson sees it."""
        archive = cls.create_archive(
            city="上海市",
            street="Nanjing Road 1",
            customer_staff_count=420,
            customer_since="2015-03-01",
            customer_requirements="=SUM(A1:A9)\nWooden boxes",
            comment="<p>Internal <b>words</b></p>",
        )
        cls.set_custom_facts(archive)
        contact = {"parent_id": archive.id, "type": "contact"}
        cls.env["res.partner"].with_user(cls.users["sales"]).create(
            [
                {**contact, "name": "Li Na", "function": "Buyer", "birthday": "1980-05-01"},
                {**contact, "name": "Zhou", "decision_role": "decider", "phone": "12"},
            ]
        )
        cls.make_formal(archive)
        archive.with_context(archive_propose=True).write({"street": "Nanjing Road 2", "archive_change_reason": "moved"})
        cls.as_user(archive.archive_change_ids, "reviewer").action_approve_all()
        return archive

    @classmethod
    def set_custom_facts(cls, archive):
        archive.archive_template_id.sudo().properties_definition = [
            {"name": "aa", "string": "Machine", "type": "char"},
            {"name": "bb", "string": "Standard", "type": "selection", "selection": [["iso", "ISO 9001"]]},
            {"name": "cc", "string": "Audit", "type": "date"},
            {"name": "dd", "string": "Labels", "type": "tags", "tags": [["x", "Export", 1], ["y", "OEM", 2]]},
            {"name": "ee", "string": "Ours", "type": "boolean"},
            {"name": "ff", "string": "Region", "type": "many2one", "comodel": "res.country"},
        ]
        archive.archive_properties = {
            "aa": "Lathe", "bb": "iso", "cc": "2025-11-20", "dd": ["x", "y"], "ee": True, "ff": cls.china.id,
        }

    def sections(self, archive):
        return {section.key: section for section in archive._get_archive_report_sections()}

    def render(self, archives):
        """The page as the reader of ``archives`` gets it where no PDF can be made."""
        report = self.env["ir.actions.report"].with_user(archives.env.user)
        content, kind = report._render_qweb_html(REPORT, archives.ids)
        self.assertEqual(kind, "html")
        return html.fromstring(content)

    def text(self, archives):
        return " ".join(" ".join(self.render(archives).find_class("o_customer_archive_file")[0].itertext()).split())

    def workbook(self, archives):
        __, content = archives._make_archive_workbook()
        return load_workbook(io.BytesIO(content))

    def rows(self, sheet):
        return [list(row) for row in sheet.iter_rows(values_only=True)]


@tagged("post_install", "-at_install")
class TestReport(ReportCase):
    def test_sections_of_a_full_archive(self):
        archive = self.create_full_archive()
        sections = self.sections(archive)
        self.assertLessEqual(
            {"stamps", "identity", "business", "care", "custom", "contacts", "remarks", "issues", "changes"},
            set(sections),
        )
        identity = dict(sections["identity"].facts)
        self.assertEqual(identity["Tax Code"], archive.vat)
        self.assertNotIn(archive.name, identity["Address"])
        self.assertTrue(identity["Address"].endswith(" 上海市 Nanjing Road 2"), identity["Address"])
        self.assertEqual(identity["Address"].count("上海市"), 1, "province and city of a municipality are one")
        self.assertTrue(identity["Region"].endswith("(By the address.)"))
        self.assertEqual(dict(sections["business"].facts)["Staff"], 420)
        self.assertEqual(dict(sections["business"].facts)["Customer Since"], date(2015, 3, 1))
        self.assertEqual(dict(sections["remarks"].facts)["Internal Notes"], "Internal *words*")
        self.assertEqual(dict(sections["stamps"].facts)["Approved by"], self.users["reviewer"].name)

    def test_custom_facts_are_shown_as_people_read_them(self):
        archive = self.create_archive()
        self.set_custom_facts(archive)
        self.assertEqual(
            self.sections(archive)["custom"].facts,
            [("Machine", "Lathe"), ("Standard", "ISO 9001"), ("Audit", date(2025, 11, 20)), ("Labels", "Export, OEM"),
             ("Ours", "Yes"), ("Region", self.china.name)],
        )

    def test_size_and_region_say_why(self):
        archive = self.create_archive()
        size = dict(self.sections(archive)["business"].facts)["Size"]
        self.assertEqual(size, "Enter the industry to have the size determined.")
        archive.customer_size_manual = "large"
        archive.customer_region_manual_id = self.env["customer.region"].create({"name": "Own region"})
        sections = self.sections(archive)
        self.assertEqual(dict(sections["business"].facts)["Size"], "Large (Set by hand.)")
        self.assertIn("Own region (Set by hand.)", dict(sections["identity"].facts).values())

    def test_empty_facts_are_shown_where_the_template_asks_for_them(self):
        archive = self.create_archive(website=False)
        identity = dict(self.sections(archive)["identity"].facts)
        website = archive._fields["website"]._description_string(archive.env)
        self.assertIn(website, identity)
        self.assertIsNone(identity[website])
        self.assertNotIn("Level in the Former System", dict(self.sections(archive)["business"].facts))

    def test_findings_and_changes(self):
        archive = self.create_full_archive()
        sections = self.sections(archive)
        self.assertEqual([line[3] for line in sections["issues"].lines], ["Open"])
        [change] = sections["changes"].lines
        people = (self.users["sales"].name, self.users["reviewer"].name)
        self.assertEqual(change[2:], ("Nanjing Road 1", "Nanjing Road 2", *people))

    def test_documents_of_other_apps(self):
        archive = self.create_archive()
        documents = [
            {"key": "order", "label": "Orders", "count": 2, "amount": "¥ 5.00"},
            {"key": "invoice", "label": "Invoices", "count": 0},
        ]
        with patch.object(type(archive), "archive_documents", documents):
            section = archive._get_report_documents()
        self.assertEqual(section.lines, [("Orders", 2, "¥ 5.00")])

    def test_facts_that_the_reader_may_not_see_are_left_out(self):
        archive = self.create_full_archive()
        hidden = {"phone", "birthday", "customer_requirements"}
        original = self.registry["res.partner"]._has_field_access

        def has_field_access(records, field, operation):
            return field.name not in hidden and original(records, field, operation)

        with patch.object(self.registry["res.partner"], "_has_field_access", has_field_access):
            sections = self.sections(archive)
        self.assertNotIn("Birthday", sections["contacts"].columns)
        self.assertNotIn("Special Requirements", dict(sections["remarks"].facts))
        self.assertNotIn(archive.phone, dict(sections["identity"].facts).values())

    def test_upper_addons_add_sections_to_paper_and_workbook(self):
        archive = self.create_archive()
        original = self.registry["res.partner"]._get_archive_report_sections

        def sections(partner):
            return original(partner) + [Section("credit", "Credit", facts=[("Limit", 5000)])]

        with patch.object(self.registry["res.partner"], "_get_archive_report_sections", sections):
            self.assertIn("Credit Limit 5,000", self.text(archive))
            self.assertIn(["Credit", "Limit", 5000], self.rows(self.workbook(archive).worksheets[0]))

    def test_page_is_shown_as_html_where_no_pdf_can_be_made(self):
        archive = self.create_full_archive()
        page = self.render(archive)
        text = self.text(archive)
        for shown in (archive.name, f"Customer number {archive.archive_number}", "Formal", "Approved by", "Li Na",
                      "=SUM(A1:A9) Wooden boxes", "ISO 9001", f"Printed by {self.users['sales'].name}"):
            self.assertIn(shown, text)
        [headline] = page.xpath("//h1")
        self.assertEqual(headline.text_content(), archive.name, "one headline per archive: the PDF is split by them")
        [article] = page.find_class("article")
        self.assertEqual(article.get("data-oe-id"), str(archive.id))

    def test_facts_are_escaped(self):
        archive = self.create_archive(name="A <script>alert(1)</script>", customer_history="<b>x</b>")
        page = self.render(archive)
        self.assertEqual(page.find_class("o_customer_archive_file")[0].xpath(".//script | .//b"), [])
        self.assertIn("<b>x</b>", page.text_content())

    def test_draft_shows_what_is_not_done_yet(self):
        page = self.render(self.create_archive())
        self.assertEqual(len(page.find_class("o_archive_pending")), 3)
        self.assertIn("No number yet", page.text_content())

    def test_individual_has_no_facts_of_companies(self):
        archive = self.create_archive(name="Li Na", is_company=False, vat=False, customer_wechat="lina")
        text = self.text(archive)
        self.assertIn("lina", text)
        self.assertNotIn("Annual Revenue", text)

    def test_several_archives_are_several_pages(self):
        archives = self.create_archive() | self.create_archive(name="Second")
        self.assertEqual(len(self.render(archives).find_class("o_customer_archive_file")), 2)

    def test_contacts_without_archive_are_skipped_or_refused(self):
        archive = self.create_archive()
        other = self.env["res.partner"].create({"name": "No customer"}).with_user(self.users["sales"])
        self.assertEqual(len(self.render(archive | other).find_class("o_customer_archive_file")), 1)
        with self.assertRaisesRegex(UserError, "None of these contacts has a customer archive"):
            self.render(other)
        with self.assertRaisesRegex(UserError, "None of these contacts has a customer archive"):
            other.action_archive_workbook()

    def test_contact_of_an_archive_prints_the_archive(self):
        archive = self.create_full_archive()
        self.assertIn(archive.name, self.text(archive.archive_contact_ids[0]))

    def test_print_menu_is_for_archives_only(self):
        report = self.env.ref("customer_archive.customer_archive_report_action")
        archive = self.create_archive()
        other = self.env["res.partner"].create({"name": "No customer"})
        self.assertEqual(report.get_valid_action_reports("res.partner", archive.ids), report.ids)
        self.assertEqual(report.get_valid_action_reports("res.partner", other.ids), [])

    def test_archive_that_the_reader_may_not_see_is_not_printed(self):
        archive = self.create_archive(archive_access="owner")
        with self.assertRaises(AccessError):
            self.render(self.as_user(archive, "colleague"))


@tagged("post_install", "-at_install")
class TestWorkbook(ReportCase):
    def test_one_archive_reads_from_top_to_bottom(self):
        archive = self.create_full_archive()
        book = self.workbook(archive)
        self.assertEqual(book.sheetnames[0], "Archive")
        rows = self.rows(book.worksheets[0])
        self.assertEqual(rows[0], ["Part", "Fact", "Value"])
        self.assertIn(["Archive", "Customer Number", archive.archive_number], rows)
        self.assertIn(["Business", "Staff", 420], rows)
        self.assertIn("Key Contacts", book.sheetnames)
        self.assertEqual(book.worksheets[0].freeze_panes, "A2")

    def test_workbook_and_page_say_the_same(self):
        archive = self.create_full_archive()
        text = self.text(archive)
        facts, *tables, about = self.workbook(archive).worksheets
        self.assertEqual(about.title, "About this file")
        # Paper has stamps in place of the facts of the approval, and a headline in place of number and name.
        rows = self.rows(facts)[4:]
        cells = [cell for row in rows for cell in (row[2:] if row[0] == "Check and Approval" else row)]
        cells += [cell for sheet in tables for row in self.rows(sheet) for cell in row]
        for cell in cells:
            if isinstance(cell, str):
                self.assertIn(" ".join(cell.split()), text)

    def test_several_archives_share_sheets(self):
        archives = self.create_full_archive() | self.create_archive(name="Second", vat=WRONG_CODE)
        book = self.workbook(archives)
        rows = self.rows(book["Archives"])
        self.assertEqual(rows[0][:3], ["Customer Number", "Customer", "Archive Status"])
        self.assertEqual([row[1] for row in rows[1:]], archives.mapped("name"))
        self.assertEqual([row[0] for row in rows[1:]], [archives[0].archive_number, None])
        self.assertEqual({row[1] for row in self.rows(book["Findings"])[1:]}, set(archives.mapped("name")))

    def test_text_is_never_a_formula_and_names_fit_sheets(self):
        archive = self.create_archive(name="=HYPERLINK(0)[a]:*?/\\", customer_history="+cmd|'/c calc'!A0", city="@x")
        cells = [cell for sheet in self.workbook(archive).worksheets for row in sheet.iter_rows() for cell in row]
        self.assertEqual({cell.data_type for cell in cells} & {"f", "e"}, set())
        self.assertIn("=HYPERLINK(0)[a]:*?/\\", [cell.value for cell in cells])
        self.assertFalse([cell for cell in cells if cell.hyperlink])

    def test_download_takes_the_right_to_export(self):
        archive = self.create_archive()
        with self.assertRaisesRegex(AccessError, "export"):
            self.as_user(archive, "leader").action_archive_workbook()
        action = archive.action_archive_workbook()
        self.assertEqual(action["url"], f"/customer_archive/xlsx/{archive.id}")

    def test_workbook_has_a_limit(self):
        archives = self.create_archive() | self.create_archive(name="Second")
        self.patch(self.registry["res.partner"], "_get_archive_workbook_limit", lambda partner: 1)
        with self.assertRaisesRegex(UserError, "up to 1 archives, you chose 2"):
            archives.action_archive_workbook()

    def test_number_of_queries_does_not_grow_with_the_archives(self):
        archives = self.env["res.partner"].with_user(self.users["sales"]).create(
            [{"name": f"Customer {i}", "is_company": True, "archive_state": "draft", "phone": "12"} for i in range(40)]
        )
        self.workbook(archives[:1])
        counts = []
        for number in (10, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            archives[:number]._make_archive_workbook()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)


@tagged("post_install", "-at_install")
class TestDownload(HttpCase, ReportCase):
    def test_download(self):
        archive = self.create_archive(name="Müller/济南")
        self.authenticate("archive_sales", "archive_sales")
        response = self.url_open(f"/customer_archive/xlsx/{archive.id}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("spreadsheetml", response.headers["Content-Type"])
        self.assertIn(".xlsx", response.headers["Content-Disposition"])
        self.assertIn("Archive", load_workbook(io.BytesIO(response.content)).sheetnames)

    def test_download_of_what_one_may_not_see(self):
        archive = self.create_archive(archive_access="owner", vat=CODES[5])
        self.users["colleague"].group_ids |= self.env.ref("base.group_allow_export")
        self.authenticate("archive_colleague", "archive_colleague")
        with mute_logger("odoo.http"):
            response = self.url_open(f"/customer_archive/xlsx/{archive.id}")
        self.assertEqual(response.status_code, 403)
        self.assertNotIn(archive.vat, response.text)

    def test_download_without_right_or_login_or_ids(self):
        archive = self.create_archive()
        response = self.url_open(f"/customer_archive/xlsx/{archive.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 303, "to the login page")
        self.authenticate("archive_leader", "archive_leader")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/customer_archive/xlsx/{archive.id}").status_code, 403)
        self.authenticate("archive_sales", "archive_sales")
        self.assertEqual(self.url_open("/customer_archive/xlsx/1,x").status_code, 404)

    def test_printed_page_in_the_browser(self):
        archive = self.create_archive()
        self.authenticate("archive_sales", "archive_sales")
        response = self.url_open(f"/report/html/{REPORT}/{archive.id}")
        self.assertEqual(response.status_code, 200)
        self.assertIn(archive.name, response.text)
