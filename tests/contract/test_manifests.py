"""Manifests hold what they must, in the form that all addons share, and what they list is there."""

import re

import pytest
from repository import ADDONS, manifest

REQUIRED = {"name", "summary", "version", "category", "author", "license", "depends"}
ALLOWED = {*REQUIRED, "application", "auto_install", "assets", "data", "demo", "external_dependencies", "website"}
ALLOWED |= {"pre_init_hook", "post_init_hook", "uninstall_hook", "post_load"}


@pytest.mark.parametrize("addon", ADDONS)
def test_keys(addon):
    keys = set(manifest(addon))
    assert keys >= REQUIRED
    assert keys <= ALLOWED


@pytest.mark.parametrize("addon", ADDONS)
def test_values(addon):
    values = manifest(addon)
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", values["version"])
    assert values["license"] == "LGPL-3"
    assert "\n" not in values["summary"]
    assert bool(values.get("application")) == (addon == "customer_archive")


@pytest.mark.parametrize("addon", ADDONS)
def test_listed_files_exist_and_are_listed(addon):
    folder, values = ADDONS[addon], manifest(addon)
    listed = [*values.get("data", []), *values.get("demo", [])]
    assert not [name for name in listed if not (folder / name).is_file()]
    assert len(listed) == len(set(listed))
    present = {
        str(path.relative_to(folder))
        for part in ("data", "demo", "security", "views", "wizard", "report")
        for pattern in ("*.xml", "*.csv")
        for path in (folder / part).rglob(pattern)
    }
    assert not present - set(listed), "files that no manifest loads"


@pytest.mark.parametrize("addon", ADDONS)
def test_builds_as_a_wheel(addon):
    text = (ADDONS[addon] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'build-backend = "whool.buildapi"' in text
