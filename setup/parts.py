"""The parts of the test run: each one inner pytest session or linter, with its outcome in ``.odoo/results``."""

import configparser
import os
import subprocess
import time
import xml.etree.ElementTree as ET
from dataclasses import asdict, dataclass, field
from pathlib import Path

import addons
import databases
import packages
from console import say
from host import Host
from postgres import Server
from settings import HOME, LINT_VENV, LOGS, PYTHON, ROOT, SETUP, write_json

# Another folder only where the closing session itself is tested.
RESULTS = Path(os.environ.get("ODOO_ARCHIVE_RESULTS") or HOME / "results")
PURE = ("tests/unit", "tests/contract")
_NOTHING_COLLECTED = 5


@dataclass
class Outcome:
    """What one part did."""

    part: str
    status: int
    seconds: float = 0.0
    ran: int = 0
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    defined: int = 0
    logs: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Keep it for the closing session."""
        write_json(RESULTS / f"{self.part}.json", asdict(self))


def settings() -> configparser.ConfigParser:
    """The visible file with minimum numbers, apps and test tags."""
    parser = configparser.ConfigParser()
    parser.read(SETUP / "parts.ini", encoding="utf-8")
    return parser


def words(section: str, key: str) -> list[str]:
    """A comma-separated value of that file."""
    return [word.strip() for word in settings()[section][key].split(",")]


def read_report(outcome: Outcome, report: Path) -> None:
    """Add what pytest's own report says."""
    if not report.is_file():
        outcome.failed.append("pytest wrote no report: it did not get to the end")
        return
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        if case.find("skipped") is not None:
            outcome.skipped.append(f"{name}: {case.find('skipped').get('message')}")
            continue
        outcome.ran += 1
        bad = case.find("failure") is not None or case.find("error") is not None
        (outcome.failed if bad else outcome.passed).append(name)


class Bare:
    """Parts that need neither Odoo nor a server."""

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **_shared()}

    def _pytest(self, part: str, arguments: list, *, env: dict[str, str] | None = None) -> Outcome:
        """One inner pytest session; its output goes to this terminal."""
        report = RESULTS / f"{part}.xml"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.unlink(missing_ok=True)
        say(f"Part {part}")
        begin = time.monotonic()
        # Named, since pytest would look for them beside the tests: those of the host may lie in somebody's checkout.
        own = [f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}"]
        command = [PYTHON, "-m", "pytest", *own, f"--junitxml={report}", *map(str, arguments)]
        environment = {**self._environment(), **(env or {})}
        status = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode
        outcome = Outcome(part, status, time.monotonic() - begin)
        read_report(outcome, report)
        return outcome

    def pure(self, part: str, arguments: list) -> Outcome:
        """Tests without Odoo and without a database."""
        return self._pytest(part, ["-p", "no:odoo", *arguments])


