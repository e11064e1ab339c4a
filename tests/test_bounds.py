"""Which bounds the cases of a rule have tried: at them, just below and just above."""

from __future__ import annotations

import json
from collections.abc import Sequence
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
      rate: {type: number, unit: "%", min: 0, max: 100}
      opened_on: {type: date}
  visit:
    key: visit_id
    day: visited_on
    belongs_to: {school: school_id}
    fields: {visit_id: {type: text}, school_id: {type: text}, visited_on: {type: date}, hours: {type: number}}
  hazard:
    key: hazard_id
    belongs_to: {county: county_id}
    fields: {hazard_id: {type: text}, county_id: {type: text}, days: {type: integer}, grade: {type: text}}
parameters:
  everybody: {unit: "%", value: 100}
  deadline: {type: date, value: 2022-03-31}
  begins: {type: date, value: 2021-01-01}
  minimum:
    unit: 人
    scale: students
    values:
      2020-01-01: [{below: 100, value: 1}, {value: 2, plus: 1, per: 500, above: 1000}]
      2022-06-01: [{below: 100, value: 1}, {value: 3}]
values:
  school.large: {is: students > 50}
  county.guarded: {is: share(guards > 0 for school), unit: "%"}
rules:
  - {id: a.guards, for: school, where: kind = "primary", require: guards >= 2}
  - {id: a.area, for: school, require: area / students >= 4.5}
  - {id: a.opened, for: school, require: opened_on <= 2022-09-01}
  - {id: a.scale, for: school, require: guards >= minimum(students)}
  - {id: a.value, for: school, where: large, require: guards between 1 and 3}
  - {id: a.none, for: county, require: count(hazard where days > this.most_days) = 0}
  - {id: a.share, for: county, require: share(guards > 0 for school) >= 100%}
  - {id: a.most, for: county, require: share(guards > 0 for school) >= 60%}
  - {id: a.most-by-value, for: county, require: guarded >= 60}
  - {id: a.most-above, for: school, require: county.guarded >= 60}
  - {id: a.zero, for: school, require: area > 0}
  - {id: a.every, for: county, require: share(guards > 1 for school) >= everybody}
  - {id: a.grows, for: school, require: rises(guards)}
  - {id: a.rate, for: school, require: rate >= everybody}
  - {id: a.due, for: school, where: kind = "primary", require: guards > 9, due: deadline}
  - {id: a.year, for: school, require: guards > 9, due: period}
  - {id: a.event, for: visit, require: hours >= 2, since: begins, until: 2021-12-31}
  - {id: a.since, for: school, require: guards > 9, since: begins}
  - {id: a.until, for: school, require: guards > 9, until: 2021}
  - {id: a.month, for: school, every: month, require: count(visit) >= 1, since: 2021-06-15}
  - id: a.quorum
    for: school
    require:
      at_least: 2
      of:
        - {title: {zh: 人, en: guards}, that: guards > 9}
        - {title: {zh: 面积, en: area}, measure: area, minimum: 9}
        - {title: {zh: 率, en: rate}, that: rate > 9%, where: kind = "primary"}
  - {id: a.text, for: county, require: county_id > "a"}
  - {id: a.more, for: school, require: rises(share(hours > 5 for visit))}
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


def schools(**columns: Sequence[object]) -> str:
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
def test_of_whole_numbers_the_next_one_is_beside_a_bound(guards: Sequence[object], seen: list[str]) -> None:
    assert sides("a.guards", schools(guards=guards)) == {"guards >= 2": seen}


def test_rows_that_a_rule_does_not_speak_about_try_nothing() -> None:
    assert sides("a.guards", schools(guards=[1, 2, 3], kind=["junior"] * 3)) == {"guards >= 2": []}


