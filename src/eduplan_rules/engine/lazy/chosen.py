"""The rows of an engine that are judged: which of them, in which periods, on which day, with what the steps add.

In: a plan, its table in an engine, the periods asked for. Out: `Chosen`, as `engine.subjects` chooses rows in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import Plan
from eduplan_rules.engine.frame import add_steps, field_columns
from eduplan_rules.engine.lazy.door import LazyTable
from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.engine.subjects import period_range
from eduplan_rules.engine.world import World
from eduplan_rules.period import Calendars, period_span, periods_between

_SPANS = {"#e": pl.Int64, "#start": pl.Date, "#end": pl.Date}
#: columns about the time of a row
TIMES = ("#p", "#e", "#start", "#end", "#day")


@dataclass(frozen=True, eq=False)
class Chosen:
    """Rows to judge with all columns that verdicts need, in the words of the world's `api`."""

    plan: Plan
    frame: Frame
    #: the column of the period that outcomes are counted by, if they have one
    period: str | None
    #: what tells the rows apart, in the order of records
    order: list[str]
    #: rows whose period begins after the day
    upcoming: int


def choose(
    plan: Plan,
    table: LazyTable,
    world: World,
    nodes: Sequence[Node],
    told: Collection[str],
    periods: str,
    calendars: Calendars,
    since: date | None,
    engine: Engine,
) -> Chosen:
    """Choose the rows, give them their day of reckoning, and join what the steps bring.

    `nodes` and `told` are what is read of a row: by verdicts and numbers, and by its record.
    """
    entity = plan.entity
    frame, upcoming = _in_time(table, world.as_of, engine)
    frame = _of_periods(frame, table, periods, calendars, world.as_of, engine)
    if plan.every is not None:
        frame, more = _every(frame, plan, world.as_of, calendars, since, engine)
        upcoming += more
    if entity.period is not None or plan.every is not None:
        end, day = nw.col("#end"), nw.lit(world.as_of)
        frame = frame.with_columns(nw.when(end <= day).then(end).otherwise(day).alias("#day"))
    spoken = engine.spoken(frame)
    if plan.steps:
        spoken = _with_steps(spoken, frame.collect_schema().names(), plan, world, nodes, told)
        spoken = engine.spoken(engine.settle(spoken, table.rows))
    keys = [str(name) for name in entity.key]
    time = ["#e"] if plan.every is not None else []
    placed = ["#p"] if entity.period is not None else [str(entity.valid[0])] if entity.valid is not None else []
    placed = [name for name in placed if name == "#p" or name in table.columns]
    order = list(dict.fromkeys([*keys, *placed, *(["#row"] if entity.valid is not None else []), *time]))
    period = "#e" if plan.every is not None else "#p" if entity.period is not None else None
    return Chosen(plan, spoken, period, order, upcoming)


def _in_time(table: LazyTable, as_of: date, engine: Engine) -> tuple[Frame, int]:
    """Leave out rows whose period, or day, begins after the day the run is about."""
    entity, frame = table.entity, table.frame
    if entity.period is not None:
        later = sum(rows for start, _, rows in table.periods.values() if start > as_of)
        return (frame.filter(nw.col("#start") <= as_of), later) if later else (frame, 0)
    if entity.day is None:
        return frame, 0
    day = nw.col(str(entity.day))
    later = int(engine.collect(frame.filter(day > as_of).select(nw.len().cast(nw.Int64).alias("#n")))["#n"][0])
    # an event whose day is missing may have been
    return (frame.filter(day.is_null() | (day <= as_of)), later) if later else (frame, 0)


def _of_periods(
    frame: Frame, table: LazyTable, periods: str, calendars: Calendars, as_of: date, engine: Engine
) -> Frame:
    """The newest row of each subject, all rows, or those of certain periods."""
    entity = table.entity
    begun = {number: days for number, days in table.periods.items() if days[0] <= as_of}
    if entity.period is None or periods == "all" or not begun:
        return frame
    if periods == "latest":
        if len(begun) > 1:
            frame = _newest(frame, table, max(begun), begun[max(begun)][2], engine)
        return _alive(frame, table, max(begun), max(start for start, _, _ in begun.values()))
    first, last = period_range(periods, entity.period.is_, calendars)
    return frame.filter((nw.col("#end") >= first) & (nw.col("#end") <= last))


def _newest(frame: Frame, table: LazyTable, last: int, rows: int, engine: Engine) -> Frame:
    """The newest row of each subject; `rows` of them are of the last period."""
    keys = [str(name) for name in table.entity.key]
    hashes = engine.hashes(frame, keys)
    if hashes is not None and hashes.n_unique() == rows:
        # every key has a row in the last period
        return frame.filter(nw.col("#p") == last)
    newest = frame.group_by(*keys).agg(nw.col("#p").max().alias("#p"))
    return frame.join(newest, on=[*keys, "#p"], how="inner")


def _alive(frame: Frame, table: LazyTable, newest: int, begins: date) -> Frame:
    """Leave out subjects whose newest row this is and that ended before the newest period that has begun."""
    closed = str(table.entity.closed)
    if table.entity.closed is None or closed not in table.columns:
        return frame
    early = nw.col("#p") < newest
    of_days = frame.collect_schema()[closed] != nw.Boolean
    ended = nw.col(closed) < begins if of_days else nw.col(closed) & early
    return frame.filter(~ended.fill_null(False))


def _every(
    frame: Frame, plan: Plan, as_of: date, calendars: Calendars, since: date | None, engine: Engine
) -> tuple[Frame, int]:
    """One row per calendar period inside the row's period, or from `since` on for rows without one."""
    kind = plan.every
    assert kind is not None
    if plan.entity.period is None:
        assert since is not None
        spans = [
            (index, *span)
            for index in periods_between(kind, since, date(as_of.year + 1, 12, 31), calendars)
            if (span := period_span(kind, index, calendars))[0] <= as_of
        ]
        return frame.join(engine.upload(pl.DataFrame(spans, schema=_SPANS, orient="row")), how="cross"), 0
    here = frame.group_by("#p", "#start", "#end").agg(nw.len().cast(nw.Int64).alias("#n"))
    rows: list[tuple[Any, ...]] = []
    upcoming = 0
    for number, start, end, count in engine.collect(here.select("#p", "#start", "#end", "#n")).iter_rows():
        for index in periods_between(kind, start, end, calendars):
            first, last = period_span(kind, index, calendars)
            if first <= as_of:
                rows.append((number, index, first, last))
            else:
                upcoming += count
    inner = engine.upload(pl.DataFrame(rows, schema={"#p": pl.Int64, **_SPANS}, orient="row"))
    return frame.drop("#start", "#end").join(inner, on="#p", how="inner"), upcoming


def _with_steps(
    frame: Frame, columns: list[str], plan: Plan, world: World, nodes: Sequence[Node], told: Collection[str]
) -> Frame:
    """Join what the steps bring; only columns that something reads come along."""
    identity = ["#row", "#e"] if plan.every is not None else ["#row"]
    raw = {name.lstrip("?!+") for name in (*field_columns(plan, nodes), *told)}
    raw |= {*map(str, plan.entity.key), *map(str, plan.entity.valid or ())}
    wanted = [
        name for name in columns if name in raw or name in (*identity, *TIMES) or name.removeprefix("#bad:") in raw
    ]
    return add_steps(frame.select(*wanted), plan, world, identity)
