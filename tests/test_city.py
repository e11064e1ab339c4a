"""The synthetic city: the same on every run, and what is planted in it is what a check finds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import eduplan_rules as er
from city import CITY, make_city

ROOT = Path(__file__).resolve().parent.parent
VERDICTS = ("satisfied", "violated", "unknown", "not_due", "not_applicable")
RENEW = "renew it with `python examples/city/make.py --expect`, and read what changed"


@pytest.fixture(scope="session")
def book() -> er.Rulebook:
    return er.load_rulebook(ROOT / "rules")


@pytest.fixture(scope="session")
def report(city_folder: Path, book: er.Rulebook) -> er.Report:
    return er.evaluate(book, er.read_facts(city_folder, book), as_of="2022-12-31")


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CITY / "expected.json").read_text("utf-8"))
    return content


@pytest.fixture(scope="session")
def table() -> Iterator[Any]:
    """The module in which everything planted is listed."""
    sys.path.insert(0, str(CITY))
    yield import_module("synthetic.planted")
    sys.path.remove(str(CITY))


@pytest.fixture(scope="session")
def planted(table: Any) -> dict[str, dict[str, set[str]]]:
    """Verdict -> rule -> subjects."""
    found: dict[str, dict[str, set[str]]] = table.plant(import_module("synthetic.whole").faultless())
    return found


def subjects(report: er.Report, book: er.Rulebook, verdict: str) -> dict[str, set[str]]:
    """Subjects by rule, written as in the table of what is planted."""
    found: dict[str, set[str]] = {}
    for outcome in report.outcomes(verdict=verdict):
        key = "/".join(outcome.subject["key"])
        every = book.rules[outcome.rule].every
        found.setdefault(outcome.rule, set()).add(key if every is None else f"{key}@{outcome.period}")
    return found


def test_the_city_is_made_the_same_every_time(city_folder: Path, tmp_path: Path) -> None:
    again = make_city(tmp_path / "again")
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in city_folder.iterdir()
    }


def test_every_table_of_the_rules_is_delivered(city_folder: Path, book: er.Rulebook) -> None:
    facts = er.read_facts(city_folder, book)
    assert sorted(facts.tables) == sorted(map(str, book.entities))


def test_totals_are_those_of_the_golden_file(report: er.Report, expected: dict[str, Any]) -> None:
    doubtful = [outcome.rule for outcome in report.violations if outcome.unverified]
    found = {
        rule: {
            **{name: getattr(total, name) for name in VERDICTS},
            "severity": report.book.rules[rule].severity,
            "unverified": doubtful.count(rule),
        }
        for rule, total in report.totals.items()
    }
    assert found == expected["rules"], RENEW


def test_findings_are_those_of_the_golden_file(report: er.Report, expected: dict[str, Any]) -> None:
    found: dict[str, int] = {}
    for finding in report.findings:
        found[finding.code] = found.get(finding.code, 0) + finding.count
    assert found == expected["findings"], RENEW


@pytest.mark.parametrize("verdict", ["violated", "unknown"])
def test_a_check_finds_what_is_planted_and_nothing_else(
    report: er.Report, book: er.Rulebook, planted: dict[str, dict[str, set[str]]], verdict: str
) -> None:
    assert subjects(report, book, verdict) == planted[verdict]


def test_what_is_planted_as_not_due_is_not_due(
    report: er.Report, book: er.Rulebook, planted: dict[str, dict[str, set[str]]]
) -> None:
    found = subjects(report, book, "not_due")
    assert {rule for rule, names in planted["not_due"].items() if not names <= found.get(rule, set())} == set()


def test_something_is_planted_for_every_rule_that_can_be_violated(
    report: er.Report, book: er.Rulebook, planted: dict[str, dict[str, set[str]]], table: Any
) -> None:
    telling = {rule for rule in report.totals if book.rules[rule].severity != "info"}
    assert telling - set(planted["violated"]) == table.DUE_LATER | table.BEGIN_LATER


def test_rules_that_are_due_later_have_outcomes_that_are_not_due(report: er.Report, table: Any) -> None:
    assert {rule for rule in table.DUE_LATER if not report.totals[rule].not_due} == set()


def test_every_rule_that_speaks_about_someone_is_kept_by_most(report: er.Report, table: Any) -> None:
    kept = {rule for rule, total in report.totals.items() if total.satisfied}
    assert set(report.totals) - kept == table.BEGIN_LATER
    totals = list(report.totals.values())
    satisfied, violated = (sum(getattr(total, name) for total in totals) for name in ("satisfied", "violated"))
    assert satisfied > 50 * violated


def test_in_the_last_year_what_is_due_with_the_plan_is_found_and_nothing_else(
    tmp_path: Path, book: er.Rulebook, table: Any
) -> None:
    later = sorted(table.DUE_LATER | table.BEGIN_LATER)
    whole, last = import_module("synthetic.whole"), import_module("synthetic.last_year")
    whole.make_last_year(tmp_path)
    _, wanted = last.last_year(whole.faultless())
    found = er.evaluate(book, er.read_facts(tmp_path, book), as_of=last.LAST_DAY, select=later)
    assert sorted(wanted) == later
    assert subjects(found, book, "violated") == wanted
    assert len(found.outcomes(verdict="unknown")) == len(found.outcomes(verdict="not_due")) == 0