@pytest.mark.parametrize(
    ("area", "seen"),
    [([450], ["at"]), ([449.9999, 450.0001], ["above", "below"]), ([445, 455], []), ([446, 454], ["above", "below"])],
)
def test_of_other_numbers_a_nearer_one_is_beside_a_bound(area: Sequence[object], seen: list[str]) -> None:
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


def test_beside_zero_is_a_hundredth_of_its_unit() -> None:
    assert sides("a.zero", schools(area=[0, 0.01])) == {"area > 0": ["above", "at"]}
    assert sides("a.zero", schools(area=[0.02])) == {"area > 0": []}


@pytest.mark.parametrize(
    ("rule", "number", "sides_of"),
    [
        ("a.share", 8, {6: [], 7: ["below"], 8: ["at"]}),
        ("a.share", 3, {1: [], 2: ["below"]}),
        ("a.most", 10, {4: [], 5: ["below"], 6: ["at"], 7: ["above"], 8: []}),
        ("a.most", 4, {1: [], 2: ["below"], 3: ["above"], 4: []}),
        ("a.most-by-value", 10, {4: [], 5: ["below"], 7: ["above"], 8: []}),
        ("a.most-above", 10, {4: [], 5: ["below"], 6: ["at"], 7: ["above"], 8: []}),
    ],
)
def test_of_a_share_of_rows_one_row_more_or_less_is_beside_a_bound(
    rule: str, number: int, sides_of: dict[int, list[str]]
) -> None:
    for guarded, seen in sides_of.items():
        rows = schools(guards=[1] * guarded + [0] * (number - guarded))
        found = sides(rule, f"county: [{{county_id: c}}], {rows}")
        assert [each for text, each in found.items() if text != "guards > 0"] == [seen]


@pytest.mark.parametrize(("long", "seen"), [(0, []), (1, ["below"]), (2, ["at"]), (3, ["above"]), (4, [])])
def test_a_share_of_rows_may_rise_by_a_row(long: int, seen: list[str]) -> None:
    visits = [
        {
            "visit_id": f"{year}-{each}",
            "school_id": "s",
            "visited_on": f"{year}-03-01",
            "hours": 9 if each < held else 1,
        }
        for year, held in ((2021, 2), (2022, long))
        for each in range(4)
    ]
    rows = [{"school_id": "s", "year": year} for year in (2021, 2022)]
    found = sides("a.more", f"school: {json.dumps(rows)}, visit: {json.dumps(visits)}")
    assert found["rises(share(hours > 5 for visit))"] == seen


def test_a_trend_is_a_bound() -> None:
    rows = [{"school_id": "a", "year": year, "guards": year % 3} for year in (2019, 2020, 2021, 2022)]
    assert sides("a.grows", f"school: {json.dumps(rows)}") == {"rises(guards)": ["above"]}


@pytest.mark.parametrize(
    ("year", "as_of", "seen"),
    [
        (2021, "2022-03-30", []),
        (2022, "2022-03-29", []),
        (2022, "2022-03-30", ["below"]),
        (2022, "2022-03-31", ["at"]),
        (2022, "2022-04-01", ["above"]),
    ],
)
def test_the_day_a_rule_is_due_is_a_bound(year: int, as_of: str, seen: list[str]) -> None:
    rows = schools(guards=[10], year=[year])
    assert sides("a.due", rows, f", as_of: {as_of}")["due: deadline"] == seen
    assert sides("a.due", schools(guards=[10], kind=["junior"]), f", as_of: {as_of}")["due: deadline"] == []


