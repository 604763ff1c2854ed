"""The chain of the audit log and the bundle in which old entries leave it, without a database."""

import dataclasses
import io
import json
import zipfile

import pytest
from customer_archive_tools import audit, audit_bundle

KEY = b"k" * 32


def make_entry(number, **values):
    parts = (audit.digest("salt", f"content {number}"),)
    facts = {
        "id": number * 10, "time": f"2026-01-01T00:00:{number:02}.000000", "user_id": 2, "login": "李雷",
        "company_id": 1, "address": None, "channel": "web", "operation": "read", "model": "res.partner",
        "ids": (number,), "count": 1, "field_names": ("name",), "parts": parts,
    }
    return audit.Entry(**{**facts, **values})


def make_chain(count, position=0, previous=audit.ORIGIN):
    chain = []
    for number in range(position + 1, position + count + 1):
        entry = make_entry(number)
        previous = audit.link(previous, number, entry)
        chain.append(audit.Sealed(number, entry.id, previous, entry, {1: ("salt", f"content {number}")}))
    return chain


def reasons(chain, *start):
    return [(found.position, found.reason) for found in audit.breaks(chain, *start)]


def test_an_untouched_chain_holds():
    assert reasons(make_chain(9)) == []


def test_a_chain_holds_from_an_anchor():
    chain = make_chain(9)
    assert reasons(chain[4:], 4, chain[3].hash) == []
    assert reasons(chain[4:], 4, "0" * 64) == [(5, "changed")]


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(audit.Entry)])
def test_every_field_is_part_of_the_hash(field):
    chain = make_chain(3)
    value = getattr(chain[1].entry, field)
    other = ("x",) if isinstance(value, tuple) else 77 if isinstance(value, int) else "x"
    chain[1] = dataclasses.replace(chain[1], entry=dataclasses.replace(chain[1].entry, **{field: other}))
    assert (2, "changed") in reasons(chain)


def test_each_kind_of_gap_is_named_at_its_place():
    chain = make_chain(6)
    assert reasons(chain[:2] + chain[3:]) == [(3, "missing")]
    assert reasons([*chain[:3], dataclasses.replace(chain[3], entry=None), *chain[4:]]) == [(4, "missing")]
    swapped = [dataclasses.replace(chain[1], entry=chain[2].entry), dataclasses.replace(chain[2], entry=chain[1].entry)]
    assert {place for place, reason in reasons([chain[0], *swapped, *chain[3:]]) if reason == "changed"} == {2, 3}


def test_details_hold_or_are_erased_by_name():
    place = make_chain(1)[0]
    assert reasons([dataclasses.replace(place, details={})]) == [(1, "detail")]
    assert reasons([dataclasses.replace(place, details={}, erased=frozenset({1}))]) == []
    assert reasons([dataclasses.replace(place, details={1: ("salt", "other")})]) == [(1, "detail")]
    assert reasons([dataclasses.replace(place, details={**place.details, 2: ("s", "more")})]) == [(1, "detail")]


def test_a_bundle_verifies_itself():
    chain = make_chain(5, 7, "a" * 64)
    content = audit_bundle.pack(chain, 7, "a" * 64, {"database": "x"}, KEY)
    assert audit_bundle.check(content, KEY) == ()
    assert audit_bundle.check(content) == ()
    assert audit_bundle.check(content, b"other" * 8) == ("signature",)


def repack(content, change_log=lambda text: text, change_manifest=lambda values: values):
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        log, manifest = bundle.read("log.jsonl").decode(), json.loads(bundle.read("manifest.json"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as bundle:
        bundle.writestr("log.jsonl", change_log(log))
        bundle.writestr("manifest.json", json.dumps(change_manifest(manifest)))
    return stream.getvalue()


def test_a_changed_bundle_is_found():
    content = audit_bundle.pack(make_chain(5), 0, audit.ORIGIN, {}, KEY)
    changed = repack(content, lambda text: text.replace("李雷", "韩梅"))
    assert audit_bundle.check(changed, KEY) == ("digest", "changed")
    assert audit_bundle.check(repack(content, change_manifest=lambda m: {**m, "entries": 4}), KEY) == ("signature",)
    cut = repack(content, lambda text: "".join(text.splitlines(keepends=True)[:-1]))
    assert audit_bundle.check(cut, KEY) == ("digest", "head")


def test_condition_made_by_code_is_a_sign():
    assert audit.mask_domain(["&", ("name", "=", "a"), object()], frozenset()) == ["&", ["name", "=", "a"], "…"]
