"""Seal a stream with AES-256-GCM, chunk by chunk: memory stays bounded, and a sealed file can be read from any place.

A sealed file is a header and chunks of one size, each authenticated with its place. The last one says that it is the
last: a file that was cut off is known as such when it is opened, one that was changed when the chunk is read.
"""

import base64
import hmac
import io
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"CARCSEAL"
CHUNK = 1 << 20
TAG = 16
_SALT, _CHECK = 32, 16
_LENGTHS = struct.Struct(">HI")

#: Why a file cannot be opened.
NOT_SEALED, NO_KEY, WRONG_KEY, CUT_OFF, DAMAGED = "not_sealed", "no_key", "wrong_key", "cut_off", "damaged"


class SealError(Exception):
    """A sealed file that cannot be read; ``kind`` says why."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class _Lock:
    """What seals and opens the chunks of one file: its own key, and its header as associated data."""

    cipher: AESGCM
    header: bytes

    def nonce(self, index: int, last: bool) -> bytes:
        return struct.pack(">QI", index, last)

    def seal(self, index: int, last: bool, data: bytes) -> bytes:
        return self.cipher.encrypt(self.nonce(index, last), data, self.header)

    def open(self, index: int, last: bool, data: bytes) -> bytes:
        return self.cipher.decrypt(self.nonce(index, last), data, self.header)


def _derive(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key of one file, and the mark by which a wrong key is known."""
    derived = HKDF(SHA256(), 32 + _CHECK, salt, b"customer_archive sealed file").derive(key)
    return derived[:32], derived[32:]


class SealWriter:
    """Write through to ``target``, sealed; only ``close()`` makes the file whole."""

    def __init__(self, target: BinaryIO, key: bytes, key_id: str, chunk: int = CHUNK) -> None:
        salt, name = os.urandom(_SALT), key_id.encode()
        own, check = _derive(key, salt)
        header = MAGIC + _LENGTHS.pack(len(name), chunk) + name + salt + check
        self._lock = _Lock(AESGCM(own), header)
        self._target, self._chunk = target, chunk
        self._buffer, self._index, self._size = bytearray(), 0, 0
        target.write(header)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Nothing: a chunk is written when it is full."""

    def write(self, data: bytes | bytearray | memoryview) -> int:  # pylint: disable=method-required-super
        view = memoryview(data).cast("B")
        self._size += len(view)
        for start in range(0, len(view), self._chunk):
            self._buffer += view[start : start + self._chunk]
            while len(self._buffer) > self._chunk:
                self._put(bytes(self._buffer[: self._chunk]), last=False)
                del self._buffer[: self._chunk]
        return len(view)

    def _put(self, data: bytes, last: bool) -> None:
        self._target.write(self._lock.seal(self._index, last, data))
        self._index += 1

    def close(self) -> None:
        """Write the last chunk; without it the file stays unreadable. ``target`` stays open."""
        self._put(bytes(self._buffer), last=True)
        self._buffer.clear()


def read_key_id(source: BinaryIO) -> str:
    """The id of the key that a file is sealed with.

    :raise SealError: ``not_sealed``
    """
    return _read_header(source)[1]


def _read_header(source: BinaryIO) -> tuple[bytes, str, int]:
    head = source.read(len(MAGIC) + _LENGTHS.size)
    if len(head) < len(MAGIC) + _LENGTHS.size or not head.startswith(MAGIC):
        raise SealError(NOT_SEALED)
    length, chunk = _LENGTHS.unpack(head[len(MAGIC) :])
    rest = source.read(length + _SALT + _CHECK)
    if len(rest) < length + _SALT + _CHECK or not 0 < chunk <= 64 * CHUNK:
        raise SealError(CUT_OFF)
    return head + rest, rest[:length].decode(errors="replace"), chunk


class SealReader(io.RawIOBase):
    """Read a sealed file from any place; whatever it returns has been authenticated."""

    def __init__(self, source: BinaryIO, find_key: Callable[[str], bytes]) -> None:
        """Open ``source``; ``find_key`` returns the key of an id or raises ``LookupError``.

        :raise SealError: for a file that is not sealed, whose key is missing or wrong, or that was cut off
        """
        super().__init__()
        self._source = source
        source.seek(0)
        header, self.key_id, self._chunk = _read_header(source)
        try:
            key = find_key(self.key_id)
        except LookupError as error:
            raise SealError(NO_KEY, self.key_id) from error
        own, check = _derive(key, header[-_SALT - _CHECK : -_CHECK])
        if not hmac.compare_digest(check, header[-_CHECK:]):
            raise SealError(WRONG_KEY, self.key_id)
        self._lock, self._start = _Lock(AESGCM(own), header), len(header)
        self._place, self._held = 0, (-1, b"")
        self._measure()

    def _measure(self) -> None:
        """Find the last chunk and open it: without it the file was cut off."""
        size, step = self._source.seek(0, io.SEEK_END) - self._start, self._chunk + TAG
        self._last, rest = divmod(max(size - 1, 0), step)
        self._size = self._last * self._chunk + rest + 1 - TAG
        if size < TAG or self._size < self._last * self._chunk:
            raise SealError(CUT_OFF)
        try:
            self._open(self._last)
        except SealError as error:
            raise SealError(CUT_OFF) from error

    def _open(self, index: int) -> bytes:
        if self._held[0] != index:
            self._source.seek(self._start + index * (self._chunk + TAG))
            data = self._source.read(self._chunk + TAG)
            try:
                self._held = (index, self._lock.open(index, index == self._last, data))
            except InvalidTag as error:
                raise SealError(DAMAGED, str(index)) from error
        return self._held[1]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer) -> int:
        if self._place >= self._size:
            return 0
        index, offset = divmod(self._place, self._chunk)
        part = self._open(index)[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)


def seal_text(key: bytes, text: str) -> str:
    """Seal a short text.

    >>> open_text(b"k" * 32, seal_text(b"k" * 32, "canary"))
    'canary'
    """
    nonce = os.urandom(12)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).decode()


def open_text(key: bytes, sealed: str) -> str:
    """The text that was sealed.

    :raise SealError: for a wrong key or a changed text
    """
    try:
        data = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(data[:12], data[12:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise SealError(DAMAGED) from error
