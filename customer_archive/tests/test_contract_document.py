from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractDocuments(ContractCase):
    """Orders that belong to a contract: those of the customer, shown to who may read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "sale.order" not in cls.env:
            cls.skipTest(cls, "needs the sales app")
        cls.seller = cls.users["sales"]
        cls.seller.group_ids += cls.env.ref("sales_team.group_sale_salesman")
        cls.contract = cls.create_contract()
        cls.order = cls.env["sale.order"].create({"partner_id": cls.contact.id, "user_id": cls.seller.id})

    def link(self, document, login="sales"):
        values = {"contract_id": self.contract.id, "document": f"{document._name},{document.id}"}
        return self.env["customer.contract.document"].with_user(self.users[login]).create(values)

    def test_an_order_is_linked_on_the_contract_and_opens(self):
        with Form(self.contract) as form, form.document_ids.new() as line:
            line.document = f"sale.order,{self.order.id}"
        [row] = self.contract.document_ids
        self.assertEqual((row.res_name, row.kind_name), (self.order.display_name, "Sales Order"))
        self.assertEqual(row.action_open()["res_id"], self.order.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.link(self.order)

    def test_orders_of_others_are_refused(self):
        other = self.env["sale.order"].create({"partner_id": self.create_archive(vat=False).id})
        with self.assertRaises(ValidationError):
            self.link(other.sudo())

    def test_an_order_that_one_may_not_read_is_neither_linked_nor_shown(self):
        with self.assertRaises(AccessError):
            self.link(self.order, "leader")
        row = self.link(self.order)
        office = self.as_user(row, "office")
        self.assertEqual(office.res_name, "Not visible to you")
        self.assertNotIn(self.order.name, str(office.read(["res_name", "document"])))
        self.assertNotIn(self.order.name, str(office.web_read({"document": {"fields": {"display_name": {}}}})))
        with self.assertRaises(AccessError):
            office.action_open()
        seen = self.as_user(self.contract, "office").web_read(
            {"document_ids": {"fields": {"document": {"fields": {"display_name": {}}}, "res_name": {}}}}
        )
        self.assertNotIn(self.order.name, str(seen))
