"""What callers of `evaluate` rely on: periods, selection, columns, slicing, personal fields, failing rules."""

from typing import Any

import polars as pl
import pytest

import eduplan_rules as er
from eduplan_rules.source import Source

BOOK = """
language: 1
clauses: {P1: {section: 一, anchor: 保安}}
entities:
  school:
    key: id
    name: name
    period: year
    fields:
      id: {type: text}
      name: {type: text, optional: true, personal: true}
      guards: {type: integer, unit: 人, min: 0}
      head: {type: text, optional: true, personal: true, label: 校长}
rules:
  - {id: safety.guards, clause: P1, for: school, require: guards >= 3}
  - {id: safety.guards-max, for: school, severity: warning, require: guards <= 10}
  - {id: staff.head, for: school, severity: info, require: 'head != "nobody"', message: {en: "head is {head}"}}
"""
ROWS = [
    {"id": "a", "name": "A", "year": 2021, "guards": 1, "head": "Li"},
    {"id": "a", "name": "A", "year": 2022, "guards": 2, "head": "nobody"},
    {"id": "b", "name": "B", "year": 2022, "guards": 5, "head": None},
    {"id": "b", "name": "B", "year": 2023, "guards": 1, "head": "Wu"},
]


@pytest.fixture(scope="module")
def book() -> er.Rulebook:
    return er.load_rulebook(Source("book.yaml", BOOK))


def run(book: er.Rulebook, **options: Any) -> er.Report:
    return er.evaluate(book, {"school": ROWS}, **{"as_of": "2022-12-31", **options})


def found(report: er.Report) -> list[tuple[str, str, str | None]]:
    return [(violation.rule, violation.subject["key"][0], violation.period) for violation in report.violations]


def test_latest_judges_the_newest_row_of_each_subject(book: er.Rulebook) -> None:
    report = run(book)
    assert found(report) == [("safety.guards", "a", "2022"), ("staff.head", "a", "2022")]
    assert report.totals["safety.guards"].upcoming == 1


@pytest.mark.parametrize(
    ("periods", "subjects"), [("all", 3), ("latest", 2), ("2021", 1), ("2021..2022", 3), ("2022-03", 0), ("2030", 0)]
)
def test_periods_choose_the_rows(book: er.Rulebook, periods: str, subjects: int) -> None:
    assert run(book, periods=periods).totals["safety.guards"].subjects == subjects


def test_periods_that_cannot_be_read_are_refused(book: er.Rulebook) -> None:
    with pytest.raises(ValueError, match=r"`soon` is not a period"):
        run(book, periods="soon")


