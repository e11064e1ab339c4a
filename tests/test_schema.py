"""Schemas: the pack and all cases are valid; what a schema refuses, the loader refuses too."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor import as_edited
from eduplan_rules.book import check_rulebook
from eduplan_rules.cli import main
from eduplan_rules.errors import Code
from eduplan_rules.rulebook import model
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.placed import Placed
from eduplan_rules.rulebook.section import SECTIONS
from eduplan_rules.source import Source
from eduplan_rules.tools.cases import ADDED, EXCUSE, OWN, SHARED, WHOLE, CaseError, read_cases
from eduplan_rules.tools.schema.keys import KEYS, told
from eduplan_rules.tools.schema.names import Names, names_of
from eduplan_rules.tools.schema.published import EDITED, FOLDER, line_for, schema_text
from misshapen import changed, written

HERE = Path(__file__).parent
PACK = HERE.parent / "rules"
CASES = sorted([*PACK.glob("*.cases.yaml"), *(path for path in HERE.glob("cases/*.yaml") if "design" not in path.name)])
RULES = sorted([
    *(path for path in PACK.glob("*.yaml") if path not in CASES),
    *HERE.glob("cases/design-example*.yaml"),
])  # fmt: skip
ERRORS = sorted(HERE.glob("errors/*/*.yaml"))
#: mistakes of shape, which an editor sees too
OF_SHAPE: set[Code] = {"missing-key", "rule-id", "unknown-key", "unknown-language", "wrong-date", "wrong-shape"}


@cache
def pack_names() -> Names:
    return names_of(check_rulebook(PACK)[0])


@cache
def validator(kind: str, *, named: bool = False) -> Any:
    schema = json.loads(schema_text(kind, pack_names() if named else None))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def edited(text: str) -> Any:
    return as_edited(read_yaml(Source("rules.yaml", text))[0])


def problems(kind: str, text: str, *, named: bool = False) -> list[str]:
    return [error.message for error in validator(kind, named=named).iter_errors(edited(text))]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
@pytest.mark.parametrize("named", [False, True])
def test_rule_files_are_valid(path: Path, *, named: bool) -> None:
    assert problems("rules", path.read_text("utf-8"), named=named) == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("named", [False, True])
def test_case_files_are_valid(path: Path, *, named: bool) -> None:
    assert problems("cases", path.read_text("utf-8"), named=named) == []


@pytest.mark.parametrize("path", sorted(PACK.rglob("*.yaml")), ids=lambda path: path.stem)
def test_files_of_the_pack_begin_with_the_line_for_editors(path: Path) -> None:
    kind = "cases" if path in CASES else "rules"
    assert path.read_text("utf-8").partition("\n")[0] == line_for(kind)


@pytest.mark.parametrize("kind", EDITED)
def test_the_schemas_of_the_pack_are_fresh(kind: str) -> None:
    """`make docs` writes them."""
    assert (PACK / FOLDER / f"{kind}.schema.json").read_text("utf-8") == schema_text(kind, pack_names())


def codes(text: str) -> set[str]:
    return {diagnostic.code for diagnostic in check_rulebook(Source("rules.yaml", text))[1]}


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_the_schema_refuses_among_known_mistakes_the_loader_refuses(path: Path) -> None:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return
    found = codes(text)
    if problems("rules", text):
        assert found != set()


@pytest.mark.parametrize("name", ["missing-key", "misspelt-keys", "rule-id", "unknown-key", "unknown-language",
                                  "wrong-beside-wrong", "wrong-date", "wrong-shape"])  # fmt: skip
def test_mistakes_of_shape_are_refused_by_the_schema(name: str) -> None:
    text = (HERE / "errors" / name / "rulebook.yaml").read_text("utf-8")
    assert codes(text) & OF_SHAPE
    assert problems("rules", text)


# Documents with one mistake of shape each


@cache
def pieces() -> list[Any]:
    """Rulebooks of one declaration each, of every kind there is in the pack, and one with a change of a layer."""
    found: list[Any] = [
        {"lint": {"off": {"no-owner": "a reason", "no-case": {"a.b": "a reason"}}}},
        {"calendars": {"term": {"2021-2022-1": ["2021-09-01", "2022-01-20"]}}},
        {"replace": {"rules": {"a.b": {"off": "true", "loosens": {"reason": "why", "source": "x"}}},
                     "parameters": {"p": {"value": 3, "tightens": "true", "status": "unverified"}}}},
    ]  # fmt: skip
    for path in RULES:
        for section, items in edited(path.read_text("utf-8")).items():
            some: list[Any] = [[item] for item in items] if isinstance(items, list) else []
            some += [{name: item} for name, item in items.items()] if isinstance(items, dict) else []
            found += [{"language": 1, section: piece} for piece in some]
    return found


def _mistakes(text: str) -> set[tuple[str, str]]:
    return {(each.code, each.message) for each in check_rulebook(Source("rules.yaml", text))[1]}


@settings(max_examples=250)
@given(st.data())
def test_what_the_schema_refuses_the_loader_refuses(data: st.DataObject) -> None:
    """A piece alone lacks entities and the like; the mistakes told must be others than those."""
    before = data.draw(st.sampled_from(pieces()))
    after = data.draw(changed([before]))
    text = written(after)
    wrong = problems("rules", text)
    if wrong:
        assert _mistakes(text) - _mistakes(written(before)), wrong


@settings(max_examples=150)
@given(data=st.data())
def test_what_the_schema_of_cases_refuses_the_reader_refuses(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = written(data.draw(changed(_case_documents())))
    wrong = problems("cases", text)
    if wrong:
        path = tmp_path_factory.mktemp("cases") / "x.cases.yaml"
        path.write_text(text, encoding="utf-8")
        with suppress(CaseError):
            assert read_cases(path).mistakes, wrong


@cache
def _case_documents() -> list[Any]:
    found = []
    for path in CASES:
        tree = edited(path.read_text("utf-8"))
        if isinstance(tree, dict) and "cases" in tree and "rulebook" not in tree:
            found += [{**tree, "cases": [case]} for case in tree["cases"] if "layers" not in case]
    return found


# What an editor shows


MODELS: dict[str, type[Placed]] = {
    "clause": model.Clause, "entity": model.Entity, "field": model.Field, "period": model.Period,
    "parameter": model.Parameter, "step": model.Step, "value": model.Value, "rule": model.Rule,
    "member": model.Member, "reference": model.Reference, "loosening": model.Loosening,
}  # fmt: skip


def test_every_key_is_documented_in_both_languages() -> None:
    parts = {part: list(of.keys()) for part, of in MODELS.items()}
    parts |= {"file": list(SECTIONS), "cases": [*WHOLE, *SHARED], "case": [*OWN, *SHARED, *ADDED]}
    parts["unreachable"] = list(EXCUSE)
    for part, keys in parts.items():
        for key in keys:
            assert told(part, key, "zh") != told(part, key, "en")


def test_no_key_is_documented_that_is_not_there() -> None:
    models: list[type[Placed]] = [*MODELS.values(), model.RuleChange, model.ParameterChange]
    known: set[str] = set().union(*(of.keys() for of in models))
    known |= {*SECTIONS, *WHOLE, *EXCUSE, *SHARED, *OWN, "zh", "en", "value", "values", "all", "any", "at_least", "of"}
    known |= {"others_reach", "off"}
    assert {key for part in KEYS.values() for key in part} - known == set()


def test_names_of_a_rulebook_are_suggested_with_what_they_are_called() -> None:
    schema = json.loads(schema_text("rules", pack_names()))
    clauses = schema["definitions"]["clauses"]
    assert "P14" in clauses["enum"]
    assert clauses["enumDescriptions"][clauses["enum"].index("P14")]
    rule = schema["properties"]["rules"]["items"]["properties"]
    assert {"$ref": "#/definitions/clauses"} in rule["clause"]["anyOf"]
    assert rule["severity"]["enum"] == list(get_args(model.Severity))


def test_a_name_that_is_not_known_yet_is_no_mistake() -> None:
    text = (PACK / "finance.yaml").read_text("utf-8").replace("for: county", "for: a-new-entity")
    assert "a-new-entity" in text
    assert problems("rules", text, named=True) == []


# The command


def test_the_command_prints_one_schema_or_writes_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schema", "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out)["title"].endswith("rule file")
    assert main(["schema", "report", "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out)["title"].startswith("Report")
    assert main(["schema", "--to", "rules/.schema", "--lang", "en"]) == 0
    assert f"\n  {line_for('rules')}\n" in capsys.readouterr().out
    there = sorted(path.name.partition(".")[0] for path in Path("rules/.schema").iterdir())
    assert there == sorted(EDITED)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rule"], "there is no schema `rule`, expected one of rules, cases, feeds, waivers, baseline"),
        (["rules", "cases"], "several schemas need a folder: --to FOLDER"),
        (["--rules", "nowhere"], "--rules `nowhere` does not exist"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", *arguments, "--lang", "en"]) == 2
    assert message in capsys.readouterr().err
