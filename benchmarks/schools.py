"""Synthetic school-years and thirty row rules over them, for the benchmarks.

In: a number of rows. Out: a Polars frame, a rulebook, and the same thirty checks as hand-written Polars filters.
"""

from __future__ import annotations

import numpy as np
import polars as pl

import eduplan_rules as er
from eduplan_rules.source import Source

#: field -> (lowest, highest value drawn, lower bound asked for)
BOUNDS: dict[str, tuple[float, float, float]] = {
    f"indicator_{number}": (0.0, 10.0 + number, 0.05 * number) for number in range(1, 13)
}
#: rules: name -> (field, sign, bound, divided by students)
CHECKS: list[tuple[str, str, str, float, bool]] = [
    *((f"check.at-least-{name.replace('_', '-')}", name, ">=", bound, False) for name, (_, _, bound) in BOUNDS.items()),
    *(
        (f"check.at-most-{name.replace('_', '-')}", name, "<=", high * 0.98, False)
        for name, (_, high, _) in BOUNDS.items()
    ),
    *((f"check.per-student-{number}", f"indicator_{number}", ">=", 0.0001 * number, True) for number in range(1, 7)),
]


def frame(rows: int, seed: int = 7) -> pl.DataFrame:
    """School-years: six years a school, 2 % of the indicator cells empty."""
    random = np.random.default_rng(seed)
    schools = np.arange(rows) // 6
    columns: dict[str, object] = {
        "school_id": pl.Series(schools).cast(pl.String).str.zfill(8),
        "year": 2017 + np.arange(rows) % 6,
        "students": random.integers(20, 3000, rows),
    }
    for name, (low, high, _) in BOUNDS.items():
        values = pl.Series(random.uniform(low, high, rows))
        columns[name] = values.set(pl.Series(random.random(rows) < 0.02), None)
    return pl.DataFrame(columns)


def rulebook() -> er.Rulebook:
    """Thirty rules in YAML, one comparison each."""
    lines = ["language: 1", "entities:", "  school:", "    key: school_id", "    period: year", "    fields:"]
    lines += ["      school_id: {type: text}", "      students: {type: integer, min: 0}"]
    lines += [f"      {name}: {{type: number}}" for name in BOUNDS]
    lines += ["rules:"]
    for identifier, field, sign, bound, per_student in CHECKS:
        left = f"{field} / students" if per_student else field
        lines.append(f"  - {{id: {identifier}, for: school, require: '{left} {sign} {bound}'}}")
    return er.load_rulebook(Source("benchmark.yaml", "\n".join(lines)))


def by_hand(data: pl.DataFrame) -> pl.DataFrame:
    """The same violations in the same columns as lazy filters: key, period as text, rule, observed, required, gap."""
    lazy = data.lazy()
    queries = []
    for identifier, field, sign, bound, per_student in CHECKS:
        observed = pl.col(field) / pl.col("students") if per_student else pl.col(field)
        failing = observed < bound * (1 - 1e-9) if sign == ">=" else observed > bound / (1 - 1e-9)
        gap = bound - observed if sign == ">=" else observed - bound
        queries.append(
            lazy.filter(failing).select(
                pl.col("school_id").alias("key"),
                pl.col("year").cast(pl.String).alias("period"),
                pl.lit(identifier).alias("rule"),
                observed.alias("observed"),
                pl.lit(bound).alias("required"),
                gap.alias("gap"),
            )
        )
    return pl.concat(pl.collect_all(queries))


def checked_by_hand(data: pl.DataFrame) -> pl.DataFrame:
    """The same, after the checks of the contract by hand; raise ValueError for data that break it.

    Declared types; keys that are there, bare and unique in a year; years that are years; students not negative and
    exact as real numbers; finite numbers; and how many cells of each column are empty.
    """
    declared = {"school_id": pl.String, "year": pl.Int64, "students": pl.Int64, **dict.fromkeys(BOUNDS, pl.Float64)}
    if dict(data.schema) != declared:
        raise ValueError(data.schema)
    key, year, students = pl.col("school_id"), pl.col("year"), pl.col("students")
    (checks, places) = pl.collect_all(
        [
            data.lazy().select(
                keys=(key.is_not_null() & (key.str.strip_chars() == key) & (key != "")).all(),
                years=year.is_not_null().all() & (year.min() >= 1) & (year.max() <= 9998),
                students=(students.min() >= 0) & (students.max() < 2**53),
                numbers=pl.all_horizontal(pl.col(BOUNDS).is_finite().all()),
            ),
            data.lazy().select("school_id", "year").unique().select(pl.len()),
        ]
    )
    if not all(checks.row(0)) or places.item() < data.height:
        raise ValueError(checks)
    data.null_count()
    return by_hand(data)
