"""Uninstalling an addon leaves the host as it was, and the addon installs again afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ADDONS = sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))
# What the database and the host's busiest screens say once the addon is gone.
SCRIPT = """
import json
addon = {addon!r}
def ask(sql, *values):
    env.cr.execute(sql, values)
    return sorted(row[0] for row in env.cr.fetchall())
Partner = env["res.partner"]
views = [Partner.get_view(view_type=kind)["arch"] for kind in ("form", "list", "search", "kanban")]
partner = Partner.create({{"name": "After", "is_company": True, "child_ids": [(0, 0, {{"name": "Contact"}})]}})
print("TOLD" + json.dumps({{
    "state": env["ir.module.module"].search([("name", "=", addon)]).state,
    "tables": ask(
        "SELECT tablename FROM pg_tables WHERE tablename LIKE 'customer_%%' AND schemaname <> 'customer_audit'"
    ),
    "columns": ask(
        "SELECT table_name || '.' || column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND (column_name LIKE 'archive_%%' OR column_name LIKE 'customer_%%') "
        "AND table_name IN ('res_partner', 'res_company', 'res_users')"
    ),
    "external ids": ask("SELECT name FROM ir_model_data WHERE module = %s", addon),
    "numberings": ask("SELECT name FROM ir_sequence WHERE code LIKE 'customer.%%'"),
    "rules": ask("SELECT name FROM ir_rule WHERE domain_force LIKE '%%archive_%%'"),
    "in views": [name for name in ("archive_", "customer_") if any(name in arch for arch in views)],
    "contact": partner.child_ids.name,
}}))
"""


def _odoo(*arguments, script=None):
    command = [sys.executable, "-m", "odoo", *arguments]
    result = subprocess.run(list(map(str, command)), input=script, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return result.stdout


@pytest.mark.parametrize("addon", ADDONS)
def test_uninstalled_addon_leaves_nothing_behind_and_installs_again(addon):
    at = ["-c", os.environ["ODOO_ARCHIVE_CONF"], "-d", os.environ[f"ODOO_ARCHIVE_DATABASE_{addon}"]]
    _odoo("module", "uninstall", *at, addon)
    told = _odoo("shell", *at, "--no-http", "--log-level=error", script=SCRIPT.format(addon=addon))
    left = json.loads(told.partition("TOLD")[2].splitlines()[0])
    assert left.pop("state") == "uninstalled"
    assert left.pop("contact") == "Contact"
    assert {what: found for what, found in left.items() if found} == {}
    _odoo("module", "install", *at, addon)
    again = f"print('STATE', env['ir.module.module'].search([('name', '=', {addon!r})]).state)"
    assert "STATE installed" in _odoo("shell", *at, "--no-http", "--log-level=error", script=again)
