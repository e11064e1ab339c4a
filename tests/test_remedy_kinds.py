"""The law of remedies for every kind of sentence that one can be told in: generated rulebooks reach each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings

import eduplan_rules as er
from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.reports.explain.said import KINDS
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Source
from printed import Facts, read
from remedy_law import OPEN, hold, too_much
from remedy_rules import REACHED_BY, REQUIRES, Drawn, counties

AS_OF = date(2022, 12, 31)


@settings(max_examples=50)
@given(counties())
def test_it_holds_for_rules_as_plans_have_them(drawn: Drawn) -> None:
    require, text, facts = drawn
    book = er.load_rulebook(Source("rules.yaml", text))
    report = er.evaluate(book, facts, as_of=AS_OF, show_personal=True)
    for verdict in OPEN:
        for outcome in report.outcomes(verdict=verdict):
            remedies = report.explain(outcome).to_dict()["remedies"]
            wanted = REQUIRES[require]
            offered = {remedy["target"] for remedy in remedies}
            assert verdict != "violated" or not wanted or offered & set(wanted.split()), (text, facts, remedies)
            for remedy in remedies:
                hold(book, facts, AS_OF, outcome, remedy)


@cache
def offered(kind: str) -> tuple[Rulebook, Facts, Outcome, Mapping[str, Any]]:
    """A remedy in such a sentence, of a rule and facts that were drawn."""
    found: list[tuple[Rulebook, Facts, Outcome, Mapping[str, Any]]] = []

    def reached(drawn: Drawn) -> bool:
        _, text, facts = drawn
        book = er.load_rulebook(Source("rules.yaml", text))
        report = er.evaluate(book, facts, as_of=AS_OF, show_personal=kind != "hidden")
        for outcome in (each for verdict in OPEN for each in report.outcomes(verdict=verdict)):
            for remedy in report.explain(outcome).to_dict()["remedies"]:
                if kind in read(remedy, "en", book, facts).kinds:
                    found.append((book, facts, outcome, remedy))
                    return True
        return False

    once = settings(max_examples=500, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    find(counties((REACHED_BY[kind],)), reached, settings=once)
    return found[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_generated_rule_is_remedied_in_each_kind_of_sentence(kind: str) -> None:
    book, facts, outcome, remedy = offered(kind)
    if kind != "hidden":
        assert kind in hold(book, facts, AS_OF, outcome, remedy)


#: those that name a number or a day to come to, or how many rows
NUMBERED = [
    kind
    for kind, (english, _) in KINDS.items()
    if re.search(r"\{(to|limit|change|number|first|last)\}", english) and kind not in ("given", "instead", "given-text")
]


@pytest.mark.parametrize("kind", NUMBERED)
def test_a_remedy_that_asks_for_more_than_it_must_is_noticed(kind: str) -> None:
    book, facts, outcome, remedy = offered(kind)
    with pytest.raises(AssertionError):
        hold(book, facts, AS_OF, outcome, too_much(remedy, kind))


def test_every_kind_of_sentence_has_a_rule_that_leads_to_it() -> None:
    assert set(REACHED_BY) == set(KINDS)
    assert set(REACHED_BY.values()) <= set(REQUIRES)
