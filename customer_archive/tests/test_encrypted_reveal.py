import json
import time

from odoo.http import root
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .encrypted_common import NUMBER, EncryptedCase


@tagged("post_install", "-at_install")
class TestEncryptedReveal(HttpCase, EncryptedCase):
    """The button that uncovers one value, as the browser presses it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["confidential"] = new_test_user(
            cls.env, "archive_reveal", groups="customer_archive.group_user,customer_archive.group_confidential"
        )

    def setUp(self):
        super().setUp()
        self.person = self.create_person()
        self.env.flush_all()

    def press(self, record, name="customer_identity_number"):
        """What the server answers to the button."""
        payload = {
            "params": {
                "model": record._name,
                "method": "action_reveal_encrypted",
                "args": [record.ids, name],
                "kwargs": {},
            }
        }
        with mute_logger("odoo.http"):
            answer = self.url_open(f"/web/dataset/call_button/{record._name}/action_reveal_encrypted", json=payload)
        return answer.json()

    def confirm(self, action, password):
        """Type the password into the dialog that the button opened."""
        arguments = {"model": "res.users.identitycheck", "args": [action["res_id"]]}
        kwargs = {"context": {"password": password}}
        params = {**arguments, "method": "run_check", "kwargs": kwargs}
        with mute_logger("odoo.http"):
            return self.url_open(
                "/web/dataset/call_button/res.users.identitycheck/run_check", json={"params": params}
            ).json()

    def test_the_button_asks_for_the_password_and_shows_one_value(self):
        self.authenticate("archive_reveal", "archive_reveal")
        action = self.press(self.person)["result"]
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        self.assertNotIn(NUMBER, json.dumps(action))
        shown = self.confirm(action, "archive_reveal")["result"]
        self.assertEqual((shown["tag"], shown["target"]), ("customer_archive.revealed", "new"))
        self.assertEqual(shown["params"]["value"], NUMBER)
        self.assertEqual(shown["params"]["seconds"], 30)

    def test_a_wrong_password_shows_nothing(self):
        self.authenticate("archive_reveal", "archive_reveal")
        action = self.press(self.person)["result"]
        answer = json.dumps(self.confirm(action, "wrong password"))
        self.assertIn("error", answer)
        self.assertNotIn(NUMBER, answer)

    def reveal_confirmed(self, login, record, name="customer_identity_number"):
        self.authenticate(login, login)
        self.session["identity-check-last"] = time.time()
        root.session_store.save(self.session)
        return self.press(record, name)

    def test_each_uncovering_is_in_the_log(self):
        self.assertIn("result", self.reveal_confirmed("archive_reveal", self.person))
        self.env.cr.flush()
        [entry] = (
            self.env["customer.audit.log"]
            .sudo()
            .search([("operation", "=", "reveal"), ("user_id", "=", self.users["confidential"].id)])
        )
        self.assertEqual((entry.model, entry.field_names), ("res.partner", "customer_identity_number"))
        self.assertNotIn(NUMBER, str(entry.read()))

    def test_without_the_right_nothing_is_shown(self):
        self.patch(type(self.env["customer.audit.log"]), "_write_apart", lambda log, notes: noted.extend(notes))
        noted = []
        for login in ("archive_sales", "archive_manager", "archive_auditor"):
            answer = json.dumps(self.reveal_confirmed(login, self.person))
            self.assertIn("Confidential", answer)
            self.assertNotIn(NUMBER, answer)
        self.assertEqual({note.model for note in noted if note.operation == "denied"}, {"res.partner"})

    def test_a_customer_that_one_may_not_read_is_not_uncovered(self):
        self.person.sudo().archive_access = "owner"
        self.env.flush_all()
        answer = json.dumps(self.reveal_confirmed("archive_reveal", self.person))
        self.assertIn("AccessError", answer)
        self.assertNotIn(NUMBER, answer)

    def test_other_fields_and_many_records_are_refused(self):
        for name in ("name", "nothing", "env"):
            self.assertIn("error", self.reveal_confirmed("archive_reveal", self.person, name))
        both = self.person | self.create_person()
        self.env.flush_all()
        answer = json.dumps(self.reveal_confirmed("archive_reveal", both))
        self.assertIn("error", answer)
        self.assertNotIn(NUMBER, answer)

    def test_a_damaged_value_says_the_mend(self):
        self.set_column(self.person, self.get_column(self.person)[:-3] + "AAA")
        with mute_logger("odoo.addons.customer_archive.encrypted"):
            answer = self.reveal_confirmed("archive_reveal", self.person)
        self.assertIn("type it anew", answer["error"]["data"]["message"])

    def test_the_button_is_for_people_in_a_browser(self):
        with self.assertRaisesRegex(Exception, "over HTTP"):
            self.as_user(self.person, "confidential").action_reveal_encrypted("customer_identity_number")
