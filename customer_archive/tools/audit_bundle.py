"""The file in which old entries of the audit log leave it: everything a verification needs, in a signed ZIP."""

import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Iterable, Mapping

from . import audit

_LOG, _MANIFEST = "log.jsonl", "manifest.json"
_KEYS = ("id", "time", "user_id", "login", "company_id", "address", "channel", "operation", "model", "ids", "count",
         "field_names", "parts")


def _line(place: audit.Sealed) -> str:
    entry = place.entry and {key: getattr(place.entry, key) for key in _KEYS}
    values = {
        "position": place.position, "entry_id": place.entry_id, "hash": place.hash, "entry": entry,
        "details": {str(number): detail for number, detail in place.details.items()},
        "erased": sorted(place.erased),
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _place(line: str) -> audit.Sealed:
    values = json.loads(line)
    entry = values["entry"]
    if entry:
        lists = {key: tuple(entry[key]) for key in ("ids", "field_names", "parts")}
        entry = audit.Entry(**{**entry, **lists})
    details = {int(number): (salt, content) for number, (salt, content) in values["details"].items()}
    return audit.Sealed(
        values["position"], values["entry_id"], values["hash"], entry, details, frozenset(values["erased"])
    )


def _signature(manifest: Mapping, key: bytes) -> str:
    signed = {name: value for name, value in manifest.items() if name != "signature"}
    return hmac.new(key, json.dumps(signed, sort_keys=True, ensure_ascii=False).encode(), "sha256").hexdigest()


def pack(
    places: Iterable[audit.Sealed], position: int, previous: str, facts: Mapping[str, object], key: bytes | None = None
) -> bytes:
    """A bundle of sealed places that follow the place ``position`` with the hash ``previous``.

    :param facts: what the manifest says besides, such as the database and when it was made
    :param key: key of the signature; without one the bundle has the digests only
    """
    places = list(places)
    log = "".join(_line(place) + "\n" for place in places).encode()
    manifest = {
        **facts, "after": position, "previous": previous, "until": places[-1].position, "hash": places[-1].hash,
        "entries": len(places), "sha256": hashlib.sha256(log).hexdigest(),
    }
    if key:
        manifest["signature"] = _signature(manifest, key)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(_LOG, log)
        bundle.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return stream.getvalue()


def check(content: bytes, key: bytes | None = None) -> tuple[str, ...]:
    """What is wrong with a bundle: ``signature``, ``digest``, ``head``, or reasons of :class:`audit.Break`."""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        log, manifest = bundle.read(_LOG), json.loads(bundle.read(_MANIFEST))
    found = []
    if key and not hmac.compare_digest(str(manifest.get("signature")), _signature(manifest, key)):
        found.append("signature")
    if hashlib.sha256(log).hexdigest() != manifest["sha256"]:
        found.append("digest")
    places = [_place(line) for line in log.decode().splitlines()]
    if not places or (places[-1].position, places[-1].hash) != (manifest["until"], manifest["hash"]):
        found.append("head")
    found += [broken.reason for broken in audit.breaks(places, manifest["after"], manifest["previous"])]
    return tuple(dict.fromkeys(found))
