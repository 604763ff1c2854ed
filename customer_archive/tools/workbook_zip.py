"""Open a zipped workbook safely: no bombs, no passwords, no macros, no entities."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from .workbook_model import (
    BAD_XML,
    MACRO,
    NOT_A_WORKBOOK,
    PASSWORD_PROTECTED,
    ZIP_BOMB,
    Limits,
    WorkbookError,
)

#: Unpacked sizes below are never called a bomb because of their ratio alone.
_HARMLESS = 20 * 1024**2
_CHUNK = 64 * 1024
_MACRO_PARTS = re.compile(
    r"vbaProject\w*\.bin$|^xl/macrosheets/|^(?:Basic|Scripts)/.", re.IGNORECASE
)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def open_package(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return the zip file, checked by its directory before anything is unpacked.

    `zipfile` never unpacks more of a member than the directory announces, so the sum
    of the announced sizes is a true bound.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise WorkbookError(NOT_A_WORKBOOK, cause="damaged") from error
    members = package.infolist()
    unpacked = sum(member.file_size for member in members)
    bomb = (
        len(members) > limits.max_members
        or unpacked > limits.max_unpacked
        or unpacked > max(_HARMLESS, limits.max_ratio * len(data))
    )
    if bomb:
        raise WorkbookError(ZIP_BOMB, members=len(members), unpacked=unpacked)
    if any(member.flag_bits & 0x1 for member in members):
        raise WorkbookError(PASSWORD_PROTECTED)
    for member in members:
        if _MACRO_PARTS.search(member.filename):
            raise WorkbookError(MACRO, part=member.filename)
    return package


def read_part(package: zipfile.ZipFile, name: str) -> bytes:
    """Return one part, or nothing where it is missing."""
    try:
        return package.read(name)
    except KeyError:
        return b""
    except Exception as error:  # zlib, CRC, compression: hostile input
        raise WorkbookError(NOT_A_WORKBOOK, cause="damaged", part=name) from error


def scan_xml(
    package: zipfile.ZipFile,
    name: str,
    start: Start | None = None,
    end: End | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read one XML part through expat, refusing document types and syntax errors.

    No document type means no entities: neither external files (XXE) nor a billion
    laughs. Handlers get local names without their prefix.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype(name)
    if start:
        parser.StartElementHandler = lambda tag, attrs: start(_local(tag), attrs)
    if end:
        parser.EndElementHandler = lambda tag: end(_local(tag))
    if text:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    try:
        with package.open(name) as part:
            for chunk in iter(lambda: part.read(_CHUNK), b""):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except WorkbookError:
        raise
    except expat.ExpatError as error:
        raise WorkbookError(BAD_XML, part=name, cause="syntax") from error
    except Exception as error:  # zlib, CRC, unknown encodings: hostile input
        raise WorkbookError(NOT_A_WORKBOOK, cause="damaged", part=name) from error


def _refuse_doctype(name: str) -> Callable[..., None]:
    def refuse(*_args: Any) -> None:
        raise WorkbookError(BAD_XML, part=name, cause="doctype")

    return refuse


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
