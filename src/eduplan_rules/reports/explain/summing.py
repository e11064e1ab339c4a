"""The rows that an aggregate adds up, on which one cell can be tried out.

In: an inquiry that has looked, and a `sum` or a `mean` of its rule. Out: a cell, and the subject's row as it would be
if the cell held another value. It is a proposal, to be proved on changed facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import PLACED, Fold, Rollup, origin, step_column
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import rollup_of, truth
from eduplan_rules.engine.record import Function, Row, in_order
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.reports.explain.edits import Edit, identity_of
from eduplan_rules.reports.explain.ground import cells_of, facts_of, may_change
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.levers import levers_of
from eduplan_rules.rulebook.model import Field

_ADDED = ("count", "sum")


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """A `sum` or `mean`, the field of its rows that is added up, and what is folded over them."""

    typed: Typed
    step: Rollup
    field: Field
    member: Node
    folds: Mapping[str, tuple[Fold, Node]]
    #: what it must add up to would tell personal values
    personal: bool
    #: people can act on it
    lever: bool
    #: as much more of it on any row is as much more in all
    even: bool

    def moves(self, name: str) -> bool:
        """Whether a column of the subject's row may be another if a cell were."""
        return origin(name)[0] == self.step.name


def summed_in(aggregates: Iterable[Typed], place: Place, *, personal: bool) -> Iterator[Summed]:
    """The aggregates that add up a number; all else must have been asked for."""
    for typed in aggregates:
        rows: Rows = typed.data
        if rows.name not in ("sum", "mean") or rows.weight is not None:
            continue
        step, there = rollup_of(typed, place)
        member = step.within if rows.where is None else place.algebra.both(step.within, truth(rows.where, there))
        levers = {name for path, name, both in levers_of(rows.values[0], there) if both and not path}
        for path, entity, name in facts_of(rows.values[0], there):
            if not path and may_change(entity, name) and entity.fields[name].type in ("integer", "number"):
                lever, even = name in levers, _is_even(rows.values[0], name)
                yield Summed(typed, step, entity.fields[name], member, dict(step.columns), personal, lever, even)


def _is_even(typed: Typed, name: str) -> bool:
    """Whether as much more of a field is as much more of a value in every row."""
    match typed.op:
        case "field":
            return True
        case "value" | "convert" | "negative":
            return _is_even(typed.args[0], name)
        case "+" | "-":
            return all(_is_even(arg, name) or not _reads(arg, name) for arg in typed.args)
        case "*" | "/":
            left, right = typed.args
            first, second = (left, right) if right.op == "number" else (right, left)
            return second.op == "number" and _is_even(first, name) and (typed.op == "*" or first is left)
        case _:
            return False


def _reads(typed: Typed, name: str) -> bool:
    return any(node.op == "field" and str(node.data[1]) == name for node in typed.walk())


class Cell:
    """The first of the largest cells that are added up."""

    def __init__(self, inquiry: Inquiry, sight: Sight, summed: Summed) -> None:
        self.sight = sight
        self.summed = summed
        nodes = [node for _, node in summed.folds.values()]
        leaves = {node.value: node for node in in_order(nodes) if node.op == "column"}
        rows = inquiry.rows(sight, summed.step, leaves | {"#in": summed.member})
        name = str(summed.field.id)
        inside = [row for row in rows if row["#in"] is True and row.get(name) is not None]
        #: how many rows are in
        self.rows = sum(row["#in"] is True for row in rows)
        self.row: dict[str, Any] | None = max(inside, key=lambda row: row[name], default=None)
        self.folded: Function = inquiry.function(nodes)
        self.before = None if self.row is None else self.folded(self.row)
        self._new: Edit | None = None

    def add(self, new: Edit) -> None:
        """Take the cell of a row that is not there yet."""
        assert new.cells is not None
        cells = {key: each for name in new.entity.fields for key, each in self._cells(new, str(name)).items()}
        seen = {name: self.sight(node) for name, node in self.summed.step.visible.items()}
        self._new, self.row = new, {**new.cells, **cells, **new.row, **seen, PLACED: True}
        self.before = tuple(None for _ in self.summed.folds)

    @staticmethod
    def _cells(new: Edit, name: str) -> dict[str, Any]:
        return cells_of(new.entity.fields[name], (new.cells or {}).get(name))

    def edit(self, value: Any) -> Edit:
        """The change by which the cell holds a value."""
        entity, name = self.summed.step.plan.entity, str(self.summed.field.id)
        if self._new is not None:
            cells = {**(self._new.cells or {}), name: value}
            return Edit("add", entity, self._new.row, name, None, value, cells=cells)
        return Edit("set", entity, self.identity, name, self.now, value)

    @property
    def now(self) -> Any:
        """What stands there."""
        return None if self.row is None else self.row.get(str(self.summed.field.id))

    @property
    def identity(self) -> dict[str, Any]:
        """Which row it is in."""
        assert self.row is not None
        return {name: self.row[name] for name in identity_of(self.summed.step.plan.entity)}

    def subject(self, value: Any) -> Row:
        """The subject's row if the cell held a value: what is added up changes by the difference."""
        assert self.row is not None
        assert self.before is not None
        after = self.folded({**self.row, **cells_of(self.summed.field, value)})
        changed = dict(self.sight.row)
        for (name, (how, _)), old, new in zip(self.summed.folds.items(), self.before, after, strict=True):
            column = step_column(self.summed.step.name, name)
            if how in _ADDED and changed.get(column) is not None:
                changed[column] += (new or 0) - (old or 0)
        return changed
