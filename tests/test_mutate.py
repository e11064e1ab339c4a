"""Rules changed on purpose: which changes are made, what they mean, which cases notice them, and what is told."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import eduplan_rules as er
from eduplan_rules.book import load_rulebook, resolved_rulebook
from eduplan_rules.cli.app import app
from eduplan_rules.source import Source
from eduplan_rules.tools.mutate.amounts import beside, text_of
from eduplan_rules.tools.mutate.hunt import changed_book, hunt, noticed_by
from eduplan_rules.tools.mutate.hunts import Hunt, hunt_rules
from eduplan_rules.tools.mutate.operators import mutants_of
from eduplan_rules.tools.mutate.told import tell_hunt
from eduplan_rules.tools.suite import load_suite

RULES = """\
entities:
  county: {key: county_id, fields: {county_id: {type: text}}}
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
  drill:
    key: drill_id
    day: held_on
    belongs_to: {school: school_id}
    fields:
      drill_id: {type: text}
      school_id: {type: text}
      held_on: {type: date}
      minutes: {type: number}
parameters:
  due: {type: date, value: 2021-12-31}
  window: {type: duration, value: 2 years}
  drills: {unit: 次, by: [kind], value: {primary: 1, junior: 2}}
  minimum:
    unit: 人
    scale: students
    values:
      2020-01-01: [{below: 100, value: 1}, {value: 2, plus: 1, per: 500, above: 1000}]
      2022-06-01: [{value: 3}]
values:
  school.large: {is: students >= 100 and kind = "junior"}
rules:
  - id: a.guards
    for: school
    since: 2021-01-01
    due: due
    where: students > 0 and kind != "junior"
    require: guards >= minimum(students)
    source: [{document: GB/T 29315-2022}]
  - id: a.large
    for: school
    require: not large or guards / students >= 40%
  - id: a.drills
    for: school
    require:
      at_least: 1
      of:
        - {measure: count(drill where minutes > 5 over last window), minimum: drills(kind)}
        - {that: all(minutes <= 30 for drill where held_on <= as_of), where: guards > 1}
