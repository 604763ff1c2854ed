"""Chinese is complete: every term of the template is translated, none fuzzy, none left over."""

import re

import pytest
from repository import ADDONS, models, python_files

_ENTRY = re.compile(r'^(msgid|msgstr)\s+((?:"(?:[^"\\]|\\.)*"\s*)+)', re.M)


def _entries(path):
    """The pairs of a catalogue as {msgid: (msgstr, fuzzy)}; obsolete entries are comments and do not count."""
    found = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        words = {key: "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)) for key, text in _ENTRY.findall(block)}
        if words.get("msgid"):
            found[words["msgid"]] = (words.get("msgstr", ""), bool(re.search(r"^#,.*\bfuzzy\b", block, re.M)))
    return found


def _has_terms(addon):
    """Whether an addon has anything to translate."""
    views = list((ADDONS[addon] / "views").glob("*.xml"))
    return bool(views or models(addon) or any("_(" in path.read_text(encoding="utf-8") for path in python_files(addon)))


@pytest.mark.parametrize("addon", ADDONS)
def test_chinese_is_complete(addon):
    template = ADDONS[addon] / "i18n" / f"{addon}.pot"
    chinese = ADDONS[addon] / "i18n" / "zh_CN.po"
    if not template.exists() and not _has_terms(addon):
        return
    assert template.exists() and chinese.exists(), "an addon with terms ships its template and Chinese"
    wanted, held = set(_entries(template)), _entries(chinese)
    assert wanted, "the template is empty"
    assert not wanted - set(held), "terms that zh_CN.po does not know"
    assert not set(held) - wanted, "terms in zh_CN.po that no longer exist"
    assert not [term for term, (text, _fuzzy) in held.items() if not text], "terms without translation"
    assert not [term for term, (_text, fuzzy) in held.items() if fuzzy], "fuzzy terms"


@pytest.mark.parametrize("addon", ADDONS)
def test_placeholders_survive_translation(addon):
    chinese = ADDONS[addon] / "i18n" / "zh_CN.po"
    for term, (text, _fuzzy) in (_entries(chinese) if chinese.exists() else {}).items():
        pattern = r"%\(\w+\)[sdf]|%[sd]|\{\{?[\w.]*\}?\}"
        assert sorted(re.findall(pattern, term)) == sorted(re.findall(pattern, text)), term
