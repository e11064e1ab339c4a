"""The order of rows: as a sort that keeps rows of one key as they came, whatever keys look like."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eduplan_rules as er
from eduplan_rules.source import Source
from eduplan_rules.tables.order import in_order_of

#: keys of digits, some of which are the same number, and others
KEYS = st.one_of(
    st.text("0123456789", min_size=3, max_size=3),
    st.sampled_from(["+1", "01", "-1", "1", "001", "9" * 19, "0" * 18 + "1", "甲", "乙", "a", "B", "1.0", "1e1"]),
)
ROWS = st.lists(
    st.tuples(
        KEYS,
        st.sampled_from([2020, 2021, 2022, -(2**62), 2**62]),
        st.integers(0, 3).map(lambda days: date(2022, 1, 1) + timedelta(days)),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=300)
@given(ROWS, st.sampled_from([["key"], ["key", "#p"], ["key", "day", "#p"], ["#p", "key"]]))
def test_rows_come_in_order_of_their_identity(rows: list[tuple[str, int, date]], identity: list[str]) -> None:
    frame = pl.DataFrame(rows, schema={"key": pl.String, "#p": pl.Int64, "day": pl.Date}, orient="row")
    frame = frame.with_row_index("came")
    ordered, repeated = in_order_of(frame, identity)
    assert ordered.equals(frame.sort(identity, maintain_order=True))
    places = ordered.select(identity).rows()
    again = [one == other for one, other in zip(places, [None, *places], strict=False)]
    assert (repeated is None) == (not any(again))
    if repeated is not None:
        assert repeated.to_list() == again


BOOK = """
language: 1
entities:
  school:
    key: [county, id]
    period: year
    fields:
      county: {type: text}
      id: {type: text}
      places: {type: integer}
rules:
  - {id: places.kept, for: school, require: places >= previous(places)}
  - {id: places.kept-twice, for: school, require: places >= previous(previous(places))}
"""
HISTORIES = st.dictionaries(
    st.tuples(st.sampled_from(["01", "1", "a"]), st.sampled_from(["7", "07", "b"])),
    st.dictionaries(st.integers(2018, 2022), st.one_of(st.none(), st.integers(0, 3)), min_size=1),
    min_size=1,
)


@pytest.fixture(scope="module")
def book() -> er.Rulebook:
    return er.load_rulebook(Source("book.yaml", BOOK))


@settings(deadline=None, max_examples=60)
@given(histories=HISTORIES, periods=st.sampled_from(["all", "latest", "2020..2021"]), data=st.data())
def test_the_period_before_is_found_whichever_rows_are_judged(
    book: er.Rulebook,
    histories: dict[tuple[str, str], dict[int, int | None]],
    periods: str,
    data: st.DataObject,
) -> None:
    rows = [
        {"county": county, "id": name, "year": year, "places": places}
        for (county, name), years in histories.items()
        for year, places in years.items()
    ]
    report = er.evaluate(
        book, {"school": data.draw(st.permutations(rows))}, as_of="2022-12-31", periods=periods, keep="all"
    )
    for outcome in report.outcomes():
        county, name = outcome.subject["key"]
        years = histories[county, name]
        year = int(outcome.period or 0)
        back = 1 if outcome.rule == "places.kept" else 2
        # two years back there must be a row between
        reached = all(year - step in years for step in range(1, back + 1))
        now, then = years[year], years[year - back] if reached else None
        expected = "unknown" if now is None or then is None else "satisfied" if now >= then else "violated"
        assert outcome.verdict == expected


PARENTS = """
language: 1
entities:
  county:
    key: id
    period: year
    fields:
      id: {type: text}
      least: {type: integer}
  school:
    key: id
    period: year
    belongs_to: {county: county}
    fields:
      id: {type: text}
      county: {type: text}
      places: {type: integer}
rules:
  - {id: places.enough, for: school, require: places >= county.least}
  - {id: places.kept, for: school, require: places >= previous(places)}
  - {id: places.kept-by-county, for: school, require: places >= previous(county.least)}
"""


@pytest.mark.parametrize(("schools", "others"), [(10, 7), (10_000, 501), (20_000, 50_000)])
def test_the_period_before_is_found_beside_rows_of_others(schools: int, others: int) -> None:
    years = range(2020, 2023)
    county = {f"{school:05}": school * 7919 % others for school in range(schools)}
    places = {(name, year): int(name) * 31 % 97 + year % 3 for name in county for year in years}
    least = {name: number % 97 for name, number in county.items()}
    report = er.evaluate(
        er.load_rulebook(Source("book.yaml", PARENTS)),
        {
            "school": pl.DataFrame(
                [(name, f"c{county[name]}", year, number) for (name, year), number in places.items()],
                schema=["id", "county", "year", "places"],
                orient="row",
            ),
            "county": pl.DataFrame(
                [(f"c{number}", year, number % 97) for number in range(others) for year in years],
                schema=["id", "year", "least"],
                orient="row",
            ),
        },
        as_of="2022-12-31",
        periods="all",
    )
    failed = {
        "places.enough": {each for each, number in places.items() if number < least[each[0]]},
        "places.kept": {each for each, number in places.items() if number < places.get((each[0], each[1] - 1), 0)},
        "places.kept-by-county": {
            each for each, number in places.items() if each[1] > 2020 and number < least[each[0]]
        },
    }
    found = report.violations.to_polars(["rule", "key", "period"])
    for rule, expected in failed.items():
        told = found.filter(pl.col("rule") == rule).select("key", pl.col("period").cast(pl.Int64)).rows()
        assert set(told) == expected