"""

#: what is written, what is written for it, and the change that says the same
# fmt: off
ALIKE = [
    ("a.guards", "guards >= minimum", "guards > minimum", "write > for >= in guards >= minimum(students)"),
    ("a.guards", "guards >= minimum", "guards <= minimum", "write <= for >= in guards >= minimum(students)"),
    ("a.guards", "students > 0 and kind", "students > 1 and kind", "write 1 for the number 0 in students > 0"),
    ("a.guards", 'students > 0 and kind != "junior"', 'kind != "junior"', "drop the condition students > 0"),
    ("a.guards", 'students > 0 and kind != "junior"', "students > 0", 'drop the condition kind != "junior"'),
    ("a.guards", "students > 0 and kind", "students > 0 or kind", 'write or for and before kind != "junior"'),
    ("a.guards", '    where: students > 0 and kind != "junior"\n', "", 'drop where students > 0 and kind != "junior"'),
    ("a.guards", "since: 2021-01-01", "since: 2020-12-31", "write since 2020-12-31 for 2021-01-01"),
    ("a.guards", "    due: due\n", "    due: 2021-12-30\n", "make it due a day earlier"),
    ("a.guards", "    due: due\n", "    due: 2022-01-01\n", "make it due a day later"),
    ("a.guards", "below: 100,", "below: 101,", "write 101 for 100 in minimum[2020-01-01, step 1 below]"),
    ("a.guards", "{value: 3}", "{value: 4}", "write 4 for 3 in minimum[2022-06-01, step 1 value]"),
    ("a.guards", "per: 500", "per: 450", "write 450 for 500 in minimum[2020-01-01, step 2 per]"),
    ("a.guards", "      2022-06-01: [{value: 3}]\n", "", "drop minimum[2022-06-01]"),
    ("a.large", "not large or guards", "not large and guards", "write and for or before guards / students >= 40%"),
    ("a.large", ">= 40%", ">= 36%", "write 36% for the number 40% in guards / students >= 40%"),
    ("a.large", "students >= 100 and", "students >= 100 or", 'write or for and before kind = "junior"'),
    ("a.large", "students >= 100 and", "students >= 110 and", "write 110 for the number 100 in students >= 100"),
    ("a.large", 'kind = "junior"}', 'kind != "junior"}', 'write != for = in kind = "junior"'),
    ("a.drills", "at_least: 1", "at_least: 2", "write at_least 2 for 1"),
    ("a.drills", "primary: 1,", "primary: 2,", "write 2 for 1 in drills[primary]"),
    ("a.drills", "2 years", "1 year", "write 1 year for 2 years in window"),
    ("a.drills", "drill where minutes > 5 over", "drill over", "drop where minutes > 5"),
    ("a.drills", "minutes > 5 over", "minutes < 5 over", "write < for > in minutes > 5"),
    ("a.drills", "all(min", "any(min", "write any for all in all(minutes <= 30 for drill where held_on <= as_of)"),
    ("a.drills", ", where: guards > 1", "", "drop where guards > 1"),
    ("a.drills", "      at_least: 1\n", "      any:\n", "drop the member 1"),
]
# fmt: on

SCHOOLS = [
    {"school_id": f"s{number}", "county_id": "c", "year": year, "kind": kind, "students": students, "guards": guards}
    for number, (year, kind, students, guards) in enumerate(
        itertools.product(
            (2020, 2021, 2022), ("primary", "junior", None), (None, 0, 1, 100, 109, 1450), (0, 1, 2, 3, 4, 38, 40)
        )
    )
]
DRILLS = [
    {"drill_id": f"d{number}", "school_id": f"s{number * 7 % 311}", "held_on": day, "minutes": minutes}
    for number, (_, day, minutes) in enumerate(
        itertools.product(range(30), ("2020-06-01", "2021-06-01", "2022-06-01"), (3, 5, 6, 30, 31, None))
    )
]


DAYS = ("2021-12-30", "2021-12-31", "2022-12-31")


def _verdicts(book: Any, rule: str, as_of: str) -> list[tuple[str, str | None, str]]:
    county = [{"county_id": "c"}]
    facts = {"county": county, "school": SCHOOLS, "drill": DRILLS}
    report = er.evaluate(book, facts, as_of=as_of, periods="all", keep="all")
    return sorted((each.subject["key"][0], each.period, each.verdict) for each in report.outcomes(rule=rule))


@pytest.mark.parametrize(("rule", "old", "new", "name"), ALIKE, ids=[each[-1] for each in ALIKE])
def test_a_change_means_what_the_changed_text_means(rule: str, old: str, new: str, name: str) -> None:
    written = RULES.replace(old, new, 1)
    if name == "drop the member 1":
        written = RULES.replace("      at_least: 1\n      of:\n", "      any:\n")
        written = "\n".join(line for line in written.splitlines() if "minimum: drills(kind)" not in line) + "\n"
    assert written != RULES
    book = er.load_rulebook(Source("rules.yaml", RULES))
    resolved = resolved_rulebook(book)
    mutant = next(each for each in mutants_of(resolved.rules[rule], resolved) if each.name == name)
    changed = [_verdicts(changed_book(rule, [mutant], resolved), f"{rule}~0", day) for day in DAYS]
    assert changed == [_verdicts(er.load_rulebook(Source("rules.yaml", written)), rule, day) for day in DAYS]
    assert changed != _unchanged(rule)


@cache
def _unchanged(rule: str) -> list[list[tuple[str, str | None, str]]]:
    book = er.load_rulebook(Source("rules.yaml", RULES))
    return [_verdicts(book, rule, day) for day in DAYS]


CASES = """\
cases:
  - name: a junior school with too few guards
    rule: a.large
    rows:
      school: |
        school_id, county_id, year, kind,   students, guards
        few,       c,         2022, junior, 100,      37
        enough,    c,         2022, junior, 100,      41
        small,     c,         2022, junior, 99,       0
    expect: {violated: [few], satisfied: [enough, small]}
