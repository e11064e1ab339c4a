"""Clean columns: what is taken as it came is what reading it cell by cell would have made of it."""

import math
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.source import Source
from eduplan_rules.tables.cells import beyond, read_column
from eduplan_rules.tables.clean import clean_columns
from eduplan_rules.tables.facts import to_facts

BOOK = read_rulebook(
    Source(
        "rules.yaml",
        """
entities:
  row:
    key: id
    period: year
    fields:
      id: {type: text}
      size: {type: integer}
      guards: {type: integer, min: 0, max: 500}
      ratio: {type: number}
      share: {type: number, min: 0, max: 1}
      alarm: {type: boolean}
      day: {type: date}
      stage: {type: choice, choices: {primary: 小学, junior: 初中}}
""",
    )
)[0]
FIELDS = BOOK.entities["row"].fields

TEXTS = st.sampled_from([None, "", "A", "A", "B", " A", "A\n", "\u3000A", "primary", "junior", "小学", "x"])
#: what a feed of texts writes for numbers, days and yes
NUMERALS = [
    "",
    " 3",
    "12",
    "1.50",
    "1e3",
    "-0",
    "-0.0",
    "501",
    "9007199254740992",
    "1e400",
    "nan",
    "inf",
    "1,200",
    "95%",
]
DATED = ["2022-05-10", " 2022-05-10", "2022-5-10", "0000-01-01", "2022-02-30", "2022/5/10", "20220510"]
WRITTEN = st.sampled_from([None, *NUMERALS, *DATED, "是", "TRUE", "no"])
INTEGERS = st.sampled_from([None, 0, 1, -1, 500, 501, 2**53 - 1, 2**53, -(2**53), 2**63 - 1])
NUMBERS = st.sampled_from(
    [None, 0.0, -0.0, 0.5, 1.0, 1.5, -1.0, math.nan, math.inf, -math.inf, 2.0**53, sys.float_info.max, 5e-324]
)
DAYS = st.sampled_from([None, 0, 1, -719162, -719163, 2932896, 2932897])


