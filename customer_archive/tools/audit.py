"""Pure parts of the audit log: digests, the chain of hashes and its verification, short and harmless values."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# What the first entry of a chain follows.
ORIGIN = "0" * 64
# Stands for a value that the log must not hold.
HIDDEN = "•••"
# Stands for a condition that code has made.
_BY_CODE = "…"


@dataclass(frozen=True)
class Entry:
    """One entry of the log as the chain sees it; ``parts`` are the digests of what may be erased."""

    id: int
    time: str
    user_id: int | None
    login: str | None
    company_id: int | None
    address: str | None
    channel: str
    operation: str
    model: str
    ids: tuple[int, ...]
    count: int
    field_names: tuple[str, ...]
    parts: tuple[str, ...]


def canonical(position: int, entry: Entry) -> bytes:
    """The bytes of an entry at its place in the chain: the same for the same content, whatever wrote them.

    >>> entry = Entry(7, "2026-01-02 03:04:05", 2, "zoé", 1, None, "web", "read", "res.partner", (3,), 1, ("name",), ())
    >>> canonical(1, entry).decode()
    '[1,7,"2026-01-02 03:04:05",2,"zoé",1,null,"web","read","res.partner",[3],1,["name"],[]]'
    """
    values = [
        position,
        entry.id,
        entry.time,
        entry.user_id,
        entry.login,
        entry.company_id,
        entry.address,
        entry.channel,
        entry.operation,
        entry.model,
        entry.ids,
        entry.count,
        entry.field_names,
        entry.parts,
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def link(previous: str, position: int, entry: Entry) -> str:
    """The hash of an entry that follows the one with the hash ``previous``."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(position, entry)).hexdigest()


def digest(salt: str, content: str) -> str:
    """The digest of a part that may be erased; the salt goes with it, so that nobody guesses the content from this.

    >>> digest("a", "x") == digest("b", "x")
    False
    """
    return hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold, and why: ``missing``, ``changed``, ``detail`` or ``unsealed``."""

    position: int
    entry_id: int
    reason: str


@dataclass(frozen=True)
class Sealed:
    """A place of the chain as stored: its number, the entry named there, its hash, and the entry if it is there.

    ``details`` are the parts that are there, as {number: (salt, content)}; ``erased`` the numbers of those erased.
    """

    position: int
    entry_id: int
    hash: str
    entry: Entry | None
    details: Mapping[int, tuple[str, str]]
    erased: frozenset[int] = frozenset()


def breaks(places: Iterable[Sealed], position: int = 0, previous: str = ORIGIN) -> Iterator[Break]:
    """Every place where a chain does not hold, first gap first.

    :param places: the sealed places in the order of their numbers
    :param position: number of the place before the first one, with its hash ``previous``
    """
    for place in places:
        if place.position != position + 1:
            yield Break(position + 1, 0, "missing")
            # what follows a gap cannot be linked to anything: it is taken as it stands
        elif place.entry is None:
            yield Break(place.position, place.entry_id, "missing")
        elif link(previous, place.position, place.entry) != place.hash:
            yield Break(place.position, place.entry_id, "changed")
        if place.entry is not None and not details_hold(place.entry, place.details, place.erased):
            yield Break(place.position, place.entry_id, "detail")
        position, previous = place.position, place.hash


def details_hold(entry: Entry, details: Mapping[int, tuple[str, str]], erased: frozenset[int] = frozenset()) -> bool:
    """Whether each part of an entry is as it was written, or erased by an entry of the log."""
    if details.keys() - set(range(1, len(entry.parts) + 1)):
        return False
    return all(
        digest(*details[number]) == expected if number in details else number in erased
        for number, expected in enumerate(entry.parts, start=1)
    )


def short(value: object, length: int = 200) -> object:
    """A value fit for the log: numbers and truth as they are, else text of a limited length.

    >>> short(12), short(None), short("a" * 9, 5), short([1, (2, "b")], 5)
    (12, None, 'aaaa…', [1, [2, 'b']])
    >>> short(list(range(60)))[-1]
    '… 10'
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        found = [short(item, length) for item in list(value)[:50]]
        return found if len(value) <= 50 else [*found, f"… {len(value) - 50}"]
    if isinstance(value, Mapping):
        return {str(key): short(item, length) for key, item in value.items()}
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(value)} bytes)"
    text = str(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def mask_domain(domain: Iterable, hidden: frozenset[str]) -> list:
    """A search condition in which values of hidden fields are covered.

    >>> mask_domain(["|", ("name", "ilike", "a"), ("parent_id.secret", "=", "b")], frozenset({"secret"}))
    ['|', ['name', 'ilike', 'a'], ['parent_id.secret', '=', '•••']]

    What is no condition in words, such as SQL that code searches by, is a sign only.
    """
    found = []
    for item in domain:
        if isinstance(item, list | tuple) and len(item) == 3:
            name, operator, value = item
            covered = HIDDEN if str(name).rpartition(".")[2] in hidden else short(value)
            found.append([str(name), str(operator), covered])
        else:
            found.append(item if isinstance(item, str) else _BY_CODE)
    return found


def cover(login: str) -> str:
    """A login that nobody has, shortened: people type passwords into that field.

    >>> cover("administrator"), cover("ab")
    ('adm…', 'a…')
    """
    return login[: min(3, len(login) // 2)] + "…"
