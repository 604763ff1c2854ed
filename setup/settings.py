"""Where things are: the repository, its ``.odoo/`` folder, and what the environment asks for."""

import hashlib
import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETUP = ROOT / "setup"
HOME = ROOT / ".odoo"
LOGS = HOME / "log"
VENV = HOME / "venv"
LINT_VENV = HOME / "lint"
PYTHON = VENV / "bin" / "python"

# Several clones may share one folder of downloads.
CACHE = Path(os.environ.get("ODOO_ARCHIVE_CACHE") or HOME / "cache").expanduser().resolve()


def is_root() -> bool:
    """Whether this process may install Debian packages."""
    return os.geteuid() == 0


def digest(*parts: str | bytes) -> str:
    """A short stable name for what the parts say."""
    summary = hashlib.sha256()
    for part in parts:
        summary.update(part if isinstance(part, bytes) else part.encode())
        summary.update(b"\0")
    return summary.hexdigest()[:12]


def read_json(path: Path) -> dict:
    """The object in a JSON file; empty where there is none or it was cut off."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def write_json(path: Path, value) -> None:
    """Write a JSON file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
