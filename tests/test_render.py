"""Renderings of a report: text in both languages, JSON by its schema, JSON Lines and CSV."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from rich.cells import cell_len

import eduplan_rules as er
from eduplan_rules.render import words
from eduplan_rules.render.csv import write_csv
from eduplan_rules.render.json import write_json, write_json_lines
from eduplan_rules.render.page import Page, Whole
from eduplan_rules.render.tally import Gate, decide, tally
from eduplan_rules.render.text import choose, render_text, render_verdict
from eduplan_rules.render.words import Language, counted, listed, say
from eduplan_rules.source import Source

PACKAGE = Path(er.__file__).parent
EXAMPLE = Path(__file__).parent / "cases" / "design-example.yaml"
SCHEMA = json.loads((PACKAGE / "report.schema.json").read_text("utf-8"))

RULES = """\
language: 1
clauses: {P14: {section: 四(九), anchor: 专职保安}}
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    name: school_name
    period: year
    fields:
      school_id: {type: text}
      school_name: {type: text}
      students: {type: integer, unit: 人, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, label: {zh: 保安数, en: Guards}}
      passed: {type: number, unit: "%", label: {zh: 合格率, en: Pass rate}}
      due_on: {type: date, optional: true}
parameters:
  passed_minimum: {unit: "%", value: 95, status: unverified}
rules:
  - id: safety.guards
    clause: P14
    title: {zh: 专职保安达标, en: Enough guards}
    for: school
    require: guards >= 2
    due: due_on
    message: {zh: "{school_name}保安 {guards} 人", en: "{guards} guards at {school_name}"}
    owner: {zh: 教育局, en: Education bureau}
  - id: health.tests
    title: {zh: 体质健康合格, en: Pupils are fit}
    for: school
    require: passed > passed_minimum
  - id: size.whole
    title: {zh: 规模适度, en: School of a fit size}
    for: school
    require: students <= 1000
    severity: info
"""


def book_of(*texts: str) -> er.Rulebook:
    return er.load_rulebook(*(Source(f"rules-{place}.yaml", text) for place, text in enumerate(texts)))


def school(number: int, **cells: Any) -> dict[str, Any]:
    usual = {"students": 500, "guards": 2, "passed": 96, "due_on": "2020-01-01"}
    return {"school_id": f"S{number}", "school_name": f"第{number}小学", "year": 2022, **usual, **cells}


def report_of(*schools: dict[str, Any], periods: str = "latest", **more: Any) -> er.Report:
    return er.evaluate(book_of(RULES), {"school": list(schools), **more}, as_of="2022-12-31", periods=periods)


def text_of(report: er.Report, language: Language = "en", gate: Gate | None = None, **options: Any) -> str:
    tallies = tally(report)
    return render_text(report, tallies, decide(report, tallies, gate or Gate()), language=language, **options)


def mixed() -> er.Report:
    """One rule broken, one broken against an unverified standard, one unknown, one not due."""
    return report_of(
        school(1, guards=1), school(2, passed=95, guards=1, due_on="2030-01-01"), school(3, students=None), school(4)
    )


def test_the_english_text_reads_well() -> None:
    assert (
        re.sub(r"\([0-9a-f]{12}\)", "(digest)", text_of(mixed()))
        == """\
Day       2022-12-31, newest period of each subject
Rulebook  3 rules in rules-0.yaml (digest)
Data      School 4 rows
Scope     0 of 3 rules had no data

Rule                                  violated  unknown  not due  satisfied  n/a
safety.guards                                1        -        1          2    -
  error P14  Enough guards
health.tests                                 1        -        -          3    -
  warning  Pupils are fit
size.whole                                   -        1        -          3    -
  info  School of a fit size
all rules                                    2        1        1          8    0

Violations
error  Enough guards  safety.guards  2022
  School S1 第1小学
  1 guard at 第1小学
  gap 1 person; P14 四(九)
warning  Pupils are fit  health.tests  2022
  School S2 第2小学
  95%, must be more than 95%, equal is not enough
  the standard is unverified

Undecided, and why
  size.whole  1  Students (empty)
Each of them: --out report.json

Findings about the data: 1 warning
warning  School S3 2022  “Students” is empty, expected an integer [empty-cell]

