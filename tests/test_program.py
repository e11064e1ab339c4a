"""Rulebooks compiled: the same program again, and in part where only some entities have rows."""

import polars as pl
import pytest

import eduplan_rules as er
from eduplan_rules.book import keep_resolved, resolved_rulebook
from eduplan_rules.program import compiled_program
from eduplan_rules.source import Source

BOOK = """
language: 1
entities:
  school:
    key: id
    period: year
    fields:
      id: {type: text}
      students: {type: integer, min: 0}
      places: {type: number}
  county:
    key: id
    period: year
    fields:
      id: {type: text}
      budget: {type: number}
rules:
  - {id: size.places, for: school, require: places / students >= 1}
  - {id: money.budget, for: county, require: budget >= 3}
"""


@pytest.fixture
def book() -> er.Rulebook:
    return er.load_rulebook(Source("book.yaml", BOOK))


def test_a_rulebook_is_compiled_once(book: er.Rulebook) -> None:
    whole = compiled_program(book)
    assert compiled_program(book) is whole
    assert compiled_program(book, ["school"]) is whole


def test_in_part_only_rules_about_these_entities_can_run(book: er.Rulebook) -> None:
    part = compiled_program(book, ["school"])
    assert compiled_program(book, ["school"]) is part
    assert [bool(rule.parts) for rule in part.rules.values()] == [True, False]
    assert [rule.parts != () for rule in compiled_program(book, ["county"]).rules.values()] == [False, True]
    assert all(rule.parts for rule in compiled_program(book).rules.values())


def test_what_is_resolved_anew_is_compiled_anew(book: er.Rulebook) -> None:
    whole = compiled_program(book)
    keep_resolved(resolved_rulebook(book))
    assert compiled_program(book) is whole
    copy = book.model_copy()
    assert compiled_program(copy) is not whole


def test_tables_that_come_later_are_judged(book: er.Rulebook) -> None:
    schools = [{"id": "a", "year": 2022, "students": 2, "places": 1.0}]
    counties = [{"id": "b", "year": 2022, "budget": 1.0}]
    first = er.evaluate(book, {"school": schools}, as_of="2022-12-31")
    assert [totals.in_scope for totals in first.totals.values()] == [False, True]
    assert {violation.rule for violation in first.violations} == {"size.places"}
    both = er.evaluate(book, {"school": schools, "county": counties}, as_of="2022-12-31")
    assert {violation.rule for violation in both.violations} == {"size.places", "money.budget"}


@pytest.mark.parametrize("rows", [1, 3, 2000])
@pytest.mark.parametrize("divisor", [pl.lit(49), pl.lit(49.0).cast(pl.Int64), pl.lit(0), pl.lit(None, pl.Int64)])
def test_a_quotient_by_a_column_of_one_value_is_exact(book: er.Rulebook, rows: int, divisor: pl.Expr) -> None:
    frame = pl.DataFrame({"id": [f"{number:04}" for number in range(rows)], "places": [49.0] * rows})
    frame = frame.with_columns(divisor.alias("students"), pl.lit(2022).alias("year"))
    report = er.evaluate(book, {"school": frame}, as_of="2022-12-31", keep="all")
    observed = report.outcomes().to_polars(["observed"]).to_series().unique().to_list()
    known = frame["students"][0] == 49
    assert observed == [1.0 if known else None]
    totals = report.totals["size.places"]
    assert (totals.satisfied, totals.unknown) == ((rows, 0) if known else (0, rows))
