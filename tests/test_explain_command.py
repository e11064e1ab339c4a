"""The command `explain`: settings from a file, names that are no rule's, and the sentence about periods."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE

RULES = """
language: 1
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    fields:
      school_id: {type: text}
      students: {type: integer, unit: 人, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, label: {zh: 保安数, en: Guards}}
      spare: {type: integer, label: {zh: 备用, en: Spare}}
      salary: {type: number, personal: true, label: {zh: 工资, en: Salary}}
  drill:
    key: drill_id
    day: held_on
    belongs_to: {school: school_id}
    fields: {drill_id: {type: text}, school_id: {type: text}, held_on: {type: date}, minutes: {type: integer}}
  note:
    key: note_id
    fields: {note_id: {type: text}, pages: {type: integer}}
parameters:
  least:
    unit: 人
    label: {zh: 保安标准, en: Guards required}
    values: {2020-01-01: 2, 2022-01-01: 3}
  start: {type: date, value: 2020-01-01}
values:
  school.each: {is: students / guards, label: {zh: 每名保安负责人数, en: Students per guard}}
rules:
  - {id: t.guards, title: {zh: 保安, en: Guards}, for: school, since: start, require: guards >= least}
  - {id: t.each, title: {zh: 负担, en: Load}, for: school, require: each <= 500}
  - {id: t.drills, title: {zh: 演练, en: Drills}, for: school, require: count(drill) >= 4}
  - {id: t.monthly, title: {zh: 每月, en: Monthly}, for: school, every: month, require: students >= 1}
  - {id: t.fast, title: {zh: 用时, en: Time}, for: drill, require: minutes <= 5}
  - {id: t.pages, title: {zh: 页数, en: Pages}, for: note, require: pages >= 1}
  - {id: t.salary, title: {zh: 工资, en: Salary}, for: school, require: salary >= 1000}
