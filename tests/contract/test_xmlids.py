"""External ids follow one pattern, so that a consultant finds them without looking."""

import re

import pytest
from repository import ADDONS, xml_records

# Model of the record: what its id has to look like. {model} is the subject with underscores.
PATTERNS = {
    "ir.ui.view": r"\w+_(form|list|search|kanban|pivot|graph|calendar|activity|template\w*)|\w*view_\w+|\w+_form_\w+",
    "ir.actions.act_window": r"\w+_action(_\w+)?",
    "ir.actions.server": r"\w+_action(_\w+)?|action_\w+",
    "ir.actions.report": r"\w*action_report_\w+|report_\w+|\w+_report(_\w+)?",
    "ir.ui.menu": r"(\w+_)?menu(_\w+)?",
    "ir.rule": r"\w+_rule(_\w+)?",
    "ir.cron": r"ir_cron_\w+",
    "res.groups": r"group_\w+",
    "ir.sequence": r"\w*seq(uence)?_?\w*",
    "mail.template": r"(mail_template|email_template)_\w+|\w+_mail_template(_\w+)?",
}


@pytest.mark.parametrize("addon", ADDONS)
def test_ids_follow_the_pattern(addon):
    odd = [
        f"{path.name}: {identifier} ({model})"
        for identifier, model, path, _text in xml_records(addon)
        if model in PATTERNS and "." not in identifier and not re.fullmatch(PATTERNS[model], identifier)
    ]
    assert not odd


@pytest.mark.parametrize("addon", ADDONS)
def test_ids_are_plain_and_unique_within_a_file(addon):
    seen = set()
    for identifier, _model, path, _text in xml_records(addon):
        assert re.fullmatch(r"[a-z0-9_.]+", identifier), f"{path.name}: {identifier!r}"
        assert (identifier, path) not in seen, f"{path.name}: {identifier} twice"
        seen.add((identifier, path))


@pytest.mark.parametrize("addon", ADDONS)
def test_demo_ids_say_so(addon):
    odd = [identifier for identifier, _m, path, _t in xml_records(addon) if path.parent.name == "demo"]
    assert not [identifier for identifier in odd if "." not in identifier and "demo" not in identifier]
