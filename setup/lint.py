"""The linters, each a part of its own: ruff, pylint-odoo, and the checks of the OCA."""

import subprocess
import time
from pathlib import Path

import addons
import packages
from console import say
from parts import Outcome
from settings import LINT_VENV, LOGS, ROOT

# pylint can take single checks out of a group on its command line only.
_PYLINT_OFF = (
    "missing-readme",  # the texts of an addon lie in its readme/
    "no-search-all",  # tables of settings are short and read whole
    "super-method-mismatch",  # a guard may go round itself to the method below
)
_OCA_OFF = (
    "xml-header-wrong",  # wants a space that the host's files do not have either
    "xml-tag-position",  # the order of attributes is the author's
    "xml-field-numeric-without-eval",  # the host writes priorities as text too
)


def _files(*patterns: str) -> list[str]:
    """Files that git knows or would add."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in found if (ROOT / name).exists()]


def _executables() -> list[str]:
    return [name for name in ("setup/run", "setup/test", "setup/bench") if (ROOT / name).exists()]


def _commands() -> dict[str, tuple[list, list[str]]]:
    """Command and checked files by part."""
    programs = LINT_VENV / "bin"
    pylint = [programs / "pylint", "--rcfile=.pylintrc", f"--disable={','.join(_PYLINT_OFF)}", "-j", "2"]
    module = [programs / "oca-checks-odoo-module", f"--disable={','.join(_OCA_OFF)}"]
    python = _files("*.py")
    modules = [str(path) for path in (*addons.ours().values(), *addons.test_addons().values())]
    catalogues = _files("*.po", "*.pot")
    # Odoo's own export wraps long lines in its own way.
    po = [programs / "oca-checks-po", "--disable=po-pretty-format"]
    return {
        "lint-ruff": ([programs / "ruff", "check", "--no-cache", "."], [*python, *_executables()]),
        "lint-pylint-odoo": ([*pylint, *modules], modules),
        "lint-oca-module": ([*module, *modules], modules),
        "lint-oca-po": ([*po, *catalogues], catalogues),
    }


def run() -> list[Outcome]:
    """Run all linters; a linter's complaints go to this terminal."""
    packages.environment(LINT_VENV, ("requirements-lint",))
    outcomes = []
    for part, (command, checked) in _commands().items():
        say(f"Part {part}: {len(checked)} {'file' if checked and Path(ROOT, checked[0]).is_file() else 'addon'}(s)")
        begin = time.monotonic()
        status, log = 0, LOGS / f"{part}.log"
        if checked:
            result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            status = result.returncode
            log.write_text(result.stdout + result.stderr, encoding="utf-8")
            if status:
                print(result.stdout + result.stderr, flush=True)
        outcome = Outcome(part, status, time.monotonic() - begin, ran=len(checked))
        if status:
            outcome.failed.append(f"see {log}")
        outcome.write()
        outcomes.append(outcome)
    return outcomes
