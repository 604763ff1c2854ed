import pytest
from customer_archive_tools.upload import (
    EMPTY,
    JPEG,
    LARGE,
    LONGEST_NAME,
    MANY,
    PDF,
    PNG,
    STRANGE,
    WEBP,
    Fault,
    Limits,
    clean_name,
    find_fault,
    sniff,
    take,
)

PICTURE = b"\xff\xd8\xff\xe0 and the rest"


@pytest.mark.parametrize(
    ("content", "mimetype"),
    [
        (PICTURE, JPEG),
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", WEBP),
        (b"%PDF-1.4\n", PDF),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", None),
        (b"<?xml version='1.0'?><svg onload='alert(1)'/>", None),
        (b"<!DOCTYPE html><script>alert(1)</script>", None),
        (b" %PDF-1.4", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_is(content, mimetype):
    assert sniff(content) == mimetype


@pytest.mark.parametrize(
    ("name", "mimetype", "kept"),
    [
        ("crack.jpg", JPEG, "crack.jpg"),
        ("crack.jpeg", JPEG, "crack.jpeg"),
        ("crack.html", JPEG, "crack.html.jpg"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("..", PDF, "file.pdf"),
        ("裂纹\u202e照片.png", PNG, "裂纹照片.png"),
        ("two\nlines.png", PNG, "two lines.png"),
    ],
)
def test_a_name_has_no_path_and_the_ending_of_its_type(name, mimetype, kept):
    assert clean_name(name, mimetype) == kept


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + ".jpg"])
def test_a_name_has_an_end(name):
    kept = clean_name(name, JPEG)
    assert kept.endswith(".jpg")
    assert len(kept) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ([], None),
        ([("a.jpg", PICTURE)] * 3, None),
        ([("a.jpg", PICTURE)] * 4, Fault(MANY)),
        ([("a.jpg", PICTURE), ("b.jpg", PICTURE * 10)], Fault(LARGE, "b.jpg")),
        ([("a.jpg", b"<svg/>")], Fault(STRANGE, "a.jpg")),
        ([("a.jpg", b"")], Fault(EMPTY, "a.jpg")),
    ],
)
def test_the_first_reason_not_to_take_files(files, fault):
    assert find_fault([take(*file) for file in files], Limits(3, 100)) == fault