"""


def _folder(tmp_path: Path, cases: str = CASES) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "rules.cases.yaml").write_text(cases, encoding="utf-8")
    return tmp_path


def _hunted(folder: Path, *rules: str) -> Hunt:
    return hunt_rules(load_suite(folder), rules)


def _left(found: Hunt) -> set[str]:
    return {each.mutant.name for each in found.survivors}


def test_cases_notice_what_they_tell_apart_and_nothing_else(tmp_path: Path) -> None:
    left = _left(_hunted(_folder(tmp_path), "a.large"))
    assert 'drop the condition kind = "junior"' in left
    assert "write > for >= in guards / students >= 40%" in left
    assert "drop the condition students >= 100" not in left
    primary = "        other,     c,         2022, primary, 100,     0\n"
    more = CASES.replace("        small,", primary + "        small,").replace("small]", "small, other]")
    assert left - _left(_hunted(_folder(tmp_path, more), "a.large")) == {'drop the condition kind = "junior"'}


def test_a_part_of_the_record_is_noticed_where_verdicts_are_not(tmp_path: Path) -> None:
    name = "write 39% for the number 40% in guards / students >= 40%"
    assert name in _left(_hunted(_folder(tmp_path), "a.large"))
    told = CASES + "    records: {few: {parts: [{}, {}, {required: 40}]}}\n"
    assert name not in _left(_hunted(_folder(tmp_path, told), "a.large"))


def test_a_case_that_fails_notices_nothing(tmp_path: Path) -> None:
    wrong = CASES.replace("satisfied: [enough, small]", "satisfied: [few]")
    found = _hunted(_folder(tmp_path, wrong), "a.large")
    assert len(found.survivors) == found.count


def test_a_case_that_gives_a_parameter_another_value_says_nothing_about_the_old_one(tmp_path: Path) -> None:
    guards = """\
cases:
  - name: on a scale of its own
    rule: a.guards
    parameters: {minimum: 4}
    rows:
      school: |
        school_id, county_id, year, kind,    students, guards
        few,       c,         2021, primary, 50,       3
    expect: {violated: [few]}
    as_of: 2021-12-31
