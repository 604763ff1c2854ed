import io
import json
import zipfile
from base64 import b64decode

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import limited_field_access_token
from odoo.tools.pdf import PdfFileWriter

from .audit_common import AuditCase
from .test_read_abuse import PIXEL


class FileCase(AuditCase):
    """A customer, a contact and a consent with files, beside files that are nobody's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(name="Alpha Trading", image_1920=PIXEL)
        cls.contact = cls.env["res.partner"].create({"name": "Li Na", "parent_id": cls.archive.id})
        cls.licence = cls.attach(cls.archive, "licence.txt", b"Licence")
        cls.terms = cls.attach(cls.archive, "terms.txt", b"Terms")
        cls.card = cls.attach(cls.contact, "card.png", b64decode(PIXEL))
        cls.sales = cls.users["sales"]

    @classmethod
    def attach(cls, record, name, raw, **values):
        return cls.env["ir.attachment"].create(
            {"name": name, "raw": raw, "res_model": record._name, "res_id": record.id, **values}
        )

    def hide(self):
        self.archive.sudo().write({"archive_access": "owner", "archive_team_id": False})
        self.env.flush_all()

    def files(self, entry):
        """Names of the files of an entry, by id of the customer and what holds the file."""
        changes = [change for content in entry["contents"] for change in json.loads(content).items()]
        return {key: new for key, (__, new) in changes}, set(entry["ids"])


@tagged("post_install", "-at_install")
class TestAuditFile(FileCase):
    """What is in a file leaves by reading as well."""

    def test_reading_the_content_of_an_attachment(self):
        attachment = self.as_user(self.licence, "sales")
        for name in ("raw", "datas", "db_datas", "index_content"):
            for call, args in (
                (attachment.read, [[name]]),
                (attachment.search_read, [[("id", "=", attachment.id)], [name]]),
                (attachment.web_read, [{name: {}}]),
            ):
                with self.subTest(name, call=call.__name__):
                    self.forget()
                    call(*args)
                    entry = self.only_entry(model="res.partner")
                    self.assertEqual((entry["operation"], entry["user_id"]), ("download", self.sales.id))
                    self.assertEqual(self.files(entry), ({f"file {attachment.id}": "licence.txt"}, {self.archive.id}))

    def test_names_of_files_are_no_files(self):
        self.as_user(self.licence, "sales").read(["name", "mimetype", "file_size"])
        self.assertEqual(self.entries(operation="download"), [])

    def test_exporting_the_content(self):
        self.sales.group_ids |= self.env.ref("base.group_allow_export")
        self.as_user(self.licence | self.card, "sales").export_data(["name", "datas"])
        entry = self.only_entry(model="res.partner", operation="export")
        self.assertEqual(set(entry["ids"]), set((self.archive | self.contact).ids))
        self.forget()
        self.as_user(self.licence, "sales").export_data(["name"])
        self.assertEqual(self.entries(model="res.partner", operation="export"), [])

    def test_files_of_nobody_leave_nothing(self):
        for record in (self.env.company.partner_id, self.env.company):
            with self.subTest(record._name):
                self.as_user(self.attach(record, "logo.txt", b"Logo", public=True), "sales").read(["raw"])
                self.assertEqual(self.entries(operation="download"), [])

    def test_code_with_superuser_rights_hands_nothing_out(self):
        self.as_user(self.licence, "sales").sudo().read(["raw"])
        self.assertEqual(self.entries(operation="download"), [])

    def test_many_files_cost_one_statement_more(self):
        many = self.env["ir.attachment"].browse()
        for number in range(12):
            many |= self.attach(self.archive, f"{number}.txt", b"x")
        few, rest = self.as_user(many[:2], "sales"), self.as_user(many[2:], "sales")
        counts = []
        for attachments in (few, few, rest):
            self.forget()
            before = self.env.cr.sql_log_count
            attachments.read(["raw"])
            self.env.cr.flush()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_refused_file(self):
        self.hide()
        for call in (
            lambda files: files.read(["raw"]),
            lambda files: files.write({"name": "mine.txt"}),
            lambda files: files.check_access("read"),
        ):
            self.forget()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call(self.as_user(self.licence | self.terms, "colleague"))
            [entry] = self.entries_apart(model="res.partner")
            self.assertEqual((entry["operation"], entry["login"]), ("denied", "archive_colleague"))
            self.assertEqual(entry["ids"], self.archive.ids)
            self.assertEqual(set(self.files(entry)[0].values()), {"licence.txt", "terms.txt"})

    def test_lists_that_leave_out_what_one_may_not_see_are_no_denial(self):
        self.hide()
        self.forget()
        files = self.as_user(self.env["ir.attachment"], "colleague")
        self.assertFalse(files.search([("id", "=", self.licence.id)]))
        self.assertEqual(self.entries_apart(operation="denied"), [])

    def test_downloads_count_like_reading_in_alerts(self):
        rule = self.env["customer.audit.rule"].search([("kind", "=", "many_records")], limit=1)
        self.as_user(self.licence, "sales").read(["raw"])
        self.env.cr.flush()
        for kind, found in (("many_records", 1), ("many_exports", 0), ("first_export", 0)):
            rule.kind = kind
            facts = rule._get_facts("2020-01-01", "2100-01-01", self.sales.ids)
            self.assertEqual(len(self.env.execute_query(facts)), found, kind)


@tagged("post_install", "-at_install")
class TestAuditFileHttp(FileCase, HttpCase):
    """Files as browsers, and people with a link, get them."""

    def setUp(self):
        super().setUp()
        self.env.flush_all()

    def log_in(self, login="archive_sales"):
        self.authenticate(login, login)
        self.forget()

    def get(self, path, status=200):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            response = self.url_open(path)
        self.assertEqual(response.status_code, status)
        return response

    def get_zip(self, files):
        data = {"file_ids": ",".join(map(str, files.ids)), "zip_name": "all.zip"}
        return self.url_open("/mail/attachment/zip", data={**data, "csrf_token": Request.csrf_token(self)})

    def downloads(self, operation="download", **values):
        """Entries about files, whatever connection they were written on."""
        self.env.cr.flush()
        found = {entry["id"]: entry for entry in self.entries() + self.entries_apart()}
        return [
            entry
            for entry in found.values()
            if entry["operation"] == operation and all(entry[name] == value for name, value in values.items())
        ]

    def assert_one(self, files, ids, **values):
        [entry] = self.downloads()
        self.assertEqual(self.files(entry), (files, set(ids)))
        expected = {
            "model": "res.partner", "user_id": self.sales.id, "channel": "web", "address": "127.0.0.1", **values,
        }
        self.assertEqual({name: entry[name] for name in expected}, expected)
        return entry

    def test_file_of_a_customer(self):
        self.log_in()
        for path in (f"{self.licence.id}?download=true", f"ir.attachment/{self.licence.id}/raw"):
            with self.subTest(path):
                self.forget()
                self.assertEqual(self.get(f"/web/content/{path}").content, b"Licence")
                entry = self.assert_one({f"file {self.licence.id}": "licence.txt"}, self.archive.ids)
                self.assertEqual((entry["count"], entry["field_names"]), (1, ["file"]))

    def test_picture_among_the_files_of_a_contact_counts_in_any_size(self):
        self.log_in()
        for size in ("", "/64x64"):
            with self.subTest(size):
                self.forget()
                self.get(f"/web/image/{self.card.id}{size}")
                self.assert_one({f"file {self.card.id}": "card.png"}, self.contact.ids)

    def test_picture_of_a_customer_counts_unless_it_is_an_icon(self):
        self.log_in()
        for field in ("avatar_128", "image_128", "image_256", "avatar_256"):
            self.get(f"/web/image/res.partner/{self.archive.id}/{field}")
            self.get(f"/web/content/res.partner/{self.archive.id}/{field}")
        self.assertEqual(self.downloads(), [])
        stored = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.archive.id), ("res_field", "=", "image_128")]
        )
        self.get(f"/web/content/{stored.id}")
        self.assertEqual(self.downloads(), [])
        self.get(f"/web/image/res.partner/{self.archive.id}/image_1920")
        [entry] = self.downloads()
        self.assertEqual((entry["ids"], entry["field_names"]), (self.archive.ids, ["image_1920"]))

    def test_several_files_in_one_archive_are_one_entry(self):
        self.log_in()
        files = self.licence | self.terms | self.card
        response = self.get_zip(files)
        self.assertEqual(len(zipfile.ZipFile(io.BytesIO(response.content)).namelist()), 3)
        self.assert_one(
            {f"file {file.id}": file.name for file in files}, (self.archive | self.contact).ids, count=2
        )

    def test_outsider_with_a_token(self):
        [token] = self.licence.generate_access_token()
        self.authenticate(None, None)
        self.forget()
        self.assertEqual(self.get(f"/web/content/{self.licence.id}?access_token={token}").content, b"Licence")
        public = self.env.ref("base.public_user")
        self.assert_one(
            {f"file {self.licence.id}": "licence.txt"}, self.archive.ids, user_id=public.id, channel="portal"
        )

    def test_outsider_with_a_token_for_one_field(self):
        token = limited_field_access_token(self.archive, "image_1920", scope="binary")
        self.authenticate(None, None)
        self.forget()
        path = f"/web/image/res.partner/{self.archive.id}/image_1920"
        self.get(f"{path}?access_token={token}")
        [entry] = self.downloads()
        self.assertEqual((entry["ids"], entry["field_names"]), (self.archive.ids, ["image_1920"]))
        self.assertEqual((entry["login"], entry["channel"]), ("public", "portal"))
        self.forget()
        self.get(f"{path}?access_token=guess&download=1", 404)
        self.assertEqual([entry["ids"] for entry in self.downloads("denied")], [self.archive.ids])

    def test_portal_user_with_a_token(self):
        user = new_test_user(self.env, login="archive_portal", groups="base.group_portal")
        [token] = self.licence.generate_access_token()
        self.env.flush_all()
        self.log_in("archive_portal")
        self.get(f"/web/content/{self.licence.id}?access_token={token}")
        self.assert_one(
            {f"file {self.licence.id}": "licence.txt"}, self.archive.ids, user_id=user.id, channel="portal"
        )
        self.forget()
        self.get(f"/web/content/{self.licence.id}", 404)
        self.assertEqual([entry["ids"] for entry in self.downloads("denied")], [self.archive.ids])

    def test_outsider_without_a_token(self):
        self.authenticate(None, None)
        for path in (f"/web/content/{self.licence.id}", f"/web/content/{self.licence.id}?access_token=guess"):
            self.forget()
            self.get(path, 404)
            self.assertEqual(self.downloads(), [])
            [entry] = self.downloads("denied")
            self.assertEqual((entry["ids"], entry["channel"]), (self.archive.ids, "portal"))
            self.assertEqual(entry["address"], "127.0.0.1")

    def test_files_of_a_hidden_customer(self):
        self.hide()
        self.env.flush_all()
        self.log_in("archive_colleague")
        self.get(f"/web/content/{self.licence.id}", 404)
        [entry] = self.downloads("denied")
        self.assertEqual(self.files(entry), ({f"file {self.licence.id}": "licence.txt"}, set(self.archive.ids)))
        self.forget()
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            self.assertNotEqual(self.get_zip(self.licence).status_code, 200)
        self.assertEqual(self.downloads(), [])
        [entry] = self.downloads("denied")
        self.assertEqual((entry["user_id"], entry["ids"]), (self.users["colleague"].id, self.archive.ids))

    def test_file_of_a_model_about_customers(self):
        purpose = self.env["customer.consent.purpose"].search([], limit=1)
        consent = self.env["customer.consent"].create(
            {"partner_id": self.contact.id, "purpose_id": purpose.id, "decision": "given", "proof": PIXEL}
        )
        file = self.attach(consent, "letter.txt", b"Letter")
        self.env.flush_all()
        self.log_in()
        self.get(f"/web/content/{file.id}")
        self.assert_one({f"file {file.id}": "letter.txt"}, consent.ids, model="customer.consent")
        self.forget()
        self.get(f"/web/content/customer.consent/{consent.id}/proof?filename=sheet.png")
        entry = self.assert_one({"proof": "sheet.png"}, consent.ids, model="customer.consent")
        self.assertEqual(entry["field_names"], ["proof"])

    def test_first_page_of_a_document(self):
        content, writer = io.BytesIO(), PdfFileWriter()
        writer.add_blank_page(width=72, height=72)
        writer.write(content)
        document = self.attach(self.archive, "contract.pdf", content.getvalue())
        self.env.flush_all()
        self.log_in()
        self.get(f"/mail/attachment/pdf_first_page/{document.id}")
        self.assert_one({f"file {document.id}": "contract.pdf"}, self.archive.ids)

    def test_what_is_no_customers_leaves_nothing(self):
        file = self.attach(self.env.company, "logo.txt", b"Logo", public=True)
        self.env.flush_all()
        self.log_in()
        self.get(f"/web/content/{file.id}")
        self.get(f"/web/image/res.partner/{self.sales.partner_id.id}/image_1920")
        self.get("/web/image/web.image_placeholder")
        self.get("/logo.png")
        self.assertEqual(self.downloads(), [])
