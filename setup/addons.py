"""The repository's addons: which there are, what they stand on, and what tells two states of one apart."""

import ast
from functools import cache
from pathlib import Path

from settings import ROOT, digest

TEST_ADDONS = ROOT / "tests" / "addons"
# What an installed database does not depend on: the browser asks for scripts and styles when it needs them.
_OUTSIDE = ("tests/", "readme/", "migrations/tests/", "static/src/", "static/tests/")


@cache
def manifest(folder: Path) -> dict:
    """An addon's manifest."""
    return ast.literal_eval((folder / "__manifest__.py").read_text(encoding="utf-8"))


def _inside(folder: Path) -> dict[str, Path]:
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/__manifest__.py"))}


def ours() -> dict[str, Path]:
    """The addons of the product by name."""
    return _inside(ROOT)


def test_addons() -> dict[str, Path]:
    """Addons that only tests install, such as a consultant's that overrides every hook."""
    return _inside(TEST_ADDONS)


def own_depends(name: str) -> list[str]:
    """Our addons below one of ours, itself last: the order of installation."""
    known = {**ours(), **test_addons()}
    below = [part for part in manifest(known[name])["depends"] if part in known]
    order = [step for part in below for step in own_depends(part)]
    return list(dict.fromkeys([*order, name]))


def host_depends(names: list[str]) -> list[str]:
    """The host's addons that some of ours ask for, directly or through another of ours."""
    known = {**ours(), **test_addons()}
    chain = {step for name in names for step in own_depends(name)}
    return sorted({part for step in chain for part in manifest(known[step])["depends"] if part not in known})


def _matters(relative: str) -> bool:
    return not relative.startswith(_OUTSIDE) and "__pycache__" not in relative


def state(name: str) -> str:
    """A short name for an addon's state as far as an installed database depends on it."""
    folder = {**ours(), **test_addons()}[name]
    files = sorted(path for path in folder.rglob("*") if path.is_file() and _matters(str(path.relative_to(folder))))
    return digest(*(word for path in files for word in (str(path.relative_to(folder)), path.read_bytes())))
