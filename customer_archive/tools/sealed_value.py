"""Sealed values: encrypted text that opens only in the place it was sealed for, and marks to find equal values.

A sealed value reads ``s1.<key id>.<mark>.<nonce and AES-256-GCM ciphertext>``. The place (model, field, record) is
associated data of the cipher, so that a value moved to another record or field is refused. The mark is a keyed hash
(HMAC-SHA256, 128 bits) of the text and of its field: equal texts of one field have equal marks, and nobody without the
key computes one. Texts that could be guessed through it, because there are few of their kind, get none.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .keyring import KeyRing

VERSION = "s1"
NONCE_BYTES = 12
MARK_BYTES = 16
#: Letters and digits that a text has at least to be found by its mark.
SEARCHABLE_LENGTH = 8
MASK = "*"
#: As many signs of the mask in a row are never taken for something that a person typed.
MASK_RUN = MASK * 4

# Why a sealed value cannot be read.
DAMAGED = "damaged"
NO_KEY = "no_key"


class SealError(ValueError):
    """A value that cannot be read; ``reason`` is `DAMAGED` or `NO_KEY`, ``key_id`` the key it asks for."""

    def __init__(self, reason: str, key_id: str = ""):
        super().__init__(f"{reason} {key_id}".strip())
        self.reason = reason
        self.key_id = key_id


def seal(ring: KeyRing, text: str, place: str, scope: str) -> str:
    """Encrypt a text with the current key.

    :param place: the only place where it will open
    :param scope: the texts among which equal ones may be found

    >>> ring = KeyRing.fresh()
    >>> open_sealed(ring, seal(ring, "secret", "here", "all"), "here")
    'secret'
    """
    nonce = os.urandom(NONCE_BYTES)
    cipher = _cipher(ring.derive("seal"))
    body = nonce + cipher.encrypt(nonce, text.encode(), place.encode())
    return ".".join((VERSION, ring.current, mark(ring, text, scope), base64.b64encode(body).decode()))


def open_sealed(ring: KeyRing, sealed: str, place: str) -> str:
    """Return the text of a sealed value.

    :raise SealError: when it was changed, sealed for another place, or with a key that the ring lacks
    """
    key_id = key_id_of(sealed)
    if not key_id:
        raise SealError(DAMAGED)
    if key_id not in ring.keys:
        raise SealError(NO_KEY, key_id)
    try:
        body = base64.b64decode(sealed.rpartition(".")[2], validate=True)
        cipher = _cipher(ring.derive("seal", key_id))
        return cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealError(DAMAGED, key_id) from error


def key_id_of(sealed: str) -> str:
    """Return the id of the key that a sealed value was made with, or an empty text.

    >>> key_id_of("s1.k2.mark.body"), key_id_of("13800138000")
    ('k2', '')
    """
    parts = sealed.split(".")
    return parts[1] if len(parts) == 4 and parts[0] == VERSION else ""


def mark(ring: KeyRing, text: str, scope: str, key_id: str | None = None) -> str:
    """Return the mark by which equal texts of one scope are found, or an empty text where it could be guessed."""
    if not is_searchable(text):
        return ""
    key = ring.derive("mark", key_id)
    digest = hmac.new(key, f"{scope}\0{text}".encode(), hashlib.sha256).digest()[:MARK_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_searchable(text: str) -> bool:
    """Tell whether a text is long enough not to be found by trying all of its kind.

    >>> is_searchable("13800138000"), is_searchable("a-1-b-2-c"), is_searchable("")
    (True, False, False)
    """
    return sum(char.isalnum() for char in text) >= SEARCHABLE_LENGTH


def mask(text: str, head: int, tail: int) -> str:
    """Hide the middle of a text: at least a third of its signs, and at least four.

    >>> mask("310101199001011234", 4, 4), mask("13800138000", 3, 4), mask("1234567", 3, 4), mask("12", 3, 4)
    ('3101**********1234', '138****8000', '****567', '**')
    """
    shown = max(min(len(text) * 2 // 3, len(text) - len(MASK_RUN)), 0)
    tail = min(tail, shown)
    head = min(head, shown - tail)
    return text[:head] + MASK * (len(text) - head - tail) + text[len(text) - tail :]


def is_masked(text: str) -> bool:
    """Tell whether a text is what `mask` makes, not something to be stored.

    >>> is_masked("138****8000"), is_masked("13800138000")
    (True, False)
    """
    return MASK_RUN in text or bool(text) and not text.strip(MASK)


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
