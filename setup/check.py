"""./setup/test: all parts in their order, or those that the command line names."""

import fcntl
import json
import shutil
import subprocess
import sys
import time

import addons
import browser
import databases
import host
import lint
import packages
import parts
import postgres
import start
from console import Problem, say
from parts import Outcome, Session, finish, tests_of
from settings import HOME, LOGS, PYTHON, ROOT, VENV

_DATABASE_TESTS = ("tests/integration", "tests/addons")
_PACKAGING = "tests/integration"


def lock():
    """One test run per clone at a time: they share the server and the templates."""
    stream = (HOME / "test.lock").open("w")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another ./setup/test runs in this clone: waiting for it")
        fcntl.flock(stream, fcntl.LOCK_EX)
    return stream


def _attempt(part: str, work) -> Outcome:
    """Do one part; what it cannot do is its failure, not the end of the run."""
    begin = time.monotonic()
    try:
        return work()
    except Problem as problem:
        say(f"Part {part} failed: {problem}")
        outcome = Outcome(part, 1, time.monotonic() - begin, failed=[str(problem)])
        outcome.write()
        return outcome


def _install(session: Session, role: str, template) -> Outcome:
    """Install a template, so that its log can be read."""
    begin = time.monotonic()
    template()
    logs = [str(log) for log in session.templates.logs(role)]
    return finish(Outcome(f"install-{role}", 0, time.monotonic() - begin, logs=logs))


def _serve_demo(session: Session) -> Outcome:
    """Start Odoo on a copy of the database that ./setup/run makes, as it does, and ask for login page and languages."""
    begin = time.monotonic()
    database = f"{databases.PREFIX}demo"
    databases.copy(session.server, session.conf, session.demo_template(), database)
    odoo = start.Odoo(session.server, session.conf, database, ("127.0.0.1", databases.free_port()))
    try:
        odoo.wait()
        spoken = {code for (code,) in session.server.query("SELECT code FROM res_lang WHERE active", database=database)}
        if missing := set(databases.LANGUAGES) - spoken:
            raise Problem(f"The demo database does not speak {', '.join(sorted(missing))}")
    finally:
        odoo.stop()
        databases.drop(session.server, session.conf, database)
    return finish(Outcome("serve-demo", 0, time.monotonic() - begin, ran=1, logs=[str(odoo.log)]))


def _addon_work(session: Session, name: str) -> dict:
    tests = tests_of(addons.ours()[name] / "tests")
    return {
        f"install-alone-{name}": lambda: _install(session, f"alone-{name}", lambda: session.alone_template(name)),
        f"alone-{name}": lambda: finish(session.alone(name, [name], []), tests) if tests else _empty(f"alone-{name}"),
    }


def _empty(part: str) -> Outcome:
    return finish(Outcome(part, 0))


def _together(session: Session) -> Outcome:
    folders = [*addons.ours().values(), *addons.test_addons().values()]
    tests = [file for folder in folders for file in tests_of(folder / "tests")]
    loose = [file for file in (ROOT / "tests/integration").glob("test_*.py")]
    if not tests and not loose:
        return _empty("together")
    return finish(session.together([*folders, *loose], []), [*tests, *loose])


def _everything(session: Session) -> dict:
    """All parts by name, cheapest first."""
    work = {}
    for folder in parts.PURE:
        part = folder.rpartition("/")[2]
        work[part] = lambda part=part, folder=folder: finish(session.pure(part, [folder]), tests_of(ROOT / folder))
    for name in addons.ours():
        work.update(_addon_work(session, name))
    work["install-together"] = lambda: _install(session, "together", session.together_template)
    work["together"] = lambda: _together(session)
    work["install-demo"] = lambda: _install(session, "demo", session.demo_template)
    work["serve-demo"] = lambda: _serve_demo(session)
    work["wheels"] = lambda: finish(session.wheels([]), tests_of(ROOT / _PACKAGING))
    for part in ("host-lint", "host-quick"):
        work[part] = lambda part=part: finish(session.host_tests(part, ["-q"]))
    return work


