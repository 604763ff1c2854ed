"""Layers talk upward only through hooks: the base never names an upper addon, and the upper ones not each other."""

import ast
import re

import pytest
from repository import ADDONS, BASE, ROOT, UPPER, manifest, python_files

# The host's apps that belong to upper layers.
NOT_IN_BASE = {"account", "sale", "sale_management", "sale_stock", "stock", "crm", "product", "mass_mailing"}
# A switch in the settings that installs an addon is named after it by Odoo's own convention.
SWITCH = re.compile(r"module_customer_archive_(credit|analysis)")


def _sources(addon):
    for path in sorted(ADDONS[addon].rglob("*")):
        if path.suffix in {".py", ".xml", ".csv", ".js"} and "__pycache__" not in path.parts:
            yield path, SWITCH.sub("", path.read_text(encoding="utf-8"))


def test_there_is_a_base():
    assert BASE in ADDONS
    assert set(ADDONS) <= {BASE, *UPPER}


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_names_no_addon_beside_or_above(addon):
    forbidden = [name for name in UPPER if name != addon]
    named = [
        f"{path.relative_to(ROOT)} names {name}"
        for path, text in _sources(addon)
        for name in forbidden
        if re.search(rf"\b{name}\b", text)
    ]
    assert not named


def test_base_depends_on_no_app_of_an_upper_layer():
    assert not NOT_IN_BASE & set(manifest(BASE)["depends"])


def test_upper_addons_stand_on_the_base():
    assert not [name for name in UPPER if name in ADDONS and BASE not in manifest(name)["depends"]]


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


@pytest.mark.parametrize("addon", ADDONS)
def test_tools_import_nothing_of_odoo(addon):
    tools = [path for path in python_files(addon) if path.relative_to(ADDONS[addon]).parts[0] == "tools"]
    assert tools, "the pure code of an addon lies in tools/"
    named = [f"{path.name}: {name}" for path in tools for name in _imports(path) if name.split(".")[0] == "odoo"]
    assert not named


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_imports_no_private_part_of_the_host(addon):
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in python_files(addon, tests=True)
        for name in _imports(path)
        if name.startswith(("odoo.orm", "odoo.osv"))
    ]
    assert not found
