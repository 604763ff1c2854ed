"""The key ring: its text, its derived keys, rotation, and what it refuses."""

import pytest
from customer_archive_tools import keyring
from customer_archive_tools.keyring import KeyRing, KeyRingError
from hypothesis import given
from hypothesis import strategies as st

KEY = bytes(range(32))
IDS = st.from_regex(r"k[0-9]{1,5}", fullmatch=True)


@given(st.dictionaries(IDS, st.binary(min_size=32, max_size=32), min_size=1, max_size=5), st.data())
def test_a_ring_survives_its_text(keys, data):
    ring = KeyRing(data.draw(st.sampled_from(sorted(keys))), keys)
    assert KeyRing.parse(ring.dump()) == ring


def test_the_text_of_a_ring_says_what_it_is():
    assert KeyRing("k1", {"k1": KEY}).dump().splitlines()[0].startswith("# Secret keys.")


def test_one_line_serves_the_environment():
    ring = KeyRing.parse(f"current=k2, k1={'00' * 32},k2={KEY.hex()}")
    assert ring.current == "k2" and ring.keys["k2"] == KEY


def test_keys_are_not_shown_by_accident():
    ring = KeyRing("k1", {"k1": KEY})
    assert KEY.hex() not in repr(ring) and repr(KEY) not in repr(ring)
    with pytest.raises(KeyRingError) as caught:
        KeyRing.parse(f"current=k1\nk1={KEY.hex()}f")
    assert KEY.hex() not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", keyring.NO_CURRENT),
        (f"k1={'00' * 32}", keyring.NO_CURRENT),
        (f"current=k2\nk1={'00' * 32}", keyring.NO_CURRENT),
        ("current=k1\nk1=00", keyring.BAD_KEY),
        (f"current=k1\nk1={'0g' * 32}", keyring.BAD_KEY),
        (f"current=k1\nk1={'00' * 32}\nk1={'11' * 32}", keyring.TWICE),
        (f"current=k1\ncurrent=k1\nk1={'00' * 32}", keyring.TWICE),
        (f"current=k 1\nk 1={'00' * 32}", keyring.BAD_ID),
        ("current", keyring.BAD_LINE),
    ],
)
def test_a_damaged_ring_is_refused(text, code):
    with pytest.raises(KeyRingError) as caught:
        KeyRing.parse(text)
    assert caught.value.code == code


def test_current_is_no_name_of_a_key():
    with pytest.raises(KeyRingError):
        KeyRing("current", {"current": KEY})


def test_derivation_is_hkdf_of_rfc_5869():
    # computed step by step after the standard: extract with an empty salt, expand one block
    import hashlib
    import hmac

    prk = hmac.new(bytes(32), KEY, hashlib.sha256).digest()
    block = hmac.new(prk, b"customer_archive seal\x01", hashlib.sha256).digest()
    assert KeyRing("k1", {"k1": KEY}).derive("seal") == block


def test_each_purpose_and_each_key_has_its_own():
    ring = KeyRing("k1", {"k1": KEY, "k2": bytes(32)})
    assert len({ring.derive(purpose, key_id) for purpose in "abc" for key_id in ("k1", "k2")}) == 6
    with pytest.raises(KeyRingError) as caught:
        ring.derive("a", "k3")
    assert (caught.value.code, caught.value.detail) == (keyring.UNKNOWN_ID, "k3")


def test_rotation_keeps_what_reads_old_values():
    old = KeyRing("k1", {"k1": KEY})
    new = old.rotated("k2")
    assert new.current == "k2" and new.keys["k1"] == KEY and len(new.keys["k2"]) == 32
    assert old.rotated("k2").keys["k2"] != new.keys["k2"]
    with pytest.raises(KeyRingError):
        new.rotated("k1")


def test_a_fresh_ring_is_random():
    assert KeyRing.fresh() != KeyRing.fresh()
    assert KeyRing.fresh("office", KEY).keys == {"office": KEY}


def test_fingerprints_tell_keys_apart():
    marks = KeyRing("k1", {"k1": KEY, "k2": bytes(32)}).fingerprints()
    assert marks.keys() == {"k1", "k2"} and marks["k1"] != marks["k2"]
    assert all(len(mark) == 16 for mark in marks.values())
