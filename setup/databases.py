"""Databases: configuration for Odoo, installation with progress, and templates that make repeated runs fast."""

import os
import re
import shutil
import socket
from pathlib import Path

import addons
from console import Problem, must, say
from host import Host
from postgres import Server
from settings import HOME, LOGS, PYTHON, ROOT, SETUP, digest, read_json, write_json

_LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
# Selects no test, yet puts Odoo into test mode, in which it checks more of what an addon brings.
_CHECKING = "--test-tags=/no_such_addon"
PREFIX = "odoo_t_"
# Both named: with another language alone, Odoo leaves English out.
LANGUAGES = ("en_US", "zh_CN")
DEMO = ("--with-demo", f"--load-language={','.join(LANGUAGES)}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def configuration(server: Server, name: str) -> Path:
    """Write the odoo.conf for one purpose.

    :param name: ``run`` or ``test``: each keeps its files in a folder of its own
    """
    folders = [ROOT, *([addons.TEST_ADDONS] if name != "run" and addons.test_addons() else [])]
    values = {
        "addons_path": ",".join(map(str, folders)),
        "data_dir": HOME / f"data-{name}",
        "db_host": server.host or False,
        "db_port": server.port or False,
        "db_user": server.user or False,
        "http_interface": "127.0.0.1",
        # Odoo in test mode serves while it installs: not where ./setup/run serves beside it
        "http_port": 8069 if name == "run" else free_port(),
        "screenshots": HOME / "screenshots",
        "max_cron_threads": 1 if name == "run" else 0,
    }
    if name != "run":
        # all tests of a part run in one process, whose reports alone outgrow what Odoo allows to a worker
        values["limit_memory_hard"] = 0
    path = HOME / f"odoo-{name}.conf"
    path.write_text("[options]\n" + "".join(f"{k} = {v}\n" for k, v in values.items()), encoding="utf-8")
    return path


def environment(server: Server) -> dict[str, str]:
    """The environment for Odoo.

    The password reaches it this way, so that no file holds it. What Python compiles stays here: the host may be
    somebody's checkout.
    """
    env = {key: value for key, value in os.environ.items() if key not in ("ODOO_RC", "PGDATABASE", "ODOO_HOME")}
    env["PYTHONPYCACHEPREFIX"] = str(HOME / "pycache")
    return {**env, "PGPASSWORD": server.password} if server.password else env


def _watch(tail: str) -> str:
    found = _LOADING.findall(tail)
    return "addon {1} of {2}: {0}".format(*found[-1]) if found else ""


def odoo(server: Server, conf: Path, database: str, *arguments: str, what: str, log: Path) -> None:
    """Run Odoo once on a database until it has done what the arguments say."""
    command = [PYTHON, "-m", "odoo", "-c", conf, "-d", database, "--no-http", "--stop-after-init", *arguments]
    mend = "An addon does not install: the log shows where."
    must(command, what, log, watch=_watch, env=environment(server), cwd=HOME, mend=mend)


def filestore(conf: Path, database: str) -> Path:
    """Where Odoo keeps the files of a database."""
    folder = re.search(r"^data_dir = (.+)$", conf.read_text(encoding="utf-8"), re.M)
    return Path(folder[1]) / "filestore" / database


def exists(server: Server, database: str) -> bool:
    """Whether the server has this database."""
    return bool(server.query("SELECT 1 FROM pg_database WHERE datname = %s", database))


def drop(server: Server, conf: Path, database: str) -> None:
    """Remove a database and its files."""
    server.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user", database
    )
    server.query(f'DROP DATABASE IF EXISTS "{database}"')
    shutil.rmtree(filestore(conf, database), ignore_errors=True)


def _link(source: str, target: str) -> None:
    """Stored files are never rewritten, so a copy may share them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def copy(server: Server, conf: Path, template: str, database: str) -> None:
    """Make a database as a copy of another, with its files."""
    drop(server, conf, database)
    server.query(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    files = filestore(conf, template)
    if files.is_dir():
        shutil.copytree(files, filestore(conf, database), copy_function=_link)


class Templates:
    """Installed databases by what went into them; tests run on copies."""

    def __init__(self, server: Server, conf: Path, host: Host) -> None:
        self.server, self.conf = server, conf
        self.file = HOME / "templates.json"
        locks = (SETUP / "requirements.txt").read_bytes()
        self.failed: dict[str, Problem] = {}
        self.base = digest(host.identity, locks, f"{server.kind} {server.host}:{server.port}")

    def logs(self, role: str) -> list[Path]:
        """The installation logs behind the template of a role, lowest layer first."""
        record = read_json(self.file).get(role, {})
        below = self.logs(record["parent"]) if record.get("parent") else []
        return [*below, Path(record["log"])] if record else below

    def get(self, role: str, modules: list[str], state: str = "", parent: str = "", options: tuple = ()) -> str:
        """The template of a role, installed anew where anything that matters has changed.

        :param state: digest of the addons' files; the host's own need none
        :param parent: role of the template to start from
        """
        records = read_json(self.file)
        below = records[parent]["database"] if parent else ""
        name = PREFIX + digest(self.base, below, state, *options, *modules)
        old = records.get(role, {}).get("database")
        if old == name and exists(self.server, name):
            return name
        if name in self.failed:  # several parts ask for it: fail at once the second time
            raise self.failed[name]
        try:
            self._install(role, name, modules, parent, [*options, *([_CHECKING] if state else [])])
        except Problem as problem:
            self.failed[name] = problem
            raise
        return name

    def _install(self, role: str, name: str, modules: list[str], parent: str, options: list[str]) -> None:
        """Install a template and note it; what stood in its place goes."""
        records = read_json(self.file)
        old = records.get(role, {}).get("database")
        log = LOGS / f"install-{role}.log"
        say(f"Template {role}: installing {', '.join(modules[:8])}{' and more' if len(modules) > 8 else ''}")
        for stale in {old, name} - {None}:
            drop(self.server, self.conf, stale)
        if parent:
            copy(self.server, self.conf, records[parent]["database"], name)
        arguments = [*options, "-i", ",".join(modules)]
        odoo(self.server, self.conf, name, *arguments, what=f"Installation of {role}", log=log)
        records[role] = {"database": name, "log": str(log), "parent": parent}
        write_json(self.file, records)
