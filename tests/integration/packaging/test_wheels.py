"""Each addon builds as a wheel, installs into a fresh environment beside a host, and loads from there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ADDONS = sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))
UV = ROOT / ".odoo" / "uv" / "bin" / "uv"
LINT = ROOT / ".odoo" / "lint" / "bin"


def _run(*command, **options):
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return result.stdout


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """One wheel per addon, built without the network by the whool that the linters' environment holds."""
    target = tmp_path_factory.mktemp("wheels")
    build = "import sys, whool.buildapi as api; print(api.build_wheel(sys.argv[1]))"
    return {name: target / _run(LINT / "python", "-c", build, target, cwd=ROOT / name).split()[-1] for name in ADDONS}


@pytest.fixture(scope="session")
def environment(tmp_path_factory, wheels):
    """A new environment: the wheels without what they ask for, the packages and the host of the tests' own."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    _run(UV, "venv", "--quiet", "--python", getattr(sys, "_base_executable", sys.executable), folder)
    python = folder / "bin" / "python"
    _run(UV, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, *wheels.values())
    own, shared = (next((base / "lib").glob("python3*")) / "site-packages" for base in (folder, Path(sys.prefix)))
    host = (shared / "odoo-host.pth").read_text(encoding="utf-8")
    (own / "odoo-host.pth").write_text(f"{shared}\n{host}", encoding="utf-8")
    return python


@pytest.mark.parametrize("addon", ADDONS)
def test_wheel_holds_the_addon(addon, wheels):
    names = _run(sys.executable, "-m", "zipfile", "-l", wheels[addon])
    assert f"odoo/addons/{addon}/__manifest__.py" in names
    assert wheels[addon].name.startswith(f"odoo_addon_{addon}-19.0.")


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_loads_from_its_wheel(addon, environment, tmp_path):
    database = os.environ[f"ODOO_ARCHIVE_DATABASE_{addon}"]
    text = Path(os.environ["ODOO_ARCHIVE_CONF"]).read_text(encoding="utf-8")
    conf = tmp_path / "odoo.conf"
    # Without the repository on the addons path there is one place left to load from.
    conf.write_text("".join(line for line in text.splitlines(True) if not line.startswith("addons_path")))
    script = (
        f"import odoo.modules, sys; path = odoo.modules.Manifest.for_addon({addon!r}).path\n"
        f"loaded = env['ir.module.module'].search([('name', '=', {addon!r})])\n"
        f"print('FROM', path, loaded.state, {addon!r} in env.registry._init_modules)\n"
    )
    command = [environment, "-m", "odoo", "shell", "-c", conf, "-d", database, "--no-http", "--log-level=error"]
    update = [environment, "-m", "odoo", "-c", conf, "-d", database, "-u", addon, "--no-http", "--stop-after-init"]
    _run(*update, cwd=tmp_path)
    told = _run(*command, input=script, cwd=tmp_path)
    assert f"FROM {environment.parent.parent}" in told, told
    assert "installed True" in told
