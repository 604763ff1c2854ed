import csv
import io
import json

from odoo.http import Request
from odoo.tests import HttpCase
from openpyxl import load_workbook

from ..const import GROUP_EXPORT
from ..tools.export_mark import find_mark
from .common import ArchiveCase


class ExportCase(ArchiveCase):
    """People with the right to export, and an archive with a person in it."""

    EXPORTERS = ("sales", "leader", "seller_all", "manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login in cls.EXPORTERS:
            cls.users[login].group_ids |= cls.env.ref(GROUP_EXPORT)
        # the database's administrator would be asked first, whatever the language
        cls.users["manager"].name = "Anna Manager"
        cls.archive = cls.create_archive(name="Acme")
        cls.contact = cls.env["res.partner"].create(
            {"name": "Li Na", "parent_id": cls.archive.id, "type": "contact", "phone": "+86 21 50592061"}
        )
        cls.stranger = cls.env["res.partner"].create({"name": "Supplier"})

    @classmethod
    def set_limit(cls, group, limit):
        """Give a role a limit."""
        Policy = cls.env["customer.export.policy"]
        group = cls.env.ref(f"customer_archive.group_{group}")
        policy = Policy.search([("group_id", "=", group.id)]) or Policy.create({"group_id": group.id})
        policy.write({"daily_limit": limit, "is_unlimited": False})
        return policy

    @classmethod
    def cap_all(cls, limit):
        """Give every role but the manager's the same limit."""
        cls.env["customer.export.policy"].search([("is_unlimited", "=", False)]).daily_limit = limit

    def taken(self, login="sales"):
        """How many records a person took out today."""
        return self.env["customer.export.usage"]._get_taken(self.users[login])


class ExportHttpCase(HttpCase, ExportCase):
    """Downloads as the browser asks for them."""

    def login(self, login):
        self.authenticate(f"archive_{login}", f"archive_{login}")

    def download(self, kind, records, fields=("name", "phone"), **values):
        """The answer to an export of the list; ``kind``: csv or xlsx."""
        data = {
            "model": records._name,
            "fields": [
                field if isinstance(field, dict) else {"name": field, "label": field.title(), "type": "char"}
                for field in fields
            ],
            "ids": records.ids,
            "domain": [],
            "import_compat": False,
            **values,
        }
        return self.post(f"/web/export/{kind}", data)

    def post(self, url, data):
        return self.url_open(url, data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)})

    def read_csv(self, response):
        self.assertEqual(response.status_code, 200, response.text[:500])
        return list(csv.reader(io.StringIO(response.content.decode())))

    def read_xlsx(self, response):
        self.assertEqual(response.status_code, 200, response.text[:500])
        return load_workbook(io.BytesIO(response.content))

    def assert_marked(self, book):
        """The last sheet and the properties say who made the file; return the mark."""
        rows = [[cell.value for cell in row] for row in book.worksheets[-1].iter_rows()]
        self.assertEqual([row[0] for row in rows], ["Exported by", "Exported on", "Mark"])
        self.assertIn("archive_sales", rows[0][1])
        mark = find_mark(rows[2][1])
        self.assertTrue(mark)
        self.assertIn(mark, book.properties.description)
        return mark
