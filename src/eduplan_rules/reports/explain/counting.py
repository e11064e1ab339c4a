"""The changes by which one row of an aggregate after the other meets its condition, or no longer meets it.

In: an inquiry that has looked, and an aggregate of its rule. Out: changes row by row: rows that fail are put right in
their order, rows that are too many are changed or taken away, and where there is nothing to put right, rows are added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Literal

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.values import fixed, truth
from eduplan_rules.engine.record import Function
from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.adding import NewRows
from eduplan_rules.reports.explain.counted import BOUNDED, Cells, Change, Counted, Deeper, fields_of
from eduplan_rules.reports.explain.edits import Edit, identity_of
from eduplan_rules.reports.explain.ground import cells_of
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.options import options_of, trial_of
from eduplan_rules.rulebook.model import Entity

Action = Literal["change", "add", "remove"]


class RowBench:
    """The rows of one aggregate, put right one after the other."""

    def __init__(
        self, inquiry: Inquiry, sight: Sight, counted: Counted, deeper: Deeper, *, every: bool = False
    ) -> None:
        self.inquiry = inquiry
        self.sight = sight
        self.counted = counted
        self.deeper = deeper
        #: of a bound: all rows must come to it, not only one
        self.every = every
        #: whether rows may become of another kind, which is the last thing to change
        self.kinds = False
        nodes = {**counted.reads} | {"#in": counted.member, "#is": counted.holds}
        self.all = inquiry.rows(sight, counted.step, nodes)
        #: rows that are certainly in, and those of them of which the condition certainly holds
        self.inside = [row for row in self.all if row["#in"] is True]
        self.met = [row for row in self.inside if row["#is"] is True]
        if counted.rows.name == "count_distinct":
            kinds = ((counted.kind_of(row), row) for row in self.met)
            self.met = list({kind: row for kind, row in kinds if None not in kind}.values())
        table = sight.facts.tables.get(str(counted.there.entity.id))
        self._functions: dict[tuple[int, ...], Function] = {}
        self.columns: frozenset[str] = frozenset() if table is None else frozenset(table.frame.columns)
        self.new = NewRows(inquiry, sight, counted, self.all, fixed=self._fitted, value=self._value)

    @property
    def entity(self) -> Entity:
        """Whose rows."""
        return self.counted.there.entity

    def ways(self) -> Iterator[tuple[int, Action, Iterator[Change]]]:
        """How rows can come to meet the condition (1), or no longer meet it (-1), one by one; the best way first."""
        rows = self.counted.rows
        if rows.name == "count_distinct":
            yield 1, "add", self.new.of_new_kinds()
            return
        if rows.name in BOUNDED:
            yield self._bounded()
            return
        failing = [row for row in self.inside if row["#is"] is not True]
        outside = [row for row in self.all if row["#in"] is not True]
        if self.counted.holding is not None:
            yield 1, "change", self._changed(failing, self.counted.holding, wanted=True)
        if rows.name in ("any", "count"):
            yield 1, "add", self.new.added()
        if rows.where is not None:
            yield 1, "change", self._changed(outside, rows.where, wanted=True)
        condition = self.counted.condition
        if condition is not None:
            yield -1, "change", self._changed(self.met, condition, wanted=False)
        if rows.name == "count" and self.counted.compared:
            yield -1, "remove", ((row, [Edit("remove", self.entity, self._identity(row))]) for row in self.met)
        if self.counted.holding is not None:
            self.kinds = True
            yield 1, "change", self._changed(failing, self.counted.holding, wanted=True)

    def _bounded(self) -> tuple[int, Action, Iterator[Change]]:
        """All rows that do not come to the bound, the nearest first; or one more that does."""
        bound = self.counted.bound
        if bound is None or not self.every:
            return 1, "add", islice(self.new.added(), 1)
        value = fixed(bound.args[0], self.counted.there)
        failing = [row for row in self.inside if row["#is"] is not True]
        failing.sort(key=lambda row: self._value(value, row), reverse=bound.op in (">", ">="))
        return 1, "change", self._changed(failing, bound, wanted=True)

    def _changed(self, rows: Sequence[Cells], typed: Typed, *, wanted: bool) -> Iterator[Change]:
        for row in rows:
            edits = self.fixed(row, typed, wanted=wanted)
            if edits:
                yield row, edits

    def _fitted(self, row: Cells, typed: Typed) -> list[Edit]:
        """The changes of a row that is not there yet by which a condition becomes true."""
        self.kinds, before = True, self.kinds
        edits = self.fixed(row, typed, wanted=True, new=True)
        self.kinds = before
        return edits

    def fixed(self, row: Cells, typed: Typed, *, wanted: bool, new: bool = False) -> list[Edit]:
        """The changes of a row by which a condition becomes true, or false; none where none were found."""
        there = self.counted.there
        node = truth(typed, there)
        if self._value(node, row) is wanted:
            return []
        if typed.op == "value" and typed.args[0].op in ("and", "or", "not", "value"):
            return self.fixed(row, typed.args[0], wanted=wanted, new=new)
        if typed.op == "not":
            return self.fixed(row, typed.args[0], wanted=not wanted, new=new)
        for name in fields_of(typed, there, new=new):
            if name in self.columns and (self.kinds or self.entity.fields[name].type != "choice"):
                edit = self._one(row, name, node, wanted=wanted)
                if edit is not None:
                    return [edit]
        if typed.op in ("and", "or"):
            return self._several(row, typed, wanted=wanted, new=new)
        return self.deeper(self.entity, typed, row, wanted)

    def _several(self, row: Cells, typed: Typed, *, wanted: bool, new: bool) -> list[Edit]:
        edits: list[Edit] = []
        row = dict(row)
        for arg in typed.args:
            if self._value(truth(arg, self.counted.there), row) is wanted:
                continue
            found = self.fixed(row, arg, wanted=wanted, new=new)
            if not found:
                return []
            edits += found
            for edit in found:
                row |= self._cells(str(edit.field), edit.after)
        return edits

    def _one(self, row: Cells, name: str, node: Node, *, wanted: bool) -> Edit | None:
        field = self.entity.fields[name]
        trial = trial_of(
            node,
            lambda found: found is wanted,
            lambda column: column.lstrip("?!+") == name,
            lambda value: {**row, **cells_of(field, value)},
            self._function,
        )
        now = row.get(name)
        option = next(iter(options_of(field, now, trial, self.inquiry.as_of)), None)
        return None if option is None else Edit("set", self.entity, self._identity(row), name, now, option.value)

    def _value(self, node: Node, row: Cells) -> Any:
        return node.value if node.constant else self._function([node])(row)[0]

    def _function(self, nodes: Sequence[Node]) -> Function:
        key = tuple(map(id, nodes))
        if key not in self._functions:
            self._functions[key] = self.inquiry.function(nodes)
        return self._functions[key]

    def _cells(self, name: str, value: Any) -> Cells:
        return cells_of(self.entity.fields[name], value)

    def _identity(self, row: Cells) -> Cells:
        return {name: row.get(name) for name in identity_of(self.entity)}
