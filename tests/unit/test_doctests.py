"""The examples in the docstrings of the pure code are its specification: run them."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    f"{path.parents[1].name}_tools" + ("" if path.stem == "__init__" else f".{path.stem}")
    for path in ROOT.glob("*/tools/*.py")
    if (path.parents[1] / "__manifest__.py").is_file()
)


def test_there_are_tools():
    assert MODULES


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
