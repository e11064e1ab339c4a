"""The checks of the rulebook written by hand in DuckDB SQL.

In: DuckDB tables `school` and `county`. Out: the violations, in the columns of `schools.COLUMNS`, as a Polars frame.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from schools import TOLERANCE, Check, Kind, checks

LESS, MORE = f"{1 - TOLERANCE!r}::DOUBLE", f"{1 + TOLERANCE!r}::DOUBLE"


def connect(school: pl.DataFrame) -> Any:
    """A connection that holds the school-years as a table of its own."""
    import duckdb

    connection = duckdb.connect()
    connection.register("delivered", school.to_arrow())
    connection.execute("CREATE TABLE school AS FROM delivered")
    connection.unregister("delivered")
    return connection


def duckdb_by_hand(kind: Kind, connection: Any) -> pl.DataFrame:
    """All questions of a kind as one union; what several of them read is worked out once."""
    asked: list[str] = []
    if kind in ("row", "all"):
        asked += [_row_query(check) for check in checks()]
    if kind in ("trend", "all"):
        connection.execute(PAIRS)
        asked += _trend_queries()
    if kind in ("group", "all"):
        connection.execute(COUNTY)
        asked += _group_queries()
    found: pl.DataFrame = connection.sql("\nUNION ALL\n".join(asked)).pl()
    return found


def duckdb_counts(connection: Any) -> dict[str, int]:
    """How many school-years break each row rule."""
    asked = ", ".join(f"count(*) FILTER ({_failing(each)})" for each in checks())
    return dict(
        zip((each.rule for each in checks()), connection.sql(f"SELECT {asked} FROM school").fetchall()[0], strict=True)
    )


PAIRS = """
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT now.school_id, now.year, now.spending, now.area, now.books, now.teachers,
       before.spending AS spending_before, before.area AS area_before,
       before.books AS books_before, before.teachers AS teachers_before
FROM school AS now JOIN school AS before ON before.school_id = now.school_id AND before.year = now.year - 1
"""

COUNTY = f"""
CREATE OR REPLACE TEMP TABLE sums AS
SELECT county_id, year,
       count(*) AS rows,
       count(*) FILTER (indicator_1 >= {LESS}) AS reaching,
       count(*) FILTER (indicator_1 IS NULL) AS undecided,
       avg(indicator_2) AS mean,
       count(*) FILTER (students > 2900) AS large,
       sum(teachers) / sum(students) * 100 AS ratio,
       sum(students) FILTER (indicator_3 IS NOT NULL) AS weight,
       sum(indicator_3 * students) / weight AS centre
FROM school GROUP BY county_id, year;
CREATE OR REPLACE TEMP TABLE counties AS
SELECT sums.*, sqrt(squares / weight) / abs(centre) * 100 AS cv
FROM sums JOIN (
    SELECT county_id, year, sum(students * (indicator_3 - centre) ** 2) AS squares
    FROM school JOIN sums USING (county_id, year) GROUP BY county_id, year
) USING (county_id, year)
"""


def _told(table: str, rule: str, failing: str, key: str, observed: str, required: str, gap: str) -> str:
    return (
        f"SELECT {key} AS key, year::VARCHAR AS period, '{rule}' AS rule, ({observed})::DOUBLE AS observed, "
        f"({required})::DOUBLE AS required, ({gap})::DOUBLE AS gap FROM {table} WHERE {failing}"
    )


def _observed(check: Check) -> str:
    return f"{check.field} / students" if check.per_student else check.field


def _failing(check: Check) -> str:
    return f"{_observed(check)} {'<' if check.sign == '>=' else '>'} {check.limit!r}::DOUBLE"


def _row_query(check: Check) -> str:
    observed, bound = _observed(check), f"{check.bound!r}::DOUBLE"
    gap = f"{bound} - {observed}" if check.sign == ">=" else f"{observed} - {bound}"
    return _told("school", check.rule, _failing(check), "school_id", observed, bound, gap)


def _trend_queries() -> list[str]:
    growth = "(spending - spending_before) / spending_before * 100"
    change = "teachers - teachers_before"
    asked = [
        ("spending-does-not-fall", f"spending < spending_before * {LESS}", "spending", "spending_before"),
        ("area-does-not-fall", f"area < area_before * {LESS}", "area", "area_before"),
        ("spending-keeps-up", f"spending_before > 0 AND {growth} < -2 * {MORE}", growth, "-2"),
        ("teachers-stay", f"{change} < -3", change, "-3"),
        ("books-are-kept", f"books < books_before * 0.9::DOUBLE * {LESS}", "books", "books_before * 0.9::DOUBLE"),
    ]
    return [
        _told("pairs", f"trend.{rule}", failing, "school_id", observed, required, f"({required}) - ({observed})")
        for rule, failing, observed, required in asked
    ]


def _group_queries() -> list[str]:
    share = "(reaching + undecided) / rows * 100"
    asked = [
        ("share-reaching", f"{share} < 90 * {LESS}", share, "90", -1),
        ("mean", f"mean < 5.8 * {LESS}", "mean", "5.8::DOUBLE", -1),
        ("spread", f"cv > 60 * {MORE}", "cv", "60", 1),
        ("large-schools", "large > 9", "large", "9", 1),
        ("teachers-per-student", f"ratio < 7.43 * {LESS}", "ratio", "7.43::DOUBLE", -1),
    ]
    return [
        _told(
            "counties",
            f"group.{rule}",
            failing,
            "county_id",
            observed,
            required,
            f"{sign} * (({observed}) - {required})",
        )
        for rule, failing, observed, required, sign in asked
    ]
