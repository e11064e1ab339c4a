"""The reference, Polars and the compiled Python give the same outcomes on generated rulebooks and facts."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

import eduplan_rules as er
from eduplan_rules.engine.outcome import VERDICTS, Outcome
from eduplan_rules.engine.record import in_order, record_function, walk_function
from eduplan_rules.reports.report import Report
from strategies import City, cities, delivered, mangled_cities
from verdicts import Judged, judge

DECIDED = ("satisfied", "violated", "not_due", "not_applicable")
NUMBERS = ("observed", "observed_other", "required", "gap")


def evaluate(city: City) -> Report:
    return er.evaluate(city.book, delivered(city.facts), as_of=city.as_of, periods="all", keep="all")


def close(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6 if abs(one) > 1e3 else 1e-9)


def told(city: City) -> str:
    return f"{city.text}\nas_of: {city.as_of}\nfacts: {dict(city.facts)}"


def agree(expected: Judged, row: dict[str, Any]) -> None:
    """The verdict, and the numbers where DESIGN says which."""
    assert row["verdict"] == expected.verdict, expected
    if expected.numbers:
        wanted = dict(zip(NUMBERS, (expected.observed, expected.other, expected.required, expected.gap), strict=True))
        assert {name: row[name] for name in NUMBERS if not close(wanted[name], row[name])} == {}, (expected, row)


@given(cities())
def test_polars_gives_the_outcomes_of_the_reference(city: City) -> None:
    same_outcomes(city)


@given(mangled_cities())
def test_rules_that_nobody_would_write_agree_too(city: City) -> None:
    same_outcomes(city)


def same_outcomes(city: City) -> None:
    report = evaluate(city)
    expected = judge(city.resolved, city.facts, city.as_of)
    assert {name: total.failed for name, total in report.totals.items() if total.failed} == {}, told(city)
    for name, outcomes in expected.items():
        rows = report.outcomes(rule=name).to_polars().to_dicts()
        found = {(row["key"], row["period"], index): row for index, row in enumerate(sorted(rows, key=identity))}
        wanted = {
            (" / ".join(each.key), each.period, index): each
            for index, each in enumerate(sorted(outcomes, key=lambda each: (" / ".join(each.key), each.period or "")))
        }
        assert found.keys() == wanted.keys(), told(city)
        for key, each in wanted.items():
            try:
                agree(each, found[key])
            except AssertionError as error:
                error.add_note(told(city))
                raise


def identity(row: dict[str, Any]) -> tuple[str, str]:
    return row["key"], row["period"] or ""


@given(cities())
def test_compiled_python_gives_the_verdicts_of_polars(city: City) -> None:
    report = evaluate(city)
    for result in report.results.values():
        if result.subjects is None or result.kept is None:
            continue
        rule, kept = result.rule, result.kept
        nodes = [rule.satisfied, rule.violated, rule.not_due, rule.not_applicable, rule.observed, rule.gap]
        decide = record_function(nodes, city.as_of, report.program.parameters)
        walk = walk_function(nodes, city.as_of, report.program.parameters)
        columns = {node.value: node.kind for node in in_order(nodes) if node.op == "column"}
        rows = result.subjects.rows(kept.frame["#i"], columns | {"#row": None})
        for row, *frame in zip(rows, *map(kept.series, ("verdict", "observed", "gap")), strict=True):
            *held, observed, gap = decide(row)
            try:
                assert repr(walk(row)) == repr((*held, observed, gap))
                assert held == [VERDICTS[frame[0]] == name for name in DECIDED]
                assert close(observed, frame[1])
                assert close(gap, frame[2])
            except AssertionError as error:
                error.add_note(f"{row}\n{frame}\n{told(city)}")
                raise


@given(cities())
def test_records_say_what_the_columns_say(city: City) -> None:
    report = evaluate(city)
    outcomes = report.outcomes()
    for outcome, row in zip(outcomes, outcomes.to_polars().iter_rows(named=True), strict=True):
        try:
            same_record(outcome, row)
        except AssertionError as error:
            error.add_note(told(city))
            raise


def same_record(outcome: Outcome, row: dict[str, Any]) -> None:
    record = outcome.to_dict()
    plain = ("rule", "severity", "verdict", "period", "strict", "provisional", "unverified", "unit")
    assert {name: record[name] for name in plain} == {name: row[name] for name in plain}
    assert " / ".join(record["subject"]["key"]) == row["key"]
    for name in NUMBERS:
        if record[name] is None or (isinstance(record[name], int | float) and not isinstance(record[name], bool)):
            assert close(record[name], row[name]), (name, record[name], row[name])
    assert bool(record["missing"]) or record["verdict"] != "unknown", record
