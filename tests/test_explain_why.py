"""Why a verdict: the tree of the values read, in data and in words, and the command that shows it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from jsonschema import Draft202012Validator, FormatChecker

import eduplan_rules as er
from eduplan_rules.cli.app import main
from eduplan_rules.render.explain import explanation_lines
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Source
from pack import PACK
from strategies import City, cities, delivered

SCHEMA: dict[str, Any] = json.loads(Path(er.__file__).with_name("explanation.schema.json").read_text("utf-8"))
RULES = """
language: 1
entities:
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    fields:
      county_id: {type: text}
      rate: {type: number, unit: "%", label: {zh: 达标率, en: Rate}}
      wage: {type: number, unit: 元, label: {zh: 工资, en: Wage}}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      students: {type: integer, unit: 人, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, label: {zh: 专职保安数, en: Guards}}
      kind: {type: choice, label: {zh: 类型, en: Kind}, choices: {a: {zh: 甲类, en: kind A}, b: {zh: 乙类, en: kind B}}}
      salary: {type: number, unit: 元, personal: true, label: {zh: 工资, en: Salary}}
      checked_on: {type: date, blank: none, label: {zh: 检查日期, en: Checked on}}
      open: {type: boolean, label: {zh: 开放, en: Open}}
parameters:
  least:
    unit: 人
    scale: students
    label: {zh: 保安标准, en: Standard}
    source: [{document: GB/T 29315-2022}]
    values: {2022-06-01: [{below: 100, value: 1}, {value: 3, status: unverified}]}
rules:
  - {id: t.guards, title: {zh: 保安, en: Guards}, for: school, where: 'kind = "a"', require: guards >= least(students)}
  - {id: t.county, title: {zh: 县, en: County}, for: school, require: county.rate > 80}
  - {id: t.salary, title: {zh: 工资, en: Salary}, for: school, require: salary >= county.wage}
  - {id: t.checked, title: {zh: 检查, en: Checked}, for: school,
     require: checked_on is not missing and checked_on <= 2022-06-30}
  - {id: t.share, title: {zh: 占比, en: Share}, for: county, require: 'share(open for school where kind = "a") >= 100%'}
  - {id: t.kind, title: {zh: 类型, en: Kind}, for: school, require: 'kind = "b" or students > 5000'}
  - id: t.list
    title: {zh: 清单, en: List}
    for: school
    require:
      at_least: 2
      of:
        - {title: {zh: 保安, en: guards}, measure: guards, minimum: 3}
        - {title: {zh: 开放, en: open}, that: open}
        - {title: {zh: 检查, en: checked}, that: checked_on is not missing}
