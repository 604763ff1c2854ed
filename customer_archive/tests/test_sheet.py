import io

from lxml import html
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from openpyxl import load_workbook

from ..tools.export_mark import find_mark
from .common import ArchiveCase

REPORT = "customer_archive.report_customer_sheet"


@tagged("post_install", "-at_install")
class TestSheet(ArchiveCase):
    """The page to fill in by hand, empty and with what is known."""

    def render(self, archives, login="sales"):
        report = self.env["ir.actions.report"].with_user(self.users[login])
        content, __ = report._render_qweb_html(REPORT, archives.ids)
        return html.fromstring(content)

    def cells(self, page):
        """Label → text of the facts on a page."""
        table = page.find_class("o_sheet_facts")[0]
        labels = [" ".join(th.text_content().split()) for th in table.iter("th")]
        values = [" ".join(td.text_content().split()) for td in table.iter("td")]
        return dict(zip(labels, values, strict=True))

    def test_empty_sheet_has_the_facts_of_the_entry_form(self):
        [page] = self.render(self.env["res.partner"]).find_class("o_customer_sheet")
        content = self.env["customer.import.run"]._get_template_workbook()
        customers, contacts = load_workbook(io.BytesIO(content)).worksheets[:2]
        cells = self.cells(page)
        cells.pop("", None)
        self.assertEqual(set(cells), {cell.value for cell in customers[1]})
        level = cells.pop("Level")
        self.assertEqual(level.count("☐"), self.env["customer.level"].search_count([]), "boxes to tick")
        self.assertFalse("".join(cells.values()))
        people = page.find_class("o_sheet_contacts")[0]
        self.assertEqual([th.text_content() for th in people.iter("th")], [c.value for c in contacts[1]][1:])
        self.assertFalse("".join(td.text_content() for td in people.iter("td")).strip())

    def test_filled_sheet_shows_what_is_known(self):
        archive = self.create_archive(customer_staff_count=420, street="Nanjing Road 1", user_id=self.users["sales"].id)
        level = self.env["customer.level"].search([], limit=1)
        # sudo: how a level comes about is the subject of other tests
        archive.sudo().write({"customer_level_manual_id": level.id, "customer_level_manual_reason": "agreed"})
        self.assertEqual(archive.customer_level_id, level)
        contact = {"parent_id": archive.id, "type": "contact", "name": "Li Na", "decision_role": "decider"}
        self.env["res.partner"].with_user(self.users["sales"]).create(contact)
        [page] = self.render(archive).find_class("o_customer_sheet")
        cells = self.cells(page)
        self.assertEqual(cells["Customer name"], archive.name)
        self.assertEqual((cells["Tax code"], cells["Staff"], cells["Address"]), (archive.vat, "420", "Nanjing Road 1"))
        self.assertIn(f"☑ {level.name}", cells["Level"])
        self.assertEqual(cells["Salesperson"], self.users["sales"].name)
        line = [td.text_content() for td in page.find_class("o_sheet_contacts")[0].iter("td")]
        self.assertIn("Li Na", line)
        self.assertIn("Yes", line)

    def test_filled_sheet_says_who_printed_it_and_carries_the_mark(self):
        archive = self.create_archive()
        [title] = self.render(archive).find_class("o_sheet_right")
        self.assertIn(self.users["sales"].name, title.text_content())
        self.assertTrue(find_mark(title.text_content()))
        [title] = self.render(self.env["res.partner"]).find_class("o_sheet_right")
        self.assertFalse(find_mark(title.text_content()), "an empty sheet holds no customer")

    def test_one_page_for_each_archive_and_people_beyond_the_lines_are_told(self):
        self.users["sales"].group_ids |= self.env.ref("base.group_allow_export")
        first, second = self.create_archive(), self.create_archive()
        people = [{"parent_id": first.id, "type": "contact", "name": f"Person {n}"} for n in range(7)]
        self.env["res.partner"].with_user(self.users["sales"]).create(people)
        pages = self.render(first | second).find_class("o_customer_sheet")
        self.assertEqual(len(pages), 2)
        self.assertIn("Further contacts in the archive: 2", " ".join(pages[0].text_content().split()))

    def test_long_texts_leave_the_page_one(self):
        archive = self.create_archive(customer_history="word " * 500)
        [page] = self.render(archive).find_class("o_customer_sheet")
        self.assertLessEqual(len(self.cells(page)["History"]), 180)

    def test_reader_sees_what_the_archive_shows_to_them(self):
        archive = self.create_archive(archive_access="owner")
        with self.assertRaises(AccessError):
            self.render(archive, "colleague")
        plain = self.env["res.partner"].create({"name": "No archive"})
        with self.assertRaises(UserError):
            self.render(plain, "manager")

    def test_words_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search([("name", "=", "customer_archive")])._update_translations("zh_CN")
        facts = self.env["res.partner"].with_context(lang="zh_CN")._get_sheet_facts("customer")
        self.assertRegex(facts["name"]["label"], "[\u4e00-\u9fff]")

    def test_query_count_does_not_grow_with_contacts(self):
        archive = self.create_archive()
        people = [{"parent_id": archive.id, "type": "contact", "name": f"Person {n}"} for n in range(4)]
        Partner = self.env["res.partner"].with_user(self.users["sales"])

        def count(archive):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Partner._get_sheet_page(archive.with_env(Partner.env))
            return self.cr.sql_log_count - before

        count(archive)
        Partner.create(people[0])
        few = count(archive)
        Partner.create(people[1:])
        self.assertEqual(count(archive), few)


@tagged("post_install", "-at_install")
class TestSheetMenu(HttpCase, ArchiveCase):
    def test_empty_sheet_opens_from_the_menu(self):
        action = self.env.ref("customer_archive.customer_sheet_menu").action
        self.assertEqual(action.report_name, REPORT)
        self.authenticate("archive_sales", "archive_sales")
        page = self.url_open(f"/report/html/{REPORT}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("o_customer_sheet", page.text)
