"""Sealed files: nothing readable, nothing changed unnoticed, any place readable, little memory."""

import io
import os
import tracemalloc
import zipfile

import pytest
from customer_archive_tools.sealed_file import (
    CUT_OFF,
    DAMAGED,
    NO_KEY,
    NOT_SEALED,
    WRONG_KEY,
    SealError,
    SealReader,
    SealWriter,
    open_text,
    read_key_id,
    seal_text,
)
from hypothesis import given
from hypothesis import strategies as st

KEY = bytes(range(32))
CHUNK = 64


def seal(data, key=KEY, pieces=1000):
    target = io.BytesIO()
    writer = SealWriter(target, key, "k1", CHUNK)
    for start in range(0, len(data), pieces):
        writer.write(data[start : start + pieces])
    writer.close()
    return target.getvalue()


def opened(content, key=KEY):
    return SealReader(io.BytesIO(content), {"k1": key}.__getitem__)


@given(st.binary(max_size=5 * CHUNK), st.integers(1, 3 * CHUNK))
def test_what_is_sealed_is_read_again(data, pieces):
    assert opened(seal(data, pieces=pieces)).read() == data


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_sizes_around_a_chunk(size):
    data = os.urandom(size)
    reader = opened(seal(data))
    assert reader.seek(0, io.SEEK_END) == size
    reader.seek(0)
    assert reader.read() == data


@given(st.integers(0, 300), st.integers(0, 300))
def test_any_place_is_read(place, size):
    data = bytes(number % 251 for number in range(250))
    reader = io.BufferedReader(opened(seal(data)), 16)
    reader.seek(place)
    assert reader.read(size) == data[place : place + size]


def test_equal_files_are_sealed_differently():
    assert seal(b"x" * 500) != seal(b"x" * 500)


@given(st.data())
def test_every_cut_is_noticed_when_the_file_is_opened(data):
    content = seal(os.urandom(3 * CHUNK))
    end = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(SealError) as caught:
        opened(content[:end])
    assert caught.value.kind in (CUT_OFF, NOT_SEALED)


@given(st.data())
def test_every_changed_bit_is_noticed(data):
    content = bytearray(seal(b"y" * (3 * CHUNK)))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealError):
        opened(bytes(content)).read()


def test_chunks_that_changed_places_are_noticed():
    content = seal(os.urandom(4 * CHUNK))
    step, start = CHUNK + 16, len(content) - 4 * (CHUNK + 16)
    swapped = content[:start] + content[start + step : start + 2 * step] + content[start : start + step]
    swapped += content[start + 2 * step :]
    with pytest.raises(SealError) as caught:
        opened(swapped).read()
    assert caught.value.kind == DAMAGED


def test_end_of_another_file_does_not_fit():
    one, two = seal(b"a" * 200), seal(b"b" * 200)
    with pytest.raises(SealError):
        opened(one[:-80] + two[-80:]).read()


def test_file_that_was_not_closed_is_no_file():
    target = io.BytesIO()
    writer = SealWriter(target, KEY, "k1", CHUNK)
    writer.write(b"z" * 500)
    with pytest.raises(SealError) as caught:
        opened(target.getvalue())
    assert caught.value.kind == CUT_OFF


def test_keys():
    content = seal(b"data")
    assert read_key_id(io.BytesIO(content)) == "k1"
    with pytest.raises(SealError) as caught:
        opened(content, key=bytes(32))
    assert caught.value.kind == WRONG_KEY
    with pytest.raises(SealError) as caught:
        SealReader(io.BytesIO(content), {}.__getitem__)
    assert (caught.value.kind, caught.value.detail) == (NO_KEY, "k1")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip file", b"CARCSEA"])
def test_other_files_are_known_as_such(content):
    with pytest.raises(SealError) as caught:
        opened(content)
    assert caught.value.kind == NOT_SEALED


def test_zip_file_inside():
    target = io.BytesIO()
    writer = SealWriter(target, KEY, "k1", CHUNK)
    with zipfile.ZipFile(writer, "w", zipfile.ZIP_DEFLATED) as book:
        with book.open("big", "w", force_zip64=True) as stream:
            stream.write(b"b" * 1000)
        book.writestr("small", "s")
    writer.close()
    with zipfile.ZipFile(io.BufferedReader(opened(target.getvalue()))) as book:
        assert book.testzip() is None
        assert book.read("big") == b"b" * 1000


def test_memory_does_not_grow_with_the_file(tmp_path):
    block, path = os.urandom(1 << 20), tmp_path / "big"
    tracemalloc.start()
    with open(path, "wb") as target:
        writer = SealWriter(target, KEY, "k1")
        with zipfile.ZipFile(writer, "w") as book, book.open("big", "w", force_zip64=True) as stream:
            for _time in range(96):
                stream.write(block)
        writer.close()
    with open(path, "rb") as source:
        reader = io.BufferedReader(SealReader(source, {"k1": KEY}.__getitem__), 1 << 20)
        with zipfile.ZipFile(reader) as book, book.open("big") as stream:
            while stream.read(1 << 20):
                pass
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 96 << 20
    assert peak < 16 << 20


def test_texts():
    sealed = seal_text(KEY, "金丝雀")
    assert open_text(KEY, sealed) == "金丝雀"
    assert sealed != seal_text(KEY, "金丝雀")
    for bad in (sealed[:-4] + "AAAA", "", "no base64!", sealed[:8]):
        with pytest.raises(SealError):
            open_text(KEY, bad)
    with pytest.raises(SealError):
        open_text(bytes(32), sealed)
