"""The subjects of a run: which rows, in which periods, are judged on a day.

In: a plan, the facts and the periods asked for. Out: `Subjects`, the rows with their day of reckoning and what the
plan's steps add to them, in order of key and period; and how many periods begin after the day and give no outcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.plan import Plan, Rollup
from eduplan_rules.engine.frame import Held, add_steps, field_columns, paired_rows
from eduplan_rules.engine.world import Expressions, World
from eduplan_rules.period import Calendars, Kind, PeriodsError, period_index, period_span, periods_between
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.facts import Table

_TIMES = ("#p", "#e", "#start", "#end", "#day")


@dataclass(frozen=True, slots=True, eq=False)
class Subjects:
    """Rows to judge: `frame` has `#i`, `#row` and all columns that verdicts need."""

    plan: Plan
    table: Table
    frame: pl.DataFrame
    world: World
    #: rows whose period begins after the day
    upcoming: int

    @property
    def expressions(self) -> Expressions:
        """Core nodes over `frame`."""
        return Expressions(self.plan, self.world)

    def rows(self, chosen: pl.Series, columns: Mapping[str, NodeKind | None]) -> Iterator[dict[str, Any]]:
        """The named columns of the rows with these `#i`, in their order; `columns` has the kinds of core columns."""
        if chosen.is_empty():
            return iter(())
        judged = self.frame[chosen]
        raw = set(self.table.frame.columns)
        known = [name for name in judged.columns if name in _TIMES or name not in raw]
        make = self.expressions
        made = {
            name: pl.col(name) if kind is None else make.column(name, kind)
            for name, kind in columns.items()
            if kind is not None or name in raw or name in known
        }
        # what the rows have of their own comes from the table, as far as it is read
        read = {root for each in made.values() for root in each.meta.root_names()}
        own = self.table.frame.select(name for name in self.table.frame.columns if name in read.difference(known))
        whole = own[judged["#row"]].hstack(judged.select(known)) if own.width else judged
        return whole.select(**made).iter_rows(named=True)

    def offending(
        self, failing: pl.Series, step: Rollup, against: Node, order: Sequence[str], first: int
    ) -> pl.DataFrame:
        """Of each row with these `#i`, the first rows behind a step that speak against it, and `#all`, their number."""
        rows = paired_rows(self.frame[failing].lazy(), step, self.expressions, ["#i"], pair=True)
        number = f"{step.name}##i"
        chosen = rows.filter(Expressions(step.plan, self.world)(against))
        found: pl.DataFrame = chosen.select(number, *order, "#file", "#sheet", "#line").collect()
        # rows handed over in Python lie in no file, and their numbers say nothing
        line = pl.when(pl.col("#file").is_not_null()).then("#line")
        placed = found.sort(number, "#file", "#sheet", line, *order).with_columns(pl.len().over(number).alias("#all"))
        return placed.group_by(number, maintain_order=True).head(first)


def subjects(
    plan: Plan,
    table: Table,
    world: World,
    nodes: Sequence[Node],
    periods: str,
    calendars: Calendars,
    since: date | None,
) -> Subjects:
    """Choose the rows, give them their day of reckoning, and join what the steps bring."""
    frame, upcoming = _in_time(table, world.as_of)
    frame = _chosen(frame, table, periods, calendars)
    if plan.every is not None:
        frame, more = _every(frame, plan, world.as_of, calendars, since)
        upcoming += more
    if plan.entity.period is not None or plan.every is not None:
        end, day = pl.col("#end"), pl.lit(world.as_of)
        frame = frame.with_columns(pl.when(end <= day).then(end).otherwise(day).alias("#day"))
    if plan.steps:
        held: Held | None = None
        if table.frame is world.held.get(str(plan.entity.id)):
            held = "all" if plan.every is None and frame.height == table.frame.height else "some"
        frame = _with_steps(frame, plan, world, nodes, held)
    return Subjects(plan, table, frame.with_row_index("#i"), world, upcoming)


def _in_time(table: Table, as_of: date) -> tuple[pl.DataFrame, int]:
    """Leave out rows whose period, or day, begins after the day the run is about."""
    frame, entity = table.frame, table.entity
    column = "#start" if entity.period is not None else str(entity.day) if entity.day is not None else None
    if column is None:
        return frame, 0
    latest = frame[column].max()
    if latest is None or latest <= as_of:  # type: ignore[operator]
        return frame, 0
    # an event whose day is missing may have been
    kept = frame.filter(pl.col(column).is_null() | (pl.col(column) <= as_of))
    return kept, frame.height - kept.height


def _chosen(frame: pl.DataFrame, table: Table, periods: str, calendars: Calendars) -> pl.DataFrame:
    """The newest row of each subject, all rows, or those of certain periods."""
    if table.entity.period is None or periods == "all" or frame.is_empty():
        return frame
    if periods == "latest":
        if frame["#p"].min() == frame["#p"].max():
            return frame.filter(~_ended(frame, table.entity)) if table.entity.closed is not None else frame
        keys = [str(name) for name in table.entity.key]
        # rows are sorted by key and period: the newest is the last of its key
        last = pl.any_horizontal(pl.col(name) != pl.col(name).shift(-1) for name in keys).fill_null(value=True)
        return frame.filter(last & ~_ended(frame, table.entity))
    first, last_day = period_range(periods, table.entity.period.is_, calendars)
    return frame.filter((pl.col("#end") >= first) & (pl.col("#end") <= last_day))


def _ended(frame: pl.DataFrame, entity: Entity) -> pl.Expr:
    """Whether a subject whose newest row this is ended before the newest period that has begun."""
    closed = str(entity.closed)
    if entity.closed is None or closed not in frame.columns:
        return pl.lit(value=False)
    early = pl.col("#p") < pl.col("#p").max()
    ended = pl.col(closed) & early if frame[closed].dtype == pl.Boolean else pl.col(closed) < pl.col("#start").max()
    return ended.fill_null(value=False)


def period_range(periods: str, kind: Kind, calendars: Calendars) -> tuple[date, date]:
    """First and last day of `2022` or `2021..2023`; either end may be a label of the entity's own kind."""
    start, dots, end = periods.partition("..")
    if dots and not (start and end):
        start = periods
    return _span(start, kind, calendars)[0], _span(end or start, kind, calendars)[1]


