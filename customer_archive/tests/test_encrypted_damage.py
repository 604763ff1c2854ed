from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..encrypted import reveal
from .encrypted_common import MASKED_NUMBER, NUMBER, OTHER_NUMBER, PHONE, EncryptedCase

LOG = "odoo.addons.customer_archive.encrypted"


@tagged("post_install", "-at_install")
class TestEncryptedDamage(EncryptedCase):
    """What was damaged, swapped or lost is shown as such and blocks nothing else."""

    def setUp(self):
        super().setUp()
        self.person, self.other = self.create_person(), self.create_person(customer_identity_number=OTHER_NUMBER)

    def assert_unreadable(self, person):
        with self.assertLogs(LOG, "WARNING") as logs:
            values = (self.person | self.other).sudo().read(["name", "customer_identity_number"])
        self.assertEqual(len(logs.output), 1)
        self.assertNotIn(NUMBER, logs.output[0])
        shown = {row["id"]: row["customer_identity_number"] for row in values}
        self.assertEqual(shown.pop(person.id), "⚠ cannot be read")
        self.assertFalse([text for text in shown.values() if text.startswith("⚠")], "the others are shown")

    def test_a_damaged_value_blocks_no_list(self):
        sealed = self.get_column(self.person)
        for broken in (sealed[:-3] + "AAA", sealed[:40], "s1.k1", "rubbish", NUMBER):
            self.set_column(self.person, broken)
            self.assert_unreadable(self.person)
            with self.assertRaisesRegex(UserError, "damaged or belongs to another record"):
                reveal(self.person, "customer_identity_number")

    def test_a_damaged_value_is_typed_anew(self):
        self.set_column(self.person, self.get_column(self.person)[:-3] + "AAA")
        with mute_logger(LOG):
            self.person.customer_identity_number = NUMBER
        self.assertEqual(reveal(self.person, "customer_identity_number"), NUMBER)

    def test_a_value_swapped_with_another_record_is_refused(self):
        self.set_column(self.person, self.get_column(self.other))
        self.assert_unreadable(self.person)

    def test_a_value_swapped_with_another_field_is_refused(self):
        self.set_column(self.person, self.get_column(self.person, "customer_private_phone"))
        self.assert_unreadable(self.person)

    def test_an_unreadable_value_is_kept_when_the_form_is_saved(self):
        broken = self.get_column(self.person)[:-3] + "AAA"
        self.set_column(self.person, broken)
        with mute_logger(LOG):
            self.person.write({"customer_identity_number": "⚠ cannot be read", "city": "北京市"})
        self.assertEqual(self.get_column(self.person), broken)

    def test_a_missing_ring_shows_reads_and_replaces_nothing(self):
        sealed = self.get_column(self.person)
        text = self.key_file.read_text()
        self.key_file.unlink()
        self.forget_keys()
        with self.assertLogs(LOG, "WARNING") as logs:
            shown = (self.person | self.other).sudo().mapped("customer_identity_number")
        self.assertEqual((shown, len(logs.output)), (["⚠ cannot be read"] * 2, 1))
        for value in (OTHER_NUMBER, False):
            with self.assertRaisesRegex(UserError, "key ring of this database is missing"), mute_logger(LOG):
                self.person.customer_identity_number = value
        with self.assertRaisesRegex(UserError, "key ring of this database is missing"):
            self.create_person()
        with self.assertRaisesRegex(UserError, "key ring of this database is missing"):
            self.as_user(self.env["res.partner"], "confidential").search([("customer_private_phone", "=", PHONE)])
        self.assertFalse(self.key_file.exists(), "no new ring takes the place of the lost one")
        self.assertEqual(self.get_column(self.person), sealed)
        self.key_file.write_text(text)
        self.key_file.chmod(0o600)
        self.forget_keys()
        self.assertEqual(self.person.customer_identity_number, MASKED_NUMBER)

    def test_a_value_of_a_lost_key_is_not_overwritten(self):
        self.env["customer.key.ring"]._add_key()
        self.forget_keys()
        late = self.create_person()
        self.assertTrue(self.get_column(late).startswith("s1.k2."))
        lines = self.key_file.read_text().splitlines()
        self.key_file.write_text(
            "\n".join(line for line in lines if not line.startswith(("k2", "current"))) + "\ncurrent=k1"
        )
        self.forget_keys()
        with self.assertLogs(LOG, "WARNING"):
            self.assertEqual(late.customer_identity_number, "⚠ cannot be read")
        for value in (OTHER_NUMBER, False):
            with self.assertRaisesRegex(UserError, "“k2”, which the key ring lacks"), mute_logger(LOG):
                late.customer_identity_number = value
        self.assertEqual(self.person.customer_identity_number, MASKED_NUMBER, "the other key still reads")
