import json

from odoo.http import Request
from odoo.tests.common import tagged

from .test_tour_archive import CUSTOMER, ArchiveTourCase


@tagged("post_install", "-at_install")
class TestAuditTour(ArchiveTourCase):
    def export(self):
        """A salesperson exports two customers from the list."""
        self.users["sales"].group_ids |= self.env.ref("base.group_allow_export")
        for name in (CUSTOMER, "Tour Casting"):
            self.create_archive(name=name)
        self.authenticate("archive_sales", "archive_sales")
        data = {
            "model": "res.partner", "ids": False, "import_compat": False,
            "domain": [["name", "ilike", "Tour"], ["archive_state", "=", "draft"]],
            "fields": [{"name": "name", "label": "Name", "type": "char"}],
        }
        response = self.url_open(
            "/web/export/csv", data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)}
        )
        self.assertIn(CUSTOMER, response.text)

    def test_auditor_finds_who_exported_what(self):
        self.export()
        self.start_tour("/odoo/archives", "customer_audit_find", login="archive_auditor")

    def test_auditor_finds_it_in_chinese(self):
        chinese = self.env["res.lang"]._activate_lang("zh_CN")
        self.env["base.language.install"].create({"lang_ids": chinese.ids, "overwrite": False}).lang_install()
        self.users["auditor"].lang = "zh_CN"
        self.export()
        self.start_tour("/odoo/archives", "customer_audit_find", login="archive_auditor")
