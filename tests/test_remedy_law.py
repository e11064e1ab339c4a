"""The law of remedies: applying one makes the rule satisfied, and any smaller change of the same does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eduplan_rules as er
from eduplan_rules.book import resolved_rulebook
from eduplan_rules.compiler.compile import compile_alone
from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Source
from pack import PACK
from remedies import applied, as_written, smaller
from strategies import City, cities, delivered

#: outcomes looked at of each verdict
_EACH = 4
#: rows that a note may tell
_FEW_ROWS = 100
OPEN = ("violated", "not_due", "unknown")
Facts = Mapping[str, Sequence[Mapping[str, Any]]]


def hold(book: Rulebook, facts: Facts, as_of: date, outcome: Outcome, remedy: Mapping[str, Any]) -> None:
    """Applied it satisfies, and so does what its text says in either language; less of it does not."""

    def verdict(changed: Facts) -> str | None:
        report = er.evaluate(book, changed, as_of=as_of, periods="all", keep="all", select=outcome.rule)
        return next((each.verdict for each in report.outcomes() if each.id == outcome.id), None)

    try:
        assert verdict(applied(facts, remedy["edits"], book)) == "satisfied"
        for language in ("en", "zh"):
            written = as_written(remedy, language)
            if written != remedy["edits"]:
                assert verdict(applied(facts, written, book)) == "satisfied", (language, written)
        for less in smaller(remedy, book):
            assert verdict(applied(facts, less, book)) != "satisfied", less
    except AssertionError as error:
        told = f"facts: {facts}" if sum(map(len, facts.values())) <= _FEW_ROWS else "facts: too many to tell"
        error.add_note(f"{outcome!r}\n{remedy}\nas_of: {as_of}\n{told}")
        raise


@settings(max_examples=20)
@given(cities())
def test_it_holds_for_whatever_is_offered(city: City) -> None:
    facts = delivered(city.facts)
    report = er.evaluate(city.book, facts, as_of=city.as_of, periods="all")
    for verdict in OPEN:
        for outcome in report.outcomes(verdict=verdict)[:_EACH]:
            for remedy in report.explain(outcome).to_dict()["remedies"]:
                hold(city.book, facts, city.as_of, outcome, remedy)


# rules as plans have them, about a county and its schools

ENTITIES = """
language: 1
entities:
  county:
    key: county_id
    fields: {county_id: {type: text}, money: {type: number}, budget: {type: number, lever: false},
             staff: {type: integer}, ready_on: {type: date, blank: none}, open: {type: boolean}}
  school:
    key: school_id
    belongs_to: {county: county_id}
    fields: {school_id: {type: text}, county_id: {type: text}, ok: {type: boolean}, score: {type: number},
             students: {type: integer}, kind: {type: choice, choices: [a, b]}, note: {type: text}}
parameters: {least: {value: 2}, due_day: {type: date, value: 2022-06-30}}
rules:
  - {id: t.rule, title: {zh: 规则, en: A rule}, for: county, require: REQUIRE}
