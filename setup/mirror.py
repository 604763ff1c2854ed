"""Debian packages: fetched without root through a private apt state, installed where the script is root."""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from console import Problem, must, say
from settings import CACHE, HOME, LOGS, is_root

# Releases that still have Font Awesome 4.7, whose files the web client links to.
_FONT_RELEASES = {"debian": ("bookworm", "trixie"), "ubuntu": ("jammy", "noble")}
_NO_NETWORK = (
    "Check the network and the proxy of apt, or let ODOO_HOME name an Odoo 19.0 that is already on this machine."
)


def os_release() -> dict[str, str]:
    """What this system says about itself, ID, VERSION_CODENAME and so on; nothing where it says nothing."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _own_addresses() -> list[str]:
    """The mirrors that this machine's own sources name, Debian's or Ubuntu's main archive first."""
    if os.environ.get("DEBIAN_MIRROR"):
        return [os.environ["DEBIAN_MIRROR"].rstrip("/") + "/"]
    try:
        # What an update would fetch: a machine that never did one has no index to ask.
        plan = subprocess.run(["apt-get", "update", "--print-uris"], capture_output=True, text=True)
    except OSError as error:
        raise Problem(
            "This is no Debian or Ubuntu machine: it has no apt-get",
            "Let ODOO_HOME name a checkout of Odoo's 19.0 branch.",
        ) from error
    if plan.returncode:
        raise Problem(f"apt-get does not name its sources: {plan.stderr}", "Mend /etc/apt/sources.list.")
    found = re.findall(r"^'(\S+?/)dists/", plan.stdout, re.M)
    usual = [uri for uri in dict.fromkeys(found) if "security" not in uri]
    return sorted(usual, key=lambda uri: not uri.endswith(("/debian/", "/ubuntu/")))


def _suites(release: dict[str, str]) -> tuple[str, str, str, str]:
    """Keyring name, suite of the host, suite of the fonts, components; Ubuntu's next release carries Debian's sid.

    :param release: as ``os_release`` returns it
    """
    ubuntu = release.get("ID") == "ubuntu" and not os.environ.get("DEBIAN_MIRROR")
    name, suite, components = ("ubuntu", "devel", "main universe") if ubuntu else ("debian", "sid", "main")
    own, known = release.get("VERSION_CODENAME", ""), _FONT_RELEASES[name]
    return name, suite, own if own in known else known[-1], components


def _keyring(name: str) -> Path:
    for suffix in ("gpg", "pgp"):
        path = Path(f"/usr/share/keyrings/{name}-archive-keyring.{suffix}")
        if path.is_file():
            return path
    package = "ubuntu-keyring" if name == "ubuntu" else f"{name}-archive-keyring"
    raise Problem(f"The keyring that signs the archive of {name} is missing", f"apt-get install {package}")


class Archive:
    """A private apt: its own sources, lists and cache in ``.odoo/apt``, nothing of the system's touched."""

    def __init__(self) -> None:
        self.folder = HOME / "apt"
        for name in ("state/lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        keyring, self.suite, self.font_suite, self.components = _suites(os_release())
        self.keyring = _keyring(keyring)

    def _options(self) -> list[str]:
        values = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State": self.folder / "state",
            "Dir::Cache": self.folder / "cache",
            "Dir::State::status": "/dev/null",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "APT::Update::Error-Mode": "any",
        }
        if is_root():
            values["APT::Sandbox::User"] = "root"
        return [word for key, value in values.items() for word in ("-o", f"{key}={value}")]

    def _write_sources(self, address: str) -> None:
        lines = [
            f"deb [signed-by={self.keyring}] {address} {suite} {self.components}\n"
            for suite in (self.suite, self.font_suite)
        ]
        (self.folder / "sources.list").write_text("".join(lines), encoding="utf-8")

    def update(self) -> None:
        """Fetch the package lists from the first of the machine's mirrors that answers."""
        addresses = _own_addresses()
        if not addresses:
            raise Problem("apt knows no package source", "Write one into /etc/apt/sources.list, or set DEBIAN_MIRROR.")
        for number, address in enumerate(addresses[:3], start=1):
            self._write_sources(address)
            final = number == len(addresses[:3])
            try:
                must(
                    ["apt-get", *self._options(), "update"],
                    "Package lists", LOGS / "apt-update.log", mend=_NO_NETWORK, tries=3 if number == 1 else 1,
                )
                return
            except Problem:
                if final:
                    raise

    def download(self, names: tuple[str, ...], fonts: tuple[str, ...], target: Path) -> None:
        """Put the newest of each package into ``target``; ``fonts`` come from the older release."""
        part = target / "part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        wanted = [*names, *(f"{name}/{self.font_suite}" for name in fonts)]

        def size(_tail: str) -> str:
            return f"{sum(file.stat().st_size for file in part.glob('*')) // 1_000_000} MB"

        must(
            ["apt-get", *self._options(), "download", *wanted],
            "Download of the packages", LOGS / "apt-download.log", mend=_NO_NETWORK, tries=3, watch=size, cwd=part,
        )
        for file in part.glob("*.deb"):
            file.replace(target / file.name)
        part.rmdir()


def fetch(names: tuple[str, ...], fonts: tuple[str, ...] = ()) -> list[Path]:
    """The packages as files, from the cache where all are there.

    :return: one .deb per name, the newest where the cache holds several
    """
    folder = CACHE / "debs"
    folder.mkdir(parents=True, exist_ok=True)

    def held() -> dict[str, Path]:
        return {file.name.split("_")[0]: file for file in sorted(folder.glob("*.deb"))}

    if missing := tuple(name for name in (*names, *fonts) if name not in held()):
        say(f"Fetching Debian packages: {', '.join(missing)}")
        archive = Archive()
        archive.update()
        archive.download(
            tuple(name for name in names if name in missing), tuple(name for name in fonts if name in missing), folder
        )
    return [held()[name] for name in (*names, *fonts)]


def unpack(deb: Path, target: Path) -> None:
    """Unpack one package into a folder; a damaged file is thrown away so that the next start fetches it anew."""
    result = subprocess.run(["dpkg-deb", "-x", deb, target], capture_output=True, text=True)
    if result.returncode:
        if "No space left" in result.stderr:
            raise OSError(28, "No space left on device")
        deb.unlink()
        raise Problem(f"{deb.name} cannot be unpacked: {result.stderr}", "Start again: it will be fetched anew.")


def install(names: list[str], why: str) -> None:
    """Install Debian packages on this machine; only for root, and said aloud."""
    say(f"Installing Debian packages on this machine ({why}): {' '.join(names)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    try:
        must(command, "apt-get install", LOGS / "apt-install.log", env=env)
    except Problem:
        # The usual reason on a new machine: no or old package lists.
        must(["apt-get", "update"], "apt-get update", LOGS / "apt-update.log", mend=_NO_NETWORK, tries=3, env=env)
        must(command, "apt-get install", LOGS / "apt-install.log", mend=_NO_NETWORK, tries=2, env=env)
