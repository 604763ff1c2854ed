"""The scripts of setup/: what decides between green and red is tested like everything else."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "setup"))

import addons  # noqa: E402
import check  # noqa: E402
import console  # noqa: E402
import databases  # noqa: E402
import logcheck  # noqa: E402
import postgres  # noqa: E402
import start  # noqa: E402

LOG = """\
2026-01-02 03:04:05,678 99 INFO odoo_t_1 odoo.modules.loading: Loading module customer_archive (1/1)
2026-01-02 03:04:05,679 99 WARNING odoo_t_1 odoo.addons.sms.models.sms_sms: no credit left for res.partner
2026-01-02 03:04:05,680 99 WARNING odoo_t_1 odoo.models: unknown field on customer.archive.template
2026-01-02 03:04:05,681 99 ERROR odoo_t_1 odoo.http: Exception
Traceback (most recent call last):
  File "/srv/customer_archive/models/res_partner.py", line 1, in write
ValueError: no
"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Get:1\nE: Failed to fetch x  No route\nE: Some index files failed\n", "E: Failed to fetch x  No route"),
        ("a\nTraceback:\n  File\nValueError: no such thing\n2026 INFO closed\n", "ValueError: no such thing"),
        ("one\ntwo\n\n", "two"),
        ("", ""),
    ],
)
def test_last_line_names_the_error(text, line):
    assert console.last_line(text) == line


def test_problem_is_one_line():
    assert str(console.Problem("a\n  b.", "Do\nthis.")) == "a b. Do this."


def test_log_complaints_are_ours_alone(tmp_path):
    log = tmp_path / "x.log"
    log.write_text(LOG)
    found = logcheck.complaints(log)
    assert [line.split(":")[-1] for line in (text.splitlines()[0] for text in found)] == [
        " unknown field on customer.archive.template",
        " Exception",
    ]
    assert len(logcheck.complaints(log, every=True)) == 3


def test_missing_log_is_a_complaint(tmp_path):
    assert logcheck.complaints(tmp_path / "none.log")


def test_taken_port_is_a_problem():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(console.Problem, match="cannot be used"):
            start.check_port("127.0.0.1", taken.getsockname()[1])


def test_odoo_compiles_nothing_into_its_host(tmp_path, monkeypatch):
    host, home = tmp_path / "host", tmp_path / "home"
    host.mkdir()
    (host / "some_module.py").touch()
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setattr(databases, "HOME", home)
    env = databases.environment(postgres.Server("private cluster"))
    subprocess.run([sys.executable, "-c", "import some_module"], cwd=host, env=env, check=True)
    assert [path.name for path in host.iterdir()] == ["some_module.py"]
    assert list(home.rglob("some_module.*.pyc"))


def test_options_after_the_targets_belong_to_pytest():
    assert check._split(["customer_archive", "-k", "import"]) == (["customer_archive"], ["-k", "import"])
    assert check._split(["-x"]) == ([], ["-x"])


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("unit", "pure"),
        ("tests/contract", "pure"),
        ("customer_archive", "alone customer_archive"),
        ("./customer_archive/tests/test_archive.py::TestX::test_y", "alone customer_archive"),
        ("tests/addons/test_customer_archive", "together"),
        ("tests/integration/packaging", "wheels"),
        ("host", "host-quick"),
    ],
)
def test_target_belongs_to_a_part(target, kind):
    assert check._kind(target) == kind


def test_unknown_target_is_a_problem():
    with pytest.raises(console.Problem):
        check._kind("no_such_thing")


def test_addons_are_installed_from_the_bottom():
    assert addons.own_depends("customer_archive") == ["customer_archive"]
    assert "contacts" in addons.host_depends(["customer_archive"])
    assert not set(addons.ours()) & set(addons.host_depends(list(addons.ours())))


def _close(folder):
    command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p", "no:cacheprovider", "setup/verdict.py"]
    env = {**os.environ, "ODOO_ARCHIVE_RESULTS": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True).returncode


def _verdict(folder, **changes):
    outcome = {"part": "unit", "status": 0, "seconds": 1, "ran": 5000, "passed": [], "failed": [], "skipped": []}
    outcome |= {"defined": 10, "logs": []} | changes
    (folder / "unit.json").write_text(json.dumps(outcome))
    (folder / "expected").write_text(json.dumps(["unit"]))
    return _close(folder)


def test_closing_session_is_green_for_a_green_part(tmp_path):
    assert _verdict(tmp_path) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"failed": ["tests::test_x"]},
        {"status": 1},
        {"ran": 0},
        {"defined": 10**6},
        {"skipped": ["tests::test_x: no browser"]},
        {"logs": ["no-such.log"]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_closing_session_is_red_for_a_red_part(tmp_path, changes):
    assert _verdict(tmp_path, **changes) == 1


def test_closing_session_is_red_where_a_part_is_missing(tmp_path):
    assert _verdict(tmp_path) == 0
    (tmp_path / "unit.json").unlink()
    assert _close(tmp_path) == 1