@pytest.mark.parametrize(
    ("rule", "year", "seen"),
    [
        ("a.since", 2019, []),
        ("a.since", 2020, ["below"]),
        ("a.since", 2021, ["above"]),
        ("a.since", 2022, []),
        ("a.until", 2019, []),
        ("a.until", 2020, ["below"]),
        ("a.until", 2021, ["at"]),
        ("a.until", 2022, ["above"]),
    ],
)
def test_the_periods_beside_the_first_and_the_last_day_of_a_rule_are_beside_a_bound(
    rule: str, year: int, seen: list[str]
) -> None:
    (found,) = (seen for text, seen in sides(rule, schools(guards=[10], year=[year])).items() if "guards" not in text)
    assert found == seen


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        ("2020-12-30", [], []),
        ("2020-12-31", ["below"], []),
        ("2021-01-01", ["at"], []),
        ("2021-01-02", ["above"], []),
        ("2021-12-30", [], ["below"]),
        ("2021-12-31", [], ["at"]),
        ("2022-01-01", [], ["above"]),
    ],
)
def test_the_days_beside_the_first_and_the_last_day_of_a_rule_about_events_are_beside_a_bound(
    day: str, since: list[str], until: list[str]
) -> None:
    visits = json.dumps([{"visit_id": "v", "school_id": "s", "visited_on": day, "hours": 5}])
    seen = sides("a.event", f"visit: {visits}")
    assert (seen["since: begins"], seen["until: 2021-12-31"]) == (since, until)


def test_months_begin_and_end_beside_a_bound_too() -> None:
    for year, seen in ((2020, []), (2021, ["above", "below"])):
        assert sides("a.month", schools(year=[year]))["since: 2021-06-15"] == seen


@pytest.mark.parametrize(
    ("guards", "area", "rate", "seen"),
    [(10, 1, 1, ["below"]), (10, 9, 1, ["at"]), (10, 9, 10, ["above"]), (1, 1, 1, []), (10, 9, None, [])],
)
def test_the_number_of_members_that_a_quorum_asks_for_is_a_bound(
    guards: int, area: int, rate: int | None, seen: list[str]
) -> None:
    rows = schools(guards=[guards], area=[area], rate=[rate])
    assert sides("a.quorum", rows)["at_least: 2 of 3"] == seen


def test_a_member_that_has_left_a_quorum_does_not_count() -> None:
    rows = schools(guards=[10], area=[9], rate=[10], kind=["junior"])
    assert sides("a.quorum", rows)["at_least: 2 of 3"] == ["at"]


def test_a_side_on_which_nothing_can_lie_is_not_asked_for() -> None:
    resolved = resolved_rulebook(load_rulebook("a.yaml"))
    asked = {bound.text: bound.sides for rule in resolved.rules.values() for bound in bounds_of(rule, resolved)}
    assert asked["share(guards > 0 for school) >= 100%"] == ("below", "at")
    assert asked["share(guards > 1 for school) >= everybody"] == ("below", "at")
    assert asked["guards > 0"] == ("at", "above")
    assert asked["guards >= 2"] == ("below", "at", "above")
    assert asked["rate >= everybody"] == ("below", "at")
    assert asked["due: deadline"] == ("below", "at", "above")
    assert asked["due: period"] == ("below", "at")
    assert asked["since: begins"] == ("below", "above")
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
        "  no row just below: guards >= 2 (a.yaml:41:67)",
        "",
        "Rules with cases for each verdict: 0 of 1; reading an unverified parameter: 0",
        "Bounds tried at, just below and just above: 0 of 1",
        "",
        "a.cases.yaml: 1 of 1 hold",
        "PASSED: every case holds (cases: 1, files: 1)",
    ]
    assert main(["coverage", "a.yaml", "--select", "a.guards", "--lang", "zh"]) == 1
    assert "  缺少略低于界限的行：guards >= 2（a.yaml:41:67）" in capsys.readouterr().out
    assert main(["coverage", "a.yaml", "--select", "a.guards", "--format", "json"]) == 1
    (rule,) = json.loads(capsys.readouterr().out)["rules_without_clause"]
    assert rule["bounds"] == [
        {"text": "guards >= 2", "kind": "comparison", "file": "a.yaml", "line": 41, "column": 67,
         "seen": ["at", "above"], "lacks": ["below"], "unreachable": {}},
    ]  # fmt: skip


