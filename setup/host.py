"""The host, Odoo 19.0 Community: found where ``ODOO_HOME`` or the system has it, else fetched into ``.odoo/``."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import mirror
from console import Problem, say
from settings import HOME, digest, read_json, write_json

SERIES = (19, 0)
_PACKAGES = (
    "odoo-19", "libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-montserrat", "fonts-ocr-b",
    "fonts-roboto-unhinted", "fonts-glyphicons-halflings",
)
_FONTS = ("fonts-font-awesome", "fonts-inconsolata")
# One addon of each layer that ours stand on.
_NEEDED = ("base", "web", "contacts", "survey", "sale_stock", "crm")
_SPACE = 4 * 10**9


@dataclass(frozen=True)
class Host:
    """An Odoo: the folder that goes on Python's path, its version, where it is from, and what tells two apart."""

    path: Path
    version: str
    source: str
    identity: str

    def __str__(self) -> str:
        return f"Odoo {self.version} ({self.source}) in {self.path}"

    def addon(self, name: str) -> Path | None:
        """The folder of one of the host's addons."""
        for folder in (self.path / "odoo" / "addons", self.path / "addons"):
            if (folder / name / "__manifest__.py").is_file():
                return folder / name
        return None


def _release(path: Path) -> tuple[int, int]:
    text = (path / "odoo" / "release.py").read_text(encoding="utf-8")
    match = re.search(r"^version_info = \(\D*(\d+)\D+(\d+)", text, re.M)
    if not match:
        raise Problem(f"{path} says no version in odoo/release.py", "Let ODOO_HOME name an Odoo 19.0.")
    return int(match[1]), int(match[2])


def _candidates(folder: Path) -> list[Path]:
    package = [folder.parent] if folder.name == "odoo" else []
    return [folder, folder / "usr/lib/python3/dist-packages", *package, folder / "odoo"]


def _python_path(folder: Path) -> Path | None:
    """The folder to put on Python's path: a checkout, dist-packages, an unpacked root or the package itself."""
    for candidate in _candidates(folder):
        if (candidate / "odoo" / "release.py").is_file():
            return candidate
    return None


def _identity(path: Path, version: str) -> str:
    """What changes when the host does: the commit of a checkout, else the times of its main files."""
    head = subprocess.run(["git", "-C", path, "rev-parse", "HEAD"], capture_output=True, text=True)
    if (path / ".git").exists() and not head.returncode:
        return f"{version} {head.stdout.strip()}"
    stamps = [str((path / "odoo" / name).stat().st_mtime_ns) for name in ("release.py", "models", "addons")]
    return f"{version} {digest(str(path), *stamps)}"


def _checked(path: Path, source: str) -> Host:
    found = _release(path)
    version = ".".join(map(str, found))
    if found != SERIES:
        age = "old" if found < SERIES else "new"
        raise Problem(
            f"The host is too {age}: {path} is Odoo {version}, the addons need 19.0",
            "Let ODOO_HOME name an Odoo 19.0, or unset it to have one fetched.",
        )
    host = Host(path, version, source, "")
    if missing := [name for name in _NEEDED if not host.addon(name)]:
        mend = "A checkout has odoo/ and addons/." if source == "ODOO_HOME" else f"Remove {path} and start again."
        raise Problem(f"The host in {path} is not whole: {', '.join(missing)} missing", mend)
    return replace(host, identity=_identity(path, version))


def _brought() -> Host | None:
    named = os.environ.get("ODOO_HOME")
    if not named:
        return None
    path = _python_path(Path(named).expanduser().resolve())
    if not path:
        raise Problem(f"ODOO_HOME={named} holds no Odoo (no odoo/release.py)", "Let it name a checkout, or unset it.")
    return _checked(path, "ODOO_HOME")


def _installed() -> Host | None:
    """The Debian package, where someone installed it in the version that is needed."""
    path = Path("/usr/lib/python3/dist-packages")
    if (path / "odoo" / "release.py").is_file() and _release(path) == SERIES:
        return _checked(path, "installed package")
    return None


def _check_space() -> None:
    free = shutil.disk_usage(HOME).free
    if free < _SPACE:
        raise Problem(
            f"Too little disk: {free / 10**9:.1f} GB are free under {HOME}, the host and its databases need 4 GB",
            "Free some space, or let ODOO_HOME name an Odoo 19.0 that is already on this machine.",
        )


def _complete(root: Path, path: Path) -> None:
    """Check an unpacked host, and add the one script that the package lists but does not ship."""
    # Without it every page of the web client logs an error in the browser.
    script = path / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text("// Not shipped by the package: background blur in calls stays off.\n", encoding="utf-8")
    dangling = [link for link in root.rglob("*") if link.is_symlink() and not link.exists()]
    if dangling:
        raise Problem(
            f"The host links to {len(dangling)} files that no package brought, the first: {dangling[0]}",
            "The archive has moved on: let ODOO_HOME name a checkout of Odoo's 19.0 branch.",
        )


def _fetched() -> Host:
    root = HOME / "host"
    record = read_json(HOME / "host.json")
    if not record or not root.is_dir():
        HOME.mkdir(exist_ok=True)
        _check_space()
        debs = mirror.fetch(_PACKAGES, _FONTS)
        say("Unpacking the host (1.2 GB)")
        part = HOME / "host.part"
        for old in (part, root):
            shutil.rmtree(old, ignore_errors=True)
        part.mkdir()
        for deb in debs:
            mirror.unpack(deb, part)
        path = _python_path(part)
        if not path:
            raise Problem(f"{debs[0].name} holds no Odoo", "Let ODOO_HOME name a checkout of Odoo's 19.0 branch.")
        _complete(part, path)
        part.rename(root)
        record = {"packages": [deb.name for deb in debs]}
        write_json(HOME / "host.json", record)
    host = _checked(_python_path(root) or root, record["packages"][0])
    return replace(host, identity=f"{host.version} {digest(*record['packages'])}")


def find() -> Host:
    """The host to work with.

    :raise Problem: where the one that ``ODOO_HOME`` names is none, too old or not whole, or none can be fetched
    """
    return _brought() or _installed() or _fetched()
