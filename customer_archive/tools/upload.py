"""Files from strangers: what they are by their content, and whether they are taken."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from . import text

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
# The first ending is the usual one.
ENDINGS = {JPEG: (".jpg", ".jpeg"), PNG: (".png",), WEBP: (".webp",), PDF: (".pdf",)}
MANY, LARGE, STRANGE, EMPTY = "many", "large", "strange", "empty"
LONGEST_NAME = 100


@dataclass(frozen=True)
class Limits:
    """How many files are taken at once, and how many bytes of each."""

    number: int
    size: int


@dataclass(frozen=True)
class File:
    """A file that somebody sent: the name is theirs, the type is what the content is."""

    name: str
    content: bytes
    mimetype: str | None


@dataclass(frozen=True)
class Fault:
    """Why files are not taken; ``name`` is of the file it is about."""

    kind: str
    name: str = ""


def sniff(content: bytes) -> str | None:
    """The type of a file by its first bytes, whatever it is called; None: none that is taken.

    >>> sniff(b"%PDF-1.7 ..."), sniff(b"<html><script>"), sniff(b"<svg xmlns='x'/>")
    ('application/pdf', None, None)
    """
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return PDF if content.startswith(b"%PDF-") else None


def clean_name(name: str, mimetype: str) -> str:
    """A name without a path, in one line, whose ending is that of the type.

    >>> clean_name("C:\\\\photos\\\\crack.JPG", JPEG), clean_name("../bill.html", PDF), clean_name("", PNG)
    ('crack.JPG', 'bill.html.pdf', 'file.png')
    """
    line = text.collapse_spaces(text.strip_invisible(re.split(r"[/\\]", name)[-1])).strip(". ")
    endings = ENDINGS[mimetype]
    stem = line or "file"
    if stem.lower().endswith(endings):
        return stem if len(stem) <= LONGEST_NAME else stem[: LONGEST_NAME - 5] + endings[0]
    return stem[: LONGEST_NAME - 5] + endings[0]


def take(name: str, content: bytes) -> File:
    """A file as it is kept.

    >>> take("a.exe", b"%PDF-1").name
    'a.exe.pdf'
    """
    mimetype = sniff(content)
    return File(clean_name(name, mimetype) if mimetype else name[:LONGEST_NAME], content, mimetype)


def find_fault(files: Iterable[File], limits: Limits) -> Fault | None:
    """The first reason not to take files, or None.

    >>> find_fault([take("a.pdf", b"%PDF-1"), take("b.exe", b"MZ")], Limits(5, 100))
    Fault(kind='strange', name='b.exe')
    """
    listed = list(files)
    if len(listed) > limits.number:
        return Fault(MANY)
    for file in listed:
        if not file.content:
            return Fault(EMPTY, file.name)
        if len(file.content) > limits.size:
            return Fault(LARGE, file.name)
        if not file.mimetype:
            return Fault(STRANGE, file.name)
    return None
