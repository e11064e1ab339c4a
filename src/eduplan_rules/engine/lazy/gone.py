"""Rows that disappeared, in an engine: keys with a row in one period and none in the next in which others report.

In: a table of an engine and the day. Out: findings, as `tables.facts.vanished` makes them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.engine.lazy.door import LazyTable
from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.engine.lazy.told import counted, first_rows
from eduplan_rules.period import period_label
from eduplan_rules.tables.finding import Finding, row_findings


def gone(table: LazyTable, as_of: date, engine: Engine) -> list[Finding]:
    """Find the rows after which there should be another; periods that begin after the day are left out."""
    entity = table.entity
    periods = [number for number, (start, _, _) in table.periods.items() if start <= as_of]
    if entity.period is None or len(periods) < 2:
        return []
    kind = entity.period.is_
    if _same_keys(table, periods, engine):
        return []
    ranks = {"#p": periods, "#rank": list(range(len(periods)))}
    ranked = engine.upload(pl.DataFrame(ranks, schema={"#p": pl.Int64, "#rank": pl.Int64}))
    keys = [str(name) for name in entity.key]
    rows = table.frame.join(ranked, on="#p", how="inner")
    # a key of which no row is missing has as many as there are periods from its first on
    whole = rows.group_by(*keys).agg(nw.col("#rank").min().alias("#first"), nw.len().cast(nw.Int64).alias("#count"))
    broken = whole.filter(nw.col("#count") < len(periods) - nw.col("#first")).select(*keys)
    found = rows.join(broken, on=keys, how="inner")
    there = found.select(*keys, (nw.col("#rank") - 1).alias("#rank"), nw.lit(True).alias("#there"))
    last = found.filter(nw.col("#rank") < len(periods) - 1).join(there, on=[*keys, "#rank"], how="left")
    last = _following(last.filter(nw.col("#there").is_null()), table, periods, engine)
    closed = None if entity.closed is None else str(entity.closed)
    if closed is not None and closed in table.columns:
        ended = nw.col(closed)
        if table.frame.collect_schema()[closed] != nw.Boolean:
            ended = nw.col(closed) <= nw.col("#until")
        last = last.filter(~ended.fill_null(False))
    number = int(engine.collect(last.select(nw.len().cast(nw.Int64).alias("#n")))["#n"][0])
    if not number:
        return []
    told = last.with_columns(nw.col("#p").alias("#last")).drop("#p").with_columns(nw.col("#next").alias("#p"))
    first = first_rows(entity, told, engine, table.name, more=["#last"])
    return counted(row_findings("row-disappeared", entity, None, first, details=lambda row: _gap(kind, row)), number)


def _same_keys(table: LazyTable, periods: list[int], engine: Engine) -> bool:
    """Whether for certain every key has a row in every period."""
    if len({table.periods[number][2] for number in periods}) > 1:
        return False
    rows = table.frame.filter(nw.col("#p").is_in(periods))
    hashes = engine.hashes(rows, [str(name) for name in table.entity.key])
    return hashes is not None and hashes.n_unique() == table.periods[periods[0]][2]


def _gap(kind: Any, row: Any) -> dict[str, str]:
    return {"last": period_label(kind, row["#last"]), "next": period_label(kind, row["#p"])}


def _following(rows: Frame, table: LazyTable, periods: list[int], engine: Engine) -> Frame:
    """Add the period in which the next row was awaited, and its last day."""
    ends = [table.periods[number][1] for number in periods[1:]]
    schema = {"#rank": pl.Int64, "#next": pl.Int64, "#until": pl.Date}
    following = pl.DataFrame({"#rank": list(range(len(ends))), "#next": periods[1:], "#until": ends}, schema=schema)
    return rows.join(engine.upload(following), on="#rank", how="left")
