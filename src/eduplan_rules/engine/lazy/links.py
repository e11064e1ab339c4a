"""References between tables of an engine: those that lead nowhere are missing.

In: all tables. Out: the same tables, and findings. Holds: as in `tables.facts`, a reference points at a key that was
delivered in some period, or is null or marked bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.engine.lazy.door import LazyTable
from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.engine.lazy.told import counted, first_rows
from eduplan_rules.rulebook.model import Entity, Field
from eduplan_rules.tables.finding import HIDDEN, Detail, Finding, row_findings

_LOST = "#lost"


def referring(table: LazyTable, tables: Mapping[str, LazyTable], engine: Engine) -> tuple[LazyTable, list[Finding]]:
    """Check references to delivered tables."""
    entity, findings = table.entity, list[Finding]()
    links = {str(target): tuple(map(str, fields)) for target, fields in entity.belongs_to.items()}
    for target, own in links.items():
        if target not in tables or not all(name in table.columns for name in own):
            continue
        known = _keys(tables[target], own)
        dangling = engine.collect(_used(table, own).join(known, on=list(own), how="anti"))
        if dangling.is_empty():
            continue
        kept = {*map(str, entity.key), *(name for other, fields in links.items() if other != target for name in fields)}
        nowhere = engine.upload(dangling.with_columns(pl.lit(value=True).alias(_LOST)))
        findings += _told(table, tables[target].entity, own, nowhere, engine)
        table = _without(table, own, kept, nowhere)
    return table, findings


def _texts(own: tuple[str, ...]) -> list[Any]:
    return [nw.col(name).cast(nw.String).alias(name) for name in own]


def _used(table: LazyTable, own: tuple[str, ...]) -> Frame:
    """The different keys that the rows refer to."""
    pieces = [piece.select(*_texts(own)).drop_nulls() for piece in table.pieces]
    return nw.concat(pieces, how="vertical").unique() if len(pieces) > 1 else pieces[0].unique()


def _keys(table: LazyTable, own: tuple[str, ...]) -> Frame:
    """All keys that were delivered, under the names by which another entity refers to them."""
    names = zip(map(str, table.entity.key), own, strict=True)
    keys = [nw.col(key).cast(nw.String).alias(f"#{name}") for key, name in names]
    back = [nw.col(f"#{name}").alias(name) for name in own]
    pieces = [piece.select(*keys).select(*back) for piece in table.pieces]
    return nw.concat(pieces, how="vertical").unique() if len(pieces) > 1 else pieces[0].unique()


def _marked(piece: Frame, own: tuple[str, ...], nowhere: Frame) -> Frame:
    """The rows with `#lost`: whether they refer to a key that was not delivered."""
    texts = [nw.col(name).cast(nw.String).alias(f"#own:{name}") for name in own]
    joined = piece.with_columns(*texts).join(
        nowhere, left_on=[f"#own:{name}" for name in own], right_on=list(own), how="left"
    )
    return joined.with_columns(nw.col(_LOST).fill_null(False).alias(_LOST)).drop([f"#own:{name}" for name in own])


def _without(table: LazyTable, own: tuple[str, ...], kept: set[str], nowhere: Frame) -> LazyTable:
    """References that lead nowhere are missing; a key stays, so that the row keeps its own outcomes."""
    columns = sorted(table.columns)
    marks = [f"#bad:{name}" for name in own]
    more = [mark for mark in marks if mark not in table.columns]
    lost = nw.col(_LOST)
    made: list[Any] = [nw.when(~lost).then(nw.col(name)).alias(name) for name in own if name not in kept]
    made += [(nw.col(mark) | lost if mark in table.columns else lost).alias(mark) for mark in marks]
    pieces = [_marked(piece, own, nowhere).with_columns(*made).select(*columns, *more) for piece in table.pieces]
    return replace(
        table,
        frame=pieces[0],
        strays=pieces[1] if len(pieces) > 1 else None,
        columns=table.columns | set(more),
        nulls=table.nulls | {name for name in own if name not in kept},
    )


def _told(table: LazyTable, parent: Entity, own: tuple[str, ...], nowhere: Frame, engine: Engine) -> list[Finding]:
    entity = table.entity
    personal = any(parent.fields[str(name)].personal for name in parent.key)
    value = nw.lit(HIDDEN) if personal else nw.concat_str(_texts(own), separator=" / ")
    rows = [_marked(piece, own, nowhere).filter(nw.col(_LOST)) for piece in table.pieces]
    number = sum(int(engine.collect(each.select(nw.len().cast(nw.Int64).alias("#n")))["#n"][0]) for each in rows)
    first = pl.concat(
        first_rows(entity, each.with_columns(value.alias("#value")), engine, table.name, value=True) for each in rows
    )
    name: Detail = {"zh": (parent.label or {}).get("zh", parent.id), "en": parent.id}
    told = row_findings("dangling-reference", entity, _field(entity, own), first, details=lambda row: {"target": name})
    return counted(told, number)


def _field(entity: Entity, own: tuple[str, ...]) -> Field:
    """The field that a finding about several names: a personal one hides them all."""
    fields = [entity.fields[name] for name in own]
    return next((field for field in fields if field.personal), fields[0])
