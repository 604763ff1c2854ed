"""The key ring: named secret keys, one of them current, kept outside the database.

As text, one entry on a line (or between commas), ``#`` begins a comment:

    current=k2
    k1=<64 hexadecimal digits>
    k2=<64 hexadecimal digits>

Every use draws a key of its own from these by `KeyRing.derive`, so that nothing that one use gives away helps against
another.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
CURRENT = "current"
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
_HEADER = "# Secret keys. Without them nothing that was encrypted can be read: keep a copy apart from the database.\n"

# What `KeyRingError` says is wrong.
BAD_LINE = "line"
BAD_ID = "id"
BAD_KEY = "key"
TWICE = "twice"
NO_CURRENT = "no_current"
UNKNOWN_ID = "unknown"


class KeyRingError(ValueError):
    """A ring that cannot be used; ``code`` says why, and neither text nor arguments hold a key."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class KeyRing:
    """Keys by their id. ``current`` encrypts; the others only read what was encrypted earlier."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        for key_id, key in self.keys.items():
            if not _KEY_ID.fullmatch(key_id) or key_id == CURRENT:
                raise KeyRingError(BAD_ID, key_id)
            if len(key) != KEY_BYTES:
                raise KeyRingError(BAD_KEY, key_id)
        if self.current not in self.keys:
            raise KeyRingError(NO_CURRENT, self.current)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read a ring from its text.

        :raise KeyRingError: when a line is no entry, an id comes twice, a key is damaged or the current one is missing

        >>> KeyRing.parse("current=k1, k1=" + "00" * 32)
        KeyRing(current='k1')
        >>> KeyRing.parse("k1=" + "00" * 32)
        Traceback (most recent call last):
            ...
        customer_archive_tools.keyring.KeyRingError: no_current
        """
        entries: dict[str, str] = {}
        lines = [line.partition("#")[0].strip() for line in re.split(r"[\n,]", text)]
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            name, separator, value = (part.strip() for part in line.partition("="))
            if not separator:
                raise KeyRingError(BAD_LINE, str(number))
            if name in entries:
                raise KeyRingError(TWICE, name)
            entries[name] = value
        current = entries.pop(CURRENT, "")
        return cls(current, {name: _parse_key(name, value) for name, value in entries.items()})

    @classmethod
    def fresh(cls, key_id: str = "k1", key: bytes | None = None) -> "KeyRing":
        """Return a ring of one new key; ``key`` is random unless given."""
        return cls(key_id, {key_id: key or secrets.token_bytes(KEY_BYTES)})

    def dump(self) -> str:
        """Return the text that `parse` reads, with a warning to whoever opens the file."""
        lines = [f"{CURRENT}={self.current}", *(f"{name}={key.hex()}" for name, key in self.keys.items())]
        return _HEADER + "\n".join(lines) + "\n"

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """Return the 32 bytes (HKDF-SHA256, RFC 5869) that serve one purpose.

        :param key_id: the key to draw them from; by default the current one
        :raise KeyRingError: when the ring has no such key

        >>> ring = KeyRing("k1", {"k1": bytes(32)})
        >>> ring.derive("a") == ring.derive("a"), ring.derive("a") == ring.derive("b")
        (True, False)
        """
        name = key_id or self.current
        if name not in self.keys:
            raise KeyRingError(UNKNOWN_ID, name)
        return _hkdf(self.keys[name], purpose)

    def rotated(self, new_id: str, key: bytes | None = None) -> "KeyRing":
        """Return a ring with one more key that is the current one; the old ones stay to read with.

        :raise KeyRingError: when the id is taken
        """
        if new_id in self.keys:
            raise KeyRingError(TWICE, new_id)
        return KeyRing(new_id, {**self.keys, new_id: key or secrets.token_bytes(KEY_BYTES)})

    def next_id(self) -> str:
        """Return an id for the next key.

        >>> KeyRing.fresh("k1").next_id(), KeyRing.fresh("office").next_id()
        ('k2', 'k1')
        """
        numbers = [int(name[1:]) for name in self.keys if re.fullmatch(r"k[0-9]{1,9}", name)]
        return f"k{max(numbers, default=0) + 1}"

    def fingerprints(self) -> dict[str, str]:
        """Return, per id, a short mark that tells keys apart and tells nothing about them."""
        return {name: self.derive("fingerprint", name)[:8].hex() for name in self.keys}


def _parse_key(name: str, value: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        raise KeyRingError(BAD_KEY, name)
    return bytes.fromhex(value)


@lru_cache(maxsize=256)
def _hkdf(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"customer_archive {purpose}".encode()).derive(key)
