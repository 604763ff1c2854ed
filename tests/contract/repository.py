"""What the contract tests read: addons, manifests, models, access lines and rules, all from the files alone."""

import ast
import csv
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = {path.parent.name: path.parent for path in sorted(ROOT.glob("*/__manifest__.py"))}
BASE = "customer_archive"
UPPER = ("customer_archive_credit", "customer_archive_analysis")


@dataclass(frozen=True)
class Model:
    """A model that an addon defines, not one that it extends."""

    addon: str
    name: str
    kind: str  # Model, TransientModel or AbstractModel
    auto: bool
    path: Path


@cache
def manifest(addon: str) -> dict:
    """An addon's manifest."""
    return ast.literal_eval((ADDONS[addon] / "__manifest__.py").read_text(encoding="utf-8"))


def python_files(addon: str, *, tests: bool = False) -> list[Path]:
    """The Python files of an addon, without its tests unless asked for."""
    found = sorted(ADDONS[addon].rglob("*.py"))
    return [path for path in found if tests or "tests" not in path.relative_to(ADDONS[addon]).parts]


def _values(node: ast.ClassDef) -> dict[str, object]:
    values = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                values[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                continue
    return values


def _models_in(addon: str, path: Path) -> list[Model]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ClassDef):
            continue
        kind = next((base.attr for base in node.bases if isinstance(base, ast.Attribute)), "")
        values = _values(node)
        inherited = values.get("_inherit") or []
        inherited = [inherited] if isinstance(inherited, str) else inherited
        name = values.get("_name")
        if name and kind and name not in inherited:
            found.append(Model(addon, name, kind, values.get("_auto", True), path))
    return found


def models(addon: str) -> list[Model]:
    """The models that an addon defines."""
    return [model for path in python_files(addon) for model in _models_in(addon, path)]


def access_lines(addon: str) -> list[dict[str, str]]:
    """The rows of all access files that the manifest loads."""
    rows = []
    for name in manifest(addon).get("data", []):
        if name.endswith("ir.model.access.csv"):
            with (ADDONS[addon] / name).open(encoding="utf-8", newline="") as stream:
                rows += list(csv.DictReader(stream))
    return rows


def xml_records(addon: str) -> list[tuple[str, str, Path, str]]:
    """Every ``<record>`` as (id, model, file, its text)."""
    found = []
    for path in sorted(ADDONS[addon].rglob("*.xml")):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"<record\b([^>]*)>(.*?)</record>|<record\b([^>]*)/>", text, re.S):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', match[1] or match[3]))
            found.append((attributes.get("id", ""), attributes.get("model", ""), path, match[2] or ""))
    return found


@cache
def tracked() -> tuple[Path, ...]:
    """The files that git knows or would add."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def texts() -> list[tuple[Path, str]]:
    """Every tracked file that is text."""
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:8000]:
            found.append((path, data.decode("utf-8")))
    return found