FAILED: 1 violation at or above error (exit code 1)
"""
    )


def test_the_chinese_text_reads_well() -> None:
    assert (
        re.sub(r"（[0-9a-f]{12}）", "（摘要）", text_of(mixed(), "zh"))
        == """\
核查日期  2022-12-31，各对象最新一期
规则库    rules-0.yaml，3 条规则（摘要）
数据      学校 4 行
范围      3 条规则中有 0 条没有数据

规则                                  不达标  无法判定  未到期  达标  不适用
safety.guards                              1         -       1     2       -
  错误 P14  专职保安达标
health.tests                               1         -       -     3       -
  警告  体质健康合格
size.whole                                 -         1       -     3       -
  提示  规模适度
合计                                       2         1       1     8       0

不达标清单
错误  专职保安达标  safety.guards  2022
  学校 S1 第1小学
  第1小学保安 1 人
  差距 1 人；P14 四(九)
警告  体质健康合格  health.tests  2022
  学校 S2 第2小学
  实际 95%，应高于 95%，相等不算达标
  所依据的标准未经核实

无法判定的原因
  size.whole  1  在校生数（空白）
逐项查看：--out report.json

数据问题：1 个警告
警告  学校 S3 2022  在校生数为空，应为整数 [empty-cell]

未通过：错误及以上有 1 项不达标（退出码 1）
"""
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_width_and_hold_no_codes(language: Language, width: int) -> None:
    name = "一所名字非常非常长的学校" * 8
    schools = [school(number, school_name=name, guards=1, passed=1, students=9999999) for number in range(40)]
    text = text_of(report_of(*schools, school(99, guards=None)), language, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())


def page_of(*pieces: Any, width: int = 20, **indents: int) -> list[str]:
    page = Page("zh", width, colour=False)
    page.line(*pieces, **indents)
    return page.text().splitlines()


def test_chinese_breaks_anywhere_but_not_before_a_closing_sign() -> None:
    assert page_of("一二三四五六七八九十，一二") == ["一二三四五六七八九", "十，一二"]
    assert page_of("一二三四五六七八九（十）") == ["一二三四五六七八九", "（十）"]


def test_a_number_stays_with_its_unit() -> None:
    assert page_of("一二三四五六七 12 万元，应") == ["一二三四五六七", "12 万元，应"]
    assert page_of("spent 5 and then 85200 yuan") == ["spent 5 and then", "85200 yuan"]
    assert page_of("costs more: 5 × 10,000 yuan") == ["costs more:", "5 × 10,000 yuan"]


def test_a_whole_piece_is_broken_only_where_it_must_be() -> None:
    assert page_of("差距 1；", Whole("数据/学校.csv:15")) == ["差距 1；", "数据/学校.csv:15"]
    assert page_of(Whole("a/very/long/path/that/does/not/fit"), rest=2) == ["a/very/long/path/tha", "  t/does/not/fit"]


def test_indents_are_kept() -> None:
    assert page_of("one two three four five", first=2, rest=4) == ["  one two three four", "    five"]
    assert page_of("", first=2) == [""]


def test_rows_behind_an_aggregate_are_told_with_their_places(tmp_path: Path) -> None:
    rules = """
entities:
  county: {label: {zh: 县, en: County}, key: id, period: year, fields: {id: {type: text}}}
rules:
  - {id: county.all, title: {zh: 全部, en: All}, for: county, require: all(guards >= 2 for school)}
