"""Benchmark of backups: making one, and proving it by a restored copy."""

import resource
import tempfile
import time
from pathlib import Path

from bench_lines import report
from odoo.addons.customer_archive.backup import postgres, restore, snapshot, write
from odoo.addons.customer_archive.tools.backup import Noted
from odoo.addons.customer_archive.tools.keyring import KeyRing
from odoo.addons.customer_archive.tools.sealed_file import seal_text

# Seconds for 100,000 customers: the plain work of PostgreSQL, with room for compressing and sealing.
MAKE, PROVE = 15.0, 45.0
# What the process may hold, whatever the size of the database (MB).
MEMORY = 400


def backup(env, _plain, _queries) -> None:
    """A backup with its proof, beside pg_dump and psql alone."""
    database, ring = env.cr.dbname, KeyRing.fresh()
    record = env["customer.backup"]._queue("command")
    record.canary = seal_text(ring.derive(write.CANARY_PURPOSE), "canary")
    env.cr.commit()
    with tempfile.TemporaryDirectory() as folder:
        plain, restored = _time_plain(database, Path(folder) / "dump.sql")
        path, backups = Path(folder) / "bench.backup", env["customer.backup"]
        noted = Noted({}, canary_id=record.id, canary=backups._hash_canary("canary"))
        begin = time.perf_counter()
        written = write.make(database, path, ring, noted=noted, note_log=backups._note_log, on_step=print_nothing)
        seconds = time.perf_counter() - begin
        rows, dumped = sum(written.noted.counts.values()), written.noted.dump_size / 1e6
        beside = f"pg_dump alone {plain:.1f} s; {rows:,} rows, {dumped:,.0f} MB of SQL in {written.size / 1e6:,.0f} MB"
        report("backup made: counted, dumped, sealed", seconds, "s", MAKE, beside)
        proof = restore.prove(database, path, ring, check_log=backups._check_log, on_step=print_nothing)
        beside = f"psql alone {restored:.1f} s; {proof.tables} tables, {proof.rows:,} rows compared"
        report("backup proven: restored, compared, dropped", proof.seconds, "s", PROVE, beside)
    report("most memory of the process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", MEMORY)


def print_nothing(_step) -> None:
    """Steps are shown on the screen of backups only."""


def _time_plain(database, path) -> tuple[float, float]:
    """Seconds of the same dump and restoration without counting, compressing and sealing."""
    begin = time.perf_counter()
    with snapshot.reading(database) as cr, open(path, "wb") as target:
        for block in postgres.read_dump(database, snapshot.export(cr)):
            target.write(block)
    dumped = time.perf_counter() - begin
    begin, scratch = time.perf_counter(), postgres.scratch_name(database)
    try:
        postgres.create_hidden(scratch)
        with open(path, "rb") as source:
            postgres.load_dump(scratch, iter(lambda: source.read(postgres.BLOCK), b""))
    finally:
        postgres.drop(scratch)
    return dumped, time.perf_counter() - begin
