"""Make the pure code of the addons importable without Odoo, and say where example data lies.

``<addon>/tools`` is importable as ``<addon>_tools``: the addon's own ``__init__.py``, which imports Odoo, is not run.
"""

import importlib.util
import os
import sys
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent


# A loaded machine is no fault of the code under test: examples may take as long as they take.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def _load_tools(addon: Path) -> None:
    name, folder = f"{addon.name}_tools", addon / "tools"
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


for _manifest in sorted(ROOT.glob("*/__manifest__.py")):
    if (_manifest.parent / "tools" / "__init__.py").is_file():
        _load_tools(_manifest.parent)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of example data that is no part of the repository; tests that need it skip themselves without."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("needs the example data of ../shared/data (or the folder that SHARED_DATA names)")
    return folder
