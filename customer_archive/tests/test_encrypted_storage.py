import os
import subprocess
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools.misc import exec_pg_environ, find_pg_tool

from ..const import KEY_FILE_VARIABLE, KEY_RING_PARAMETER
from .encrypted_common import NUMBER, OTHER_NUMBER, PHONE

OTHER_PHONE = "13955667788"
SECRETS = (NUMBER, OTHER_NUMBER, PHONE, OTHER_PHONE)


@tagged("post_install", "-at_install")
class TestEncryptedStorage(BaseCase):
    """What really lies in the database after people worked with encrypted values: a dump of all of it is searched."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.enterContext(patch.dict(os.environ, {KEY_FILE_VARIABLE: str(Path(folder.name) / "keys")}))
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.known = env["ir.config_parameter"].get_param(KEY_RING_PARAMETER)
            cr.execute("UPDATE res_partner SET customer_identity_number = NULL, customer_private_phone = NULL")
            env["ir.config_parameter"].set_param(KEY_RING_PARAMETER, "{}")
        self.addCleanup(self.clean)

    def clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partners = env["res.partner"].search([("name", "=", "Stored Person")])
            partners |= partners.child_ids
            partners.archive_change_ids.unlink()
            cr.execute(
                "UPDATE res_partner SET archive_state = NULL, archive_number = NULL WHERE id = ANY(%s)", [partners.ids]
            )
            env.invalidate_all()
            partners.unlink()
            env["ir.config_parameter"].set_param(KEY_RING_PARAMETER, self.known)

    def work(self):
        """Enter, change, propose, decide, note, search: all that leaves traces."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
            person = env["res.partner"].create(
                {
                    "name": "Stored Person",
                    "archive_state": "draft",
                    "customer_identity_number": NUMBER,
                    "customer_private_phone": PHONE,
                    "child_ids": [(0, 0, {"name": "Child", "customer_private_phone": OTHER_PHONE})],
                }
            )
            person.write({"customer_private_phone": OTHER_PHONE, "city": "Jinan"})
            person.write({"archive_state": "formal", "archive_number": "STORED-1"})
            cr.commit()
            person.with_context(archive_propose=True).write({"customer_identity_number": OTHER_NUMBER})
            person.activity_schedule("mail.mail_activity_data_todo", note=str(person.customer_identity_number))
            person.message_post(body=f"{person.customer_identity_number} {person.customer_private_phone}")
            env.user._bus_send("test", {"partner": person.read(["customer_identity_number"])})
            env["res.partner"].search([("customer_identity_number", "=", NUMBER)])
            cr.commit()
            [line] = person.archive_change_ids.line_ids
            self.assertEqual(line.new_text, "4405**********0014")
            return person.id

    def dump(self):
        """The whole database as ``pg_dump`` writes it, readable."""
        command = [find_pg_tool("pg_dump"), "--format=plain", "--no-owner", get_db_name()]
        return subprocess.run(command, env=exec_pg_environ(), stdout=subprocess.PIPE, check=True).stdout

    def test_a_dump_holds_no_plain_text(self):
        self.work()
        dump = self.dump()
        self.assertIn(b"Stored Person", dump, "the dump has the person")
        for table in (b"mail_tracking_value", b"bus_bus", b"ir_filters", b"customer_archive_change_line"):
            self.assertIn(b"COPY public." + table, dump)
        for secret in SECRETS:
            self.assertNotIn(secret.encode(), dump)
        self.assertNotIn((Path(os.environ[KEY_FILE_VARIABLE]).read_text().split("k1=")[1].strip()).encode(), dump)

    def test_each_table_by_itself(self):
        person_id = self.work()
        with self.registry.cursor() as cr:
            for table in (
                "res_partner",
                "mail_tracking_value",
                "mail_message",
                "bus_bus",
                "ir_filters",
                "mail_activity",
                "customer_archive_change_line",
                "customer_data_issue",
                "ir_attachment",
            ):
                for secret in SECRETS:
                    cr.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{secret}%"])  # noqa: S608
                    self.assertEqual(cr.fetchone()[0], 0, table)
            cr.execute("SELECT customer_identity_number FROM res_partner WHERE id = %s", [person_id])
            self.assertTrue(cr.fetchone()[0].startswith("s1.k1."))
