"""Find warnings of ours in a server log: lines from our loggers, or naming our addons, models or files."""

import re
from pathlib import Path

import addons
from settings import HOME

_RECORD = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (\w+) \S+ (\S+?): ")
_SEVERE = {"WARNING", "ERROR", "CRITICAL"}
_NAME = re.compile(r"^\s+_name\s*=\s*[\"']([\w.]+)[\"']", re.M)

# Noise of the host that no addon can help, each with its reason.
NOISE = (
    re.compile(r"Running as user 'root' is a security risk"),  # tests may run in a container
    re.compile(r"odoo\.tests\.result: 0 failed, 0 error\(s\) of 0 tests"),  # installed in test mode
    re.compile(r"\.browser: Error received after termination"),  # a page still loading when its test has ended
    re.compile(r" py\.warnings: (?!\S*/(?:test_)?customer_archive)"),  # the host's use of deprecated things
    re.compile(r"in cron context|Thread .* virtual real time limit"),  # a slow machine
)


def _own_words() -> re.Pattern:
    """What shows that a line is about us: an addon's or a model's name, as a whole word."""
    names = {*addons.ours(), *addons.test_addons()}
    for folder in (*addons.ours().values(), *addons.test_addons().values()):
        for path in folder.rglob("*.py"):
            names.update(_NAME.findall(path.read_text(encoding="utf-8")))
    # A name that the host has too (an _inherit with its _name) would claim the host's lines.
    own = sorted(name for name in names if name.startswith(("customer", "test_customer", "credit")))
    return re.compile(r"(?<![\w.])(?:odoo\.addons\.)?(?:" + "|".join(map(re.escape, own)) + r")(?!\w)")


def records(text: str) -> list[tuple[str, str]]:
    """The log's records as (level, whole text with continuation lines)."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if match := _RECORD.match(line):
            found.append((match[1], line))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
    return found


def complaints(log: Path, *, every: bool = False) -> list[str]:
    """The warnings and errors in a log that are ours to mend.

    :param every: count those of the host too, where nothing but our addon was at work
    """
    if not log.is_file():
        return [f"{log} is missing: nothing was logged, so nothing was checked"]
    own = _own_words()
    found = []
    for level, text in records(log.read_text(encoding="utf-8", errors="replace")):
        # The clone's own folder may be named like an addon.
        plain = text.replace(str(HOME), "…")
        if level in _SEVERE and not any(noise.search(plain) for noise in NOISE) and (every or own.search(plain)):
            found.append(plain[:1500])
    return found
