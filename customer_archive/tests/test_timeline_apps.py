from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from .interaction_common import InteractionCase
from .timeline_common import TimelineMixin

# Documents of apps that this addon does not need: where one is not installed, its tests are passed over; they run on
# the database "together".
NEEDED = ("sale.order", "stock.picking", "account.move")


@tagged("post_install", "-at_install")
class TestTimelineApps(TimelineMixin, InteractionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if missing := [name for name in NEEDED if name not in cls.env]:
            cls.archive = None
            cls.missing = f"needs the app of {missing[0]}"
            return
        cls.missing = ""
        cls.product = cls.env["product.product"].create({"name": "Bolt", "type": "consu", "taxes_id": False})
        groups = {
            "seller": "sales_team.group_sale_salesman", "all_seller": "sales_team.group_sale_salesman_all_leads",
            "clerk": "account.group_account_invoice", "stock": "stock.group_stock_user",
        }
        for login, group in groups.items():
            cls.users[login] = new_test_user(
                cls.env, login=f"timeline_{login}", groups=f"customer_archive.group_all,{group}", lang="en_US"
            )

    def setUp(self):
        super().setUp()
        if self.missing:
            self.skipTest(self.missing)

    def order(self, partner=None, login="seller", **values):
        line = {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 50.0, "tax_ids": False}
        facts = {"partner_id": (partner or self.archive).id, "user_id": self.users[login].id}
        values = {"order_line": [Command.create(line)], **values}
        return self.env["sale.order"].create({**facts, **values})

    def invoice(self, login="seller", **values):
        line = {"product_id": self.product.id, "quantity": 1, "price_unit": 70.0, "tax_ids": False}
        facts = {
            "partner_id": self.archive.id, "move_type": "out_invoice", "invoice_user_id": self.users[login].id,
            "invoice_line_ids": [Command.create(line)],
        }
        return self.env["account.move"].create({**facts, **values})

    def documents(self, login, partner=None, **filters):
        """Title and kind of the documents of apps."""
        ours = ("interaction", "mail", "activity", "contract", "survey", "case")
        page = self.load(partner, login, limit=500, **filters)
        return {(entry["title"], entry["kind"]) for entry in page["entries"] if entry["kind"] not in ours}

    def test_quotations_and_orders(self):
        quotation, order = self.order(client_order_ref="PO 7"), self.order(self.gu)
        order.action_confirm()
        wanted = {(quotation.name, "quotation"), (order.name, "order")}
        self.assertEqual({found for found in self.documents("seller") if found[1] in ("quotation", "order")}, wanted)
        self.assertEqual(self.documents("seller", self.gu, kinds=["order"]), {(order.name, "order")})
        self.assertEqual(self.documents("seller", text="po 7"), {(quotation.name, "quotation")})
        self.assertEqual(self.documents("seller", kinds=["quotation"], user_id=self.users["clerk"].id), set())
        [entry] = self.load(login="seller", kinds=["order"])["entries"]
        self.assertEqual(
            (entry["amount"], entry["currency_id"], entry["person"], entry["style"]),
            (100.0, order.currency_id.id, self.users["seller"].name, "success"),
        )

    def test_orders_of_colleagues_neither_show_nor_count(self):
        """The rule of the sales app: a salesperson sees the own orders."""
        own = self.order()
        for number in range(5):
            self.order(login="all_seller", name=f"HIDDEN{number}")
        found = self.load(login="seller", kinds=["quotation"], limit=1)
        self.assertEqual(([entry["title"] for entry in found["entries"]], found["cursor"]), ([own.name], None))
        self.assertEqual(self.documents("seller", text="HIDDEN"), set())
        self.assertEqual(len(self.documents("all_seller", kinds=["quotation"])), 6)

    def test_messages_on_hidden_orders_are_hidden(self):
        hidden = self.order(login="all_seller")
        hidden.message_post(body="Discount of 40 %", message_type="comment", subject="Whisper")
        hidden.activity_schedule("mail.mail_activity_data_todo", summary="Whisper", user_id=self.users["all_seller"].id)
        self.assertEqual(self.titles(login="seller", text="Whisper"), [])
        self.assertEqual(self.titles(login="all_seller", text="Whisper"), ["Whisper", "Whisper"])

    def test_orders_of_another_company_are_hidden(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.order(company_id=other.id, login="all_seller", name="ELSEWHERE")
        self.assertEqual(self.documents("all_seller", kinds=["quotation"]), set())

    def test_deliveries_and_returns(self):
        order = self.order()
        order.action_confirm()
        delivery = order.picking_ids
        delivery.action_assign()
        delivery.move_ids.quantity = 2
        delivery.move_ids.picked = True
        delivery.button_validate()
        wizard = self.env["stock.return.picking"].with_context(
            active_id=delivery.id, active_ids=delivery.ids, active_model="stock.picking"
        ).create({})
        wizard.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        wanted = {(delivery.name, "delivery"), (returned.name, "return")}
        self.assertEqual(self.documents("stock", kinds=["delivery", "return"]), wanted)
        [entry] = self.load(login="stock", kinds=["delivery"])["entries"]
        self.assertEqual((entry["text"], entry["state"]), (order.name, "Done"))
        self.assertNotIn("delivery", {kind["key"] for kind in self.load(login="sales")["kinds"]})

    def test_invoices_are_for_those_who_may_read_them(self):
        own, other = self.invoice(ref="A 1"), self.invoice("all_seller", ref="A 2")
        vendor_bill = self.invoice(move_type="in_invoice", ref="A 3")
        (own | other).action_post()
        self.assertEqual(vendor_bill.state, "draft")
        self.assertEqual(self.documents("seller", kinds=["invoice"]), {(own.name, "invoice")})
        self.assertEqual(self.documents("clerk", kinds=["invoice"]), {(own.name, "invoice"), (other.name, "invoice")})
        self.assertNotIn("invoice", {kind["key"] for kind in self.load(login="sales")["kinds"]})
        self.assertEqual(self.documents("sales"), set())

    def test_a_draft_invoice_has_a_day_and_a_name(self):
        self.invoice(ref="Draft")
        [entry] = self.load(login="clerk", kinds=["invoice"])["entries"]
        self.assertEqual((entry["title"], entry["state"], entry["amount"]), ("Draft", "Draft", 70.0))
        self.assertTrue(entry["date"])

    def test_credit_notes_are_negative(self):
        self.invoice(move_type="out_refund").action_post()
        [entry] = self.load(login="clerk", kinds=["invoice"])["entries"]
        self.assertEqual(entry["amount"], -70.0)

    def test_payments(self):
        facts = {"partner_type": "customer", "payment_type": "inbound", "amount": 30, "memo": "First half"}
        journal = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        payment = self.env["account.payment"].create({**facts, "partner_id": self.gu.id, "journal_id": journal.id})
        payment.action_post()
        [entry] = self.load(login="clerk", kinds=["payment"])["entries"]
        self.assertEqual((entry["title"], entry["text"], entry["amount"]), (payment.name, "First half", 30))
        self.assertNotIn("payment", {kind["key"] for kind in self.load(login="seller")["kinds"]})

    def test_kinds_of_two_missing_apps_are_not_offered(self):
        """As on a database without stock and accounting."""
        self.order()
        models = self.env.registry.models
        gone = {name: models[name] for name in ("stock.picking", "account.move")}
        for name in gone:
            models.pop(name)
        try:
            page = self.load(login="all_seller")
        finally:
            models.update(gone)
        offered = {kind["key"] for kind in page["kinds"]}
        self.assertIn("quotation", offered)
        self.assertFalse(offered & {"delivery", "return", "invoice"})

    def test_more_documents_take_no_more_queries(self):
        def leave(count):
            for number in range(count):
                order = self.order(login="all_seller", date_order=self.now - timedelta(hours=number))
                order.message_post(body=f"Note {number}", message_type="comment")

        def count():
            self.load(login="all_seller", limit=500)
            return self.count_queries(lambda: self.load(login="all_seller", limit=500))

        leave(5)
        few = count()
        leave(45)
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 60)