EXCUSED = "unreachable:\n  - {rule: a.guards, bound: guards >= 2, side: %s, reason: nobody has so few}\n"


def covered(capsys: pytest.CaptureFixture[str], *arguments: str, code: int, guards: Sequence[object], more: str) -> str:
    """What `coverage` tells of a rule whose cases have rows with these guards."""
    expect = ", expect: {satisfied: [s0, s1], violated: [s2], unknown: [s3]}" if None in guards else ""
    text = f"{more}{BEGIN}  - {{name: x, rule: a.guards, rows: {{{schools(guards=guards)}}}{expect}}}\n"
    Path("a.cases.yaml").write_text(text, encoding="utf-8")
    assert main(["coverage", "a.yaml", "--select", "a.guards", *arguments]) == code
    out, error = capsys.readouterr()
    return out + error


def test_a_side_that_no_row_can_lie_on_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    told = covered(capsys, code=1, guards=[2, 3], more=EXCUSED % "below").splitlines()
    assert "no row can lie just below: guards >= 2 (a.yaml:41:67): nobody has so few" in [line.strip() for line in told]
    assert (
        "Bounds tried at, just below and just above: 1 of 1; with a side that no row can lie on, explained: 1" in told
    )
    told = covered(capsys, "--lang", "zh", code=1, guards=[2, 3], more=EXCUSED % "below").splitlines()
    assert "界限：1 处中 1 处在等于、略低、略高时都有用例；其中 1 处有一侧不可能出现，已说明理由" in told
    record = covered(capsys, "--format", "json", code=1, guards=[2, 3], more=EXCUSED % "below")
    (bound,) = json.loads(record)["rules_without_clause"][0]["bounds"]
    assert (bound["lacks"], bound["unreachable"]) == ([], {"below": "nobody has so few"})


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            EXCUSED % "above",
            "a.guards: in the case “x” a row does lie just above `guards >= 2`: remove the explanation",
        ),
        (EXCUSED.replace("s >= 2", "s > 2") % "at", "a.guards has no bound `guards > 2`, did you mean `guards >= 2`?"),
        (EXCUSED.replace("a.guards", "a.guard") % "at", "there is no rule `a.guard`, did you mean `a.guards`?"),
        (EXCUSED % "beside", "`beside` is no side of a bound, expected below, at, above"),
        (EXCUSED.replace("reason", "why") % "at", "unknown key `why`, expected one of rule, bound, side, reason"),
        (EXCUSED.replace(", reason: nobody has so few", "") % "at", "`reason` is missing"),
        ("unreachable: guards\n", "`unreachable` must be a list"),
        (
            (EXCUSED % "above")
            .replace("a.guards", "a.every")
            .replace("guards >= 2", "share(guards > 1 for school) >= everybody"),
            "a.every: no row is asked for just above `share(guards > 1 for school) >= everybody`: remove the",
        ),
    ],
)
def test_an_explanation_that_explains_nothing_is_a_mistake(
    more: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in covered(capsys, code=2, guards=[2, 3], more=more)


def test_where_bounds_are_asked_for_one_that_is_not_tried_fails(capsys: pytest.CaptureFixture[str]) -> None:
    told = covered(capsys, "--bounds", code=1, guards=[2, 3, 1, None], more="").splitlines()
    assert told[-1] == "INCOMPLETE: rules without a clause: 1"
    told = covered(capsys, "--bounds", code=1, guards=[2, 4, 1, None], more="").splitlines()
    assert told[-1] == "INCOMPLETE: rules without a clause: 1; bounds not tried on all their sides: 1"
    told = covered(capsys, "--bounds", code=1, guards=[2, 4, 1, None], more=EXCUSED % "above").splitlines()
    assert told[-1] == "INCOMPLETE: rules without a clause: 1"
    told = covered(capsys, code=1, guards=[2, 4, 1, None], more="").splitlines()
    assert told[-1] == "INCOMPLETE: rules without a clause: 1"