"""
    left = _left(_hunted(_folder(tmp_path, guards), "a.guards"))
    assert "write 2 for 1 in minimum[2020-01-01, step 1 value]" in left
    assert "write <= for >= in guards >= minimum(students)" not in left


def test_a_shared_value_is_changed_once_and_any_rule_that_reads_it_may_notice(tmp_path: Path) -> None:
    reader = "  - {id: a.also, for: school, where: large, require: guards > 0}\n"
    cases = CASES + (
        "  - name: a primary school is no large one\n"
        "    rule: a.also\n"
        "    rows: {school: [{school_id: p, county_id: c, year: 2022, kind: primary, students: 500, guards: 0}]}\n"
        "    expect: {not_applicable: [p]}\n"
    )
    folder = _folder(tmp_path, cases)
    (folder / "rules.yaml").write_text(RULES + reader, encoding="utf-8")
    found = _hunted(folder, "a.large", "a.also")
    value = next(each for each in found.changed if each.name == "school.large")
    assert len({each.name for each in found.changed}) == len(found.changed)
    assert 'drop the condition kind = "junior"' not in {each.mutant.name for each in value.survivors}
    assert 'drop the condition kind = "junior"' in _left(_hunted(folder, "a.large"))


def test_an_explanation_stands_for_a_survivor_and_goes_stale(tmp_path: Path) -> None:
    explained = 'equivalent:\n  school.large:\n    drop the condition kind = "junior": only junior schools report\n'
    found = _hunted(_folder(tmp_path, explained + CASES), "a.large")
    assert [each.reason for each in found.survivors if each.reason] == ["only junior schools report"]
    assert len(found.unexplained) == len(found.survivors) - 1
    assert not found.stale
    for name, sentence in (
        ("drop the condition students >= 100", "but the case `a junior school with too few guards` notices it"),
        ("drop the condition pupils >= 100", "there is no such change of school.large"),
    ):
        stale = f"equivalent:\n  school.large:\n    {name}: no matter\n"
        found = hunt_rules(load_suite(_folder(tmp_path, stale + CASES)), ["a.guards", "a.large", "a.drills"])
        assert [sentence in each.told("en") for each in found.stale] == [True]
        assert found.stale[0].told("en").startswith(f"{(tmp_path / 'rules.cases.yaml').as_posix()}:3:5")
    found = _hunted(_folder(tmp_path, "equivalent:\n  school.larg:\n    all: no matter\n" + CASES), "a.large")
    assert "did you mean `school.large`?" in found.stale[0].told("en")


def test_processes_find_what_one_finds(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    extra = "".join(f"  - {{id: b.r{n}, for: school, require: guards > {n}}}\n" for n in range(16))
    (folder / "rules.yaml").write_text(RULES + extra, encoding="utf-8")
    loaded = load_suite(folder)
    rules = list(loaded.book.rules)
    assert hunt_rules(loaded, rules, place=folder) == hunt_rules(loaded, rules)


def test_a_hunt_of_nothing_leaves_every_mutant(tmp_path: Path) -> None:
    loaded = load_suite(_folder(tmp_path))
    assert hunt("a.drills", loaded).cases == 0
    assert not list(noticed_by(loaded.cases_about("a.large")[0], "a.large", [], None, None))  # type: ignore[arg-type]


def test_a_day_that_no_period_ends_on_is_not_moved(tmp_path: Path) -> None:
    loaded = load_suite(_folder(tmp_path))
    names = {each.name for each in hunt("a.guards", loaded).mutants}
    assert "write since 2020-12-31 for 2021-01-01" in names
    assert "write since 2021-01-02 for 2021-01-01" not in names


def test_it_is_told_in_both_languages(tmp_path: Path) -> None:
    found = _hunted(_folder(tmp_path), "a.large")
    english, chinese = tell_hunt(found, 5, "en"), tell_hunt(found, 5, "zh")
    assert '/rules.yaml:33:22  drop the condition kind = "junior"' in english
    assert '去掉条件 kind = "junior"' in chinese
    assert '名称  drop the condition kind = "junior"' in chinese
    assert english.splitlines()[-2].startswith("FAILED: ")
    assert tell_hunt(found, 100, "en").splitlines()[-1].startswith("OK: ")


def test_the_command(tmp_path: Path) -> None:
    folder = str(_folder(tmp_path))
    many = CliRunner().invoke(app, ["test", folder, "--mutate", "--select", "a.large", "--lang", "en"])
    assert many.exit_code == 1
    assert "Rules: 1; changes: 17; noticed: 13 (76.5%); not: 4, explained: 0" in many.output
    few = CliRunner().invoke(app, ["test", folder, "--mutate", "--survivors", "100%", "--format", "json"])
    assert few.exit_code == 0
    record = json.loads(few.output)
    assert record["counts"]["mutants"] == record["counts"]["killed"] + record["counts"]["survived"]
    for wrong in (["--survivors", "some"], ["--survivors", "101%"], ["--select", "b"], ["--coverage"]):
        refused = CliRunner().invoke(app, ["test", folder, "--mutate", *wrong, "--lang", "en"])
        assert refused.exit_code == 2, wrong
        assert refused.output.startswith("error: ")


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=3, allow_nan=False))
def test_numbers_beside_a_number_are_written_with_as_many_digits(number: Any) -> None:
    amount = Fraction(number)
    near = beside(amount)
    assert amount not in near
    assert len(set(near)) == len(near)
    assert all(each >= 0 or amount < 0 for each in near)
    digits = len(text_of(amount).partition(".")[2])
    for each in near:
        assert Fraction(text_of(each)) == each
        assert len(text_of(each).partition(".")[2]) <= digits
        assert (each - amount) * 10**digits == int((each - amount) * 10**digits)


def test_the_packs_cases_notice_changes_of_its_rules() -> None:
    """A share of the pack; `eduplan-rules test --mutate` changes all of it."""
    loaded = load_suite(Path(__file__).resolve().parent.parent / "rules")
    found = hunt_rules(
        loaded, [str(rule) for rule in loaded.book.rules if rule.startswith(("party.", "safety.guards"))]
    )
    assert found.count > 100
    assert tell_hunt(found, 5, "en").splitlines()[-1].startswith("OK: ")
    assert found.stale == ()


def test_in_chinese_a_step_of_a_scale_is_named_in_chinese(tmp_path: Path) -> None:
    book = resolved_rulebook(load_rulebook(_folder(tmp_path) / "rules.yaml"))
    told = {mutant.name: mutant.told("zh") for mutant in mutants_of(book.rules["a.guards"], book)}
    name = "write 101 for 100 in minimum[2020-01-01, step 1 below]"
    assert told[name] == "minimum[2020-01-01, 第 1 档的上限] 中的 100 改为 101"
    assert not [each for each in told.values() if "step" in each]


def test_a_literal_due_day_is_moved_once_each_way() -> None:
    text = RULES.replace("    due: due\n", "    due: 2021-12-31\n")
    assert text != RULES
    book = resolved_rulebook(load_rulebook(Source("rules.yaml", text)))
    names = [mutant.name for mutant in mutants_of(book.rules["a.guards"], book)]
    assert [name for name in names if "due" in name or "2021-12-31" in name] == [
        "make it due a day earlier",
        "make it due a day later",
    ]
