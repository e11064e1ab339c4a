"""The same facts handed over to every engine, and what their reports have in common.

In: facts that have passed the door in memory. Out: frames of an engine with the same typed rows, and all of a report
that does not tell where a row was delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from shutil import which
from typing import Any

import polars as pl
import pytest

import eduplan_rules as er
from eduplan_rules.period import period_label
from eduplan_rules.reports.report import Report, finding_record
from eduplan_rules.tables.facts import Facts

Frames = Mapping[str, pl.DataFrame]


def typed_frames(facts: Facts) -> dict[str, pl.DataFrame]:
    """The rows of facts as typed frames, those without a place among them."""
    frames = {}
    for name, table in facts.tables.items():
        period = table.entity.period
        pieces = []
        for piece in (table.frame, table.strays):
            if piece is None:
                continue
            fields = piece.select(column for column in piece.columns if not column.startswith("#"))
            if period is not None:
                labels = [None if number is None else period_label(period.is_, number) for number in piece["#p"]]
                fields = fields.with_columns(pl.Series(str(period.column), labels, dtype=pl.String))
            pieces.append(fields)
        frames[name] = pl.concat(pieces, how="diagonal")
    return frames


def lazy_frames(frames: Frames) -> dict[str, Any]:
    """The frames as lazy ones of Polars."""
    return {name: frame.lazy() for name, frame in frames.items()}


def duckdb_frames(frames: Frames) -> dict[str, Any]:
    """The frames as relations of DuckDB, on a connection of their own."""
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    return {name: connection.from_arrow(frame.to_arrow()) for name, frame in frames.items()}


@cache
def spark_session() -> Any:
    """A local session of Spark on one core."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("eduplan-rules-tests")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.driver.memory": "2g",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def spark_frames(frames: Frames) -> dict[str, Any]:
    """The frames as those of Spark."""
    from pyspark.sql import types

    kinds = {pl.String: types.StringType, pl.Int64: types.LongType, pl.Float64: types.DoubleType}
    kinds |= {pl.Boolean: types.BooleanType, pl.Date: types.DateType}
    session, made = spark_session(), {}
    for name, frame in frames.items():
        columns = [types.StructField(column, kinds[type(dtype)]()) for column, dtype in frame.schema.items()]
        made[name] = session.createDataFrame(frame.rows(), types.StructType(columns))
    return made


needs_spark = [
    pytest.mark.spark,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed (extra `spark`)"),
    pytest.mark.skipif(which("java") is None, reason="Spark needs Java, and there is none"),
    # of pyspark and its session, which outlives the tests
    pytest.mark.filterwarnings("ignore"),
]


def spark_only(test: Any) -> Any:
    """Mark a test that needs Spark; it is skipped with a reason where that cannot run."""
    for mark in needs_spark:
        test = mark(test)
    return test


ENGINES: dict[str, Callable[[Frames], Mapping[str, Any]]] = {
    "polars-lazy": lazy_frames,
    "duckdb": duckdb_frames,
    "spark": spark_frames,
}


def told(report: Report) -> dict[str, Any]:
    """All that a report says but where a row was delivered."""
    rules = {}
    for name, totals in report.totals.items():
        records = [] if report.results[name].kept is None else report.outcomes(rule=name)
        rules[name] = (totals.to_dict(), [placeless(outcome.to_dict()) for outcome in records])
    findings = [placeless(finding_record(finding)) | {"others": None} for finding in report.findings]
    # columns of a place that is not told are all null
    return {"rules": rules, "findings": [_without_places(finding) for finding in findings]}


def placeless(value: Any) -> Any:
    """A record without the places of rows in files."""
    if isinstance(value, dict):
        return {name: None if name == "location" else placeless(each) for name, each in value.items()}
    return [placeless(each) for each in value] if isinstance(value, list) else value


def _without_places(finding: dict[str, Any]) -> dict[str, Any]:
    """Sentences about repeated rows name the others' places."""
    repeated = finding["code"] in ("duplicate-row", "conflicting-rows")
    return finding | {"message": None} if repeated else finding


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The first things in which two reports differ, in words."""
    found = []
    if one["findings"] != other["findings"]:
        found.append(f"findings: {one['findings']}\n  != {other['findings']}")
    for name, (totals, records) in one["rules"].items():
        totals_there, records_there = other["rules"][name]
        if totals != totals_there:
            found.append(f"{name}: {totals}\n  != {totals_there}")
        elif len(records) != len(records_there):
            found.append(f"{name}: {len(records)} records != {len(records_there)}")
        for here, there in zip(records, records_there, strict=False):
            if not _alike(here, there):
                found.append(f"{name}: { {key: (here[key], there[key]) for key in here if here[key] != there[key]} }")
                break
    return found


def _alike(one: Any, other: Any) -> bool:
    """Equal, numbers to the tenth digit: sums of the same numbers in another order differ in their last ones."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or abs(one - other) <= 1e-10 * max(abs(one), abs(other), 1.0)
    return bool(one == other)


def run(book: er.Rulebook, facts: Mapping[str, Any], **asked: Any) -> dict[str, Any]:
    """What a report on these facts tells, all outcomes of it."""
    return told(er.evaluate(book, facts, keep="all", **asked))
