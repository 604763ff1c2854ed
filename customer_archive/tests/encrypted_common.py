import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tools import SQL

from ..const import KEY_FILE_VARIABLE, KEY_RING_PARAMETER, KEY_RING_VARIABLE
from .common import ArchiveCase

# The example of the standard GB 11643, and an invented phone number.
NUMBER = "11010519491231002X"
OTHER_NUMBER = "440524188001010014"
PHONE = "13800138000"
MASKED_NUMBER = "1101**********002X"
MASKED_PHONE = "138****8000"


def forget_values(env):
    """As if nothing was ever encrypted here: what is stored was made with another ring."""
    for model, field in env["customer.key.ring"]._get_encrypted_fields():
        env.cr.execute(SQL("UPDATE %s SET %s = NULL", SQL.identifier(model._table), SQL.identifier(field.name)))
    env["ir.config_parameter"].sudo().set_param(KEY_RING_PARAMETER, "{}")


class OwnKeys:
    """A key ring of the test's own, beside a test case, and what the tables really hold."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.key_file = Path(folder.name) / "keys"
        self.startPatcher(patch.dict(os.environ, {KEY_FILE_VARIABLE: str(self.key_file)}))
        os.environ.pop(KEY_RING_VARIABLE, None)
        self.forget_keys()
        forget_values(self.env)
        self.addCleanup(self.forget_keys)

    def forget_keys(self):
        """What another worker or the next request starts with."""
        self.env.flush_all()
        self.env.cr.cache.clear()
        self.env.invalidate_all()

    def get_column(self, record, name="customer_identity_number"):
        """What the table really holds."""
        self.env.flush_all()
        self.env.cr.execute(f"SELECT {name} FROM {record._table} WHERE id = %s", [record.id])  # noqa: S608
        return self.env.cr.fetchone()[0]

    def set_column(self, record, value, name="customer_identity_number"):
        """Somebody at the database changes a value."""
        self.env.flush_all()
        self.env.cr.execute(f"UPDATE {record._table} SET {name} = %s WHERE id = %s", [value, record.id])  # noqa: S608
        self.forget_keys()


class CommittedKeys:
    """A key ring of the test's own, beside a case with connections of its own; what others encrypted is gone."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.enterContext(patch.dict(os.environ, {KEY_FILE_VARIABLE: str(Path(folder.name) / "keys")}))
        with self.connect() as env:
            known = env["ir.config_parameter"].get_param(KEY_RING_PARAMETER)
            forget_values(env)
            env.cr.commit()
        self.addCleanup(self.put_back, known)

    def put_back(self, known):
        with self.connect() as env:
            env["ir.config_parameter"].set_param(KEY_RING_PARAMETER, known)
            env.cr.commit()


class EncryptedCase(OwnKeys, ArchiveCase):
    """A person with an identity number and a private phone."""

    def create_person(self, login="sales", **values):
        person = {"name": "Li Na", "is_company": False, "vat": False}
        secrets = {"customer_identity_number": NUMBER, "customer_private_phone": PHONE}
        return self.create_archive(login, **{**person, **secrets, **values})