"""
#: a requirement with two drawn numbers -> what must be offered, whenever it is violated and there are schools
REQUIRES: dict[str, str] = {
    "staff >= {n}": "fact",
    "money > {x} and staff <= 30": "",
    "money * 2 - staff / 4 >= {x}": "fact",
    "money / staff >= {x}": "",
    "ready_on is not missing and ready_on <= due_day": "fact",
    "open or staff >= {n}": "fact",
    "share(ok for school) >= {x} / 10": "",
    "share(score >= {x} for school where students > {n}) >= 80%": "",
    "share(not ok for school) <= 40%": "rows",
    "all(ok for school)": "rows",
    "all(ok and score >= {x} for school)": "rows",
    "any(ok and kind = 'a' for school)": "rows",
    "not any(ok for school)": "rows",
    "count(school where ok) >= {n}": "rows",
    "count(school where score >= {x}) <= 1": "rows",
    "count(school) >= {n}": "rows",
    "count(school where kind = 'b') <= 1": "rows",
    "sum(students for school) >= {n} * 10": "",
    "sum(students for school) < {n} + 5": "",
    "mean(score for school) >= {x}": "total",
    "mean(score for school weighted by students) >= {x}": "level fact",
    "cv(score for school) <= {x} / 10": "level fact",
    "cv(score for school weighted by students) <= {x} / 10": "level fact",
    "(cv(score for school) + cv(students for school)) / 2 <= {x} / 10": "",
    "min(score for school) >= {x}": "level fact",
    "min(students for school) >= {n} + 1 or open": "level fact",
    "min(score / students for school) >= {x}": "",
    "cv(score / (students + 1) for school) <= {x} / 10": "level fact",
    "median(students * 2 for school) >= {n}": "rows fact",
    "min(score for school where ok) <= {x}": "fact",
    "max(students for school) <= {n}": "level fact",
    "max(score for school) > {x}": "fact",
    "max(score for school) - min(score for school) <= {x}": "",
    "median(score for school) >= {x}": "rows fact",
    "median(students for school) <= {n}": "rows fact",
    "count_distinct(kind for school) >= 2": "rows",
    "count_distinct(kind, ok for school) >= {n}": "",
    "count_distinct(note for school where kind = 'a') >= {n}": "rows",
    "sum(students for school) / staff <= {n}": "",
    "staff >= 900 and money >= 900": "together",
    "money >= {x} + 34.123456789": "fact",
    "money <= {x} / 7 - 3": "fact",
    "money < {x} / 7 - 3": "fact",
    "money > {x} + 41.2": "fact",
    "money * 3 between [31.23456789, 31.2345679]": "fact",
    "money / budget >= {x} + 1 and staff / budget >= 9": "together",
    "sum(score for school) >= {x} * 7 + 1 / 3": "total",
    "min(score for school) >= {x} + 2 / 3": "level fact",
    "staff >= {n} + 30 and all(ok for school) and money <= {x} - 20": "",
}
numbers = st.sampled_from([0.0, 0.1, 1.5, 2.0, 4.75, 9.99, 33.3])


@st.composite
def counties(draw: Callable[..., Any]) -> tuple[str, str, dict[str, list[dict[str, Any]]]]:
    """A requirement, a rulebook of it, and facts that fit."""
    require = draw(st.sampled_from(list(REQUIRES)))
    written = require.format(n=draw(st.integers(0, 6)), x=draw(numbers)).replace("'", '"')
    schools = [
        {
            "school_id": f"S{number}",
            "county_id": "C1",
            "ok": draw(st.booleans()),
            "score": draw(numbers),
            "students": draw(st.integers(0, 9)),
            "kind": draw(st.sampled_from("ab")),
            "note": draw(st.sampled_from("xyz")),
        }
        for number in range(draw(st.integers(1, 6)))
    ]
    county = {
        "county_id": "C1",
        "money": draw(numbers),
        "budget": draw(st.sampled_from([1.0, 3.7])),
        "staff": draw(st.integers(0, 40)),
        "ready_on": draw(st.sampled_from([None, date(2022, 7, 1), date(2022, 6, 1)])),
        "open": draw(st.booleans()),
    }
    return require, ENTITIES.replace("REQUIRE", f"'{written}'"), {"county": [county], "school": schools}


@settings(max_examples=100)
@given(counties())
def test_it_holds_for_rules_as_plans_have_them(drawn: tuple[str, str, dict[str, list[dict[str, Any]]]]) -> None:
    require, text, facts = drawn
    book, as_of = er.load_rulebook(Source("rules.yaml", text)), date(2022, 12, 31)
    report = er.evaluate(book, facts, as_of=as_of)
    for outcome in report.outcomes(verdict="violated"):
        remedies = report.explain(outcome).to_dict()["remedies"]
        wanted = REQUIRES[require]
        offered = {remedy["target"] for remedy in remedies}
        assert not wanted or offered & set(wanted.split()), (text, facts, remedies)
        for remedy in remedies:
            hold(book, facts, as_of, outcome, remedy)


# the city


@pytest.fixture(scope="module")
def city(city_folder: Any) -> tuple[Rulebook, dict[str, list[dict[str, Any]]]]:
    """The pack, and the city's typed facts as lists of rows."""
    book = er.load_rulebook(PACK)
    facts: dict[str, list[dict[str, Any]]] = {}
    for name, table in er.read_facts(city_folder, book).tables.items():
        time = {} if table.entity.period is None else {"#p": str(table.entity.period.column)}
        frame = table.frame.select(column for column in table.frame.columns if column[0] != "#" or column in time)
        facts[name] = frame.rename(time).to_dicts()
    return book, facts


def read_by(rule: str, book: Rulebook) -> list[str]:
    """The tables that a rule reads."""
    resolved = resolved_rulebook(book)
    alone, _ = compile_alone(resolved.rules[rule], resolved)
    found, plans = {str(alone.plan.entity.id)}, [alone.plan]
    while plans:
        steps = plans.pop().steps
        found |= {str(step.plan.entity.id) for step in steps}
        plans += [step.plan for step in steps]
    return sorted(found)


RULES = (
    "safety.guards",
    "balance.quorum",
    "balance.class-size",
    "balance.training-funds",
    "finance.spending-grows",
    "finance.per-student-does-not-fall",
    "implementation.task-on-time",
    "inspection.body",
    "inspection.training-hours",
    "safety.alarm-coverage",
    "safety.hazards-overdue",
    "safety.law-vice-principal-hours",
    "surroundings.departments-attend",
    "balance.stages-reported",
    "inspection.opinion-sent",
)


@pytest.mark.parametrize("rule", RULES)
def test_it_holds_for_the_violations_of_the_city(
    rule: str, city: tuple[Rulebook, dict[str, list[dict[str, Any]]]]
) -> None:
    book, whole = city
    as_of = date(2022, 12, 31)
    facts = {name: whole[name] for name in read_by(rule, book)}
    report = er.evaluate(book, facts, as_of=as_of, select=rule)
    (outcome,) = report.violations[:1]
    remedies = report.explain(outcome).to_dict()["remedies"]
    assert remedies, outcome.message
    for remedy in remedies[:1]:
        hold(book, facts, as_of, outcome, remedy)
