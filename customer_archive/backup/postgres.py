"""Programs and databases of PostgreSQL. Each failure is a ``BackupProblem``; nothing here needs ``list_db``."""

import hashlib
import logging
import os
import re
import subprocess
import tempfile
from contextlib import closing, contextmanager, suppress

from odoo.modules.registry import Registry
from odoo.service.db import _create_empty_database, database_identifier
from odoo.sql_db import close_db, db_connect
from odoo.tools import SQL
from odoo.tools.misc import exec_pg_environ, find_pg_tool

from ..tools.backup import BackupProblem, from_report

_logger = logging.getLogger(__name__)

BLOCK = 1 << 20
_LOCK = 0x43415243_4241434B
_SCRATCH = "customer_archive_proof_"


def _find_program(name):
    try:
        return find_pg_tool(name)
    except Exception as error:  # noqa: BLE001 - the host raises nothing narrower
        raise BackupProblem("no_program", name) from error


@contextmanager
def _running(name, words, database, **streams):
    """A program at work on a database; it is killed where the caller breaks off, and must end well otherwise.

    What it reports is asked for in English, and passwords travel in its environment only.
    """
    path = _find_program(name)
    environment = {**exec_pg_environ(), "PGDATABASE": database, "LC_ALL": "C"}
    with tempfile.TemporaryFile() as report:
        process = subprocess.Popen([path, *words], env=environment, stderr=report, **streams)
        try:
            yield process
        except BrokenPipeError:
            _logger.debug("%s ended before it had read everything: its report says why", name)
        except BaseException:
            process.kill()
            raise
        finally:
            for stream in filter(None, (process.stdout, process.stdin)):
                with suppress(BrokenPipeError):
                    stream.close()
            status = process.wait()
        if status:
            report.seek(0)
            raise from_report(name, status, report.read(BLOCK).decode(errors="replace"))


def read_dump(database, snapshot):
    """Yield the blocks of a database as SQL, as it was at an exported snapshot.

    Owners and grants are left out: the roles of one machine are not those of the next.
    """
    words = ["--no-owner", "--no-acl", f"--snapshot={snapshot}"]
    with _running("pg_dump", words, database, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        while block := process.stdout.read(BLOCK):
            yield block


def load_dump(database, blocks):
    """Run a dump in an empty database; the first error ends it."""
    words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
    with _running("psql", words, database, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        for block in blocks:
            process.stdin.write(block)


#=== DATABASES ===#


@contextmanager
def _server():
    """A cursor beside all databases, each statement on its own."""
    with closing(db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        yield cr


@contextmanager
def guarded(database):
    """Hold the one lock that all work on backups of a database shares; yield whether it was free.

    It belongs to the connection: whoever is killed lets go of it, and a rival does not wait.
    """
    with closing(db_connect(database).cursor()) as cr:
        cr._cnx.autocommit = True
        cr.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        [free] = cr.fetchone()
        try:
            yield free
        finally:
            if free and not cr._cnx.closed:
                cr.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def exists(database):
    with _server() as cr:
        cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return bool(cr.fetchone())


def create_hidden(database):
    """Create a database that neither the database manager nor the scheduler of any Odoo lists.

    Both leave templates out, so the copy is one until ``show``: nobody logs in to a half restored customer base, and no
    scheduled action of the copy sends anything.
    """
    if exists(database):
        raise BackupProblem("exists", database)
    _create_empty_database(database)
    with _server() as cr:
        name = database_identifier(cr, database)
        cr.execute(SQL("ALTER DATABASE %s WITH IS_TEMPLATE true", name))
        cr.execute(SQL("REVOKE CONNECT ON DATABASE %s FROM PUBLIC", name))


def show(database):
    """Make a hidden database an ordinary one."""
    close_db(database)
    with _server() as cr:
        name = database_identifier(cr, database)
        cr.execute(SQL("ALTER DATABASE %s WITH IS_TEMPLATE false", name))
        cr.execute(SQL("GRANT CONNECT ON DATABASE %s TO PUBLIC", name))


def drop(database):
    """Drop a hidden database, and end what our own user still does in it."""
    Registry.delete(database)
    close_db(database)
    if exists(database):
        with _server() as cr:
            name = database_identifier(cr, database)
            cr.execute(SQL("ALTER DATABASE %s WITH IS_TEMPLATE false ALLOW_CONNECTIONS false", name))
            cr.execute(
                """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()""",
                [database],
            )
            # Not "WITH (FORCE)": that fails where autovacuum is at work, whose process belongs to a superuser. Without
            # it the server ends autovacuum by itself, and waits a while for all others.
            cr.execute(SQL("DROP DATABASE %s", name))


def scratch_prefix(database):
    """How the names of the scratch databases of a database begin."""
    return f"{_SCRATCH}{hashlib.sha256(database.encode()).hexdigest()[:12]}_"


def scratch_name(database):
    """A new name for a copy to prove a backup with; it tells nothing, and nobody guesses it."""
    return scratch_prefix(database) + os.urandom(8).hex()


def drop_left_scratches(database):
    """Drop what a killed proof left behind; the caller holds the lock, so no proof is at work."""
    with _server() as cr:
        cr.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [scratch_prefix(database)])
        left = [name for (name,) in cr.fetchall()]
    for name in left:
        if re.fullmatch(re.escape(scratch_prefix(database)) + "[0-9a-f]{16}", name):
            drop(name)
