"""Make a backup: one sealed file that holds what the host's own backup holds."""

import hashlib
import json
import os
import shutil
import zipfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2

from ..tools.backup import (
    DUMP,
    END_MARK,
    FILESTORE,
    MANIFEST,
    PART,
    BackupProblem,
    Noted,
    from_os_error,
    is_backup_of,
    is_inner_path,
)
from ..tools.sealed_file import SealWriter
from . import postgres, snapshot

PURPOSE = "backup"
CANARY_PURPOSE = "backup canary"
# Part of a database's size that must be free before anything is written; the rest shows while writing.
_EXPECTED_SHARE = 0.25
_SPARE = 1 << 20


@dataclass(frozen=True)
class Written:
    """A whole backup: where it lies, its size, and what it says about the database."""

    path: Path
    size: int
    noted: Noted


def make(database, path, ring, *, noted, note_log, on_step):
    """Write a backup of a database to ``path``; nothing is there before the file is whole.

    :param ring: the key ring, whose present key seals the file
    :param noted: ``tools.backup.Noted`` with the canary that the database holds
    :param note_log: function of a cursor that returns what the proof compares the log with, or None
    :param on_step: function that is told the name of each step
    :raise BackupProblem: for whatever keeps the file from being whole; older files are left alone
    """
    try:
        with snapshot.reading(database) as cr, _whole_file(path) as target:
            on_step("count")
            exported = snapshot.export(cr)
            noted = replace(noted, counts=snapshot.count_rows(cr), log=note_log(cr))
            writer = SealWriter(target, ring.derive(PURPOSE), ring.current)
            noted = _fill(writer, cr, database, exported, noted, on_step)
            writer.close()
        return Written(path, path.stat().st_size, noted)
    except psycopg2.Error as error:
        raise BackupProblem("pg_dump", " ".join(str(error).split())[:400]) from error
    except OSError as error:
        raise from_os_error(error) from error


def _fill(writer, cr, database, exported, noted, on_step):
    with zipfile.ZipFile(writer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        on_step("dump")
        size, digest = _add_dump(book, database, exported)
        # After the dump: a file that an attachment of the dump names is there by now.
        on_step("files")
        files, missing = _add_files(book, snapshot.filestore(database), snapshot.stored_files(cr))
        noted = replace(noted, files=files, missing=missing, dump_size=size, dump_hash=digest)
        manifest = {**snapshot.describe(cr, database), "customer_archive": noted.dump()}
        book.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return noted


def _add_dump(book, database, exported):
    size, digest, tail = 0, hashlib.sha256(), b""
    blocks = postgres.read_dump(database, exported)
    # closing: where writing fails, the program ends at once
    with closing(blocks), book.open(DUMP, "w", force_zip64=True) as target:
        for block in blocks:
            target.write(block)
            digest.update(block)
            size += len(block)
            tail = (tail + block)[-400:]
    if END_MARK not in tail:
        raise BackupProblem("pg_dump", f"{size} bytes")
    return size, digest.hexdigest()


def _add_files(book, folder, names):
    """Add the files that the dump refers to; return how many, and how many the folder has not."""
    files = missing = 0
    for name in names:
        try:
            source = open(folder / name, "rb") if is_inner_path(name) else None
        except (FileNotFoundError, IsADirectoryError):
            source = None
        if source is None:
            missing += 1
            continue
        info = zipfile.ZipInfo(FILESTORE + name)
        with source, book.open(info, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, postgres.BLOCK)
        files += 1
    return files, missing


@contextmanager
def _whole_file(path):
    """A new file, readable by its owner only, that gets its name when it is whole and on the disk."""
    part = path.with_name(path.name + PART)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        part.rename(path)
        _sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


#=== THE FOLDER ===#


def prepare_folder(folder, database, expected=0):
    """Make the folder ready: it exists, is no part of the files to back up, takes files, and has room.

    :param expected: bytes that the last backup took; 0 where there is none
    """
    folder = Path(folder)
    if not folder.is_absolute():
        raise BackupProblem("not_writable", str(folder))
    store = snapshot.filestore(database).resolve()
    if folder.resolve() == store or store in folder.resolve().parents:
        raise BackupProblem("inside", str(folder))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _try_out(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise from_os_error(error) from error
    needed = (expected or _estimate(database)) + _SPARE
    if free < needed:
        raise BackupProblem("no_room", f"{free >> 20} MB / {needed >> 20} MB")
    return folder


def _try_out(folder):
    trial = folder / f".{os.getpid()}{PART}"
    with _whole_file(trial):
        pass
    trial.unlink()


def _estimate(database):
    with snapshot.reading(database) as cr:
        return int(snapshot.database_size(cr) * _EXPECTED_SHARE)


def remove_parts(folder, database):
    """Remove what killed backups of a database left; the caller holds the lock, so none is being written."""
    for part in Path(folder).glob(f"*{PART}"):
        if is_backup_of(part.name, database):
            part.unlink(missing_ok=True)