def test_a_year_may_be_a_number(book: er.Rulebook) -> None:
    assert run(book, periods=2021).to_json() == run(book, periods="2021").to_json()


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        (["2022"], "`periods` is latest, all"),
        (None, "`periods` is latest, all"),
        (True, "`periods` is latest, all"),
        (22, "`22` is not a period"),
        ("2023..2021", "`2023..2021` ends before it begins"),
        ("2022-09..2022-03", "`2022-09..2022-03` ends before it begins"),
    ],
)
def test_periods_that_cannot_be_meant_are_refused(book: er.Rulebook, periods: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(book, periods=periods)


@pytest.mark.parametrize(
    ("select", "ignore", "rules"),
    [
        (["safety"], [], {"safety.guards", "safety.guards-max"}),
        (["safety.guards"], [], {"safety.guards"}),
        (["safety."], [], {"safety.guards", "safety.guards-max"}),
        ("safety.guards", (), {"safety.guards"}),
        ([], "safety.guards", {"safety.guards-max", "staff.head"}),
        (["P1"], [], {"safety.guards"}),
        (["warning", "info"], [], {"safety.guards-max", "staff.head"}),
        ([], ["safety"], {"staff.head"}),
    ],
)
def test_rules_are_selected_by_id_beginning_clause_or_severity(
    book: er.Rulebook, select: str | list[str], ignore: str | list[str], rules: set[str]
) -> None:
    assert set(run(book, select=select, ignore=ignore).totals) == rules


def test_a_selection_that_names_no_rule_is_refused(book: er.Rulebook) -> None:
    with pytest.raises(ValueError, match=r"`safty` names no rule"):
        run(book, select=["safty"])


def test_totals_are_counted_by_period(book: er.Rulebook) -> None:
    total = run(book, periods="all").totals["safety.guards"]
    assert {period: counts["violated"] for period, counts in total.by_period.items()} == {"2021": 1, "2022": 1}
    assert sum(counts["subjects"] for counts in total.by_period.values()) == total.subjects == 3


def test_kept_outcomes_can_be_all(book: er.Rulebook) -> None:
    assert len(run(book).outcomes(verdict="satisfied")) == 0
    report = run(book, keep="all", periods="all")
    assert len(report.outcomes(verdict="satisfied", rule="safety.guards-max")) == 3
    assert len(report.outcomes()) == 9


def test_outcomes_are_a_sequence(book: er.Rulebook) -> None:
    violations = run(book, periods="all").violations
    assert [violation.to_dict() for violation in violations[1:]] == [violations[1].to_dict(), violations[2].to_dict()]
    assert violations[-1] == violations[2]
    assert isinstance(violations[0], er.Violation)
    with pytest.raises(IndexError):
        violations[3]
    with pytest.raises(AttributeError, match="an outcome has no `gaps`"):
        _ = violations[0].gaps


def test_columns_say_what_records_say(book: er.Rulebook) -> None:
    violations = run(book, periods="all").violations
    for row, record in zip(violations.to_polars().iter_rows(named=True), violations.to_dicts(), strict=True):
        for name in ("rule", "clause", "severity", "nature", "verdict", "period", "unit", "strict", "provisional"):
            assert row[name] == record[name]
        assert row["key"] == record["subject"]["key"][0]
        assert row["line"] == record["location"]["line"]
        assert row["gap"] == record["gap"]
    assert violations.to_polars(["gap", "rule"]).columns == ["gap", "rule"]
    assert violations.to_arrow().num_rows == len(violations.to_pandas()) == 3
    with pytest.raises(ValueError, match="there is no column `id`"):
        violations.to_polars(["id"])


def test_personal_fields_stay_inside_unless_asked_for(book: er.Rulebook) -> None:
    hidden = run(book, periods="all", keep="all")
    assert not [text for text in ('"Li"', '"Wu"', '"A"') if text in hidden.to_json()]
    assert [outcome.observed for outcome in hidden.outcomes(rule="staff.head")] == ["***", "***", None]
    assert run(book).violations[1].message["en"] == "head is ***"
    assert run(book).violations.to_polars()["name"].to_list() == [None, None]
    shown = run(book, show_personal=True)
    assert shown.violations[1].message["en"] == "head is nobody"
    assert shown.violations[1].subject["name"] == "A"


PERSONAL = """
language: 1
entities:
  s:
    key: sid
    belongs_to: {g: gid}
    fields:
      sid: {type: text}
      gid: {type: text, optional: true}
      n: {type: number, personal: true}
      free: {type: number}
      born: {type: date, personal: true}
      opened: {type: date}
  g: {key: gid, fields: {gid: {type: text}, pay: {type: number, personal: true}}}
  w:
    key: wid
    belongs_to: {s: sid}
    fields: {wid: {type: text}, sid: {type: text}, age: {type: number, personal: true}}
rules:
  - {id: t.n, for: s, require: n >= 5, due: born + 18 years}
  - {id: t.sum, for: s, require: sum(age for w) >= 99.5}
  - {id: t.mean, for: s, require: mean(age for w) >= n}
  - {id: t.above, for: s, require: g.pay >= 5000}
  - {id: t.either, for: s, require: free >= 5 and n >= 0}
  - {id: t.public, for: s, require: free >= 5, due: opened + 1 year}
  - {id: t.count, for: s, require: count(w where age < 70) <= 0}
"""


@pytest.fixture(scope="module")
def personal() -> dict[bool, er.Report]:
    row = {"sid": "A", "gid": "G", "n": 3.25, "free": 1.0, "born": "2000-03-04", "opened": "2001-01-01"}
    facts = {"s": [row], "g": [{"gid": "G", "pay": 4321.5}], "w": [{"wid": "W", "sid": "A", "age": 1.75}]}
    book = er.load_rulebook(Source("p.yaml", PERSONAL))
    return {shown: er.evaluate(book, facts, as_of="2022-12-31", show_personal=shown) for shown in (False, True)}


def test_columns_of_numbers_hide_what_records_hide(personal: dict[bool, er.Report]) -> None:
    names = ["observed", "observed_other", "required", "gap"]
    for report in personal.values():
        assert report.violations.to_polars(names).rows() == [
            tuple(None if record[name] == "***" else record[name] for name in names)
            for record in report.violations.to_dicts()
        ]
    hidden = personal[False].violations
    assert [(row[0], *row[1:]) for row in hidden.to_polars(["rule", "observed", "required", "gap"]).rows()] == [
        ("t.above", None, 5000, None),
        ("t.count", 1, 0, 1),
        ("t.either", 1, 5, 4),
        ("t.mean", None, None, None),
        ("t.n", None, 5, None),
        ("t.public", 1, 5, 4),
        ("t.sum", None, 99.5, None),
    ]
    for text in (str(hidden.to_arrow().to_pydict()), hidden.to_pandas().to_csv(), personal[False].to_json()):
        assert not [value for value in ("3.25", "1.75", "4321.5", "678.5", "97.75", "2018-03-04") if value in text]
    shown = personal[True].outcomes(rule="t.n").to_polars(["observed", "gap"])
    assert shown.rows() == [(3.25, 1.75)]


def test_a_due_day_told_by_a_personal_one_is_hidden(personal: dict[bool, er.Report]) -> None:
    due = {shown: {each.rule: each.due for each in report.violations} for shown, report in personal.items()}
    assert (due[False]["t.n"], due[False]["t.public"]) == ("***", "2002-01-01")
    assert due[True]["t.n"] == "2018-03-04"


def test_any_frame_gives_the_same_report(book: er.Rulebook) -> None:
    expected = run(book).to_json()
    frame = pl.DataFrame(ROWS)
    for data in (frame, frame.to_pandas(), frame.to_arrow()):
        assert er.evaluate(book, {"school": data}, as_of="2022-12-31").to_json() == expected


def test_a_rule_that_the_engine_refuses_is_failed_and_the_others_are_not(
    book: er.Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eduplan_rules.compiler import core

    broken = core.Core("None", lambda nw, *operands: nw.col("no such column"))
    monkeypatch.setitem(core.CORE, "le", broken)
    totals = run(book).totals
    assert totals["safety.guards-max"].failed is not None
    assert "no such column" in totals["safety.guards-max"].failed
    assert totals["safety.guards"].violated == 1


def test_nothing_delivered_is_an_error(book: er.Rulebook) -> None:
    with pytest.raises(er.DataError):
        er.evaluate(book, {"teacher": []}, as_of="2022-12-31")


def test_rules_about_tables_that_were_not_delivered_are_out_of_scope() -> None:
    text = BOOK.replace("rules:", "  county: {key: id, fields: {id: {type: text}}}\nrules:")
    text += "  - {id: county.there, for: county, require: 'id != \"x\"'}\n"
    report = er.evaluate(er.load_rulebook(Source("b.yaml", text)), {"school": ROWS}, as_of="2022-12-31")
    assert not report.totals["county.there"].in_scope
    assert report.scope == {"rules": 4, "without_data": ["county.there"]}


def test_facts_read_under_another_declaration_are_refused() -> None:
    def book(more: str) -> er.Rulebook:
        fields = "{sid: {type: text}, n: {type: integer" + more + "}}"
        rules = "rules: [{id: t.n, for: s, require: n > 0}]"
        return er.load_rulebook(
            Source("r.yaml", f"language: 1\nentities: {{s: {{key: sid, fields: {fields}}}}}\n{rules}")
        )

    facts = er.to_facts({"s": [{"sid": "A", "n": 200}]}, book(""))
    assert er.evaluate(book(""), facts, as_of="2022-12-31").totals["t.n"].satisfied == 1
    with pytest.raises(er.DataError, match="read under another declaration of s"):
        er.evaluate(book(", max: 100"), facts, as_of="2022-12-31")