class Session(Bare):
    """What all parts share: the host, the server, and databases to copy."""

    def __init__(self, host: Host, server: Server) -> None:
        self.host, self.server = host, server
        self.conf = databases.configuration(server, "test")
        self.templates = databases.Templates(server, self.conf, host)

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), **databases.environment(self.server)}

    def wheels(self, arguments: list) -> Outcome:
        """Wheels in a fresh environment, and uninstallation, on copies of the databases on which an addon is alone."""
        packages.environment(LINT_VENV, ("requirements-lint",))
        env = {"ODOO_ARCHIVE_CONF": str(self.conf)}
        for name in addons.ours():
            copy = f"{databases.PREFIX}wheel_{len(env)}"
            databases.copy(self.server, self.conf, self.alone_template(name), copy)
            env[f"ODOO_ARCHIVE_DATABASE_{name}"] = copy
        try:
            return self._pytest("wheels", ["-p", "no:odoo", "tests/integration", *arguments], env=env)
        finally:
            for name, database in env.items():
                if name.startswith("ODOO_ARCHIVE_DATABASE_"):
                    databases.drop(self.server, self.conf, database)

    def host_template(self) -> str:
        """A database with what our addons stand on and none of them."""
        names = list(addons.ours())
        role = f"host-{names[0]}" if len(names) == 1 else "host-ours"
        return self.templates.get(role, addons.host_depends(names))

    def alone_template(self, name: str) -> str:
        """A database with one of our addons and what it stands on, nothing else."""
        below = addons.host_depends([name])
        self.templates.get(f"host-{name}", below)
        order = addons.own_depends(name)
        state = "".join(addons.state(step) for step in order)
        return self.templates.get(f"alone-{name}", order, state, f"host-{name}")

    def ours_template(self) -> str:
        """A database with all our addons and what they stand on."""
        names = list(addons.ours())
        if len(names) == 1:
            return self.alone_template(names[0])
        self.host_template()
        return self.templates.get("ours", names, "".join(map(addons.state, names)), "host-ours")

    def together_template(self) -> str:
        """A database with all our addons, those of the tests, and the host's big apps."""
        return self._beside_apps("together", [*addons.ours(), *addons.test_addons()])

    def apps_template(self) -> str:
        """The same without the addons of the tests."""
        return self._beside_apps("apps", list(addons.ours()))

    def _beside_apps(self, role: str, names: list[str]) -> str:
        below = addons.host_depends([*addons.ours(), *addons.test_addons()])
        self.templates.get("host-together", sorted({*below, *words("together", "apps")}))
        state = "".join(addons.state(name) for name in names)
        return self.templates.get(role, names, state, "host-together")

    def demo_template(self) -> str:
        """The database that setup/run makes: all addons, demo data, Chinese beside English."""
        names = list(addons.ours())
        self.templates.get("host-demo", addons.host_depends(names), options=databases.DEMO)
        state = "".join(addons.state(name) for name in names)
        return self.templates.get("demo", names, state, "host-demo", databases.DEMO)

    def on_database(self, part: str, template: str, paths: list, arguments: list, tags: str = "") -> Outcome:
        """Tests on a copy of a template, with a web server for the browser."""
        database = f"{databases.PREFIX}{os.getpid()}"
        log = LOGS / f"{part}.log"
        log.unlink(missing_ok=True)
        databases.copy(self.server, self.conf, template, database)
        options = [
            "--import-mode=importlib", "--disable-warnings", "-p", "archive_pytest", f"--odoo-config={self.conf}",
            f"--odoo-database={database}", "--odoo-http", "--odoo-log-level=warn", f"--odoo-extra=logfile={log}",
            f"--archive-log={log}", f"--archive-tags={tags}",
        ]
        try:
            outcome = self._pytest(part, [*options, *paths, *arguments], env={"PYTHONPATH": str(SETUP / "plugin")})
        finally:
            databases.drop(self.server, self.conf, database)
        outcome.logs.append(str(log))
        return outcome

    def alone(self, name: str, paths: list, arguments: list) -> Outcome:
        """One addon's tests on a database that holds nothing above it."""
        return self.on_database(f"alone-{name}", self.alone_template(name), paths, arguments)

    def together(self, paths: list, arguments: list) -> Outcome:
        """Tests beside all other addons of ours and the host's big apps."""
        return self.on_database("together", self.together_template(), paths, arguments)

    def host_tests(self, part: str, arguments: list) -> Outcome:
        """Odoo's own tests with our addons installed."""
        tags = settings()[part]["tags"]
        apps = settings()[part].getboolean("apps")
        wanted = [spec.strip() for spec in tags.split(",") if not spec.strip().startswith("-")]
        modules = dict.fromkeys(spec.lstrip("/").split(":")[0] for spec in wanted)
        paths = [self.host.addon(name) / "tests" for name in modules if self.host.addon(name)]
        if len(paths) < len(modules):
            say(f"Part {part}: the host lacks some of {', '.join(modules)}")
        template = self.together_template() if apps else self.ours_template()
        # Some of the host's tours click before the page has its handlers; on a busy machine that shows.
        again = ["--reruns=2", "--only-rerun=Script timeout exceeded"]
        return self.on_database(part, template, paths, [*again, *arguments], tags)


def _shared() -> dict[str, str]:
    """Where example data lies that is no part of the repository."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data")
    return {"SHARED_DATA": str(folder)} if folder.is_dir() else {}


def tests_of(folder: Path) -> list[Path]:
    """The test files below a folder."""
    return sorted(folder.rglob("test_*.py"))


def finish(outcome: Outcome, files: list[Path] | None = None) -> Outcome:
    """Note how many tests the files define, so that the closing session can compare, and keep the outcome."""
    outcome.defined = sum(_defined(file) for file in files or [])
    if outcome.status == _NOTHING_COLLECTED and not outcome.defined:
        outcome.status = 0
    outcome.write()
    return outcome


def _defined(file: Path) -> int:
    return sum(line.lstrip().startswith("def test_") for line in file.read_text(encoding="utf-8").splitlines())
