"""Restore a backup: into a scratch database that proves it, into a new database, or into a plain file of the host."""

import hashlib
import io
import json
import os
import shutil
import time
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from odoo.sql_db import db_connect

from ..tools.backup import (
    DUMP,
    FILESTORE,
    MANIFEST,
    BackupProblem,
    Noted,
    Proof,
    differing,
    from_os_error,
    is_inner_path,
)
from ..tools.sealed_file import SealError, SealReader, open_text
from . import postgres, snapshot
from .write import CANARY_PURPOSE, PURPOSE


@contextmanager
def opened(path, ring):
    """The content of a backup as a ZIP file, and the id of the key that seals it.

    :raise BackupProblem: for a file that is missing, cut off, changed or sealed with a key that the ring lacks
    """

    def find_key(key_id):
        if key_id not in ring.keys:
            raise LookupError(key_id)
        return ring.derive(PURPOSE, key_id)

    try:
        with open(path, "rb") as source:
            reader = SealReader(source, find_key)
            with zipfile.ZipFile(io.BufferedReader(reader, postgres.BLOCK)) as book:
                yield book, reader.key_id
    except SealError as error:
        raise BackupProblem(error.kind, error.detail) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BackupProblem("not_whole", str(error)) from error
    except FileNotFoundError as error:
        raise BackupProblem("no_file", str(path)) from error
    except psycopg2.Error as error:
        raise _from_server(error) from error
    except OSError as error:
        raise from_os_error(error) from error


def _from_server(error):
    words = " ".join(str(error).split())[:400]
    if isinstance(error, psycopg2.errors.DiskFull):
        return BackupProblem("disk_full", words)
    return BackupProblem("psql", words)


def read_noted(book):
    """What a backup says about the database.

    :raise BackupProblem: for a file of something else
    """
    names = book.namelist()
    if MANIFEST not in names or DUMP not in names:
        raise BackupProblem("not_whole", MANIFEST)
    try:
        return Noted.parse(json.loads(book.read(MANIFEST)))
    except (ValueError, TypeError) as error:
        raise BackupProblem("not_whole", MANIFEST) from error


def _read_dump(book, noted):
    """Blocks of the dump; at the end it must be the one that was written."""
    digest = hashlib.sha256()
    with book.open(DUMP) as source:
        while block := source.read(postgres.BLOCK):
            digest.update(block)
            yield block
    if digest.hexdigest() != noted.dump_hash:
        raise BackupProblem("not_whole", DUMP)


def _file_names(book):
    """Names of stored files in the backup, without their folder."""
    return [name[len(FILESTORE) :] for name in book.namelist() if name.startswith(FILESTORE)]


#=== PROOF ===#


def prove(database, path, ring, *, check_log, on_step):
    """Restore a backup into a scratch database and compare it with what the backup noted; the copy is always dropped.

    :param check_log: function of the copy's name and of what was noted of the log; returns what it found, or raises a
        ``BackupProblem``
    :return: ``tools.backup.Proof``
    :raise BackupProblem: for a backup that is no good, or a machine that cannot tell
    """
    begin, scratch = time.monotonic(), postgres.scratch_name(database)
    with opened(path, ring) as (book, key_id):
        noted = read_noted(book)
        try:
            on_step("restore")
            postgres.create_hidden(scratch)
            postgres.load_dump(scratch, _read_dump(book, noted))
            on_step("compare")
            counts = _compare(scratch, book, noted, ring.derive(CANARY_PURPOSE, key_id))
            snapshot.neutralize(scratch)
            log = check_log(scratch, noted.log)
        finally:
            postgres.drop(scratch)
    seconds = time.monotonic() - begin
    return Proof(len(counts), sum(counts.values()), noted.files, noted.missing, log, seconds, counts)


def _compare(scratch, book, noted, key):
    """Rows, files and canary of a copy; return the rows."""
    with snapshot.reading(scratch) as cr:
        counts = snapshot.count_rows(cr)
        if different := differing(noted.counts, counts):
            name, before, after = different[0]
            raise BackupProblem("counts", f"{name} {before} / {after}")
        _check_files(book, noted, snapshot.stored_files(cr))
        cr.execute("SELECT canary FROM customer_backup WHERE id = %s", [noted.canary_id])
        sealed = cr.fetchone()
    try:
        token = open_text(key, sealed[0]) if sealed else ""
    except SealError as error:
        raise BackupProblem("canary") from error
    if hashlib.sha256(token.encode()).hexdigest() != noted.canary:
        raise BackupProblem("canary")
    return counts


def _check_files(book, noted, wanted):
    """Every file is read to its end, and those that the attachments of the copy name are there."""
    present = _file_names(book)
    for name in present:
        with book.open(FILESTORE + name) as source:
            while source.read(postgres.BLOCK):
                pass
    lacking = len(set(wanted) - set(present))
    if len(present) != noted.files or lacking != noted.missing:
        raise BackupProblem("files", f"{len(present)} / {noted.files}, {lacking} / {noted.missing}")


#=== DISASTER ===#


def restore(path, ring, database, *, neutralize=False):
    """Restore a backup as a new database with its files; a restoration that fails leaves nothing behind.

    :return: ``tools.backup.Noted`` of the backup
    """
    folder = snapshot.filestore(database)
    if folder.exists() and any(folder.iterdir()):
        raise BackupProblem("exists", str(folder))
    with opened(path, ring) as (book, _key_id):
        noted = read_noted(book)
        postgres.create_hidden(database)
        try:
            postgres.load_dump(database, _read_dump(book, noted))
            _unpack_files(book, folder)
            if neutralize:
                snapshot.neutralize(database)
            _settle(database, noted, Path(path))
        except BaseException:
            postgres.drop(database)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        postgres.show(database)
    return noted


def _unpack_files(book, folder):
    for name in _file_names(book):
        if not is_inner_path(name):
            raise BackupProblem("not_whole", name)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with book.open(FILESTORE + name) as source, open(target, "wb") as stream:
            shutil.copyfileobj(source, stream, postgres.BLOCK)


def _settle(database, noted, path):
    """The backup that a database came from was under way when it was taken: in the copy it is made."""
    with db_connect(database).cursor() as cr:
        cr.execute(
            """UPDATE customer_backup SET state = 'made', step = NULL, path = %s, size = %s, end_date = start_date
                WHERE id = %s AND state = 'running'""",
            [str(path), path.stat().st_size, noted.canary_id],
        )


def decrypt(path, ring, target):
    """Write the content of a backup as a plain file that the host's own ``db load`` takes."""
    with opened(path, ring):
        pass  # whole, and the key fits
    try:
        with open(path, "rb") as source:
            reader = SealReader(source, lambda key_id: ring.derive(PURPOSE, key_id))
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                shutil.copyfileobj(reader, stream, postgres.BLOCK)
    except FileExistsError as error:
        raise BackupProblem("exists", str(target)) from error
    except SealError as error:
        Path(target).unlink(missing_ok=True)
        raise BackupProblem(error.kind, error.detail) from error
    except OSError as error:
        Path(target).unlink(missing_ok=True)
        raise from_os_error(error) from error
