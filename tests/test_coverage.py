"""The command `coverage`: clauses, rules, verdicts that cases have seen, and the anchors in the plan's text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import eduplan_rules as er
from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from eduplan_rules.tools.anchors import read_sections, unfound_anchors
from eduplan_rules.tools.catalogue import catalogue
from eduplan_rules.tools.coverage import cover
from eduplan_rules.tools.suite import case_files, run_suite
from pack import PACK, pack_suite

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT.parent / "shared" / "plan" / "plan.zh.txt"

RULES = """\
clauses:
  P1: {section: 四(九), anchor: 专职保安, kind: measure, summary: {zh: 配备保安, en: There are guards}}
  P2: {section: 五(一), anchor: 党的建设, kind: "record, cadence", context: {zh: 不考核, en: Not checked}}
entities:
  city: {key: city_id, fields: {city_id: {type: text}}}
  school:
    key: school_id
    period: year
    fields: {school_id: {type: text}, guards: {type: integer, unit: 人, min: 0}}
  record:
    key: record_id
    valid: [issued_on, valid_until]
    belongs_to: {city: city_id}
    fields:
      record_id: {type: text}
      city_id: {type: text}
      issued_on: {type: date}
      valid_until: {type: date, blank: none}
parameters:
  minimum: {unit: 人, value: 2, status: unverified}
  due: {value: 2021-12-31, type: date}
values:
  school.enough: {is: guards >= minimum}
rules:
  - {id: safety.guards, clause: P1, for: school, require: enough, due: due}
  - {id: safety.platform, clause: P1, for: city, require: any(true for record)}
  - {id: safety.records, clause: P1, for: city, require: count(record) >= 1}
"""
CASES = """\
never_unknown: {safety.platform: a record is there or not, safety.records: nothing is missing in a count}
cases:
  - name: guards
    rule: safety.guards
    rows:
      school: [{school_id: a, year: 2022, guards: 2}, {school_id: b, year: 2022, guards: 1}, {school_id: c, year: 2022}]
    expect: {satisfied: [a], violated: [b], unknown: [c]}
  - name: records
    rules: [safety.platform, safety.records]
    rows:
      city: [{city_id: x}, {city_id: y}]
      record: [{record_id: r, city_id: x, issued_on: 2022-01-01, valid_until: ~}]
    expect:
      safety.platform: {satisfied: [x], violated: [y]}
      safety.records: {satisfied: [x], violated: [y]}
