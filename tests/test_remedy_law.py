"""The law of remedies: applying one makes the rule satisfied, and any smaller change of the same does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

import eduplan_rules as er
from eduplan_rules.book import resolved_rulebook
from eduplan_rules.compiler.compile import compile_alone
from eduplan_rules.rulebook.model import Rulebook
from pack import PACK
from remedy_law import OPEN, hold
from strategies import City, cities, delivered

#: outcomes looked at of each verdict
_EACH = 4


@settings(max_examples=20)
@given(cities())
def test_it_holds_for_whatever_is_offered(city: City) -> None:
    facts = delivered(city.facts)
    report = er.evaluate(city.book, facts, as_of=city.as_of, periods="all")
    for verdict in OPEN:
        for outcome in report.outcomes(verdict=verdict)[:_EACH]:
            for remedy in report.explain(outcome).to_dict()["remedies"]:
                hold(city.book, facts, city.as_of, outcome, remedy)


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
