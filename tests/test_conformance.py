"""Every engine gives the records that Polars gives in memory: on the corpus of the language and on generated rulebooks.

A small share of what `benchmarks/conformance.py` runs and `docs/conformance.md` tells.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import eduplan_rules as er
from corpus import Case, case_book, read_cases
from eduplan_rules.tools.trial import read_rows
from engines import ENGINES, Frames, differences, needs_spark, run, spark_only, typed_frames
from strategies import City, cities, delivered

HERE = Path(__file__).parent
FILES = sorted(path for path in (HERE / "cases").glob("*.yaml") if not path.name.startswith("design-example"))
#: of how many cases one is tried here
SHARES = {"polars-lazy": 8, "duckdb": 40, "spark": 197}
needs_duckdb = pytest.mark.skipif(find_spec("duckdb") is None, reason="duckdb is not installed (extra `duckdb`)")
MARKS: dict[str, Any] = {"polars-lazy": [], "duckdb": [needs_duckdb], "spark": needs_spark}


def frames_of(case: Case) -> tuple[er.Rulebook, Frames] | None:
    """The rules of a case and its rows as typed frames; None where there are none to judge."""
    book, diagnostics = case_book(case, None)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return None
    frames = typed_frames(read_rows(case, book))
    return (book, frames) if frames else None


def shares() -> list[object]:
    cases = [(path, case) for path in FILES for case in read_cases(path)]
    return [
        pytest.param(engine, case, id=f"{engine}: {path.stem}: {case.name}", marks=MARKS[engine])
        for engine, share in SHARES.items()
        for path, case in cases[::share]
    ]


@pytest.mark.parametrize(("engine", "case"), shares())
def test_an_engine_gives_the_records_of_a_case(engine: str, case: Case) -> None:
    found = frames_of(case)
    if found is None:
        return
    book, frames = found
    asked = {"as_of": case.as_of, "periods": str(case.periods), "show_personal": case.show_personal}
    expected = run(book, frames, **asked)
    assert differences(expected, run(book, ENGINES[engine](frames), **asked)) == []


def same_records(city: City, engine: str) -> None:
    frames = typed_frames(er.to_facts(delivered(city.facts), city.book))
    if not frames:
        return
    expected = run(city.book, frames, as_of=city.as_of, periods="all")
    found = run(city.book, ENGINES[engine](frames), as_of=city.as_of, periods="all")
    assert differences(expected, found) == [], f"{city.text}\nas_of: {city.as_of}\nfacts: {dict(city.facts)}"


@settings(max_examples=20)
@given(cities())
def test_lazy_frames_give_the_records_of_generated_rulebooks(city: City) -> None:
    same_records(city, "polars-lazy")


@needs_duckdb
@settings(max_examples=4)
@given(cities())
def test_duckdb_gives_the_records_of_generated_rulebooks(city: City) -> None:
    same_records(city, "duckdb")


@spark_only
@settings(max_examples=1)
@given(cities())
def test_spark_gives_the_records_of_a_generated_rulebook(city: City) -> None:
    same_records(city, "spark")
