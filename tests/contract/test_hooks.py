"""A hook is a promise to consultants: each one is overridden by the addon that stands in for theirs."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONSULTANT = ROOT / "tests" / "addons" / "test_customer_archive"


def functions(folder):
    for path in sorted(folder.rglob("*.py")):
        if "tests" in path.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def is_hook(node):
    return (ast.get_docstring(node) or "").startswith("Hook:")


def test_every_hook_is_overridden():
    hooks = {node.name for _path, node in functions(ROOT / "customer_archive") if is_hook(node)}
    overridden = {node.name for _path, node in functions(CONSULTANT)}
    assert len(hooks) > 30
    assert sorted(hooks - overridden) == []


def test_every_override_calls_its_hook():
    hooks = {node.name for _path, node in functions(ROOT / "customer_archive") if is_hook(node)}
    for path, node in functions(CONSULTANT):
        if node.name in hooks:
            assert f"super().{node.name}(" in ast.unparse(node), f"{path.name}: {node.name}"
