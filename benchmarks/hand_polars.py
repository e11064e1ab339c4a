"""The checks of the rulebook written by hand, once in Polars and once in DuckDB SQL: the limit to measure against.

In: the frames of `schools`. Out: the violations, in the columns of `schools.COLUMNS`. Nothing is worked out that is not
in the answer: no unknown verdicts, no findings, no totals.
"""

from __future__ import annotations

import polars as pl
from schools import FIELDS, TOLERANCE, Check, Kind, checks

LESS, MORE = 1 - TOLERANCE, 1 + TOLERANCE


def polars_by_hand(kind: Kind, school: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """All queries of a kind, handed to Polars in one go."""
    lazy, queries = school.lazy(), list[pl.LazyFrame]()
    if kind in ("row", "all"):
        queries += [_row_query(lazy, check) for check in checks()]
    if kind in ("trend", "all"):
        queries += _trend_queries(lazy)
    if kind in ("group", "all"):
        queries += _group_queries(lazy)
    return pl.concat(pl.collect_all(queries))


def polars_counts(school: pl.DataFrame) -> dict[str, int]:
    """How many school-years break each row rule."""
    return school.lazy().select(_failing(each).sum().alias(each.rule) for each in checks()).collect().row(0, named=True)


def polars_checked_by_hand(kind: Kind, school: pl.DataFrame, county: pl.DataFrame) -> pl.DataFrame:
    """The same, after the checks of the contract by hand; raise ValueError for data that break it.

    Declared types; keys that are there, bare and unique in a year; years that are years; whole numbers not negative and
    exact as real numbers; finite numbers; counties that are there; and how many cells of each column are empty.
    """
    types = {"text": pl.String, "integer": pl.Int64, "number": pl.Float64}
    declared = {**{name: types[told] for name, told in FIELDS.items()}, "year": pl.Int64}
    if dict(school.schema) != declared or dict(county.schema) != {"county_id": pl.String, "year": pl.Int64}:
        raise ValueError(school.schema)
    numbers, whole = ([name for name, told in FIELDS.items() if told == of] for of in ("number", "integer"))
    at_school, at_county = school.lazy(), county.lazy()
    link = ["county_id", "year"]
    found = pl.collect_all(
        [
            at_school.select(
                _keys("school_id"),
                _years(),
                *((pl.col(name).min() >= 0) & (pl.col(name).max() < 2**53) for name in whole),
            ),
            at_school.select(pl.all_horizontal(pl.col(numbers).is_finite().all())),
            at_county.select(_keys("county_id"), _years()),
            at_school.select(pl.struct("school_id", "year").n_unique() == pl.len()),
            at_county.select(pl.struct(link).n_unique() == pl.len()),
            at_school.select(link).unique().join(at_county, on=link, how="anti").select(pl.len() == 0),
        ]
    )
    if not all(value for frame in found for value in frame.row(0)):
        raise ValueError(found)
    school.null_count(), county.null_count()
    return polars_by_hand(kind, school)


def _keys(name: str) -> pl.Expr:
    key = pl.col(name)
    return (key.is_not_null() & (key.str.strip_chars() == key) & (key != "")).all()


def _years() -> pl.Expr:
    year = pl.col("year")
    return year.is_not_null().all() & (year.min() >= 1) & (year.max() <= 9998)


def _told(
    lazy: pl.LazyFrame, rule: str, failing: pl.Expr, key: str, observed: pl.Expr, required: pl.Expr, gap: pl.Expr
) -> pl.LazyFrame:
    return lazy.filter(failing).select(
        key=pl.col(key),
        period=pl.col("year").cast(pl.String),
        rule=pl.lit(rule),
        observed=observed.cast(pl.Float64),
        required=required.cast(pl.Float64),
        gap=gap.cast(pl.Float64),
    )


def _observed(check: Check) -> pl.Expr:
    return pl.col(check.field) / pl.col("students") if check.per_student else pl.col(check.field)


def _failing(check: Check) -> pl.Expr:
    return _observed(check) < check.limit if check.sign == ">=" else _observed(check) > check.limit


def _row_query(lazy: pl.LazyFrame, check: Check) -> pl.LazyFrame:
    observed, bound = _observed(check), pl.lit(check.bound)
    gap = bound - observed if check.sign == ">=" else observed - bound
    return _told(lazy, check.rule, _failing(check), "school_id", observed, bound, gap)


def _trend_queries(school: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The year before is joined once and then asked five times."""
    carried = ["spending", "area", "books", "teachers"]
    before = school.select("school_id", pl.col("year") + 1, *(pl.col(name).alias(f"{name}_before") for name in carried))
    pairs = school.select("school_id", "year", *carried).join(before, on=["school_id", "year"]).collect().lazy()
    now = {name: pl.col(name) for name in carried}
    then = {name: pl.col(f"{name}_before") for name in carried}
    growth = (now["spending"] - then["spending"]) / then["spending"] * 100
    change = now["teachers"] - then["teachers"]
    kept = then["books"] * 0.9
    asked = [
        ("trend.spending-does-not-fall", now["spending"] < then["spending"] * LESS, now["spending"], then["spending"]),
        ("trend.area-does-not-fall", now["area"] < then["area"] * LESS, now["area"], then["area"]),
        ("trend.spending-keeps-up", (then["spending"] > 0) & (growth < -2 * MORE), growth, pl.lit(-2)),
        ("trend.teachers-stay", change < -3, change, pl.lit(-3)),
        ("trend.books-are-kept", now["books"] < kept * LESS, now["books"], kept),
    ]
    return [
        _told(pairs, rule, failing, "school_id", observed, required, required - observed)
        for rule, failing, observed, required in asked
    ]


def _group_queries(school: pl.LazyFrame) -> list[pl.LazyFrame]:
    """One pass of sums by county and year, a second for the deviations, then five questions."""
    by, students, spread = ["county_id", "year"], pl.col("students"), pl.col("indicator_3")
    known = pl.when(spread.is_not_null()).then(students)
    reaching = pl.col("indicator_1") >= LESS
    sums = (
        school.group_by(by)
        .agg(
            rows=pl.len(),
            reaching=reaching.sum(),
            undecided=reaching.null_count(),
            mean=pl.col("indicator_2").mean(),
            large=(students > 2900).sum(),
            ratio=pl.col("teachers").sum() / students.sum() * 100,
            weight=known.sum(),
            weighted=(spread * students).sum(),
        )
        .with_columns(centre=pl.col("weighted") / pl.col("weight"))
    )
    deviations = (
        school.select(*by, "students", "indicator_3")
        .join(sums.select(*by, "centre"), on=by)
        .group_by(by)
        .agg(squares=(students * (spread - pl.col("centre")) ** 2).sum())
    )
    county = sums.join(deviations, on=by).collect().lazy()
    share = (pl.col("reaching") + pl.col("undecided")) / pl.col("rows") * 100
    cv = (pl.col("squares") / pl.col("weight")).sqrt() / pl.col("centre").abs() * 100
    large = pl.col("large")
    return [
        _told(county, "group.share-reaching", share < 90 * LESS, "county_id", share, pl.lit(90), 90 - share),
        _told(
            county,
            "group.mean",
            pl.col("mean") < 5.8 * LESS,
            "county_id",
            pl.col("mean"),
            pl.lit(5.8),
            5.8 - pl.col("mean"),
        ),
        _told(county, "group.spread", cv > 60 * MORE, "county_id", cv, pl.lit(60), cv - 60),
        _told(county, "group.large-schools", large > 9, "county_id", large, pl.lit(9), large - pl.lit(9, pl.Int64)),
        _told(
            county,
            "group.teachers-per-student",
            pl.col("ratio") < 7.43 * LESS,
            "county_id",
            pl.col("ratio"),
            pl.lit(7.43),
            7.43 - pl.col("ratio"),
        ),
    ]
