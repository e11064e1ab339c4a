"""A small report for the tests of outputs: two schools break a rule, one is unknown, one is not due; one finding."""

from dataclasses import replace
from typing import Any

import eduplan_rules as er
from eduplan_rules.engine.standing import Acceptance, Mark
from eduplan_rules.render.tally import Decision, Gate, Tally, decide, tally
from eduplan_rules.source import Source

RULES = """\
language: 1
clauses: {P14: {section: 四(九), anchor: 专职保安, summary: {zh: 按标准配备专职保安, en: Schools have guards}}}
entities:
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    period: year
    fields: {county_id: {type: text}}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    name: school_name
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      school_name: {type: text}
      students: {type: integer, unit: 人, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, label: {zh: 保安数, en: Guards}}
      opened_on: {type: date, optional: true}
      due_on: {type: date, optional: true}
rules:
  - id: safety.guards
    formerly: [safety.watchmen]
    clause: P14
    title: {zh: 专职保安达标, en: Enough guards}
    source: [{document: GB/T 29315-2022, url: "https://example.org/29315?a=1&b=2"}]
    for: school
    require: guards >= 2
    due: due_on
    message: {zh: "{school_name}保安 {guards} 人", en: "guards of {school_name}: {guards}"}
    owner: {zh: 教育局, en: Education bureau}
  - id: safety.all-guarded
    title: {zh: 全部学校保安达标, en: Every school has enough guards}
    for: county
    require: share(guards >= 2 for school) >= 100%
    severity: warning
  - id: size.whole
    title: {zh: 规模适度, en: School of a fit size}
    source: [{document: 教育标准}]
    for: school
    require:
      all:
        - {id: few, title: {zh: 不过大, en: Not too large}, measure: students, maximum: 1000}
        - {id: many, title: {zh: 不过小, en: Not too small}, that: students >= 10}
    severity: info
"""


def school(number: int, **cells: Any) -> dict[str, Any]:
    usual = {"students": 500, "guards": 2, "due_on": "2020-01-01"}
    return (
        {"school_id": f"S{number}", "county_id": "C1", "school_name": f"第{number}小学", "year": 2022} | usual | cells
    )


def feed(*schools: dict[str, Any]) -> str:
    """The schools as CSV."""
    names = list(school(1))
    lines = [",".join("" if each[name] is None else str(each[name]) for name in names) for each in schools]
    return "\n".join([",".join(names), *lines, ""])


MIXED = (
    school(1, guards=1),
    school(2, guards=0),
    school(3, guards=1, due_on="2030-01-01"),
    school(4, guards=None),
    school(5, students=2000),
)


def book(text: str = RULES) -> er.Rulebook:
    return er.load_rulebook(Source("规则/rules a.yaml", text))


def report(*schools: dict[str, Any], rules: str = RULES) -> er.Report:
    """A report of these schools, read from files as a feed is, so that records have places."""
    import tempfile
    from pathlib import Path

    loaded = book(rules)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "school.csv").write_text(feed(*schools), encoding="utf-8")
        (Path(folder) / "county.csv").write_text("county_id,year\nC1,2022\n", encoding="utf-8")
        return er.evaluate(loaded, er.read_facts(folder, loaded), as_of="2022-12-31")


def mixed() -> er.Report:
    return report(*MIXED)


def accepted(found: er.Report, *standings: Any, rule: str = "safety.guards") -> er.Report:
    """The report with these standings of a rule's violations, in their order."""
    reason = {
        "reason": {"zh": "校舍改造", "en": "the school is rebuilt"},
        "approved_by": {"zh": "教育局", "en": "the bureau"},
        "valid_until": "2022-12-31",
    }
    kept = found.results[rule].kept
    assert kept is not None
    places = kept.frame.filter(kept.series("verdict") == 1)["#i"].to_list()
    marks = {
        place: Mark(standing, reason) for place, standing in zip(places, standings, strict=False) if standing != "open"
    }
    return replace(found, acceptance=Acceptance(marks={rule: marks}, findings=()), _memo={})


def judged(found: er.Report, gate: Gate | None = None) -> tuple[list[Tally], Decision]:
    tallies = tally(found)
    return tallies, decide(found, tallies, gate or Gate())
