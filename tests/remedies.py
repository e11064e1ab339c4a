"""Changes that an explanation proposes, made on facts as they were delivered, by their plain data alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from eduplan_rules.rulebook.model import Rulebook

Rows = list[dict[str, Any]]
Edits = Sequence[Mapping[str, Any]]
#: what counts as a smaller change of a number that is not whole, relative to the bound
STEP = 1e-6


def applied(facts: Mapping[str, Sequence[Mapping[str, Any]]], edits: Edits, book: Rulebook) -> dict[str, Rows]:
    """The facts with changes made: rows are found by their line, which counts from 1."""
    changed: dict[str, Rows] = {name: [dict(row) for row in rows] for name, rows in facts.items()}
    gone: list[tuple[str, int]] = []
    for number, edit in enumerate(edits, start=1):
        fill = partial(filled, number=number, placeholder=edit["placeholder"])
        entity = book.entities[edit["entity"]]
        rows, line = changed[edit["entity"]], edit["location"]["line"]
        if edit["action"] == "set":
            rows[line - 1][edit["field"]] = fill(edit["to"])
        elif edit["action"] == "remove":
            gone.append((edit["entity"], line - 1))
        else:
            time = {} if entity.period is None else {str(entity.period.column): edit["period"]}
            rows.append({name: fill(cell) for name, cell in edit["cells"].items()} | time)
    for name, position in sorted(gone, reverse=True):
        del changed[name][position]
    return changed


def filled(cell: Any, number: int, *, placeholder: bool) -> Any:
    """What somebody would fill in where any text will do: one that is a document number too."""
    return f"甲{number}号" if placeholder and cell is None else cell


def smaller(remedy: Mapping[str, Any], book: Rulebook) -> Iterator[Edits]:
    """Smaller changes of the same: numbers and days less far, one row fewer, one part less."""
    edits = remedy["edits"]
    if remedy["target"] == "rows":
        last = row_of(edits[-1])
        yield [edit for edit in edits if row_of(edit) != last] if remedy["first"] else edits[:-1]
    elif remedy["target"] == "level":
        if remedy["field"] is None:
            # of something made of cells: as it is printed (`printed.read`)
            return
        whole = all(isinstance(edit["to"], int) for edit in edits)
        step = 1 if whole else STEP * (abs(remedy["limit"]) or 1)
        sign_ = 1 if remedy["side"] == ">=" else -1
        for less in (step, 2 * step, abs(remedy["change"]) / 3):
            level = remedy["to"] - sign_ * (int(max(less, 1)) if whole else less)
            yield [{**edit, "to": level} for edit in edits if (level - edit["from"]) * sign_ > 0]
    elif remedy["target"] == "together":
        for part in remedy["parts"]:
            others = [edit for each in remedy["parts"] if each is not part for edit in each["edits"]]
            yield others
            for less in smaller(part, book):
                yield [*others, *less]
    else:
        (edit,) = edits
        if edit["action"] == "add":
            for value in values_between(0, edit["to"], remedy["limit"], "number"):
                yield [{**edit, "cells": {**edit["cells"], edit["field"]: value}}]
            return
        field = book.entities[edit["entity"]].fields[edit["field"]]
        for value in values_between(edit["from"], edit["to"], remedy["limit"], field.type):
            yield [{**edit, "to": value}]


def row_of(edit: Mapping[str, Any]) -> tuple[Any, ...]:
    return edit["entity"], *edit["key"], edit["period"], edit["location"]["line"]


def values_between(before: Any, after: Any, limit: Any, kind: str) -> Iterator[Any]:
    """Values on the way, the farthest first: a step before the end, then ever closer to where it began."""
    if before is None or after is None:
        return
    if kind == "date":
        first, last = date.fromisoformat(before), date.fromisoformat(after)
        days = (last - first).days
        for part in {days - sign(days), days // 2, days // 3}:
            if part != days:
                yield (first + timedelta(part)).isoformat()
    elif kind == "integer":
        change = after - before
        for part in {change - sign(change), change // 2, change // 3, change // 7}:
            if part != change:
                yield before + part
    elif kind == "number":
        step = STEP * (abs(limit) or 1)
        change = after - before
        for part in (change - sign(change) * step, change - sign(change) * 2 * step, change / 2, change / 3):
            if abs(part) <= abs(change) - step * 0.99 and part * change >= 0:
                yield before + part


def sign(number: float) -> int:
    return (number > 0) - (number < 0)
