"""Changes of single facts, and facts with such changes made.

In: typed facts and `Edit`s. Out: other facts; what was handed in stays as it is. An edit names its row by key and
period, and by the place where it was delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

import polars as pl

from eduplan_rules.engine.evidence import plain
from eduplan_rules.period import period_label
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.facts import Facts, Table
from eduplan_rules.tables.finding import HIDDEN

#: stands for any text at all
ANY_TEXT = "…"
_PLACES = ("#file", "#sheet", "#line")


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell set to another value, one row more, or one row less."""

    action: Literal["set", "add", "remove"]
    entity: Entity
    #: columns that tell the row apart -> their values
    row: Mapping[str, Any]
    field: str | None = None
    before: Any = None
    after: Any = None
    #: of a row that is added: field -> value
    cells: Mapping[str, Any] | None = None

    def to_dict(self, *, hide: bool, show_personal: bool) -> dict[str, Any]:
        """As plain data; `hide` hides new values, which would tell those of personal fields."""
        hidden = set() if show_personal else {str(field.id) for field in self.entity.fields.values() if field.personal}
        hidden |= set(self.entity.fields) if hide else set()

        def told(name: str | None, value: Any) -> Any:
            if is_placeholder(value):
                return None
            return HIDDEN if name in hidden and value is not None else plain(value)

        return {
            "action": self.action,
            **place_of(self.entity, self.row, show_personal=show_personal),
            "field": self.field,
            "from": told(self.field, self.before),
            "to": told(self.field, self.after),
            "placeholder": is_placeholder(self.after) or any(map(is_placeholder, (self.cells or {}).values())),
            "cells": None
            if self.cells is None
            else {name: told(name, cell) for name, cell in self.cells.items() if name in self.entity.fields},
        }


def is_placeholder(value: Any) -> bool:
    """Whether it stands for any text; numbered where texts must differ."""
    return isinstance(value, str) and value.startswith(ANY_TEXT)


def place_of(entity: Entity, row: Mapping[str, Any], *, show_personal: bool) -> dict[str, Any]:
    """Which row it is, as plain data: entity, key, period, location."""
    key = [
        HIDDEN if entity.fields[str(name)].personal and not show_personal else str(plain(row.get(str(name))))
        for name in entity.key
    ]
    number = row.get("#p")
    return {
        "entity": str(entity.id),
        "key": key,
        "period": None if entity.period is None or number is None else period_label(entity.period.is_, number),
        "location": {"file": row.get("#file"), "sheet": row.get("#sheet"), "line": row.get("#line")},
    }


def identity_of(entity: Entity) -> list[str]:
    """The columns that tell an entity's rows apart, and where they were delivered."""
    first = [] if entity.valid is None else [str(entity.valid[0])]
    time = [] if entity.period is None else ["#p"]
    return list(dict.fromkeys([*map(str, entity.key), *time, *first, *_PLACES]))


def has_row(table: Table, cells: Mapping[str, Any]) -> bool:
    """Whether a table has a row with these cells."""
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(value)) for name, value in cells.items())
    return not table.frame.filter(same).is_empty()


def with_edits(facts: Facts, edits: Iterable[Edit]) -> Facts:
    """The facts with all these changes made."""
    tables = dict(facts.tables)
    for (name, action, field), alike in groupby(edits, key=lambda each: (str(each.entity.id), each.action, each.field)):
        same = list(alike)
        if action == "set" and field is not None and len(same) > 1:
            tables[name] = _changed_cells(tables[name], field, same)
        else:
            for edit in same:
                tables[name] = _changed(tables[name], edit)
    return replace(facts, tables=tables)


def _changed_cells(table: Table, field: str, edits: Sequence[Edit]) -> Table:
    """Other values in one column of many rows."""
    frame = table.frame
    names = [name for name in edits[0].row if name in frame.columns]
    known = {name: frame.schema[name] for name in names} | {"#after": frame.schema[field]}
    rows = [{name: edit.row[name] for name in names} | {"#after": edit.after} for edit in edits]
    # of several changes of one cell the last counts
    changes = pl.DataFrame(rows, schema=known).unique(names, keep="last").with_columns(pl.lit(True).alias("#here"))
    joined = frame.join(changes, on=names, how="left", nulls_equal=True, maintain_order="left")
    here, bad = pl.col("#here").fill_null(value=False), f"#bad:{field}"
    made = [pl.when(here).then("#after").otherwise(field).alias(field)]
    made += [(pl.col(bad) & ~here).alias(bad)] if bad in frame.columns else []
    return replace(table, frame=joined.with_columns(made).select(frame.columns))


def _changed(table: Table, edit: Edit) -> Table:
    frame = table.frame
    if edit.action == "add":
        assert edit.cells is not None
        cells = {name: value for name, value in {**edit.cells, **edit.row}.items() if name in frame.columns}
        marks = {name: False for name in frame.columns if name.startswith("#bad:")}
        number = {"#row": frame.height + (0 if table.strays is None else table.strays.height)}
        more = pl.DataFrame([cells | marks | number], schema=frame.schema)
        return replace(table, frame=pl.concat([frame, more]))
    names = [name for name in edit.row if name in frame.columns]
    here = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(edit.row[name])) for name in names)
    if edit.action == "remove":
        return replace(table, frame=frame.filter(~here))
    assert edit.field is not None
    value = pl.lit(edit.after, frame.schema[edit.field])
    made = [pl.when(here).then(value).otherwise(pl.col(edit.field)).alias(edit.field)]
    bad = f"#bad:{edit.field}"
    if bad in frame.columns:
        made.append((pl.col(bad) & ~here).alias(bad))
    return replace(table, frame=frame.with_columns(made))
