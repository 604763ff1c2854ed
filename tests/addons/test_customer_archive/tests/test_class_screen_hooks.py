from odoo.addons.customer_archive.tests.common import ArchiveCase
from odoo.tests import tagged

from ..models.res_partner import CONSULTED


@tagged("post_install", "-at_install")
class TestClassScreenHooks(ArchiveCase):
    """A consultant's sections stand on the tab “Classes”."""

    def test_sections(self):
        self.assertEqual(self.create_archive().customer_classes["sections"], [])
        [section] = self.create_archive(customer_scope=CONSULTED).customer_classes["sections"]
        self.assertEqual((section["title"], section["rows"][0]["value"]), ("Terms", "30 days"))
