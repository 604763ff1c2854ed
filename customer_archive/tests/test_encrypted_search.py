from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from ..encrypted import equals, reveal
from .encrypted_common import NUMBER, OTHER_NUMBER, PHONE, EncryptedCase


@tagged("post_install", "-at_install")
class TestEncryptedSearch(EncryptedCase):
    """A value is found as a whole, by those who may uncover it."""

    def setUp(self):
        super().setUp()
        self.person = self.create_person()
        self.other = self.create_person(customer_identity_number=OTHER_NUMBER, customer_private_phone=False)
        self.partners = self.as_user(self.env["res.partner"], "confidential")
        self.both = Domain("id", "in", (self.person | self.other).ids)

    def search(self, *leaf, partners=None):
        return (self.partners if partners is None else partners).search(self.both & Domain(*leaf)).sudo()

    def test_a_value_is_found_as_somebody_types_it(self):
        self.assertEqual(self.search("customer_identity_number", "=", NUMBER), self.person.sudo())
        self.assertEqual(self.search("customer_identity_number", "=", " 11010519491231002x"), self.person.sudo())
        self.assertEqual(
            self.search("customer_identity_number", "in", [NUMBER, OTHER_NUMBER]), (self.person | self.other).sudo()
        )
        self.assertFalse(self.search("customer_identity_number", "=", "110105194912310021"))

    def test_other_values_and_none(self):
        self.assertEqual(self.search("customer_identity_number", "!=", NUMBER), self.other.sudo())
        self.assertEqual(self.search("customer_private_phone", "!=", PHONE), self.other.sudo())
        self.assertEqual(self.search("customer_private_phone", "in", [PHONE, False]), (self.person | self.other).sudo())
        self.assertEqual(self.search("customer_private_phone", "not in", [PHONE, False]), self.env["res.partner"])

    def test_whether_there_is_a_value_is_open_to_everybody(self):
        sales = self.as_user(self.env["res.partner"], "sales")
        self.assertEqual(self.search("customer_private_phone", "=", False, partners=sales), self.other.sudo())
        self.assertEqual(self.search("customer_private_phone", "!=", False, partners=sales), self.person.sudo())

    def test_records_in_hand_are_filtered_the_same_way(self):
        both = self.as_user(self.person | self.other, "confidential")
        self.assertEqual(both.filtered_domain([("customer_identity_number", "=", NUMBER)]).sudo(), self.person.sudo())
        self.assertEqual(both.filtered_domain([("customer_identity_number", "!=", NUMBER)]).sudo(), self.other.sudo())
        self.assertEqual(both.filtered_domain([("customer_private_phone", "=", False)]).sudo(), self.other.sudo())
        with self.assertRaises(UserError):
            both.filtered_domain([("customer_identity_number", "like", "1101")])
        with self.assertRaises(AccessError):
            self.as_user(both, "sales").filtered_domain([("customer_identity_number", "=", NUMBER)])

    def test_the_search_uses_the_index(self):
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["res.partner"]._search([("customer_identity_number", "=", NUMBER)])
        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        self.assertIn("customer_identity_number_mark_idx", str(plan))

    def test_code_may_ask_for_anybody(self):
        domain = equals(self.env["res.partner"], "customer_identity_number", [NUMBER])
        self.assertEqual(
            self.as_user(self.env["res.partner"], "sales").search(self.both & domain).sudo(), self.person.sudo()
        )

    def test_a_search_is_no_way_to_guess(self):
        sales = self.as_user(self.env["res.partner"], "sales")
        for partners in (sales, sales.sudo()):
            with self.assertRaisesRegex(AccessError, "right to uncover"):
                self.search("customer_identity_number", "=", NUMBER, partners=partners)
        with self.assertRaisesRegex(AccessError, "right to uncover"):
            sales.search([("child_ids.customer_private_phone", "=", PHONE)])
        with self.assertRaisesRegex(AccessError, "right to uncover"):
            self.as_user(self.env["res.users"], "sales").search([("customer_private_phone", "=", PHONE)])
        with self.assertRaisesRegex(UserError, "at most 20"):
            self.search("customer_private_phone", "in", [f"138{number:08}" for number in range(21)])

    def test_short_values_are_kept_and_not_searched(self):
        self.person.customer_identity_number = "A12345"
        self.assertEqual(reveal(self.person, "customer_identity_number"), "A12345")
        self.assertEqual(self.get_column(self.person).split(".")[2], "")
        with self.assertRaisesRegex(UserError, "too short"):
            self.search("customer_identity_number", "=", "A12345")