def _span(label: str, kind: Kind, calendars: Calendars) -> tuple[date, date]:
    if re.fullmatch(r"\d{4}", label):
        return date(int(label), 1, 1), date(int(label), 12, 31)
    kinds: tuple[Kind, ...] = (kind, "month", "quarter", "term", "school-year")
    for each in kinds:
        index = period_index(each, label)
        if index is not None:
            return period_span(each, index, calendars)
    message = f"`{label}` is not a period, expected latest, all, one such as 2022, or a range such as 2021..2023"
    raise PeriodsError(message)


def _every(
    frame: pl.DataFrame, plan: Plan, as_of: date, calendars: Calendars, since: date | None
) -> tuple[pl.DataFrame, int]:
    """One row per calendar period inside the row's period, or from `since` on for rows without one."""
    kind = plan.every
    assert kind is not None
    schema = {"#e": pl.Int64, "#start": pl.Date, "#end": pl.Date}
    if plan.entity.period is None:
        assert since is not None
        inside = [
            index
            for index in periods_between(kind, since, date(as_of.year + 1, 12, 31), calendars)
            if period_span(kind, index, calendars)[0] <= as_of
        ]
        spans = [(index, *period_span(kind, index, calendars)) for index in inside]
        return frame.join(pl.DataFrame(spans, schema=schema, orient="row"), how="cross"), 0
    rows: list[tuple[Any, ...]] = []
    skipped: dict[int, int] = {}
    for number, start, end in frame.select("#p", "#start", "#end").unique().iter_rows():
        for index in periods_between(kind, start, end, calendars):
            first, last = period_span(kind, index, calendars)
            if first <= as_of:
                rows.append((number, index, first, last))
            else:
                skipped[number] = skipped.get(number, 0) + 1
    inner = pl.DataFrame(rows, schema={"#p": pl.Int64, **schema}, orient="row").sort("#p", "#e")
    upcoming = sum(skipped.get(number, 0) for number in frame["#p"]) if skipped else 0
    joined = frame.drop("#start", "#end").join(inner, on="#p", how="inner", maintain_order="left_right")
    return joined, upcoming


def _with_steps(
    frame: pl.DataFrame, plan: Plan, world: World, nodes: Sequence[Node], held: Held | None
) -> pl.DataFrame:
    """Join what the steps bring; only columns that something reads come along, in the order of the rows."""
    identity = ["#row", "#e"] if plan.every is not None else ["#row"]
    read = field_columns(plan, nodes)
    raw = {name.lstrip("?!+") for name in read}
    wanted = [
        name
        for name in frame.columns
        if name in raw or name in (*identity, *_TIMES) or name.removeprefix("#bad:") in raw
    ]
    joined: pl.DataFrame = add_steps(frame.select(wanted).lazy(), plan, world, identity, held=held).collect()
    # joins mostly leave the rows in their order; then there is one row for each number
    ordered = identity == ["#row"] and joined["#row"].is_sorted()
    return joined if ordered else joined.sort(identity)