"""
FACTS: dict[str, list[dict[str, Any]]] = {
    "county": [{"county_id": "C1", "rate": 80, "wage": 5000}],
    "school": [
        {"school_id": "A1", "county_id": "C1", "students": 250, "guards": 2, "kind": "a", "salary": 4200.5,
         "checked_on": date(2022, 7, 3), "open": False},
        {"school_id": "A2", "county_id": "C1", "students": None, "guards": 2, "kind": "a", "salary": 9000,
         "checked_on": None, "open": True},
        {"school_id": "A3", "county_id": "C1", "students": 90, "guards": 0, "kind": "b", "salary": 9000,
         "checked_on": None, "open": None},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return er.load_rulebook(Source("rules.yaml", RULES))


def explained(book: Rulebook, rule: str, key: str, **options: Any) -> dict[str, Any]:
    report = er.evaluate(book, FACTS, as_of="2022-12-31", keep="all", **options)
    (outcome,) = [each for each in report.outcomes(rule=rule) if each.subject["key"] == [key]]
    return report.explain(outcome).to_dict()


def told(book: Rulebook, rule: str, key: str, **options: Any) -> list[tuple[str, str]]:
    return [tuple(each["text"].values()) for each in explained(book, rule, key, **options)["remedies"]]


def lines(book: Rulebook, rule: str, key: str, language: Any = "en") -> str:
    return "\n".join(explanation_lines(explained(book, rule, key), language=language))


def test_the_tree_names_every_value_with_its_place_and_source(book: Rulebook) -> None:
    assert lines(book, "t.guards", "A1") == (
        "A1: violated\n"
        "  Guards: 2 people, must be at least 3 people (Standard), short by 1 person\n"
        "\n"
        "Whether the rule applies\n"
        "  Kind = kind A: yes\n"
        "    Kind: kind A (row 1)\n"
        "\n"
        "What must hold\n"
        "  Guards ≥ Standard: no\n"
        "    Guards: 2 people (row 1)\n"
        "    Standard: 3 people (since 2022-06-01, GB/T 29315-2022, not verified)\n"
        "      Students: 250 people (row 1)\n"
        "\n"
        "What would satisfy it\n"
        "  - Guards: 1 person more (2 people → 3 people)"
    )


def test_in_chinese_it_reads_as_chinese(book: Rulebook) -> None:
    assert lines(book, "t.guards", "A1", "zh").splitlines()[-2:] == [
        "怎样才能达标",
        "  - 专职保安数：增加 1 人（2 人 → 3 人）",
    ]


def test_a_lookup_names_the_other_row(book: Rulebook) -> None:
    found = explained(book, "t.county", "A1")
    rate = found["why"]["require"]["children"][0]
    assert (rate["kind"], rate["value"], rate["unit"]) == ("lookup", 80.0, "%")
    assert (rate["fact"]["entity"], rate["fact"]["key"], rate["fact"]["location"]["line"]) == ("county", ["C1"], 1)
    (remedy,) = found["remedies"]
    assert (remedy["limit"], remedy["strict"]) == (80.0, True)
    assert remedy["text"] == {
        "zh": "县市区 C1 的达标率：应高于 80%（现为 80%）",
        "en": "Rate of County C1: more than 80% (now 80%)",
    }


def test_what_is_undecided_says_why(book: Rulebook) -> None:
    found = explained(book, "t.guards", "A2")
    standard = found["why"]["require"]["children"][1]
    assert (standard["value"], standard["reason"]) == (None, None)
    assert [(child["label"]["en"], child["reason"]) for child in standard["children"]] == [("Students", "blank")]
    assert [each["text"]["en"] for each in found["remedies"]] == [
        "Students: deliver it, at most 99 people",
    ]


def test_an_aggregate_says_of_how_many_rows_and_which_first(book: Rulebook) -> None:
    found = explained(book, "t.share", "C1")
    share = found["why"]["require"]["children"][0]
    rows = share["rows"]
    assert (share["value"], share["unit"]) == (50, "%")
    assert {name: rows[name] for name in ("counted", "of", "met", "undecided")} == {
        "counted": 2, "of": 3, "met": 1, "undecided": 0,
    }  # fmt: skip
    assert [(row["key"], row["met"]) for row in rows["first"]] == [(["A1"], False), (["A2"], True)]
    (remedy,) = found["remedies"]
    assert (remedy["target"], remedy["from"], remedy["to"], remedy["change"], remedy["of"]) == ("rows", 1, 2, 1, 2)
    assert remedy["text"]["en"] == "School (Kind = kind A): 1 more must meet: Open (1 of 2 do now, 2 must); first A1"
    assert remedy["text"]["zh"] == "学校（类型 = 甲类）：还需 1 个满足：开放（2 个中现有 1 个，需 2 个）；首先是 A1"


def test_days_are_the_latest_acceptable(book: Rulebook) -> None:
    assert told(book, "t.checked", "A1") == [
        (
            "检查日期：不晚于 2022-06-30（现为 2022-07-03，提前 3 天）",
            "Checked on: not after 2022-06-30 (now 2022-07-03, 3 days earlier)",
        )
    ]
    assert told(book, "t.checked", "A2") == [
        ("检查日期：须填写，不晚于 2022-06-30", "Checked on: fill in, not after 2022-06-30")
    ]


def test_an_or_gives_alternatives_and_choices_come_last(book: Rulebook) -> None:
    assert told(book, "t.kind", "A1") == [
        ("在校生数：增加 4751 人（250 人 → 5001 人）", "Students: 4751 people more (250 people → 5001 people)"),
        ("类型：由甲类改为乙类", "Kind: kind B instead of kind A"),
    ]


def test_of_a_list_the_nearest_members_come_first(book: Rulebook) -> None:
    assert [english for _, english in told(book, "t.list", "A1")] == [
        "Guards: 1 person more (2 people → 3 people)",
        "Open: yes instead of no",
    ]
    (remedy,) = explained(book, "t.list", "A3")["remedies"]
    assert remedy["target"] == "together"
    assert [part["field"] for part in remedy["parts"]] == ["guards", "open"]


def test_personal_values_stay_hidden(book: Rulebook) -> None:
    report = er.evaluate(book, FACTS, as_of="2022-12-31")
    (outcome,) = report.outcomes(rule="t.salary", verdict="violated")
    found = report.explain(outcome).to_dict()
    assert "4200.5" not in json.dumps(found)
    assert (found["remedies"][0]["from"], found["remedies"][0]["change"]) == ("***", "***")
    shown = explained(book, "t.salary", "A1", show_personal=True)
    assert shown["remedies"][0]["change"] == 799.5


def test_what_is_satisfied_or_does_not_apply_needs_no_remedy(book: Rulebook) -> None:
    assert explained(book, "t.kind", "A3")["remedies"] == []
    found = explained(book, "t.guards", "A3")
    assert (found["remedies"], found["why"]["where"]["value"]) == ([], False)


def test_an_outcome_of_other_rules_is_refused(book: Rulebook) -> None:
    other = er.load_rulebook(Source("other.yaml", RULES.replace("t.kind", "t.other")))
    (outcome,) = er.evaluate(other, FACTS, as_of="2022-12-31").outcomes(rule="t.other")[:1]
    with pytest.raises(ValueError, match="no outcome of these rules"):
        er.evaluate(book, FACTS, as_of="2022-12-31").explain(outcome)
    fewer = FACTS | {"school": FACTS["school"][1:]}
    (gone,) = er.evaluate(book, FACTS, as_of="2022-12-31").outcomes(rule="t.list", verdict="violated")[:1]
    with pytest.raises(ValueError, match="not among these facts"):
        er.evaluate(book, fewer, as_of="2022-12-31").explain(gone)


def valid(explanation: dict[str, Any]) -> list[str]:
    schema = {"$ref": "#/$defs/outcome", "$defs": SCHEMA["$defs"]}
    return [
        error.message for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(explanation)
    ]


@settings(max_examples=25, phases=(Phase.generate,))
@given(cities())
def test_every_outcome_is_explained_as_the_schema_says(city: City) -> None:
    report = er.evaluate(city.book, delivered(city.facts), as_of=city.as_of, periods="all", keep="all")
    for outcome in report.outcomes()[:6]:
        found = report.explain(outcome).to_dict()
        assert valid(found) == []
        values = {"satisfied": True, "violated": False, "not_due": False, "unknown": None}
        if outcome.verdict in ("satisfied", "violated", "not_due"):
            assert found["why"]["require"]["value"] is values[outcome.verdict], outcome
        for language in ("zh", "en"):
            assert "None" not in "\n".join(explanation_lines(found, language=language))


# the command

NAMED = "school_id,county_id,students,guards,kind,salary,checked_on,open\nA1,C1,250,2,a,1,,是\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "school.csv").write_text(NAMED, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    return main(["explain", *arguments, "--rules", "rules.yaml", "--as-of", "2022-12-31", "--lang", "en"])


def test_the_command_explains_a_subject(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("t.guards", "school.csv", "--subject", "A1") == 0
    output = capsys.readouterr().out
    assert "Guards: 2 people (school.csv:2)" in output
    assert "Guards: 1 person more (2 people → 3 people)" in output
    assert run("t.guards", "school.csv", "--subject", "A1", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(found)] == []
    assert found["outcomes"][0]["remedies"][0]["change"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["t.guards", "school.csv"], "error: --subject is missing: expected the key or the name of the one to explain"),
        (["t.guards", "--subject", "A1"], "error: --subject needs FACTS: expected files or folders before it"),
        (["t.guard", "school.csv", "--subject", "A1"], "error: there is no rule `t.guard`, did you mean `t.guards`?"),
        (
            ["t.guards", "school.csv", "--subject", "A11"],
            "error: --subject `A11` is no key or name among the School rows; did you mean `A1`?",
        ),
        (
            ["t.guards", "school.csv", "--subject", "A1", "--period", "2022"],
            "error: `A1` has no outcome in `2022`: the rule judges no periods, leave --period out",
        ),
    ],
)
def test_slips_are_told(arguments: list[str], message: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    assert capsys.readouterr().err.startswith(message)


def test_a_rule_about_what_was_not_delivered_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("t.share", "school.csv", "--subject", "C1") == 3
    assert "no rows were delivered" in capsys.readouterr().err


def test_the_pack_is_explained_from_end_to_end(city_folder: Path) -> None:
    book = er.load_rulebook(PACK)
    report = er.evaluate(book, er.read_facts(city_folder, book), as_of="2022-12-31", select="safety.")
    for name in report.results:
        for outcome in report.outcomes(rule=name)[:1]:
            found = report.explain(outcome).to_dict()
            assert valid(found) == []
            assert all("_" not in remedy["text"]["zh"].split("；")[0] for remedy in found["remedies"]), found[
                "remedies"
            ]
