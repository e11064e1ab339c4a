"""Findings about rows of an engine: the first of them are brought back, the rest are counted.

In: rows of an engine that have a fault. Out: the first of them as a small frame, and findings that stand for all.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.finding import EMPTIED, HIDDEN, LIMIT, Finding, emptied_cells, rest_of, row_findings
from eduplan_rules.tables.table import cell_findings


def first_rows(
    entity: Entity, rows: Frame, engine: Engine, name: str | None, *, value: bool = False, more: Sequence[str] = ()
) -> pl.DataFrame:
    """The first rows by key and period, as findings need them."""
    order = [*map(str, entity.key), *(["#p"] if entity.period is not None else []), *(["#value"] if value else [])]
    chosen = rows.select(*dict.fromkeys([*order, *more])).sort(*order, nulls_last=False).head(LIMIT)
    return engine.collect(chosen).with_columns(
        pl.lit(name, pl.String).alias("#file"),
        pl.lit(None, pl.String).alias("#sheet"),
        pl.lit(None, pl.Int64).alias("#line"),
    )


def of_cells(code: str, entity: Entity, field: str | None, first: pl.DataFrame, number: int) -> list[Finding]:
    """Findings about cells that were set aside; `number` is how many there are of them."""
    declared = None if field is None else entity.fields.get(field)
    if code == EMPTIED and declared is not None:
        return [emptied_cells(entity, declared, first, number)]
    return counted(cell_findings(code, entity, field, first), number)


def reversed_spans(entity: Entity, span: tuple[str, str], first: pl.DataFrame, before: str) -> list[Finding]:
    """Findings about last days that lie before the first; `before` is the column that has the first as text."""
    hidden = entity.fields[span[0]].personal
    return row_findings(
        "reversed-span",
        entity,
        entity.fields[span[1]],
        first,
        details=lambda row: {"first": HIDDEN if hidden else str(row[before])},
    )


def counted(told: list[Finding], number: int) -> list[Finding]:
    """The findings about the first rows, and one that stands for the others; `number` is all."""
    return told if number <= LIMIT else [*told[:LIMIT], rest_of(told[0], number - LIMIT)]