"""
    book = book_of(
        RULES.replace("    name: school_name\n", "    belongs_to: {county: county_id}\n", 1).replace(
            "      school_name:", "      county_id: {type: text}\n      school_name:", 1
        ),
        rules,
    )
    (tmp_path / "county.csv").write_text("id,year\nc,2022\n", encoding="utf-8")
    cells = ["S1,c,一,2022,500,1,96", "S2,c,二,2022,500,3,96", "S3,c,三,2022,500,0,96"]
    header = "school_id,county_id,school_name,year,students,guards,passed"
    (tmp_path / "school.csv").write_text("\n".join([header, *cells]) + "\n", encoding="utf-8")
    report = er.evaluate(book, er.read_facts([tmp_path], book), as_of="2022-12-31", select=["county.all"])
    place = f"{tmp_path.as_posix()}/school.csv"
    told = " ".join(text_of(report, width=500).split("\n"))
    assert f"behind it: School S1 2022 ({place}:2), S3 2022 ({place}:4)" in told
    assert f"涉及：学校 S1 2022（{place}:2）、S3 2022（{place}:4）" in text_of(report, "zh", width=500)


def test_the_verdict_alone_is_one_line() -> None:
    report = mixed()
    tallies = tally(report)
    decision = decide(report, tallies, Gate())
    assert render_verdict(decision, 3, language="en") == "FAILED: 1 violation at or above error (exit code 1)\n"
    assert render_verdict(decision, 3, language="zh") == "未通过：错误及以上有 1 项不达标（退出码 1）\n"


def test_colours_are_for_those_who_ask() -> None:
    coloured = text_of(mixed(), colour=True)
    assert "\x1b[1;31mFAILED" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text_of(mixed())


def test_what_a_terminal_would_obey_is_not_let_out() -> None:
    text = text_of(report_of(school(1, school_name="[red]\x1b[31mx\ny\u202e", guards=1)))
    assert "School S1 [red] [31mx y\n" in text


def test_ten_violations_are_told_spread_over_the_rules_and_errors_first() -> None:
    schools = [school(number, guards=1, passed=1, students=9999) for number in range(20)]
    report = report_of(*schools)
    assert [rule for rule, _ in choose(tally(report))] == ["safety.guards"] * 4 + ["health.tests"] * 3 + [
        "size.whole"
    ] * 3
    text = text_of(report)
    assert "Violations, 10 of 60\n" in text
    assert "All of them: --format csv, or --out report.json\nThose of one rule: --select safety.guards\n" in text


def test_one_rule_may_have_all_ten() -> None:
    report = report_of(*(school(number, guards=1) for number in range(20)))
    assert choose(tally(report)) == [("safety.guards", place) for place in range(10)]


def test_with_many_rules_the_ten_are_spread() -> None:
    many = "".join(
        f"  - {{id: many.rule-{letter}, title: t, for: school, require: guards >= 3}}\n" for letter in "abcdefgh"
    )
    report = er.evaluate(book_of(RULES + many), {"school": [school(number) for number in range(5)]}, as_of="2022-12-31")
    chosen = choose(tally(report))
    assert len(chosen) == 10
    assert {rule for rule, _ in chosen} == {f"many.rule-{letter}" for letter in "abcdefgh"}


def test_within_a_rule_errors_are_told_before_what_is_lowered() -> None:
    rules = RULES.replace(
        'passed_minimum: {unit: "%", value: 95, status: unverified}',
        (
            'passed_minimum: {unit: "%", scale: students, values: {2000-01-01: '
            "[{below: 100, value: 95, status: unverified}, {value: 95}]}}"
        ),
    ).replace("passed > passed_minimum", "passed > passed_minimum(students)")
    schools = [school(number, passed=90, students=50 if number < 4 else 500) for number in range(6)]
    report = er.evaluate(book_of(rules), {"school": schools}, as_of="2022-12-31")
    (one,) = (each for each in tally(report) if each.violated)
    assert one.violated == {"error": 2, "warning": 4}
    assert [place for _, place in choose([one])] == [4, 5, 0, 1, 2, 3]


def test_findings_are_told_errors_first_and_spread() -> None:
    schools = [school(number, students="many", guards=None) for number in range(9)]
    text = text_of(report_of(*schools))
    told = re.findall(
        r"^(error|warning)  .*?\[([a-z-]+)\]$", text[text.index("Findings") :].replace("\n    ", " "), re.M
    )
    assert len(told) == 10
    assert [severity for severity, _ in told] == sorted(severity for severity, _ in told)
    assert "nothing-decided" in {code for _, code in told}
    assert re.search(r"^and \d+ more: --out report.json$", text, re.M)


def test_rules_without_data_are_named() -> None:
    more = "entities: {drill: {key: id, fields: {id: {type: text}}}}\n"
    more += 'rules: [{id: drill.held, title: t, for: drill, require: id != "x"}]\n'
    report = er.evaluate(book_of(RULES, more), {"school": [school(1)]}, as_of="2022-12-31")
    text = text_of(report)
    assert "Rulebook  4 rules in 2 files" in text
    assert "Scope     1 of 4 rules had no data\n" in text
    assert "No data for: drill.held\n" in text
    assert "PASSED: no violations and no findings (exit code 0)" in text
    assert "FAILED: 1 rule without data at or above error" in text_of(report, gate=Gate(strict=True))


def test_a_rule_that_could_not_be_run_fails_the_run() -> None:
    report = mixed()
    result = report.results["size.whole"]
    broken = replace(result, totals=replace(result.totals, failed="ComputeError: it broke"), kept=None)
    report = replace(report, results={**report.results, "size.whole": broken})
    tallies = tally(report)
    decision = decide(report, tallies, Gate(fail_on="never"))
    assert decision.exit_code == 3
    text = render_text(report, tallies, decision, language="en")
    assert "Rules that could not be run\nsize.whole  ComputeError: it broke\n" in text
    assert text.endswith("INCOMPLETE: 1 of 3 rules could not be run (exit code 3)\n")


@pytest.mark.parametrize(
    ("gate", "sentence"),
    [
        (Gate(), "FAILED: 1 violation at or above error (exit code 1)"),
        (Gate("warning"), "FAILED: 2 violations and 1 finding at or above warning (exit code 1)"),
        (
            Gate("info", strict=True),
            "FAILED: 2 violations, 1 unknown outcome and 1 finding at or above info (exit code 1)",
        ),
        (Gate("never"), "PASSED: 2 violations and 1 finding, let through by --fail-on never (exit code 0)"),
    ],
)
def test_the_last_line_says_how_it_went(gate: Gate, sentence: str) -> None:
    assert text_of(mixed(), gate=gate, width=120).splitlines()[-1] == sentence


def test_what_is_below_the_gate_is_said() -> None:
    report = report_of(school(1, passed=95))
    assert text_of(report).endswith("PASSED: nothing at or above error; below it 1 violation (exit code 0)\n")


def test_a_pass_in_which_no_rule_applied_says_so() -> None:
    rules = RULES.replace("    for: school\n", "    for: school\n    where: students > 10000\n")
    report = er.evaluate(book_of(rules), {"school": [school(1)]}, as_of="2022-12-31")
    assert text_of(report).splitlines()[-2:] == [
        "PASSED: no violations and no findings, but no rule applied to any row (exit code",
        "0)",
    ]


def test_nothing_passes_by_emptiness() -> None:
    report = report_of(school(1), periods="2019")
    assert text_of(report, gate=Gate("never")).endswith(
        "INCOMPLETE: no facts matched: not one row was judged on this day and in these\nperiods (exit code 3)\n"
    )


def whole_report() -> er.Report:
    """A report with every kind of record, of the example of the design."""
    facts = {
        "county": [
            {"county_id": "C1", "year": year, "education_spending": spent, "published_growth": growth}
            for year, spent, growth in ((2020, 100.0, None), (2021, 99.0, None), (2022, 120.0, -1.0))
        ],
        "school": [
            {"school_id": "A1", "county_id": "C1", "year": 2022, "stage": "primary", "students": 1200, "guards": 2,
             "alarm_accepted_on": "2022-01-01", "teaching_area": 9000},
            {"school_id": "A2", "county_id": "C1", "year": 2022, "stage": "小学", "students": 90, "guards": 0,
             "alarm_accepted_on": None, "teaching_area": None},
            {"school_id": "A3", "county_id": "C9", "year": 2022, "stage": "junior", "students": "many", "guards": 1,
             "alarm_accepted_on": None, "teaching_area": 5000},
        ],
        "drill": [
            {"drill_id": f"D{month}", "school_id": "A1", "held_on": f"2022-{month:02}-10", "kind": "evacuation"}
            for month in (1, 3, 4)
        ],
    }  # fmt: skip
    return er.evaluate(er.load_rulebook(EXAMPLE), facts, as_of="2022-12-03", periods="all", keep="all")


def lines_of(report: er.Report) -> list[dict[str, Any]]:
    file = io.StringIO()
    write_json_lines(report, file)
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_a_report_keeps_to_its_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    report = whole_report()
    file = io.StringIO()
    write_json(report, file)
    content = json.loads(file.getvalue())
    assert all(content[name] for name in ("findings", "violations", "unknown", "not_due"))
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(content)] == []


def test_every_record_keeps_to_the_schema_of_outcomes() -> None:
    schema = {**SCHEMA, "$ref": "#/$defs/outcome"}
    records = whole_report().outcomes().to_dicts()
    assert {record["verdict"] for record in records} == {
        "satisfied",
        "violated",
        "unknown",
        "not_due",
        "not_applicable",
    }
    alone = {name: schema[name] for name in ("$schema", "$defs", "$ref")}
    validator = Draft202012Validator(alone, format_checker=FormatChecker())
    assert [error.message for record in records for error in validator.iter_errors(record)] == []


def test_the_schema_is_strict_and_states_its_promise() -> None:
    objects = [node for node in walk(SCHEMA) if node.get("type") == "object"]
    assert all("additionalProperties" in node for node in objects)
    assert all(set(node["required"]) <= set(node["properties"]) for node in objects if "properties" in node)
    assert "fields may be added, and none is removed or changed in meaning" in SCHEMA["description"]
    content = json.loads(mixed().to_json())
    assert list(SCHEMA["properties"]) == list(content)
    content["more"] = 1
    assert not Draft202012Validator(SCHEMA).is_valid(content)


def walk(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [node, *(found for child in node.values() for found in walk(child))]
    return [found for child in node for found in walk(child)] if isinstance(node, list) else []


def test_json_lines_give_violations_then_unknown_then_not_due_then_findings() -> None:
    records = lines_of(mixed())
    assert [record["verdict"] for record in records] == ["violated", "violated", "unknown", "not_due", None]
    assert records[-1]["code"] == "empty-cell"
    assert records[0] == mixed().violations[0].to_dict()


def rows_of(report: er.Report, language: Language = "en") -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    write_csv(report, file, language=language)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def test_csv_has_a_row_for_each_violation() -> None:
    _, row = rows_of(mixed(), "zh")
    assert {name: row[name] for name in ("rule", "clause", "severity", "key", "name", "period", "message", "gap")} == {
        "rule": "safety.guards", "clause": "P14", "severity": "error", "key": "S1", "name": "第1小学", "period": "2022",
        "message": "第1小学保安 1 人", "gap": "1",
    }  # fmt: skip
    assert row["owner"] == "教育局"
    assert row["id"] == mixed().violations[1].id


def test_csv_of_no_violations_has_headers() -> None:
    file = io.StringIO()
    write_csv(report_of(school(1)), file, language="en")
    assert file.getvalue().count("\n") == 1


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\tx"])
def test_csv_holds_no_formulas(name: str) -> None:
    (row,) = rows_of(report_of(school(1, school_name=name, guards=1)))
    assert row["name"] == f"'{name}" if not name.startswith("\t") else row["name"] in ("x", "'\tx")


def test_csv_leaves_numbers_alone() -> None:
    rules = RULES.replace("guards >= 2", "guards - students >= 0")
    report = er.evaluate(book_of(rules), {"school": [school(1)]}, as_of="2022-12-31")
    (row,) = rows_of(report)
    assert row["observed"] == "-498"


def test_every_sentence_has_both_languages_and_the_same_gaps() -> None:
    for name, (english, chinese) in words.SENTENCES.items():
        assert english, name
        assert chinese, name
        assert not re.search("[一-鿿]", english), name
        if name.startswith("1 ") or name in words._COUNTED or name in ("rows", "table-rows"):
            continue
        gaps = [{gap for _, gap, _, _ in Formatter().parse(text) if gap} for text in (english, chinese)]
        assert gaps[0] == gaps[1], name


def test_numbers_are_told_with_what_they_count() -> None:
    assert [counted(number, "rule", "en") for number in (0, 1, 2000)] == ["0 rules", "1 rule", "2,000 rules"]
    assert [counted(number, "rule", "zh") for number in (1, 2000)] == ["1 条规则", "2,000 条规则"]
    assert [listed(["a", "b", "c"][:number], "en") for number in (0, 1, 2, 3)] == ["", "a", "a and b", "a, b and c"]
    assert say("did-you-mean", "zh", word="x") == "；是否应为 `x`？"
