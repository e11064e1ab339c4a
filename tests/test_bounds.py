"""Which bounds the cases of a rule have tried: at them, just below and just above."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from eduplan_rules.book import load_rulebook, resolved_rulebook
from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from eduplan_rules.tools.bounds import bounds_of
from eduplan_rules.tools.coverage import cover
from eduplan_rules.tools.suite import run_suite

RULES = """\
entities:
  county:
    key: county_id
    fields: {county_id: {type: text}, most_days: {type: integer}}
  school:
    key: school_id
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      kind: {type: choice, choices: {primary: 小学, junior: 初中}}
      students: {type: integer, unit: 人, min: 0}
      guards: {type: integer, unit: 人, min: 0}
      area: {type: number, unit: m², min: 0}
      opened_on: {type: date}
  hazard:
    key: hazard_id
    belongs_to: {county: county_id}
    fields: {hazard_id: {type: text}, county_id: {type: text}, days: {type: integer}, grade: {type: text}}
parameters:
  everybody: {unit: "%", value: 100}
  minimum:
    unit: 人
    scale: students
    values:
      2020-01-01: [{below: 100, value: 1}, {value: 2, plus: 1, per: 500, above: 1000}]
      2022-06-01: [{below: 100, value: 1}, {value: 3}]
values:
  school.large: {is: students > 50}
rules:
  - {id: a.guards, for: school, where: kind = "primary", require: guards >= 2}
  - {id: a.area, for: school, require: area / students >= 4.5}
  - {id: a.opened, for: school, require: opened_on <= 2022-09-01}
  - {id: a.scale, for: school, require: guards >= minimum(students)}
  - {id: a.value, for: school, where: large, require: guards between 1 and 3}
  - {id: a.none, for: county, require: count(hazard where days > this.most_days) = 0}
  - {id: a.share, for: county, require: share(guards > 0 for school) >= 100%}
  - {id: a.every, for: county, require: share(guards > 1 for school) >= everybody}
  - {id: a.grows, for: school, require: rises(guards)}
  - {id: a.text, for: county, require: county_id > "a"}
