"""Where the host comes from: the mirrors of this machine, asked through its own apt, and what is said without one."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "setup"))

import console  # noqa: E402
import mirror  # noqa: E402

UBUNTU = {"ID": "ubuntu", "VERSION_CODENAME": "noble"}
UNREACHABLE = "http://127.0.0.1:9"


@pytest.fixture
def apt(tmp_path, monkeypatch):
    """Give the system's apt these sources in place of the machine's, and a folder of its own for what it fetches."""
    config = tmp_path / "apt.conf"
    lists = tmp_path / "lists"
    (lists / "partial").mkdir(parents=True)
    config.write_text(
        f'Dir::Etc::sourcelist "{tmp_path}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
        f'Dir::State::lists "{lists}";\nAcquire::Retries::Delay "false";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(config))
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr(mirror, "HOME", tmp_path)
    monkeypatch.setattr(mirror, "LOGS", tmp_path)
    monkeypatch.setattr(console, "_PAUSE", 0)
    return lambda *lines: (tmp_path / "sources.list").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("release", "suites"),
    [
        ({"ID": "debian", "VERSION_CODENAME": "bookworm"}, ("debian", "sid", "bookworm", "main")),
        ({"ID": "debian", "VERSION_CODENAME": "trixie"}, ("debian", "sid", "trixie", "main")),
        ({"ID": "debian"}, ("debian", "sid", "trixie", "main")),
        (UBUNTU, ("ubuntu", "devel", "noble", "main universe")),
        (UBUNTU | {"VERSION_CODENAME": "jammy"}, ("ubuntu", "devel", "jammy", "main universe")),
        (UBUNTU | {"VERSION_CODENAME": "a later one"}, ("ubuntu", "devel", "noble", "main universe")),
    ],
)
def test_suites_of_a_release(release, suites, monkeypatch):
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    assert mirror._suites(release) == suites


def test_named_mirror_is_debians_on_ubuntu_too(monkeypatch):
    monkeypatch.setenv("DEBIAN_MIRROR", "http://mirror.example/debian")
    assert mirror._suites(UBUNTU) == ("debian", "sid", "trixie", "main")
    assert mirror._own_addresses() == ["http://mirror.example/debian/"]


def test_own_mirrors_are_known_before_the_first_update(apt):
    apt(
        "deb http://security.example/ubuntu-security noble-security main",
        "deb https://packages.example/apt some-tool main",
        "deb http://flat.example/repository ./",
        "deb http://mirror.example/ubuntu noble main universe",
        "deb http://mirror.example/ubuntu noble-updates main universe",
    )
    assert mirror._own_addresses() == ["http://mirror.example/ubuntu/", "https://packages.example/apt/"]


def test_machine_without_apt(tmp_path, monkeypatch):
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(console.Problem, match="no apt-get. Let ODOO_HOME name"):
        mirror._own_addresses()


def test_sources_that_apt_cannot_read(apt):
    apt("this is no source")
    with pytest.raises(console.Problem, match=r"does not name its sources: E: .* line 1 .* Mend"):
        mirror._own_addresses()


def test_machine_without_sources(apt):
    apt("# none")
    with pytest.raises(console.Problem, match="knows no package source. Write one into .* or set DEBIAN_MIRROR"):
        mirror.Archive().update()


def test_mirror_that_does_not_answer(apt):
    apt(f"deb {UNREACHABLE}/ubuntu noble main universe")
    with pytest.raises(console.Problem) as caught:
        mirror.Archive().update()
    line = str(caught.value)
    assert line.startswith("Package lists failed: E: Failed to fetch " + UNREACHABLE)
    assert line.endswith("or let ODOO_HOME name an Odoo 19.0 that is already on this machine.")
    assert "\n" not in line


def test_missing_keyring_names_its_package():
    with pytest.raises(console.Problem, match="apt-get install other-archive-keyring"):
        mirror._keyring("other")
