import json
import logging
import os
import stat
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import config

from ..const import KEY_FILE_VARIABLE, KEY_RING_FILE, KEY_RING_PARAMETER, KEY_RING_VARIABLE
from ..tools.keyring import KeyRing, KeyRingError

_logger = logging.getLogger(__name__)


class CustomerKeyRing(models.AbstractModel):
    """Finds the secret keys, which never lie in the database.

    They come from the environment (the ring itself, or the path of its file), else from a file in Odoo's data folder.
    The database knows the ids of keys that it has used, with a fingerprint of each: a ring that is missing or that is
    another one is noticed and never replaced.
    """

    _name = "customer.key.ring"
    _description = "Key Ring"

    @api.model
    def _load(self):
        """Return the ring, a ``tools.keyring.KeyRing``.

        Where this database has never used one, the ring is made. Only code of addons gets it: templates, server actions
        and other text that people enter are refused, for whoever holds the keys reads everything.

        :raise UserError: when it is missing, damaged, open to others or not the one of this database, with the mend
        """
        self._refuse_entered_code(sys._getframe(1))
        ring = self._read()
        if ring is None:
            self._check_never_used()
            ring = self._create_file()
        known = self._get_known()
        self._check_same(ring, known)
        # a cursor that only reads leaves the note of new keys to the next one that writes
        new = {name: mark for name, mark in ring.fingerprints().items() if name not in known}
        if new and not self.env.cr.readonly:
            self._set_known({**known, **new})
        return ring

    @api.model
    def _status(self):
        """What a health page says of the ring, without any key.

        :return: dict: ``found`` (bool), ``current`` (id), ``ids`` (in the ring), ``lost`` (ids this database used that
            the ring lacks), ``source`` (where it comes from), ``writable`` (whether Odoo may add a key), ``problem``
        """
        status = {
            "found": False,
            "current": "",
            "ids": [],
            "lost": [],
            "source": self._get_source(),
            "writable": not os.environ.get(KEY_RING_VARIABLE),
            "problem": "",
        }
        known = self._get_known()
        try:
            ring = self._read()
            if ring is None:
                if self._is_used():
                    self._check_never_used()
                return status
            self._check_same(ring, known)
        except UserError as error:
            return {**status, "lost": sorted(known), "problem": str(error)}
        lost = sorted(known.keys() - ring.keys.keys())
        return {**status, "found": True, "current": ring.current, "ids": list(ring.keys), "lost": lost}

    @api.model
    def _add_key(self):
        """Put a new key into the file and make it the current one; the old ones stay.

        :return: the new id
        :raise UserError: when the ring comes from the environment, which Odoo cannot change
        """
        ring = self._load()
        if os.environ.get(KEY_RING_VARIABLE):
            raise UserError(
                self.env._(
                    "The keys are set by the variable %(variable)s of the server. Add a key there, name it as the "
                    "current one, restart Odoo, and start again: values are then encrypted with the new key.",
                    variable=KEY_RING_VARIABLE,
                )
            )
        ring = ring.rotated(ring.next_id())
        # written beside it and moved: whoever reads meanwhile sees the old or the new file, never half of one
        temporary = _write_private(self._get_path(), ring.dump())
        os.replace(temporary, self._get_path())
        self._load()
        return ring.current

    # ------------------------------------------------------------------ reading

    @api.model
    def _get_path(self):
        """The file of the ring, a ``pathlib.Path``."""
        return Path(os.environ.get(KEY_FILE_VARIABLE) or Path(config["data_dir"]) / KEY_RING_FILE)

    @api.model
    def _get_source(self):
        if os.environ.get(KEY_RING_VARIABLE):
            return self.env._("the variable %(variable)s of the server", variable=KEY_RING_VARIABLE)
        return str(self._get_path())

    @api.model
    def _read(self):
        """The ring as it is found, or None where there is none."""
        try:
            if text := os.environ.get(KEY_RING_VARIABLE):
                return _parse(text)
            path = self._get_path()
            if not path.is_file():
                return None
            self._check_private(path)
            return _parse(path.read_text(encoding="ascii"))
        except OSError as error:
            raise UserError(
                self.env._(
                    "The key ring %(place)s cannot be read: %(reason)s. Let the user that runs Odoo read it.",
                    place=self._get_source(),
                    reason=error.strerror,
                )
            ) from error
        except (KeyRingError, UnicodeDecodeError) as error:
            detail = error.detail if isinstance(error, KeyRingError) else ""
            raise UserError(
                self.env._(
                    "The key ring %(place)s is damaged at “%(detail)s”. Put back the copy that you keep of it; "
                    "nothing was changed meanwhile.",
                    place=self._get_source(),
                    detail=detail,
                )
            ) from error

    @api.model
    def _check_private(self, path):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UserError(
                self.env._(
                    "Other users of the server may open the key ring %(path)s. Close it with: chmod 600 %(path)s",
                    path=path,
                )
            )

    # ------------------------------------------------------------------ what the database knows

    @api.model
    def _get_known(self):
        """Fingerprints by id of the keys that this database has used."""
        # sudo: the parameter is read for whoever shows or types an encrypted value
        return json.loads(self.env["ir.config_parameter"].sudo().get_param(KEY_RING_PARAMETER) or "{}")

    @api.model
    def _set_known(self, known):
        # sudo: as in _get_known
        self.env["ir.config_parameter"].sudo().set_param(KEY_RING_PARAMETER, json.dumps(known, sort_keys=True))

    @api.model
    def _prepare_known(self):
        """Make the parameter: two workers that note their first key at once then change one row, and one is retried."""
        # sudo: as in _get_known
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(KEY_RING_PARAMETER):
            parameters.set_param(KEY_RING_PARAMETER, "{}")

    @api.model
    def _is_used(self):
        """Whether anything in this database was made with a key ring."""
        return bool(self._get_known()) or bool(self._count_keys())

    @api.model
    def _check_never_used(self):
        if self._is_used():
            raise UserError(
                self.env._(
                    "The key ring of this database is missing (looked for: %(place)s). Put back the copy that you "
                    "keep of it. Until then encrypted values can be neither read nor entered; they are not lost.",
                    place=self._get_source(),
                )
            )

    @api.model
    def _check_same(self, ring, known):
        """Refuse a ring that belongs to something else: no common key, or another key under the same id."""
        marks = ring.fingerprints()
        common = known.keys() & marks.keys()
        if known and not common or any(known[name] != marks[name] for name in common):
            raise UserError(
                self.env._(
                    "The key ring %(place)s is not the one of this database. Put back the copy that you keep of its "
                    "own; the keys of both may stand in one file.",
                    place=self._get_source(),
                )
            )

    @api.model
    def _create_file(self):
        """Make the first ring. Two workers may come here at once: the second takes what the first made."""
        path = self._get_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _write_private(path, KeyRing.fresh().dump())
        try:
            os.link(temporary, path)
            _logger.info("New key ring %s: keep a copy of it apart from the database and its backups", path)
        except FileExistsError:
            _logger.info("The key ring %s was made by another process meanwhile", path)
        finally:
            os.unlink(temporary)
        return self._read()

    @api.model
    def _refuse_entered_code(self, frame):
        # Code that people enter is evaluated without a module name, and callbacks that it hands to the ORM are called
        # from there: both can name this method, neither can come from the file of an addon.
        if not frame.f_globals.get("__name__", "").startswith("odoo.addons."):
            raise AccessError(self.env._("The key ring serves the code of addons only."))


@lru_cache(maxsize=8)
def _parse(text):
    return KeyRing.parse(text)


def _write_private(path, text):
    """Write a new file beside ``path`` that only its owner may open; its name."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return name