def values(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(cells, max_size=4)


COLUMNS = st.one_of(
    values(TEXTS).map(lambda cells: pl.Series(cells, dtype=pl.String)),
    values(WRITTEN).map(lambda cells: pl.Series(cells, dtype=pl.String)),
    values(INTEGERS).map(lambda cells: pl.Series(cells, dtype=pl.Int64)),
    values(st.sampled_from([None, 0, 1, 255])).map(lambda cells: pl.Series(cells, dtype=pl.UInt8)),
    values(st.sampled_from([None, 0, 2**64 - 1])).map(lambda cells: pl.Series(cells, dtype=pl.UInt64)),
    values(NUMBERS).map(lambda cells: pl.Series(cells, dtype=pl.Float64)),
    values(st.sampled_from([None, 1.5, 2.0, math.nan])).map(lambda cells: pl.Series(cells, dtype=pl.Float32)),
    values(st.sampled_from([None, True, False])).map(lambda cells: pl.Series(cells, dtype=pl.Boolean)),
    values(DAYS).map(lambda cells: pl.Series(cells, dtype=pl.Int32).cast(pl.Date)),
)


def written(series: pl.Series) -> Sequence[str]:
    """The cells with the sign of a zero and the difference of equal numbers of two types."""
    return [repr(value) for value in series.to_list()]


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(sorted(FIELDS)), COLUMNS)
def test_a_clean_column_is_as_reading_would_make_it(name: str, column: pl.Series) -> None:
    field = FIELDS[name]
    clean = clean_columns([(field, column)]).columns.get(name)
    if clean is not None:
        read = read_column(field, column)
        assert (clean.dtype, clean.name, written(clean)) == (read.values.dtype, name, written(read.values))
        assert (read.faults, beyond(field, read.values)) == ((), None)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("id", pl.Series(["A", "A", "B C", None])),
        ("size", pl.Series([1, None, -(2**53) + 1])),
        ("size", pl.Series([1, 255], dtype=pl.UInt8)),
        ("size", pl.Series([1.0, None, -0.0])),
        ("guards", pl.Series([0, 500])),
        ("ratio", pl.Series([0.0, -1.5, None])),
        ("ratio", pl.Series([1, 2])),
        ("share", pl.Series([0.0, 1.0])),
        ("share", pl.Series([None, None], dtype=pl.Float64)),
        ("alarm", pl.Series([True, None])),
        ("day", pl.Series([date.min, date.max])),
        ("stage", pl.Series(["junior", None, "primary"])),
        ("stage", pl.Series([], dtype=pl.String)),
        ("id", pl.Series(["A", " A", ""])),
        ("size", pl.Series(["12", "", " 3 "])),
        ("ratio", pl.Series(["1.5", "-0"])),
        ("alarm", pl.Series(["是", "No", None])),
        ("day", pl.Series(["2022-05-10", ""])),
        ("stage", pl.Series(["小学", "junior"])),
    ],
)
def test_what_needs_no_reading_is_clean(name: str, column: pl.Series) -> None:
    assert list(clean_columns([(FIELDS[name], column)]).columns) == [name]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("id", pl.Series([1])),
        ("size", pl.Series(["12", "x"])),
        ("size", pl.Series(["12.5"])),
        ("size", pl.Series(["9007199254740992"])),
        ("guards", pl.Series(["501"])),
        ("ratio", pl.Series(["95%"])),
        ("ratio", pl.Series(["1,200"])),
        ("ratio", pl.Series(["inf"])),
        ("day", pl.Series(["2022-5-10"])),
        ("day", pl.Series(["0000-01-01"])),
        ("size", pl.Series([2**53])),
        ("size", pl.Series([1.5])),
        ("size", pl.Series([math.nan])),
        ("guards", pl.Series([-1])),
        ("ratio", pl.Series([1.0, -0.0])),
        ("ratio", pl.Series([math.inf, -math.inf])),
        ("ratio", pl.Series([0.0, math.nan])),
        ("share", pl.Series([1.5])),
        ("day", pl.Series([-719163], dtype=pl.Int32).cast(pl.Date)),
        ("stage", pl.Series(["高中"])),
    ],
)
def test_what_the_door_would_change_is_not_clean(name: str, column: pl.Series) -> None:
    assert clean_columns([(FIELDS[name], column)]).columns == {}


@settings(deadline=None)
@given(st.lists(st.sampled_from([2021, 2022, 3000, 1, 0, -5, 10_000, None]), min_size=1, max_size=6))
def test_periods_are_read_alike_from_integers_and_texts(years: list[int | None]) -> None:
    keys = [f"K{number}" for number in range(len(years))]
    texts = [None if year is None else str(year) for year in years]
    one, other = (
        to_facts({"row": pl.DataFrame({"id": keys, "year": column})}, BOOK)
        for column in (pl.Series(years, dtype=pl.Int64), pl.Series(texts, dtype=pl.String))
    )
    assert one.findings == other.findings
    assert one.digest() == other.digest()
    if one.tables:
        spans = [each.tables["row"].frame.select("id", "#p", "#start", "#end").rows() for each in (one, other)]
        assert spans[0] == spans[1]


def test_distant_periods_are_read_one_by_one() -> None:
    facts = to_facts({"row": pl.DataFrame({"id": ["A", "B"], "year": [1000, 9998]})}, BOOK)
    assert facts.tables["row"].frame.select("#p", "#end").rows() == [
        (1000, date(1000, 12, 31)),
        (9998, date(9998, 12, 31)),
    ]


@settings(deadline=None)
@given(st.data(), st.lists(st.tuples(st.sampled_from("AB"), st.integers(2020, 2022)), min_size=1, max_size=6))
def test_rows_come_sorted_by_key_and_period(data: st.DataObject, rows: list[tuple[str, int]]) -> None:
    frame = pl.DataFrame(rows, schema={"id": pl.String, "year": pl.Int64}, orient="row")
    facts = to_facts({"row": data.draw(st.permutations(frame.rows(named=True)))}, BOOK)
    assert facts.tables["row"].frame.select("id", "#p").rows() == sorted(set(rows))
