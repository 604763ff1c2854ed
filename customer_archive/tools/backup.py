"""What a backup notes of the database, what went wrong, and what a restored copy is compared with."""

import errno
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

FORMAT = 1
SUFFIX = ".backup"
PART = ".part"
DUMP, MANIFEST, FILESTORE = "dump.sql", "manifest.json", "filestore/"
#: The last words of a whole dump.
END_MARK = b"PostgreSQL database dump complete"

#: Kinds of problems that say something about the file; all others are about the machine.
VERDICTS = ("not_sealed", "cut_off", "damaged", "not_whole", "counts", "files", "canary", "log")

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EEXIST)


class BackupProblem(Exception):
    """A backup that could not be made, restored or proven; ``kind`` says why, ``detail`` what was reported."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail

    @property
    def is_verdict(self) -> bool:
        """Whether the file itself is bad."""
        return self.kind in VERDICTS


def from_os_error(error: OSError) -> BackupProblem:
    """The problem that an error of the operating system stands for.

    >>> from_os_error(OSError(28, "No space left on device")).kind
    'disk_full'
    """
    kind = "disk_full" if error.errno in _FULL else "not_writable" if error.errno in _CLOSED else "system"
    return BackupProblem(kind, error.strerror or str(error))


def from_report(program: str, status: int, report: str) -> BackupProblem:
    """The problem that a program of PostgreSQL reported before it ended.

    >>> from_report("pg_dump", 1, "pg_dump: error: permission denied for table x").detail
    'pg_dump: error: permission denied for table x'
    """
    words = " ".join(report.split())[-400:]
    if "No space left on device" in report:
        return BackupProblem("disk_full", words)
    return BackupProblem(program, words or f"{program}: {status}")


@dataclass(frozen=True)
class Noted:
    """What a backup says about the database at the moment it was taken."""

    counts: Mapping[str, int]
    files: int = 0
    missing: int = 0
    dump_size: int = 0
    dump_hash: str = ""
    canary_id: int = 0
    canary: str = ""
    log: Mapping[str, Any] | None = None
    taken: str = ""

    def dump(self) -> dict[str, Any]:
        return {"format": FORMAT, **{name: getattr(self, name) for name in self.__dataclass_fields__}}

    @classmethod
    def parse(cls, manifest: Mapping[str, Any]) -> "Noted":
        """Read what ``dump`` wrote.

        :raise BackupProblem: for a manifest of something else, or of a format to come
        """
        own = manifest.get("customer_archive")
        if not isinstance(own, Mapping) or own.get("format") != FORMAT:
            raise BackupProblem("not_whole", MANIFEST)
        return cls(**{name: own[name] for name in cls.__dataclass_fields__ if name in own})


@dataclass(frozen=True)
class Proof:
    """What was found in a restored copy; ``log`` is what the caller's look at the log returned."""

    tables: int
    rows: int
    files: int
    missing: int
    log: object = None
    seconds: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)


def differing(noted: Mapping[str, int], found: Mapping[str, int]) -> list[tuple[str, int | None, int | None]]:
    """Tables whose rows are not as many as noted: name, noted, found.

    >>> differing({"a": 1, "b": 2}, {"a": 1, "c": 3})
    [('b', 2, None), ('c', None, 3)]
    """
    names = sorted(noted.keys() | found.keys())
    return [(name, noted.get(name), found.get(name)) for name in names if noted.get(name) != found.get(name)]


def file_name(database: str, time: datetime) -> str:
    """Name of a backup's file.

    >>> file_name("my shop/1", datetime(2026, 11, 24, 2, 0))
    'my_shop_1-20261124-020000.backup'
    """
    return f"{_plain(database)}-{time:%Y%m%d-%H%M%S}{SUFFIX}"


def is_backup_of(name: str, database: str) -> bool:
    """Whether a file is a backup of a database, whole or not, and not of one whose name begins likewise.

    >>> is_backup_of("shop-20261124-020000.backup.part", "shop"), is_backup_of("shop-b-20261124-020000.backup", "shop")
    (True, False)
    """
    begin = re.escape(_plain(database))
    return bool(re.fullmatch(rf"{begin}-\d{{8}}-\d{{6}}{re.escape(SUFFIX)}({re.escape(PART)})?", name))


def _plain(database: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", database)


def is_inner_path(name: str) -> bool:
    """Whether the name of a stored file leads nowhere but below its folder.

    >>> is_inner_path("ab/abcd"), is_inner_path("../ab"), is_inner_path("/ab")
    (True, False, False)
    """
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
