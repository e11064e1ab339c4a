"""The published schemas of what `lint` and `diff` write as JSON: strict, and true of what is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from eduplan_rules.cli import main
from eduplan_rules.tools.schema.published import kinds, schema_text
from pack import PACK

ERRORS = sorted(path.parent for path in (Path(__file__).parent / "errors").glob("*/rulebook.yaml"))
OLD = """
language: 1
calendars: {term: {2022-2023-1: [2022-09-01, 2023-01-20]}}
clauses: {P1: {section: 一, anchor: 保安}}
entities:
  school: {key: school_id, period: year, fields: {school_id: {type: text}, guards: {type: integer, min: 0}}}
parameters: {least: {label: {zh: 标准, en: Standard}, values: {2020-01-01: 2}}}
values: {school.twice: {is: guards * 2}}
rules:
  - {id: a.guards, clause: P1, title: {zh: 保安, en: Guards}, for: school, require: guards >= least}
  - {id: a.gone, for: school, require: twice >= 2}
"""
NEW = """
language: 1
calendars: {term: {2022-2023-1: [2022-09-01, 2023-01-25]}}
clauses: {P1: {section: 二, anchor: 保安}, P2: {section: 三, anchor: 书}}
entities:
  school:
    key: school_id
    period: year
    fields:
      school_id: {type: text}
      guards: {type: integer, min: 1}
      books: {type: integer, label: {zh: 书, en: Books}}
parameters: {least: {label: {zh: 标准, en: Standard}, values: {2020-01-01: 2, 2022-01-01: 3}}, more: {value: 1}}
values: {school.twice: {is: guards * 3}}
rules:
  - {id: a.enough, formerly: [a.guards], title: {zh: 保安, en: Guards}, for: school, severity: warning,
     require: guards >= least}
  - {id: a.books, for: school, require: books >= more}
"""
FACTS = "school_id,year,guards\nA,2022,2\nB,2022,1\nC,2022,\n"


def validator(kind: str) -> Draft202012Validator:
    schema = json.loads(schema_text(kind))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def problems(kind: str, record: Any) -> list[str]:
    return [error.message[:300] for error in validator(kind).iter_errors(record)]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main([*arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"old.yaml": OLD, "new.yaml": NEW, "school.csv": FACTS}.items():
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_command_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"lint", "diff", "report", "explanation"} < set(kinds())
    for kind in ("lint", "diff"):
        assert main(["schema", kind]) == 0
        assert json.loads(capsys.readouterr().out) == json.loads(schema_text(kind))


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.name)
def test_every_mistake_is_written_as_the_schema_of_lint_says(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = printed(capsys, "lint", str(path / "rulebook.yaml"))
    assert problems("lint", record) == []
    assert record["told"]


def test_advice_is_written_so_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = printed(capsys, "lint", "old.yaml")
    assert problems("lint", record) == []
    assert {each["severity"] for each in record["told"]} == {"warning"}


def test_changes_of_every_kind_are_written_as_the_schema_of_diff_says(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = printed(capsys, "diff", "old.yaml", "new.yaml")
    assert problems("diff", record) == []
    assert {each["kind"] for each in record["changes"]} == {
        "clause", "entity", "field", "parameter", "value", "calendar", "rule",
    } - {"entity"}  # fmt: skip
    assert {each["what"] for each in record["changes"]} == {"added", "removed", "renamed", "changed"}
    backwards = printed(capsys, "diff", "new.yaml", "old.yaml")
    assert problems("diff", backwards) == []


def test_what_changes_do_is_written_so_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = printed(capsys, "diff", "old.yaml", "new.yaml", "school.csv", "--as-of", "2022-12-31")
    assert problems("diff", record) == []
    assert record["impact"]["outcomes"]
    assert record["impact"]["gaps"]
    for day in ("2022-12-31", "2022-06-30"):
        options = ["--rules", "old.yaml" if day == "2022-06-30" else "new.yaml", "--as-of", day]
        main(["check", "school.csv", *options, "--quiet", "--out", f"{day}.json"])
    record = printed(capsys, "diff", "2022-06-30.json", "2022-12-31.json")
    assert problems("diff", record) == []
    assert record["impact"]["outcomes"]


def test_the_pack_compared_with_itself_is_no_change(capsys: pytest.CaptureFixture[str]) -> None:
    record = printed(capsys, "diff", str(PACK), str(PACK))
    assert (problems("diff", record), record["changes"]) == ([], [])


@pytest.mark.parametrize("kind", ["lint", "diff"])
def test_what_is_not_listed_is_refused(kind: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = printed(capsys, *(["lint", "old.yaml"] if kind == "lint" else ["diff", "old.yaml", "new.yaml"]))
    assert problems(kind, record | {"more": 1})
    assert problems(kind, {name: value for name, value in record.items() if name != "format"})
