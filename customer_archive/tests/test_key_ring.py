import os
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import KEY_RING_PARAMETER, KEY_RING_VARIABLE
from ..tools.keyring import KeyRing
from .encrypted_common import MASKED_NUMBER, NUMBER, EncryptedCase

LOG = "odoo.addons.customer_archive.encrypted"


@tagged("post_install", "-at_install")
class TestKeyRing(EncryptedCase):
    """Where the keys come from, and what is refused with the mend."""

    def setUp(self):
        super().setUp()
        self.keys = self.env["customer.key.ring"]

    def write_ring(self, ring, mode=0o600):
        self.key_file.write_text(ring if isinstance(ring, str) else ring.dump())
        self.key_file.chmod(mode)
        self.forget_keys()

    def known(self):
        return self.keys._get_known()

    def test_the_first_ring_is_made_where_none_was_ever_used(self):
        self.assertFalse(self.keys._status()["found"] or self.keys._status()["problem"])
        ring = self.keys._load()
        self.assertEqual(self.key_file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(KeyRing.parse(self.key_file.read_text()), ring)
        self.assertEqual(self.known(), ring.fingerprints())
        self.assertEqual(self.keys._load(), ring)

    def test_nothing_is_left_beside_the_ring(self):
        self.keys._load()
        self.keys._add_key()
        self.assertEqual([path.name for path in self.key_file.parent.iterdir()], [self.key_file.name])

    def test_a_ring_that_another_process_made_meanwhile_is_taken(self):
        ring = KeyRing.fresh()
        self.write_ring(ring)
        self.assertEqual(self.keys._create_file(), ring)
        self.assertEqual(KeyRing.parse(self.key_file.read_text()), ring)

    def test_an_existing_ring_is_taken_over(self):
        ring = KeyRing.fresh("office")
        self.write_ring(ring)
        self.assertEqual(self.keys._load(), ring)
        self.assertEqual(list(self.known()), ["office"])

    def test_a_lost_ring_is_never_replaced(self):
        self.keys._load()
        self.key_file.unlink()
        with self.assertRaisesRegex(UserError, "Put back the copy"):
            self.keys._load()
        self.assertFalse(self.key_file.exists())
        self.assertRegex(self.keys._status()["problem"], "missing")

    def test_a_lost_ring_is_noticed_by_the_values_alone(self):
        self.create_person()
        self.key_file.unlink()
        self.env["ir.config_parameter"].set_param(KEY_RING_PARAMETER, "{}")
        self.forget_keys()
        with self.assertRaisesRegex(UserError, "Put back the copy"):
            self.keys._load()
        self.assertFalse(self.key_file.exists())

    def test_the_ring_of_something_else_is_refused(self):
        person = self.create_person()
        for foreign in (KeyRing.fresh("k1"), KeyRing.fresh("other")):
            self.write_ring(foreign)
            with self.assertRaisesRegex(UserError, "not the one of this database"):
                self.keys._load()
            with self.assertRaisesRegex(UserError, "not the one of this database"), mute_logger(LOG):
                person.customer_identity_number = False
            self.assertRegex(self.keys._status()["problem"], "not the one of this database")
            self.env.invalidate_all()
            self.env.cr.cache.clear()

    def test_keys_of_two_databases_in_one_file(self):
        ring = self.keys._load()
        self.write_ring(KeyRing("k1", {**ring.keys, "other": bytes(32)}))
        self.assertEqual(list(self.keys._load().keys), ["k1", "other"])

    def test_a_ring_open_to_others_is_refused(self):
        ring = self.keys._load()
        for mode in (0o640, 0o604, 0o666):
            self.write_ring(ring, mode)
            with self.assertRaisesRegex(UserError, "chmod 600"):
                self.keys._load()
        self.write_ring(ring, 0o400)
        self.assertEqual(self.keys._load(), ring)

    def test_a_damaged_ring_is_refused_and_kept(self):
        self.keys._load()
        for text in ("", "current=k1", "current=k1\nk1=00", "nonsense", "current=k1\nk1=ä"):
            self.write_ring(text)
            with self.assertRaisesRegex(UserError, "is damaged"):
                self.keys._load()
            self.assertEqual(self.key_file.read_text(), text)

    def test_a_folder_in_its_place_is_refused(self):
        self.keys._load()
        self.key_file.unlink()
        self.key_file.mkdir()
        with self.assertRaises(UserError):
            self.keys._load()

    def test_the_environment_holds_the_ring_itself(self):
        ring = KeyRing.fresh("env")
        text = ring.dump().partition("\n")[2].replace("\n", ",")
        with patch.dict(os.environ, {KEY_RING_VARIABLE: text}):
            person = self.create_person()
            self.assertEqual(person.customer_identity_number, MASKED_NUMBER)
            self.assertTrue(self.get_column(person).startswith("s1.env."))
            status = self.keys._status()
            self.assertEqual((status["current"], status["writable"]), ("env", False))
            self.assertIn(KEY_RING_VARIABLE, status["source"])
            with self.assertRaisesRegex(UserError, KEY_RING_VARIABLE):
                self.keys._add_key()
        self.assertFalse(self.key_file.exists())

    def test_a_wrong_environment_is_refused_without_showing_it(self):
        secret = "ab" * 31
        with patch.dict(os.environ, {KEY_RING_VARIABLE: f"current=k1,k1={secret}"}):
            with self.assertRaisesRegex(UserError, "is damaged") as caught:
                self.keys._load()
        self.assertNotIn(secret, str(caught.exception))

    def test_a_new_key_stands_beside_the_old_ones(self):
        old = self.keys._load()
        self.assertEqual(self.keys._add_key(), "k2")
        new = self.keys._load()
        self.assertEqual((new.current, new.keys["k1"]), ("k2", old.keys["k1"]))
        self.assertEqual(self.key_file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(sorted(self.known()), ["k1", "k2"])

    def test_only_code_of_addons_gets_the_keys(self):
        with self.assertRaisesRegex(AccessError, "addons only"):
            eval(compile("keys._load()", "entered", "eval"), {"keys": self.keys, "__builtins__": {}})  # noqa: S307

    def test_no_key_stands_in_the_database(self):
        ring = self.keys._load()
        self.create_person()
        self.env.flush_all()
        self.env.cr.execute("SELECT string_agg(value, ' ') FROM ir_config_parameter")
        self.assertNotIn(ring.keys["k1"].hex(), self.env.cr.fetchone()[0])


@tagged("post_install", "-at_install")
class TestKeySettings(EncryptedCase):
    """What the administrator sees and does."""

    def settings(self):
        return self.env["res.config.settings"].with_user(self.env.ref("base.user_admin")).create({})

    def test_before_the_first_value(self):
        settings = self.settings()
        self.assertEqual(settings.customer_key_state, "none")
        self.assertFalse(settings.customer_key_problem)

    def test_keys_and_numbers_of_values(self):
        self.create_person()
        self.create_person(customer_private_phone=False)
        settings = self.settings()
        self.assertEqual(settings.customer_key_state, "found")
        self.assertEqual(settings.customer_key_ids, "k1 (current)")
        self.assertEqual(settings.customer_key_counts, "k1: 3")
        self.assertEqual(settings.customer_key_source, str(self.key_file))
        self.assertFalse(settings.customer_key_waiting)

    def test_a_missing_ring_says_what_to_do(self):
        self.create_person()
        self.key_file.unlink()
        self.forget_keys()
        settings = self.settings()
        self.assertEqual(settings.customer_key_state, "wrong")
        self.assertIn("Put back the copy", settings.customer_key_problem)

    def test_a_missing_key_says_what_to_do(self):
        self.create_person()
        self.env["customer.key.ring"]._add_key()
        self.forget_keys()
        self.create_person()
        text = self.key_file.read_text()
        self.key_file.write_text("\n".join(line for line in text.splitlines() if not line.startswith("k1=")))
        self.forget_keys()
        settings = self.settings()
        self.assertEqual(settings.customer_key_state, "wrong")
        self.assertIn("lacks the keys k1", settings.customer_key_problem)

    def test_the_button_adds_a_key_and_starts_the_job(self):
        person = self.create_person()
        cron = self.env.ref("customer_archive.ir_cron_customer_key_rotation")
        self.settings().action_rotate_keys()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        settings = self.settings()
        self.assertEqual(settings.customer_key_ids, "k1, k2 (current)")
        self.assertTrue(settings.customer_key_waiting)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.forget_keys()
        self.assertEqual(self.settings().customer_key_counts, "k2: 2")
        self.assertTrue(self.get_column(person).startswith("s1.k2."))
        self.assertEqual(person.customer_identity_number, MASKED_NUMBER)
        found = self.as_user(self.env["res.partner"], "confidential").search(
            [("customer_identity_number", "=", NUMBER)]
        )
        self.assertEqual(found.sudo(), person.sudo())

    def test_others_change_no_keys(self):
        settings = self.env["res.config.settings"].with_user(self.users["manager"]).new({})
        for button in (settings.action_rotate_keys, settings.action_reencrypt):
            with self.assertRaises(AccessError):
                button()