"""
BEGIN = "as_of: 2022-12-31\ncases:\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    Path("a.yaml").write_text(RULES, encoding="utf-8")


def sides(rule: str, rows: str, more: str = "") -> dict[str, list[str]]:
    """The bounds of a rule with the sides that rows lie on."""
    text = f"{BEGIN}  - {{name: x, rule: {rule}, rows: {{{rows}}}{more}}}\n"
    Path("a.cases.yaml").write_text(text, encoding="utf-8")
    suite = run_suite(Path("a.yaml"), with_bounds=True)
    assert [(each.told, file.mistakes) for file in suite.files for each in file.tried] == [((), ())]
    (covered,) = (each for each in cover(suite).rules if each.entry.rule.id == rule)
    return {each.bound.text: sorted(each.seen) for each in covered.bounds}


def schools(**columns: list[object]) -> str:
    """Rows of schools, one for every item of the columns."""
    number = len(next(iter(columns.values())))
    rows = [
        {"school_id": f"s{place}", "year": 2022, "county_id": "c", "kind": "primary"}
        | {name: cells[place] for name, cells in columns.items()}
        for place in range(number)
    ]
    return f"school: {json.dumps(rows)}"


@pytest.mark.parametrize(
    ("guards", "seen"),
    [
        ([2], ["at"]),
        ([1, 2, 3], ["above", "at", "below"]),
        ([0, 4, 5], []),
        ([None], []),
    ],
)
def test_of_whole_numbers_the_next_one_is_beside_a_bound(guards: list[object], seen: list[str]) -> None:
    assert sides("a.guards", schools(guards=guards)) == {"guards >= 2": seen}


def test_rows_that_a_rule_does_not_speak_about_try_nothing() -> None:
    assert sides("a.guards", schools(guards=[1, 2, 3], kind=["junior"] * 3)) == {"guards >= 2": []}


@pytest.mark.parametrize(
    ("area", "seen"),
    [([450], ["at"]), ([449.9999, 450.0001], ["above", "below"]), ([404, 496], []), ([406, 494], ["above", "below"])],
)
def test_of_other_numbers_a_nearer_one_is_beside_a_bound(area: list[object], seen: list[str]) -> None:
    assert sides("a.area", schools(area=area, students=[100] * len(area))) == {"area / students >= 4.5": seen}


@pytest.mark.parametrize(("days", "seen"), [(-2, []), (-1, ["below"]), (0, ["at"]), (1, ["above"]), (2, [])])
def test_of_days_the_next_one_is_beside_a_bound(days: int, seen: list[str]) -> None:
    day = str(date(2022, 9, 1) + timedelta(days=days))
    assert sides("a.opened", schools(opened_on=[day])) == {"opened_on <= 2022-09-01": seen}


def test_each_step_of_a_scale_and_each_dated_value_is_a_bound() -> None:
    rows = schools(students=[99, 100, 1499, 1500, 1501], guards=[1, 2, 4, 5, 9])
    assert sides("a.scale", rows, ", as_of: 2022-06-01") == {
        "guards >= minimum(students)": ["above", "at", "below"],
        "minimum: students 100": ["at", "below"],
        "minimum: students 1500": ["above", "at", "below"],
        "minimum: 2022-06-01": ["at"],
    }
    assert sides("a.scale", rows, ", as_of: 2022-05-31")["minimum: 2022-06-01"] == ["below"]


def test_bounds_lie_behind_values_and_inside_between() -> None:
    assert sides("a.value", schools(students=[50, 51, 51, 51], guards=[1, 1, 2, 4])) == {
        "students > 50": ["above", "at"],
        "guards >= 1": ["above", "at"],
        "guards <= 3": ["above", "below"],
    }


def test_bounds_inside_an_aggregate_are_tried_by_its_rows() -> None:
    hazards = json.dumps([{"hazard_id": str(each), "county_id": "c", "days": each} for each in (29, 30)])
    county = "county: [{county_id: c, most_days: 30}]"
    assert sides("a.none", f"{county}, hazard: {hazards}") == {"days > this.most_days": ["at", "below"]}


def test_a_part_of_some_rows_goes_by_as_many_steps_as_there_are_rows() -> None:
    county = "county: [{county_id: c}]"
    (share, guards) = sides("a.share", f"{county}, {schools(guards=[0, 1])}").items()
    assert share == ("share(guards > 0 for school) >= 100%", ["below"])
    assert guards == ("guards > 0", ["above", "at"])


def test_a_trend_is_a_bound() -> None:
    rows = [{"school_id": "a", "year": year, "guards": year % 3} for year in (2019, 2020, 2021, 2022)]
    assert sides("a.grows", f"school: {json.dumps(rows)}") == {"rises(guards)": ["above"]}


def test_a_side_on_which_nothing_can_lie_is_not_asked_for() -> None:
    resolved = resolved_rulebook(load_rulebook("a.yaml"))
    asked = {bound.text: bound.sides for rule in resolved.rules.values() for bound in bounds_of(rule, resolved)}
    assert asked["share(guards > 0 for school) >= 100%"] == ("below", "at")
    assert asked["share(guards > 1 for school) >= everybody"] == ("below", "at")
    assert asked["guards > 0"] == ("at", "above")
    assert asked["guards >= 2"] == ("below", "at", "above")
    assert 'county_id > "a"' not in asked


def test_a_case_that_does_not_hold_has_tried_nothing() -> None:
    text = f"{BEGIN}  - {{name: x, rule: a.guards, rows: {{{schools(guards=[1])}}}, expect: {{satisfied: [s0]}}}}\n"
    Path("a.cases.yaml").write_text(text, encoding="utf-8")
    suite = run_suite(Path("a.yaml"), with_bounds=True)
    assert [each.touched for file in suite.files for each in file.tried] == [frozenset()]


def test_another_value_of_a_parameter_moves_its_bound() -> None:
    rows = schools(students=[100], guards=[7])
    seen = sides("a.scale", rows, ", parameters: {minimum: 7}")
    assert seen["guards >= minimum(students)"] == ["at"]


def test_what_was_not_tried_is_told_rule_by_rule(capsys: pytest.CaptureFixture[str]) -> None:
    sides("a.guards", schools(guards=[2, 3]))
    assert main(["test", "a.yaml", "--coverage", "--select", "a.guards"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a.guards  data  LACKS satisfied, violated, unknown  bounds 0 of 1",
        "  no row just below: guards >= 2 (a.yaml:32:67)",
        "",
        "Rules with cases for each verdict: 0 of 1; reading an unverified parameter: 0",
        "Bounds tried at, just below and just above: 0 of 1",
        "",
        "a.cases.yaml: 1 of 1 hold",
        "PASSED: every case holds (cases: 1, files: 1)",
    ]
    assert main(["coverage", "a.yaml", "--select", "a.guards", "--lang", "zh"]) == 1
    assert "  缺少略低于界限的行：guards >= 2（a.yaml:32:67）" in capsys.readouterr().out
    assert main(["coverage", "a.yaml", "--select", "a.guards", "--format", "json"]) == 1
    (rule,) = json.loads(capsys.readouterr().out)["rules_without_clause"]
    assert rule["bounds"] == [
        {"text": "guards >= 2", "kind": "comparison", "file": "a.yaml", "line": 32, "column": 67,
         "seen": ["at", "above"], "lacks": ["below"]},
    ]  # fmt: skip
