"""Every model has its access lines and its record rule, or says why it needs none."""

import re

import pytest
from repository import ADDONS, access_lines, models, xml_records

# Models whose rows are no customer's and no company's. An addon adds one by writing, on a line of the model's file:
#   # No record rule: <reason>
EXEMPTION = re.compile(r"^# No record rule: (\w.{15,})$", re.M)


def _stored(addon):
    """Models with rows that a person may read, SQL reports included."""
    return [model for model in models(addon) if model.kind == "Model"]


def _identifier(name):
    return "model_" + name.replace(".", "_")


@pytest.mark.parametrize("addon", ADDONS)
def test_every_model_has_an_access_line(addon):
    lines = {line["model_id:id"].split(".")[-1] for line in access_lines(addon)}
    wanted = [model.name for model in models(addon) if model.kind != "AbstractModel"]
    assert not [name for name in wanted if _identifier(name) not in lines]


@pytest.mark.parametrize("addon", ADDONS)
def test_access_lines_name_a_group_and_follow_the_pattern(addon):
    for line in access_lines(addon):
        assert line["group_id:id"], f"{line['id']} would open the model to everybody"
        assert line["id"].startswith("access_"), line["id"]


@pytest.mark.parametrize("addon", ADDONS)
def test_every_stored_model_has_a_record_rule(addon):
    rules = " ".join(text for _id, model, _path, text in xml_records(addon) if model == "ir.rule")
    ruled = {name.split(".")[-1] for name in re.findall(r'name="model_id"[^>]*ref="([\w.]+)"', rules)}
    bare = [
        model.name
        for model in _stored(addon)
        if _identifier(model.name) not in ruled and not EXEMPTION.search(model.path.read_text(encoding="utf-8"))
    ]
    assert not bare, "neither an ir.rule nor a line '# No record rule: <reason>' in the model's file"


@pytest.mark.parametrize("addon", ADDONS)
def test_model_names_carry_the_product(addon):
    assert not [model.name for model in models(addon) if not model.name.startswith(("customer.", f"report.{addon}."))]


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_with_models_has_tests(addon):
    code = [path for part in ("models", "wizard", "controllers") for path in (ADDONS[addon] / part).glob("[!_]*.py")]
    tests = list((ADDONS[addon] / "tests").glob("test_*.py"))
    assert tests or not code
    if tests:
        init = (ADDONS[addon] / "tests" / "__init__.py").read_text(encoding="utf-8")
        assert not [path.stem for path in tests if not re.search(rf"\b{path.stem}\b", init)], "never imported"
