from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveDocuments(ArchiveCase):
    def figures(self, archive, login):
        documents = self.as_user(archive, login).archive_documents or []
        return {document["key"]: document for document in documents}

    def test_only_installed_and_readable_documents_are_offered(self):
        archive = self.create_archive()
        sources = self.env["res.partner"]._get_archive_document_sources()
        readable = {
            key
            for key, source in sources.items()
            if source["model"] in self.env
            and self.env[source["model"]].with_user(self.users["sales"]).has_access("read")
        }
        self.assertEqual(self.figures(archive, "sales").keys(), readable)

    def test_contact_without_archive_has_none(self):
        self.assertFalse(self.env["res.partner"].create({"name": "X"}).archive_documents)

    def test_orders_of_the_customer_and_their_contacts(self):
        if "sale.order" not in self.env:
            self.skipTest("needs the sales app")
        archive = self.create_archive(name="Buyer")
        contact = self.env["res.partner"].create({"name": "C", "parent_id": archive.id})
        product = self.env["product.product"].create({"name": "Bolt", "taxes_id": False})
        line = {"product_id": product.id, "product_uom_qty": 2, "price_unit": 50.0, "tax_ids": False}
        orders = self.env["sale.order"].create(
            [{"partner_id": partner.id, "order_line": [(0, 0, line)]} for partner in (archive, contact, archive)]
        )
        orders[:2].action_confirm()
        seller = self.users["seller_all"]
        seller.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        figures = self.figures(archive, "seller_all")
        self.assertEqual((figures["order"]["count"], figures["quotation"]["count"]), (2, 1))
        self.assertEqual(figures["order"]["amount"], self.env.company.currency_id.format(200.0))
        action = archive.with_user(seller).action_view_archive_document("order")
        found = self.env["sale.order"].with_user(seller).search(action["domain"])
        self.assertEqual(found, orders[:2].with_user(seller))
        self.assertNotIn("order", self.figures(archive, "office"), "who may not read orders sees no figures")
