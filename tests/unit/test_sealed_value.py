"""Sealed values: they open in their place with their key, and nowhere else."""

import base64

import pytest
from customer_archive_tools import sealed_value
from customer_archive_tools.keyring import KeyRing
from customer_archive_tools.sealed_value import SealError, is_masked, mask, open_sealed, seal
from hypothesis import given
from hypothesis import strategies as st

RING = KeyRing("k1", {"k1": bytes(32)})
TEXTS = st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable())


def reason(ring, sealed, place="here"):
    with pytest.raises(SealError) as caught:
        open_sealed(ring, sealed, place)
    return caught.value.reason


@given(TEXTS)
def test_a_sealed_text_opens_and_is_not_seen(text):
    sealed = seal(RING, text, "here", "all")
    assert open_sealed(RING, sealed, "here") == text
    assert len(text) < 4 or text not in sealed


def test_equal_texts_are_sealed_differently_and_share_their_mark():
    one, two = (seal(RING, "13800138000", "here", "phones") for _ in "12")
    assert one != two and one.split(".")[2] == two.split(".")[2]


def test_marks_differ_by_scope_and_key():
    ring = RING.rotated("k2", b"2" * 32)
    marks = {sealed_value.mark(ring, "13800138000", scope, key) for scope in ("a", "b") for key in ("k1", "k2")}
    assert len(marks) == 4


@pytest.mark.parametrize("text", ["", "1", "1234567", "a-b-c-d-e-f-g"])
def test_short_texts_have_no_mark(text):
    assert sealed_value.mark(RING, text, "all") == ""


def test_a_value_moved_elsewhere_is_refused():
    assert reason(RING, seal(RING, "secret", "there", "all")) == sealed_value.DAMAGED


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_every_changed_byte_is_noticed(place, change):
    head, _dot, body = seal(RING, "secret", "here", "all").rpartition(".")
    data = bytearray(base64.b64decode(body))
    data[place % len(data)] ^= change
    assert reason(RING, f"{head}.{base64.b64encode(data).decode()}") == sealed_value.DAMAGED


@given(st.integers(min_value=1))
def test_every_truncation_is_noticed(cut):
    sealed = seal(RING, "secret", "here", "all")
    assert reason(RING, sealed[: -(cut % len(sealed)) or -1]) in (sealed_value.DAMAGED, sealed_value.NO_KEY)


@pytest.mark.parametrize("text", ["", "plain", "s1", "s1.k1", "s1.k1.m.", "s1.k1.m.AAAA", "s1.k1.m.ü", "s2.k1.m.AAAA"])
def test_what_is_no_sealed_value_is_damaged(text):
    assert reason(RING, text) == sealed_value.DAMAGED


def test_a_lost_key_is_told_apart_from_damage():
    sealed = seal(RING.rotated("k2"), "secret", "here", "all")
    with pytest.raises(SealError) as caught:
        open_sealed(RING, sealed, "here")
    assert (caught.value.reason, caught.value.key_id) == (sealed_value.NO_KEY, "k2")


def test_the_key_of_another_ring_does_not_open():
    assert reason(KeyRing("k1", {"k1": b"1" * 32}), seal(RING, "secret", "here", "all")) == sealed_value.DAMAGED


@given(TEXTS, st.integers(0, 9), st.integers(0, 9))
def test_a_mask_hides_a_third_and_four_at_least(text, head, tail):
    masked = mask(text, head, tail)
    assert len(masked) == len(text)
    hidden = len(text) - min(head + tail, max(min(len(text) * 2 // 3, len(text) - 4), 0))
    assert masked.count("*") >= hidden >= min(4, len(text))
    assert is_masked(masked)