def _table(outcomes: list[Outcome]) -> None:
    print(f"\n{'part':<34}{'ran':>7}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for outcome in outcomes:
        counts = f"{outcome.ran:>7}{len(outcome.failed):>8}{len(outcome.skipped):>9}{outcome.seconds:>9.1f}"
        print(f"{outcome.part:<34}{counts}")
    print(flush=True)


def _verdict(outcomes: list[Outcome], expected: list[str]) -> int:
    """The closing pytest session, on what all parts left behind."""
    _table(outcomes)
    (parts.RESULTS / "expected").write_text(json.dumps(expected), encoding="utf-8")
    command = [PYTHON, "-m", "pytest", "-p", "no:odoo", "--tb=short", "-rf", "setup/verdict.py"]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode


def _full(session: Session, *, host_only: bool) -> int:
    shutil.rmtree(parts.RESULTS, ignore_errors=True)
    parts.RESULTS.mkdir(parents=True)
    if host_only:
        work = {
            "install-together": lambda: _install(session, "together", session.together_template),
            "host-full": lambda: finish(session.host_tests("host-full", ["-q"])),
        }
        outcomes = []
    else:
        work = _everything(session)
        outcomes = lint.run()
    expected = [*(outcome.part for outcome in outcomes), *work]
    for part, task in work.items():
        outcomes.append(_attempt(part, task))
    return _verdict(outcomes, expected)


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Targets come first; from the first option on all belongs to pytest."""
    first = next((n for n, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    return arguments[:first], arguments[first:]


def _kind(target: str) -> str:
    """Which part a target belongs to."""
    path = target.split("::")[0].rstrip("/").removeprefix("./")
    known = {"unit": "pure", "contract": "pure", "lint": "lint", "together": "together", "wheels": "wheels"}
    if path in known:
        return known[path]
    if path == "host":
        return "host-quick"
    if path in addons.ours() or path.split("/")[0] in addons.ours():
        return f"alone {path.split('/')[0]}"
    if not (ROOT / path).exists():
        raise Problem(f"There is no part, addon or file named {target}", "See ./setup/test --help.")
    if path.startswith(_PACKAGING):
        return "wheels"
    return "together" if path.startswith(_DATABASE_TESTS) else "pure"


def _chosen(session, kind: str, targets: list[str], rest: list[str]) -> Outcome:
    if kind == "pure":
        return session.pure("chosen", [_pure_path(target) for target in targets] + rest)
    if kind == "wheels":
        return session.wheels(rest)
    if kind == "host-quick":
        return session.host_tests(kind, rest)
    paths = [] if targets == ["together"] else targets
    if kind == "together":
        paths = paths or [*addons.ours().values(), *addons.test_addons().values()]
        return session.together(paths, rest)
    return session.alone(kind.split()[1], paths, rest)


def _pure_path(target: str) -> str:
    return f"tests/{target}" if target in ("unit", "contract") else target


def _selection(session, targets: list[str], rest: list[str]) -> int:
    """Run what was named, part by part, and stop at the first that fails, so that its closing line is the last."""
    groups: dict[str, list[str]] = {}
    for target in targets:
        groups.setdefault(_kind(target), []).append(target)
    for kind, members in groups.items():
        if kind == "lint":
            failed = [outcome.part for outcome in lint.run() if outcome.status]
            status = 1 if failed else 0
        else:
            status = _chosen(session, kind, members, rest).status
        if status:
            return status
    return 0


def _usage() -> int:
    print((ROOT / "setup/test").read_text(encoding="utf-8").split('"""')[1])
    return 0


def main() -> int:
    """Do what the command line asks for; return the exit status."""
    arguments = sys.argv[1:]
    if {"-h", "--help"} & set(arguments):
        return _usage()
    host_only = "--host" in arguments
    targets, rest = _split([word for word in arguments if word != "--host"])
    kinds = {_kind(target) for target in targets}
    HOME.mkdir(exist_ok=True)
    LOGS.mkdir(exist_ok=True)
    if kinds and kinds <= {"pure", "lint"}:
        packages.environment(VENV, ("requirements", "requirements-test"))
        packages.enter()
        return _selection(parts.Bare(), targets, rest)
    found = host.find()
    packages.prepare(found, tests=True)
    packages.enter()
    say(f"Host: {found}")
    held = lock()
    browser.prepare()
    server = postgres.serve(tests=True)
    try:
        session = Session(found, server)
        if targets or (rest and not host_only):
            return _selection(session, targets or [*addons.ours()], rest)
        return _full(session, host_only=host_only)
    finally:
        server.close()
        held.close()