"""
TEXT = """\
提升督学专业化水平。

  (九)实施安全工程。

  完成专职保安配备。

  五、保障措施

  （一）全面加强党的建设。深入贯彻。
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules, as the current one; what is unforeseen is raised, texts are English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "rules").mkdir()
    write(RULES, CASES)
    (tmp_path / "plan.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def write(rules: str, cases: str = CASES) -> None:
    Path("rules/safety.yaml").write_text(rules, encoding="utf-8")
    Path("rules/safety.cases.yaml").write_text(cases, encoding="utf-8")


def test_what_is_covered_is_told_clause_by_clause(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "rules", "--plan-text", "plan.txt"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "P1  四(九)  专职保安  measured",
        "  There are guards",
        "  safety.guards    data  satisfied 1  violated 1  unknown 1  unverified: minimum  bounds 0 of 2",
        "    no row just above: guards >= minimum (rules/safety.yaml:23:23)",
        "    no row just below, at, just above: due: due (rules/safety.yaml:25:72)",
        "  safety.platform  record  satisfied 1  violated 1  never unknown: a record is there or not",
        "  safety.records   data  satisfied 1  violated 1  never unknown: nothing is missing in a count  bounds 0 of 1",
        "    no row just above: count(record) >= 1 (rules/safety.yaml:27:58)",
        "P2  五(一)  党的建设  by record, by cadence",
        "  context: Not checked",
        "",
        "Clauses with rules: 1 of 2; context with a reason: 1",
        "Rules with cases for each verdict: 3 of 3; reading an unverified parameter: 1",
        "Bounds tried at, just below and just above: 0 of 3",
        "Anchors in their section of the plan's text: 2 of 2",
        "COMPLETE",
    ]


def test_what_is_covered_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "rules", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "P2  五(一)  党的建设  凭证据、按频次\n  背景条款：不考核\n" in told
    assert "safety.guards    数据  达标 1  不达标 1  无法判定 1  未经核实：minimum" in told


def test_coverage_is_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "rules", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["complete"] is True
    assert record["cases"] == {"count": 2, "failed": 0}
    first, second = record["clauses"]
    assert (first["anchor_found"], first["kind"], second["context"]["zh"]) == (None, ["measure"], "不考核")
    assert first["rules"][0] == {
        "id": "safety.guards",
        "title": {"zh": "safety.guards", "en": "safety.guards"},
        "severity": "error",
        "nature": "indicative",
        "by": "data",
        "cases": 1,
        "verdicts": {"satisfied": 1, "unknown": 1, "violated": 1},
        "lacks": [],
        "never_unknown": None,
        "unverified": ["minimum"],
        "bounds": [
            {
                "text": "guards >= minimum",
                "kind": "comparison",
                "file": "rules/safety.yaml",
                "line": 23,
                "column": 23,
                "seen": ["below", "at"],
                "lacks": ["above"],
                "unreachable": {},
            },
            {
                "text": "due: due",
                "kind": "due",
                "file": "rules/safety.yaml",
                "line": 25,
                "column": 72,
                "seen": [],
                "lacks": ["below", "at", "above"],
                "unreachable": {},
            },
        ],
    }


@pytest.mark.parametrize(
    ("rules", "cases", "fault", "told"),
    [
        (RULES.replace("context:", "summary:"), CASES, {"clauses-open": 1}, "no rule; write one, or `context:`"),
        (RULES, CASES.replace(", unknown: [c]}", "}").replace(", {school_id: c, year: 2022}", ""), {"rules-open": 1},
         "LACKS unknown"),
        (RULES, CASES.replace(", safety.records: nothing is missing in a count", ""), {"rules-open": 1},
         "LACKS unknown"),
        # a case that does not hold has seen nothing
        (RULES, CASES.replace("guards: 1}", "guards: 3}"), {"rules-open": 1}, "LACKS satisfied, violated, unknown"),
        (RULES.replace("safety.records, clause: P1", "safety.records"), CASES, {"rules-loose": 1},
         "Rules without a clause: safety.records"),
    ],
)  # fmt: skip
def test_what_is_not_covered_fails(
    rules: str, cases: str, fault: dict[str, int], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(rules, cases)
    assert cover(run_suite(Path("rules"))).faults == fault
    assert main(["coverage", "rules"]) == 1
    written = capsys.readouterr().out
    assert told in written
    assert written.splitlines()[-1].startswith("INCOMPLETE: ")


def test_wrong_case_files_and_rules_are_errors(capsys: pytest.CaptureFixture[str]) -> None:
    write(RULES, CASES.replace("rule: safety.guards", "rule: safety.gards"))
    assert main(["coverage", "rules"]) == 2
    assert "there is no rule `safety.gards`" in capsys.readouterr().err
    write(RULES.replace("guards >= minimum", "guards >= minimums"))
    assert main(["coverage", "rules"]) == 2
    assert "did you mean `minimum`?" in capsys.readouterr().err
    assert main(["coverage", "nowhere"]) == 2
    assert main(["coverage", "rules", "--plan-text", "nowhere.txt"]) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("专职保安", "专职门卫"), "P1: “专职门卫” does not stand in 四(九), nor anywhere else in the plan's text"),
        (("anchor: 专职保安", "anchor: 督学"), "P1: “督学” does not stand in 四(九), but in 四(八)"),
        (("专职保安, kind", "专职 保安, kind"), "P1: “专职 保安” does not stand in 四(九)"),
        (("五(一)", "七(二)"), "P2: “党的建设” does not stand in 七(二), but in 五(一)"),
        (("section: 四(九), ", ""), "P1: the clause has no section or no anchor"),
    ],
)
def test_an_anchor_that_is_not_in_its_section_fails(
    change: tuple[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(RULES.replace(*change, 1))
    assert main(["coverage", "rules", "--plan-text", "plan.txt"]) == 1
    written = capsys.readouterr().out
    assert told in written
    assert "Anchors in their section of the plan's text: 1 of 2" in written
    assert main(["coverage", "rules"]) == 0


def test_a_text_is_split_at_its_headings() -> None:
    assert read_sections(TEXT) == {
        "四(八)": "提升督学专业化水平。\n",
        "四(九)": "  (九)实施安全工程。\n\n  完成专职保安配备。\n",
        "五": "  五、保障措施\n",
        "五(一)": "  （一）全面加强党的建设。深入贯彻。",
    }


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("", []),
        ("前言", [""]),
        ("一、总则\n(一)甲", ["一", "一(一)"]),
        ("(十一)甲\n(十二)乙\n十、丙", ["九(十一)", "九(十二)", "十"]),
        ("二十、甲\n(二)乙，(三)丙\n二十一、丁", ["二十", "二十(二)", "二十一"]),
        ("甲\n(三)乙\n三十一、丁", ["三十(二)", "三十(三)", "三十一"]),
        ("甲\n(二十)乙", ["(十九)", "(二十)"]),
    ],
)
def test_headings_are_counted_in_chinese(text: str, sections: list[str]) -> None:
    assert list(read_sections(text)) == sections


def test_a_chapter_alone_means_all_of_it() -> None:
    Path("rules/more.yaml").write_text(
        "clauses: {P3: {section: 四, anchor: 专职保安}, P4: {section: 五, anchor: 督学}}", "utf-8"
    )
    book = er.load_rulebook("rules")
    assert [each.clause.id for each in unfound_anchors(book.clauses.values(), TEXT)] == ["P4"]


def test_an_entry_knows_what_its_rule_reads() -> None:
    suite = run_suite(Path("rules"))
    entries = catalogue(suite.book, [file.file for file in suite.files if file.file])
    found = {
        name: ([str(each.id) for each in entry.parameters], entry.unverified, entry.by_record)
        for name, entry in entries.items()
    }
    assert found == {
        "safety.guards": (["minimum", "due"], ("minimum",), False),
        "safety.platform": ([], (), True),
        "safety.records": ([], (), False),
    }


@pytest.mark.skipif(not PLAN.is_file(), reason="the plan's text is not part of this repository")
def test_the_anchors_of_the_pack_stand_in_their_sections() -> None:
    clauses = er.load_rulebook(PACK).clauses.values()
    assert [each.told("en") for each in unfound_anchors(clauses, PLAN.read_text(encoding="utf-8"))] == []


@pytest.mark.skipif(not case_files(PACK), reason="the pack has no cases yet")
def test_the_pack_is_covered_whole() -> None:
    coverage = cover(pack_suite())
    assert [str(each.clause.id) for each in coverage.clauses if each.open] == []
    assert {str(each.entry.rule.id): each.lacks for each in coverage.rules if each.lacks} == {}
    assert coverage.faults == {}
