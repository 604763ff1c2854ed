"""Python packages: an environment of locked versions in ``.odoo/venv``, made by uv, which pip brings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import mirror
from console import Problem, must, say
from host import Host
from settings import CACHE, HOME, LOGS, PYTHON, SETUP, VENV, digest

NEWEST, OLDEST = (3, 13), (3, 10)
_NO_NETWORK = "Check the network, the proxy and pip's configuration (pip config list), then start again."


def interpreter() -> str:
    """A Python that Odoo 19.0 supports: this one, else a suitable one on the PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return getattr(sys, "_base_executable", sys.executable)
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise Problem(
        f"Python {sys.version_info.major}.{sys.version_info.minor} is not supported: Odoo 19.0 needs 3.10 to 3.13",
        "Install python3.13 beside it and start again.",
    )


def _pip() -> list[str]:
    """A command that runs pip: this Python's own, else the wheel that Debian ships for its virtual environments."""
    own = [sys.executable, "-m", "pip"]
    if not subprocess.run([*own, "--version"], capture_output=True).returncode:
        return own
    wheels = sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        unpacked = HOME / "pip"
        mirror.unpack(mirror.fetch(("python3-pip-whl",))[0], unpacked)
        wheels = sorted((unpacked / "usr/share/python-wheels").glob("pip-*.whl"))
    return [sys.executable, str(wheels[-1] / "pip")]


def _tidy() -> dict[str, str]:
    """The environment for programs that would leave files in the system's folder for temporary ones."""
    folder = HOME / "temporary"
    folder.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "TMPDIR": str(folder)}


def _environment() -> dict[str, str]:
    """The environment for uv: its cache in our folder, and the index that pip is configured to use."""
    env = {**_tidy(), "UV_CACHE_DIR": str(CACHE / "uv"), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_CONFIG": "1"}
    if "UV_DEFAULT_INDEX" not in env and "UV_INDEX_URL" not in env:
        asked = subprocess.run([*_pip(), "config", "get", "global.index-url"], capture_output=True, text=True)
        if index := env.get("PIP_INDEX_URL") or asked.stdout.strip():
            env["UV_DEFAULT_INDEX"] = index
    return env


def uv(*arguments: str | Path, what: str) -> None:
    """Run uv, fetching it with pip the first time."""
    program = HOME / "uv" / "bin" / "uv"
    if not program.is_file():
        say("Fetching uv with pip")
        options = ["--quiet", "--upgrade", "--target", HOME / "uv", "--cache-dir", CACHE / "pip"]
        command = [*_pip(), "install", *options, "uv"]
        must(command, "pip install uv", LOGS / "pip.log", mend=_NO_NETWORK, tries=2, env=_tidy())
    must([program, *arguments], what, LOGS / "uv.log", mend=_NO_NETWORK, tries=3, env=_environment())


def _lock(names: tuple[str, ...]) -> tuple[list[Path], str]:
    files = [SETUP / f"{name}.txt" for name in names]
    return files, digest(*(file.read_bytes() for file in files))


def _works(folder: Path) -> bool:
    """Whether an environment's Python still starts: a system upgrade may have taken it away."""
    python = folder / "bin" / "python"
    return python.exists() and not subprocess.run([python, "-c", ""], capture_output=True).returncode


def environment(folder: Path, names: tuple[str, ...], *, dependencies: bool = True) -> None:
    """A virtual environment in ``folder`` with the packages of some lock files; does nothing where it is up to date.

    :param names: lock files of ``setup/`` without their suffix
    :param dependencies: False leaves out what the locked packages themselves ask for
    """
    files, wanted = _lock(names)
    mark = folder / f".{names[-1]}"
    if not _works(folder):
        say(f"Making a Python environment in {folder.relative_to(HOME.parent)}")
        shutil.rmtree(folder, ignore_errors=True)
        uv("venv", "--quiet", "--python", interpreter(), folder, what="uv venv")
    if mark.is_file() and mark.read_text() == wanted:
        return
    say(f"Installing Python packages: {', '.join(names)}")
    locks = [word for file in files for word in ("-r", file)]
    extra = [] if dependencies else ["--no-deps"]
    uv("pip", "install", "--quiet", "--python", folder / "bin/python", *extra, *locks, what="uv pip install")
    mark.write_text(wanted)


def site_packages(folder: Path) -> Path:
    """Where an environment keeps its packages."""
    return next((folder / "lib").glob("python3*")) / "site-packages"


def prepare(host: Host, *, tests: bool) -> None:
    """The environment that Odoo runs in, with the host on its path."""
    environment(VENV, ("requirements", "requirements-test") if tests else ("requirements",))
    link = site_packages(VENV) / "odoo-host.pth"
    if not link.is_file() or link.read_text() != f"{host.path}\n":
        link.write_text(f"{host.path}\n")


def inside() -> bool:
    """Whether this process already runs in the environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def enter() -> None:
    """Go on in the environment: the same command, started anew with its Python."""
    if not inside():
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
