"""The tree speaks of the product alone: no machine's paths, no registry's address, no leftovers."""

import re
import subprocess

import pytest
from repository import ROOT, texts, tracked

# Put together here, so that this file does not hold what it looks for.
_REGISTRIES = r"//[^ \"'<>]*(" + "|".join(("py" + "pi", "python" + "hosted", "deb" + "ian", "npm" + "js")) + r")\."
_MACHINE = r"(?:^|[^A-Za-z0-9_.~])/(?:wo" + r"rk|ro" + r"ot|t" + r"mp|home/\w+)/[a-z]"
_OPEN = "TO" + "DO"


def _lines(pattern, ignore=()):
    expression = re.compile(pattern)
    for path, text in texts():
        if path.suffix in ignore or path.name == "LICENSE":
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if expression.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"


def test_git_knows_the_tree():
    assert len(tracked()) > 10


@pytest.mark.parametrize("pattern", [_REGISTRIES, _MACHINE])
def test_no_address_of_a_registry_or_a_machine(pattern):
    assert not list(_lines(pattern))


def test_no_open_end_without_a_reason():
    assert not list(_lines(rf"\b{_OPEN}\b(?! \(\S.{{10,}}\))|\bFIX" + r"ME\b|\bXX" + r"X\b", ignore={".po", ".pot"}))


def test_no_conflict_marks_and_no_debugger():
    assert not list(_lines(r"^(<<<<<<<|>>>>>>>) |\bbreakpoint\(\)|\bpdb\.set_trace\b"))


def test_files_are_not_too_long():
    long = [path for path, text in texts() if path.suffix in {".py", ".js"} and text.count("\n") > 400]
    assert not [str(path.relative_to(ROOT)) for path in long]


def test_commands_of_the_readme_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"(?<![\w/])\./([\w./-]+)", text))
    assert commands, "the README says how to start"
    for command in commands:
        path = ROOT / command
        assert path.is_file(), command
        mode = subprocess.run(["git", "-C", ROOT, "ls-files", "-s", command], capture_output=True, text=True).stdout
        assert path.stat().st_mode & 0o111 and (not mode or mode.startswith("100755")), f"{command} is not executable"