"""
FACTS = "school_id,year,students,guards,spare,salary\nA1,2021,900,2,0,900\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    Path("school.csv").write_text(FACTS, encoding="utf-8")
    Path("eduplan.toml").write_text('rules = "rules.yaml"\nas-of = 2021-06-30\n', encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["explain", *arguments]) == code
    output = capsys.readouterr()
    return output.out if code == 0 else output.err


def test_rules_and_day_are_those_of_the_file_unless_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Standards on 2021-06-30" in told(capsys, "t.guards")
    assert "Standards on 2022-02-01" in told(capsys, "t.guards", "--as-of", "2022-02-01")
    assert json.loads(told(capsys, "t.guards", "--format", "json"))["as_of"] == "2021-06-30"
    assert "A1 in 2021: satisfied" in told(capsys, "t.guards", "school.csv", "--subject", "A1")
    assert "A1 in 2021: satisfied" in told(capsys, "t.guards", "school.csv", "--subject", "A1", "--as-of", "2022-12-31")


def test_facts_language_and_personal_values_too(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("eduplan.toml").read_text("utf-8")
    Path("eduplan.toml").write_text(text + 'facts = "school.csv"\nlang = "zh"\n', encoding="utf-8")
    shown = told(capsys, "t.salary", "--subject", "A1")
    assert "怎样才能达标" in shown
    assert "900" not in shown
    assert "900" in told(capsys, "t.salary", "--subject", "A1", "--show-personal")
    Path("eduplan.toml").write_text(text + 'facts = "school.csv"\nshow-personal = true\n', encoding="utf-8")
    assert "900" in told(capsys, "t.salary", "--subject", "A1")
    assert "900" not in told(capsys, "t.salary", "--subject", "A1", "--hide-personal")


READ = "Rules that read it, each explained by `eduplan-rules explain RULE`:"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "least",
            [
                "least  Guards required",
                "A parameter; it is no rule itself.",
                "",
                "On 2021-06-30: “Guards required”: 2 people, since 2020-01-01. Later: from 2022-01-01: 3 people.",
                "",
                READ,
                "  - t.guards  Guards",
            ],
        ),
        (
            "每名保安负责人数",
            [
                "school.each  Students per guard",
                "A derived value; it is no rule itself.",
                "",
                "On 2021-06-30: “Students per guard” is “Students” ÷ “Guards”.",
                "",
                READ,
                "  - t.each  Load",
            ],
        ),
        (
            "school.guards",
            [
                "school.guards  Guards",
                "A field of the facts; it is no rule itself.",
                "",
                READ,
                "  - t.guards  Guards",
                "  - t.each  Load",
            ],
        ),
        (
            "drill",
            [
                "drill  drill",
                "An entity, a table of the facts; it is no rule itself.",
                "",
                READ,
                "  - t.drills  Drills",
                "  - t.fast  Time",
            ],
        ),
        ("spare", ["school.spare  Spare", "A field of the facts; it is no rule itself.", "", "No rule reads it."]),
    ],
)
def test_a_name_that_is_no_rule_says_who_reads_it(
    name: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, name).splitlines() == lines


def test_where_only_a_rule_will_do_it_says_what_the_name_is(capsys: pytest.CaptureFixture[str]) -> None:
    refusal = (
        "error: `least` is a parameter, expected a rule: `eduplan-rules explain least` lists the rules that read it\n"
    )
    assert told(capsys, "least", "school.csv", "--subject", "A1", code=2) == refusal
    assert told(capsys, "least", "--format", "json", code=2) == refusal
    assert told(capsys, "leest", code=2) == "error: there is no rule `leest`, did you mean `least`?\n"


LAST = "each {kind}, as things stand on its last day. While a {kind} still runs, the result is provisional."
WHOLE = "each {kind} as a whole. While a {kind} still runs, what is not met is not yet due."


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        (
            "t.guards",
            f"For {LAST.format(kind='year')}",
            "每年以最后一天的情况为准。本年尚未结束的，按已有数据判定，结果为暂定。",
        ),
        ("t.drills", f"For {WHOLE.format(kind='year')}", "按每年的全部情况判定。本年尚未结束的，未达标的为未到期。"),
        ("t.monthly", f"For {WHOLE.format(kind='month')}", "按每月的全部情况判定。本月尚未结束的，未达标的为未到期。"),
        (
            "t.fast",
            "As things stand on the day of the check; what happens later does not count yet.",
            "以评估日的情况为准；评估日之后发生的暂不计入。",
        ),
        ("t.pages", "As things stand on the day of the check.", "以评估日的情况为准。"),
    ],
)
def test_it_says_when_a_rule_is_judged(
    rule: str, english: str, chinese: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"Judged: {english}\n" in told(capsys, rule)
    assert f"判定时间：{chinese}\n" in told(capsys, rule, "--lang", "zh")


@pytest.mark.parametrize("written", ["A1 / primary", "A1/primary", "A1 / 小学", "A1/Primary", " A1 /primary"])
def test_a_key_of_parts_is_known_as_case_files_and_people_write_it(
    written: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.yaml").write_text(
        """
language: 1
entities:
  stage:
    key: [school_id, stage]
    fields:
      school_id: {type: text}
      stage: {type: choice, choices: {primary: {zh: 小学, en: Primary}, junior: {zh: 初中, en: Junior}}}
      classes: {type: integer}
rules:
  - {id: t.classes, title: {zh: 班级, en: Classes}, for: stage, require: classes >= 6}
""",
        "utf-8",
    )
    (tmp_path / "stage.csv").write_text("school_id,stage,classes\nA1,primary,5\nA1,junior,9\n", "utf-8")
    arguments = ("t.classes", str(tmp_path / "stage.csv"), "--rules", str(tmp_path / "rules.yaml"))
    assert "A1 / primary: violated" in told(capsys, *arguments, "--subject", written, "--as-of", "2022-12-31")
