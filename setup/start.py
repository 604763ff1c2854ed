"""./setup/run: make the database where there is none, bring it up to date, start Odoo, print address and login."""

import argparse
import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import addons
import databases
import host
import packages
import postgres
from console import Problem, last_line, say
from settings import HOME, LOGS, PYTHON, read_json, write_json

_STATE = HOME / "run.json"
_PATIENCE = 180  # seconds until the login page has to answer; the first start makes the assets


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./setup/run",
        description="Start Odoo 19.0 with all addons of this repository, demo data, English and Chinese.",
        epilog="Environment: ODOO_HOME (an Odoo 19.0 to use), PGHOST, PGPORT, PGUSER, PGPASSWORD or ODOO_RC (a"
        " PostgreSQL to use), ODOO_ARCHIVE_CACHE (a folder of downloads to share), DEBIAN_MIRROR.",
    )
    port = int(os.environ.get("ODOO_PORT") or 8069)
    parser.add_argument("--port", type=int, default=port, help="HTTP port (ODOO_PORT, default 8069)")
    name = os.environ.get("PGDATABASE") or "customer_archive"
    parser.add_argument("--database", default=name, help="database (PGDATABASE, default customer_archive)")
    parser.add_argument("--interface", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    parser.add_argument("--fresh", action="store_true", help="drop the database and start over")
    parser.add_argument("--once", action="store_true", help="stop as soon as the login page has answered")
    parser.add_argument("rest", nargs="*", metavar="-- OPTION", help="options for Odoo itself, after --")
    return parser.parse_args()


def check_port(interface: str, port: int) -> None:
    """Fail early where the port cannot be had."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((interface, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise Problem(
                f"Port {port} on {interface} cannot be used: {reason}",
                f"Choose another: ./setup/run --port {port + 1 if port < 65535 else 8069}",
            ) from error


class Database:
    """The database of a person: installed once, updated when addons change, never taken from someone else."""

    def __init__(self, server: postgres.Server, conf: Path, name: str) -> None:
        self.server, self.conf, self.name = server, conf, name
        self.key = f"{server.kind} {server.host}:{server.port}/{name}"
        self.states = {addon: addons.state(addon) for addon in addons.ours()}

    def _note(self, value: dict | None) -> None:
        records = read_json(_STATE)
        records.pop(self.key, None)
        write_json(_STATE, records if value is None else {**records, self.key: value})

    def ready(self, *, fresh: bool) -> None:
        """Install, update or leave the database, whichever it needs."""
        known = read_json(_STATE).get(self.key)
        present = databases.exists(self.server, self.name)
        if present and known is None:
            raise Problem(
                f"The database {self.name} is there already and was not made by ./setup/run",
                "Choose another name with --database, or drop it yourself.",
            )
        if present and (fresh or not known):
            say(f"Dropping the database {self.name}")
            databases.drop(self.server, self.conf, self.name)
            present = False
        if present:
            self._update(known)
        else:
            self._install()

    def _install(self) -> None:
        say(f"Making the database {self.name} with demo data, English and Chinese (2 to 5 minutes)")
        self._note({})  # an interrupted installation is recognised and repeated
        log = self._odoo("Installation", "-i", ",".join(self.states), *databases.DEMO)
        if "demo data failed to install" in log.read_text(encoding="utf-8", errors="replace"):
            say(f"The demo data did not install: Odoo starts without it, {log} says why")
        self._note(self.states)

    def _update(self, known: dict) -> None:
        new = [name for name in self.states if name not in known]
        changed = [name for name, state in self.states.items() if name in known and known[name] != state]
        if not new and not changed:
            return
        say(f"Bringing the database {self.name} up to date: {', '.join(new + changed)}")
        words = ["-i", ",".join(new)] if new else []
        self._odoo("Update", *words, *(["-u", ",".join(changed)] if changed else []))
        self._note(self.states)

    def _odoo(self, what: str, *arguments: str) -> Path:
        log = LOGS / "run-install.log"
        databases.odoo(self.server, self.conf, self.name, *arguments, what=what, log=log)
        return log


class Odoo:
    """A running server process with its log in a file."""

    def __init__(self, server: postgres.Server, conf: Path, database: str, address: tuple[str, int], *rest: str):
        interface, port = address
        self.url = f"http://{'127.0.0.1' if interface == '0.0.0.0' else interface}:{port}"
        self.log = LOGS / f"odoo-{database}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [
            PYTHON, "-m", "odoo", "-c", conf, "-d", database, f"--db-filter=^{database}$",
            f"--http-interface={interface}", f"--http-port={port}", *rest,
        ]
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                command, stdout=stream, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=HOME,
                env=databases.environment(server),
            )

    def _answers(self) -> bool:
        try:
            # The proxy of the environment, if any, does not know this machine's own address.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{self.url}/web/login", timeout=60) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as error:
            raise Problem(f"The login page answers with status {error.code}", f"See {self.log}.") from error
        except OSError:
            return False

    def wait(self) -> None:
        """Wait until the login page answers."""
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            if self.process.poll() is not None:
                reason = last_line(self.log.read_text(encoding="utf-8", errors="replace"))
                raise Problem(f"Odoo stopped at once: {reason}", f"See {self.log}.")
            if time.monotonic() > end:
                raise Problem(f"The login page does not answer after {_PATIENCE} s", f"See {self.log}.")
            time.sleep(0.3)

    def stop(self) -> None:
        """End the process, gently first."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def _greet(odoo: Odoo, database: str) -> None:
    print(
        f"\n    Odoo is ready:  {odoo.url}\n    Login:          admin    Password: admin\n"
        f"    Database:       {database}\n    Log:            {odoo.log}\n\n    Ctrl-C stops it.\n",
        flush=True,
    )


def main() -> int:
    """Do what the command line asks for; return the exit status."""
    options = _options()
    check_port(options.interface, options.port)
    HOME.mkdir(exist_ok=True)
    found = host.find()
    packages.prepare(found, tests=False)
    packages.enter()
    say(f"Host: {found}")
    server = postgres.serve(tests=False)
    try:
        conf = databases.configuration(server, "run")
        Database(server, conf, options.database).ready(fresh=options.fresh)
        say("Starting Odoo")
        odoo = Odoo(server, conf, options.database, (options.interface, options.port), *options.rest)
        try:
            odoo.wait()
            _greet(odoo, options.database)
            return 0 if options.once else odoo.process.wait()
        except KeyboardInterrupt:
            say("Stopping Odoo")
            return 0
        finally:
            odoo.stop()
    finally:
        server.close()
