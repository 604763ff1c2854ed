"""./setup/bench: a database with many customers, and the benchmarks on copies of it."""

import argparse
import json
import os
import subprocess

import bench_lines
import check
import databases
import host
import packages
import postgres
from console import Problem, must, say
from parts import Session
from settings import HOME, LOGS, PYTHON, SETUP, digest, read_json, write_json

CUSTOMERS = 100_000
# Benchmark → what it measures.
BENCHMARKS = {
    "classes": "the nightly classification: first, unchanged, with some customers edited",
    "trial": "trying out changed class rules",
    "edit": "one customer edited, beside the same edit without our addons",
    "page": "a page of the list of archives",
    "access": "list, count and search by name under the rule of each role, beside the same without rules",
    "log": "what the audit log adds to a page of the list, an export and a change of many",
    "alerts": "alert rules over a log of a million entries, and the gate of one export",
    "rotate": "encrypted values: entering, reading, and encrypting anew with a new key",
    "backup": "a backup made and proven by a restored copy, beside PostgreSQL's programs alone",
    "duplicates": "the search for duplicates, with planted ones",
    "privacy": "finding and erasing a person, beside a plain search of the same tables",
    "followup": "planning follow-ups of every customer, beside a plain reading of the same customers",
    "stale": "finding stale archives: first, unchanged, beside a plain count; closing in bulk and its undoing",
    "timeline": "500 entries of one customer beside two million orders, and a plain list of orders",
}
# Benchmark → module, where it is not bench_classes.
MODULES = {
    "access": "bench_access",
    "log": "bench_log",
    "alerts": "bench_alerts",
    "rotate": "bench_keys",
    "backup": "bench_backup",
    "duplicates": "bench_duplicates",
    "privacy": "bench_privacy",
    "followup": "bench_followup",
    "stale": "bench_stale",
    "timeline": "bench_timeline",
}
# Benchmarks beside the host's big apps, which make their own customers.
WITH_APPS = {"timeline"}
_STATE = HOME / "bench.json"


def _options() -> argparse.Namespace:
    usage = (SETUP / "bench").read_text(encoding="utf-8").split('"""')[1]
    parser = argparse.ArgumentParser(
        prog="./setup/bench", description=usage, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    listed = "; ".join(f"{name}: {what}" for name, what in BENCHMARKS.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=listed)
    parser.add_argument("-n", "--customers", type=int, default=CUSTOMERS, help=f"customers (default {CUSTOMERS})")
    parser.add_argument("--queries", action="store_true", help="list the statements of single operations")
    options = parser.parse_args()
    if strange := set(options.names) - BENCHMARKS.keys():
        raise Problem(f"There is no benchmark named {min(strange)}", f"Choose among {', '.join(BENCHMARKS)}.")
    if options.customers < 1000:
        raise Problem("Fewer than 1,000 customers say nothing about speed", "Leave -n out, or raise it.")
    return options


class Bench:
    """The databases of the benchmarks."""

    def __init__(self, session: Session, customers: int) -> None:
        self.session, self.customers = session, customers
        self.server, self.conf = session.server, session.conf

    def template(self) -> str:
        """The database with the customers, made anew where the addons or what makes the customers have changed."""
        base = self.session.ours_template()
        source = (SETUP / "bench_data.py").read_bytes()
        name = databases.PREFIX + digest("bench", base, source, str(self.customers))
        known = read_json(_STATE).get("database")
        if known == name and databases.exists(self.server, name):
            return name
        say(f"Template bench: making {self.customers:,} customers")
        for stale in {known, name} - {None}:
            databases.drop(self.server, self.conf, stale)
        databases.copy(self.server, self.conf, base, name)
        self._child(name, "bench_data", "fill", self.customers, what="Making the customers")
        self.server.query("VACUUM ANALYZE", database=name)
        write_json(_STATE, {"database": name})
        return name

    def run(self, name: str, queries: bool) -> None:
        """Run one benchmark on a copy of the template; what it measured is printed as it comes."""
        database, plain = f"{databases.PREFIX}{os.getpid()}", f"{databases.PREFIX}{os.getpid()}_host"
        template = self.session.apps_template() if name in WITH_APPS else self.template()
        databases.copy(self.server, self.conf, template, database)
        databases.copy(self.server, self.conf, self.session.host_template(), plain)
        try:
            command = self._command(database, MODULES.get(name, "bench_classes"), name, plain, queries)
            status = subprocess.run(command, env=databases.environment(self.server), cwd=HOME).returncode
        finally:
            databases.drop(self.server, self.conf, database)
            databases.drop(self.server, self.conf, plain)
        if status:
            raise Problem(f"The benchmark {name} broke off with status {status}", "The traceback above says why.")

    def _command(self, database: str, *words) -> list:
        return [PYTHON, SETUP / "bench_child.py", self.conf, database, *(json.dumps(word) for word in words)]

    def _child(self, database: str, *words, what: str) -> None:
        env = databases.environment(self.server)
        must(self._command(database, *words), what, LOGS / "bench-data.log", env=env, cwd=HOME)


def main() -> int:
    """Do what the command line asks for; return the exit status."""
    options = _options()
    HOME.mkdir(exist_ok=True)
    LOGS.mkdir(exist_ok=True)
    found = host.find()
    packages.prepare(found, tests=False)
    packages.enter()
    say(f"Host: {found}")
    lock = check.lock()
    server = postgres.serve(tests=True)
    try:
        bench = Bench(Session(found, server), options.customers)
        if set(options.names or BENCHMARKS) - WITH_APPS:
            bench.template()
        print(bench_lines.HEAD, flush=True)
        for name in options.names or BENCHMARKS:
            bench.run(name, options.queries)
        loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
        say(f"Load of the machine: {loads} on {os.cpu_count()} processors")
        return 0
    finally:
        server.close()
        lock.close()
