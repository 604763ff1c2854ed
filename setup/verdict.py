"""The closing session of ./setup/test: one test per part and check, on what the parts have left behind.

A part that failed earlier is a failed test here, so pytest's closing line speaks for the whole run.
"""

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent))

import logcheck  # noqa: E402
import parts  # noqa: E402

FOUND = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(parts.RESULTS.glob("*.json"))}
TESTS = [name for name in FOUND if not name.startswith(("lint-", "install-"))]
INSTALLS = [name for name in FOUND if name.startswith("install-")]
# The only reason for which one of our own tests may skip itself: data that is no part of the repository.
ALLOWED_SKIP = "shared/data"


def _expected() -> list[str]:
    return json.loads((parts.RESULTS / "expected").read_text(encoding="utf-8"))


def test_every_part_has_run():
    assert sorted(FOUND) == sorted(_expected())


@pytest.mark.parametrize("part", FOUND)
def test_part_passed(part):
    assert not FOUND[part]["failed"] and FOUND[part]["status"] == 0, "\n".join(FOUND[part]["failed"])


@pytest.mark.parametrize("part", TESTS)
def test_enough_tests_ran(part):
    outcome = FOUND[part]
    floor = parts.settings()["minimum"].getint(part, fallback=None)
    assert floor is not None, f"setup/parts.ini says no minimum for {part}"
    seen = outcome["ran"] + len(outcome["skipped"])
    assert outcome["ran"] >= floor, f"{part} ran {outcome['ran']} tests, at least {floor} expected"
    assert seen >= outcome["defined"], f"{part}: its files define {outcome['defined']} tests, only {seen} were run"


def _may_skip(part, reason):
    """An addon alone may skip what needs an app above it, if the same test passes beside that app."""
    if ALLOWED_SKIP in reason:
        return True
    elsewhere = FOUND.get("together", {}).get("passed", [])
    return part.startswith("alone-") and reason.split(": ")[0] in elsewhere


@pytest.mark.parametrize("part", [name for name in TESTS if not name.startswith("host-")])
def test_nothing_of_ours_is_skipped(part):
    assert not [reason for reason in FOUND[part]["skipped"] if not _may_skip(part, reason)]


@pytest.mark.parametrize("part", [name for name in FOUND if FOUND[name]["logs"]])
def test_log_has_no_warning_of_ours(part):
    # The last log of an installation is that of our own addons alone: any warning in it is ours.
    logs = [Path(log) for log in FOUND[part]["logs"]]
    found = [line for log in logs for line in logcheck.complaints(log, every=part in INSTALLS and log == logs[-1])]
    assert not found, "\n".join(found[:20])
