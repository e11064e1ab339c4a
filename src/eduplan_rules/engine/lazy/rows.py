"""Rows that came back from an engine: as if they were all there were, with the way back to those that did not.

In: the rows brought back, and the frame they were chosen from. Out: `BroughtRows`, of which evidence, columns and
renderers make what they make of rows in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import Rollup
from eduplan_rules.engine.frame import paired_rows
from eduplan_rules.engine.lazy.chosen import Chosen
from eduplan_rules.engine.lazy.door import LazyTable
from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.engine.record import in_order
from eduplan_rules.engine.subjects import Subjects
from eduplan_rules.engine.world import Expressions, World, only
from eduplan_rules.tables.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class BroughtRows(Subjects):
    """Rows of an engine that were brought back."""

    engine: Engine
    #: the tables where they lie
    there: World
    #: all rows that were judged, with all columns that verdicts need
    source: Frame
    #: the column of their period, if they have one, and the periods that there are
    period: str | None
    periods: tuple[int, ...]

    def offending(
        self, failing: pl.Series, step: Rollup, against: Node, order: Sequence[str], first: int
    ) -> pl.DataFrame:
        """Of each of the rows with these `#i`, the first rows behind a step that speak against it; `#all`: how many."""
        outer = [node for node, _ in step.on]
        read = {node.value for node in in_order([*outer, *step.visible.values()]) if node.op == "column"}
        names = {name.lstrip("?!+") for name in read}
        columns = [
            name for name in self.frame.columns if name in names or name.removeprefix("#bad:") in names or name in read
        ]
        ours = self.frame[failing].select(pl.col("#i").cast(pl.Int64), *(name for name in columns if name != "#i"))
        subjects = self.engine.spoken(self.engine.upload(ours))
        make = Expressions(self.plan, self.there)
        api, number = make.nw, f"{step.name}##i"
        rows = paired_rows(subjects, step, make, ["#i"], pair=True)
        rows = only(rows, Expressions(step.plan, self.there)(against), api).select(number, *order)
        rows = rows.with_columns(api.lit(1).alias("#one"))
        rows = rows.with_columns(api.col("#one").cum_sum().over(number, order_by=list(order)).alias("#at"))
        rows = rows.with_columns(api.col("#one").sum().over(number).cast(api.Int64).alias("#all"))
        found = self.engine.collect(rows.filter(api.col("#at") <= first).select(number, "#all", *order))
        return found.sort(number, *order).with_columns(
            pl.lit(None, pl.String).alias("#file"),
            pl.lit(None, pl.String).alias("#sheet"),
            pl.lit(None, pl.Int64).alias("#line"),
        )


def brought_rows(
    chosen: Chosen, table: LazyTable, brought: pl.DataFrame, periods: Sequence[int], engine: Engine, world: World
) -> BroughtRows:
    """Make of the rows that came back a table and its subjects."""
    frame = brought.select(name for name in brought.columns if not name.startswith("#v") and name != "#row")
    frame = frame.with_columns(pl.col("#i").alias("#row"))
    own = [name for name in frame.columns if name in table.columns]
    held = frame.select(*dict.fromkeys([*own, "#row"])).with_columns(
        pl.lit(table.name, pl.String).alias("#file"),
        pl.lit(None, pl.String).alias("#sheet"),
        pl.lit(None, pl.Int64).alias("#line"),
    )
    here: Any = replace(world, api=pl)
    return BroughtRows(
        plan=chosen.plan,
        table=Table(chosen.plan.entity, held),
        frame=frame,
        world=here,
        upcoming=chosen.upcoming,
        engine=engine,
        there=world,
        source=chosen.frame,
        period=chosen.period,
        periods=tuple(periods),
    )
